//! Futures, tasks, handles of callbacks, and what natives wait with. What they do is the module `_asyncio`'s; `await` and
//! the dispatch loop know their data.

use crate::Then;
use crate::heap::{Register, VmCell};
use crate::value::Value;
use std::cell::Cell;
use std::rc::Rc;

/// How far a future is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FutureState {
    Pending,
    Cancelled,
    /// With a result.
    Finished,
    /// With an exception.
    Failed,
}

/// What most futures never have.
#[derive(Default)]
pub struct FutureRare {
    pub cancel_message: Option<Value>,
    /// The CancelledError that ended a task, to be raised once by `result`.
    pub cancelled_error: Option<Value>,
    /// The traceback the exception had when it was set.
    pub traceback: Option<Value>,
    /// Where the future was made, in debug mode.
    pub source_traceback: Option<Value>,
    /// Callbacks behind the first, as pairs like its two.
    pub more: Vec<(Value, Value)>,
}

/// An `asyncio.Future`.
pub struct Future {
    state: Cell<FutureState>,
    /// True between the yield of `await` and the moment the task sees it.
    pub blocking: Cell<bool>,
    /// The exception was set and nobody has looked at it.
    pub log_traceback: Cell<bool>,
    /// Unset before `__init__`.
    pub event_loop: VmCell<Value>,
    /// The first callback, or unset.
    pub callback: VmCell<Value>,
    /// Its context; unset if `callback` is a task that waits for this future.
    pub context: VmCell<Value>,
    /// Result or exception; None while pending.
    pub outcome: VmCell<Value>,
    pub rare: VmCell<Option<Box<FutureRare>>>,
}

impl Future {
    /// A future that belongs to no loop yet.
    pub fn new() -> Future {
        Future {
            state: Cell::new(FutureState::Pending),
            blocking: Cell::new(false),
            log_traceback: Cell::new(false),
            event_loop: VmCell::new(Value::UNSET),
            callback: VmCell::new(Value::UNSET),
            context: VmCell::new(Value::UNSET),
            outcome: VmCell::new(Value::NONE),
            rare: VmCell::new(None),
        }
    }

    /// The future that an object is, tasks included.
    #[inline]
    pub fn of(value: &Value) -> Option<&Future> {
        match value.downcast::<Future>() {
            Some(future) => Some(future),
            None => value.downcast::<Task>().map(|task| &task.future),
        }
    }

    #[inline]
    pub fn state(&self) -> FutureState {
        self.state.get()
    }

    #[inline]
    pub fn is_pending(&self) -> bool {
        self.state.get() == FutureState::Pending
    }

    /// The one place where a future changes state: a pending one is settled, once.
    pub fn settle(&self, to: FutureState, outcome: Value) {
        debug_assert!(self.is_pending() && to != FutureState::Pending, "future from {:?} to {to:?}", self.state.get());
        self.state.set(to);
        drop(self.outcome.replace(outcome));
    }

    /// Back to the state before `__init__`, for one that is called again. What it held is returned.
    pub fn reset(&self) -> Future {
        let old = Future::new();
        old.event_loop.set(self.event_loop.replace(Value::UNSET));
        old.callback.set(self.callback.replace(Value::UNSET));
        old.context.set(self.context.replace(Value::UNSET));
        old.outcome.set(self.outcome.replace(Value::NONE));
        old.rare.set(self.rare.replace(None));
        self.state.set(FutureState::Pending);
        self.blocking.set(false);
        self.log_traceback.set(false);
        old
    }

    /// What few futures have, made now if need be.
    pub fn rare(&self) -> &mut FutureRare {
        self.rare.get_mut().get_or_insert_with(Box::default)
    }

    /// Whether its death is to be reported.
    pub fn complains(&self) -> bool {
        self.log_traceback.get()
    }
}

impl Default for Future {
    fn default() -> Future {
        Future::new()
    }
}

/// An `asyncio.Task`.
pub struct Task {
    pub future: Future,
    /// Unset before `__init__`; None once an eager start has ended it.
    pub coroutine: VmCell<Value>,
    pub context: VmCell<Value>,
    /// A string, or the number that "Task-" is to be put before.
    pub name: VmCell<Value>,
    /// The future it waits for, or None.
    pub waiter: VmCell<Value>,
    pub cancels: Cell<u32>,
    pub must_cancel: Cell<bool>,
    pub log_destroy_pending: Cell<bool>,
    /// The entry that `all_tasks` finds it by.
    pub register: Register,
}

impl Task {
    pub fn new() -> Task {
        Task {
            future: Future::new(),
            coroutine: VmCell::new(Value::UNSET),
            context: VmCell::new(Value::NONE),
            name: VmCell::new(Value::NONE),
            waiter: VmCell::new(Value::NONE),
            cancels: Cell::new(0),
            must_cancel: Cell::new(false),
            log_destroy_pending: Cell::new(true),
            register: Register::new(),
        }
    }

    /// Whether its death is to be reported.
    pub fn complains(&self) -> bool {
        let waits = self.future.is_pending() && !self.future.event_loop.get().is_unset();
        self.future.complains() || waits && self.log_destroy_pending.get()
    }
}

impl Default for Task {
    fn default() -> Task {
        Task::new()
    }
}

/// What a handle's fields mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandleKind {
    /// `callback` is called with the tuple `args`.
    Tuple,
    /// `callback` is called with the one argument `args`.
    One,
    /// `callback` is a task, to be resumed with the exception `args`, or unset.
    Step,
    /// `callback` is a task, to be resumed because the future `args` is done.
    Wakeup,
}

/// An `asyncio.Handle`.
pub struct Handle {
    pub kind: Cell<HandleKind>,
    pub cancelled: Cell<bool>,
    /// None once cancelled; unset before `__init__`.
    pub callback: VmCell<Value>,
    pub args: VmCell<Value>,
    pub context: VmCell<Value>,
    pub event_loop: VmCell<Value>,
    /// What few handles have.
    pub extra: VmCell<Option<Box<HandleExtra>>>,
}

/// What handles have in debug mode, or if they are timers.
pub struct HandleExtra {
    /// Where the handle was made, or None.
    pub source: Value,
    /// Its text from before it was cancelled, or None.
    pub text: Value,
    /// The time it is set to; unset if it is no timer.
    pub when: Value,
    /// Orders timers of the same time.
    pub tick: i64,
    /// It stands in the loop's heap of timers.
    pub scheduled: bool,
}

impl Default for HandleExtra {
    fn default() -> HandleExtra {
        HandleExtra { source: Value::NONE, text: Value::NONE, when: Value::UNSET, tick: 0, scheduled: false }
    }
}

impl Handle {
    /// What few handles have, made now if need be.
    pub fn extra(&self) -> &mut HandleExtra {
        self.extra.get_mut().get_or_insert_with(Box::default)
    }

    /// What makes it a timer.
    #[inline]
    pub fn timer(&self) -> Option<&mut HandleExtra> {
        self.extra.get_mut().as_deref_mut().filter(|extra| !extra.when.is_unset())
    }
}

/// A `contextvars.Context`.
pub struct Context {
    /// Variables and their values, in the order they were first set; shared with copies until one changes.
    pub pairs: VmCell<Rc<Vec<(Value, Value)>>>,
    pub entered: Cell<bool>,
}

/// What a native waits with.
pub struct Continuation {
    pub then: Then,
    pub state: Value,
}
