//! Tests of the bytecode crate, in one program.

mod arbitrary;
mod common;
mod disassemble;
mod layout;
mod marshal;
mod random;
mod verify;
