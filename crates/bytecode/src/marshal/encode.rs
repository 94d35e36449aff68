//! Code to bytes.

use super::{MAGIC, VERSION, fingerprint, present, tag};
use crate::code::{Code, Const, Loc, LocalKind};
use std::collections::HashMap;
use std::rc::Rc;

/// The bytes from which `decode` makes the same code again.
///
/// Tuples among the constants must not nest deeper than `verify` allows.
#[must_use]
pub fn encode(code: &Code) -> Vec<u8> {
    let mut encoder = Encoder::default();
    encoder.tree(code);
    let mut out = Writer::default();
    out.bytes.extend(MAGIC);
    out.bytes.push(VERSION);
    out.bytes.extend(fingerprint().to_le_bytes());
    out.size(encoder.strings.len());
    for string in &encoder.strings {
        out.size(string.len());
        out.bytes.extend(*string);
    }
    out.size(encoder.codes.len());
    out.bytes.extend(encoder.out.bytes);
    out.bytes
}

#[derive(Default)]
struct Encoder<'a> {
    strings: Vec<&'a [u8]>,
    string_index: HashMap<&'a [u8], usize>,
    /// Number of each code object already written.
    codes: HashMap<*const Code, usize>,
    out: Writer,
}

impl<'a> Encoder<'a> {
    /// Writes a code object after all that it contains.
    fn tree(&mut self, root: &'a Code) {
        let mut path = vec![(root, 0)];
        while let Some((code, next)) = path.last_mut() {
            let code = *code;
            let Some(constant) = code.consts.get(*next) else {
                self.code(code);
                self.codes.insert(code, self.codes.len());
                path.pop();
                continue;
            };
            *next += 1;
            if let Const::Code(inner) = constant
                && !self.codes.contains_key(&Rc::as_ptr(inner))
            {
                path.push((inner, 0));
            }
        }
    }

    fn code(&mut self, code: &'a Code) {
        for name in [&code.name, &code.qualname, &code.filename] {
            self.string(name.as_bytes());
        }
        for number in [code.first_line, code.flags] {
            self.out.number(number.into());
        }
        for number in [code.args, code.posonly, code.kwonly, code.registers, code.first_temp] {
            self.out.number(number.into());
        }
        self.optional(code);
        self.out.size(code.locals.len());
        for local in &code.locals {
            self.string(local.name.as_bytes());
            self.out.number(local.reg.into());
            self.out.bytes.push(match local.kind {
                LocalKind::Plain => 0,
                LocalKind::Cell => 1,
                LocalKind::Free => 2,
            });
        }
        self.names(&code.freevars);
        self.names(&code.static_attributes);
        self.constants(&code.consts);
        self.tables(code);
    }

    fn optional(&mut self, code: &'a Code) {
        let bit = |set, bit| if set { bit } else { 0 };
        let bits = bit(code.has_namespace, present::NAMESPACE)
            | bit(code.class_cell.is_some(), present::CLASS_CELL)
            | bit(code.doc.is_some(), present::DOC);
        self.out.bytes.push(bits);
        if let Some(reg) = code.class_cell {
            self.out.number(reg.into());
        }
        if let Some(doc) = &code.doc {
            self.string(doc);
        }
    }

    fn tables(&mut self, code: &'a Code) {
        self.out.size(code.sites.len());
        for site in &code.sites {
            self.out.number(site.name.into());
        }
        self.out.size(code.instrs.len());
        for instr in &code.instrs {
            self.out.bytes.extend([instr.op as u8, instr.x]);
            for field in [instr.a, instr.b, instr.c] {
                self.out.bytes.extend(field.to_le_bytes());
            }
        }
        self.out.size(code.handlers.len());
        for handler in &code.handlers {
            for number in [handler.start, handler.end, handler.target, handler.exc.into()] {
                self.out.number(number.into());
            }
        }
        self.out.size(code.locations.len());
        let (mut start, mut last) = (0, Loc::default());
        for entry in &code.locations {
            let loc = entry.loc;
            self.out.difference(start, entry.start);
            self.out.difference(last.line, loc.line);
            self.out.difference(loc.line, loc.end_line);
            self.out.number(loc.col.into());
            self.out.difference(loc.col, loc.end_col);
            (start, last) = (entry.start, loc);
        }
    }

    fn names(&mut self, names: &'a [Rc<str>]) {
        self.out.size(names.len());
        for name in names {
            self.string(name.as_bytes());
        }
    }

    fn string(&mut self, string: &'a [u8]) {
        let index = *self.string_index.entry(string).or_insert_with(|| {
            self.strings.push(string);
            self.strings.len() - 1
        });
        self.out.size(index);
    }

    fn constants(&mut self, constants: &'a [Const]) {
        self.out.size(constants.len());
        for constant in constants {
            self.constant(constant);
        }
    }

    fn constant(&mut self, constant: &'a Const) {
        let tag = match constant {
            Const::None => tag::NONE,
            Const::True => tag::TRUE,
            Const::False => tag::FALSE,
            Const::Ellipsis => tag::ELLIPSIS,
            Const::Int(_) => tag::INT,
            Const::BigInt(_) => tag::BIG_INT,
            Const::Float(_) => tag::FLOAT,
            Const::Complex(..) => tag::COMPLEX,
            Const::Str(_) => tag::STR,
            Const::Bytes(_) => tag::BYTES,
            Const::Tuple(_) => tag::TUPLE,
            Const::FrozenSet(_) => tag::FROZEN_SET,
            Const::Code(_) => tag::CODE,
        };
        self.out.bytes.push(tag);
        match constant {
            Const::None | Const::True | Const::False | Const::Ellipsis => {}
            Const::Int(value) => self.out.signed(*value),
            Const::BigInt(digits) => self.string(digits.as_bytes()),
            Const::Float(value) => self.out.float(*value),
            Const::Complex(real, imag) => {
                self.out.float(*real);
                self.out.float(*imag);
            }
            Const::Str(bytes) | Const::Bytes(bytes) => self.string(bytes),
            Const::Tuple(items) | Const::FrozenSet(items) => self.constants(items),
            // Code in a tuple, which `verify` rejects, has no number: it becomes one that `decode` rejects.
            Const::Code(code) => self.out.size(self.codes.get(&Rc::as_ptr(code)).copied().unwrap_or(usize::MAX)),
        }
    }
}

#[derive(Default)]
struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    fn size(&mut self, size: usize) {
        self.number(size as u64);
    }

    fn signed(&mut self, number: i64) {
        self.number((number << 1 ^ number >> 63) as u64);
    }

    fn difference(&mut self, from: u32, to: u32) {
        self.signed(i64::from(to) - i64::from(from));
    }

    fn float(&mut self, value: f64) {
        self.bytes.extend(value.to_bits().to_le_bytes());
    }
}
