//! The machine: all state that is not in heap objects.

use crate::dispatch::{Exit, SHAPES, Stats, Tracing};
use crate::frame::{Frame, FrameStack};
use crate::heap::Ref;
use crate::host::Host;
use crate::objects::{
    Accumulator, Class, Dict, Exception, Function, Module, Native, NativeFn, NativeKind, Wanted, intern,
};
use crate::ops::enquiry::Enquiry;
use crate::ops::steps::{Asked, LeftSteps, Waiting};
use crate::value::Value;
use crate::{names, types};
use smallvec::SmallVec;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// The exception stands in `Vm::thrown`, or a request in `Vm::request`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thrown;

/// What native code returns.
pub type Res<T = Value> = Result<T, Thrown>;

/// What a native function asks the dispatch loop to do in its place, by `return Err(vm.request(…))`. The result of
/// what is requested becomes the native's result, and no native frame is in the way meanwhile.
pub enum Request {
    /// Call this with positional arguments.
    Call { callable: Value, args: Vec<Value> },
    /// Call with keywords: the last arguments have these names.
    CallKeywords { callable: Value, args: Vec<Value>, names: Vec<Value> },
    /// The next item of an iterator; its end is StopIteration.
    Next { iterator: Value },
    /// Call a method and look at what it answers.
    Ask { method: Value, args: SmallVec<[Value; 3]>, question: Question },
    /// Call a getter: after AttributeError the result is the default. If that is unset, it is whether there was none.
    Find { callable: Value, args: Vec<Value>, default: Value },
    /// Make an instance, as `type.__call__` does.
    Make { class: Ref<Class>, args: Vec<Value>, names: Vec<Value> },
    /// Hand the items of an iterable to an accumulator, with what `key` makes of them unless that is unset. What is asked of
    /// an item that was drawn from an iterator already comes first.
    Drain { iterable: Value, into: Accumulator, key: Value, asked: Option<Box<Wanted>> },
    /// Go on with an algorithm whenever one of its comparisons is answered.
    Enquire(Box<dyn Enquiry>),
    /// Go on with the steps of native iterators, to the item of the outermost.
    Steps(LeftSteps),
    /// Run the body of a class or module, or other code by itself: a function whose register 0 is the namespace, if its code
    /// has one.
    Body { function: Ref<Function>, namespace: Value },
    /// Nothing, which gives None: what waits for it goes on in the dispatch loop.
    Pause,
    /// Resume a generator, coroutine or async generator.
    Resume { generator: Value, action: Resume },
    /// Do the first, then go on with `then`, which is given `state` and what came of it. What `then` returns is the
    /// result; if it makes a request in its turn, that is carried out and `then` called anew with its outcome.
    Then { first: Box<Request>, then: Then, state: Value },
    /// As `Then`; made by a `then`, it takes that one's place, and its result is the result of both.
    Instead { first: Box<Request>, then: Then, state: Value },
}

impl Request {
    /// The request for what whoever makes it goes on with: what it comes to is not the end of that.
    pub fn as_answer(self) -> Request {
        match self {
            Request::Instead { first, then, state } => Request::Then { first, then, state },
            request => request,
        }
    }
}

/// Goes on where native code waited for a frame.
pub type Then = fn(&mut Vm, state: &Value, outcome: Outcome) -> Res;

/// What native code waited for.
pub enum Outcome {
    /// The result of a call, or what a generator yielded.
    Value(Value),
    /// What a generator returned.
    Returned(Value),
    Raised(Value),
}

impl Outcome {
    /// As a native's result: an exception flies on.
    pub fn result(self, vm: &mut Vm) -> Res {
        match self {
            Outcome::Value(value) | Outcome::Returned(value) => Ok(value),
            Outcome::Raised(exception) => Err(vm.rethrow(exception)),
        }
    }
}

/// What the answer of a special method is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Question {
    /// `__bool__`: True or False.
    Truth,
    /// `__len__` in place of `__bool__`.
    Filled,
    /// Any object, whose truth is wanted.
    AnyTruth,
    /// `__len__`.
    Length,
    /// `__iter__`: an iterator.
    Iterator,
    /// `__str__` or `__repr__`.
    Str,
    Repr,
    /// `__format__`.
    Format,
    /// `__hash__`.
    Hash,
    /// The items that an assignment with several targets unpacks, as a list.
    Items,
    /// `__await__`: an iterator.
    Awaited,
    /// `__aiter__`, by `async for` and by `aiter`.
    AsyncIterator,
    AsyncSource,
    /// `__anext__`: an awaitable.
    AsyncItem,
    /// Whatever it is.
    Anything,
    /// Nothing: None takes its place.
    Nothing,
}

impl Question {
    const ALL: [Question; 16] = [
        Question::Truth,
        Question::Filled,
        Question::AnyTruth,
        Question::Length,
        Question::Iterator,
        Question::Str,
        Question::Repr,
        Question::Format,
        Question::Hash,
        Question::Items,
        Question::Awaited,
        Question::AsyncIterator,
        Question::AsyncSource,
        Question::AsyncItem,
        Question::Anything,
        Question::Nothing,
    ];

    /// For a frame of mode `Operator` to hold; with a register for what comes of it, unless the instruction knows.
    pub(crate) fn held(self, dst: Option<u16>) -> Value {
        Value::int_unchecked(self as i64 | dst.map_or(0, |dst| (i64::from(dst) + 1) << 8))
    }

    /// What `held` gave.
    pub(crate) fn of(held: &Value) -> Option<(Question, Option<u16>)> {
        let number = held.as_small_int()?;
        let question = Question::ALL.get((number & 0xff) as usize).copied()?;
        Some((question, u16::try_from((number >> 8) - 1).ok()))
    }
}

/// How a generator is to be resumed.
pub enum Resume {
    Send(Value),
    /// As `Send(None)`, giving this value at the end instead of StopIteration.
    Next(Value),
    /// Raise this exception at the suspension point.
    Throw(Value),
    Close,
    /// Carry on with the awaitable of an async generator: the value to send.
    Operate(Value),
    /// Raise this exception in the awaitable of an async generator.
    OperateThrow(Value),
}

/// An entry of the cache of attributes looked up on classes.
#[derive(Clone, Copy)]
struct MethodCacheEntry {
    version: u32,
    name: u64,
    /// Bits of the attribute, 0 if there is none. It lives as long as the version.
    value: u64,
}

const METHOD_CACHE: usize = 1 << 12;

/// Hooks of async generators (`sys.set_asyncgen_hooks`).
pub struct AsyncGenHooks {
    pub firstiter: Value,
    pub finalizer: Value,
}

/// What the module that brings futures tells the machine about them.
pub struct FutureHooks {
    /// Their `__await__`: where a class has another one, `await` calls that.
    pub wait: NativeFn,
    /// The result of a future that is done, or its exception.
    pub result: fn(&mut Vm, &Value) -> Res,
    /// Awaited, it yields None once; or unset.
    pub give_way: Value,
}

fn no_wait(vm: &mut Vm, _args: crate::Args<'_>) -> Res {
    Err(vm.system_error("there are no futures"))
}

fn no_result(vm: &mut Vm, _future: &Value) -> Res {
    Err(vm.system_error("there are no futures"))
}

/// An interpreter. It knows neither files nor clocks nor the terminal; for these it asks its `host`.
pub struct Vm {
    /// The running frame; null outside.
    pub frame: *mut Frame,
    pub stack: FrameStack,
    /// The exception in flight, while a `Thrown` is returned; otherwise unset.
    pub thrown: Value,
    pub(crate) request: Option<Request>,
    /// What `throw` or `close` wants raised in the leaf that runs next.
    pub(crate) pending_throw: Option<Value>,
    /// The next unwinding leaves the traceback of the frame it starts in as it is.
    pub(crate) skip_trace: bool,
    /// What a nested run ends with, between `Step::Exit` and the return of `run`.
    pub(crate) exit: Option<Exit>,
    /// The exception being handled (`sys.exception()`), or None.
    pub handled: Value,
    /// What the resumers of running generators were handling.
    pub(crate) saved_handled: Vec<Value>,
    /// Spent at back-edges, calls and resumes; at zero `dispatch::poll` looks after signals and fuel.
    pub budget: i32,
    /// Frames deeper than this are a RecursionError.
    pub recursion_limit: u32,
    /// Nested runs and recursions of native code, and their limit.
    pub native_depth: u32,
    /// Up to this depth native code has its questions answered by nested runs, which begin sooner than a frame is made;
    /// beyond it by frames, so that the native stack does not grow with what scripts do. At 0 it always waits in frames.
    pub shallow: u32,
    /// Runs of the dispatch loop under way: more than one if native code waits for a nested one.
    pub(crate) runs: u32,
    /// Whether finalisers run, which are begun wherever an object dies.
    pub(crate) finalizing: bool,
    /// Set from outside (a signal handler): `dispatch::poll` asks the host.
    pub interrupt: Arc<AtomicBool>,
    pub host: Box<dyn Host>,
    pub builtins: Ref<Dict>,
    /// The classes of generators, coroutines and async generators, by `GenKind`.
    pub(crate) generator_classes: [Ref<Class>; 3],
    /// `sys.modules`.
    pub modules: Ref<Dict>,
    pub asyncgen_hooks: AsyncGenHooks,
    /// Native modules by name.
    pub native_modules: std::collections::HashMap<&'static str, fn(&mut Vm) -> Res>,
    method_cache: Box<[MethodCacheEntry]>,
    pub(crate) attr_cache: crate::dispatch::AttrCache,
    /// What `await` does with futures (`crate::objects::Future`).
    pub futures: FutureHooks,
    /// The function of frames that native code waits in, once there is one.
    pub(crate) continuation: Value,
    /// The functions of frames that draw items for native code, without and with a key function, once there are any.
    pub(crate) drains: [Value; 2],
    /// The function of frames that algorithms compare in, once there is one.
    pub(crate) enquiry: Value,
    pub(crate) steps: Value,
    /// Steps of native iterators that are being left, the innermost first; empty while any code of the language runs.
    pub(crate) waiting: Vec<Waiting>,
    /// What the item of a native iterator is to come from.
    pub(crate) asked: Option<Asked>,
    /// Functions that draw one item, by shape and number of sources (`dispatch/lazy.rs`).
    pub(crate) lazy_stubs: [Vec<Value>; SHAPES],
    /// Codecs and error handlers of scripts.
    pub codecs: crate::ops::codec::Registry,
    /// The class of what `sys.unraisablehook` is given.
    pub unraisable_class: Value,
    /// Objects whose `repr` is under way.
    pub repr_active: Vec<u64>,
    /// What is counted, if anything is (`weft --stats`).
    pub stats: Option<Box<Stats>>,
    /// What `sys.settrace` and `sys.setprofile` made; none while nobody is told of anything.
    pub(crate) tracing: Option<Box<Tracing>>,
}

/// Spent until signals are looked at.
pub const BUDGET: i32 = 10_000;

/// Nested native runs allowed; each takes some kilobytes of native stack.
pub const NATIVE_LIMIT: u32 = 20_000;
/// See `Vm::shallow`.
const SHALLOW: u32 = 16;

/// A continuation that only hands on what came; that a generator returned is StopIteration.
pub(crate) fn give_item(vm: &mut Vm, _state: &Value, outcome: Outcome) -> Res {
    match outcome {
        Outcome::Returned(value) => Err(vm.stop_iteration(value)),
        outcome => outcome.result(vm),
    }
}

fn give_none(vm: &mut Vm, _state: &Value, outcome: Outcome) -> Res {
    outcome.result(vm).map(|_| Value::NONE)
}

impl Vm {
    /// A machine with the builtin types and an empty builtins namespace.
    pub fn new(host: Box<dyn Host>) -> Vm {
        Vm {
            frame: std::ptr::null_mut(),
            stack: FrameStack::new(),
            thrown: Value::UNSET,
            request: None,
            exit: None,
            pending_throw: None,
            skip_trace: false,
            handled: Value::NONE,
            saved_handled: Vec::new(),
            budget: BUDGET,
            recursion_limit: 1000,
            native_depth: 0,
            shallow: SHALLOW,
            runs: 0,
            finalizing: false,
            interrupt: Arc::new(AtomicBool::new(false)),
            host,
            builtins: Dict::create(),
            generator_classes: [&types().generator, &types().coroutine, &types().async_generator].map(Ref::clone),
            modules: Dict::create(),
            asyncgen_hooks: AsyncGenHooks { firstiter: Value::NONE, finalizer: Value::NONE },
            native_modules: std::collections::HashMap::new(),
            method_cache: vec![MethodCacheEntry { version: 0, name: 0, value: 0 }; METHOD_CACHE].into_boxed_slice(),
            attr_cache: crate::dispatch::AttrCache::new(),
            futures: FutureHooks { wait: no_wait, result: no_result, give_way: Value::UNSET },
            continuation: Value::UNSET,
            enquiry: Value::UNSET,
            steps: Value::UNSET,
            waiting: Vec::new(),
            asked: None,
            drains: [Value::UNSET, Value::UNSET],
            lazy_stubs: Default::default(),
            codecs: crate::ops::codec::Registry::default(),
            unraisable_class: Value::UNSET,
            repr_active: Vec::new(),
            stats: None,
            tracing: None,
        }
    }

    /// Asks the dispatch loop to do something in the native's place.
    #[cold]
    pub fn request(&mut self, request: Request) -> Thrown {
        self.request = Some(request);
        Thrown
    }

    /// What native code asks for that returned an error: the error's caller carries it out, or has somebody do so.
    pub fn take_request(&mut self) -> Option<Request> {
        self.request.take()
    }

    /// Whether what native code returned as an error is a request.
    pub fn has_request(&self) -> bool {
        self.request.is_some()
    }

    /// Has `then` go on if `result` is a request: what native code returns that may have to wait.
    pub fn and_then(&mut self, result: Res, then: Then, state: Value) -> Res {
        if result.is_err()
            && let Some(first) = self.request.take()
        {
            self.request = Some(Request::Then { first: Box::new(first), then, state });
        }
        result
    }

    /// None in place of a result, or of what it requests.
    pub fn for_none(&mut self, result: Res) -> Res {
        match result {
            Ok(_) => Ok(Value::NONE),
            failed => self.and_then(failed, give_none, Value::NONE),
        }
    }

    /// Has `then` go on with what `result` comes to: at once, or if it is a request, when that was carried out, in place of
    /// the continuation that asks for it.
    pub fn then(&mut self, result: Res, then: Then, state: &Value) -> Res {
        match result {
            Ok(value) => then(self, state, Outcome::Value(value)),
            Err(_) => match self.request.take() {
                Some(first) => {
                    let state = state.clone();
                    Err(self.request(Request::Instead { first: Box::new(first), then, state }))
                }
                None => {
                    let exception = self.catch();
                    then(self, state, Outcome::Raised(exception))
                }
            },
        }
    }

    /// What a continuation returns whose last act is what `result` may be a request for.
    pub fn last_act(&mut self, result: Res) -> Res {
        if result.is_err()
            && let Some(first) = self.request.take()
        {
            self.request = Some(match first {
                Request::Instead { .. } => first,
                first => Request::Instead { first: Box::new(first), then: give_item, state: Value::NONE },
            });
        }
        result
    }

    /// What a continuation returns that goes on with what `result` may be a request for, and is not at its end.
    pub fn stays<T>(&mut self, result: Res<T>) -> Res<T> {
        if result.is_err()
            && let Some(request) = self.request.take()
        {
            self.request = Some(request.as_answer());
        }
        result
    }

    /// What a continuation made by `Opaque::state` knows.
    pub fn state_of<'a, T: std::any::Any>(&mut self, state: &'a Value) -> Res<&'a T> {
        state.native_state::<T>().ok_or_else(|| self.system_error("a continuation with the state of another"))
    }

    /// The attribute `name` (interned) in a class's resolution order.
    #[inline]
    pub fn lookup(&mut self, class: &Class, name: &Value) -> Option<Value> {
        let bits = self.lookup_bits(class, name);
        if bits == 0 {
            return None;
        }
        // SAFETY: the class (whose version is unchanged) holds the attribute; `clone` takes a count of our own.
        Some(unsafe { (*std::mem::ManuallyDrop::new(Value::from_bits(bits))).clone() })
    }

    /// Whether the class has the attribute.
    #[inline]
    pub fn has_attr_on_class(&mut self, class: &Class, name: &Value) -> bool {
        self.lookup_bits(class, name) != 0
    }

    #[inline]
    fn lookup_bits(&mut self, class: &Class, name: &Value) -> u64 {
        let version = class.version();
        let slot = (name.bits() >> 4 ^ u64::from(version).wrapping_mul(0x9E37_79B1)) as usize & (METHOD_CACHE - 1);
        let entry = self.method_cache[slot];
        if entry.version == version && entry.name == name.bits() {
            return entry.value;
        }
        let value = class.find_in_mro(name).map_or(0, |v| v.bits());
        self.method_cache[slot] = MethodCacheEntry { version, name: name.bits(), value };
        value
    }

    /// A new module object, not yet in `sys.modules`.
    pub fn new_module(&mut self, name: &str) -> Ref<Module> {
        let dict = Dict::create();
        dict.set("__name__", name);
        dict.insert_str(&names().__doc__, Value::NONE);
        dict.insert_str(&names().__package__, Value::NONE);
        dict.insert_str(&names().__loader__, Value::NONE);
        dict.insert_str(&names().__spec__, Value::NONE);
        crate::heap::new(&types().module, Module::over(dict))
    }

    /// A module object over a namespace that exists already.
    pub fn new_module_over(&mut self, name: &str, dict: Ref<Dict>) -> Ref<Module> {
        dict.set("__name__", name);
        crate::heap::new(&types().module, Module::over(dict))
    }

    /// A native module with these functions.
    pub fn native_module(&mut self, name: &'static str, functions: &[(&'static str, NativeFn)]) -> Ref<Module> {
        let module = self.new_module(name);
        for &(function, native) in functions {
            module.dict.set(function, self.native_function(name, function, native));
        }
        module
    }

    /// A native function of a module.
    pub fn native_function(&mut self, module: &'static str, name: &'static str, function: NativeFn) -> Value {
        let native = Native::create(name, function, NativeKind::Function);
        native.module.set(intern(module.as_bytes()));
        native.into_value()
    }

    /// Makes the exception fly: `return Err(vm.throw(exception))`. Sets `__context__` as `raise` does.
    pub fn throw(&mut self, exception: Value) -> Thrown {
        self.chain_context(&exception);
        self.thrown = exception;
        Thrown
    }

    /// Makes the exception fly as it is.
    pub fn rethrow(&mut self, exception: Value) -> Thrown {
        self.thrown = exception;
        Thrown
    }

    /// Takes the exception out of the air; a request that was never carried out becomes a RuntimeError.
    pub fn catch(&mut self) -> Value {
        debug_assert!(self.request.is_none());
        std::mem::replace(&mut self.thrown, Value::UNSET)
    }

    /// Whether the exception in flight is an instance of `class`.
    pub fn thrown_is(&self, class: &Ref<Class>) -> bool {
        !self.thrown.is_unset() && crate::types::class_of(&self.thrown).is_subclass_of(class)
    }

    /// Sets the exception's context to the handled one, without making a cycle.
    fn chain_context(&mut self, exception: &Value) {
        if self.handled.is_none() || self.handled.is(exception) {
            return;
        }
        let Some(own) = exception.downcast::<Exception>() else { return };
        let mut link = self.handled.clone();
        // A context chain that leads to the exception itself is cut there.
        for _ in 0..10_000 {
            let next = match link.downcast::<Exception>() {
                Some(e) => e.context.get().clone(),
                None => break,
            };
            if next.is(exception) {
                if let Some(e) = link.downcast::<Exception>() {
                    e.context.set(Value::NONE);
                }
                break;
            }
            link = next;
        }
        own.context.set(self.handled.clone());
    }

    /// A guard against native recursion without end: RecursionError beyond the limit. Pair with `leave_native`.
    #[inline]
    pub fn enter_native(&mut self, what: &str) -> Res<()> {
        if self.native_is_exhausted() {
            return Err(self.recursion_error(what));
        }
        self.native_depth += 1;
        Ok(())
    }

    /// Whether one more nested run would be beyond the limit.
    #[inline]
    pub fn native_is_exhausted(&self) -> bool {
        self.native_depth >= self.native_limit()
    }

    /// How many nested runs and recursions of native code there may be.
    #[inline]
    pub fn native_limit(&self) -> u32 {
        NATIVE_LIMIT.min(self.recursion_limit.saturating_mul(10))
    }

    pub fn leave_native(&mut self) {
        self.native_depth -= 1;
    }

    /// A shared counter cell for weak use by hosts.
    pub fn interrupt_flag(&self) -> Arc<AtomicBool> {
        self.interrupt.clone()
    }
}
