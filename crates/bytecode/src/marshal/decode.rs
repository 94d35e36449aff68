//! Bytes to code.

use super::{DecodeError, MAGIC, VERSION, fingerprint, present, tag};
use crate::code::{Code, Const, Handler, Instr, Loc, LocEntry, Local, LocalKind, Site};
use crate::op::Op;
use crate::verify::{MAX_CONST_NESTING, MAX_NESTING};
use std::rc::Rc;

type Result<T> = std::result::Result<T, DecodeError>;

/// The bytes that a code object takes at least.
const LEAST_CODE: usize = 19;

/// Makes code from bytes that `encode` made.
///
/// Any bytes may be given: what comes out is well formed as a Rust value, and takes memory in proportion to the
/// input, but only `verify` says whether it may run.
///
/// # Errors
/// The bytes are not what `encode` of this version makes.
pub fn decode(bytes: &[u8]) -> Result<Rc<Code>> {
    let mut reader = Reader { rest: bytes, unclaimed: bytes.len() };
    if reader.array()? != *MAGIC {
        return Err(DecodeError::Magic);
    }
    if reader.byte()? != VERSION || reader.array()? != fingerprint().to_le_bytes() {
        return Err(DecodeError::Version);
    }
    let strings = reader.list(1, |reader| {
        let len = reader.size()?;
        reader.take(len).map(Shared::Raw)
    })?;
    let count = reader.count(LEAST_CODE)?;
    let mut decoder = Decoder { reader, strings, codes: Vec::with_capacity(count), height: 0 };
    for _ in 0..count {
        decoder.height = 0;
        let code = Rc::new(decoder.code()?);
        let height = decoder.height + 1;
        if height > MAX_NESTING {
            return Err(DecodeError::TooDeep);
        }
        decoder.codes.push((code, height));
    }
    if !decoder.reader.rest.is_empty() {
        return Err(DecodeError::Trailing);
    }
    decoder.codes.pop().map(|(code, _)| code).ok_or(DecodeError::Truncated)
}

/// A string of the table: its memory is allocated at its first use and shared by all.
enum Shared<'a> {
    Raw(&'a [u8]),
    Bytes(Rc<[u8]>),
    Text(Rc<str>),
}

struct Decoder<'a> {
    reader: Reader<'a>,
    strings: Vec<Shared<'a>>,
    /// Code objects so far, and how many levels of code each holds, itself included.
    codes: Vec<(Rc<Code>, usize)>,
    /// Levels of code within the code object at hand.
    height: usize,
}

impl Decoder<'_> {
    fn code(&mut self) -> Result<Code> {
        let mut code = Code {
            name: self.text()?,
            qualname: self.text()?,
            filename: self.text()?,
            first_line: self.reader.int()?,
            flags: self.reader.int()?,
            args: self.reader.int()?,
            posonly: self.reader.int()?,
            kwonly: self.reader.int()?,
            registers: self.reader.int()?,
            first_temp: self.reader.int()?,
            ..Code::default()
        };
        let bits = self.reader.byte()?;
        code.has_namespace = bits & present::NAMESPACE != 0;
        if bits & present::CLASS_CELL != 0 {
            code.class_cell = Some(self.reader.int()?);
        }
        if bits & present::DOC != 0 {
            code.doc = Some(self.bytes()?);
        }
        code.locals = self.list(3, Decoder::local)?;
        code.freevars = self.list(1, Decoder::text)?;
        code.static_attributes = self.list(1, Decoder::text)?;
        code.consts = self.list(1, |decoder| decoder.constant(MAX_CONST_NESTING))?;
        code.sites = self.reader.list(1, |reader| Ok(Site { name: reader.int()? }))?;
        code.instrs = self.reader.instrs()?;
        code.handlers = self.reader.list(4, Reader::handler)?;
        code.locations = self.reader.locations()?;
        Ok(code)
    }

    /// A list, each item of which takes at least so many bytes.
    fn list<T>(&mut self, least: usize, mut item: impl FnMut(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        let count = self.reader.count(least)?;
        let mut items = Vec::with_capacity(count);
        for _ in 0..count {
            items.push(item(self)?);
        }
        Ok(items)
    }

    fn local(&mut self) -> Result<Local> {
        let name = self.text()?;
        let reg = self.reader.int()?;
        let kind = match self.reader.byte()? {
            0 => LocalKind::Plain,
            1 => LocalKind::Cell,
            2 => LocalKind::Free,
            _ => return Err(DecodeError::Number),
        };
        Ok(Local { name, reg, kind })
    }

    fn constant(&mut self, depth: usize) -> Result<Const> {
        Ok(match self.reader.byte()? {
            tag::NONE => Const::None,
            tag::TRUE => Const::True,
            tag::FALSE => Const::False,
            tag::ELLIPSIS => Const::Ellipsis,
            tag::INT => Const::Int(self.reader.signed()?),
            tag::BIG_INT => Const::BigInt(self.text()?),
            tag::FLOAT => Const::Float(self.reader.float()?),
            tag::COMPLEX => Const::Complex(self.reader.float()?, self.reader.float()?),
            tag::STR => Const::Str(self.bytes()?),
            tag::BYTES => Const::Bytes(self.bytes()?),
            tag::TUPLE => Const::Tuple(self.constants(depth)?),
            tag::FROZEN_SET => Const::FrozenSet(self.constants(depth)?),
            tag::CODE => {
                let index = self.reader.size()?;
                let (code, height) = self.codes.get(index).ok_or(DecodeError::Index)?;
                self.height = self.height.max(*height);
                Const::Code(code.clone())
            }
            other => return Err(DecodeError::Constant(other)),
        })
    }

    fn constants(&mut self, depth: usize) -> Result<Rc<[Const]>> {
        let depth = depth.checked_sub(1).ok_or(DecodeError::TooDeep)?;
        Ok(self.list(1, |decoder| decoder.constant(depth))?.into())
    }

    fn text(&mut self) -> Result<Rc<str>> {
        let index = self.reader.size()?;
        let entry = self.strings.get_mut(index).ok_or(DecodeError::Index)?;
        let bytes: &[u8] = match entry {
            Shared::Text(text) => return Ok(text.clone()),
            Shared::Raw(bytes) => bytes,
            Shared::Bytes(bytes) => bytes,
        };
        let text: Rc<str> = std::str::from_utf8(bytes).map_err(|_| DecodeError::Text)?.into();
        *entry = Shared::Text(text.clone());
        Ok(text)
    }

    fn bytes(&mut self) -> Result<Rc<[u8]>> {
        let index = self.reader.size()?;
        let entry = self.strings.get_mut(index).ok_or(DecodeError::Index)?;
        match entry {
            Shared::Text(text) => Ok(text.clone().into()),
            Shared::Bytes(bytes) => Ok(bytes.clone()),
            Shared::Raw(raw) => {
                let bytes: Rc<[u8]> = (*raw).into();
                *entry = Shared::Bytes(bytes.clone());
                Ok(bytes)
            }
        }
    }
}

/// The bytes not yet read.
struct Reader<'a> {
    rest: &'a [u8],
    /// Bytes of the whole that no list has claimed for its items. Items of different lists share no bytes, so lists
    /// within lists can't claim, and allocate for, more than there is.
    unclaimed: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, len: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(len).ok_or(DecodeError::Truncated)?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (array, rest) = self.rest.split_first_chunk().ok_or(DecodeError::Truncated)?;
        self.rest = rest;
        Ok(*array)
    }

    fn byte(&mut self) -> Result<u8> {
        self.array().map(|[byte]| byte)
    }

    fn number(&mut self) -> Result<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            number |= bits << shift;
            if byte < 0x80 {
                return if number >> shift == bits { Ok(number) } else { Err(DecodeError::Number) };
            }
        }
        Err(DecodeError::Number)
    }

    fn int<T: TryFrom<u64>>(&mut self) -> Result<T> {
        T::try_from(self.number()?).map_err(|_| DecodeError::Number)
    }

    fn size(&mut self) -> Result<usize> {
        self.int()
    }

    fn signed(&mut self) -> Result<i64> {
        let number = self.number()?;
        Ok((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    /// The number whose difference to `from` comes next.
    fn after(&mut self, from: u32) -> Result<u32> {
        let number = self.signed()?.checked_add(from.into()).ok_or(DecodeError::Number)?;
        u32::try_from(number).map_err(|_| DecodeError::Number)
    }

    fn float(&mut self) -> Result<f64> {
        self.array().map(|bytes| f64::from_bits(u64::from_le_bytes(bytes)))
    }

    /// A count of items of at least so many bytes each.
    fn count(&mut self, least: usize) -> Result<usize> {
        let count = self.size()?;
        let claim = count.checked_mul(least).filter(|&claim| claim <= self.rest.len());
        self.unclaimed = claim.and_then(|claim| self.unclaimed.checked_sub(claim)).ok_or(DecodeError::Truncated)?;
        Ok(count)
    }

    fn list<T>(&mut self, least: usize, mut item: impl FnMut(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        let count = self.count(least)?;
        let mut items = Vec::with_capacity(count);
        for _ in 0..count {
            items.push(item(self)?);
        }
        Ok(items)
    }

    fn instrs(&mut self) -> Result<Vec<Instr>> {
        let count = self.count(8)?;
        let mut instrs = Vec::with_capacity(count);
        for bytes in self.take(8 * count)?.chunks_exact(8) {
            let field = |i: usize| u16::from_le_bytes([bytes[i], bytes[i + 1]]);
            let op = *Op::ALL.get(usize::from(bytes[0])).ok_or(DecodeError::Instruction(bytes[0]))?;
            instrs.push(Instr::new(op, bytes[1], field(2), field(4), field(6)));
        }
        Ok(instrs)
    }

    fn handler(&mut self) -> Result<Handler> {
        Ok(Handler { start: self.int()?, end: self.int()?, target: self.int()?, exc: self.int()? })
    }

    fn locations(&mut self) -> Result<Vec<LocEntry>> {
        let (mut start, mut line) = (0, 0);
        self.list(5, |reader| {
            start = reader.after(start)?;
            line = reader.after(line)?;
            let end_line = reader.after(line)?;
            let col = reader.int()?;
            let end_col = reader.after(col)?;
            Ok(LocEntry { start, loc: Loc { line, end_line, col, end_col } })
        })
    }
}
