//! The text that `repr` gives objects of builtin layouts.

mod callables;
mod containers;
pub(super) mod nested;

pub use nested::Template;

use super::unicode::is_printable;
use crate::heap::Kind;
use crate::objects::str::{char_width, decode_char};
use crate::objects::{Class, CodeObject, Complex, Dict, FrameObject, Module, Range, Str, WeakRef};
use crate::ops::format::{complex_repr, decimal_digits, float_repr, int_to_decimal};
use crate::value::{Immediate, Value};
use crate::{Res, Vm, class_of, names, types};

/// Objects as addresses are shown.
pub(crate) fn address(value: &Value) -> String {
    format!("0x{:012x}", value.id())
}

fn push(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}

/// The text of a value known to be a str, surrogates and all.
fn push_text(out: &mut Vec<u8>, value: &Value) {
    match value.downcast::<Str>() {
        Some(text) => out.extend_from_slice(text.as_bytes()),
        None => out.push(b'?'),
    }
}

/// `module.qualname`, or `qualname` for builtins.
pub(crate) fn full_name(class: &Class) -> Vec<u8> {
    let mut out = Vec::new();
    if let Some(module) = class.find_in_mro(&names().__module__)
        && let Some(module) = module.downcast::<Str>()
        && module.as_bytes() != b"builtins"
    {
        out.extend_from_slice(module.as_bytes());
        out.push(b'.');
    }
    push_text(&mut out, class.qualname.get());
    out
}

/// Appends the literal of WTF-8 text.
pub fn push_str_repr(out: &mut Vec<u8>, bytes: &[u8]) {
    let quote = quote_for(bytes);
    out.push(quote);
    let mut at = 0;
    while at < bytes.len() {
        let plain =
            bytes[at..].iter().take_while(|b| (0x20..0x7F).contains(*b) && **b != quote && **b != b'\\').count();
        out.extend_from_slice(&bytes[at..at + plain]);
        at += plain;
        let Some(&first) = bytes.get(at) else { break };
        let width = char_width(first);
        let code = decode_char(&bytes[at..]);
        if first < 0x80 {
            push_ascii_escape(out, first, quote);
        } else if is_printable(code) {
            out.extend_from_slice(&bytes[at..at + width]);
        } else {
            push(out, &super::codec::backslashed(code));
        }
        at += width;
    }
    out.push(quote);
}

/// Appends the literal of bytes.
pub fn push_bytes_repr(out: &mut Vec<u8>, bytes: &[u8]) {
    let quote = quote_for(bytes);
    out.push(b'b');
    out.push(quote);
    for &byte in bytes {
        if (0x20..0x7F).contains(&byte) && byte != quote && byte != b'\\' {
            out.push(byte);
        } else {
            push_ascii_escape(out, byte, quote);
        }
    }
    out.push(quote);
}

fn quote_for(bytes: &[u8]) -> u8 {
    if bytes.contains(&b'\'') && !bytes.contains(&b'"') { b'"' } else { b'\'' }
}

fn push_ascii_escape(out: &mut Vec<u8>, byte: u8, quote: u8) {
    match byte {
        b'\n' => push(out, "\\n"),
        b'\r' => push(out, "\\r"),
        b'\t' => push(out, "\\t"),
        b'\\' => push(out, "\\\\"),
        _ if byte == quote => out.extend_from_slice(&[b'\\', byte]),
        _ => push(out, &format!("\\x{byte:02x}")),
    }
}

impl Vm {
    /// Appends `<module.Class object at 0x…>`.
    pub fn default_repr_into(&mut self, out: &mut Vec<u8>, value: &Value) {
        out.push(b'<');
        out.extend_from_slice(&full_name(class_of(value)));
        push(out, &format!(" object at {}>", address(value)));
    }

    /// Appends what the builtin base type of an object gives as `repr`.
    pub fn repr_builtin_into(&mut self, out: &mut Vec<u8>, value: &Value) -> Res<()> {
        let Some(kind) = value.kind() else {
            push_immediate(out, value);
            return Ok(());
        };
        match kind {
            Kind::Str => push_str_repr(out, value.downcast::<Str>().map_or(b"", |s| s.as_bytes())),
            Kind::Bytes => push_bytes_repr(out, value.as_byte_slice().unwrap_or_default()),
            Kind::ByteArray => {
                push(out, &class_of(value).name_str());
                out.push(b'(');
                push_bytes_repr(out, value.as_byte_slice().unwrap_or_default());
                out.push(b')');
            }
            Kind::BigInt => push(out, &int_to_decimal(self, value)?),
            Kind::Float => push(out, &float_repr(value.as_float().unwrap_or_default())),
            Kind::Complex => {
                push(out, &value.downcast::<Complex>().map_or_else(String::new, |z| complex_repr(z.re, z.im)))
            }
            Kind::Tuple
            | Kind::List
            | Kind::Dict
            | Kind::Set
            | Kind::FrozenSet
            | Kind::DictView
            | Kind::MappingProxy
            | Kind::Slice
            | Kind::BoundMethod
            | Kind::StaticMethod
            | Kind::ClassMethod => {
                return self.repr_holder(out, value, kind);
            }
            Kind::Range => return self.repr_range(out, value),
            Kind::Class => {
                let Some(class) = value.downcast::<Class>() else { return Ok(()) };
                push(out, "<class '");
                out.extend_from_slice(&full_name(class));
                push(out, "'>");
            }
            Kind::Module => return self.repr_module(out, value),
            Kind::Code => repr_code(out, value),
            Kind::Frame => repr_frame(out, value),
            Kind::WeakRef => self.repr_weakref(out, value)?,
            _ => return self.repr_callable(out, value, kind),
        }
        Ok(())
    }

    fn repr_range(&mut self, out: &mut Vec<u8>, value: &Value) -> Res<()> {
        let Some(range) = value.as_ref::<Range>() else { return Ok(()) };
        push(out, "range(");
        self.repr_into(out, &range.start)?;
        push(out, ", ");
        self.repr_into(out, &range.stop)?;
        if range.step.as_small_int() != Some(1) {
            push(out, ", ");
            self.repr_into(out, &range.step)?;
        }
        out.push(b')');
        Ok(())
    }

    fn repr_module(&mut self, out: &mut Vec<u8>, value: &Value) -> Res<()> {
        let Some(module) = value.downcast::<Module>() else { return Ok(()) };
        let dict: &Dict = &module.dict;
        let name = dict.get_str(&names().__name__);
        let file = dict.get_str(&names().__file__).filter(|file| file.downcast::<Str>().is_some());
        push(out, "<module ");
        match name {
            Some(name) if name.downcast::<Str>().is_some() => self.repr_into(out, &name)?,
            _ => push(out, "'?'"),
        }
        match file {
            Some(file) => {
                push(out, " from ");
                self.repr_into(out, &file)?;
            }
            None if dict.get_str(&names().__spec__).is_some_and(|spec| !spec.is_none()) => push(out, " (built-in)"),
            None if self.is_native_module(dict) => push(out, " (built-in)"),
            None => {}
        }
        out.push(b'>');
        Ok(())
    }

    fn is_native_module(&self, dict: &Dict) -> bool {
        let name = dict.get_str(&names().__name__).map(|name| crate::types::text_of(&name));
        name.is_some_and(|name| name == "builtins" || self.native_modules.contains_key(name.as_str()))
    }

    fn repr_weakref(&mut self, out: &mut Vec<u8>, value: &Value) -> Res<()> {
        let Some(reference) = value.downcast::<WeakRef>() else { return Ok(()) };
        push(out, &format!("<weakref at {}; ", address(value)));
        let Some(target) = reference.get() else {
            push(out, "dead>");
            return Ok(());
        };
        push(out, &format!("to '{}' at {}", class_of(&target).name_str(), address(&target)));
        if let Some(name) = self.find_attr(&target, &names().__name__)?
            && name.downcast::<Str>().is_some()
        {
            push(out, " (");
            push_text(out, &name);
            push(out, ")");
        }
        out.push(b'>');
        Ok(())
    }
}

/// Appends the text of a value that is no object of the heap.
fn push_immediate(out: &mut Vec<u8>, value: &Value) {
    if let Some(n) = value.as_small_int() {
        return out.extend_from_slice(decimal_digits(n, &mut [0; 20]));
    }
    if let Some(x) = value.as_small_float() {
        return push(out, &float_repr(x));
    }
    push(
        out,
        match value.immediate() {
            Some(Immediate::False) => "False",
            Some(Immediate::True) => "True",
            Some(Immediate::Ellipsis) => "Ellipsis",
            Some(Immediate::NotImplemented) => "NotImplemented",
            Some(Immediate::None) => "None",
            Some(Immediate::Unset) | None => "<NULL>",
        },
    );
}

fn repr_code(out: &mut Vec<u8>, value: &Value) {
    if let Some(code) = value.downcast::<CodeObject>() {
        push(out, "<code object ");
        push_text(out, &code.name);
        let (file, line) = (&code.code.filename, code.code.first_line);
        push(out, &format!(" at {}, file \"{file}\", line {line}>", address(value)));
    }
}

fn repr_frame(out: &mut Vec<u8>, value: &Value) {
    if let Some(frame) = value.downcast::<FrameObject>() {
        let (file, line) = (&frame.code.code.filename, frame.loc().line);
        push(out, &format!("<frame at {}, file '{file}', line {line}, code ", address(value)));
        push_text(out, &frame.code.name);
        out.push(b'>');
    }
}

/// Whether the value is an instance of exactly this builtin class.
fn is_exactly(value: &Value, class: &crate::heap::Ref<Class>) -> bool {
    class_of(value).is(class)
}

/// The builtin classes, for the submodules.
fn builtin() -> &'static crate::types::Types {
    types()
}
