//! The verifier and the disassembler stand any code.

use crate::common::{T, code, jump, name, none, op};
use proptest::prelude::*;
use std::collections::HashSet;
use weft_bytecode::{Code, Const, Instr, Op, Site, disassemble, flags, verify};

/// Code in which small indices are good ones, so that random instructions get past the simple checks.
fn roomy(instrs: &[Instr], flags: u32) -> Code {
    Code {
        flags,
        consts: vec![name("n"); 8],
        sites: vec![Site { name: 0 }; 8],
        freevars: vec!["n".into(); 8],
        ..code(instrs)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_code_is_judged_and_shown(code in crate::arbitrary::code()) {
        let _ = verify(&code);
        let _ = disassemble(&code);
    }

    #[test]
    fn any_instructions_are_judged_and_shown(
        mut instrs in prop::collection::vec(crate::arbitrary::instr(), 0..20),
        kind in prop_oneof![Just(flags::GENERATOR), Just(flags::COROUTINE), Just(flags::ASYNC_GENERATOR)],
    ) {
        instrs.push(none());
        let code = roomy(&instrs, kind);
        let _ = verify(&code);
        let _ = disassemble(&code);
    }

    #[test]
    fn the_sweep_agrees_with_a_walk_of_all_paths(code in flow()) {
        let dead = walk_reads_dead(&code);
        let message = verify(&code).map_err(|error| error.to_string());
        prop_assert_eq!(message.is_err(), dead, "{:?}\n{}", message, disassemble(&code));
    }
}

const LEN: usize = 10;

/// Code that shuffles three temporaries and jumps about.
fn flow() -> impl Strategy<Value = Code> {
    let temp = || T..T + 3;
    let instr = prop_oneof![
        3 => temp().prop_map(|a| op(Op::LoadInt, a, 0, 0)),
        1 => temp().prop_map(|a| op(Op::Clear, a, 0, 0)),
        1 => (temp(), temp()).prop_map(|(a, b)| op(Op::Move, a, b, 0)),
        1 => (temp(), temp()).prop_map(|(a, b)| op(Op::Copy, a, b, 0)),
        1 => Just(none()),
    ];
    let target = 0..LEN as i32;
    let shape = (0..4usize, prop_oneof![Just(0u16), temp()], target);
    let row = (instr, proptest::option::weighted(0.4, shape));
    prop::collection::vec(row, LEN - 1).prop_map(|rows| {
        let mut instrs: Vec<Instr> = Vec::new();
        for (pc, (plain, branch)) in rows.into_iter().enumerate() {
            let next = pc as i32 + 1;
            instrs.push(match branch {
                Some((0, _, target)) => jump(Op::Jump, 0, target - next),
                Some((1, a, target)) => jump(Op::JumpIfTrue, a, target - next),
                Some((2, a, target)) => jump(Op::JumpIfTrueKeep, a, target.max(next) - next),
                Some((_, a, target)) => Instr::new(Op::ForIter, 0, 1, a, 0).with_xc(target.max(next) - next).unwrap(),
                None => plain,
            });
        }
        instrs.push(none());
        Code { consts: vec![Const::None], ..code(&instrs) }
    })
}

/// Goes all ways through such code with all that can be live, and says whether one reads a dead temporary.
fn walk_reads_dead(code: &Code) -> bool {
    let bit = |reg: u16| reg.checked_sub(T).and_then(|temp| 1u8.checked_shl(temp.into())).unwrap_or(0);
    let mut seen = HashSet::new();
    let mut rest = vec![(0, 0u8)];
    while let Some((pc, live)) = rest.pop() {
        if !seen.insert((pc, live)) {
            continue;
        }
        let instr = code.instrs[pc];
        let (a, b, next) = (bit(instr.a), bit(instr.b), pc + 1);
        let far = (next as i32 + instr.bc_signed()) as usize;
        let read = match instr.op {
            Op::Move | Op::Copy => b,
            Op::JumpIfTrue | Op::JumpIfTrueKeep => a,
            _ => 0,
        };
        if read & !live != 0 {
            return true;
        }
        match instr.op {
            Op::LoadInt | Op::Copy => rest.push((next, live | a)),
            Op::Clear => rest.push((next, live & !a)),
            Op::Move => rest.push((next, live & !b | a)),
            Op::Jump => rest.push((far, live)),
            Op::JumpIfTrue => rest.extend([(next, live & !a), (far, live & !a)]),
            Op::JumpIfTrueKeep => rest.extend([(next, live & !a), (far, live)]),
            Op::ForIter => rest.extend([(next, live | b), ((next as i32 + instr.xc_signed()) as usize, live)]),
            _ => {}
        }
    }
    false
}
