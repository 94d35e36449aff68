//! Numbers and strings to text: `repr`, the format specification language, `%` formatting.

mod digits;
mod float;
mod int;
mod printf;
mod spec;
mod text;

pub use digits::{Style, complex_repr, float_repr, float_text};
pub use float::{format_complex, format_float};
pub use int::{decimal_digits, format_int, int_repr, int_to_decimal, radix_text};
pub use printf::{printf_bytes, printf_str};
pub use spec::{Align, Spec, parse_spec};
pub use text::format_str;

use crate::Vm;

/// No text longer than this is made: MemoryError instead.
pub(crate) const MAX_TEXT: usize = 1 << 32;

/// MemoryError if a text of this length would be too large.
pub(crate) fn check_size(vm: &mut Vm, size: usize) -> crate::Res<()> {
    if size > MAX_TEXT { Err(vm.memory_error("")) } else { Ok(()) }
}
