//! What can be wrong with code.

use crate::code::Code;
use std::fmt::{self, Display, Formatter};
use std::rc::Rc;
use thiserror::Error;

/// Why code was rejected, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyError {
    /// Qualified name of the code object.
    pub qualname: Rc<str>,
    /// Index and operation of the instruction, unless it is the code object as a whole.
    pub instr: Option<(u32, &'static str)>,
    pub fault: Fault,
}

impl VerifyError {
    pub(super) fn new(code: &Code, pc: Option<usize>, fault: Fault) -> VerifyError {
        let instr = pc.map(|pc| (pc as u32, code.instrs.get(pc).map_or("end", |instr| instr.op.name())));
        VerifyError { qualname: code.qualname.clone(), instr, fault }
    }
}

impl Display for VerifyError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "invalid code of {}", self.qualname)?;
        if let Some((pc, name)) = self.instr {
            write!(f, ", instruction {pc} ({name})")?;
        }
        write!(f, ": {}", self.fault)
    }
}

impl std::error::Error for VerifyError {}

/// A rule that code breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Fault {
    // The code object as a whole.
    #[error("code objects nest too deeply")]
    CodeTooDeep,
    #[error("constant {0} nests too deeply")]
    ConstTooDeep(usize),
    #[error("constant {0} is not well formed")]
    BadConst(usize),
    #[error("there are no instructions")]
    NoInstructions,
    #[error("a table has more entries than can be numbered")]
    TooLarge,
    #[error("temporaries start at {0}, beyond the {1} registers")]
    FirstTemp(u16, u16),
    #[error("{0} parameters don't fit below the first temporary, {1}")]
    Parameters(u32, u16),
    #[error("{0} of {1} positional parameters are positional-only")]
    PositionalOnly(u16, u16),
    #[error("parameter {0} is not local {0} in register {0}")]
    ParameterLocal(usize),
    #[error("local {0} stands in register {1}, which is no local's")]
    LocalRegister(usize, u16),
    #[error("the namespace needs register 0 and code without parameters")]
    Namespace,
    #[error("the cell of __class__ stands in register {0}, which is no local's")]
    ClassCell(u16),
    #[error("the flags {0:#x} name more than one of generator, coroutine and asynchronous generator")]
    Flags(u32),
    #[error("site {0} has no string for its name")]
    SiteName(usize),
    #[error("handler {0} covers {1}..{2}, which is no range of the code")]
    HandlerRange(usize, u32, u32),
    #[error("handler {0} goes to {1}, which is not an instruction after those it covers")]
    HandlerTarget(usize, u32),
    #[error("handler {0} puts the exception in register {1}, which is no local's")]
    HandlerRegister(usize, u16),
    #[error("location {0} is out of order or beyond the code")]
    Location(usize),

    // One instruction.
    #[error("register {0} is beyond the {1} registers")]
    Register(u32, u16),
    #[error("there is no constant {0}")]
    Const(u32),
    #[error("constant {0} is not a string")]
    NotName(u32),
    #[error("constant {0} is not code")]
    NotCode(u32),
    #[error("constant {0} is not a tuple of strings")]
    NotNames(u32),
    #[error("{0} keywords are more than the {1} arguments")]
    Keywords(usize, u16),
    #[error("the function has free variables but is given no cells")]
    NoClosure,
    #[error("there is no site {0}")]
    Site(u32),
    #[error("there is no free variable {0}")]
    FreeVariable(u16),
    #[error("x is {0}, which means nothing here")]
    Flag(u8),
    #[error("the jump to {0} leaves the code")]
    JumpTarget(i64),
    #[error("the jump to {0} goes backwards")]
    JumpBackwards(i64),
    #[error("the loop goes back to {0}, which is no ForIter")]
    LoopTarget(i64),
    #[error("the code's flags don't allow this operation")]
    NotSuspendable,
    #[error("control runs past the end of the code")]
    FallsOff,
    #[error("temporary t{0} is read but holds nothing")]
    DeadTemporary(u32),
    #[error("the flow of temporaries is too tangled")]
    TooTangled,
}
