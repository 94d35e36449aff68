//! Ends a wait from elsewhere: a signal handler or another thread.

use std::io::{self, Read, Write};
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;

/// A pair of connected sockets: a byte written to one end makes the other readable.
///
/// An eventfd would do with one descriptor, but wants eight bytes at once, and what writes from inside a signal
/// handler writes one. Clones share the pair.
#[derive(Clone, Debug)]
pub struct Waker {
    ends: Arc<(UnixStream, UnixStream)>,
}

impl Waker {
    /// A new pair.
    pub fn new() -> io::Result<Self> {
        let (waiting, waking) = UnixStream::pair()?;
        waiting.set_nonblocking(true)?;
        waking.set_nonblocking(true)?;
        Ok(Self { ends: Arc::new((waiting, waking)) })
    }

    /// Ends the present wait, or the next one.
    pub fn wake(&self) {
        // A full socket has woken the other end already; nothing else can fail while both ends are held here.
        let _ = (&self.ends.1).write(&[0]);
    }

    /// Forgets all wake-ups so far.
    pub fn drain(&self) {
        let mut bytes = [0; 64];
        while matches!((&self.ends.0).read(&mut bytes), Ok(count) if count == bytes.len()) {}
    }

    /// An end of its own for somebody who wakes by writing a byte.
    pub(crate) fn writer(&self) -> io::Result<OwnedFd> {
        Ok(self.ends.1.try_clone()?.into())
    }
}

impl AsRawFd for Waker {
    /// The end that becomes readable.
    fn as_raw_fd(&self) -> RawFd {
        self.ends.0.as_raw_fd()
    }
}
