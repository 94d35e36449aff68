//! Files that are no text, or text in an unexpected form.

use crate::case::Case;
use crate::case::Ending::{Fails, Prints};
use crate::case::Source::{Bytes, Made};

const NULLS: &str = "SyntaxError: source code cannot contain null bytes";
const NOT_UTF8: &str = "SyntaxError: Non-UTF-8 code starting with '\\x";

/// What a file may hold.
pub const CASES: &[Case] = &[
    Case { name: "empty", source: Bytes(b""), endings: &[Prints("")] },
    Case { name: "blank", source: Bytes(b" \n\t\n\x0c\n"), endings: &[Prints("")] },
    Case { name: "an_executable", source: Bytes(b"\x7fELF\x02\x01\x01\0\0\0\0\0print(1)\n"), endings: &[Fails(NULLS)] },
    Case { name: "only_null_bytes", source: Bytes(&[0; 1000]), endings: &[Fails(NULLS)] },
    Case {
        name: "an_image",
        source: Bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
        endings: &[Fails(NOT_UTF8), Fails(NULLS)],
    },
    Case { name: "every_byte", source: Made(every_byte), endings: &[Fails(NOT_UTF8), Fails(NULLS)] },
    Case {
        name: "invalid_utf8_in_a_string",
        source: Bytes(b"x = 1\nname = '\xff\xfe'\nprint(x)\n"),
        endings: &[Fails("SyntaxError: Non-UTF-8 code starting with '\\xff' in file ")],
    },
    Case {
        name: "invalid_utf8_in_a_comment",
        source: Bytes(b"# caf\xe9\nprint(1)\n"),
        endings: &[Fails("SyntaxError: Non-UTF-8 code starting with '\\xe9' in file ")],
    },
    Case {
        name: "an_encoding_nobody_knows",
        source: Bytes(b"# coding: klingon\nprint(1)\n"),
        endings: &[Fails("SyntaxError: encoding problem: klingon")],
    },
    Case { name: "latin_1", source: Bytes(b"# coding: latin-1\nprint('caf\xe9')\n"), endings: &[Prints("café\n")] },
    Case { name: "a_byte_order_mark", source: Bytes(b"\xef\xbb\xbfprint('marked')\n"), endings: &[Prints("marked\n")] },
    Case { name: "windows_line_ends", source: Bytes(b"x = 1\r\nprint(x)\r\n"), endings: &[Prints("1\n")] },
    Case { name: "old_mac_line_ends", source: Bytes(b"x = 1\rprint(x)\r"), endings: &[Prints("1\n")] },
    Case { name: "no_newline_at_the_end", source: Bytes(b"print(1)"), endings: &[Prints("1\n")] },
    Case {
        name: "a_backslash_at_the_end",
        source: Bytes(b"x = 1 + \\"),
        endings: &[Fails("SyntaxError: unexpected EOF while parsing")],
    },
];

fn every_byte() -> Vec<u8> {
    (0..4000_u32).map(|index| (index.wrapping_mul(7919).wrapping_add(13) % 256) as u8).collect()
}
