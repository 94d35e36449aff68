//! The constants of one code object, each kept once.

use crate::{Res, too_large};
use rustc_hash::FxHashMap;
use std::rc::Rc;
use weft_bytecode::Const;
use weft_syntax::ast::Constant;

/// Identity of a constant: type and bits, so that `1`, `1.0`, `True` and `-0.0` stay apart.
#[derive(PartialEq, Eq, Hash)]
enum Key {
    None,
    True,
    False,
    Ellipsis,
    Int(i64),
    BigInt(Rc<str>),
    Float(u64),
    Complex(u64, u64),
    Str(Rc<[u8]>),
    Bytes(Rc<[u8]>),
    Tuple(Vec<Key>),
    FrozenSet(Vec<Key>),
}

fn key(value: &Const) -> Option<Key> {
    Some(match value {
        Const::None => Key::None,
        Const::True => Key::True,
        Const::False => Key::False,
        Const::Ellipsis => Key::Ellipsis,
        Const::Int(n) => Key::Int(*n),
        Const::BigInt(digits) => Key::BigInt(digits.clone()),
        Const::Float(f) => Key::Float(f.to_bits()),
        Const::Complex(re, im) => Key::Complex(re.to_bits(), im.to_bits()),
        Const::Str(s) => Key::Str(s.clone()),
        Const::Bytes(b) => Key::Bytes(b.clone()),
        Const::Tuple(items) => Key::Tuple(items.iter().map(key).collect::<Option<_>>()?),
        Const::FrozenSet(items) => Key::FrozenSet(items.iter().map(key).collect::<Option<_>>()?),
        Const::Code(_) => return None,
    })
}

#[derive(Default)]
pub(crate) struct Constants {
    list: Vec<Const>,
    index: FxHashMap<Key, u32>,
}

impl Constants {
    pub(crate) fn add(&mut self, value: Const) -> u32 {
        let next = self.list.len() as u32;
        let index = match key(&value) {
            Some(key) => *self.index.entry(key).or_insert(next),
            None => next,
        };
        if index == next {
            self.list.push(value);
        }
        index
    }

    /// For operands of 16 bits.
    pub(crate) fn add_short(&mut self, value: Const) -> Res<u16> {
        u16::try_from(self.add(value)).map_err(|_| too_large())
    }

    pub(crate) fn into_list(self) -> Vec<Const> {
        self.list
    }
}

pub(crate) fn from_literal(literal: &Constant) -> Const {
    match literal {
        Constant::None => Const::None,
        Constant::True => Const::True,
        Constant::False => Const::False,
        Constant::Ellipsis => Const::Ellipsis,
        Constant::Int(n) => Const::Int(*n),
        Constant::BigInt(digits) => Const::BigInt(digits.clone()),
        Constant::Float(f) => Const::Float(*f),
        Constant::Imaginary(im) => Const::Complex(0.0, *im),
        Constant::Str(s) => Const::Str(s.clone()),
        Constant::Bytes(b) => Const::Bytes(b.clone()),
    }
}

pub(crate) fn string(text: &str) -> Const {
    Const::Str(text.as_bytes().into())
}

/// A tuple of names.
pub(crate) fn names<'a>(names: impl IntoIterator<Item = &'a Rc<str>>) -> Const {
    Const::Tuple(names.into_iter().map(|name| string(name)).collect())
}

pub(crate) fn truth(value: &Const) -> bool {
    match value {
        Const::None | Const::False => false,
        Const::True | Const::Ellipsis | Const::BigInt(_) | Const::Code(_) => true,
        Const::Int(n) => *n != 0,
        Const::Float(f) => *f != 0.0,
        Const::Complex(re, im) => *re != 0.0 || *im != 0.0,
        Const::Str(s) | Const::Bytes(s) => !s.is_empty(),
        Const::Tuple(items) | Const::FrozenSet(items) => !items.is_empty(),
    }
}
