//! Code as bytes.
//!
//! # The form
//! ```text
//! magic "WEFT", version, fingerprint of the instruction table (4 bytes)
//! strings:  count, then length and bytes of each; everything else names strings by index
//! codes:    count, then each; code comes after the code it contains, so the last one is the whole
//! ```
//! Numbers are LEB128, signed ones zigzag, except instructions, which stand as they are in memory (little-endian, 8
//! bytes each), and floats. Locations are differences to the entry before.

mod decode;
mod encode;

pub use decode::decode;
pub use encode::encode;

use crate::op::Op;
use thiserror::Error;

const MAGIC: &[u8; 4] = b"WEFT";
const VERSION: u8 = 1;

/// Tags of constants.
mod tag {
    pub const NONE: u8 = 0;
    pub const TRUE: u8 = 1;
    pub const FALSE: u8 = 2;
    pub const ELLIPSIS: u8 = 3;
    pub const INT: u8 = 4;
    pub const BIG_INT: u8 = 5;
    pub const FLOAT: u8 = 6;
    pub const COMPLEX: u8 = 7;
    pub const STR: u8 = 8;
    pub const BYTES: u8 = 9;
    pub const TUPLE: u8 = 10;
    pub const FROZEN_SET: u8 = 11;
    pub const CODE: u8 = 12;
}

/// Bits that say which fields of a code object follow.
mod present {
    pub const NAMESPACE: u8 = 1;
    pub const CLASS_CELL: u8 = 2;
    pub const DOC: u8 = 4;
}

/// Why bytes are no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DecodeError {
    #[error("not compiled code")]
    Magic,
    #[error("compiled for another version of the virtual machine")]
    Version,
    #[error("compiled code is cut short")]
    Truncated,
    #[error("compiled code goes on after its end")]
    Trailing,
    #[error("a number in compiled code is too large")]
    Number,
    #[error("compiled code refers to something it does not contain")]
    Index,
    #[error("a name in compiled code is not valid text")]
    Text,
    #[error("compiled code contains an unknown constant, {0}")]
    Constant(u8),
    #[error("compiled code contains an unknown instruction, {0}")]
    Instruction(u8),
    #[error("compiled code nests too deeply")]
    TooDeep,
}

/// Changes when an instruction is added, removed, moved or gets other operands (FNV-1a).
fn fingerprint() -> u32 {
    let mut hash: u32 = 0x811c_9dc5;
    let mut feed = |byte: u8| hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    for op in Op::ALL {
        op.name().bytes().for_each(&mut feed);
        op.operands().iter().for_each(|&operand| feed(0x80 | operand as u8));
    }
    hash
}
