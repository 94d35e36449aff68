//! The methods of `iter`.
