"""What the synchronisation primitives share."""

from . import events


class _LoopBoundMixin:
    """Binds an object to the loop that first has to wait for it."""

    _loop = None

    def _get_loop(self):
        loop = events._get_running_loop()
        if self._loop is None:
            self._loop = loop
        if loop is not self._loop:
            raise RuntimeError(f"{self!r} is bound to a different event loop")
        return loop
