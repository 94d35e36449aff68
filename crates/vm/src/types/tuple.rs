//! The methods of `tuple`.
