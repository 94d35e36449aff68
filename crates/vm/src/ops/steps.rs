//! Native iterators whose items may have to come out of frames: `map`, `zip`, those of `itertools`.
//!
//! What such an iterator does for an item is written once, as a state machine (`Steps`): it is told what came of its last
//! question and says what it wants next. `advance` answers in a loop whatever native code can answer. At the first question
//! that is the language's the step is left, and noted in `Vm::waiting` with what it knows; so is each step that waits for
//! it, innermost first. Whoever wanted the item has frames made of them (`dispatch/waiting.rs`), in which they go on. As long
//! as few nested runs are under way, questions are answered by such runs, which begin sooner than frames.

use super::arith::{BinOp, is_builtin};
use super::compare::{Cmp, plain_compare};
use super::iter::{asks_for_items, quick_next};
use super::truth::{payload_truth, plain_truth};
use crate::frame::{GenState, Generator};
use crate::heap::Kind;
use crate::objects::{CallIter, Class, Enumerate, Filter, Map, StepFn, Zip};
use crate::value::Value;
use crate::{Args, Request, Res, Thrown, Vm, class_of, names, types};
use smallvec::{SmallVec, smallvec};

/// What a step is told.
pub enum Got {
    /// An item is wanted.
    Begin,
    /// The item of the iterator that was asked.
    Item(Value),
    /// It has none.
    End,
    /// What a call, a sum, `iter` came to.
    Value(Value),
    /// The truth of something.
    True,
    False,
    /// An exception flies: this step comes to nothing.
    Raised,
    /// Nothing yet, and the step was left: no step sees this.
    Left,
}

/// What a step wants next.
pub enum Want {
    /// The next item of an iterator: `Got::Item` or `Got::End`.
    Next(Value),
    /// What a function gives: `Got::Value`.
    Call(Value, Operands),
    /// An iterator over this: `Got::Value`.
    Iter(Value),
    /// A tuple of the items of this: `Got::Value`.
    Items(Value),
    /// The sum: `Got::Value`.
    Add(Value, Value),
    /// Its truth: `Got::True` or `Got::False`.
    Truth(Value),
    /// Whether what a function makes of the item that is kept is true: `Got::True` or `Got::False`; or what it makes of it, if
    /// that had to be waited for: `Got::Value`.
    Test(Value),
    /// Whether they are identical or equal: `Got::True` or `Got::False`.
    Same(Value, Value),
    /// This is the item.
    Give(Value),
    /// The item is what a function gives.
    GiveCall(Value, Operands),
    /// There are no more items.
    End,
}

pub type Operands = SmallVec<[Value; 2]>;

/// A single operand.
#[inline]
pub fn one(item: Value) -> Operands {
    smallvec![item]
}

/// What is local to one step. It is not in the iterator, which may be asked for another item meanwhile.
#[derive(Default)]
pub struct Local {
    /// How far the step is, as it likes to count.
    pub phase: u32,
    /// Unset if nothing is kept.
    pub kept: Option<Value>,
    pub items: Vec<Value>,
    /// Another step of native code wants the item.
    within: bool,
}

impl Local {
    pub(crate) fn new(phase: u32, kept: Option<Value>, items: Vec<Value>) -> Local {
        Local { phase, kept, items, within: false }
    }
}

/// What came of asking an iterator for its next item.
pub enum Drawn {
    Item(Value),
    End,
    /// The item is what `Vm::asked` comes to.
    Asks,
    /// Steps were left that will come to the item: see `Vm::waiting`.
    Waits,
}

/// What native code leaves to frames.
pub enum Asked {
    /// The next item of an iterator.
    Next(Value),
    Call(Value, Operands),
    Request(Box<Request>),
}

/// What a step was left for.
pub(crate) enum Pending {
    /// The item of the step that was noted before.
    Inner,
    Item(Asked),
    Value(Asked),
    Truth(Value),
    Add(Value, Value),
    Same(Value, Value),
}

/// A step that was left.
pub(crate) struct Waiting {
    pub object: Value,
    pub local: Local,
    pub pending: Pending,
}

/// Steps that were left, for a request.
pub struct LeftSteps(pub(crate) Vec<Waiting>);

/// A native iterator as a state machine.
pub trait Steps: Sized + 'static {
    /// The state of an object.
    fn of(object: &Value) -> Option<&Self> {
        object.native_state()
    }

    /// Takes what came of the last question and says what is wanted next.
    fn step(&self, vm: &mut Vm, local: &mut Local, got: Got) -> Res<Want>;

    /// An exception flies from what was wanted.
    fn raised(&self, _: &mut Vm) {}
}

/// `StepFn` of a state machine: goes on until there is an item, or the language has to be asked.
pub fn advance<T: Steps>(vm: &mut Vm, object: &Value, local: &mut Local, mut got: Got) -> Res<Drawn> {
    let Some(state) = T::of(object) else { return Ok(Drawn::End) };
    if matches!(got, Got::Raised) {
        state.raised(vm);
        return Ok(Drawn::End);
    }
    loop {
        // What is told and returned here fits two machine registers.
        let answer = match state.step(vm, local, got)? {
            Want::Give(item) => return Ok(Drawn::Item(item)),
            Want::End => return Ok(Drawn::End),
            Want::GiveCall(function, mut args) => return vm.give_call(function, &mut args, local.within),
            Want::Next(iterator) => match quick_next(&iterator) {
                Some(item) => Ok(Got::Item(item)),
                None => vm.answer_next(object, local, iterator),
            },
            Want::Call(function, mut args) => vm.answer_call(object, local, function, &mut args),
            Want::Truth(value) => vm.answer_truth(object, local, value),
            Want::Test(function) => vm.answer_test(object, local, function),
            Want::Same(a, b) => vm.answer_same(object, local, a, b),
            Want::Add(a, b) => vm.answer_sum(object, local, a, b),
            Want::Iter(value) => {
                let iterator = if vm.is_shallow() { vm.iter(&value) } else { vm.ask_iter(&value) };
                vm.answer_value(object, local, iterator)
            }
            Want::Items(value) => {
                let items = vm.ask_items(&value);
                vm.answer_value(object, local, items)
            }
        };
        got = match answer {
            Ok(Got::Left) => return Ok(Drawn::Waits),
            Ok(answer) => answer,
            Err(thrown) => {
                state.raised(vm);
                return Err(thrown);
            }
        };
    }
}

/// How an object makes its items, if it is an iterator with steps.
pub(crate) fn step_of(object: &Value) -> Option<StepFn> {
    match object.kind()? {
        Kind::Map => Some(advance::<Map>),
        Kind::Filter => Some(advance::<Filter>),
        Kind::Zip => Some(advance::<Zip>),
        Kind::Enumerate => Some(advance::<Enumerate>),
        Kind::CallIter => Some(advance::<CallIter>),
        Kind::Opaque => {
            let class = class_of(object);
            // A subclass has the steps of its base, where it asks for them.
            class.step().or_else(|| class.mro_tail.get().iter().find_map(|base| base.step()))
        }
        _ => None,
    }
}

impl Vm {
    /// Notes a step that has to wait.
    pub(crate) fn leave_step(&mut self, object: &Value, local: Local, pending: Pending) {
        self.waiting.push(Waiting { object: object.clone(), local, pending });
    }

    #[inline(never)]
    fn leave(&mut self, object: &Value, local: &mut Local, pending: Pending) -> Got {
        self.leave_step(object, std::mem::take(local), pending);
        Got::Left
    }

    /// An item that is what this comes to.
    fn asks(&mut self, asked: Asked) -> Drawn {
        self.asked = Some(asked);
        Drawn::Asks
    }

    /// What an item is to come from.
    pub(crate) fn take_asked(&mut self) -> Asked {
        // Nothing but `asks` makes a `Drawn::Asks`.
        self.asked.take().unwrap_or_else(|| Asked::Request(Box::new(Request::Pause)))
    }

    /// Asks an iterator for its next item as far as native code can.
    #[inline]
    pub(crate) fn draw(&mut self, iterator: &Value) -> Res<Drawn> {
        match quick_next(iterator) {
            Some(item) => Ok(Drawn::Item(item)),
            None => match self.draw_any(iterator) {
                Err(_) if self.thrown_is(&types().exceptions.StopIteration) => {
                    drop(self.catch());
                    Ok(Drawn::End)
                }
                drawn => drawn,
            },
        }
    }

    /// As `draw`, of what is not quick. StopIteration of a function that was called is left as it is.
    pub(crate) fn draw_any(&mut self, iterator: &Value) -> Res<Drawn> {
        if let Some(step) = class_of(iterator).step() {
            return self.draw_by(iterator, step);
        }
        if !is_builtin(iterator) {
            return self.draw_by_method(iterator);
        }
        match iterator.downcast::<Generator>() {
            Some(generator) if class_of(iterator).is(&types().generator) => {
                return Ok(match generator.state() {
                    GenState::Finished => Drawn::End,
                    _ if self.is_shallow() => self.next_of_generator(iterator)?.map_or(Drawn::End, Drawn::Item),
                    _ => self.asks(Asked::Next(iterator.clone())),
                });
            }
            _ => {}
        }
        if asks_for_items(iterator) && !self.is_shallow() {
            return Ok(self.asks(Asked::Next(iterator.clone())));
        }
        if let Some(step) = step_of(iterator) {
            return self.draw_by(iterator, step);
        }
        match self.next_builtin(iterator) {
            Some(item) => Ok(item?.map_or(Drawn::End, Drawn::Item)),
            None => self.draw_by_method(iterator),
        }
    }

    /// A step that native code wants of an iterator for a step of its own.
    fn draw_by(&mut self, iterator: &Value, step: StepFn) -> Res<Drawn> {
        self.enter_native("")?;
        let drawn = step(self, iterator, &mut Local { within: true, ..Local::default() }, Got::Begin);
        self.leave_native();
        drawn
    }

    /// The next item by `__next__`: native methods are called at once.
    #[inline(never)]
    fn draw_by_method(&mut self, iterator: &Value) -> Res<Drawn> {
        let Some(method) = self.special(iterator, &names().__next__) else {
            return Err(self.not_an_iterator(iterator));
        };
        if method.is_kind(Kind::Function) && self.is_shallow() {
            return self.call_on(&method, iterator, &[]).map(Drawn::Item);
        }
        match self.call_native(&method, std::slice::from_ref(iterator)) {
            Some(Ok(item)) if method.is_kind(Kind::Native) => item.map(Drawn::Item),
            Some(Err(request)) if method.is_kind(Kind::Native) => Ok(self.asks(Asked::Request(Box::new(request)))),
            _ => Ok(self.asks(Asked::Next(iterator.clone()))),
        }
    }

    /// An item that a native `__next__` has, or has to wait for.
    pub(crate) fn drawn(&mut self, drawn: Drawn) -> Res {
        match drawn {
            Drawn::Item(item) => Ok(item),
            Drawn::End => Err(self.stop_iteration(Value::NONE)),
            Drawn::Asks => {
                let request = match self.take_asked() {
                    Asked::Next(iterator) => Request::Next { iterator },
                    Asked::Call(callable, args) => Request::Call { callable, args: args.into_vec() },
                    Asked::Request(request) => *request,
                };
                Err(self.request(request))
            }
            Drawn::Waits => {
                let steps = LeftSteps(std::mem::take(&mut self.waiting));
                Err(self.request(Request::Steps(steps)))
            }
        }
    }

    /// `__next__` of a native iterator.
    pub fn next_by_step(&mut self, iterator: &Value, step: StepFn) -> Res {
        let drawn = step(self, iterator, &mut Local::default(), Got::Begin)?;
        self.drawn(drawn)
    }

    /// The next item of an iterator that is not quick.
    #[inline(never)]
    fn answer_next(&mut self, object: &Value, local: &mut Local, iterator: Value) -> Res<Got> {
        Ok(match self.draw(&iterator)? {
            Drawn::Item(item) => Got::Item(item),
            Drawn::End => Got::End,
            Drawn::Asks => {
                let asked = self.take_asked();
                self.leave(object, local, Pending::Item(asked))
            }
            Drawn::Waits => self.leave(object, local, Pending::Inner),
        })
    }

    #[inline(never)]
    fn answer_call(&mut self, object: &Value, local: &mut Local, function: Value, args: &mut [Value]) -> Res<Got> {
        match self.call_at_once(&function, args, true) {
            Some(result) => self.answer_value(object, local, result),
            None => {
                let asked = Asked::Call(function, (&*args).into());
                Ok(self.leave(object, local, Pending::Value(asked)))
            }
        }
    }

    #[inline(never)]
    fn answer_test(&mut self, object: &Value, local: &mut Local, function: Value) -> Res<Got> {
        let mut args = [local.kept.clone().unwrap_or(Value::NONE)];
        match self.call_at_once(&function, &mut args, true) {
            Some(Ok(answer)) => self.answer_truth(object, local, answer),
            Some(failed) => self.answer_value(object, local, failed),
            None => {
                let asked = Asked::Call(function, (&args[..]).into());
                Ok(self.leave(object, local, Pending::Value(asked)))
            }
        }
    }

    #[inline]
    fn answer_truth(&mut self, object: &Value, local: &mut Local, value: Value) -> Res<Got> {
        Ok(match self.truth_at_once(&value)? {
            Some(true) => Got::True,
            Some(false) => Got::False,
            None => self.leave(object, local, Pending::Truth(value)),
        })
    }

    fn answer_same(&mut self, object: &Value, local: &mut Local, a: Value, b: Value) -> Res<Got> {
        let same = if a.is(&b) { Some(true) } else { plain_compare(Cmp::Eq, &a, &b) };
        Ok(match same {
            None if self.is_shallow() => match self.equals(&a, &b)? {
                true => Got::True,
                false => Got::False,
            },
            Some(true) => Got::True,
            Some(false) => Got::False,
            None => self.leave(object, local, Pending::Same(a, b)),
        })
    }

    fn answer_sum(&mut self, object: &Value, local: &mut Local, a: Value, b: Value) -> Res<Got> {
        if self.is_shallow() {
            return self.binary(BinOp::Add, &a, &b).map(Got::Value);
        }
        if !is_builtin(&a) || !is_builtin(&b) {
            return Ok(self.leave(object, local, Pending::Add(a, b)));
        }
        let sum = self.ask_binary(BinOp::Add, &a, &b);
        self.answer_value(object, local, sum)
    }

    /// A value that came at once, or is requested.
    fn answer_value(&mut self, object: &Value, local: &mut Local, result: Res) -> Res<Got> {
        match result {
            Ok(value) => Ok(Got::Value(value)),
            Err(thrown) => match self.request.take() {
                Some(request) => Ok(self.leave(object, local, Pending::Value(Asked::Request(Box::new(request))))),
                None => Err(thrown),
            },
        }
    }

    #[inline(never)]
    fn give_call(&mut self, function: Value, args: &mut [Value], within: bool) -> Res<Drawn> {
        // Otherwise the function's frame takes the place of the step.
        let Some(result) = self.call_at_once(&function, args, within) else {
            return Ok(self.asks(Asked::Call(function, (&*args).into())));
        };
        match result {
            Ok(item) => Ok(Drawn::Item(item)),
            Err(thrown) => match self.request.take() {
                Some(request) => Ok(self.asks(Asked::Request(Box::new(request)))),
                None => Err(thrown),
            },
        }
    }

    /// Calls what is native, whose request is the caller's, and what may be `nested` as long as few runs are. None if it is
    /// left to a frame.
    fn call_at_once(&mut self, function: &Value, args: &mut [Value], nested: bool) -> Option<Res> {
        let nested = nested && self.is_shallow();
        if !nested && function.is_kind(Kind::Function) {
            return None;
        }
        if nested {
            return Some(self.call_args(function, args, &[]));
        }
        if let Some(class) = function.downcast::<Class>() {
            let make = class.direct().filter(|_| !function.is(types().r#type.value()))?;
            return Some(make(self, Args::new(args, &[], crate::args::unset())));
        }
        match self.call_native(function, args)? {
            Ok(result) => Some(result),
            Err(request) => Some(Err(self.request(request))),
        }
    }

    /// The truth of a value, unless a method in the language tells it.
    #[inline]
    fn truth_at_once(&mut self, value: &Value) -> Res<Option<bool>> {
        match plain_truth(value) {
            Some(truth) => Ok(Some(truth)),
            None if self.is_shallow() => self.truth(value).map(Some),
            None => Ok(self.truth_without_methods(value)),
        }
    }

    fn truth_without_methods(&mut self, value: &Value) -> Option<bool> {
        let asked = self.special(value, &names().__bool__).is_some() || self.special(value, &names().__len__).is_some();
        if asked { None } else { Some(payload_truth(value).unwrap_or(true)) }
    }

    /// Tells steps that were left that they come to nothing.
    pub(crate) fn give_up_steps(&mut self, waiting: Vec<Waiting>) {
        for Waiting { object, mut local, .. } in waiting {
            if let Some(step) = step_of(&object) {
                // Nothing is asked any more.
                let given_up: Result<Drawn, Thrown> = step(self, &object, &mut local, Got::Raised);
                drop(given_up);
            }
        }
    }
}
