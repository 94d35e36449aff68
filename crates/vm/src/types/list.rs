//! The methods of `list`.
