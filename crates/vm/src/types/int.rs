//! The methods of `int`.
