//! The methods of `frozenset`.
