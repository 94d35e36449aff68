//! Code: what the compiler makes and the VM runs.

use crate::op::Op;
use std::rc::Rc;

/// One instruction, 8 bytes. Which fields mean what, `Op::operands` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Instr {
    pub op: Op,
    pub x: u8,
    pub a: u16,
    pub b: u16,
    pub c: u16,
}

impl Instr {
    #[must_use]
    pub const fn new(op: Op, x: u8, a: u16, b: u16, c: u16) -> Instr {
        Instr { op, x, a, b, c }
    }

    /// b and c as one number: c holds the high half.
    #[must_use]
    #[inline(always)]
    pub const fn bc(self) -> u32 {
        self.b as u32 | (self.c as u32) << 16
    }

    /// b and c as one signed number.
    #[must_use]
    #[inline(always)]
    pub const fn bc_signed(self) -> i32 {
        self.bc() as i32
    }

    #[must_use]
    pub const fn with_bc(self, bc: u32) -> Instr {
        Instr { b: bc as u16, c: (bc >> 16) as u16, ..self }
    }

    /// x and c as one signed 24-bit number: x holds the high bits.
    #[must_use]
    #[inline(always)]
    pub const fn xc_signed(self) -> i32 {
        (self.x as i8 as i32) << 16 | self.c as i32
    }

    /// The instruction with a 24-bit offset, or None if it doesn't fit.
    #[must_use]
    pub const fn with_xc(self, offset: i32) -> Option<Instr> {
        if offset < -(1 << 23) || offset >= 1 << 23 {
            return None;
        }
        Some(Instr { x: (offset >> 16) as u8, c: offset as u16, ..self })
    }
}

/// Constants, before the VM makes values of them. Equal constants of one code object are merged by the compiler, where equal
/// means the same type, sign of zero and bits.
#[derive(Clone, Debug, PartialEq)]
pub enum Const {
    None,
    True,
    False,
    Ellipsis,
    Int(i64),
    /// Lower-case hexadecimal digits with an optional minus sign.
    BigInt(Rc<str>),
    Float(f64),
    /// Real and imaginary part.
    Complex(f64, f64),
    /// WTF-8.
    Str(Rc<[u8]>),
    Bytes(Rc<[u8]>),
    Tuple(Rc<[Const]>),
    FrozenSet(Rc<[Const]>),
    Code(Rc<Code>),
}

/// Flag bits of a code object, with CPython's values (`co_flags`).
pub mod flags {
    pub const OPTIMIZED: u32 = 0x01;
    pub const NEWLOCALS: u32 = 0x02;
    pub const VARARGS: u32 = 0x04;
    pub const VARKEYWORDS: u32 = 0x08;
    pub const NESTED: u32 = 0x10;
    pub const GENERATOR: u32 = 0x20;
    pub const COROUTINE: u32 = 0x80;
    pub const ITERABLE_COROUTINE: u32 = 0x100;
    pub const ASYNC_GENERATOR: u32 = 0x200;
    /// Not CPython's: frames of this code are not shown to scripts.
    pub const HIDDEN: u32 = 1 << 31;
}

/// Where a named local lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocalKind {
    /// The register holds the value.
    Plain,
    /// The register holds a cell that this code makes.
    Cell,
    /// The register holds a cell of an enclosing function.
    Free,
}

/// A named local and its register, for tracebacks, `locals()` and `co_varnames`.
#[derive(Clone, Debug, PartialEq)]
pub struct Local {
    pub name: Rc<str>,
    pub reg: u16,
    pub kind: LocalKind,
}

/// A place with an inline cache: its name is constant number `name`, a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Site {
    pub name: u32,
}

/// If an instruction in `start..end` raises, the temporaries are dropped, the exception goes to register `exc` and the code goes
/// on at `target`. Entries stand innermost first: the first that covers the instruction counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handler {
    pub start: u32,
    pub end: u32,
    pub target: u32,
    pub exc: u16,
}

/// A source range: lines from 1, columns in bytes from 0. Line 0: no position.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Loc {
    pub line: u32,
    pub end_line: u32,
    pub col: u32,
    pub end_col: u32,
}

/// The location of the instructions from `start` to the next entry's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocEntry {
    pub start: u32,
    pub loc: Loc,
}

/// A code object. Running one that `verify` has not passed is not allowed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Code {
    pub name: Rc<str>,
    pub qualname: Rc<str>,
    pub filename: Rc<str>,
    /// First line, decorators included.
    pub first_line: u32,
    pub flags: u32,
    /// Positional parameters, positional-only ones included.
    pub args: u16,
    pub posonly: u16,
    pub kwonly: u16,
    /// Registers in all, and the first of the temporaries.
    pub registers: u16,
    pub first_temp: u16,
    /// Register 0 holds the namespace: class bodies, and code compiled for `exec` with separate locals.
    pub has_namespace: bool,
    /// The register that holds the cell of `__class__`, for `super()`.
    pub class_cell: Option<u16>,
    pub doc: Option<Rc<[u8]>>,
    /// Parameters first, in register order.
    pub locals: Vec<Local>,
    /// Names of the closure's cells, as `LoadFree` numbers them.
    pub freevars: Vec<Rc<str>>,
    pub consts: Vec<Const>,
    pub sites: Vec<Site>,
    pub instrs: Vec<Instr>,
    pub handlers: Vec<Handler>,
    pub locations: Vec<LocEntry>,
    /// Attributes that methods of the class assign through their first parameter (`__static_attributes__`); class bodies only.
    pub static_attributes: Vec<Rc<str>>,
}

impl Code {
    #[must_use]
    pub fn is_generator_like(&self) -> bool {
        self.flags & (flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR) != 0
    }

    /// Parameters of all kinds: the registers that a call fills.
    #[must_use]
    pub fn parameter_count(&self) -> u16 {
        self.args
            + self.kwonly
            + u16::from(self.flags & flags::VARARGS != 0)
            + u16::from(self.flags & flags::VARKEYWORDS != 0)
    }

    /// Where instruction `pc` stands in the source.
    #[must_use]
    pub fn location(&self, pc: u32) -> Loc {
        let after = self.locations.partition_point(|entry| entry.start <= pc);
        after.checked_sub(1).map(|i| self.locations[i].loc).unwrap_or_default()
    }

    /// The handler for an exception raised by instruction `pc`.
    #[must_use]
    pub fn handler(&self, pc: u32) -> Option<&Handler> {
        self.handlers.iter().find(|h| h.start <= pc && pc < h.end)
    }
}
