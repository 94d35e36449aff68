//! Arithmetic of the builtin numbers.
