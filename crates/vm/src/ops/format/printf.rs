//! `%` formatting of `str` and `bytes`.

use super::check_size;
use super::digits::{Options, Style, float_text};
use super::int::{decimal_digits, int_to_decimal, radix_text};
use crate::heap::Ref;
use crate::objects::str::{char_width, count_chars, decode_char, push_code_point};
use crate::objects::{ByteArray, Str, Tuple, bytes};
use crate::ops::number::{index, real, truncated};
use crate::value::Value;
use crate::{Asks, Res, Restartable, Thrown, Vm, class_of, names, types};

/// `format % args` of strings.
pub fn printf_str(vm: &mut Restartable<'_>, format: &Str, args: &Value) -> Res {
    let out = Printf::new(vm, format.as_bytes(), args, Flavour::Str).run(vm)?;
    Ok(Str::from_wtf8(&out).into_value())
}

/// `format % args` of bytes, or of a bytearray if `mutable`.
pub fn printf_bytes(vm: &mut Restartable<'_>, format: &[u8], args: &Value, mutable: bool) -> Res {
    // Converting arguments may run script code, which may change a bytearray.
    let format = format.to_vec();
    let out = Printf::new(vm, &format, args, Flavour::Bytes).run(vm)?;
    Ok(if mutable { ByteArray::create(out).into_value() } else { bytes(&out) })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Flavour {
    Str,
    Bytes,
}

/// Where the arguments come from.
enum Source {
    /// The items of a tuple, from the given one on.
    Items(Ref<Tuple>, usize),
    /// One object, until it is taken.
    Single(Option<Value>),
}

struct Printf<'a> {
    format: &'a [u8],
    at: usize,
    flavour: Flavour,
    source: Source,
    /// The argument itself, if it may be looked up by `%(key)`.
    mapping: Option<Value>,
    out: Vec<u8>,
}

/// One conversion: flags, width, precision.
#[derive(Default)]
struct Conversion {
    left: bool,
    plus: bool,
    space: bool,
    alternate: bool,
    zero: bool,
    width: usize,
    precision: Option<usize>,
}

/// The text of a converted argument, not padded yet.
struct Piece {
    negative: bool,
    prefix: &'static str,
    body: Vec<u8>,
    numeric: bool,
}

impl Piece {
    fn text(body: Vec<u8>) -> Piece {
        Piece { negative: false, prefix: "", body, numeric: false }
    }
}

impl<'a> Printf<'a> {
    fn new(vm: &mut Vm, format: &'a [u8], args: &Value, flavour: Flavour) -> Printf<'a> {
        let source = match args.as_ref::<Tuple>() {
            Some(items) => Source::Items(items, 0),
            None => Source::Single(Some(args.clone())),
        };
        let text = match flavour {
            Flavour::Str => args.downcast::<Str>().is_some(),
            Flavour::Bytes => args.as_byte_slice().is_some(),
        };
        let class = class_of(args).clone();
        let mapping =
            !text && matches!(source, Source::Single(_)) && vm.has_attr_on_class(&class, &names().__getitem__);
        let mapping = mapping.then(|| args.clone());
        Printf { format, at: 0, flavour, source, mapping, out: Vec::with_capacity(format.len() + 16) }
    }

    fn run(mut self, vm: &mut Restartable<'_>) -> Res<Vec<u8>> {
        loop {
            let rest = &self.format[self.at..];
            let Some(percent) = rest.iter().position(|&b| b == b'%') else {
                self.out.extend_from_slice(rest);
                break;
            };
            self.out.extend_from_slice(&rest[..percent]);
            self.at += percent + 1;
            if self.peek() == Some(b'%') {
                self.at += 1;
                self.out.push(b'%');
                continue;
            }
            if !self.plain_conversion() {
                self.conversion(vm)?;
            }
        }
        let unused = match &self.source {
            Source::Items(items, next) => *next < items.len(),
            Source::Single(value) => value.is_some() && self.mapping.is_none(),
        };
        if unused {
            let what = if self.flavour == Flavour::Str { "string" } else { "bytes" };
            return Err(vm.type_error(format!("not all arguments converted during {what} formatting")));
        }
        Ok(self.out)
    }

    /// `%s` of a string, `%s` and `%d` of a small integer: written as they are.
    fn plain_conversion(&mut self) -> bool {
        let Some(kind @ (b's' | b'd')) = self.peek() else { return false };
        let argument = match &self.source {
            Source::Items(items, next) => items.items().get(*next),
            Source::Single(value) => value.as_ref(),
        };
        let Some(argument) = argument else { return false };
        if kind == b's' && self.flavour != Flavour::Str {
            return false;
        }
        if let Some(n) = argument.as_small_int() {
            self.out.extend_from_slice(decimal_digits(n, &mut [0; 20]));
        } else if kind == b's'
            && let Some(text) = argument.downcast::<Str>()
            && class_of(argument).is(&types().str)
        {
            self.out.extend_from_slice(text.as_bytes());
        } else {
            return false;
        }
        match &mut self.source {
            Source::Items(_, next) => *next += 1,
            Source::Single(value) => *value = None,
        }
        self.at += 1;
        true
    }

    fn peek(&self) -> Option<u8> {
        self.format.get(self.at).copied()
    }

    fn incomplete(&self, vm: &mut Vm) -> Thrown {
        vm.value_error("incomplete format")
    }

    fn next_argument(&mut self, vm: &mut Vm) -> Res {
        let next = match &mut self.source {
            Source::Items(items, next) => {
                *next += 1;
                items.items().get(*next - 1).cloned()
            }
            Source::Single(value) => value.take(),
        };
        next.ok_or_else(|| vm.type_error("not enough arguments for format string"))
    }

    /// After the `%`: key, flags, width, precision, length modifier, type.
    fn conversion(&mut self, vm: &mut Restartable<'_>) -> Res<()> {
        if self.peek() == Some(b'(') {
            self.key(vm)?;
        }
        let mut conversion = Conversion::default();
        while let Some(byte) = self.peek() {
            match byte {
                b'-' => conversion.left = true,
                b'+' => conversion.plus = true,
                b' ' => conversion.space = true,
                b'#' => conversion.alternate = true,
                b'0' => conversion.zero = true,
                _ => break,
            }
            self.at += 1;
        }
        if let Some(width) = self.amount(vm, "width too big")? {
            conversion.left |= width < 0;
            conversion.width = usize::try_from(width.unsigned_abs()).unwrap_or(usize::MAX);
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            let precision = self.amount(vm, "precision too big")?.unwrap_or(0);
            conversion.precision = Some(usize::try_from(precision).unwrap_or(0));
        }
        if matches!(self.peek(), Some(b'h' | b'l' | b'L')) {
            self.at += 1;
        }
        let Some(kind) = self.peek() else { return Err(self.incomplete(vm)) };
        let position = self.at;
        self.at += char_width(kind).min(self.format.len() - self.at);
        let argument = self.next_argument(vm)?;
        let piece = match kind {
            b's' | b'r' | b'a' | b'b' => self.object(vm, kind, position, &argument, &conversion)?,
            b'd' | b'i' | b'u' => decimal(vm, kind, &argument, &conversion)?,
            b'o' | b'x' | b'X' => radix(vm, kind, &argument, &conversion)?,
            b'e' | b'E' | b'f' | b'F' | b'g' | b'G' => self.float(vm, kind, &argument, &conversion)?,
            b'c' => self.character(vm, &argument)?,
            _ => return Err(self.unsupported(vm, position)),
        };
        check_size(vm, conversion.width.saturating_add(self.out.len()))?;
        self.write(&conversion, &piece);
        Ok(())
    }

    /// `(key)`: the mapping's item becomes the one argument.
    fn key(&mut self, vm: &mut Restartable<'_>) -> Res<()> {
        let Some(mapping) = self.mapping.clone() else { return Err(vm.type_error("format requires a mapping")) };
        let start = self.at + 1;
        let mut depth = 0;
        let end = self.format[self.at..].iter().position(|&b| {
            depth += i32::from(b == b'(') - i32::from(b == b')');
            depth == 0
        });
        let Some(end) = end.map(|n| n + self.at) else { return Err(vm.value_error("incomplete format key")) };
        let key = &self.format[start..end];
        let key = match self.flavour {
            Flavour::Str => Str::from_wtf8(key).into_value(),
            Flavour::Bytes => bytes(key),
        };
        self.at = end + 1;
        self.source = Source::Single(Some(vm.once_asked(|vm| vm.ask_item(&mapping, &key))?));
        Ok(())
    }

    /// A number, or `*` for an argument.
    fn amount(&mut self, vm: &mut Vm, too_big: &str) -> Res<Option<i64>> {
        if self.peek() == Some(b'*') {
            self.at += 1;
            let argument = self.next_argument(vm)?;
            if !argument.is_int() {
                return Err(vm.type_error("* wants int"));
            }
            return match argument.as_i64() {
                Some(n) => Ok(Some(n)),
                None => Err(vm.overflow_error("Python int too large to convert to C ssize_t")),
            };
        }
        let mut value: Option<i64> = None;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            let next = value.unwrap_or(0).checked_mul(10).and_then(|n| n.checked_add(i64::from(digit - b'0')));
            value = Some(next.ok_or_else(|| vm.value_error(too_big))?);
            self.at += 1;
        }
        Ok(value)
    }

    fn unsupported(&self, vm: &mut Vm, position: usize) -> Thrown {
        let (code, index) = match self.flavour {
            Flavour::Str => (decode_char(&self.format[position..]), count_chars(&self.format[..position])),
            Flavour::Bytes => (u32::from(self.format[position]), position),
        };
        let shown = if (31..=126).contains(&code) { char::from_u32(code).unwrap_or('?') } else { '?' };
        vm.value_error(format!("unsupported format character '{shown}' (0x{code:x}) at index {index}"))
    }

    /// `%s`, `%r`, `%a`, and `%b` of bytes.
    fn object(
        &self,
        vm: &mut Restartable<'_>,
        kind: u8,
        position: usize,
        argument: &Value,
        conversion: &Conversion,
    ) -> Res<Piece> {
        let mut body = match (self.flavour, kind) {
            (Flavour::Str, b's') => text_of(vm.once_asked(|vm| vm.ask_str(argument))?),
            (Flavour::Str, b'r') => text_of(vm.once_asked(|vm| vm.ask_repr(argument))?),
            (_, b'a') | (Flavour::Bytes, b'r') => text_of(vm.once_asked(|vm| vm.ask_ascii(argument))?),
            (Flavour::Bytes, _) => bytes_of(vm, argument)?,
            (Flavour::Str, _) => return Err(self.unsupported(vm, position)),
        };
        if let Some(precision) = conversion.precision {
            let end = match self.flavour {
                Flavour::Bytes => precision.min(body.len()),
                Flavour::Str => text_end(&body, precision),
            };
            body.truncate(end);
        }
        Ok(Piece::text(body))
    }

    fn float(&self, vm: &mut Restartable<'_>, kind: u8, argument: &Value, conversion: &Conversion) -> Res<Piece> {
        let x = match real(vm, argument) {
            Ok(x) => x,
            Err(_) if self.flavour == Flavour::Bytes && vm.thrown_is(&types().exceptions.TypeError) => {
                drop(vm.catch());
                let class = class_of(argument).name_str();
                return Err(vm.type_error(format!("float argument required, not {class}")));
            }
            Err(thrown) => return Err(thrown),
        };
        let style = match kind.to_ascii_lowercase() {
            b'e' => Style::Exponent,
            b'f' => Style::Fixed,
            _ => Style::General,
        };
        let precision = conversion.precision.unwrap_or(6);
        if i32::try_from(precision).is_err() {
            return Err(vm.value_error("precision too big"));
        }
        let options = Options { precision, alternate: conversion.alternate, dot_zero: false };
        let mut body = float_text(x, style, options).into_bytes();
        if kind.is_ascii_uppercase() {
            body.make_ascii_uppercase();
        }
        Ok(Piece { negative: x.is_sign_negative() && !x.is_nan(), prefix: "", body, numeric: true })
    }

    fn character(&self, vm: &mut Restartable<'_>, argument: &Value) -> Res<Piece> {
        match self.flavour {
            Flavour::Str => {
                if let Some(text) = argument.downcast::<Str>() {
                    if text.len() != 1 {
                        return Err(vm.type_error("%c requires int or char"));
                    }
                    return Ok(Piece::text(text.as_bytes().to_vec()));
                }
                let Some(n) = self.code(vm, argument, "%c requires int or char")? else {
                    return Err(vm.overflow_error("%c arg not in range(0x110000)"));
                };
                let mut body = Vec::new();
                push_code_point(&mut body, n);
                Ok(Piece::text(body))
            }
            Flavour::Bytes => {
                if let Some([byte]) = argument.as_byte_slice() {
                    return Ok(Piece::text(vec![*byte]));
                }
                let wrong = "%c requires an integer in range(256) or a single byte";
                match self.code(vm, argument, wrong)?.map(u8::try_from) {
                    Some(Ok(byte)) => Ok(Piece::text(vec![byte])),
                    _ => Err(vm.overflow_error("%c arg not in range(256)")),
                }
            }
        }
    }

    /// The code of an integer argument; None if it is no code point; TypeError if it is no integer.
    fn code(&self, vm: &mut Restartable<'_>, argument: &Value, wrong: &str) -> Res<Option<u32>> {
        if !vm.has_index(argument) {
            return Err(vm.type_error(wrong));
        }
        let n = index(vm, argument)?;
        Ok(n.as_i64().and_then(|n| u32::try_from(n).ok()).filter(|&n| n < 0x11_0000))
    }

    fn write(&mut self, conversion: &Conversion, piece: &Piece) {
        let sign = match piece {
            Piece { numeric: false, .. } => "",
            Piece { negative: true, .. } => "-",
            _ if conversion.plus => "+",
            _ if conversion.space => " ",
            _ => "",
        };
        let length = match self.flavour {
            Flavour::Str => count_chars(&piece.body),
            Flavour::Bytes => piece.body.len(),
        };
        let space = conversion.width.saturating_sub(sign.len() + piece.prefix.len() + length);
        let zeros = conversion.zero && piece.numeric && !conversion.left;
        if !zeros && !conversion.left {
            self.out.extend(std::iter::repeat_n(b' ', space));
        }
        self.out.extend_from_slice(sign.as_bytes());
        self.out.extend_from_slice(piece.prefix.as_bytes());
        if zeros {
            self.out.extend(std::iter::repeat_n(b'0', space));
        }
        self.out.extend_from_slice(&piece.body);
        if conversion.left {
            self.out.extend(std::iter::repeat_n(b' ', space));
        }
    }
}

fn text_of(value: Value) -> Vec<u8> {
    value.downcast::<Str>().map_or_else(Vec::new, |text| text.as_bytes().to_vec())
}

/// The byte offset of a code point, or the length.
fn text_end(text: &[u8], count: usize) -> usize {
    let mut starts = text.iter().enumerate().filter(|(_, b)| crate::objects::str::is_char_start(**b));
    starts.nth(count).map_or(text.len(), |(offset, _)| offset)
}

fn bytes_of(vm: &mut Restartable<'_>, argument: &Value) -> Res<Vec<u8>> {
    if let Some(content) = argument.as_byte_slice() {
        return Ok(content.to_vec());
    }
    if let Some(result) = vm.ask(argument, &names().__bytes__, &[])? {
        if let Some(content) = result.downcast::<crate::objects::Bytes>() {
            return Ok(content.as_bytes().to_vec());
        }
        let got = class_of(&result).name_str();
        return Err(vm.type_error(format!("__bytes__ returned non-bytes (type {got})")));
    }
    Err(vm.type_error(format!(
        "%b requires a bytes-like object, or an object that implements __bytes__, not '{}'",
        class_of(argument).name_str()
    )))
}

/// The integer of an argument; other objects are a TypeError that names the conversion.
fn integer_argument(vm: &mut Restartable<'_>, kind: u8, argument: &Value) -> Res {
    if argument.is_int() {
        return Ok(argument.clone());
    }
    let decimal = matches!(kind, b'd' | b'i' | b'u');
    let found = if argument.downcast::<Str>().is_some() {
        Ok(None)
    } else if decimal {
        truncated(vm, argument)
    } else {
        index(vm, argument).map(Some)
    };
    match found {
        Ok(Some(n)) => return Ok(n),
        Ok(None) => {}
        Err(thrown) if !vm.thrown_is(&types().exceptions.TypeError) => return Err(thrown),
        Err(_) => drop(vm.catch()),
    }
    let wanted = if decimal { "a real number" } else { "an integer" };
    let class = class_of(argument).name_str();
    Err(vm.type_error(format!("%{} format: {wanted} is required, not {class}", kind as char)))
}

fn decimal(vm: &mut Restartable<'_>, kind: u8, argument: &Value, conversion: &Conversion) -> Res<Piece> {
    let n = integer_argument(vm, kind, argument)?;
    let text = int_to_decimal(vm, &n)?;
    let digits = text.trim_start_matches('-');
    let body = with_zeros(vm, digits, conversion)?;
    Ok(Piece { negative: digits.len() < text.len(), prefix: "", body, numeric: true })
}

fn radix(vm: &mut Restartable<'_>, kind: u8, argument: &Value, conversion: &Conversion) -> Res<Piece> {
    let n = integer_argument(vm, kind, argument)?;
    let (negative, prefix, digits) = radix_text(&n, kind.to_ascii_lowercase());
    let mut body = with_zeros(vm, &digits, conversion)?;
    if kind == b'X' {
        body.make_ascii_uppercase();
    }
    let prefix = match (conversion.alternate, kind) {
        (false, _) => "",
        (true, b'X') => "0X",
        (true, _) => prefix,
    };
    Ok(Piece { negative, prefix, body, numeric: true })
}

/// The digits, with leading zeros up to the precision.
fn with_zeros(vm: &mut Vm, digits: &str, conversion: &Conversion) -> Res<Vec<u8>> {
    let precision = conversion.precision.unwrap_or(0);
    check_size(vm, precision)?;
    let mut body = vec![b'0'; precision.saturating_sub(digits.len())];
    body.extend_from_slice(digits.as_bytes());
    Ok(body)
}
