//! What the native modules share of the outside: clock, signals, waiting, buffered output.
//!
//! One interpreter lives on a thread, so the state is the thread's.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::os::fd::RawFd;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use weft_reactor::{Blocking, Interest, Nanos, SharedClock, Signals, Slept, Waker, Wakeup};
use weft_vm::{Res, Value, Vm};

use crate::system;

/// How an interpreter is to be set up.
#[derive(Clone, Debug)]
pub struct Setup {
    /// `sys.argv`.
    pub argv: Vec<String>,
    /// The clock of everything that reads or waits for time.
    pub clock: SharedClock,
    /// Output is written at once.
    pub unbuffered: bool,
    /// The arguments of each `-W`.
    pub warnings: Vec<String>,
    /// The arguments of each `-X`.
    pub implementation: Vec<String>,
    /// The letters of CPython's options without arguments that were given.
    pub switches: String,
    /// `sys.executable`.
    pub executable: String,
}

/// The state itself.
pub struct World {
    pub setup: Setup,
    pub waker: Waker,
    pub signals: RefCell<Signals>,
    /// What `signal.signal` set: the handler of each signal that has one.
    pub handlers: RefCell<BTreeMap<i32, Value>>,
    /// What `atexit.register` was given: callable, positional and named arguments.
    pub exit_calls: RefCell<Vec<ExitCall>>,
    pub output: RefCell<Output>,
    /// The program has ended.
    pub finalizing: Cell<bool>,
    blocking: RefCell<Blocking>,
}

/// A call to be made when the program ends.
#[derive(Clone)]
pub struct ExitCall {
    pub callable: Value,
    pub args: Vec<Value>,
    pub names: Vec<Value>,
}

thread_local! {
    static WORLD: RefCell<Option<Rc<World>>> = const { RefCell::new(None) };
}

/// Makes the thread's state.
pub(crate) fn create(setup: Setup) -> io::Result<Rc<World>> {
    let waker = Waker::new()?;
    let world = Rc::new(World {
        blocking: RefCell::new(Blocking::new(setup.clock.clone(), waker.clone())?),
        signals: RefCell::new(Signals::new(waker.clone())),
        handlers: RefCell::default(),
        exit_calls: RefCell::default(),
        output: RefCell::new(Output::new(setup.unbuffered)),
        finalizing: Cell::new(false),
        waker,
        setup,
    });
    WORLD.set(Some(world.clone()));
    Ok(world)
}

/// Forgets the thread's state; values in it die.
pub fn forget() {
    drop(WORLD.take());
}

/// The thread's state; RuntimeError in a machine that was made without one.
pub(crate) fn world(vm: &mut Vm) -> Res<Rc<World>> {
    match current() {
        Some(world) => Ok(world),
        None => Err(vm.runtime_error("this interpreter has no access to the system")),
    }
}

/// The thread's state, if there is one.
pub fn current() -> Option<Rc<World>> {
    WORLD.with_borrow(Clone::clone)
}

impl World {
    pub fn clock(&self) -> &SharedClock {
        &self.setup.clock
    }

    /// The flag that a signal handler sets.
    pub fn interrupt_flag(&self) -> Arc<AtomicBool> {
        self.signals.borrow().pending().clone()
    }

    /// Waits until the descriptor is ready; false if the deadline came first. Signal handlers run meanwhile.
    pub fn wait(&self, vm: &mut Vm, fd: RawFd, interest: Interest, deadline: Option<Nanos>) -> Res<bool> {
        loop {
            let wakeup = self.blocking.borrow_mut().wait(fd, interest, deadline);
            match wakeup {
                Ok(Wakeup::Events) => return Ok(true),
                Ok(Wakeup::TimedOut) => return Ok(false),
                Ok(Wakeup::Stalled) => return Err(vm.runtime_error("nothing will ever end this wait")),
                Ok(Wakeup::Woken | Wakeup::Interrupted) => crate::signal::run_handlers(vm)?,
                Err(error) => return Err(system::io_error(vm, &error)),
            }
        }
    }

    /// Sleeps; signal handlers run meanwhile.
    pub fn sleep(&self, vm: &mut Vm, deadline: Nanos) -> Res<()> {
        crate::signal::run_handlers(vm)?;
        while self.clock().sleep_until(deadline) == Slept::Interrupted {
            crate::signal::run_handlers(vm)?;
        }
        Ok(())
    }
}

/// Standard output: buffered, and written through at line ends if it is a terminal.
pub struct Output {
    buffer: Vec<u8>,
    mode: Mode,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Block,
    Line,
    None,
}

const BLOCK: usize = 1 << 13;

impl Output {
    fn new(unbuffered: bool) -> Output {
        let mode = match (unbuffered, rustix::termios::isatty(rustix::stdio::stdout())) {
            (true, _) => Mode::None,
            (false, true) => Mode::Line,
            (false, false) => Mode::Block,
        };
        Output { buffer: Vec::new(), mode }
    }

    /// Whether lines go out as soon as they are complete.
    pub fn is_line_buffered(&self) -> bool {
        self.mode != Mode::Block
    }

    /// Chooses between writing at line ends and in blocks.
    pub fn set_line_buffered(&mut self, yes: bool) {
        self.mode = if yes { Mode::Line } else { Mode::Block };
    }

    pub fn write(&mut self, bytes: &[u8]) -> Result<(), i32> {
        self.buffer.extend_from_slice(bytes);
        let due = match self.mode {
            Mode::None => true,
            Mode::Line => bytes.contains(&b'\n') || self.buffer.len() >= BLOCK,
            Mode::Block => self.buffer.len() >= BLOCK,
        };
        if due { self.flush() } else { Ok(()) }
    }

    /// Writes what is buffered. What could not be written is dropped, so that the error is told once.
    pub fn flush(&mut self) -> Result<(), i32> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let result = write_all(io::stdout().lock(), &self.buffer);
        self.buffer.clear();
        result
    }
}

/// Writes to descriptor 1 through the buffer, to 2 at once.
pub fn write_standard(fd: i32, bytes: &[u8]) -> Result<(), i32> {
    if fd != 1 {
        return write_all(io::stderr().lock(), bytes);
    }
    match current() {
        Some(world) => world.output.borrow_mut().write(bytes),
        None => write_all(io::stdout().lock(), bytes),
    }
}

/// `io::stdout` has a line buffer of its own, which an explicit flush empties.
fn write_all(mut to: impl Write, bytes: &[u8]) -> Result<(), i32> {
    to.write_all(bytes).and_then(|()| to.flush()).map_err(|error| error.raw_os_error().unwrap_or(5))
}
