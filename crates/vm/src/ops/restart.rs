//! Natives that ask the language in the midst of their work: for indices, numbers, truth.
//!
//! A native of the kind `RestartableFn` sees the machine as `Restartable`. What it asks of an object whose method is in the
//! language is answered by a nested run while few of these are under way. Deeper down it is left at once and its question
//! put in a frame; with the answer it is begun anew, and told all the answers there are so far in the order of its
//! questions. So it must have done nothing but ask before its last question; what else has an effect goes through
//! `Asks::once`. Only `restartable!` and `restart::begin` make a native of the kind callable.

use super::number::checked_int;
use crate::heap::{Kind, Ref};
use crate::objects::{Class, Opaque, Slice};
use crate::value::Value;
use crate::vm::Outcome;
use crate::{Args, Request, Res, Thrown, Vm, class_of, names, types};
use std::cell::RefCell;
use std::ops::{Deref, DerefMut};

/// A native that may be begun anew until all its questions are answered.
pub type RestartableFn = fn(&mut Restartable<'_>, Args<'_>) -> Res;

/// A native function of a restartable one, for a table.
#[macro_export]
macro_rules! restartable {
    ($native:expr) => {
        |vm, args| {
            const NATIVE: $crate::ops::restart::RestartableFn = $native;
            $crate::ops::restart::begin(vm, args, NATIVE)
        }
    };
}

/// The machine as a native sees it that may be begun anew.
pub struct Restartable<'a> {
    vm: &'a mut Vm,
    /// Absent as long as nothing was asked that may have to wait.
    log: Option<Box<Log>>,
}

#[derive(Default)]
struct Log {
    answers: Vec<Answer>,
    /// How many of the answers were given to the native since it was begun.
    given: usize,
    waits: Option<Waits>,
}

/// Something asked of an object, or something done once: then object and name are unset.
struct Answer {
    object: Value,
    name: Value,
    outcome: Result<Value, Value>,
}

/// The question that the native was left for.
struct Waits {
    object: Value,
    name: Value,
    request: Request,
}

/// A native that waits for an answer.
struct Left {
    native: RestartableFn,
    args: Vec<Value>,
    names: Vec<Value>,
    data: Value,
    answers: RefCell<Vec<Answer>>,
    /// What was asked of which object.
    asked: RefCell<(Value, Value)>,
}

/// Calls a native that may be begun anew.
#[inline(always)]
pub fn begin(vm: &mut Vm, args: Args<'_>, native: RestartableFn) -> Res {
    let mut machine = Restartable { vm, log: None };
    let result = native(&mut machine, args);
    match machine.log {
        None => result,
        Some(log) => leave(machine.vm, args, native, result, *log),
    }
}

/// The result of a native that was begun, or the request for what it waits for.
#[cold]
#[inline(never)]
fn leave(vm: &mut Vm, args: Args<'_>, native: RestartableFn, result: Res, log: Log) -> Res {
    let Some(waits) = log.waits else { return result };
    // What the native made of being left is no error.
    drop(vm.catch());
    let (values, names) = args.raw();
    let left = Left {
        native,
        args: values.to_vec(),
        names: names.to_vec(),
        data: args.data.clone(),
        answers: RefCell::new(log.answers),
        asked: RefCell::new((waits.object, waits.name)),
    };
    let first = Box::new(waits.request);
    Err(vm.request(Request::Then { first, then: begin_anew, state: Opaque::state(left) }))
}

/// The answer has come that a native waits for.
fn begin_anew(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let left = vm.state_of::<Left>(state)?;
    let outcome = match outcome {
        Outcome::Value(value) | Outcome::Returned(value) => Ok(value),
        Outcome::Raised(exception) => Err(exception),
    };
    let (object, name) = left.asked.replace((Value::UNSET, Value::UNSET));
    let mut answers = left.answers.take();
    answers.push(Answer { object, name, outcome });
    let log = Box::new(Log { answers, given: 0, waits: None });
    let mut machine = Restartable { vm, log: Some(log) };
    let result = (left.native)(&mut machine, Args::new(&left.args, &left.names, &left.data));
    let Restartable { vm, log } = machine;
    let log = log.map_or_else(Log::default, |log| *log);
    let Some(waits) = log.waits else { return vm.last_act(result) };
    drop(vm.catch());
    left.answers.replace(log.answers);
    left.asked.replace((waits.object, waits.name));
    Err(vm.request(waits.request.as_answer()))
}

impl Deref for Restartable<'_> {
    type Target = Vm;

    #[inline(always)]
    fn deref(&self) -> &Vm {
        self.vm
    }
}

impl DerefMut for Restartable<'_> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut Vm {
        self.vm
    }
}

impl Restartable<'_> {
    /// The answer given before to what is asked now, if the native was begun anew and has not come to its newest question.
    fn answered(&mut self, object: &Value, name: &Value) -> Option<Res<Option<Value>>> {
        let log = self.log.as_mut()?;
        if log.waits.is_some() {
            return Some(Err(Thrown));
        }
        let answer = log.answers.get(log.given)?;
        if !answer.object.is(object) || !answer.name.is(name) {
            // What was asked next was something else, so there was no such method.
            return Some(Ok(None));
        }
        log.given += 1;
        Some(match answer.outcome.clone() {
            Ok(value) => Ok(Some(value)),
            Err(exception) => Err(self.vm.rethrow(exception)),
        })
    }

    /// Notes what was done, lest it be done again.
    fn note(&mut self, object: &Value, name: &Value, result: Res) -> Res {
        let outcome = match result {
            Ok(value) => Ok(value),
            Err(_) => Err(self.vm.catch()),
        };
        let log = self.log.get_or_insert_default();
        log.answers.push(Answer { object: object.clone(), name: name.clone(), outcome: outcome.clone() });
        log.given += 1;
        outcome.map_err(|exception| self.vm.rethrow(exception))
    }

    /// Calls a method that was found on an object's class, or leaves the native for it.
    fn ask_method(&mut self, method: Value, object: &Value, name: &Value, args: &[Value]) -> Res {
        if self.vm.is_shallow() {
            return self.vm.call_on(&method, object, args);
        }
        if !method.is_kind(Kind::Function) {
            let result = self.vm.call_on(&method, object, args);
            return self.note(object, name, result);
        }
        let args = std::iter::once(object).chain(args).cloned().collect();
        Err(self.wait(object, name, Request::Call { callable: method, args }))
    }

    /// Leaves the native until this was carried out.
    fn wait(&mut self, object: &Value, name: &Value, request: Request) -> Thrown {
        let waits = Waits { object: object.clone(), name: name.clone(), request };
        self.log.get_or_insert_default().waits = Some(waits);
        Thrown
    }

    /// What was done once before, where something may have to be remembered.
    fn done(&mut self) -> Option<Res> {
        match self.answered(&Value::UNSET, &Value::UNSET)? {
            Ok(value) => value.map(Ok),
            Err(thrown) => Some(Err(thrown)),
        }
    }

    /// Notes a result, or leaves the native for it.
    #[cold]
    fn settle(&mut self, result: Res) -> Res {
        let result = match self.vm.request.take() {
            None => result,
            Some(request) if !self.vm.is_shallow() => return Err(self.wait(&Value::UNSET, &Value::UNSET, request)),
            Some(request) => {
                let requested = Err(self.vm.request(request));
                self.vm.complete(requested)
            }
        };
        self.note(&Value::UNSET, &Value::UNSET, result)
    }
}

/// Who asks objects for indices, numbers and truth: the machine itself by nested runs, `Restartable` natives in frames.
pub trait Asks: Sized {
    fn vm(&mut self) -> &mut Vm;

    /// What the special method of an object's class gives; None if the class has none.
    fn ask(&mut self, object: &Value, name: &Value, args: &[Value]) -> Res<Option<Value>>;

    /// Whether `ask` would find a method.
    fn asks(&mut self, object: &Value, name: &Value) -> bool;

    /// Does something that must not be done again where a native is begun anew.
    fn once(&mut self, act: impl FnOnce(&mut Vm) -> Res) -> Res;

    /// Does something once whose result may be requested.
    fn once_asked(&mut self, act: impl FnOnce(&mut Vm) -> Res) -> Res;

    /// Takes the exception out of the air that what was asked raised; fails where that is yet to be asked.
    fn caught(&mut self) -> Res;

    /// Runs a step that may lead to further such steps, with their depth bounded; `what` is for the RecursionError.
    fn bounded<T>(&mut self, what: &str, step: impl FnOnce(&mut Self) -> Res<T>) -> Res<T> {
        self.vm().enter_native(what)?;
        let result = step(self);
        self.vm().leave_native();
        result
    }

    /// Whether two objects are the same or equal.
    fn is_same(&mut self, a: &Value, b: &Value) -> Res<bool> {
        Ok(self.once_asked(|vm| vm.ask_same(a, b))?.is_true())
    }

    /// An attribute by name, if the object has it.
    fn attr(&mut self, object: &Value, name: &Value) -> Res<Option<Value>> {
        // No object of a script's is this one.
        let found = self.once_asked(|vm| vm.ask_attr_or(object, name, Value::SEND))?;
        Ok(Some(found).filter(|found| !found.is(&Value::SEND)))
    }

    /// An iterator over an object, asked for once; `wrong` is the TypeError in place of any that this raises.
    fn once_iterated(&mut self, iterable: &Value, wrong: impl FnOnce() -> String) -> Res {
        let iterator = self.once_asked(|vm| vm.ask_iter(iterable));
        if iterator.is_err() && self.vm().thrown_is(&types().exceptions.TypeError) {
            drop(self.vm().catch());
            return Err(self.vm().type_error(wrong()));
        }
        iterator
    }

    /// The integer that stands for an object as an index (`__index__`).
    fn to_index(&mut self, value: &Value) -> Res {
        if value.is_small_int() {
            return Ok(value.clone());
        }
        if value.is_int() {
            return Ok(super::number::exact_int(value));
        }
        match self.ask(value, &names().__index__, &[])? {
            Some(answer) => Ok(super::number::exact_int(&checked_int(self, "__index__", answer)?)),
            None => {
                let name = class_of(value).name_str();
                Err(self.vm().type_error(format!("'{name}' object cannot be interpreted as an integer")))
            }
        }
    }

    /// Whether `to_index` would find a way.
    #[inline]
    fn has_index(&mut self, value: &Value) -> bool {
        value.is_int() || self.asks(value, &names().__index__)
    }

    /// An object as a machine-sized number, for counts; OverflowError beyond.
    #[inline]
    fn as_index(&mut self, value: &Value) -> Res<i64> {
        if let Some(n) = value.as_small_int() {
            return Ok(n);
        }
        let index = self.to_index(value)?;
        index.as_i64().ok_or_else(|| {
            let message = unfit(value);
            self.vm().overflow_error(message)
        })
    }

    /// As `as_index`, for native arguments of machine size.
    #[inline]
    fn as_ssize(&mut self, value: &Value) -> Res<i64> {
        if let Some(n) = value.as_small_int() {
            return Ok(n);
        }
        let index = self.to_index(value)?;
        index.as_i64().ok_or_else(|| self.vm().overflow_error("Python int too large to convert to C ssize_t"))
    }

    /// An object as a subscript; IndexError beyond what fits.
    fn as_subscript(&mut self, value: &Value) -> Res<i64> {
        if let Some(n) = value.as_small_int() {
            return Ok(n);
        }
        let index = self.to_index(value)?;
        index.as_i64().ok_or_else(|| {
            let message = unfit(value);
            self.vm().index_error(message)
        })
    }

    /// A bound of a slice: None, or a number clipped to the machine's range.
    fn slice_bound(&mut self, value: &Value) -> Res<Option<i64>> {
        if value.is_none() {
            return Ok(None);
        }
        if let Some(n) = value.as_small_int() {
            return Ok(Some(n));
        }
        if !self.has_index(value) {
            let message = "slice indices must be integers or None or have an __index__ method";
            return Err(self.vm().type_error(message));
        }
        let index = self.to_index(value)?;
        Ok(Some(index.as_i64().unwrap_or_else(|| {
            let negative = index.as_big().is_some_and(|n| n.sign() == num_bigint::Sign::Minus);
            if negative { -i64::MAX } else { i64::MAX }
        })))
    }

    /// Start, stop and step of a slice.
    fn slice_parts(&mut self, slice: &Slice) -> Res<(Option<i64>, Option<i64>, i64)> {
        let step = self.slice_bound(&slice.step)?.unwrap_or(1);
        if step == 0 {
            return Err(self.vm().value_error("slice step cannot be zero"));
        }
        Ok((self.slice_bound(&slice.start)?, self.slice_bound(&slice.stop)?, step))
    }

    /// An object as a byte, 0 to 255.
    fn as_byte(&mut self, value: &Value) -> Res<u8> {
        let index = self.to_index(value)?;
        match index.as_i64().and_then(|n| u8::try_from(n).ok()) {
            Some(byte) => Ok(byte),
            None => Err(self.vm().value_error("byte must be in range(0, 256)")),
        }
    }

    /// The truth of an object, by `__bool__` or `__len__` if no native code knows it.
    fn is_true(&mut self, value: &Value) -> Res<bool> {
        if let Some(truth) = super::truth::plain_truth(value) {
            return Ok(truth);
        }
        if let Some(answer) = self.ask(value, &names().__bool__, &[])? {
            return self.vm().checked_truth(&answer);
        }
        if let Some(answer) = self.ask(value, &names().__len__, &[])? {
            return Ok(self.vm().checked_len(&answer)? != 0);
        }
        Ok(super::truth::payload_truth(value).unwrap_or(true))
    }

    /// Gives a warning, once.
    fn warn(&mut self, class: &Ref<Class>, message: &str) -> Res<()> {
        self.once_asked(|vm| crate::builtins::warning::ask_warn(vm, class, message)).map(drop)
    }
}

#[cold]
fn unfit(value: &Value) -> String {
    format!("cannot fit '{}' into an index-sized integer", class_of(value).name_str())
}

impl Asks for Vm {
    #[inline(always)]
    fn vm(&mut self) -> &mut Vm {
        self
    }

    fn ask(&mut self, object: &Value, name: &Value, args: &[Value]) -> Res<Option<Value>> {
        match self.special(object, name) {
            Some(method) => self.call_on(&method, object, args).map(Some),
            None => Ok(None),
        }
    }

    #[inline]
    fn asks(&mut self, object: &Value, name: &Value) -> bool {
        self.has_attr_on_class(class_of(object), name)
    }

    fn once(&mut self, act: impl FnOnce(&mut Vm) -> Res) -> Res {
        act(self)
    }

    fn once_asked(&mut self, act: impl FnOnce(&mut Vm) -> Res) -> Res {
        let result = act(self);
        self.complete(result)
    }

    fn caught(&mut self) -> Res {
        Ok(self.catch())
    }
}

impl Asks for Restartable<'_> {
    #[inline(always)]
    fn vm(&mut self) -> &mut Vm {
        self.vm
    }

    fn ask(&mut self, object: &Value, name: &Value, args: &[Value]) -> Res<Option<Value>> {
        if let Some(known) = self.answered(object, name) {
            return known;
        }
        match self.vm.special(object, name) {
            Some(method) => self.ask_method(method, object, name, args).map(Some),
            None => Ok(None),
        }
    }

    fn asks(&mut self, object: &Value, name: &Value) -> bool {
        let next = self.log.as_ref().and_then(|log| log.answers.get(log.given));
        match next {
            Some(answer) if answer.object.is(object) => answer.name.is(name),
            _ => self.vm.has_attr_on_class(class_of(object), name),
        }
    }

    #[inline]
    fn once_asked(&mut self, act: impl FnOnce(&mut Vm) -> Res) -> Res {
        if self.log.is_none() && self.vm.is_shallow() {
            let result = act(self.vm);
            return if result.is_ok() { result } else { self.vm.complete(result) };
        }
        if let Some(result) = self.done() {
            return result;
        }
        let result = act(self.vm);
        self.settle(result)
    }

    fn caught(&mut self) -> Res {
        if self.log.as_ref().is_some_and(|log| log.waits.is_some()) { Err(Thrown) } else { Ok(self.vm.catch()) }
    }

    fn once(&mut self, act: impl FnOnce(&mut Vm) -> Res) -> Res {
        // What was begun deeper down may go on where it is shallow.
        if self.log.is_none() && self.vm.is_shallow() {
            return act(self.vm);
        }
        if let Some(result) = self.done() {
            return result;
        }
        let result = act(self.vm);
        self.note(&Value::UNSET, &Value::UNSET, result)
    }
}
