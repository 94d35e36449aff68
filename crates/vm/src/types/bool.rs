//! The methods of `bool`.
