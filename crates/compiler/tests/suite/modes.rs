//! What is compiled for: modules, expressions, REPL inputs, namespaces, optimisation.

use super::{disassembled, options, try_compile};
use weft_bytecode::flags;
use weft_syntax::ast::Mode;

#[test]
fn eval_returns_the_expression() {
    insta::assert_snapshot!(disassembled("a + 1", &options(Mode::Eval)));
}

#[test]
fn a_repl_input_shows_expressions() {
    insta::assert_snapshot!(disassembled("x = 1; x\n", &options(Mode::Single)));
}

#[test]
fn a_namespace_of_its_own_is_used_by_name() {
    let options = weft_compiler::CompileOptions { has_namespace: true, ..options(Mode::Exec) };
    insta::assert_snapshot!(disassembled("x = y\nprint([x for i in z])\ndel x\n", &options));
}

#[test]
fn top_level_await_makes_a_coroutine() {
    let options = weft_compiler::CompileOptions { top_level_await: true, ..options(Mode::Exec) };
    let compiled = try_compile("await f()\n", &options).map(|(code, _)| code.flags & flags::COROUTINE != 0);
    assert_eq!(compiled, Ok(true));
    let plain = try_compile("f()\n", &options).map(|(code, _)| code.flags & flags::COROUTINE != 0);
    assert_eq!(plain, Ok(false));
}

#[test]
fn optimising_drops_asserts_and_docstrings() {
    let options = weft_compiler::CompileOptions { optimize: 2, ..options(Mode::Exec) };
    insta::assert_snapshot!(disassembled("'doc'\nassert x\nif __debug__:\n    y\n", &options));
}

#[test]
fn docstrings_lose_their_common_indentation() {
    let source = "def f():\n    '''  First.\n\n      Second.\n        Third.\n    '''\n";
    let (code, _) = try_compile(source, &options(Mode::Exec)).expect("compiles");
    let function = code.consts.iter().find_map(|value| match value {
        weft_bytecode::Const::Code(code) => Some(code.clone()),
        _ => None,
    });
    let doc = function.and_then(|function| function.doc.clone()).expect("a docstring");
    assert_eq!(String::from_utf8_lossy(&doc), "First.\n\nSecond.\n  Third.\n");
}

#[test]
fn annotations_become_text_after_the_future_import() {
    let source = "from __future__ import annotations\nx: a + 1 * (2 + b) ** -c = 0\n\
                  def f(a: {1: 'q', **d}, *b: *Ts) -> f'{x!r:>{y}}': pass\n";
    insta::assert_snapshot!(disassembled(source, &options(Mode::Exec)));
}
