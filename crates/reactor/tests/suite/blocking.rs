//! Waiting before calls that would block.

use std::os::fd::AsRawFd;
use std::rc::Rc;
use std::thread;
use std::time::Duration;

use weft_reactor::{Blocking, Clock, Interest, RealClock, VirtualClock, Waker, Wakeup};

use crate::support::{MILLI, SECOND, in_time, pipe_ends, regular_file, write_byte};

fn real() -> Blocking {
    Blocking::new(Rc::new(RealClock), Waker::new().unwrap()).unwrap()
}

#[test]
fn a_reader_waits_for_its_writer() {
    in_time(|| {
        let (reader, writer) = pipe_ends();
        let thread = thread::spawn(move || {
            thread::sleep(Duration::from_millis(20));
            write_byte(&writer);
            writer
        });
        let mut blocking = real();
        assert_eq!(blocking.wait(reader.as_raw_fd(), Interest::READ, None).unwrap(), Wakeup::Events);
        thread.join().unwrap();
        assert_eq!(blocking.wait(reader.as_raw_fd(), Interest::READ, None).unwrap(), Wakeup::Events);
    });
}

#[test]
fn a_deadline_ends_the_wait() {
    in_time(|| {
        let (reader, _writer) = pipe_ends();
        let deadline = RealClock.now() + 10 * MILLI;
        let mut blocking = real();
        assert_eq!(blocking.wait(reader.as_raw_fd(), Interest::READ, Some(deadline)).unwrap(), Wakeup::TimedOut);
        assert!(RealClock.now() >= deadline);
        assert_eq!(blocking.wait(reader.as_raw_fd(), Interest::READ, Some(0)).unwrap(), Wakeup::TimedOut);
    });
}

#[test]
fn a_virtual_deadline_takes_no_time() {
    in_time(|| {
        let (reader, _writer) = pipe_ends();
        let mut blocking = Blocking::new(Rc::new(VirtualClock::default()), Waker::new().unwrap()).unwrap();
        let waited = blocking.wait(reader.as_raw_fd(), Interest::READ, Some(3_600 * SECOND));
        assert_eq!(waited.unwrap(), Wakeup::TimedOut);
        assert_eq!(blocking.clock().now(), 3_600 * SECOND);
    });
}

#[test]
fn a_waker_ends_the_wait() {
    in_time(|| {
        let (reader, _writer) = pipe_ends();
        let waker = Waker::new().unwrap();
        let mut blocking = Blocking::new(Rc::new(RealClock), waker.clone()).unwrap();
        waker.wake();
        assert_eq!(blocking.wait(reader.as_raw_fd(), Interest::READ, None).unwrap(), Wakeup::Woken);
    });
}

#[test]
fn a_regular_file_is_always_ready() {
    in_time(|| {
        let file = regular_file();
        assert_eq!(real().wait(file.as_raw_fd(), Interest::READ, None).unwrap(), Wakeup::Events);
    });
}

#[test]
fn a_closed_descriptor_is_an_error() {
    in_time(|| {
        let error = real().wait(-1, Interest::READ, None).unwrap_err();
        assert_eq!(error.raw_os_error(), Some(9));
    });
}
