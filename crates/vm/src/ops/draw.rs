//! Items that are drawn for native code: at once, or by request where they come out of frames.

use super::arith::is_builtin;
use super::iter::asks_for_items;
use crate::args::unset;
use crate::dispatch::is_surely_plain;
use crate::heap::{Kind, VmCell};
use crate::objects::{Accumulator, Fed, Opaque, SeqIter, Take, Wanted};
use crate::ops::steps::{Drawn, step_of};
use crate::value::Value;
use crate::vm::{Outcome, Question};
use crate::{Request, Res, Thrown, Vm, class_of, names, types};

/// An iterable whose length or hint is asked for before its items are drawn.
struct Collecting {
    iterable: Value,
    /// What is asked for its length: the iterable, or what it iterates over by `__getitem__`.
    sized: Value,
    iterator: VmCell<Value>,
    into: VmCell<Option<Accumulator>>,
}

fn ask_len(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let iterator = outcome.result(vm)?;
    let collecting = vm.state_of::<Collecting>(state)?;
    drop(collecting.iterator.replace(iterator));
    let len = match vm.ask_special(&collecting.sized, &names().__len__, Value::UNSET, Question::Length) {
        Some(asked) => Err(asked),
        None if vm.special(&collecting.sized, &names().__len__).is_none() => return ask_hint(vm, state),
        None => vm.len(&collecting.sized).map(|_| Value::NONE),
    };
    vm.then(len, after_len, state)
}

fn after_len(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    match outcome.result(vm) {
        Ok(_) => begin_drawing(vm, state),
        Err(_) if vm.thrown_is(&types().exceptions.TypeError) => {
            drop(vm.catch());
            ask_hint(vm, state)
        }
        failed => failed,
    }
}

fn ask_hint(vm: &mut Vm, state: &Value) -> Res {
    let Collecting { iterable, sized, .. } = vm.state_of::<Collecting>(state)?;
    if !sized.is(iterable) {
        return begin_drawing(vm, state);
    }
    let hint = match vm.ask_special(iterable, &names().__length_hint__, Value::UNSET, Question::Anything) {
        Some(asked) => Err(asked),
        None => match vm.special(iterable, &names().__length_hint__) {
            Some(method) => vm.call_on(&method, iterable, &[]),
            None => return begin_drawing(vm, state),
        },
    };
    vm.then(hint, after_hint, state)
}

fn after_hint(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let hint = outcome.result(vm);
    vm.checked_hint(hint, 0)?;
    begin_drawing(vm, state)
}

fn begin_drawing(vm: &mut Vm, state: &Value) -> Res {
    let collecting = vm.state_of::<Collecting>(state)?;
    let Some(into) = collecting.into.replace(None) else { return Ok(Value::NONE) };
    let drawn = Err(vm.drain_iterator(collecting.iterator.get(), into));
    vm.last_act(drawn)
}

impl Vm {
    /// Whether items of this come out of frames, so that native code had better wait for them: see `drain`.
    #[inline]
    pub fn draws_from_frames(&mut self, iterable: &Value) -> bool {
        match iterable.kind() {
            Some(Kind::Generator | Kind::Map | Kind::Filter | Kind::CallIter) => true,
            Some(Kind::Zip | Kind::Enumerate) => !is_surely_plain(iterable),
            Some(Kind::SeqIter) => asks_for_items(iterable),
            Some(Kind::MappingProxy) if is_builtin(iterable) => {
                crate::types::proxy::mapping_shown(iterable).is_some_and(|mapping| self.draws_from_frames(&mapping))
            }
            None => false,
            Some(_) if is_builtin(iterable) => false,
            Some(Kind::Opaque) if step_of(iterable).is_some() => !class_of(iterable).steps_natively(),
            Some(kind) => match self.special(iterable, &names().__iter__) {
                Some(method) if method.is_kind(Kind::Function) => true,
                Some(_) => self.method_in_language(iterable, &names().__next__).is_some(),
                None => kind != Kind::Dict && self.method_in_language(iterable, &names().__getitem__).is_some(),
            },
        }
    }

    /// The same for natives that ask for the number of items beforehand, which scripts can tell.
    pub fn collects_from_frames(&mut self, iterable: &Value) -> bool {
        self.draws_from_frames(iterable)
            || self.method_in_language(iterable, &names().__len__).is_some()
            || self.method_in_language(iterable, &names().__length_hint__).is_some()
    }

    /// What a native returns to have the items of an iterable drawn, in place of its own result.
    pub fn drain(&mut self, iterable: &Value, into: Accumulator) -> Thrown {
        self.request(Request::Drain { iterable: iterable.clone(), into, key: Value::UNSET, asked: None })
    }

    /// As `drain`, from an iterator, of which no iterator is asked for.
    fn drain_iterator(&mut self, iterator: &Value, into: Accumulator) -> Thrown {
        let asked = Some(Box::new(Wanted::Next));
        self.request(Request::Drain { iterable: iterator.clone(), into, key: Value::UNSET, asked })
    }

    /// As `accumulate`, from an iterator, of which no iterator is asked for.
    pub fn accumulate_iterator(&mut self, iterator: &Value, into: Accumulator) -> Res {
        if self.draws_from_frames(iterator) || self.method_in_language(iterator, &names().__next__).is_some() {
            return Err(self.drain_iterator(iterator, into));
        }
        self.accumulate_next(iterator, into, unset())
    }

    /// As `iter`, where `__iter__` in the language is requested.
    pub fn ask_iter(&mut self, iterable: &Value) -> Res {
        if is_builtin(iterable)
            && let Some(mapping) = crate::types::proxy::mapping_shown(iterable)
        {
            return self.ask_iter(&mapping);
        }
        match self.ask_special(iterable, &names().__iter__, Value::UNSET, Question::Iterator) {
            Some(asked) => Err(asked),
            None => self.iter(iterable),
        }
    }

    /// Asks for the number of items, as those do who make room for them; the answer is not needed. Gives anything.
    pub fn ask_room(&mut self, iterable: &Value) -> Res {
        if is_builtin(iterable) {
            return Ok(Value::NONE);
        }
        let iterator = VmCell::new(iterable.clone());
        let (sized, iterable, into) = (iterable.clone(), iterable.clone(), VmCell::new(None));
        let state = Opaque::state(Collecting { iterable, sized, iterator, into });
        ask_len(self, &state, Outcome::Value(Value::NONE))
    }

    /// Hands each item of an iterable to `take` with a state, until that gives something other than None. If it never does,
    /// `result` comes of it. What `take` requests is waited for.
    pub fn each(&mut self, iterable: &Value, take: Take, state: Value, result: Value) -> Res {
        self.accumulate(iterable, Accumulator::Each { take, state, result }, unset())
    }

    /// As `each`, from an iterator that native code can draw from and an item that was drawn already.
    pub fn each_from(&mut self, first: Value, iterator: &Value, take: Take, state: Value, result: Value) -> Res {
        let mut into = Accumulator::Each { take, state, result };
        match into.feed(self, first, Value::UNSET)? {
            Fed::Taken => self.accumulate_next(iterator, into, unset()),
            Fed::Ends(value) => Ok(value),
            Fed::Asks(asked) => {
                let (iterable, key) = (iterator.clone(), Value::UNSET);
                Err(self.request(Request::Drain { iterable, into, key, asked: Some(asked) }))
            }
        }
    }

    /// As `drain`, after the number of items was asked for. The answer is not needed, but that the question is asked shows.
    pub fn drain_after_hint(&mut self, iterable: &Value, into: Accumulator) -> Thrown {
        let sized = match iterable.downcast::<SeqIter>() {
            Some(iter) if asks_for_items(iterable) => iter.sequence.get(),
            _ => iterable,
        };
        if is_builtin(sized)
            || self.special(sized, &names().__len__).is_none()
                && self.special(sized, &names().__length_hint__).is_none()
        {
            return self.drain(iterable, into);
        }
        let sized = sized.clone();
        let iterator = self.ask_iter(iterable);
        let (iterable, into) = (iterable.clone(), VmCell::new(Some(into)));
        let state = Opaque::state(Collecting { iterable, sized, iterator: VmCell::new(Value::UNSET), into });
        match self.then(iterator, ask_len, &state) {
            Err(thrown) => thrown,
            Ok(_) => self.system_error("items that came before they were drawn"),
        }
    }

    /// Hands the items of an iterable to an accumulator: at once as long as native code can tell what comes of them, and by
    /// request from the first one on that it can't. `key` is unset if there is none.
    pub fn accumulate(&mut self, iterable: &Value, into: Accumulator, key: &Value) -> Res {
        if self.draws_from_frames(iterable) || !key.is_unset() && !key.is_kind(Kind::Native) {
            let (iterable, key) = (iterable.clone(), key.clone());
            return Err(self.request(Request::Drain { iterable, into, key, asked: None }));
        }
        let iterator = self.iter(iterable)?;
        self.accumulate_next(&iterator, into, key)
    }

    /// Whether a key function may be called for items without a frame: it is native, and asks nothing of them that nests
    /// deep.
    pub(crate) fn maps_plainly(&mut self, key: &Value, items: &[Value]) -> bool {
        key.is_kind(Kind::Native)
            && items.iter().all(|item| {
                !item.is_heap()
                    || is_builtin(item) && (self.is_shallow() || super::enquiry::compares_plainly(self, item))
            })
    }

    /// As `accumulate`, from an iterator that native code can draw from.
    pub(crate) fn accumulate_next(&mut self, iterator: &Value, mut into: Accumulator, key: &Value) -> Res {
        loop {
            let item = match self.draw(iterator)? {
                Drawn::Item(item) => item,
                Drawn::End => return into.finish(self),
                drawn => return Err(self.accumulate_drawn(iterator, into, key, drawn)),
            };
            let fed = if key.is_unset() {
                if into.takes_quickly(&item) {
                    continue;
                }
                into.feed(self, item, Value::UNSET)?
            } else if self.maps_plainly(key, std::slice::from_ref(&item)) {
                match self.call_native(key, std::slice::from_ref(&item)) {
                    Some(Ok(rank)) => into.feed(self, item, rank?)?,
                    Some(Err(request)) => Fed::Asks(Box::new(Wanted::Ranked { item, request })),
                    None => Fed::Asks(Box::new(Wanted::Rank { item })),
                }
            } else {
                Fed::Asks(Box::new(Wanted::Rank { item }))
            };
            match fed {
                Fed::Taken => {}
                Fed::Ends(value) => return Ok(value),
                Fed::Asks(wanted) => {
                    let (iterable, key) = (iterator.clone(), key.clone());
                    return Err(self.request(Request::Drain { iterable, into, key, asked: Some(wanted) }));
                }
            }
        }
    }

    /// What hands an item that is still to come to an accumulator, and all those behind it.
    fn accumulate_drawn(&mut self, iterator: &Value, into: Accumulator, key: &Value, drawn: Drawn) -> Thrown {
        let (iterable, key) = (iterator.clone(), key.clone());
        match self.drawn(drawn) {
            Err(thrown) => match self.request.take() {
                Some(request) => {
                    let asked = Some(Box::new(Wanted::Item { request }));
                    self.request(Request::Drain { iterable, into, key, asked })
                }
                None => thrown,
            },
            Ok(_) => self.system_error("an item that came before it was drawn"),
        }
    }
}
