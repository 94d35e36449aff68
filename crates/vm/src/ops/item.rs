//! Indexing, slicing, membership and length as native code asks for them.

use super::arith::is_builtin;
use super::keys::Errand;
use crate::heap::Kind;
use crate::objects::{Class, Dict, DictPart, DictView, List, MappingProxy, Range, Str, Tuple};
use crate::types::range;
use crate::value::Value;
use crate::{Asks, Res, Thrown, Vm, class_of, names, types};

pub use super::sequence::{inplace, sequence_binary, sequence_operand_message};

/// The part of a sequence that a slice means: where it begins, where it ends, step, number of items.
pub type Bounds = (i64, i64, i64, usize);

/// The positions of a slice's items.
pub fn positions(bounds: Bounds) -> impl Iterator<Item = usize> {
    let (start, _, step, count) = bounds;
    (0..count as i64).map(move |i| (start + i * step) as usize)
}

/// The items at a slice's positions.
pub fn pick<T: Clone>(items: &[T], bounds: Bounds) -> Vec<T> {
    let (start, _, step, count) = bounds;
    if step == 1 {
        return items[start as usize..start as usize + count].to_vec();
    }
    positions(bounds).map(|i| items[i].clone()).collect()
}

/// Clips a slice to a length; see the rules for `slice.indices`.
pub fn clip(start: Option<i64>, stop: Option<i64>, step: i64, len: usize) -> Bounds {
    let len = len as i64;
    let (low, high) = if step < 0 { (-1, len - 1) } else { (0, len) };
    let bound = |given: Option<i64>, default: i64| match given {
        None => default,
        Some(n) if n < 0 => n.saturating_add(len).max(low),
        Some(n) => n.min(high),
    };
    let (first, last) = if step < 0 { (high, low) } else { (low, high) };
    let (start, stop) = (bound(start, first), bound(stop, last));
    let span = if step < 0 { start - stop } else { stop - start };
    let count = if span <= 0 { 0 } else { (span - 1) as u64 / step.unsigned_abs() + 1 };
    (start, stop, step, count as usize)
}

/// The length of what programs most often ask for it: containers and strings of exactly the builtin types.
#[inline]
pub fn len_plain(object: &Value) -> Option<usize> {
    if !is_builtin(object) {
        return None;
    }
    match object.kind()? {
        Kind::List => object.downcast::<List>().map(List::len),
        Kind::Str => object.downcast::<Str>().map(Str::len),
        Kind::Tuple => object.downcast::<Tuple>().map(Tuple::len),
        Kind::Dict => object.downcast::<Dict>().map(Dict::len),
        _ => None,
    }
}

impl Vm {
    /// `object[key]`.
    pub fn get_item(&mut self, object: &Value, key: &Value) -> Res {
        if is_builtin(object) {
            return self.get_item_builtin(object, key);
        }
        let class = class_of(object).clone();
        match self.lookup(&class, &names().__getitem__) {
            Some(method) => self.call_on(&method, object, std::slice::from_ref(key)),
            None => self.get_item_builtin(object, key),
        }
    }

    /// `object[key]` as the builtin base type of the object does it.
    pub fn get_item_builtin(&mut self, object: &Value, key: &Value) -> Res {
        match object.kind() {
            Some(Kind::Str) if key.is_small_int() && object.downcast::<Str>().is_some_and(Str::is_ascii) => {
                self.character(object, key)
            }
            Some(Kind::List | Kind::Tuple | Kind::Str | Kind::Bytes | Kind::ByteArray | Kind::Range) => {
                super::subscript::item_of_sequence(self, object, key)
            }
            Some(Kind::Dict) => self.item_of_dict(object, key),
            Some(Kind::MappingProxy) => {
                let mapping = object.downcast::<MappingProxy>().map_or(Value::NONE, |p| p.mapping.clone());
                match mapping.downcast::<Class>() {
                    Some(class) => match self.dict_get(&class.dict, key)? {
                        Some(value) => Ok(value),
                        None => Err(self.key_error(key)),
                    },
                    None => self.get_item(&mapping, key),
                }
            }
            Some(Kind::Class) => self.subscript_class(object, key),
            Some(Kind::GenericAlias) => crate::types::alias::subscript(self, object, key),
            Some(Kind::Opaque | Kind::Context | Kind::Instance) => {
                let class = class_of(object).clone();
                match self.lookup(&class, &names().__getitem__) {
                    Some(method) => self.call_on(&method, object, std::slice::from_ref(key)),
                    None => Err(self.not_subscriptable(object)),
                }
            }
            _ => Err(self.not_subscriptable(object)),
        }
    }

    /// A character of a string of ASCII.
    fn character(&mut self, object: &Value, index: &Value) -> Res {
        let bytes = object.downcast::<Str>().map_or(&[][..], Str::as_bytes);
        let index = index.as_small_int().unwrap_or_default();
        let at = if index < 0 { index + bytes.len() as i64 } else { index };
        match usize::try_from(at).ok().and_then(|at| bytes.get(at)) {
            Some(&byte) => Ok(crate::objects::str::char_value(byte.into())),
            None => Err(self.index_error("string index out of range")),
        }
    }

    #[cold]
    pub fn not_subscriptable(&mut self, object: &Value) -> Thrown {
        let message = match object.downcast::<Class>() {
            Some(class) => format!("type '{}' is not subscriptable", class.name_str()),
            None => format!("'{}' object is not subscriptable", class_of(object).name_str()),
        };
        self.type_error(message)
    }

    fn subscript_class(&mut self, object: &Value, key: &Value) -> Res {
        if object.is(types().r#type.value()) {
            return crate::types::alias::make(self, object, key);
        }
        match self.find_attr(object, &names().__class_getitem__)? {
            Some(method) if !method.is_none() => self.call(&method, std::slice::from_ref(key)),
            _ => Err(self.not_subscriptable(object)),
        }
    }

    fn item_of_dict(&mut self, object: &Value, key: &Value) -> Res {
        let Some(dict) = object.downcast::<Dict>() else { return Err(self.not_subscriptable(object)) };
        match self.dict_get(dict, key)? {
            Some(value) => Ok(value),
            None => self.missing_item(object, key),
        }
    }

    /// What a dict gives for a key it does not have.
    pub fn missing_item(&mut self, object: &Value, key: &Value) -> Res {
        if !class_of(object).is(&types().dict) {
            let class = class_of(object).clone();
            if let Some(method) = self.lookup(&class, &names().__missing__) {
                return self.call_on(&method, object, std::slice::from_ref(key));
            }
        }
        Err(self.key_error(key))
    }

    /// `object[key] = value`.
    pub fn set_item(&mut self, object: &Value, key: &Value, value: Value) -> Res<()> {
        if !is_builtin(object) {
            let class = class_of(object).clone();
            if let Some(method) = self.lookup(&class, &names().__setitem__) {
                return self.call_on(&method, object, &[key.clone(), value]).map(drop);
            }
        }
        self.set_item_builtin(object, key, value)
    }

    /// `object[key] = value` as the builtin base type of the object does it.
    pub fn set_item_builtin(&mut self, object: &Value, key: &Value, value: Value) -> Res<()> {
        match object.kind() {
            Some(Kind::List | Kind::ByteArray) => {
                super::subscript::set_item_of_sequence(self, object, key, Some(value))
            }
            Some(Kind::Dict) => match object.downcast::<Dict>() {
                Some(dict) => self.dict_set(dict, key, value),
                None => Ok(()),
            },
            Some(Kind::Opaque | Kind::Context) => {
                let class = class_of(object).clone();
                match self.lookup(&class, &names().__setitem__) {
                    Some(method) => self.call_on(&method, object, &[key.clone(), value]).map(drop),
                    None => Err(self.no_assignment(object, "does not support item assignment")),
                }
            }
            _ => Err(self.no_assignment(object, "does not support item assignment")),
        }
    }

    #[cold]
    fn no_assignment(&mut self, object: &Value, what: &str) -> Thrown {
        let name = class_of(object).name_str();
        self.type_error(format!("'{name}' object {what}"))
    }

    /// `del object[key]`.
    pub fn del_item(&mut self, object: &Value, key: &Value) -> Res<()> {
        if !is_builtin(object) {
            let class = class_of(object).clone();
            if let Some(method) = self.lookup(&class, &names().__delitem__) {
                return self.call_on(&method, object, std::slice::from_ref(key)).map(drop);
            }
        }
        self.del_item_builtin(object, key)
    }

    /// `del object[key]` as the builtin base type of the object does it.
    pub fn del_item_builtin(&mut self, object: &Value, key: &Value) -> Res<()> {
        match object.kind() {
            Some(Kind::List | Kind::ByteArray) => super::subscript::set_item_of_sequence(self, object, key, None),
            Some(Kind::Dict) => {
                let removed = match object.downcast::<Dict>() {
                    Some(dict) => self.dict_remove(dict, key)?,
                    None => None,
                };
                if removed.is_some() { Ok(()) } else { Err(self.key_error(key)) }
            }
            Some(Kind::Opaque | Kind::Context) => {
                let class = class_of(object).clone();
                match self.lookup(&class, &names().__delitem__) {
                    Some(method) => self.call_on(&method, object, std::slice::from_ref(key)).map(drop),
                    None => Err(self.no_assignment(object, "doesn't support item deletion")),
                }
            }
            _ => Err(self.no_assignment(object, "doesn't support item deletion")),
        }
    }

    /// `item in container`.
    pub fn contains(&mut self, container: &Value, item: &Value) -> Res<bool> {
        if is_builtin(container) {
            return self.contains_builtin(container, item);
        }
        let class = class_of(container).clone();
        match self.lookup(&class, &names().__contains__) {
            Some(method) if method.is_none() => {
                let name = class.name_str();
                Err(self.type_error(format!("'{name}' object is not a container")))
            }
            Some(method) => {
                let answer = self.call_on(&method, container, std::slice::from_ref(item))?;
                self.truth(&answer)
            }
            None => self.contains_by_iteration(container, item),
        }
    }

    /// `item in container` as the builtin base type of the container decides it.
    pub fn contains_builtin(&mut self, container: &Value, item: &Value) -> Res<bool> {
        match container.kind() {
            Some(Kind::List | Kind::Tuple) => self.sequence_contains(container, item),
            Some(Kind::Str) => super::sequence::str_contains(self, container, item),
            Some(Kind::Bytes | Kind::ByteArray) => super::sequence::bytes_contain(self, container, item),
            Some(Kind::Dict) => match container.downcast::<Dict>() {
                Some(dict) => Ok(self.dict_find(dict, item)?.is_some()),
                None => Ok(false),
            },
            Some(Kind::Set | Kind::FrozenSet) => {
                let found = self.ask_element(container, item, Errand::Has);
                Ok(self.complete(found)?.is_true())
            }
            Some(Kind::Range) => match container.downcast::<Range>() {
                Some(r) if item.is_int() && is_builtin(item) => Ok(range::position(r, item).is_some()),
                _ => self.contains_by_iteration(container, item),
            },
            Some(Kind::DictView) => match container.downcast::<DictView>() {
                Some(view) => self.view_contains(view, container, item),
                None => Ok(false),
            },
            Some(Kind::MappingProxy) => {
                let mapping = container.downcast::<MappingProxy>().map_or(Value::NONE, |p| p.mapping.clone());
                match mapping.downcast::<Class>() {
                    Some(class) => Ok(self.dict_find(&class.dict, item)?.is_some()),
                    None => self.contains(&mapping, item),
                }
            }
            Some(Kind::Opaque | Kind::Context) => {
                let class = class_of(container).clone();
                match self.lookup(&class, &names().__contains__) {
                    Some(method) => {
                        let answer = self.call_on(&method, container, std::slice::from_ref(item))?;
                        self.truth(&answer)
                    }
                    None => self.contains_by_iteration(container, item),
                }
            }
            _ => self.contains_by_iteration(container, item),
        }
    }

    fn view_contains(&mut self, view: &DictView, container: &Value, item: &Value) -> Res<bool> {
        let Some(dict) = view.dict.downcast::<Dict>() else { return Ok(false) };
        match view.part {
            DictPart::Keys | DictPart::Elements => Ok(self.dict_find(dict, item)?.is_some()),
            DictPart::Values => self.contains_by_iteration(container, item),
            DictPart::Items => {
                let Some([key, value]) = item.downcast::<Tuple>().map(Tuple::items) else { return Ok(false) };
                match self.dict_get(dict, key)? {
                    Some(found) => self.same(&found, value),
                    None => Ok(false),
                }
            }
        }
    }

    fn sequence_contains(&mut self, container: &Value, item: &Value) -> Res<bool> {
        let mut i = 0;
        while let Some(candidate) = container.as_items().and_then(|items| items.get(i)).cloned() {
            if self.same(&candidate, item)? {
                return Ok(true);
            }
            i += 1;
        }
        Ok(false)
    }

    /// The iterator for `in`, which has its own words for what is not iterable.
    pub(super) fn iter_for_search(&mut self, container: &Value) -> Res {
        let iterator = self.iter(container);
        if iterator.is_err() {
            let class = class_of(container).clone();
            let has_iter = self.lookup(&class, &names().__iter__).is_some_and(|m| !m.is_none());
            if !has_iter && self.thrown_is(&types().exceptions.TypeError) {
                drop(self.catch());
                let name = class.name_str();
                return Err(self.type_error(format!("argument of type '{name}' is not iterable")));
            }
        }
        iterator
    }

    fn contains_by_iteration(&mut self, container: &Value, item: &Value) -> Res<bool> {
        let iterator = self.iter_for_search(container)?;
        while let Some(candidate) = self.next(&iterator)? {
            if self.same(&candidate, item)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// `len(object)`.
    pub fn len(&mut self, object: &Value) -> Res<usize> {
        if is_builtin(object)
            && let Some(len) = self.len_builtin(object)?
        {
            return Ok(len);
        }
        let class = class_of(object).clone();
        let Some(method) = self.lookup(&class, &names().__len__) else {
            let name = class.name_str();
            return Err(self.type_error(format!("object of type '{name}' has no len()")));
        };
        let result = self.call_on(&method, object, &[])?;
        self.checked_len(&result)
    }

    /// What `__len__` returned, as a length.
    pub fn checked_len(&mut self, result: &Value) -> Res<usize> {
        let index = self.to_index(result)?;
        if index.as_big().is_some_and(|n| n.sign() == num_bigint::Sign::Minus) {
            return Err(self.value_error("__len__() should return >= 0"));
        }
        Ok(self.as_index(&index)? as usize)
    }

    /// The length that the builtin base type of an object gives it; None if it has none.
    pub fn len_builtin(&mut self, object: &Value) -> Res<Option<usize>> {
        Ok(match object.kind() {
            Some(Kind::List | Kind::Tuple) => object.as_items().map(<[Value]>::len),
            Some(Kind::Str) => object.downcast::<Str>().map(Str::len),
            Some(Kind::Bytes | Kind::ByteArray) => object.as_byte_slice().map(<[u8]>::len),
            Some(Kind::Dict) => object.downcast::<Dict>().map(Dict::len),
            Some(Kind::Set | Kind::FrozenSet) => object.as_set_table().map(|t| t.len()),
            Some(Kind::DictView) => {
                let dict = object.downcast::<DictView>().and_then(|v| v.dict.downcast::<Dict>());
                dict.map(Dict::len)
            }
            Some(Kind::Range) => match object.downcast::<Range>().map(range::length) {
                Some(len) => match usize::try_from(len).ok().filter(|&n| n <= i64::MAX as usize) {
                    Some(len) => Some(len),
                    None => return Err(self.overflow_error("Python int too large to convert to C ssize_t")),
                },
                None => None,
            },
            Some(Kind::MappingProxy) => {
                let mapping = object.downcast::<MappingProxy>().map_or(Value::NONE, |p| p.mapping.clone());
                match mapping.downcast::<Class>() {
                    Some(class) => Some(class.dict.len()),
                    None => Some(self.len(&mapping)?),
                }
            }
            _ => None,
        })
    }

    /// What an object says of how many items are to come (`operator.length_hint`).
    pub fn length_hint(&mut self, object: &Value, default: usize) -> Res<usize> {
        let class = class_of(object).clone();
        if self.has_attr_on_class(&class, &names().__len__) {
            match self.len(object) {
                Ok(len) => return Ok(len),
                Err(thrown) if !self.thrown_is(&types().exceptions.TypeError) => return Err(thrown),
                Err(_) => drop(self.catch()),
            }
        }
        let Some(method) = self.lookup(&class, &names().__length_hint__) else { return Ok(default) };
        let hint = self.call_on(&method, object, &[]);
        self.checked_hint(hint, default)
    }

    /// What `__length_hint__` gave or raised, as a number of items.
    pub(super) fn checked_hint(&mut self, hint: Res, default: usize) -> Res<usize> {
        let hint = match hint {
            Ok(hint) => hint,
            Err(_) if self.thrown_is(&types().exceptions.TypeError) => {
                drop(self.catch());
                return Ok(default);
            }
            Err(thrown) => return Err(thrown),
        };
        if hint.is_not_implemented() {
            return Ok(default);
        }
        if !hint.is_int() {
            let name = class_of(&hint).name_str();
            return Err(self.type_error(format!("__length_hint__ must be an integer, not {name}")));
        }
        match self.as_index(&hint)? {
            n if n < 0 => Err(self.value_error("__length_hint__() should return >= 0")),
            n => Ok(n as usize),
        }
    }
}
