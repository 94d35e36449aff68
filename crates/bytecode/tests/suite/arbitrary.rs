//! Random code objects: each part is of the right kind, but nothing fits together unless by chance.

use proptest::collection::vec;
use proptest::prelude::*;
use std::rc::Rc;
use weft_bytecode::{Code, Const, Handler, Instr, Loc, LocEntry, Local, LocalKind, Op, Operand, Site};

fn text() -> impl Strategy<Value = Rc<str>> {
    prop_oneof!["[a-c]{0,2}", ".{0,8}"].prop_map(Rc::from)
}

fn constant() -> impl Strategy<Value = Const> {
    let leaf = prop_oneof![
        Just(Const::None),
        Just(Const::True),
        Just(Const::False),
        Just(Const::Ellipsis),
        any::<i64>().prop_map(Const::Int),
        "-?[0-9a-f]{1,20}".prop_map(|digits| Const::BigInt(digits.into())),
        any::<f64>().prop_map(Const::Float),
        any::<(f64, f64)>().prop_map(|(real, imag)| Const::Complex(real, imag)),
        text().prop_map(|text| Const::Str(text.into())),
        vec(any::<u8>(), 0..8).prop_map(|bytes| Const::Bytes(bytes.into())),
    ];
    leaf.prop_recursive(3, 12, 4, |item| {
        prop_oneof![
            vec(item.clone(), 0..4).prop_map(|items| Const::Tuple(items.into())),
            vec(item, 0..4).prop_map(|items| Const::FrozenSet(items.into())),
        ]
    })
}

/// A number that is mostly small.
fn small() -> impl Strategy<Value = u16> {
    prop_oneof![8 => 0..8u16, 1 => any::<u16>()]
}

/// Any instruction, with fields that are mostly small; jumps go to and fro.
pub fn instr() -> impl Strategy<Value = Instr> {
    let field = || prop_oneof![12 => 0..8u16, 1 => any::<u16>()];
    let plain = (0..Op::ALL.len(), prop_oneof![6 => 0..5u8, 1 => any::<u8>()], field(), field(), field())
        .prop_map(|(op, x, a, b, c)| Instr::new(Op::ALL[op], x, a, b, c));
    let jumps: Vec<Op> = Op::ALL.iter().copied().filter(|op| offset_operand(*op).is_some()).collect();
    let near = (prop::sample::select(jumps), field(), -8..8i32).prop_map(|(op, a, offset)| {
        let instr = Instr::new(op, 0, a, 0, 0);
        match offset_operand(op) {
            Some(Operand::JumpXC) => instr.with_xc(offset).unwrap(),
            _ => instr.with_bc(offset as u32),
        }
    });
    prop_oneof![3 => plain, 1 => near]
}

fn offset_operand(op: Op) -> Option<Operand> {
    op.operands().last().copied().filter(|operand| matches!(operand, Operand::JumpBC | Operand::JumpXC))
}

fn local() -> impl Strategy<Value = Local> {
    let kind = prop_oneof![Just(LocalKind::Plain), Just(LocalKind::Cell), Just(LocalKind::Free)];
    (text(), small(), kind).prop_map(|(name, reg, kind)| Local { name, reg, kind })
}

fn handler() -> impl Strategy<Value = Handler> {
    (0..9u32, 0..9u32, any::<u32>(), small()).prop_map(|(start, end, target, exc)| Handler { start, end, target, exc })
}

fn location() -> impl Strategy<Value = LocEntry> {
    let loc = any::<(u32, u32, u32, u32)>();
    (any::<u32>(), loc).prop_map(|(start, (line, end_line, col, end_col))| LocEntry {
        start,
        loc: Loc { line, end_line, col, end_col },
    })
}

fn flat_code() -> impl Strategy<Value = Code> {
    let names = (text(), text(), text(), vec(text(), 0..3), vec(text(), 0..3));
    let numbers = (any::<(u32, u32)>(), small(), small(), small(), small(), small());
    let options = (any::<bool>(), proptest::option::of(small()), proptest::option::of(vec(any::<u8>(), 0..4)));
    let tables = (
        vec(local(), 0..4),
        vec(constant(), 0..6),
        vec((0..9u32).prop_map(|name| Site { name }), 0..4),
        vec(instr(), 0..12),
        vec(handler(), 0..3),
        vec(location(), 0..4),
    );
    (names, numbers, options, tables).prop_map(|(names, numbers, options, tables)| {
        let (name, qualname, filename, freevars, static_attributes) = names;
        let ((first_line, flags), args, posonly, kwonly, registers, first_temp) = numbers;
        let (has_namespace, class_cell, doc) = options;
        let (locals, consts, sites, instrs, handlers, locations) = tables;
        let doc = doc.map(Rc::from);
        Code {
            name,
            qualname,
            filename,
            first_line,
            flags,
            args,
            posonly,
            kwonly,
            registers,
            first_temp,
            has_namespace,
            class_cell,
            doc,
            locals,
            freevars,
            consts,
            sites,
            instrs,
            handlers,
            locations,
            static_attributes,
        }
    })
}

/// A random code object with others inside.
pub fn code() -> impl Strategy<Value = Code> {
    flat_code().prop_recursive(2, 4, 2, |inner| {
        (flat_code(), vec(inner, 0..3)).prop_map(|(mut code, inner)| {
            code.consts.extend(inner.into_iter().map(|inner| Const::Code(Rc::new(inner))));
            code
        })
    })
}
