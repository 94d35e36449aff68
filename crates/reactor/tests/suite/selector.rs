//! The selector: interests, the waker, and what each clock makes of a timeout.

use std::io::Write;
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::{Duration, Instant};

use weft_reactor::{Interest, Readiness, Wakeup};

use crate::support::{MILLI, SECOND, in_time, pipe_ends, real_selector, virtual_selector, write_byte};

#[test]
fn a_socket_is_ready_for_what_was_asked_only() {
    in_time(|| {
        let (ours, theirs) = UnixStream::pair().unwrap();
        (&theirs).write_all(b"x").unwrap();
        let fd = ours.as_raw_fd();
        let mut selector = real_selector();
        selector.register(fd, Interest::READ).unwrap();
        for interest in [Interest::READ, Interest::WRITE, Interest::BOTH] {
            selector.modify(fd, interest).unwrap();
            assert_eq!(selector.interest(fd), Some(interest));
            assert_eq!(selector.poll(None).unwrap(), Wakeup::Events);
            assert_eq!(selector.ready(), [Readiness { fd, interest }]);
        }
    });
}

#[test]
fn a_hang_up_is_told_to_the_reader() {
    in_time(|| {
        let (reader, writer) = pipe_ends();
        let fd = reader.as_raw_fd();
        let mut selector = real_selector();
        selector.register(fd, Interest::READ).unwrap();
        drop(writer);
        assert_eq!(selector.poll(None).unwrap(), Wakeup::Events);
        assert_eq!(selector.ready(), [Readiness { fd, interest: Interest::READ }]);
    });
}

#[test]
fn an_error_is_told_to_the_writer() {
    in_time(|| {
        let (reader, writer) = pipe_ends();
        let fd = writer.as_raw_fd();
        let mut selector = real_selector();
        selector.register(fd, Interest::WRITE).unwrap();
        drop(reader);
        assert_eq!(selector.poll(None).unwrap(), Wakeup::Events);
        assert_eq!(selector.ready(), [Readiness { fd, interest: Interest::WRITE }]);
    });
}

#[test]
fn the_events_of_the_last_poll_do_not_linger() {
    in_time(|| {
        let (reader, writer) = pipe_ends();
        let mut selector = real_selector();
        selector.register(reader.as_raw_fd(), Interest::READ).unwrap();
        write_byte(&writer);
        selector.poll(Some(0)).unwrap();
        assert!(selector.unregister(reader.as_raw_fd()));
        assert_eq!(selector.poll(Some(0)).unwrap(), Wakeup::TimedOut);
        assert_eq!(selector.ready(), []);
    });
}

#[test]
fn a_descriptor_closed_while_watched_is_forgotten_quietly() {
    in_time(|| {
        let (reader, _writer) = pipe_ends();
        let fd = reader.as_raw_fd();
        let mut selector = real_selector();
        selector.register(fd, Interest::READ).unwrap();
        drop(reader);
        assert!(selector.unregister(fd));
        assert!(!selector.unregister(fd));
    });
}

#[test]
fn modifying_a_closed_descriptor_fails_and_forgets_it() {
    in_time(|| {
        // Far from the numbers that tests running beside this one are given.
        let mut selector = real_selector();
        assert!(selector.modify(i32::MAX, Interest::READ).is_err());
        assert_eq!(selector.interest(i32::MAX), None);
    });
}

#[test]
fn the_waker_ends_a_wait_from_another_thread() {
    in_time(|| {
        let mut selector = real_selector();
        let waker = selector.waker().clone();
        let thread = thread::spawn(move || {
            thread::sleep(Duration::from_millis(20));
            waker.wake();
        });
        assert_eq!(selector.poll(None).unwrap(), Wakeup::Woken);
        thread.join().unwrap();
    });
}

#[test]
fn a_wake_up_before_the_wait_is_not_lost_and_counts_once() {
    in_time(|| {
        let mut selector = real_selector();
        for _ in 0..100_000 {
            selector.waker().wake();
        }
        assert_eq!(selector.poll(None).unwrap(), Wakeup::Woken);
        assert_eq!(selector.poll(Some(MILLI)).unwrap(), Wakeup::TimedOut);
    });
}

#[test]
fn descriptors_go_before_the_waker() {
    in_time(|| {
        let (reader, writer) = pipe_ends();
        let mut selector = real_selector();
        selector.register(reader.as_raw_fd(), Interest::READ).unwrap();
        selector.waker().wake();
        write_byte(&writer);
        assert_eq!(selector.poll(None).unwrap(), Wakeup::Events);
        assert_eq!(selector.ready().len(), 1);
    });
}

#[test]
fn virtual_time_jumps_over_a_timeout() {
    in_time(|| {
        let start = Instant::now();
        let mut selector = virtual_selector();
        assert_eq!(selector.poll(Some(3_600 * SECOND)).unwrap(), Wakeup::TimedOut);
        assert_eq!(selector.clock().now(), 3_600 * SECOND);
        assert!(start.elapsed() < Duration::from_secs(10));
    });
}

#[test]
fn virtual_time_stands_still_while_a_descriptor_is_ready() {
    in_time(|| {
        let (reader, writer) = pipe_ends();
        let mut selector = virtual_selector();
        selector.register(reader.as_raw_fd(), Interest::READ).unwrap();
        write_byte(&writer);
        assert_eq!(selector.poll(Some(SECOND)).unwrap(), Wakeup::Events);
        assert_eq!(selector.clock().now(), 0);
    });
}

#[test]
fn virtual_time_waits_for_descriptors_when_there_is_no_deadline() {
    in_time(|| {
        let (reader, writer) = pipe_ends();
        let mut selector = virtual_selector();
        selector.register(reader.as_raw_fd(), Interest::READ).unwrap();
        let thread = thread::spawn(move || {
            thread::sleep(Duration::from_millis(20));
            write_byte(&writer);
            writer
        });
        assert_eq!(selector.poll(None).unwrap(), Wakeup::Events);
        thread.join().unwrap();
    });
}

#[test]
fn virtual_time_with_nothing_to_wait_for_stalls() {
    in_time(|| {
        assert_eq!(virtual_selector().poll(None).unwrap(), Wakeup::Stalled);
    });
}
