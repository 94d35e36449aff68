//! Waits for descriptors, a waker and time, whichever comes first, on a real or a virtual clock.

use std::io;
use std::ops::BitOr;
use std::os::fd::{AsRawFd, RawFd};

use crate::by_descriptor::ByDescriptor;
use crate::clock::{Nanos, SharedClock};
use crate::poller::{Event, Poller, Waited, flags};
use crate::waker::Waker;

/// What can be done with a descriptor without waiting: reading, writing, both or nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Interest(u8);

impl Interest {
    /// Neither.
    pub const NONE: Self = Self(0);
    /// Reading.
    pub const READ: Self = Self(1);
    /// Writing.
    pub const WRITE: Self = Self(2);
    /// Reading and writing.
    pub const BOTH: Self = Self(3);

    /// As a number: 1 for reading, 2 for writing.
    pub fn bits(self) -> u8 {
        self.0
    }

    /// From such a number; other bits are ignored.
    pub fn from_bits(bits: u8) -> Self {
        Self(bits & Self::BOTH.0)
    }

    /// Whether all of `other` is in it.
    pub fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    fn flags(self) -> u32 {
        let read = if self.contains(Self::READ) { flags::IN } else { 0 };
        let write = if self.contains(Self::WRITE) { flags::OUT } else { 0 };
        read | write
    }

    /// Anything but "writable" concerns a reader and anything but "readable" a writer: an error or a hang-up is
    /// told to both, who learn of it by trying.
    fn from_flags(set: u32) -> Self {
        let read = if set & !flags::OUT != 0 { Self::READ } else { Self::NONE };
        let write = if set & !flags::IN != 0 { Self::WRITE } else { Self::NONE };
        read | write
    }
}

impl BitOr for Interest {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// A descriptor, and what of the registered interest it is ready for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Readiness {
    /// The descriptor.
    pub fd: RawFd,
    /// What it is ready for; perhaps nothing.
    pub interest: Interest,
}

/// Why a [`Selector::poll`] came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wakeup {
    /// Descriptors are ready.
    Events,
    /// The time is up, or was jumped over.
    TimedOut,
    /// The [`Waker`] was used.
    Woken,
    /// A signal interrupted the wait.
    Interrupted,
    /// On a virtual clock: no deadline and no descriptor, so nothing would ever end the wait.
    Stalled,
}

/// Descriptors with interests, a waker and a clock.
#[derive(Debug)]
pub struct Selector {
    clock: SharedClock,
    poller: Poller,
    waker: Waker,
    registered: ByDescriptor<Interest>,
    events: Vec<Event>,
    ready: Vec<Readiness>,
}

impl Selector {
    /// A selector that waits on `clock`, and that `waker` can wake.
    pub fn new(clock: SharedClock, waker: Waker) -> io::Result<Self> {
        let poller = Poller::new()?;
        poller.add(waker.as_raw_fd(), flags::IN)?;
        Ok(Self { clock, poller, waker, registered: ByDescriptor::new(), events: Vec::new(), ready: Vec::new() })
    }

    /// The clock it waits on.
    pub fn clock(&self) -> &SharedClock {
        &self.clock
    }

    /// The waker that ends its waits.
    pub fn waker(&self) -> &Waker {
        &self.waker
    }

    /// What a descriptor is registered for, if it is.
    pub fn interest(&self, fd: RawFd) -> Option<Interest> {
        self.registered.get(fd).copied()
    }

    /// Starts watching a descriptor.
    pub fn register(&mut self, fd: RawFd, interest: Interest) -> io::Result<()> {
        self.poller.add(fd, interest.flags())?;
        self.registered.insert(fd, interest);
        Ok(())
    }

    /// Changes what a descriptor is watched for. If that fails the descriptor is no longer watched: it has been
    /// closed since.
    pub fn modify(&mut self, fd: RawFd, interest: Interest) -> io::Result<()> {
        if let Err(error) = self.poller.modify(fd, interest.flags()) {
            self.registered.remove(fd);
            return Err(error);
        }
        self.registered.insert(fd, interest);
        Ok(())
    }

    /// Stops watching a descriptor; false if it was not watched. One that was closed meanwhile is no error.
    pub fn unregister(&mut self, fd: RawFd) -> bool {
        let known = self.registered.remove(fd).is_some();
        if known {
            let _ = self.poller.remove(fd);
        }
        known
    }

    /// Waits at most `timeout`, or without end, for something to happen.
    ///
    /// On a virtual clock the wait takes no time: if no descriptor is ready now, the clock jumps over `timeout`.
    /// Without a timeout it waits for descriptors as long as any is registered.
    pub fn poll(&mut self, timeout: Option<Nanos>) -> io::Result<Wakeup> {
        self.ready.clear();
        if !self.clock.is_virtual() {
            return self.wait(timeout);
        }
        let Some(timeout) = timeout else {
            return if self.registered.is_empty() { Ok(Wakeup::Stalled) } else { self.wait(None) };
        };
        let wakeup = self.wait(Some(0))?;
        if wakeup == Wakeup::TimedOut {
            self.clock.sleep_until(self.clock.now().saturating_add(timeout));
        }
        Ok(wakeup)
    }

    /// The descriptors that the last [`poll`](Self::poll) found ready, in the kernel's order.
    pub fn ready(&self) -> &[Readiness] {
        &self.ready
    }

    fn wait(&mut self, timeout: Option<Nanos>) -> io::Result<Wakeup> {
        if self.registered.is_empty() && timeout == Some(0) {
            // Nothing to see but the waker, which has only to end waits: busy loops without input save the call.
            return Ok(Wakeup::TimedOut);
        }
        // One more for the waker, so that every ready descriptor is seen in the turn it became so.
        match self.poller.wait(timeout, self.registered.len() + 1, &mut self.events)? {
            Waited::Interrupted => Ok(Wakeup::Interrupted),
            Waited::TimedOut => Ok(Wakeup::TimedOut),
            Waited::Events => Ok(self.sort_out_events()),
        }
    }

    fn sort_out_events(&mut self) -> Wakeup {
        for &Event { fd, flags } in &self.events {
            if fd == self.waker.as_raw_fd() {
                self.waker.drain();
            } else if let Some(wanted) = self.registered.get(fd) {
                let interest = Interest(Interest::from_flags(flags).0 & wanted.0);
                self.ready.push(Readiness { fd, interest });
            }
        }
        if self.ready.is_empty() { Wakeup::Woken } else { Wakeup::Events }
    }
}
