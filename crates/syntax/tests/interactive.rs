//! Which inputs a prompt takes for complete: the same as CPython's `codeop.compile_command`.

use weft_syntax::{ParseOptions, ast::Mode, is_incomplete, parse};

const SINGLE: ParseOptions = ParseOptions { mode: Mode::Single, top_level_await: true };

#[test]
fn more_lines_could_complete_these() {
    let inputs = [
        "if a:",
        "if a:\n  b",
        "def f():",
        "def f():\n",
        "x = (",
        "x = (1,\n2",
        "'''a",
        "x = \\",
        "@dec",
        "@dec\n",
        "try:\n  a\n",
        "try:\n  a\nfinally:",
        "class A:\n  pass",
        "for x in y: pass",
        "if a: b",
        "f'{",
        "f'''{a",
        "x = [",
        "if a:\n  b\nelse:",
        "match x:",
        "match x:\n case 1:",
        "if a:\n  x = (1,",
        "def f():\n  '''doc",
        "if a:\n\n",
        "if a:\n # c\n",
        "(1+",
        "[1,2",
        "{1:",
        "async def f():",
        "with a:",
    ];
    for input in inputs {
        assert!(is_incomplete(input), "{input:?} should wait for more");
    }
}

#[test]
fn these_are_complete_or_wrong() {
    let inputs = [
        "if a:\n  b\n",
        "'a",
        "x = 1",
        "class A:\n  pass\n",
        "for x in y: pass\n",
        "a b",
        "if a: b\n",
        "else:",
        "if",
        "a = ",
        "(a b",
        "lambda x:",
        "# c",
        "",
        "\n",
        "a\nb",
        "a;b",
        "1+",
        "a)",
        "if a:\n  b\n\n",
    ];
    for input in inputs {
        assert!(!is_incomplete(input), "{input:?} should not wait for more");
    }
}

#[test]
fn one_input_is_one_statement() {
    for input in ["a", "a; b\n", "if a:\n  b\n  c\n", "# only a comment\n"] {
        assert!(parse(input, &SINGLE).is_ok(), "{input:?}");
    }
    for input in ["a\nb", "if a:\n  b\nc\n"] {
        let problems = parse(input, &SINGLE).unwrap_err();
        assert_eq!(problems[0].message, "multiple statements found while compiling a single statement");
    }
}
