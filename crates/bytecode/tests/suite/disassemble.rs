//! What the disassembler prints.

use std::rc::Rc;
use weft_bytecode::{Code, Const, Handler, Instr, Loc, LocEntry, Local, LocalKind, Op, Site, disassemble, flags};

fn local(name: &str, reg: u16, kind: LocalKind) -> Local {
    Local { name: name.into(), reg, kind }
}

fn text(text: &str) -> Const {
    Const::Str(text.as_bytes().into())
}

fn at(start: u32, line: u32) -> LocEntry {
    LocEntry { start, loc: Loc { line, end_line: line, col: 0, end_col: 1 } }
}

/// `def total(numbers, /, start=0): …` with a loop, a call and a handler.
fn total() -> Code {
    Code {
        name: "total".into(),
        qualname: "Sum.total".into(),
        filename: "sum.py".into(),
        first_line: 3,
        flags: flags::OPTIMIZED | flags::NEWLOCALS,
        args: 2,
        posonly: 1,
        registers: 7,
        first_temp: 4,
        locals: vec![local("numbers", 0, LocalKind::Plain), local("start", 1, LocalKind::Cell)],
        consts: vec![text("print"), text("start"), Const::Tuple(vec![text("end"), Const::Float(-0.5)].into())],
        sites: vec![Site { name: 0 }],
        instrs: vec![
            Instr::new(Op::MakeCell, 0, 1, 0, 0),
            Instr::new(Op::GetIter, 0, 2, 0, 0),
            Instr::new(Op::ForIter, 0, 2, 4, 4),
            Instr::new(Op::AddImm, 1, 4, 4, (-2i16) as u16),
            Instr::new(Op::StoreDeref, 0, 1, 4, 0),
            Instr::new(Op::LoadDeref, 1, 4, 1, 1),
            Instr::new(Op::Jump, 0, 0, 0, 0).with_bc((-5i32) as u32),
            Instr::new(Op::LoadGlobal, 0, 4, 0, 0),
            Instr::new(Op::LoadConst, 0, 5, 2, 0),
            Instr::new(Op::Call, 0, 4, 1, 4),
            Instr::new(Op::Return, 0, 4, 0, 0),
            Instr::new(Op::Reraise, 0, 3, 0, 0),
        ],
        handlers: vec![Handler { start: 1, end: 7, target: 11, exc: 3 }],
        locations: vec![at(0, 3), at(1, 4), at(3, 5), at(7, 6)],
        ..Code::default()
    }
}

#[test]
fn a_function_shows_names_targets_and_handlers() {
    insta::assert_snapshot!(disassemble(&total()));
}

#[test]
fn nested_code_follows_the_code_it_stands_in() {
    let module = Code {
        name: "<module>".into(),
        qualname: "<module>".into(),
        filename: "sum.py".into(),
        first_line: 1,
        registers: 2,
        consts: vec![Const::Code(Rc::new(total())), text("total"), Const::BigInt("-1f".into())],
        sites: vec![Site { name: 1 }],
        instrs: vec![
            Instr::new(Op::MakeFunction, 1, 0, 0, 0),
            Instr::new(Op::StoreGlobal, 0, 0, 0, 0),
            Instr::new(Op::LoadSingleton, 4, 0, 0, 0),
            Instr::new(Op::Raise, 0, 0, 0, 0),
        ],
        ..Code::default()
    };
    insta::assert_snapshot!(disassemble(&module));
}

#[test]
fn broken_code_can_be_shown() {
    let code = Code {
        instrs: vec![
            Instr::new(Op::LoadConst, 0, 9, 7, 0),
            Instr::new(Op::LoadGlobal, 0, 9, 7, 0),
            Instr::new(Op::LoadCommon, 99, 0, 0, 0),
            Instr::new(Op::Jump, 0, 0, u16::MAX, 0x7fff),
        ],
        ..Code::default()
    };
    insta::assert_snapshot!(disassemble(&code));
}

#[test]
fn windows_show_both_ends_and_x_shows_its_meaning() {
    let code = Code {
        registers: 8,
        first_temp: 2,
        locals: vec![local("self", 0, LocalKind::Plain)],
        consts: vec![text("run"), Const::Tuple([text("key")].into())],
        sites: vec![Site { name: 0 }],
        instrs: vec![
            Instr::new(Op::LoadMethod, 0, 2, 0, 0),
            Instr::new(Op::LoadInt, 0, 4, 5, 0),
            Instr::new(Op::CallKw, 1, 2, 1, 1),
            Instr::new(Op::BuildTuple, 0, 2, 2, 0),
            Instr::new(Op::GetAwaitable, 0, 1, 2, 0),
            Instr::new(Op::LoadSpecial, 1, 2, 0, 0),
            Instr::new(Op::CallIntrinsic, 9, 2, 2, 3),
            Instr::new(Op::FormatValue, 2, 2, 0, 7),
            Instr::new(Op::UnpackEx, 1, 2, 0, 1),
            Instr::new(Op::LoadClassDeref, 1, 2, 0, 0),
            Instr::new(Op::ReturnNone, 0, 0, 0, 0),
        ],
        ..Code::default()
    };
    insta::assert_snapshot!(disassemble(&code));
}

#[test]
fn code_that_is_shared_is_shown_once() {
    let twice = |inner: Rc<Code>| {
        Rc::new(Code { name: "outer".into(), consts: vec![Const::Code(inner.clone()), Const::Code(inner)], ..total() })
    };
    let shared = (0..20).fold(Rc::new(total()), |inner, _| twice(inner));
    assert_eq!(disassemble(&shared).matches("code Sum.total in").count(), 21);
}
