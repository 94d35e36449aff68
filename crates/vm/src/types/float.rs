//! The methods of `float`.
