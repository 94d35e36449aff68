//! Waits before a call that would block.
//!
//! A blocking `read` or `accept` is resumed by the system after a signal, so a program stuck in one could not be
//! interrupted, and virtual time would stand still beside it. Whoever offers such calls waits here first, with
//! the timeout of a socket if it has one, and then makes a call that does not block.

use std::io;
use std::os::fd::RawFd;

use nix::errno::Errno;

use crate::clock::{Nanos, SharedClock};
use crate::selector::{Interest, Selector, Wakeup};
use crate::waker::Waker;

/// A selector for one descriptor at a time.
#[derive(Debug)]
pub struct Blocking {
    selector: Selector,
}

impl Blocking {
    /// Waits on `clock`; `waker` can end the wait.
    pub fn new(clock: SharedClock, waker: Waker) -> io::Result<Self> {
        Ok(Self { selector: Selector::new(clock, waker)? })
    }

    /// The clock it waits on.
    pub fn clock(&self) -> &SharedClock {
        self.selector.clock()
    }

    /// Waits until a descriptor is ready for `interest`, at most until `deadline`.
    ///
    /// [`Wakeup::Events`] means that the call may be made. After [`Wakeup::Woken`] or [`Wakeup::Interrupted`],
    /// look after signals and wait again. A descriptor that can't be waited for, such as a regular file, never
    /// blocks and is always ready.
    pub fn wait(&mut self, fd: RawFd, interest: Interest, deadline: Option<Nanos>) -> io::Result<Wakeup> {
        match self.selector.register(fd, interest) {
            Ok(()) => {}
            Err(error) if error.raw_os_error() == Some(Errno::EPERM as i32) => return Ok(Wakeup::Events),
            Err(error) => return Err(error),
        }
        let timeout = deadline.map(|when| when.saturating_sub(self.clock().now()).max(0));
        let wakeup = self.selector.poll(timeout);
        self.selector.unregister(fd);
        wakeup
    }
}
