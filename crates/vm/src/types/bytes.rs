//! The methods of `bytes`.
