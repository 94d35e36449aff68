//! What the files of this module have in common: names, classes, what is imported, calls of methods by name.

use std::cell::{Cell, RefCell};

use weft_vm::builtins::import::import_module;
use weft_vm::heap::{Kind, Ref};
use weft_vm::objects::{Class, Opaque, class_flags, intern};
use weft_vm::ops::restart::{self, RestartableFn};
use weft_vm::types::{builtin_class, text_of};
use weft_vm::{Args, Asks, Outcome, Request, Res, Restartable, Thrown, Value, Vm, class_of, types};

use super::{future, handle, task, timers};

macro_rules! names {
    ($($name:ident)*) => {
        /// Names that are looked up, interned.
        pub struct Names { $(pub $name: Value,)* }

        impl Names {
            fn create() -> Names {
                Names { $($name: intern(stringify!($name).as_bytes()),)* }
            }
        }
    };
}

names! {
    _closed _debug _run _task_factory add_done_callback call_exception_handler call_soon cancel context create_task
    get_debug get_loop is_running msg name result send throw _asyncio_future_blocking _loop _cancelled _run_timed
    get_event_loop _scheduled _stopping _selector _core _timer_cancelled_count _when _tick time call_at
    _timer_handle_cancelled _process_events _add_callback _call_at_checked _call_later_checked _run_once_checked
    append data fd _remove_reader _remove_writer _queue _value _unfinished_tasks _finished set done set_result
    _get_loop create_future _cancel_requested set_exception remove_done_callback cancelled exception
}

pub struct Classes {
    pub future: Ref<Class>,
    pub task: Ref<Class>,
    pub handle: Ref<Class>,
    pub iterator: Ref<Class>,
    pub step: Ref<Class>,
    pub turn: Ref<Class>,
    pub gathering: Ref<Class>,
    pub counting: Ref<Class>,
}

/// What is imported when it is first needed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Import {
    CancelledError,
    InvalidStateError,
    ExtractStack,
    FutureRepr,
    TaskRepr,
    TaskGetStack,
    TaskPrintStack,
    HandleRepr,
    HandleReprInfo,
    HandleReport,
    IsCoroutine,
    GetEventLoopPolicy,
    QueueShutDown,
    QueueFull,
    QueueEmpty,
}

impl Import {
    const COUNT: usize = 15;

    fn place(self) -> (&'static str, &'static str) {
        match self {
            Import::CancelledError => ("asyncio.exceptions", "CancelledError"),
            Import::InvalidStateError => ("asyncio.exceptions", "InvalidStateError"),
            Import::ExtractStack => ("asyncio.format_helpers", "extract_stack"),
            Import::FutureRepr => ("asyncio.base_futures", "_future_repr"),
            Import::TaskRepr => ("asyncio.base_tasks", "_task_repr"),
            Import::TaskGetStack => ("asyncio.base_tasks", "_task_get_stack"),
            Import::TaskPrintStack => ("asyncio.base_tasks", "_task_print_stack"),
            Import::HandleRepr => ("asyncio.format_helpers", "_handle_repr"),
            Import::HandleReprInfo => ("asyncio.format_helpers", "_handle_repr_info"),
            Import::HandleReport => ("asyncio.format_helpers", "_handle_report"),
            Import::IsCoroutine => ("asyncio.coroutines", "iscoroutine"),
            Import::GetEventLoopPolicy => ("asyncio.events", "get_event_loop_policy"),
            Import::QueueShutDown => ("asyncio.queues", "QueueShutDown"),
            Import::QueueFull => ("asyncio.queues", "QueueFull"),
            Import::QueueEmpty => ("asyncio.queues", "QueueEmpty"),
        }
    }
}

thread_local! {
    static NAMES: &'static Names = Box::leak(Box::new(Names::create()));
    static CLASSES: &'static Classes = Box::leak(Box::new(make_classes()));
    /// The class of the handles that loops make.
    static HANDLES: RefCell<Option<Ref<Class>>> = const { RefCell::new(None) };
    /// The class of the timers that loops make.
    static TIMERS: RefCell<Option<Ref<Class>>> = const { RefCell::new(None) };
    /// Its version as it was made: another one's methods may be different.
    static TIMER_VERSION: Cell<u32> = const { Cell::new(0) };
    static IMPORTED: RefCell<[Value; Import::COUNT]> = const { RefCell::new([const { Value::UNSET }; Import::COUNT]) };
}

fn make_classes() -> Classes {
    let object = &types().object;
    let attrs = class_flags::HAS_ATTRS;
    let make = |name, defs| builtin_class(name, Kind::Opaque, class_flags::FINAL, object, defs);
    let future = builtin_class("_asyncio.Future", Kind::Future, attrs, object, future::DEFS);
    let task = builtin_class("_asyncio.Task", Kind::Task, attrs, &future, task::DEFS);
    let handle_defs = [handle::DEFS, timers::DEFS].concat();
    let handle = builtin_class("_asyncio.Handle", Kind::Handle, 0, object, &handle_defs);
    Classes {
        future,
        task,
        handle,
        iterator: make("_asyncio.FutureIter", future::ITER_DEFS),
        step: make("_asyncio.TaskStepMethWrapper", task::STEP_DEFS),
        turn: make("_asyncio.Turn", &[]),
        gathering: make("_asyncio.Gathering", &[]),
        counting: make("_asyncio.Counting", &[]),
    }
}

pub fn names() -> &'static Names {
    NAMES.with(|names| *names)
}

pub fn classes() -> &'static Classes {
    CLASSES.with(|classes| *classes)
}

/// Forgets what was imported: another machine has its own.
pub fn reset() {
    let old = IMPORTED.with(|all| all.replace([const { Value::UNSET }; Import::COUNT]));
    drop((old, HANDLES.take(), TIMERS.take()));
    super::current::reset();
}

/// The class of the handles that loops make.
pub fn handle_class() -> Ref<Class> {
    HANDLES.with_borrow(|class| class.clone().unwrap_or_else(|| classes().handle.clone()))
}

/// `_set_handle_class(class)`: has loops make handles of this class, one derived from `Handle` that adds no room.
pub fn set_handle_class(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "_set_handle_class", 1, 1)?;
    match args.pos()[0].as_ref::<Class>() {
        Some(class) if class.is_subclass_of(&classes().handle) && class.layout == Kind::Handle => {
            drop(HANDLES.replace(Some(class)));
            Ok(Value::NONE)
        }
        _ => Err(vm.type_error("a subclass of Handle was expected")),
    }
}

/// The class of the timers that loops make.
pub fn timer_class() -> Option<Ref<Class>> {
    TIMERS.with_borrow(Clone::clone)
}

/// Whether it is that class, and no script has changed it.
#[inline]
pub fn is_timer_class(class: &Class) -> bool {
    class.version() == TIMER_VERSION.get()
}

pub fn keep_timer_class(class: Ref<Class>) {
    TIMER_VERSION.set(class.version());
    drop(TIMERS.replace(Some(class)));
}

/// A function or class of the part of asyncio that is written in the language.
pub fn import(vm: &mut Vm, what: Import) -> Res {
    let known = IMPORTED.with_borrow(|all| all[what as usize].clone());
    if !known.is_unset() {
        return Ok(known);
    }
    let (module, name) = what.place();
    let module = import_module(vm, module)?;
    let found = vm.get_attr(&module, &intern(name.as_bytes()))?;
    IMPORTED.with_borrow_mut(|all| all[what as usize] = found.clone());
    Ok(found)
}

/// Has such a function called.
pub fn ask_import(vm: &mut Vm, what: Import, args: &[Value]) -> Res {
    let function = import(vm, what)?;
    vm.ask_call(&function, args)
}

/// The class given to `__new__` of `base`: one whose instances have the same layout.
pub fn class_for(vm: &mut Vm, args: &Args<'_>, base: &Ref<Class>) -> Res<Ref<Class>> {
    let class = crate::native::class_argument(vm, args)?;
    if class.is_subclass_of(base) && class.layout == base.layout {
        return Ok(class);
    }
    let (base, given) = (base.name_str(), class.name_str());
    Err(vm.type_error(format!("{base}.__new__({given}): {given} is not a subtype of {base}")))
}

/// Raises an InvalidStateError.
#[cold]
pub fn invalid_state(vm: &mut Vm, message: impl Into<String>) -> Thrown {
    match import(vm, Import::InvalidStateError) {
        Ok(class) => match class.as_ref::<Class>() {
            Some(class) => vm.raise(&class, message),
            None => vm.runtime_error(message),
        },
        Err(thrown) => thrown,
    }
}

/// The new value of an attribute that can't be deleted.
pub fn not_deleted(vm: &mut Vm, new: Option<Value>) -> Res {
    match new {
        Some(new) => Ok(new),
        None => {
            let class = types().exceptions.AttributeError.clone();
            Err(vm.raise(&class, "cannot delete attribute"))
        }
    }
}

/// Has a method called with keywords.
pub fn ask_named(vm: &mut Vm, object: &Value, method: &Value, args: Vec<Value>, names: &[Value]) -> Res {
    let callable = vm.get_attr(object, method)?;
    Err(vm.request(Request::CallKeywords { callable, args, names: names.to_vec() }))
}

/// How an object is shown.
pub fn shown(vm: &mut Restartable<'_>, value: &Value) -> Res<String> {
    let text = vm.once_asked(|vm| vm.ask_repr(value))?;
    Ok(text_of(&text))
}

/// Does what may have to ask often, with these values.
pub fn go_slowly(vm: &mut Vm, values: &[Value], native: RestartableFn) -> Res {
    restart::begin(vm, Args::positional(values), native)
}

/// Values that are dealt with one after the other, each by an act that may have to wait; the first exception ends it.
struct Round {
    items: Vec<Value>,
    next: Cell<usize>,
    shared: Value,
    act: fn(&mut Vm, shared: &Value, item: &Value) -> Res,
}

/// Deals with each of the items, which is given what they share; gives None.
pub fn for_each(
    vm: &mut Vm,
    items: Vec<Value>,
    shared: &Value,
    act: fn(&mut Vm, shared: &Value, item: &Value) -> Res,
) -> Res {
    let state = Opaque::state(Round { items, next: Cell::new(0), shared: shared.clone(), act });
    let result = go_round(vm, &state);
    vm.and_then(result, next_of_round, state)
}

fn go_round(vm: &mut Vm, state: &Value) -> Res {
    let round: &Round = vm.state_of(state)?;
    while let Some(item) = round.items.get(round.next.get()) {
        round.next.set(round.next.get() + 1);
        (round.act)(vm, &round.shared, item)?;
    }
    Ok(Value::NONE)
}

fn next_of_round(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    outcome.result(vm)?;
    let result = go_round(vm, state);
    vm.stays(result)
}

/// Whether the exception is one that no loop or task may hold back.
pub fn is_exit(exception: &Value) -> bool {
    let class = class_of(exception);
    let exceptions = &types().exceptions;
    class.is_subclass_of(&exceptions.SystemExit) || class.is_subclass_of(&exceptions.KeyboardInterrupt)
}
