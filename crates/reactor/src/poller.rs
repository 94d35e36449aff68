//! epoll, as thin as a script's `select.epoll` needs it.

use std::io;
use std::os::fd::{AsRawFd, RawFd};

use nix::errno::Errno;
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollOp, EpollTimeout};

use crate::clock::Nanos;

/// Every flag an [`Event`] or an interest can have, by the name C and Python give it.
pub const EPOLL_FLAGS: &[(&str, u32)] = &[
    ("EPOLLIN", flags::IN),
    ("EPOLLPRI", flags::PRI),
    ("EPOLLOUT", flags::OUT),
    ("EPOLLERR", flags::ERR),
    ("EPOLLHUP", flags::HUP),
    ("EPOLLRDNORM", flags::RDNORM),
    ("EPOLLRDBAND", flags::RDBAND),
    ("EPOLLWRNORM", flags::WRNORM),
    ("EPOLLWRBAND", flags::WRBAND),
    ("EPOLLMSG", flags::MSG),
    ("EPOLLRDHUP", flags::RDHUP),
    ("EPOLLEXCLUSIVE", flags::EXCLUSIVE),
    ("EPOLLONESHOT", flags::ONESHOT),
    ("EPOLLET", flags::ET),
];

/// The flags as numbers.
#[expect(missing_docs, reason = "epoll_ctl(2) documents them")]
pub mod flags {
    use nix::sys::epoll::EpollFlags as F;

    pub const IN: u32 = F::EPOLLIN.bits() as u32;
    pub const PRI: u32 = F::EPOLLPRI.bits() as u32;
    pub const OUT: u32 = F::EPOLLOUT.bits() as u32;
    pub const ERR: u32 = F::EPOLLERR.bits() as u32;
    pub const HUP: u32 = F::EPOLLHUP.bits() as u32;
    pub const RDNORM: u32 = F::EPOLLRDNORM.bits() as u32;
    pub const RDBAND: u32 = F::EPOLLRDBAND.bits() as u32;
    pub const WRNORM: u32 = F::EPOLLWRNORM.bits() as u32;
    pub const WRBAND: u32 = F::EPOLLWRBAND.bits() as u32;
    pub const MSG: u32 = F::EPOLLMSG.bits() as u32;
    pub const RDHUP: u32 = F::EPOLLRDHUP.bits() as u32;
    pub const EXCLUSIVE: u32 = F::EPOLLEXCLUSIVE.bits() as u32;
    pub const ONESHOT: u32 = F::EPOLLONESHOT.bits() as u32;
    pub const ET: u32 = F::EPOLLET.bits() as u32;
}

/// What epoll says about a descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// The descriptor.
    pub fd: RawFd,
    /// The [`flags`] that hold.
    pub flags: u32,
}

/// Why a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waited {
    /// There are events.
    Events,
    /// The time is up.
    TimedOut,
    /// A signal came. Whoever waits decides what becomes of it, and whether to wait on.
    Interrupted,
}

/// The most events one wait fetches: a bound on what a script can make us allocate. The kernel keeps the rest.
const MAX_EVENTS: usize = 1 << 16;

/// An epoll instance, closed when dropped.
#[derive(Debug)]
pub struct Poller {
    epoll: Epoll,
    buffer: Vec<EpollEvent>,
}

impl Poller {
    /// A new instance, not inherited by programs this one executes.
    pub fn new() -> io::Result<Self> {
        let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?;
        Ok(Self { epoll, buffer: Vec::new() })
    }

    /// Starts watching a descriptor for `flags`. Fails with `EEXIST` if it is watched already.
    pub fn add(&self, fd: RawFd, flags: u32) -> io::Result<()> {
        self.control(EpollOp::EpollCtlAdd, fd, Some(flags))
    }

    /// Changes what a descriptor is watched for, and rearms one that was watched for one event only.
    pub fn modify(&self, fd: RawFd, flags: u32) -> io::Result<()> {
        self.control(EpollOp::EpollCtlMod, fd, Some(flags))
    }

    /// Stops watching a descriptor. Closing it does the same, unless it was duplicated.
    pub fn remove(&self, fd: RawFd) -> io::Result<()> {
        self.control(EpollOp::EpollCtlDel, fd, None)
    }

    /// Waits at most `timeout`, or without end, and replaces the contents of `events` by at most `max` of them.
    ///
    /// The timeout is rounded up to a millisecond, as CPython does. That is more than epoll's old resolution:
    /// timers set microseconds apart expire together, and a program sees in which turn they do.
    pub fn wait(&mut self, timeout: Option<Nanos>, max: usize, events: &mut Vec<Event>) -> io::Result<Waited> {
        events.clear();
        let max = max.clamp(1, MAX_EVENTS);
        if self.buffer.len() < max {
            self.buffer.resize(max, EpollEvent::empty());
        }
        match self.epoll.wait(&mut self.buffer[..max], millis(timeout)) {
            Ok(0) => Ok(Waited::TimedOut),
            Ok(count) => {
                events.extend(self.buffer[..count].iter().map(event));
                Ok(Waited::Events)
            }
            Err(Errno::EINTR) => Ok(Waited::Interrupted),
            Err(error) => Err(error.into()),
        }
    }

    /// A script names descriptors by number, and may name closed ones; `EBADF` is then the right answer. The
    /// calls that borrow a descriptor can't say that, hence the older one.
    #[expect(deprecated, reason = "the replacement asks for proof that the descriptor is open")]
    fn control(&self, op: EpollOp, fd: RawFd, flags: Option<u32>) -> io::Result<()> {
        let mut event =
            flags.map(|flags| EpollEvent::new(EpollFlags::from_bits_retain(flags as i32), u64::from(fd as u32)));
        nix::sys::epoll::epoll_ctl(self.as_raw_fd(), op, fd, event.as_mut())?;
        Ok(())
    }
}

impl AsRawFd for Poller {
    fn as_raw_fd(&self) -> RawFd {
        self.epoll.0.as_raw_fd()
    }
}

fn event(event: &EpollEvent) -> Event {
    Event { fd: event.data() as RawFd, flags: event.events().bits() as u32 }
}

fn millis(timeout: Option<Nanos>) -> EpollTimeout {
    const NANOS_PER_MILLI: Nanos = 1_000_000;
    let Some(nanos) = timeout else {
        return EpollTimeout::NONE;
    };
    let whole = nanos / NANOS_PER_MILLI;
    let millis = whole + Nanos::from(nanos > whole * NANOS_PER_MILLI);
    let millis = i32::try_from(millis.max(0)).unwrap_or(i32::MAX);
    EpollTimeout::try_from(millis).unwrap_or(EpollTimeout::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timeouts_round_up_to_milliseconds_and_saturate() {
        let cases = [
            (None, -1),
            (Some(-5_000_000), 0),
            (Some(0), 0),
            (Some(1), 1),
            (Some(1_000_000), 1),
            (Some(1_000_001), 2),
            (Some(Nanos::MAX), i32::MAX),
        ];
        for (timeout, expected) in cases {
            assert_eq!(i32::from(millis(timeout)), expected, "{timeout:?}");
        }
    }

    #[test]
    fn the_flags_have_the_numbers_of_the_kernel() {
        let number = |name| EPOLL_FLAGS.iter().find(|flag| flag.0 == name).map(|flag| flag.1);
        assert_eq!(number("EPOLLIN"), Some(0x1));
        assert_eq!(number("EPOLLMSG"), Some(0x400));
        assert_eq!(number("EPOLLRDHUP"), Some(0x2000));
        assert_eq!(number("EPOLLEXCLUSIVE"), Some(0x1000_0000));
        assert_eq!(number("EPOLLET"), Some(0x8000_0000));
    }
}
