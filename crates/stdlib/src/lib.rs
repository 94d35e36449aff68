//! Native modules, one file or folder each; the rest of the library is in the language, in `lib/`.
#![forbid(unsafe_code)]

pub mod math;
pub mod random;
