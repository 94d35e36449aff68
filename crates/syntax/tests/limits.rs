//! Depth and size: where CPython gives up, and what must not overflow the native stack.

use weft_source::DiagnosticKind;
use weft_syntax::{ParseOptions, ast::Mode, parse};

const PROGRAM: ParseOptions = ParseOptions { mode: Mode::Exec, top_level_await: false };

fn refusal(text: &str) -> (DiagnosticKind, String) {
    let problem = parse(text, &PROGRAM).expect_err("too deep").swap_remove(0);
    (problem.kind, problem.message)
}

fn assert_parses(text: &str) {
    assert!(parse(text, &PROGRAM).is_ok(), "{:.40}…", text);
}

/// Trees of the greatest depth are dropped recursively: the stack of a main thread is enough.
fn with_large_stack(test: fn()) {
    let thread = std::thread::Builder::new().stack_size(8 << 20).spawn(test).expect("a thread");
    thread.join().expect("the test passes");
}

#[test]
fn brackets_may_nest_200_deep() {
    with_large_stack(|| {
        assert_parses(&format!("{}{}", "[".repeat(200), "]".repeat(200)));
        let deeper = format!("{}{}", "(".repeat(100_000), ")".repeat(100_000));
        assert_eq!(refusal(&deeper), (DiagnosticKind::SyntaxError, "too many nested parentheses".to_owned()));
    });
}

#[test]
fn blocks_may_nest_99_deep() {
    let nested = |depth: usize| {
        let headers: String = (0..depth).map(|i| format!("{}if a:\n", " ".repeat(i))).collect();
        format!("{headers}{}pass\n", " ".repeat(depth))
    };
    assert_parses(&nested(99));
    let expected = (DiagnosticKind::IndentationError, "too many levels of indentation".to_owned());
    assert_eq!(refusal(&nested(100)), expected);
    assert_eq!(refusal(&nested(5000)), expected);
}

#[test]
fn long_chains_parse_up_to_a_depth() {
    with_large_stack(|| {
        let chains: [fn(usize) -> String; 5] = [
            |n| vec!["a"; n].join(" + "),
            |n| format!("a{}", ".b".repeat(n)),
            |n| format!("a{}", "()".repeat(n)),
            |n| format!("a{}", "[0]".repeat(n)),
            |n| vec!["a"; n].join(" @ "),
        ];
        let message = "maximum recursion depth exceeded during compilation".to_owned();
        for chain in chains {
            assert_parses(&chain(5000));
            assert_eq!(refusal(&chain(100_000)), (DiagnosticKind::RecursionError, message.clone()));
        }
    });
}

#[test]
fn prefixes_nest_up_to_a_depth() {
    with_large_stack(|| {
        let message = "Parser stack overflowed - Python source too complex to parse".to_owned();
        for prefix in ["not ", "-", "lambda: ", "a if b else "] {
            assert_parses(&format!("{}a", prefix.repeat(2000)));
            let deeper = format!("{}a", prefix.repeat(100_000));
            assert_eq!(refusal(&deeper), (DiagnosticKind::MemoryError, message.clone()), "{prefix}");
        }
        assert_parses(&format!("if a: b\n{}", "elif c: d\n".repeat(5000)));
        let deeper = format!("if a: b\n{}", "elif c: d\n".repeat(10_000));
        assert_eq!(refusal(&deeper), (DiagnosticKind::MemoryError, message));
    });
}

#[test]
fn flat_programs_have_no_limit() {
    assert_parses(&vec!["a"; 100_000].join(" and "));
    assert_parses(&vec!["a"; 100_000].join(" < "));
    assert_parses(&format!("{}b", "a = ".repeat(50_000)));
    assert_parses(&format!("x = [{}]", "a, ".repeat(100_000)));
    assert_parses(&"a; ".repeat(100_000));
    assert_parses(&"'a' ".repeat(100_000));
}

#[test]
fn mistakes_in_deep_brackets_are_found() {
    with_large_stack(|| {
        for (open, close) in [("(", ")"), ("[", "]"), ("{", "}"), ("f(", ")"), ("f[", "]")] {
            let text = format!("{}a b{}", open.repeat(190), close.repeat(190));
            assert_eq!(refusal(&text).1, "invalid syntax. Perhaps you forgot a comma?", "{open}");
        }
    });
}

#[test]
fn fstrings_nest_to_a_limit() {
    let nested = |depth: usize| format!("{}1{}", "f'{".repeat(depth), "}'".repeat(depth));
    assert_parses(&nested(140));
    assert_eq!(refusal(&nested(150)).1, "too many nested f-strings");
}
