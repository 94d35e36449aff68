//! The methods of `set`.
