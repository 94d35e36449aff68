//! The methods of `complex`.
