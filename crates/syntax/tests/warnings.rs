//! What CPython prints as SyntaxWarning while it reads literals.

use weft_syntax::{ParseOptions, ast::Mode, parse};

fn warnings(text: &str) -> Vec<(u32, String)> {
    let options = ParseOptions { mode: Mode::Exec, top_level_await: false };
    let parsed = parse(text, &options).expect("the program parses");
    parsed.warnings.into_iter().map(|w| (w.span.start, w.message)).collect()
}

#[test]
fn unknown_escapes_warn_once_a_literal() {
    assert_eq!(warnings(r"'\d \e'"), [(1, r"invalid escape sequence '\d'".to_owned())]);
    assert_eq!(warnings(r"b'\é'".replace('é', "z").as_str()), [(2, r"invalid escape sequence '\z'".to_owned())]);
    assert_eq!(warnings(r"'\é'"), [(1, r"invalid escape sequence '\é'".to_owned())]);
    assert_eq!(warnings(r"f'\d{a}'"), [(2, r"invalid escape sequence '\d'".to_owned())]);
    assert_eq!(warnings(r"'\400'"), [(1, r"invalid octal escape sequence '\400'".to_owned())]);
    assert!(warnings(r"r'\d' '\n'; rb'\d'").is_empty());
}

#[test]
fn numbers_that_run_into_words_warn() {
    assert_eq!(warnings("1if a else 2"), [(0, "invalid decimal literal".to_owned())]);
    assert_eq!(warnings("0xfor a"), [(2, "invalid hexadecimal literal".to_owned())]);
    assert!(warnings("1 if a else 2").is_empty());
}
