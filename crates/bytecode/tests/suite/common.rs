//! Shorthand for code objects.

use weft_bytecode::{Code, Const, Instr, Op};

/// A code object with four locals' registers and four temporaries, and these instructions.
pub fn code(instrs: &[Instr]) -> Code {
    Code {
        name: "f".into(),
        qualname: "f".into(),
        filename: "f.py".into(),
        first_line: 1,
        registers: T + 4,
        first_temp: T,
        instrs: instrs.to_vec(),
        ..Code::default()
    }
}

/// The first temporary of `code`.
pub const T: u16 = 4;

pub fn op(op: Op, a: u16, b: u16, c: u16) -> Instr {
    Instr::new(op, 0, a, b, c)
}

pub fn opx(op: Op, x: u8, a: u16, b: u16, c: u16) -> Instr {
    Instr::new(op, x, a, b, c)
}

/// A jump with its offset in b and c.
pub fn jump(op: Op, a: u16, offset: i32) -> Instr {
    Instr::new(op, 0, a, 0, 0).with_bc(offset as u32)
}

pub fn none() -> Instr {
    op(Op::ReturnNone, 0, 0, 0)
}

pub fn name(text: &str) -> Const {
    Const::Str(text.as_bytes().into())
}
