//! The methods of `dict`.
