//! What natives ask the language for as their last act: requests in place of nested runs.

use super::arith::is_builtin;
use super::attr::{Found, is_data_descriptor};
use super::keys::Errand;
use super::subscript::is_plain_subscript;
use crate::heap::Kind;
use crate::objects::{Accumulator, Class, GetSet, Property, class_flags, tuple};
use crate::value::Value;
use crate::vm::{Outcome, Question};
use crate::{Request, Res, Thrown, Vm, class_of, names, types};
use smallvec::smallvec;

impl Vm {
    /// Requests the answer of a special method if an object has one in the language; `other` is its argument, or unset.
    pub fn ask_special(&mut self, object: &Value, name: &Value, other: Value, question: Question) -> Option<Thrown> {
        if is_builtin(object) {
            return None;
        }
        let method = self.special(object, name)?;
        if !method.is_kind(Kind::Function) {
            return None;
        }
        let mut args = smallvec![object.clone()];
        if !other.is_unset() {
            args.push(other);
        }
        Some(self.request(Request::Ask { method, args, question }))
    }

    /// As `get_attr`, where getters and hooks in the language are requested.
    pub fn ask_attr(&mut self, object: &Value, name: &Value) -> Res {
        match self.resolve(object, name)? {
            Found::Missing => self.ask_missing(object, name),
            Found::Call(callable, args) if class_of(object).has(class_flags::HAS_GETATTR) => {
                let state = tuple(vec![object.clone(), name.clone()]);
                let first = Box::new(Request::Call { callable, args });
                Err(self.request(Request::Then { first, then: or_getattr, state }))
            }
            found => self.ask_found(found),
        }
    }

    /// The attribute, or the default; if that is unset, whether there is one.
    pub fn ask_attr_or(&mut self, object: &Value, name: &Value, default: Value) -> Res {
        let found = match self.resolve(object, name) {
            Ok(Found::Missing) => self.missing_call(object, name),
            Ok(Found::Call(..)) if class_of(object).has(class_flags::HAS_GETATTR) => {
                let result = self.ask_attr(object, name);
                return self.and_then(result, or_default, default);
            }
            found => found,
        };
        match found {
            Ok(Found::Missing) => Ok(in_place(&default)),
            Ok(Found::Call(callable, args)) => Err(self.request(Request::Find { callable, args, default })),
            found => {
                let result = found.and_then(|found| self.finish_found(found));
                given(self, result, &default)
            }
        }
    }

    /// As `finish_found`, where a call is requested.
    pub fn ask_found(&mut self, found: Found) -> Res {
        match found {
            Found::Call(callable, args) => Err(self.request(Request::Call { callable, args })),
            found => self.finish_found(found),
        }
    }

    fn ask_missing(&mut self, object: &Value, name: &Value) -> Res {
        match self.missing_call(object, name)? {
            Found::Missing => Err(self.attribute_error(object, name)),
            found => self.ask_found(found),
        }
    }

    /// The call in the language that storing or deleting (`value` is None) an attribute comes to, if it comes to one.
    pub fn store_call(&mut self, object: &Value, name: &Value, value: Option<&Value>) -> Option<(Value, Vec<Value>)> {
        let class = class_of(object).clone();
        let hook = if value.is_some() { &names().__setattr__ } else { &names().__delattr__ };
        if class.has(class_flags::HAS_SETATTR)
            && let Some(hook) = self.lookup(&class, hook)
            && !hook.is_kind(Kind::Native)
        {
            let args = [object, name].into_iter().chain(value).cloned().collect();
            return hook.is_kind(Kind::Function).then_some((hook, args));
        }
        self.descriptor_call(object, &class, name, value)
    }

    /// The same past `__setattr__` and `__delattr__`: what a descriptor's method or a property's function does.
    pub fn descriptor_call(
        &mut self,
        object: &Value,
        class: &Class,
        name: &Value,
        value: Option<&Value>,
    ) -> Option<(Value, Vec<Value>)> {
        if object.downcast::<Class>().is_some_and(|target| target.has(class_flags::BUILTIN)) {
            return None;
        }
        let attribute = self.lookup(class, name)?;
        if attribute.downcast::<GetSet>().is_some() || !is_data_descriptor(self, &attribute) {
            return None;
        }
        if let Some(property) = attribute.downcast::<Property>() {
            let accessor = if value.is_some() { property.set.get() } else { property.delete.get() }.clone();
            let args = std::iter::once(object).chain(value).cloned().collect();
            return accessor.is_kind(Kind::Function).then_some((accessor, args));
        }
        let hook = if value.is_some() { &names().__set__ } else { &names().__delete__ };
        let method = self.special(&attribute, hook)?;
        let args = [&attribute, object].into_iter().chain(value).cloned().collect();
        method.is_kind(Kind::Function).then_some((method, args))
    }

    /// As `set_attr`, where the language decides by request; gives None.
    pub fn ask_set_attr(&mut self, object: &Value, name: &Value, value: Value) -> Res {
        if let Some((callable, args)) = self.store_call(object, name, Some(&value)) {
            return Err(self.call_for_none(callable, args));
        }
        self.set_attr(object, name, value)?;
        Ok(Value::NONE)
    }

    /// As `get_item`, where the language decides by request.
    pub fn ask_item(&mut self, object: &Value, key: &Value) -> Res {
        let method = if is_builtin(object) { None } else { self.special(object, &names().__getitem__) };
        match method {
            Some(callable) if callable.is_kind(Kind::Function) || callable.is_kind(Kind::Native) => {
                Err(self.request(Request::Call { callable, args: vec![object.clone(), key.clone()] }))
            }
            Some(method) => self.call_on(&method, object, std::slice::from_ref(key)),
            None => self.ask_item_builtin(object, key),
        }
    }

    /// As `get_item_builtin`, where `__missing__` and `__class_getitem__` in the language are requested.
    pub fn ask_item_builtin(&mut self, object: &Value, key: &Value) -> Res {
        match object.kind() {
            Some(Kind::Dict) => self.ask_item_of_dict(object, key),
            Some(Kind::Class) if !object.is(types().r#type.value()) => {
                // The state stands for no such attribute.
                let state = tuple(vec![object.clone(), key.clone()]);
                let method = self.ask_attr_or(object, &names().__class_getitem__, state.clone());
                self.then(method, subscribe_class, &state)
            }
            Some(Kind::MappingProxy) if let Some(mapping) = crate::types::proxy::mapping_shown(object) => {
                self.ask_item(&mapping, key)
            }
            Some(Kind::List | Kind::Tuple | Kind::Str | Kind::Bytes | Kind::ByteArray | Kind::Range)
                if !is_plain_subscript(key) =>
            {
                self.ask_item_of_sequence(object, key)
            }
            _ => self.get_item_builtin(object, key),
        }
    }

    fn ask_item_of_dict(&mut self, object: &Value, key: &Value) -> Res {
        let Some(found) = self.find_key_plainly(object, key)? else {
            return match self.ask_key(object, key, Errand::Get { default: Value::UNSET }) {
                Ok(found) if found.is_unset() => self.missing_key(object, key),
                Err(_) if self.request.is_some() => {
                    let state = tuple(vec![object.clone(), key.clone()]);
                    self.then(Err(Thrown), or_missing, &state)
                }
                found => found,
            };
        };
        if let Some(value) = found {
            return Ok(value);
        }
        self.missing_key(object, key)
    }

    /// A dict has no such key: `__missing__` is asked.
    fn missing_key(&mut self, object: &Value, key: &Value) -> Res {
        match self.method_in_language(object, &names().__missing__) {
            Some(callable) => Err(self.request(Request::Call { callable, args: vec![object.clone(), key.clone()] })),
            None => self.missing_item(object, key),
        }
    }

    /// As `set_item`, where `__setitem__` in the language is requested; gives None.
    pub fn ask_set_item(&mut self, object: &Value, key: &Value, value: Value) -> Res {
        if let Some(method) = self.method_in_language(object, &names().__setitem__) {
            return Err(self.call_for_none(method, vec![object.clone(), key.clone(), value]));
        }
        if is_builtin(object) {
            return self.ask_set_item_builtin(object, key, value);
        }
        let method = self.special(object, &names().__setitem__);
        match method.and_then(|method| self.call_native(&method, &[object.clone(), key.clone(), value.clone()])) {
            Some(Ok(result)) => result,
            Some(Err(request)) => Err(self.request(request)),
            None => self.set_item(object, key, value).map(|()| Value::NONE),
        }
    }

    /// As `set_item_builtin`, where keys of dicts may be the language's; gives None.
    pub fn ask_set_item_builtin(&mut self, object: &Value, key: &Value, value: Value) -> Res {
        if object.is_kind(Kind::Dict) {
            return self.ask_key(object, key, Errand::Set { value });
        }
        if matches!(object.kind(), Some(Kind::List | Kind::ByteArray)) {
            return self.ask_set_item_of_sequence(object, key, Some(value));
        }
        self.set_item_builtin(object, key, value)?;
        Ok(Value::NONE)
    }

    /// As `del_item_builtin`, where keys of dicts may be the language's; gives anything.
    pub fn ask_del_item_builtin(&mut self, object: &Value, key: &Value) -> Res {
        if object.is_kind(Kind::Dict) {
            return self.ask_key(object, key, Errand::Delete);
        }
        if matches!(object.kind(), Some(Kind::List | Kind::ByteArray)) {
            return self.ask_set_item_of_sequence(object, key, None);
        }
        self.del_item_builtin(object, key)?;
        Ok(Value::NONE)
    }

    /// A list or tuple of the items of an iterable, requested where they come out of frames.
    pub fn ask_items(&mut self, iterable: &Value) -> Res {
        if self.collects_from_frames(iterable) {
            return Err(self.drain_after_hint(iterable, Accumulator::List(Vec::new())));
        }
        self.collect(iterable).map(tuple)
    }

    /// The special method of an object if it is a function of the language.
    pub fn method_in_language(&mut self, object: &Value, name: &Value) -> Option<Value> {
        if is_builtin(object) {
            return None;
        }
        self.special(object, name).filter(|method| method.is_kind(Kind::Function))
    }

    /// What a native returns whose last act is a call of which only the end is wanted.
    pub fn call_for_none(&mut self, callable: Value, args: Vec<Value>) -> Thrown {
        self.request(Request::Ask { method: callable, args: args.into(), question: Question::Nothing })
    }
}

impl Vm {
    /// Calls a native at once, and requests the call of anything else.
    pub fn ask_call(&mut self, callable: &Value, args: &[Value]) -> Res {
        match self.call_native(callable, args) {
            Some(Ok(result)) => result,
            Some(Err(request)) => Err(self.request(request)),
            None => Err(self.request(Request::Call { callable: callable.clone(), args: args.to_vec() })),
        }
    }

    /// As `call_method`, where the language's part in it is requested.
    pub fn ask_method(&mut self, object: &Value, name: &Value, args: &[Value]) -> Res {
        match self.ask_attr(object, name) {
            Ok(method) => self.ask_call(&method, args),
            Err(_) if self.request.is_some() => self.and_then(Err(Thrown), call_found, tuple(args.to_vec())),
            failed => failed,
        }
    }

    /// As `call_on`, where the language's part in it is requested.
    pub fn ask_on(&mut self, method: &Value, this: &Value, args: &[Value]) -> Res {
        if method.is_kind(Kind::Function) || method.is_kind(Kind::Native) && !super::attr::is_class_method(method) {
            let all: Vec<Value> = std::iter::once(this).chain(args).cloned().collect();
            return self.ask_call(method, &all);
        }
        let bound = self.bind_special(method, this)?;
        self.ask_call(&bound, args)
    }

    /// Raises what calling `class` gives.
    pub fn ask_raise(&mut self, class: &Value, args: &[Value]) -> Thrown {
        let made = self.ask_call(class, args);
        match self.and_then(made, throw_made, Value::NONE) {
            Ok(exception) => self.throw(exception),
            Err(thrown) => thrown,
        }
    }
}

/// A method was found by the language; `args` are for it.
fn call_found(vm: &mut Vm, args: &Value, outcome: Outcome) -> Res {
    let method = outcome.result(vm)?;
    let result = vm.ask_call(&method, args.as_items().unwrap_or_default());
    vm.last_act(result)
}

fn throw_made(vm: &mut Vm, _state: &Value, outcome: Outcome) -> Res {
    let exception = outcome.result(vm)?;
    Err(vm.throw(exception))
}

/// A getter in the language came to its end: `__getattr__` is asked after AttributeError.
fn or_getattr(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let result = outcome.result(vm);
    let Some([object, name]) = state.as_items() else { return result };
    if result.is_ok() || !vm.thrown_is(&types().exceptions.AttributeError) {
        return result;
    }
    drop(vm.catch());
    match vm.missing_call(object, name)? {
        Found::Call(callable, args) => {
            let result = Err(vm.request(Request::Call { callable, args }));
            vm.last_act(result)
        }
        _ => Err(vm.attribute_error(object, name)),
    }
}

/// The value of a key has come, or nothing in its place.
fn or_missing(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let found = outcome.result(vm)?;
    match state.as_items() {
        Some([object, key]) if found.is_unset() => vm.missing_key(object, key),
        _ => Ok(found),
    }
}

fn subscribe_class(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let callable = outcome.result(vm)?;
    match state.as_items() {
        Some([_, key]) if !callable.is(state) && !callable.is_none() => {
            Err(vm.request(Request::Call { callable, args: vec![key.clone()] }))
        }
        Some([class, _]) => Err(vm.not_subscriptable(class)),
        _ => Ok(callable),
    }
}

/// What stands for an attribute that is not there: the default, or False.
pub(crate) fn in_place(default: &Value) -> Value {
    if default.is_unset() { Value::FALSE } else { default.clone() }
}

/// A getter's result, or what stands for it after AttributeError; True if only that is wanted.
pub(crate) fn given(vm: &mut Vm, result: Res, default: &Value) -> Res {
    match result {
        Ok(_) if default.is_unset() => Ok(Value::TRUE),
        Err(_) if vm.thrown_is(&types().exceptions.AttributeError) => {
            drop(vm.catch());
            Ok(in_place(default))
        }
        result => result,
    }
}

pub(crate) fn or_default(vm: &mut Vm, default: &Value, outcome: Outcome) -> Res {
    let result = outcome.result(vm);
    given(vm, result, default)
}
