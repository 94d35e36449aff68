//! Signals. Each test has one of its own, since handlers belong to the process and tests share it.

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use nix::sys::pthread::{pthread_kill, pthread_self};
use nix::sys::signal::Signal;
use signal_hook::consts::{
    SIGALRM, SIGCONT, SIGHUP, SIGINT, SIGKILL, SIGQUIT, SIGSEGV, SIGTERM, SIGUSR1, SIGUSR2, SIGWINCH,
};
use signal_hook::low_level::raise;
use weft_reactor::{Clock, Disposition, Poller, RealClock, Selector, Signals, Slept, Waited, Waker, Wakeup};

use crate::support::{SECOND, in_time};

#[test]
fn a_signal_is_noted_once_and_wakes_the_loop() {
    in_time(|| {
        let waker = Waker::new().unwrap();
        let mut signals = Signals::new(waker.clone());
        let mut selector = Selector::new(Rc::new(RealClock), waker).unwrap();
        signals.set(SIGUSR1, Disposition::Note).unwrap();
        assert_eq!(signals.take(), None);
        raise(SIGUSR1).unwrap();
        assert!(signals.pending().load(Ordering::SeqCst));
        assert_eq!(selector.poll(None).unwrap(), Wakeup::Woken);
        assert_eq!(signals.take(), Some(SIGUSR1));
        assert_eq!(signals.take(), None);
        assert!(!signals.pending().load(Ordering::SeqCst));
    });
}

#[test]
fn a_signal_from_elsewhere_ends_a_wait_without_end() {
    in_time(|| {
        let waker = Waker::new().unwrap();
        let mut signals = Signals::new(waker.clone());
        let mut selector = Selector::new(Rc::new(RealClock), waker).unwrap();
        signals.set(SIGUSR2, Disposition::Note).unwrap();
        let thread = thread::spawn(|| {
            thread::sleep(Duration::from_millis(20));
            raise(SIGUSR2).unwrap();
        });
        let wakeup = selector.poll(None).unwrap();
        assert!(matches!(wakeup, Wakeup::Woken | Wakeup::Interrupted), "{wakeup:?}");
        assert_eq!(signals.take(), Some(SIGUSR2));
        thread.join().unwrap();
    });
}

#[test]
fn signals_are_taken_in_the_order_of_their_numbers() {
    in_time(|| {
        let mut signals = Signals::new(Waker::new().unwrap());
        signals.set(SIGALRM, Disposition::Note).unwrap();
        signals.set(SIGINT, Disposition::Note).unwrap();
        raise(SIGALRM).unwrap();
        raise(SIGINT).unwrap();
        assert_eq!([signals.take(), signals.take(), signals.take()], [Some(SIGINT), Some(SIGALRM), None]);
    });
}

#[test]
fn an_ignored_signal_is_neither_noted_nor_fatal() {
    in_time(|| {
        let mut signals = Signals::new(Waker::new().unwrap());
        signals.set(SIGHUP, Disposition::Ignore).unwrap();
        raise(SIGHUP).unwrap();
        assert_eq!(signals.take(), None);
        signals.set(SIGHUP, Disposition::Note).unwrap();
        raise(SIGHUP).unwrap();
        assert_eq!(signals.take(), Some(SIGHUP));
    });
}

#[test]
fn the_default_can_be_set_again() {
    in_time(|| {
        let mut signals = Signals::new(Waker::new().unwrap());
        signals.set(SIGWINCH, Disposition::Note).unwrap();
        signals.set(SIGWINCH, Disposition::Default).unwrap();
        // By default this one does nothing.
        raise(SIGWINCH).unwrap();
        assert_eq!(signals.take(), None);
    });
}

#[test]
fn what_cannot_be_handled_is_refused() {
    in_time(|| {
        let mut signals = Signals::new(Waker::new().unwrap());
        for signal in [SIGKILL, SIGSEGV, 0, -1, 1_000] {
            let error = signals.set(signal, Disposition::Note).unwrap_err();
            assert_eq!(error.raw_os_error(), Some(22), "{signal}");
        }
    });
}

#[test]
fn a_later_owner_starts_afresh() {
    in_time(|| {
        for _ in 0..3 {
            let mut signals = Signals::new(Waker::new().unwrap());
            signals.set(SIGTERM, Disposition::Note).unwrap();
            raise(SIGTERM).unwrap();
            assert_eq!(signals.take(), Some(SIGTERM));
            assert_eq!(signals.take(), None);
        }
    });
}

/// Keeps sending a signal to the thread that made it, until dropped: the first may come before the wait begins.
struct Pest {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Pest {
    fn new(signal: Signal) -> Self {
        let target = pthread_self();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::spawn(move || {
            while !stopped.load(Ordering::SeqCst) {
                pthread_kill(target, signal).unwrap();
                thread::sleep(Duration::from_millis(5));
            }
        });
        Self { stop, thread: Some(thread) }
    }
}

impl Drop for Pest {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        self.thread.take().map(JoinHandle::join);
    }
}

#[test]
fn a_signal_interrupts_a_poller_that_has_no_waker() {
    in_time(|| {
        let mut signals = Signals::new(Waker::new().unwrap());
        signals.set(SIGQUIT, Disposition::Note).unwrap();
        let _pest = Pest::new(Signal::SIGQUIT);
        assert_eq!(Poller::new().unwrap().wait(None, 1, &mut Vec::new()).unwrap(), Waited::Interrupted);
    });
}

#[test]
fn a_signal_interrupts_a_sleep() {
    in_time(|| {
        let mut signals = Signals::new(Waker::new().unwrap());
        signals.set(SIGCONT, Disposition::Note).unwrap();
        let _pest = Pest::new(Signal::SIGCONT);
        assert_eq!(RealClock.sleep_until(RealClock.now() + 3_600 * SECOND), Slept::Interrupted);
    });
}

#[test]
fn to_die_of_a_signal_shows_in_the_status() {
    in_time(|| {
        let status = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "signals::dies_of_an_interrupt", "--ignored"])
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert_eq!(status.signal(), Some(SIGINT));
    });
}

#[test]
#[ignore = "ends the process; run by the test above"]
fn dies_of_an_interrupt() {
    let mut signals = Signals::new(Waker::new().unwrap());
    signals.set(SIGINT, Disposition::Note).unwrap();
    raise(SIGINT).unwrap();
    assert_eq!(signals.take(), Some(SIGINT));
    Signals::die_of(SIGINT).unwrap();
}
