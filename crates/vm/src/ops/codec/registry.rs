//! Codecs and error handlers that scripts have registered.

use super::normalise;
use crate::value::Value;
use crate::{Asks, Res, Vm, class_of};

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

impl Vm {
    /// The CodecInfo that a registered search function has for a name.
    pub fn registered_codec(&mut self, name: &str) -> Res<Option<Value>> {
        if self.codecs.searches.is_empty() {
            return Ok(None);
        }
        let name = normalise(name);
        if let Some((_, info)) = self.codecs.found.iter().find(|(known, _)| *known == name) {
            return Ok(Some(info.clone()));
        }
        for search in self.codecs.searches.clone() {
            let info = self.call(&search, &[Value::from(name.as_str())])?;
            if info.is_none() {
                continue;
            }
            if info.as_items().is_none_or(|items| items.len() != 4) {
                return Err(self.type_error("codec search functions must return 4-tuples"));
            }
            self.codecs.found.push((name, info.clone()));
            return Ok(Some(info));
        }
        Ok(None)
    }

    /// Runs the encoder (0) or decoder (1) of a CodecInfo; gives its result without the length.
    pub fn run_codec(&mut self, info: &Value, which: usize, input: &Value, errors: &str) -> Res {
        let function = info.as_items().and_then(|items| items.get(which).cloned()).unwrap_or(Value::NONE);
        let result = self.call(&function, &[input.clone(), Value::from(errors)])?;
        match result.as_items() {
            Some([output, _]) if result.is_kind(crate::heap::Kind::Tuple) => Ok(output.clone()),
            _ => {
                let what = if which == 0 { "encoder" } else { "decoder" };
                Err(self.type_error(format!("{what} must return a tuple (object, integer)")))
            }
        }
    }

    /// Asks a registered error handler; gives the replacement and where to go on.
    pub(super) fn ask_handler(&mut self, number: usize, length: usize, what: &str) -> Res<(Value, usize)> {
        let exception = self.catch();
        let handler = self.codecs.handler(number);
        let answer = self.call(&handler, &[exception])?;
        let pair = answer.as_items().filter(|_| answer.is_kind(crate::heap::Kind::Tuple)).map(<[Value]>::to_vec);
        let Some([replacement, position]) = pair.as_deref() else {
            return Err(self.type_error(format!("{what} tuple")));
        };
        let given = self.as_index(position)?;
        let at = if given < 0 { given + length as i64 } else { given };
        match usize::try_from(at) {
            Ok(at) if at <= length => Ok((replacement.clone(), at)),
            _ => Err(self.index_error(format!("position {given} from error handler out of bounds"))),
        }
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
