//! What the tests share.

use std::fs::File;
use std::io::{PipeReader, PipeWriter, pipe};
use std::os::fd::OwnedFd;
use std::rc::Rc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use weft_reactor::{Event, Nanos, Poller, Reactor, RealClock, Selector, Token, VirtualClock, Waited, Waker};

pub const MILLI: Nanos = 1_000_000;
pub const SECOND: Nanos = 1_000 * MILLI;

/// Runs a test that must not take longer than this, whatever happens.
pub fn in_time(test: impl FnOnce() + Send + 'static) {
    let (done, finished) = channel::<()>();
    let worker = thread::spawn(move || {
        let _done = done;
        test();
    });
    match finished.recv_timeout(Duration::from_secs(20)) {
        Err(RecvTimeoutError::Timeout) => panic!("deadlock: the test did not end in time"),
        _ => worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
    }
}

pub fn real_reactor() -> Reactor {
    Reactor::new(Rc::new(RealClock), Waker::new().unwrap()).unwrap()
}

pub fn virtual_reactor() -> Reactor {
    Reactor::new(Rc::new(VirtualClock::default()), Waker::new().unwrap()).unwrap()
}

pub fn real_selector() -> Selector {
    Selector::new(Rc::new(RealClock), Waker::new().unwrap()).unwrap()
}

pub fn virtual_selector() -> Selector {
    Selector::new(Rc::new(VirtualClock::default()), Waker::new().unwrap()).unwrap()
}

pub fn pipe_ends() -> (PipeReader, PipeWriter) {
    pipe().unwrap()
}

/// Reads what is there, at least a byte.
pub fn read_some(reader: &PipeReader) -> usize {
    use std::io::Read;
    let mut reader = reader;
    reader.read(&mut [0; 64]).unwrap()
}

pub fn write_byte(writer: &PipeWriter) {
    use std::io::Write;
    let mut writer = writer;
    writer.write_all(b"x").unwrap();
}

/// What a poller sees without waiting.
pub fn seen(poller: &mut Poller) -> Vec<Event> {
    let mut events = Vec::new();
    let waited = poller.wait(Some(0), 64, &mut events).unwrap();
    assert_eq!(waited == Waited::Events, !events.is_empty());
    events
}

/// The batch of the turn that was begun.
pub fn batch(reactor: &mut Reactor) -> Vec<Token> {
    std::iter::from_fn(|| reactor.next_ready()).collect()
}

/// One turn's batch.
pub fn turn(reactor: &mut Reactor) -> Vec<Token> {
    reactor.turn(false).unwrap();
    batch(reactor)
}

/// A regular file, which epoll refuses.
pub fn regular_file() -> OwnedFd {
    File::open(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")).unwrap().into()
}
