//! Floats and complex numbers to text, by a format specification.

use super::check_size;
use super::digits::{Options, Style, float_repr, float_text};
use super::spec::{Align, Spec, parse_spec};
use crate::heap::Ref;
use crate::objects::{Complex, Str};
use crate::value::Value;
use crate::{Res, Vm, class_of, types};

/// Precision without one given.
const DEFAULT_PRECISION: usize = 6;

/// `float.__format__`.
pub fn format_float(vm: &mut Vm, value: &Value, spec: &Str) -> Res<Ref<Str>> {
    let x = value.as_float().unwrap_or_default();
    if spec.is_empty() {
        let exact = class_of(value).is(&types().float);
        return if exact { Ok(Str::from_wtf8(float_repr(x).as_bytes())) } else { vm.str(value) };
    }
    let type_name = || class_of(value).name_str();
    let spec = parse_spec(spec, type_name, 0, Align::Right).map_err(|m| vm.value_error(m))?;
    check_size(vm, spec.width)?;
    if !matches!(spec.kind_byte(), 0 | b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'n' | b'%') {
        return Err(vm.value_error(spec.unknown_kind(&type_name())));
    }
    let content = format_number(vm, x, &spec)?;
    Ok(Str::from_wtf8(&content))
}

/// How a presentation type writes a float: style, precision, and whether whole numbers end in `.0`.
fn manner(spec: &Spec) -> (Style, usize, bool) {
    let precision = spec.precision;
    match (spec.kind_byte(), precision) {
        (0, None) => (Style::Repr, 0, true),
        (0, Some(precision)) => (Style::General, precision, true),
        (b'e' | b'E', _) => (Style::Exponent, precision.unwrap_or(DEFAULT_PRECISION), false),
        (b'f' | b'F' | b'%', _) => (Style::Fixed, precision.unwrap_or(DEFAULT_PRECISION), false),
        _ => (Style::General, precision.unwrap_or(DEFAULT_PRECISION), false),
    }
}

fn check_precision(vm: &mut Vm, spec: &Spec) -> Res<()> {
    if spec.precision.is_some_and(|p| i32::try_from(p).is_err()) {
        return Err(vm.value_error("precision too big"));
    }
    Ok(())
}

/// A float laid out by a specification of one of the float types (or none).
pub(super) fn format_number(vm: &mut Vm, x: f64, spec: &Spec) -> Res<Vec<u8>> {
    check_precision(vm, spec)?;
    let percent = spec.kind_byte() == b'%';
    let x = if percent { x * 100.0 } else { x };
    let (style, precision, dot_zero) = manner(spec);
    let mut text = number_text(x, spec, style, Options { precision, alternate: spec.alternate, dot_zero });
    let negative = is_negative(x, spec, &text);
    if percent {
        text.push('%');
    }
    let (digits, rest) = split_digits(&text);
    Ok(spec.lay_out(negative, "", digits, rest))
}

fn number_text(x: f64, spec: &Spec, style: Style, options: Options) -> String {
    let text = float_text(x, style, options);
    if spec.kind_byte().is_ascii_uppercase() { text.to_ascii_uppercase() } else { text }
}

/// Whether a minus sign is shown: not for NaN, and with `z` not for what reads as zero.
fn is_negative(x: f64, spec: &Spec, text: &str) -> bool {
    if x.is_nan() || !x.is_sign_negative() {
        return false;
    }
    let mantissa = text.split(['e', 'E']).next().unwrap_or(text);
    !(spec.no_negative_zero && x.is_finite() && !mantissa.bytes().any(|b| matches!(b, b'1'..=b'9')))
}

/// The leading digits, and what follows them.
fn split_digits(text: &str) -> (&str, &str) {
    text.split_at(text.bytes().take_while(u8::is_ascii_digit).count())
}

/// `complex.__format__`.
pub fn format_complex(vm: &mut Vm, value: &Value, spec: &Str) -> Res<Ref<Str>> {
    if spec.is_empty() {
        return vm.str(value);
    }
    let Some((re, im)) = value.downcast::<Complex>().map(|c| (c.re, c.im)) else { return vm.str(value) };
    let type_name = || class_of(value).name_str();
    let spec = parse_spec(spec, type_name, 0, Align::Right).map_err(|m| vm.value_error(m))?;
    check_size(vm, spec.width)?;
    if !matches!(spec.kind_byte(), 0 | b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'n') {
        return Err(vm.value_error(spec.unknown_kind(&type_name())));
    }
    if spec.fill == u32::from(b'0') {
        return Err(vm.value_error("Zero padding is not allowed in complex format specifier"));
    }
    if spec.align == Align::AfterSign {
        return Err(vm.value_error("'=' alignment flag is not allowed in complex format specifier"));
    }
    check_precision(vm, &spec)?;
    let content = complex_text(re, im, &spec);
    Ok(Str::from_wtf8(&spec.pad(&content, content.len())))
}

fn complex_text(re: f64, im: f64, spec: &Spec) -> Vec<u8> {
    let (style, precision, _) = manner(spec);
    let options = Options { precision, alternate: spec.alternate, dot_zero: false };
    let unpadded = Spec { width: 0, ..spec.clone() };
    let part = |x: f64, spec: &Spec| {
        let text = number_text(x, spec, style, options);
        let (digits, rest) = split_digits(&text);
        spec.lay_out(is_negative(x, spec, &text), "", digits, rest)
    };
    let bare = spec.kind == 0;
    let mut out = Vec::new();
    if bare && re == 0.0 && re.is_sign_positive() {
        out.extend(part(im, &unpadded));
        out.push(b'j');
        return out;
    }
    if bare {
        out.push(b'(');
    }
    out.extend(part(re, &unpadded));
    out.extend(part(im, &Spec { sign: Some(b'+'), ..unpadded }));
    out.push(b'j');
    if bare {
        out.push(b')');
    }
    out
}
