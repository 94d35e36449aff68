//! The poller alone: what a script's `select.epoll` sees.

use std::io::Write;
use std::net::Shutdown;
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use weft_reactor::poller::flags;
use weft_reactor::{Event, Poller, Waited};

use crate::support::{MILLI, in_time, pipe_ends, read_some, regular_file, seen, write_byte};

const EEXIST: i32 = 17;
const ENOENT: i32 = 2;
const EBADF: i32 = 9;
const EPERM: i32 = 1;
const EINVAL: i32 = 22;

fn errno(result: std::io::Result<()>) -> Option<i32> {
    result.unwrap_err().raw_os_error()
}

#[test]
fn a_pipe_is_readable_once_written() {
    in_time(|| {
        let (reader, writer) = pipe_ends();
        let mut poller = Poller::new().unwrap();
        poller.add(reader.as_raw_fd(), flags::IN).unwrap();
        assert_eq!(seen(&mut poller), []);
        write_byte(&writer);
        assert_eq!(seen(&mut poller), [Event { fd: reader.as_raw_fd(), flags: flags::IN }]);
    });
}

#[test]
fn a_pipe_is_writable_until_it_is_full() {
    in_time(|| {
        let (ours, theirs) = UnixStream::pair().unwrap();
        ours.set_nonblocking(true).unwrap();
        let mut poller = Poller::new().unwrap();
        poller.add(ours.as_raw_fd(), flags::OUT).unwrap();
        assert_eq!(seen(&mut poller), [Event { fd: ours.as_raw_fd(), flags: flags::OUT }]);
        while (&ours).write(&[0; 4096]).is_ok() {}
        assert_eq!(seen(&mut poller), []);
        drop(theirs);
    });
}

#[test]
fn level_triggered_repeats_until_read() {
    in_time(|| {
        let (reader, writer) = pipe_ends();
        let mut poller = Poller::new().unwrap();
        poller.add(reader.as_raw_fd(), flags::IN).unwrap();
        write_byte(&writer);
        assert_eq!(seen(&mut poller).len(), 1);
        assert_eq!(seen(&mut poller).len(), 1);
        read_some(&reader);
        assert_eq!(seen(&mut poller), []);
    });
}

#[test]
fn edge_triggered_tells_of_each_arrival_once() {
    in_time(|| {
        let (reader, writer) = pipe_ends();
        let mut poller = Poller::new().unwrap();
        poller.add(reader.as_raw_fd(), flags::IN | flags::ET).unwrap();
        write_byte(&writer);
        assert_eq!(seen(&mut poller).len(), 1);
        assert_eq!(seen(&mut poller), []);
        write_byte(&writer);
        assert_eq!(seen(&mut poller).len(), 1);
    });
}

#[test]
fn oneshot_is_silent_until_rearmed() {
    in_time(|| {
        let (reader, writer) = pipe_ends();
        let mut poller = Poller::new().unwrap();
        poller.add(reader.as_raw_fd(), flags::IN | flags::ONESHOT).unwrap();
        write_byte(&writer);
        assert_eq!(seen(&mut poller).len(), 1);
        write_byte(&writer);
        assert_eq!(seen(&mut poller), []);
        poller.modify(reader.as_raw_fd(), flags::IN | flags::ONESHOT).unwrap();
        assert_eq!(seen(&mut poller).len(), 1);
    });
}

#[test]
fn exclusive_can_be_added_but_not_modified() {
    in_time(|| {
        let (reader, _writer) = pipe_ends();
        let poller = Poller::new().unwrap();
        poller.add(reader.as_raw_fd(), flags::IN | flags::EXCLUSIVE).unwrap();
        assert_eq!(errno(poller.modify(reader.as_raw_fd(), flags::IN)), Some(EINVAL));
    });
}

#[test]
fn a_closed_writer_hangs_up_its_reader_unasked() {
    in_time(|| {
        let (reader, writer) = pipe_ends();
        let mut poller = Poller::new().unwrap();
        poller.add(reader.as_raw_fd(), 0).unwrap();
        drop(writer);
        assert_eq!(seen(&mut poller), [Event { fd: reader.as_raw_fd(), flags: flags::HUP }]);
    });
}

#[test]
fn a_closed_reader_is_an_error_for_its_writer() {
    in_time(|| {
        let (reader, writer) = pipe_ends();
        let mut poller = Poller::new().unwrap();
        poller.add(writer.as_raw_fd(), flags::OUT).unwrap();
        drop(reader);
        assert_eq!(seen(&mut poller), [Event { fd: writer.as_raw_fd(), flags: flags::OUT | flags::ERR }]);
    });
}

#[test]
fn a_half_closed_socket_says_so_when_asked() {
    in_time(|| {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let mut poller = Poller::new().unwrap();
        poller.add(ours.as_raw_fd(), flags::IN | flags::RDHUP).unwrap();
        theirs.shutdown(Shutdown::Write).unwrap();
        assert_eq!(seen(&mut poller), [Event { fd: ours.as_raw_fd(), flags: flags::IN | flags::RDHUP }]);
    });
}

#[test]
fn modify_changes_what_is_watched() {
    in_time(|| {
        let (ours, theirs) = UnixStream::pair().unwrap();
        (&theirs).write_all(b"x").unwrap();
        let mut poller = Poller::new().unwrap();
        poller.add(ours.as_raw_fd(), flags::IN).unwrap();
        poller.modify(ours.as_raw_fd(), flags::OUT).unwrap();
        assert_eq!(seen(&mut poller), [Event { fd: ours.as_raw_fd(), flags: flags::OUT }]);
    });
}

#[test]
fn removed_and_closed_descriptors_are_silent() {
    in_time(|| {
        let (removed, removed_writer) = pipe_ends();
        let (closed, closed_writer) = pipe_ends();
        let mut poller = Poller::new().unwrap();
        poller.add(removed.as_raw_fd(), flags::IN).unwrap();
        poller.add(closed.as_raw_fd(), flags::IN).unwrap();
        write_byte(&removed_writer);
        write_byte(&closed_writer);
        poller.remove(removed.as_raw_fd()).unwrap();
        drop(closed);
        assert_eq!(seen(&mut poller), []);
    });
}

#[test]
fn misuse_is_told_by_errno() {
    in_time(|| {
        let (reader, _writer) = pipe_ends();
        let fd = reader.as_raw_fd();
        let poller = Poller::new().unwrap();
        assert_eq!(errno(poller.modify(fd, flags::IN)), Some(ENOENT));
        assert_eq!(errno(poller.remove(fd)), Some(ENOENT));
        poller.add(fd, flags::IN).unwrap();
        assert_eq!(errno(poller.add(fd, flags::IN)), Some(EEXIST));
        assert_eq!(errno(poller.add(-1, flags::IN)), Some(EBADF));
        assert_eq!(errno(poller.add(i32::MAX, flags::IN)), Some(EBADF));
        assert_eq!(errno(poller.add(regular_file().as_raw_fd(), flags::IN)), Some(EPERM));
        assert_eq!(errno(poller.add(poller.as_raw_fd(), flags::IN)), Some(EINVAL));
    });
}

#[test]
fn at_most_max_events_come_and_the_others_later() {
    in_time(|| {
        let pipes: Vec<_> = (0..10).map(|_| pipe_ends()).collect();
        let mut poller = Poller::new().unwrap();
        for (reader, writer) in &pipes {
            poller.add(reader.as_raw_fd(), flags::IN | flags::ET).unwrap();
            write_byte(writer);
        }
        let mut events = Vec::new();
        let mut counts = Vec::new();
        while poller.wait(Some(0), 4, &mut events).unwrap() == Waited::Events {
            counts.push(events.len());
        }
        assert_eq!(counts, [4, 4, 2]);
    });
}

#[test]
fn an_absurd_max_is_no_absurd_allocation() {
    in_time(|| {
        let mut poller = Poller::new().unwrap();
        assert_eq!(poller.wait(Some(0), usize::MAX, &mut Vec::new()).unwrap(), Waited::TimedOut);
        assert_eq!(poller.wait(Some(0), 0, &mut Vec::new()).unwrap(), Waited::TimedOut);
    });
}

#[test]
fn a_wait_lasts_at_least_its_timeout() {
    in_time(|| {
        let mut poller = Poller::new().unwrap();
        let start = Instant::now();
        assert_eq!(poller.wait(Some(10 * MILLI + 1), 1, &mut Vec::new()).unwrap(), Waited::TimedOut);
        assert!(start.elapsed() >= Duration::from_millis(10));
    });
}

#[test]
fn many_descriptors_report_in_the_order_they_became_ready() {
    in_time(|| {
        let pipes: Vec<_> = (0..400).map(|_| pipe_ends()).collect();
        let mut poller = Poller::new().unwrap();
        for (reader, _) in &pipes {
            poller.add(reader.as_raw_fd(), flags::IN).unwrap();
        }
        for (_, writer) in pipes.iter().rev() {
            write_byte(writer);
        }
        let mut events = Vec::new();
        poller.wait(Some(0), pipes.len(), &mut events).unwrap();
        let order: Vec<_> = events.iter().map(|event| event.fd).collect();
        let expected: Vec<_> = pipes.iter().rev().map(|(reader, _)| reader.as_raw_fd()).collect();
        assert_eq!(order, expected);
    });
}
