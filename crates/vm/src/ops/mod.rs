//! What the operators and protocols of the language do, as native code may ask for it. Anything here may run script
//! code by a nested run (bounded by `Vm::enter_native`); the dispatch loop has its own ways that push frames instead.

pub(crate) mod accumulate;
pub mod arith;
pub(crate) mod ask;
pub mod attr;
pub mod call;
pub mod codec;
pub mod compare;
pub mod dict;
pub mod draw;
pub mod enquiry;
pub mod format;
pub mod hash;
pub mod item;
pub mod iter;
pub mod keys;
mod lazy;
pub mod number;
pub mod repr;
pub mod restart;
pub mod sequence;
pub mod sets;
pub mod slices;
pub mod sort;
pub mod steps;
pub mod subscript;
pub mod text;
pub mod truth;
pub mod unicode;
