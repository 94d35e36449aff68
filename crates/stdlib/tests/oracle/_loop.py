"""The host's poller in plain Python, to run `lib/asyncio` on CPython."""

import os
import select
import time


class Core:
    clock_resolution = time.get_clock_info("monotonic").resolution

    def __init__(self):
        self._epoll = select.epoll()
        self._wake_fd = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._epoll.register(self._wake_fd, select.EPOLLIN)

    @staticmethod
    def time():
        return time.monotonic()

    @staticmethod
    def _mask(read, write):
        return ((select.EPOLLIN if read else 0)
                | (select.EPOLLOUT if write else 0))

    def register(self, fd, read, write):
        self._epoll.register(fd, self._mask(read, write))

    def modify(self, fd, read, write):
        self._epoll.modify(fd, self._mask(read, write))

    def unregister(self, fd):
        try:
            self._epoll.unregister(fd)
        except OSError:
            pass  # closed already

    def poll(self, timeout):
        if timeout is not None and timeout > 0:
            # epoll counts milliseconds; waking early would spin.
            timeout = -(-timeout // 1e-3) * 1e-3
        ready = []
        for fd, event in self._epoll.poll(-1 if timeout is None else timeout):
            if fd == self._wake_fd:
                os.eventfd_read(fd)
                continue
            ready.append((fd, (1 if event & ~select.EPOLLOUT else 0)
                          | (2 if event & ~select.EPOLLIN else 0)))
        return ready

    def wake(self):
        os.eventfd_write(self._wake_fd, 1)

    def close(self):
        self._epoll.close()
        os.close(self._wake_fd)
