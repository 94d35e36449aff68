//! Time as a trait: the real clock, or one that stands still until told to jump.

use std::cell::Cell;
use std::fmt::Debug;
use std::rc::Rc;

use nix::errno::Errno;
use nix::sys::time::TimeSpec;
use nix::time::{ClockId, ClockNanosleepFlags, clock_gettime, clock_nanosleep};

/// A point in time, or a span of it, in nanoseconds.
pub type Nanos = i64;

/// One clock for everything that reads or waits for time in a program.
pub type SharedClock = Rc<dyn Clock>;

const NANOS_PER_SEC: i64 = 1_000_000_000;

/// How a sleep ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slept {
    /// The deadline has come.
    Done,
    /// A signal came first; sleep again once it has been handled.
    Interrupted,
}

/// A source of time. Methods take `&self` so that one clock can be shared.
pub trait Clock: Debug {
    /// Monotonic time. Its origin means nothing.
    fn now(&self) -> Nanos;

    /// Time since the Unix epoch.
    fn wall(&self) -> Nanos;

    /// Waits until [`now`](Self::now) has reached `deadline`.
    fn sleep_until(&self, deadline: Nanos) -> Slept;

    /// Whether waiting takes no real time.
    fn is_virtual(&self) -> bool;

    /// Orders two timers that were given the same delay at the same instant.
    ///
    /// Real time moves between any two calls, so the earlier call has the earlier deadline. Virtual time stands
    /// still, and this counter is what would have been the time's last digits. The real clock answers 0.
    fn tick(&self) -> u64;
}

/// The system's monotonic and wall clocks.
#[derive(Clone, Copy, Debug, Default)]
pub struct RealClock;

impl Clock for RealClock {
    fn now(&self) -> Nanos {
        read(ClockId::CLOCK_MONOTONIC)
    }

    fn wall(&self) -> Nanos {
        read(ClockId::CLOCK_REALTIME)
    }

    fn sleep_until(&self, deadline: Nanos) -> Slept {
        if deadline <= self.now() {
            return Slept::Done;
        }
        let until = TimeSpec::new(deadline / NANOS_PER_SEC, deadline % NANOS_PER_SEC);
        match clock_nanosleep(ClockId::CLOCK_MONOTONIC, ClockNanosleepFlags::TIMER_ABSTIME, &until) {
            Err(Errno::EINTR) => Slept::Interrupted,
            _ => Slept::Done,
        }
    }

    fn is_virtual(&self) -> bool {
        false
    }

    fn tick(&self) -> u64 {
        0
    }
}

/// Both clocks exist wherever epoll does, so a failure is impossible; it would read as time zero.
fn read(clock: ClockId) -> Nanos {
    clock_gettime(clock).map_or(0, |time| time.tv_sec() * NANOS_PER_SEC + time.tv_nsec())
}

/// Time that starts at zero and moves only when somebody waits: a wait is a jump.
#[derive(Debug)]
pub struct VirtualClock {
    now: Cell<Nanos>,
    started: Nanos,
    ticks: Cell<u64>,
}

impl VirtualClock {
    /// The wall time at which virtual programs start unless told otherwise: 2000-01-01T00:00:00Z.
    pub const DEFAULT_START: Nanos = 946_684_800 * NANOS_PER_SEC;

    /// A clock at time zero, when the wall shows `started`.
    pub fn new(started: Nanos) -> Self {
        Self { now: Cell::new(0), started, ticks: Cell::new(0) }
    }
}

impl Default for VirtualClock {
    fn default() -> Self {
        Self::new(Self::DEFAULT_START)
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Nanos {
        self.now.get()
    }

    fn wall(&self) -> Nanos {
        self.started.saturating_add(self.now.get())
    }

    fn sleep_until(&self, deadline: Nanos) -> Slept {
        self.now.set(self.now.get().max(deadline));
        Slept::Done
    }

    fn is_virtual(&self) -> bool {
        true
    }

    fn tick(&self) -> u64 {
        let tick = self.ticks.get() + 1;
        self.ticks.set(tick);
        tick
    }
}

/// Seconds as scripts count them, to the nearest nanosecond; what does not fit becomes the nearest that does.
pub fn secs_to_nanos(secs: f64) -> Nanos {
    (secs * NANOS_PER_SEC as f64).round() as Nanos
}

/// Nanoseconds as seconds.
pub fn nanos_to_secs(nanos: Nanos) -> f64 {
    // Whole seconds apart, since the product of a long uptime in nanoseconds has more than 53 bits.
    (nanos / NANOS_PER_SEC) as f64 + (nanos % NANOS_PER_SEC) as f64 / NANOS_PER_SEC as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_time_moves_and_sleep_reaches_its_deadline() {
        let clock = RealClock;
        let deadline = clock.now() + 2_000_000;
        while clock.sleep_until(deadline) == Slept::Interrupted {}
        assert!(clock.now() >= deadline);
    }

    #[test]
    fn a_deadline_in_the_past_does_not_wait() {
        assert_eq!(RealClock.sleep_until(-1), Slept::Done);
        let clock = VirtualClock::default();
        clock.sleep_until(50);
        clock.sleep_until(20);
        assert_eq!(clock.now(), 50);
    }

    #[test]
    fn virtual_time_jumps_and_the_wall_follows() {
        let clock = VirtualClock::new(1_000);
        clock.sleep_until(3_600 * NANOS_PER_SEC);
        assert_eq!(clock.now(), 3_600 * NANOS_PER_SEC);
        assert_eq!(clock.wall(), 3_600 * NANOS_PER_SEC + 1_000);
        clock.sleep_until(Nanos::MAX);
        assert_eq!(clock.wall(), Nanos::MAX);
    }

    #[test]
    fn seconds_survive_the_way_to_nanoseconds_and_back() {
        for nanos in [0, 1, 999_999_999, 100_000_000, 86_400_123_456_789, -1_500_000_000] {
            assert_eq!(secs_to_nanos(nanos_to_secs(nanos)), nanos);
        }
        assert_eq!(secs_to_nanos(f64::INFINITY), Nanos::MAX);
        assert_eq!(secs_to_nanos(f64::NEG_INFINITY), Nanos::MIN);
        assert_eq!(secs_to_nanos(f64::NAN), 0);
        assert_eq!(secs_to_nanos(0.1 + 0.2), 300_000_000);
    }
}
