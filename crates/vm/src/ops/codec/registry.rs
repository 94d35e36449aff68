//! Codecs and error handlers that scripts have registered.

use super::normalise;
use crate::heap::Kind;
use crate::objects::Opaque;
use crate::value::Value;
use crate::{Asks, Outcome, Res, Vm, class_of};
use std::cell::Cell;

/// What `codecs.register` and `codecs.register_error` were given.
#[derive(Default)]
pub struct Registry {
    handlers: Vec<(String, Value)>,
    searches: Vec<Value>,
    /// What the search functions have found, by normalised name.
    found: Vec<(String, Value)>,
}

impl Registry {
    /// Adds a search function.
    pub fn register(&mut self, search: Value) {
        self.searches.push(search);
    }

    /// Takes a search function off, and forgets what was found.
    pub fn unregister(&mut self, search: &Value) {
        if let Some(at) = self.searches.iter().position(|known| known.is(search)) {
            drop(self.searches.remove(at));
            self.found.clear();
        }
    }

    /// Enters an error handler, in the place of one of the same name.
    pub fn register_error(&mut self, name: &str, handler: Value) {
        match self.handlers.iter_mut().find(|(known, _)| known == name) {
            Some(entry) => entry.1 = handler,
            None => self.handlers.push((name.to_owned(), handler)),
        }
    }

    /// The number of an error handler.
    pub fn handler_number(&self, name: &str) -> Option<usize> {
        self.handlers.iter().position(|(known, _)| known == name)
    }

    /// The error handler with this number.
    pub fn handler(&self, number: usize) -> Value {
        self.handlers.get(number).map_or(Value::NONE, |(_, handler)| handler.clone())
    }
}

/// A search for a codec, under way.
struct Search {
    name: String,
    searches: Vec<Value>,
    next: Cell<usize>,
}

/// Asks the search functions that are left.
fn search_on(vm: &mut Vm, state: &Value) -> Res {
    let search: &Search = vm.state_of(state)?;
    while let Some(function) = search.searches.get(search.next.get()) {
        search.next.set(search.next.get() + 1);
        let info = vm.ask_call(function, &[Value::from(search.name.as_str())])?;
        if accepts(vm, &search.name, &info)? {
            return Ok(info);
        }
    }
    Ok(Value::NONE)
}

/// A search function has answered.
fn found(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let info = outcome.result(vm)?;
    let search: &Search = vm.state_of(state)?;
    if accepts(vm, &search.name, &info)? { Ok(info) } else { search_on(vm, state) }
}

/// Whether a search function has found something, which is kept then.
fn accepts(vm: &mut Vm, name: &str, info: &Value) -> Res<bool> {
    if info.is_none() {
        return Ok(false);
    }
    if !info.is_kind(Kind::Tuple) || info.as_items().is_none_or(|items| items.len() != 4) {
        return Err(vm.type_error("codec search functions must return 4-tuples"));
    }
    vm.codecs.found.push((name.to_owned(), info.clone()));
    Ok(true)
}

/// Runs the encoder (0) or decoder (1) of a CodecInfo; gives its result without the length.
pub(super) fn run_codec(vm: &mut impl Asks, info: &Value, which: usize, input: &Value, errors: &str) -> Res {
    let function = info.as_items().and_then(|items| items.get(which).cloned()).unwrap_or(Value::NONE);
    let result = vm.once_asked(|vm| vm.ask_call(&function, &[input.clone(), Value::from(errors)]))?;
    match result.as_items() {
        Some([output, _]) if result.is_kind(Kind::Tuple) => Ok(output.clone()),
        _ => {
            let what = if which == 0 { "encoder" } else { "decoder" };
            Err(vm.vm().type_error(format!("{what} must return a tuple (object, integer)")))
        }
    }
}

/// Asks a registered error handler about the exception in flight; gives the replacement and where to go on.
pub(super) fn ask_handler(vm: &mut impl Asks, number: usize, length: usize, what: &str) -> Res<(Value, usize)> {
    let exception = vm.vm().catch();
    let handler = vm.vm().codecs.handler(number);
    let answer = vm.once_asked(|vm| vm.ask_call(&handler, &[exception]))?;
    let pair = answer.as_items().filter(|_| answer.is_kind(Kind::Tuple));
    let Some([replacement, position]) = pair else {
        return Err(vm.vm().type_error(format!("{what} tuple")));
    };
    let given = vm.as_index(position)?;
    let at = if given < 0 { given + length as i64 } else { given };
    match usize::try_from(at) {
        Ok(at) if at <= length => Ok((replacement.clone(), at)),
        _ => Err(vm.vm().index_error(format!("position {given} from error handler out of bounds"))),
    }
}

impl Vm {
    /// The CodecInfo that a registered search function has for a name, or None.
    pub fn ask_codec(&mut self, name: &str) -> Res {
        if self.codecs.searches.is_empty() {
            return Ok(Value::NONE);
        }
        let name = normalise(name);
        if let Some((_, info)) = self.codecs.found.iter().find(|(known, _)| *known == name) {
            return Ok(info.clone());
        }
        let searches = self.codecs.searches.clone();
        let state = Opaque::state(Search { name, searches, next: Cell::new(0) });
        let result = search_on(self, &state);
        self.and_then(result, found, state)
    }

    /// The error for a codec that is not one between text and bytes.
    pub(super) fn wrong_codec_result(&mut self, name: &str, which: usize, got: &Value) -> crate::Thrown {
        let got = class_of(got).name_str();
        let (verb, wanted, function) =
            if which == 0 { ("encoder", "bytes", "encode") } else { ("decoder", "str", "decode") };
        let message = format!(
            "'{name}' {verb} returned '{got}' instead of '{wanted}'; use codecs.{function}() to {function} to \
             arbitrary types"
        );
        self.type_error(message)
    }
}
