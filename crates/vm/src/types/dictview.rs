//! The methods of `dictview`.
