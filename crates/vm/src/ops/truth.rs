//! Truth values.

use crate::heap::Kind;
use crate::objects::{BigInt, ByteArray, Bytes, Complex, Dict, DictView, FloatBox, List, Range, Str, Tuple};
use crate::value::Value;
use crate::{Res, Vm, class_of, names};
use num_traits::Zero;

/// The truth of a value of a builtin type without looking at its class; None if only its class can tell.
#[inline]
pub fn plain_truth(value: &Value) -> Option<bool> {
    if value.is_bool() {
        return Some(value.is_true());
    }
    if let Some(n) = value.as_small_int() {
        return Some(n != 0);
    }
    if let Some(x) = value.as_small_float() {
        return Some(x != 0.0);
    }
    if !value.is_heap() {
        // The truth of NotImplemented is warned of.
        return if value.is_not_implemented() { None } else { Some(!value.is_none()) };
    }
    heap_truth(value)
}

fn heap_truth(value: &Value) -> Option<bool> {
    if !class_of(value).has(crate::objects::class_flags::BUILTIN) {
        return None;
    }
    payload_truth(value)
}

/// The truth that the builtin base type of an object gives it.
pub fn payload_truth(value: &Value) -> Option<bool> {
    Some(match value.kind()? {
        Kind::Str => !value.downcast::<Str>()?.is_empty(),
        Kind::Bytes => !value.downcast::<Bytes>()?.is_empty(),
        Kind::ByteArray => !value.downcast::<ByteArray>()?.content().is_empty(),
        Kind::List => !value.downcast::<List>()?.is_empty(),
        Kind::Tuple => !value.downcast::<Tuple>()?.is_empty(),
        Kind::Dict => !value.downcast::<Dict>()?.is_empty(),
        Kind::Set | Kind::FrozenSet => !value.as_set_table()?.is_empty(),
        Kind::BigInt => !value.downcast::<BigInt>()?.is_zero(),
        Kind::Float => value.downcast::<FloatBox>()?.value != 0.0,
        Kind::Complex => {
            let c = value.downcast::<Complex>()?;
            c.re != 0.0 || c.im != 0.0
        }
        Kind::DictView => payload_truth(&value.downcast::<DictView>()?.dict)?,
        Kind::Range => {
            let range = value.downcast::<Range>()?;
            !crate::ops::number::range_len(range).is_zero()
        }
        Kind::Opaque | Kind::Context | Kind::MappingProxy | Kind::Instance => return None,
        _ => true,
    })
}

impl Vm {
    /// `bool(value)`.
    #[inline]
    pub fn truth(&mut self, value: &Value) -> Res<bool> {
        match plain_truth(value) {
            Some(truth) => Ok(truth),
            None => self.truth_by_class(value),
        }
    }

    fn truth_by_class(&mut self, value: &Value) -> Res<bool> {
        let class = class_of(value).clone();
        if let Some(method) = self.lookup(&class, &names().__bool__) {
            let result = self.call_on(&method, value, &[])?;
            return self.checked_truth(&result);
        }
        if self.has_attr_on_class(&class, &names().__len__) {
            return Ok(self.len(value)? != 0);
        }
        Ok(payload_truth(value).unwrap_or(true))
    }

    /// What `__bool__` returned, as truth.
    pub fn checked_truth(&mut self, answer: &Value) -> Res<bool> {
        if answer.is_bool() {
            return Ok(answer.is_true());
        }
        let got = class_of(answer).name_str();
        Err(self.type_error(format!("__bool__ should return bool, returned {got}")))
    }
}
