//! Strings, by a format specification.

use super::check_size;
use super::spec::{Align, parse_spec};
use crate::heap::Ref;
use crate::objects::Str;
use crate::value::Value;
use crate::{Res, Vm, class_of, types};

/// `str.__format__`.
pub fn format_str(vm: &mut Vm, value: &Value, spec: &Str) -> Res<Ref<Str>> {
    let Some(text) = value.as_ref::<Str>() else { return vm.str(value) };
    if spec.is_empty() {
        return if class_of(value).is(&types().str) { Ok(text) } else { vm.str(value) };
    }
    let type_name = || class_of(value).name_str();
    let spec = parse_spec(spec, type_name, b's', Align::Left).map_err(|m| vm.value_error(m))?;
    let problem = match (spec.kind_byte(), spec.sign) {
        (b's', _) if spec.no_negative_zero => "Negative zero coercion (z) not allowed in string format specifier",
        (b's', Some(b' ')) => "Space not allowed in string format specifier",
        (b's', Some(_)) => "Sign not allowed in string format specifier",
        (b's', None) if spec.alternate => "Alternate form (#) not allowed in string format specifier",
        (b's', None) if spec.align == Align::AfterSign => "'=' alignment not allowed in string format specifier",
        (b's', None) => "",
        _ => return Err(vm.value_error(spec.unknown_kind(&type_name()))),
    };
    if !problem.is_empty() {
        return Err(vm.value_error(problem));
    }
    check_size(vm, spec.width)?;
    let length = text.len().min(spec.precision.unwrap_or(usize::MAX));
    if length >= spec.width && length == text.len() {
        return Ok(Str::from_parts(text.as_bytes(), text.len()));
    }
    let content = &text.as_bytes()[..text.byte_offset(length)];
    Ok(Str::from_wtf8(&spec.pad(content, length)))
}
