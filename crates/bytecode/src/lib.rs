//! Instructions, code objects and what checks and shows them. Knows neither the tree nor values.
#![forbid(unsafe_code)]

mod code;
mod disassemble;
mod effects;
mod marshal;
pub mod op;
mod profile;
mod verify;

pub use code::{Code, Const, Handler, Instr, Loc, LocEntry, Local, LocalKind, Site, flags};
pub use disassemble::disassemble;
pub use marshal::{DecodeError, decode, encode};
pub use op::{AwaitContext, Common, Intrinsic, Op, Operand, Singleton, SpecialMethod};
pub use verify::{Fault, MAX_NESTING, VerifyError, verify};
