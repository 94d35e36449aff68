//! `_signal`: handlers run between instructions, and wherever a native waits.

use std::sync::atomic::Ordering;

use nix::sys::signal::{self as sys, Signal};
use weft_reactor::{Disposition, Nanos, nanos_to_secs, secs_to_nanos};
use weft_vm::objects::{float, int, tuple};
use weft_vm::{Args, Asks, Res, Restartable, Value, Vm, dispatch, restartable, types};

use crate::system::{self, Functions, io_error, os_error};
use crate::world::{self, world};

const EINVAL: i32 = 22;
const SIG_DFL: i64 = 0;
const SIG_IGN: i64 = 1;
const SIGINT: i32 = 2;
const SIGALRM: i32 = 14;
/// Signal numbers are below this.
const NSIG: i32 = 65;

const CONSTANTS: &[(&str, i64)] = &[
    ("SIG_DFL", SIG_DFL),
    ("SIG_IGN", SIG_IGN),
    ("NSIG", NSIG as i64),
    ("SIGHUP", 1),
    ("SIGINT", SIGINT as i64),
    ("SIGQUIT", 3),
    ("SIGILL", 4),
    ("SIGTRAP", 5),
    ("SIGABRT", 6),
    ("SIGIOT", 6),
    ("SIGBUS", 7),
    ("SIGFPE", 8),
    ("SIGKILL", 9),
    ("SIGUSR1", 10),
    ("SIGSEGV", 11),
    ("SIGUSR2", 12),
    ("SIGPIPE", 13),
    ("SIGALRM", SIGALRM as i64),
    ("SIGTERM", 15),
    ("SIGSTKFLT", 16),
    ("SIGCHLD", 17),
    ("SIGCLD", 17),
    ("SIGCONT", 18),
    ("SIGSTOP", 19),
    ("SIGTSTP", 20),
    ("SIGTTIN", 21),
    ("SIGTTOU", 22),
    ("SIGURG", 23),
    ("SIGXCPU", 24),
    ("SIGXFSZ", 25),
    ("SIGVTALRM", 26),
    ("SIGPROF", 27),
    ("SIGWINCH", 28),
    ("SIGIO", 29),
    ("SIGPOLL", 29),
    ("SIGPWR", 30),
    ("SIGSYS", 31),
    ("SIGRTMIN", 34),
    ("SIGRTMAX", 64),
    ("SIG_BLOCK", 0),
    ("SIG_UNBLOCK", 1),
    ("SIG_SETMASK", 2),
    ("ITIMER_REAL", 0),
];

const FUNCTIONS: Functions = &[
    ("signal", restartable!(signal)),
    ("getsignal", restartable!(getsignal)),
    ("default_int_handler", default_int_handler),
    ("raise_signal", restartable!(raise_signal)),
    ("alarm", restartable!(alarm)),
    ("setitimer", restartable!(setitimer)),
    ("getitimer", restartable!(getitimer)),
    ("pause", pause),
    ("siginterrupt", restartable!(siginterrupt)),
    ("set_wakeup_fd", set_wakeup_fd),
];

pub fn init(vm: &mut Vm) -> Res {
    let module = vm.native_module("_signal", FUNCTIONS);
    system::add_constants(&module, CONSTANTS);
    module.dict.set("ItimerError", types().exceptions.OSError.value().clone());
    // What the interpreter set up for Ctrl-C is this very function.
    if let Some(handler) = module.dict.get_str(&weft_vm::objects::intern(b"default_int_handler"))
        && let Some(world) = world::current()
        && world.handlers.borrow().get(&SIGINT).is_some_and(Value::is_none)
    {
        world.handlers.borrow_mut().insert(SIGINT, handler);
    }
    Ok(module.into_value())
}

/// Has Ctrl-C raise KeyboardInterrupt. The handler in the table is None until `_signal` is imported.
pub(crate) fn start(world: &world::World) -> std::io::Result<()> {
    world.signals.borrow_mut().set(SIGINT, Disposition::Note)?;
    world.handlers.borrow_mut().insert(SIGINT, Value::NONE);
    Ok(())
}

/// Runs the handlers of the signals that have come.
pub fn run_handlers(vm: &mut Vm) -> Res<()> {
    let Some(world) = world::current() else { return Ok(()) };
    // Whoever brought us here may have cleared the flag.
    world.signals.borrow().pending().store(true, Ordering::SeqCst);
    loop {
        let Some(signal) = world.signals.borrow_mut().take() else { return Ok(()) };
        let handler = world.handlers.borrow().get(&signal).cloned();
        match handler {
            Some(handler) if handler.is_none() => return Err(keyboard_interrupt(vm)),
            Some(handler) if !handler.is_int() => {
                let frame = dispatch::frame_picture(vm, 0).unwrap_or(Value::NONE);
                drop(vm.call(&handler, &[int(signal.into()), frame])?);
            }
            _ => {}
        }
    }
}

fn keyboard_interrupt(vm: &mut Vm) -> weft_vm::Thrown {
    let class = types().exceptions.KeyboardInterrupt.clone();
    vm.raise_with(&class, Vec::new())
}

fn default_int_handler(vm: &mut Vm, _args: Args<'_>) -> Res {
    Err(keyboard_interrupt(vm))
}

fn signal_number(vm: &mut Restartable<'_>, value: &Value) -> Res<i32> {
    let number = system::c_int(vm, value)?;
    if (1..NSIG).contains(&number) { Ok(number) } else { Err(vm.value_error("signal number out of range")) }
}

/// The handler as `getsignal` shows it.
fn handler_of(vm: &mut Vm, number: i32) -> Res {
    let known = world(vm)?.handlers.borrow().get(&number).cloned();
    Ok(known.unwrap_or_else(|| match number {
        // Rust's start-up code ignores this one.
        13 | 25 => int(SIG_IGN),
        _ => int(SIG_DFL),
    }))
}

fn signal(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    args.expect(vm, "signal", 2, 2)?;
    let number = signal_number(vm, &args.pos()[0])?;
    let handler = &args.pos()[1];
    let disposition = match handler.as_i64() {
        Some(SIG_DFL) => Disposition::Default,
        Some(SIG_IGN) => Disposition::Ignore,
        None if vm.is_callable(handler) => Disposition::Note,
        _ => {
            return Err(vm.type_error("signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object"));
        }
    };
    run_handlers(vm)?;
    let old = handler_of(vm, number)?;
    let world = world(vm)?;
    let result = world.signals.borrow_mut().set(number, disposition);
    if let Err(error) = result {
        return Err(io_error(vm, &error));
    }
    let replaced = world.handlers.borrow_mut().insert(number, handler.clone());
    drop(replaced);
    Ok(old)
}

fn getsignal(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    args.expect(vm, "getsignal", 1, 1)?;
    let number = signal_number(vm, &args.pos()[0])?;
    handler_of(vm, number)
}

fn raise_signal(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    args.expect(vm, "raise_signal", 1, 1)?;
    let number = system::c_int(vm, &args.pos()[0])?;
    let Ok(signal) = Signal::try_from(number) else { return Err(os_error(vm, EINVAL)) };
    if let Err(errno) = sys::raise(signal) {
        return Err(os_error(vm, errno as i32));
    }
    run_handlers(vm)?;
    Ok(Value::NONE)
}

fn siginterrupt(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    args.expect(vm, "siginterrupt", 2, 2)?;
    // Waits are always interrupted and resumed by Weft itself.
    signal_number(vm, &args.pos()[0])?;
    Ok(Value::NONE)
}

fn set_wakeup_fd(vm: &mut Vm, args: Args<'_>) -> Res {
    let [fd, _warn] = args.bind(vm, "set_wakeup_fd", ["fd", "*warn_on_full_buffer"], 1)?;
    match fd.and_then(Value::as_i64) {
        Some(-1) => Ok(int(-1)),
        _ => Err(vm.value_error("a wakeup descriptor is not needed: loops are woken by every handled signal")),
    }
}

fn pause(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "pause", 0, 0)?;
    // The waker is readable once a handled signal has come.
    let world = world(vm)?;
    loop {
        match weft_reactor::Selector::new(weft_reactor::SharedClock::clone(world.clock()), world.waker.clone())
            .and_then(|mut selector| selector.poll(None))
        {
            Ok(weft_reactor::Wakeup::Woken | weft_reactor::Wakeup::Interrupted) => {
                run_handlers(vm)?;
                return Ok(Value::NONE);
            }
            Ok(weft_reactor::Wakeup::Stalled) => return Err(vm.runtime_error("virtual time brings no signals")),
            Ok(_) => {}
            Err(error) => return Err(io_error(vm, &error)),
        }
    }
}

// The one timer, which sends SIGALRM.

mod timer {
    use std::cell::RefCell;
    use std::time::Duration;

    use nix::sys::signal::{SigEvent, SigevNotify, Signal};
    use nix::sys::time::TimeSpec;
    use nix::sys::timer::{Expiration, Timer, TimerSetTimeFlags};
    use nix::time::ClockId;
    use weft_reactor::Nanos;

    thread_local! {
        static TIMER: RefCell<Option<Timer>> = const { RefCell::new(None) };
    }

    fn spec(nanos: Nanos) -> TimeSpec {
        TimeSpec::from_duration(Duration::from_nanos(nanos.max(0) as u64))
    }

    fn nanos(spec: TimeSpec) -> Nanos {
        spec.tv_sec() * 1_000_000_000 + spec.tv_nsec()
    }

    /// Time left and interval.
    pub fn left() -> (Nanos, Nanos) {
        TIMER.with_borrow(|timer| match timer.as_ref().and_then(|t| t.get().ok().flatten()) {
            Some(Expiration::OneShot(left)) => (nanos(left), 0),
            Some(Expiration::IntervalDelayed(left, interval)) => (nanos(left), nanos(interval)),
            Some(Expiration::Interval(interval)) => (nanos(interval), nanos(interval)),
            None => (0, 0),
        })
    }

    /// Starts the timer anew, or stops it with a first span of 0.
    pub fn set(first: Nanos, interval: Nanos) -> nix::Result<()> {
        TIMER.with_borrow_mut(|slot| {
            *slot = None;
            if first <= 0 {
                return Ok(());
            }
            let notify = SigevNotify::SigevSignal { signal: Signal::SIGALRM, si_value: 0 };
            let mut timer = Timer::new(ClockId::CLOCK_MONOTONIC, SigEvent::new(notify))?;
            let expiration = if interval > 0 {
                Expiration::IntervalDelayed(spec(first), spec(interval))
            } else {
                Expiration::OneShot(spec(first))
            };
            timer.set(expiration, TimerSetTimeFlags::empty())?;
            *slot = Some(timer);
            Ok(())
        })
    }
}

fn set_timer(vm: &mut Vm, first: Nanos, interval: Nanos) -> Res<(Nanos, Nanos)> {
    let old = timer::left();
    match timer::set(first, interval) {
        Ok(()) => Ok(old),
        Err(errno) => Err(os_error(vm, errno as i32)),
    }
}

fn alarm(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    args.expect(vm, "alarm", 1, 1)?;
    let secs = system::c_int(vm, &args.pos()[0])?;
    let (left, _) = set_timer(vm, Nanos::from(secs) * 1_000_000_000, 0)?;
    // As the system does: a remainder is never told as nothing.
    Ok(int((left + 999_999_999) / 1_000_000_000))
}

fn spans(first: Nanos, interval: Nanos) -> Value {
    tuple(vec![float(nanos_to_secs(first)), float(nanos_to_secs(interval))])
}

fn expect_real_timer(vm: &mut Restartable<'_>, which: &Value) -> Res<()> {
    match vm.as_index(which)? {
        0 => Ok(()),
        _ => Err(os_error(vm, EINVAL)),
    }
}

fn setitimer(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    args.expect(vm, "setitimer", 2, 3)?;
    expect_real_timer(vm, &args.pos()[0])?;
    let first = system::number(vm, &args.pos()[1])?;
    let interval = match args.pos().get(2) {
        Some(value) => system::number(vm, value)?,
        None => 0.0,
    };
    if first < 0.0 || interval < 0.0 {
        return Err(os_error(vm, EINVAL));
    }
    let (left, every) = set_timer(vm, secs_to_nanos(first), secs_to_nanos(interval))?;
    Ok(spans(left, every))
}

fn getitimer(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    args.expect(vm, "getitimer", 1, 1)?;
    expect_real_timer(vm, &args.pos()[0])?;
    let (left, every) = timer::left();
    Ok(spans(left, every))
}
