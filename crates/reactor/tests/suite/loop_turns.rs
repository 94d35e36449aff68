//! The reactor: what a turn makes ready, and in which order.

use std::io::Write;
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;

use weft_reactor::{Direction, Policy, Wakeup};

use crate::support::{
    MILLI, SECOND, batch, in_time, pipe_ends, read_some, real_reactor, turn, virtual_reactor, write_byte,
};

#[test]
fn a_turn_runs_the_ready_then_descriptors_then_timers() {
    in_time(|| {
        let (first, first_writer) = pipe_ends();
        let (second, second_writer) = pipe_ends();
        let (socket, peer) = UnixStream::pair().unwrap();
        let mut reactor = real_reactor();
        write_byte(&first_writer);
        write_byte(&second_writer);
        (&peer).write_all(b"x").unwrap();
        // The order that CPython 3.13 shows for the same calls.
        reactor.watch(socket.as_raw_fd(), Direction::Write, 3).unwrap();
        reactor.watch(second.as_raw_fd(), Direction::Read, 4).unwrap();
        reactor.watch(first.as_raw_fd(), Direction::Read, 5).unwrap();
        reactor.watch(socket.as_raw_fd(), Direction::Read, 2).unwrap();
        reactor.call_at(reactor.now(), 6);
        reactor.call_soon(1);
        reactor.turn(false).unwrap();
        let mut order = Vec::new();
        while let Some(token) = reactor.next_ready() {
            reactor.call_soon(token + 10);
            order.push(token);
        }
        assert_eq!(order, [1, 2, 3, 4, 5, 6]);
        assert_eq!(turn(&mut reactor)[0], 11, "what they made ready comes in the next turn");
    });
}

#[test]
fn what_is_ready_is_not_kept_waiting_by_a_timer() {
    in_time(|| {
        let mut reactor = real_reactor();
        reactor.call_later(3_600 * SECOND, 1);
        reactor.call_soon(2);
        assert_eq!(turn(&mut reactor), [2]);
    });
}

#[test]
fn a_stopping_loop_does_not_wait() {
    in_time(|| {
        let mut reactor = real_reactor();
        reactor.call_later(3_600 * SECOND, 1);
        assert_eq!(reactor.turn(true).unwrap(), Wakeup::TimedOut);
        assert_eq!(batch(&mut reactor), []);
    });
}

#[test]
fn a_real_timer_does_not_fire_early() {
    in_time(|| {
        let mut reactor = real_reactor();
        let due = reactor.now() + 15 * MILLI;
        reactor.call_at(due, 1);
        while turn(&mut reactor).is_empty() {}
        assert!(reactor.now() >= due);
    });
}

#[test]
fn timers_microseconds_apart_expire_in_one_turn_of_the_real_clock() {
    in_time(|| {
        let mut reactor = real_reactor();
        let due = reactor.now() + 20 * MILLI;
        // Both within the millisecond that the wait is rounded up to.
        reactor.call_at(due, 1);
        reactor.call_at(due + 10, 2);
        assert_eq!(turn(&mut reactor), [1, 2]);
    });
}

#[test]
fn virtual_sleepers_wake_in_the_order_of_their_deadlines() {
    in_time(|| {
        let mut reactor = virtual_reactor();
        for (delay, token) in [(3, 30), (1, 10), (2, 20)] {
            reactor.call_later(delay * SECOND, token);
        }
        let mut seen = Vec::new();
        for _ in 0..3 {
            let tokens = turn(&mut reactor);
            seen.push((reactor.now() / SECOND, tokens));
        }
        assert_eq!(seen, [(1, vec![10]), (2, vec![20]), (3, vec![30])]);
    });
}

#[test]
fn equal_virtual_delays_end_in_the_order_they_were_asked_for() {
    in_time(|| {
        let mut reactor = virtual_reactor();
        for token in 0..50 {
            reactor.call_later(SECOND, token);
        }
        assert_eq!(turn(&mut reactor), (0..50).collect::<Vec<_>>());
    });
}

#[test]
fn equal_absolute_times_leave_in_the_order_of_heapq() {
    in_time(|| {
        let mut reactor = virtual_reactor();
        for token in 0..12 {
            reactor.call_at(SECOND, token);
        }
        assert_eq!(turn(&mut reactor), [0, 2, 6, 11, 10, 9, 8, 5, 7, 4, 1, 3]);
    });
}

#[test]
fn a_cancelled_timer_neither_runs_nor_holds_the_loop() {
    in_time(|| {
        let mut reactor = virtual_reactor();
        let timer = reactor.call_later(SECOND, 1);
        assert_eq!(reactor.cancel(timer), Some(1));
        assert!(reactor.is_idle());
        assert_eq!(reactor.turn(false).unwrap(), Wakeup::Stalled);
        assert_eq!(reactor.now(), 0);
    });
}

#[test]
fn a_delay_without_end_is_no_overflow() {
    in_time(|| {
        let mut reactor = virtual_reactor();
        reactor.call_later(SECOND, 1);
        assert_eq!(turn(&mut reactor), [1]);
        let timer = reactor.call_later(i64::MAX, 2);
        reactor.call_at(i64::MIN, 3);
        assert_eq!(turn(&mut reactor), [3]);
        reactor.cancel(timer);
    });
}

#[test]
fn a_virtual_loop_with_nothing_left_stalls() {
    in_time(|| {
        let mut reactor = virtual_reactor();
        reactor.call_soon(1);
        assert_eq!(turn(&mut reactor), [1]);
        assert_eq!(reactor.turn(false).unwrap(), Wakeup::Stalled);
        assert!(reactor.is_idle());
    });
}

#[test]
fn a_watch_repeats_until_it_is_ended() {
    in_time(|| {
        let (reader, writer) = pipe_ends();
        let fd = reader.as_raw_fd();
        let mut reactor = virtual_reactor();
        assert_eq!(reactor.watch(fd, Direction::Read, 1).unwrap(), None);
        write_byte(&writer);
        assert_eq!(turn(&mut reactor), [1]);
        assert_eq!(turn(&mut reactor), [1]);
        assert_eq!(reactor.watch(fd, Direction::Read, 2).unwrap(), Some(1));
        assert_eq!(turn(&mut reactor), [2]);
        assert_eq!(reactor.unwatch(fd, Direction::Read).unwrap(), Some(2));
        assert_eq!(reactor.unwatch(fd, Direction::Read).unwrap(), None);
        assert!(reactor.is_idle());
        read_some(&reader);
    });
}

#[test]
fn ending_one_direction_keeps_the_other() {
    in_time(|| {
        let (ours, theirs) = UnixStream::pair().unwrap();
        (&theirs).write_all(b"x").unwrap();
        let fd = ours.as_raw_fd();
        let mut reactor = virtual_reactor();
        reactor.watch(fd, Direction::Read, 1).unwrap();
        reactor.watch(fd, Direction::Write, 2).unwrap();
        assert_eq!(turn(&mut reactor), [1, 2]);
        assert_eq!(reactor.unwatch(fd, Direction::Read).unwrap(), Some(1));
        assert_eq!(turn(&mut reactor), [2]);
    });
}

#[test]
fn a_hang_up_wakes_reader_and_writer() {
    in_time(|| {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let mut reactor = virtual_reactor();
        reactor.watch(ours.as_raw_fd(), Direction::Read, 1).unwrap();
        reactor.watch(ours.as_raw_fd(), Direction::Write, 2).unwrap();
        drop(theirs);
        assert_eq!(turn(&mut reactor), [1, 2]);
    });
}

#[test]
fn a_descriptor_epoll_refuses_is_not_watched() {
    in_time(|| {
        let mut reactor = virtual_reactor();
        assert!(reactor.watch(-1, Direction::Read, 1).is_err());
        assert_eq!(reactor.unwatch(-1, Direction::Read).unwrap(), None);
        assert!(reactor.is_idle());
    });
}

#[test]
fn many_descriptors_are_all_seen_in_one_turn() {
    in_time(|| {
        let pipes: Vec<_> = (0..300).map(|_| pipe_ends()).collect();
        let mut reactor = virtual_reactor();
        for ((reader, writer), token) in pipes.iter().zip(0..) {
            reactor.watch(reader.as_raw_fd(), Direction::Read, token).unwrap();
            write_byte(writer);
        }
        assert_eq!(turn(&mut reactor), (0..300).collect::<Vec<_>>());
    });
}

#[test]
fn clearing_forgets_what_was_ready_scheduled_and_watched() {
    in_time(|| {
        let (reader, writer) = pipe_ends();
        let mut reactor = virtual_reactor();
        reactor.watch(reader.as_raw_fd(), Direction::Read, 1).unwrap();
        reactor.call_soon(2);
        let timer = reactor.call_later(SECOND, 3);
        reactor.clear();
        write_byte(&writer);
        assert!(reactor.is_idle());
        assert_eq!(reactor.cancel(timer), None);
        assert_eq!(reactor.turn(false).unwrap(), Wakeup::Stalled);
        assert_eq!(reactor.watch(reader.as_raw_fd(), Direction::Read, 4).unwrap(), None);
        assert_eq!(turn(&mut reactor), [4]);
    });
}

#[test]
fn another_policy_reorders_within_a_turn() {
    #[derive(Debug)]
    struct Latest;

    impl Policy for Latest {
        fn choose(&mut self, candidates: usize) -> usize {
            candidates - 1
        }
    }

    in_time(|| {
        let mut reactor = virtual_reactor();
        reactor.set_policy(Box::new(Latest));
        (1..=4).for_each(|token| reactor.call_soon(token));
        assert_eq!(turn(&mut reactor), [4, 3, 2, 1]);
    });
}
