//! The methods of `range`.
