//! The methods of `bytearray`.
