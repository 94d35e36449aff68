//! `str.format` and `str.format_map`.

use super::{receiver, with_one};
use crate::heap::{Kind, Ref};
use crate::objects::str::{char_width, intern_value};
use crate::objects::{Str, int};
use crate::ops::arith::is_builtin;
use crate::value::Value;
use crate::{Args, Asks, Res, Restartable, Thrown, Vm};

/// Where fields get their values.
enum Source<'a> {
    Arguments(Args<'a>),
    Mapping(&'a Value),
}

/// Automatic and manual numbering of fields exclude each other.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Numbering {
    Unknown,
    Automatic(usize),
    Manual,
}

struct Formatter<'a> {
    source: Source<'a>,
    numbering: Numbering,
}

/// A replacement field's parts, as they stand between its braces.
struct Field<'a> {
    name: &'a [u8],
    conversion: Option<u32>,
    spec: &'a [u8],
    /// The specification holds fields itself.
    nested: bool,
}

pub fn format(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let template = receiver(vm, &args, "format")?;
    let mut formatter = Formatter { source: Source::Arguments(args.rest()), numbering: Numbering::Unknown };
    let out = formatter.run(vm, template.as_bytes(), 2)?;
    Ok(Str::from_wtf8(&out).into_value())
}

pub fn format_map(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let (template, mapping) = with_one(vm, &args, "format_map")?;
    let mut formatter = Formatter { source: Source::Mapping(mapping), numbering: Numbering::Unknown };
    let out = formatter.run(vm, template.as_bytes(), 2)?;
    Ok(Str::from_wtf8(&out).into_value())
}

impl Formatter<'_> {
    /// Replaces the fields of a template; specifications may hold fields `depth - 1` deep.
    fn run(&mut self, vm: &mut Restartable<'_>, template: &[u8], depth: u32) -> Res<Vec<u8>> {
        if depth == 0 {
            return Err(vm.value_error("Max string recursion exceeded"));
        }
        let mut out = Vec::with_capacity(template.len() * 2);
        let mut rest = template;
        while let Some(at) = memchr::memchr2(b'{', b'}', rest) {
            out.extend_from_slice(&rest[..at]);
            let (brace, next) = (rest[at], rest.get(at + 1));
            rest = &rest[at + 1..];
            if next == Some(&brace) {
                out.push(brace);
                rest = &rest[1..];
                continue;
            }
            if brace == b'}' {
                return Err(vm.value_error("Single '}' encountered in format string"));
            }
            if next.is_none() {
                return Err(vm.value_error("Single '{' encountered in format string"));
            }
            let (field, after) = parse_field(vm, rest)?;
            rest = after;
            let text = self.render(vm, &field, depth)?;
            let text = text.downcast::<Str>().map_or(&[][..], Str::as_bytes);
            vm.check_size(out.len().checked_add(text.len()))?;
            out.extend_from_slice(text);
        }
        out.extend_from_slice(rest);
        Ok(out)
    }

    fn render(&mut self, vm: &mut Restartable<'_>, field: &Field<'_>, depth: u32) -> Res {
        let mut value = self.value_of(vm, field.name)?;
        match field.conversion {
            None => {}
            Some(code) => {
                let text = match char::from_u32(code) {
                    Some('r') => vm.once_asked(|vm| vm.ask_repr(&value)),
                    Some('s') => vm.once_asked(|vm| vm.ask_str(&value)),
                    Some('a') => vm.once_asked(|vm| vm.ask_ascii(&value)),
                    _ => Err(unknown_conversion(vm, code)),
                };
                value = text?;
            }
        }
        let spec = if field.nested {
            let spec = self.run(vm, field.spec, depth - 1)?;
            Str::from_wtf8(&spec)
        } else {
            Str::from_wtf8(field.spec)
        };
        if is_steady(&value) {
            return vm.format(&value, &spec).map(Ref::into_value);
        }
        let spec = spec.into_value();
        vm.once_asked(|vm| vm.ask_format(&value, &spec))
    }

    /// The object that a field's name means: an argument, then attributes and items of it.
    fn value_of(&mut self, vm: &mut Restartable<'_>, name: &[u8]) -> Res {
        let end = name.iter().position(|b| matches!(b, b'.' | b'[')).unwrap_or(name.len());
        let (first, mut rest) = name.split_at(end);
        let mut value = self.argument(vm, first)?;
        while let Some((&mark, after)) = rest.split_first() {
            let stop: fn(&u8) -> bool = if mark == b'[' { |b| *b == b']' } else { |b| matches!(b, b'.' | b'[') };
            if mark != b'[' && mark != b'.' {
                return Err(vm.value_error("Only '.' or '[' may follow ']' in format field specifier"));
            }
            let end = after.iter().position(stop);
            if mark == b'[' && end.is_none() {
                return Err(vm.value_error("Missing ']' in format string"));
            }
            let (word, tail) = after.split_at(end.unwrap_or(after.len()));
            if word.is_empty() {
                return Err(vm.value_error("Empty attribute in format string"));
            }
            value = if mark == b'[' {
                let key = match number(vm, word)? {
                    Some(index) => int(index as i64),
                    None => Str::from_wtf8(word).into_value(),
                };
                rest = &tail[1..];
                vm.once_asked(|vm| vm.ask_item(&value, &key))?
            } else {
                rest = tail;
                let name = intern_value(Str::from_wtf8(word).value());
                vm.once_asked(|vm| vm.ask_attr(&value, &name))?
            };
        }
        Ok(value)
    }

    fn argument(&mut self, vm: &mut Restartable<'_>, name: &[u8]) -> Res {
        let position = match number(vm, name)? {
            _ if name.is_empty() => Some(self.next_number(vm)?),
            Some(n) => {
                if matches!(self.numbering, Numbering::Automatic(_)) {
                    return Err(
                        vm.value_error("cannot switch from automatic field numbering to manual field specification")
                    );
                }
                self.numbering = Numbering::Manual;
                Some(n)
            }
            None => None,
        };
        match (&self.source, position) {
            (Source::Arguments(args), Some(n)) => match args.pos().get(n) {
                Some(value) => Ok(value.clone()),
                None => {
                    let message = format!("Replacement index {n} out of range for positional args tuple");
                    Err(vm.index_error(message))
                }
            },
            (Source::Arguments(args), None) => {
                let found =
                    args.keywords().find(|(key, _)| key.downcast::<Str>().is_some_and(|k| k.as_bytes() == name));
                match found {
                    Some((_, value)) => Ok(value.clone()),
                    None => Err(vm.key_error(Str::from_wtf8(name).value())),
                }
            }
            (Source::Mapping(_), Some(_)) => Err(vm.value_error("Format string contains positional fields")),
            (Source::Mapping(mapping), None) => {
                let key = Str::from_wtf8(name).into_value();
                vm.once_asked(|vm| vm.ask_item(mapping, &key))
            }
        }
    }

    fn next_number(&mut self, vm: &mut Vm) -> Res<usize> {
        let next = match self.numbering {
            Numbering::Unknown => 0,
            Numbering::Automatic(next) => next,
            Numbering::Manual => {
                return Err(
                    vm.value_error("cannot switch from manual field specification to automatic field numbering")
                );
            }
        };
        self.numbering = Numbering::Automatic(next + 1);
        Ok(next)
    }
}

/// Whether nothing can change the text of a value, and nobody can tell how often it is asked for.
fn is_steady(value: &Value) -> bool {
    !value.is_heap() || matches!(value.kind(), Some(Kind::Str | Kind::BigInt | Kind::Float)) && is_builtin(value)
}

fn unknown_conversion(vm: &mut Vm, code: u32) -> Thrown {
    match char::from_u32(code) {
        Some(c) if (' '..'\u{7f}').contains(&c) => vm.value_error(format!("Unknown conversion specifier {c}")),
        _ => vm.value_error(format!("Unknown conversion specifier \\x{code:x}")),
    }
}

/// Digits as a number; None if there are other signs.
fn number(vm: &mut Vm, digits: &[u8]) -> Res<Option<usize>> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Ok(None);
    }
    let value = digits.iter().try_fold(0i64, |n, d| n.checked_mul(10)?.checked_add(i64::from(d - b'0')));
    match value {
        Some(value) => Ok(Some(value as usize)),
        None => Err(vm.value_error("Too many decimal digits in format string")),
    }
}

/// Takes apart a field whose opening brace has been read; gives what follows its closing brace too.
fn parse_field<'a>(vm: &mut Vm, text: &'a [u8]) -> Res<(Field<'a>, &'a [u8])> {
    let Some(end) = end_of_name(vm, text)? else {
        return Err(vm.value_error("expected '}' before end of string"));
    };
    let name = &text[..end];
    let mut rest = &text[end + 1..];
    let mut field = Field { name, conversion: None, spec: b"", nested: false };
    match text[end] {
        b'}' => return Ok((field, rest)),
        b'!' => {
            let Some(&first) = rest.first() else {
                return Err(vm.value_error("end of string while looking for conversion specifier"));
            };
            if first == b'}' {
                return Err(vm.value_error("unmatched '{' in format spec"));
            }
            field.conversion = Some(crate::objects::str::decode_char(rest));
            rest = &rest[char_width(first)..];
            match rest.split_first() {
                Some((b'}', after)) => return Ok((field, after)),
                Some((b':', after)) => rest = after,
                Some(_) => return Err(vm.value_error("expected ':' after conversion specifier")),
                None => return Err(vm.value_error("unmatched '{' in format spec")),
            }
        }
        _ => {}
    }
    let mut depth = 1;
    for (i, &byte) in rest.iter().enumerate() {
        match byte {
            b'{' => {
                field.nested = true;
                depth += 1;
            }
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            field.spec = &rest[..i];
            return Ok((field, &rest[i + 1..]));
        }
    }
    Err(vm.value_error("unmatched '{' in format spec"))
}

/// Where a field's name ends: at `}`, `:` or `!` outside square brackets.
fn end_of_name(vm: &mut Vm, text: &[u8]) -> Res<Option<usize>> {
    let mut bracketed = false;
    for (i, &byte) in text.iter().enumerate() {
        match byte {
            b'{' if !bracketed => return Err(vm.value_error("unexpected '{' in field name")),
            b'[' => bracketed = true,
            b']' => bracketed = false,
            b'}' | b':' | b'!' if !bracketed => return Ok(Some(i)),
            _ => {}
        }
    }
    Ok(None)
}
