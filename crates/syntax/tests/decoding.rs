//! Bytes to text: marks, declarations and bytes that fit neither.

use weft_syntax::{decode, decode_file};

fn message(bytes: &[u8]) -> String {
    decode(bytes).expect_err("the bytes are refused").message
}

#[test]
fn text_is_utf_8_unless_declared() {
    assert_eq!(decode("é = 1".as_bytes()).unwrap(), "é = 1");
    assert_eq!(decode(b"\xEF\xBB\xBFx").unwrap(), "x");
    assert_eq!(decode("# coding: utf-8\né".as_bytes()).unwrap(), "# coding: utf-8\né");
    assert_eq!(decode("# -*- coding: UTF_8 -*-\né".as_bytes()).unwrap(), "# -*- coding: UTF_8 -*-\né");
}

#[test]
fn a_declaration_on_the_first_two_lines_counts() {
    assert_eq!(decode(b"# coding=latin-1\n\xE9").unwrap(), "# coding=latin-1\né");
    assert_eq!(decode(b"#!/bin/x\n# vim: set fileencoding=iso-8859-1 :\n\xE9").unwrap().chars().last(), Some('é'));
    assert_eq!(decode(b"# coding: cp1252\n\x80").unwrap().chars().last(), Some('€'));
    assert!(message(b"x = 1\n# coding: latin-1\n\xE9").starts_with("Non-UTF-8 code starting with '\\xe9' on line 3"));
}

#[test]
fn what_cannot_be_decoded_is_told() {
    assert_eq!(
        message(b"x = '\xFF'"),
        "Non-UTF-8 code starting with '\\xff' on line 1, but no encoding declared; \
         see https://peps.python.org/pep-0263/ for details"
    );
    assert_eq!(
        message(b"# coding: utf-8\n\xFF"),
        "(unicode error) 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"
    );
    assert_eq!(message(b"# coding: nonsense\n"), "encoding problem: nonsense");
    assert_eq!(message(b"\xEF\xBB\xBF# coding: latin-1\n"), "encoding problem: iso-8859-1 with BOM");
    assert_eq!(message(b"# coding: ascii\n\xE9"), "encoding problem: ascii");
    let in_file = decode_file(b"\xE9", "a.py").expect_err("the bytes are refused").message;
    assert!(in_file.starts_with("Non-UTF-8 code starting with '\\xe9' in file a.py on line 1"));
    assert_eq!(message(b"x = 1\0"), "source code cannot contain null bytes");
}
