//! Writing.

use super::{DEEPEST, plain_text};
use weft_vm::heap::Kind;
use weft_vm::objects::str::{char_width, decode_char};
use weft_vm::objects::{Dict, Str};
use weft_vm::ops::format::{decimal_digits, float_repr};
use weft_vm::{Args, Res, Value, Vm, class_of, types};

/// How to write.
struct Writer<'a> {
    out: Vec<u8>,
    ascii: bool,
    /// What each level is indented by, if lines are broken at all.
    indent: Option<&'a [u8]>,
    between_items: &'a [u8],
    behind_key: &'a [u8],
    sorted: bool,
}

/// `encode(object, ensure_ascii, indent, item_separator, key_separator, sort_keys)`: the JSON of builtin objects; None
/// if another class is among them, or something that JSON does not know.
pub fn encode(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "encode", 6, 6)?;
    let [object, ascii, indent, between_items, behind_key, sorted] = args.pos() else { return Ok(Value::NONE) };
    let (Some(between_items), Some(behind_key)) = (plain_text(between_items), plain_text(behind_key)) else {
        return Ok(Value::NONE);
    };
    let indent = match plain_text(indent) {
        None if !indent.is_none() => return Ok(Value::NONE),
        text => text.map(Str::as_bytes),
    };
    let mut writer = Writer {
        out: Vec::new(),
        ascii: vm.truth(ascii)?,
        indent,
        between_items: between_items.as_bytes(),
        behind_key: behind_key.as_bytes(),
        sorted: vm.truth(sorted)?,
    };
    Ok(match writer.value(object, 0) {
        Some(()) => Str::from_wtf8(&writer.out).into_value(),
        None => Value::NONE,
    })
}

impl Writer<'_> {
    fn value(&mut self, value: &Value, level: u32) -> Option<()> {
        if let Some(n) = value.as_small_int() {
            self.out.extend_from_slice(decimal_digits(n, &mut [0; 20]));
            return Some(());
        }
        if let Some(x) = value.as_small_float() {
            return self.float(x);
        }
        if !value.is_heap() {
            self.out.extend_from_slice(match value {
                _ if value.is_none() => b"null",
                _ if value.is_true() => b"true",
                _ if value.is_false() => b"false",
                _ => return None,
            });
            return Some(());
        }
        let (class, t) = (class_of(value), types());
        match value.kind()? {
            Kind::Str if class.is(&t.str) => {
                self.string(value.downcast::<Str>()?);
                Some(())
            }
            Kind::List if class.is(&t.list) => self.array(value.as_items()?, level),
            Kind::Tuple if class.is(&t.tuple) => self.array(value.as_items()?, level),
            Kind::Dict if class.is(&t.dict) => self.object(value.downcast::<Dict>()?, level),
            Kind::Float if class.is(&t.float) => self.float(value.as_float()?),
            _ => None,
        }
    }

    fn float(&mut self, x: f64) -> Option<()> {
        x.is_finite().then(|| self.out.extend_from_slice(float_repr(x).as_bytes()))
    }

    fn break_line(&mut self, level: u32) {
        if let Some(indent) = self.indent {
            self.out.push(b'\n');
            (0..level).for_each(|_| self.out.extend_from_slice(indent));
        }
    }

    fn array(&mut self, items: &[Value], level: u32) -> Option<()> {
        if items.is_empty() {
            self.out.extend_from_slice(b"[]");
            return Some(());
        }
        if level >= DEEPEST {
            return None;
        }
        self.out.push(b'[');
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                self.out.extend_from_slice(self.between_items);
            }
            self.break_line(level + 1);
            self.value(item, level + 1)?;
        }
        self.break_line(level);
        self.out.push(b']');
        Some(())
    }

    fn object(&mut self, dict: &Dict, level: u32) -> Option<()> {
        let mut entries = Vec::with_capacity(dict.len());
        for entry in dict.table().iter() {
            entries.push((plain_text(&entry.key)?, &entry.value));
        }
        if entries.is_empty() {
            self.out.extend_from_slice(b"{}");
            return Some(());
        }
        if level >= DEEPEST {
            return None;
        }
        if self.sorted {
            entries.sort_by_key(|(key, _)| key.as_bytes());
        }
        self.out.push(b'{');
        for (i, (key, value)) in entries.into_iter().enumerate() {
            if i > 0 {
                self.out.extend_from_slice(self.between_items);
            }
            self.break_line(level + 1);
            self.string(key);
            self.out.extend_from_slice(self.behind_key);
            self.value(value, level + 1)?;
        }
        self.break_line(level);
        self.out.push(b'}');
        Some(())
    }

    fn string(&mut self, text: &Str) {
        self.out.push(b'"');
        let mut rest = text.as_bytes();
        while !rest.is_empty() {
            let special = |&byte: &u8| byte < 0x20 || matches!(byte, b'"' | b'\\') || self.ascii && byte >= 0x7F;
            let plain = rest.iter().position(special).unwrap_or(rest.len());
            self.out.extend_from_slice(&rest[..plain]);
            rest = &rest[plain..];
            if let Some(&first) = rest.first() {
                self.escaped(decode_char(rest));
                rest = &rest[char_width(first)..];
            }
        }
        self.out.push(b'"');
    }

    fn escaped(&mut self, code: u32) {
        let short = match code {
            0x22 => b"\\\"",
            0x5C => b"\\\\",
            8 => b"\\b",
            12 => b"\\f",
            10 => b"\\n",
            13 => b"\\r",
            9 => b"\\t",
            0x10000.. => {
                let above = code - 0x10000;
                self.unit(0xD800 | above >> 10);
                return self.unit(0xDC00 | above & 0x3FF);
            }
            _ => return self.unit(code),
        };
        self.out.extend_from_slice(short);
    }

    fn unit(&mut self, unit: u32) {
        self.out.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
    }
}
