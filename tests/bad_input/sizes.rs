//! Values larger than memory, or nearly so.

use crate::case::Case;
use crate::case::Ending::{Fails, Prints};
use crate::case::Source::Text;

const NOT_AN_INDEX: &str = "OverflowError: cannot fit 'int' into an index-sized integer";
const NO_MEMORY: &str = "MemoryError";

/// What a running program may ask of memory.
pub const CASES: &[Case] = &[
    Case {
        name: "a_billion_characters",
        source: Text("s = 'ab' * 500_000_000\nprint(len(s), s[-1])\n"),
        endings: &[Prints("1000000000 b\n")],
    },
    Case {
        name: "more_characters_than_addresses",
        source: Text("'ab' * (1 << 62)\n"),
        endings: &[Fails("OverflowError: repeated string is too long"), Fails(NO_MEMORY)],
    },
    Case { name: "a_repetition_that_is_no_index", source: Text("'ab' * (1 << 70)\n"), endings: &[Fails(NOT_AN_INDEX)] },
    Case { name: "a_list_too_long", source: Text("[0] * (1 << 62)\n"), endings: &[Fails(NO_MEMORY)] },
    Case { name: "a_list_from_a_huge_range", source: Text("list(range(1 << 60))\n"), endings: &[Fails(NO_MEMORY)] },
    Case { name: "bytes_too_long", source: Text("bytes(1 << 62)\n"), endings: &[Fails(NO_MEMORY)] },
    Case { name: "padding_too_long", source: Text("'1'.zfill(1 << 62)\n"), endings: &[Fails(NO_MEMORY)] },
    Case { name: "a_format_too_wide", source: Text("f'{1:{1 << 62}}'\n"), endings: &[Fails(NO_MEMORY)] },
    Case { name: "an_old_format_too_wide", source: Text("'%*d' % (1 << 62, 1)\n"), endings: &[Fails(NO_MEMORY)] },
    Case {
        name: "a_billion_bits",
        source: Text("x = 1 << 10**9\nprint(x.bit_length())\n"),
        endings: &[Prints("1000000001\n")],
    },
    Case {
        name: "a_billion_bits_as_text",
        source: Text("print(1 << 10**9)\n"),
        endings: &[Fails(
            "ValueError: Exceeds the limit (4300 digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit",
        )],
    },
    Case {
        name: "a_shift_larger_than_memory",
        source: Text("1 << (1 << 63)\n"),
        endings: &[Fails(NO_MEMORY), Fails("OverflowError: too many digits in integer")],
    },
    Case {
        name: "a_shift_that_is_no_index",
        source: Text("1 << (1 << 70)\n"),
        endings: &[Fails("OverflowError: too many digits in integer")],
    },
    Case {
        name: "digits_beyond_the_limit",
        source: Text("int('9' * 5000)\n"),
        endings: &[Fails(
            "ValueError: Exceeds the limit (4300 digits) for integer string conversion: value has 5000 digits; use sys.set_int_max_str_digits() to increase the limit",
        )],
    },
    Case {
        name: "a_length_beyond_the_largest",
        source: Text("print(len(range(1 << 62)))\nlen(range(1 << 64))\n"),
        endings: &[Fails("OverflowError: Python int too large to convert to C ssize_t")],
    },
    Case {
        name: "a_float_beyond_the_largest",
        source: Text("1.0 * 10 ** 400\n"),
        endings: &[Fails("OverflowError: int too large to convert to float")],
    },
];
