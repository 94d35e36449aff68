//! The builtin functions about text.

use crate::Vm;

/// Enters the functions into the builtins.
pub fn install(_: &mut Vm) {}
