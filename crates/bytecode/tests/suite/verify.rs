//! What the verifier passes and what it rejects: one broken rule a test.

use crate::common::{T, code, jump, name, none, op, opx};
use std::rc::Rc;
use weft_bytecode::{
    Code, Const, Handler, Instr, Loc, LocEntry, Local, LocalKind, MAX_NESTING, Op, Site, flags, verify,
};

#[track_caller]
fn accepted(code: &Code) {
    if let Err(error) = verify(code) {
        panic!("{error}");
    }
}

#[track_caller]
fn rejected(code: &Code, message: &str) {
    match verify(code) {
        Ok(()) => panic!("accepted, but should be rejected: {message}"),
        Err(error) => {
            assert_eq!(error.to_string(), format!("invalid code of {}", [&*error.qualname, message].concat()))
        }
    }
}

fn with(instrs: &[Instr], change: impl FnOnce(&mut Code)) -> Code {
    let mut code = code(instrs);
    change(&mut code);
    code
}

fn param(name: &str, reg: u16) -> Local {
    Local { name: name.into(), reg, kind: LocalKind::Plain }
}

fn nested(levels: usize) -> Code {
    (1..levels).fold(code(&[none()]), |inner, _| with(&[none()], |c| c.consts = vec![Const::Code(Rc::new(inner))]))
}

mod code_as_a_whole {
    use super::*;

    #[test]
    fn the_least_code_returns_none() {
        accepted(&code(&[none()]));
    }

    #[test]
    fn code_without_instructions_is_rejected() {
        rejected(&code(&[]), ": there are no instructions");
    }

    #[test]
    fn temporaries_start_within_the_registers() {
        rejected(&with(&[none()], |c| c.first_temp = 9), ": temporaries start at 9, beyond the 8 registers");
    }

    #[test]
    fn parameters_are_no_temporaries() {
        rejected(&with(&[none()], |c| c.args = 5), ": 5 parameters don't fit below the first temporary, 4");
    }

    #[test]
    fn a_sum_of_parameters_beyond_16_bits_is_rejected() {
        let code = with(&[none()], |c| (c.args, c.kwonly, c.flags) = (u16::MAX, u16::MAX, flags::VARARGS));
        rejected(&code, ": 131071 parameters don't fit below the first temporary, 4");
    }

    #[test]
    fn positional_only_parameters_are_positional() {
        rejected(&with(&[none()], |c| c.posonly = 1), ": 1 of 0 positional parameters are positional-only");
    }

    #[test]
    fn parameters_are_the_first_locals() {
        let code = with(&[none()], |c| (c.args, c.locals) = (1, vec![param("a", 0)]));
        accepted(&code);
        rejected(&Code { locals: vec![param("a", 1)], ..code }, ": parameter 0 is not local 0 in register 0");
    }

    #[test]
    fn locals_are_no_temporaries() {
        let code = with(&[none()], |c| c.locals = vec![param("a", T)]);
        rejected(&code, ": local 0 stands in register 4, which is no local's");
    }

    #[test]
    fn code_with_a_namespace_has_no_parameters() {
        let code = with(&[none()], |c| (c.has_namespace, c.args, c.locals) = (true, 1, vec![param("a", 0)]));
        rejected(&code, ": the namespace needs register 0 and code without parameters");
    }

    #[test]
    fn the_class_cell_is_no_temporary() {
        rejected(
            &with(&[none()], |c| c.class_cell = Some(T)),
            ": the cell of __class__ stands in register 4, which is no local's",
        );
    }

    #[test]
    fn code_is_a_generator_or_a_coroutine_but_not_both() {
        rejected(
            &with(&[none()], |c| c.flags = flags::GENERATOR | flags::COROUTINE),
            ": the flags 0xa0 name more than one of generator, coroutine and asynchronous generator",
        );
    }

    #[test]
    fn a_site_has_a_string_for_its_name() {
        let code = with(&[none()], |c| (c.consts, c.sites) = (vec![Const::None], vec![Site { name: 0 }]));
        rejected(&code, ": site 0 has no string for its name");
    }

    #[test]
    fn locations_are_in_order() {
        let at = |start| LocEntry { start, loc: Loc::default() };
        accepted(&with(&[op(Op::Nop, 0, 0, 0), none()], |c| c.locations = vec![at(0), at(1)]));
        rejected(
            &with(&[op(Op::Nop, 0, 0, 0), none()], |c| c.locations = vec![at(1), at(1)]),
            ": location 0 is out of order or beyond the code",
        );
        rejected(&with(&[none()], |c| c.locations = vec![at(1)]), ": location 0 is out of order or beyond the code");
    }

    #[test]
    fn nested_code_is_checked() {
        let code = with(&[none()], |c| c.consts = vec![Const::Code(Rc::new(code(&[])))]);
        rejected(&code, ": there are no instructions");
    }

    #[test]
    fn code_may_nest_to_the_limit_and_no_deeper() {
        accepted(&nested(MAX_NESTING));
        rejected(&nested(MAX_NESTING + 1), ": code objects nest too deeply");
    }

    #[test]
    fn code_that_is_shared_many_times_is_checked_once() {
        let twice = |inner: Rc<Code>| {
            Rc::new(with(&[none()], |c| c.consts = vec![Const::Code(inner.clone()), Const::Code(inner)]))
        };
        let shared = (0..100).fold(Rc::new(code(&[none()])), |inner, _| twice(inner));
        accepted(&shared);
    }
}

mod constants {
    use super::*;

    fn with_const(constant: Const) -> Code {
        with(&[none()], |c| c.consts = vec![constant])
    }

    #[test]
    fn strings_may_hold_surrogates() {
        let text = |bytes: &[u8]| with_const(Const::Str(bytes.into()));
        accepted(&text("a\u{10ffff}é".as_bytes()));
        accepted(&text(b"\xed\xa0\x80 \xed\xb0\x80"));
        accepted(&text(b"\xed\xb0\x80\xed\xa0\x80"));
        accepted(&text(b"\xed\xa0\x80\xed\xb0\x80"));
        for broken in [&b"\xff"[..], b"\xc3", b"\xed\xa0"] {
            rejected(&text(broken), ": constant 0 is not well formed");
        }
    }

    #[test]
    fn big_integers_are_lower_case_hexadecimal() {
        accepted(&with_const(Const::BigInt("-ff".into())));
        for broken in ["", "-", "FF", "+1", "1_0"] {
            rejected(&with_const(Const::BigInt(broken.into())), ": constant 0 is not well formed");
        }
    }

    #[test]
    fn code_does_not_stand_in_a_tuple() {
        let inner = Const::Code(Rc::new(code(&[none()])));
        rejected(&with_const(Const::Tuple([inner].into())), ": constant 0 is not well formed");
    }

    #[test]
    fn tuples_do_not_nest_without_bound() {
        let nest = |levels| with_const((0..levels).fold(Const::None, |inner, _| Const::Tuple([inner].into())));
        accepted(&nest(500));
        rejected(&nest(501), ": constant 0 nests too deeply");
    }
}

mod exception_table {
    use super::*;

    fn guarded(start: u32, end: u32, target: u32, exc: u16) -> Code {
        let nop = op(Op::Nop, 0, 0, 0);
        with(&[nop, nop, none(), none()], |c| c.handlers = vec![Handler { start, end, target, exc }])
    }

    #[test]
    fn a_handler_stands_after_what_it_covers() {
        accepted(&guarded(0, 2, 3, 0));
        rejected(&guarded(0, 2, 1, 0), ": handler 0 goes to 1, which is not an instruction after those it covers");
        rejected(&guarded(0, 2, 4, 0), ": handler 0 goes to 4, which is not an instruction after those it covers");
    }

    #[test]
    fn a_handler_covers_a_range_of_the_code() {
        rejected(&guarded(2, 1, 3, 0), ": handler 0 covers 2..1, which is no range of the code");
        rejected(&guarded(0, 5, 3, 0), ": handler 0 covers 0..5, which is no range of the code");
    }

    #[test]
    fn the_exception_does_not_go_to_a_temporary() {
        rejected(&guarded(0, 2, 3, T), ": handler 0 puts the exception in register 4, which is no local's");
    }

    #[test]
    fn temporaries_are_dropped_on_the_way_to_a_handler() {
        let instrs = [op(Op::LoadInt, T, 1, 0), op(Op::Return, T, 0, 0), op(Op::Return, T, 0, 0)];
        let code = with(&instrs, |c| c.handlers = vec![Handler { start: 0, end: 2, target: 2, exc: 0 }]);
        rejected(&code, ", instruction 2 (Return): temporary t0 is read but holds nothing");
    }
}

mod operands {
    use super::*;

    /// Locals' registers, not temporaries, so that only bounds matter.
    fn alone(instr: Instr) -> Code {
        with(&[instr, none()], |c| {
            c.first_temp = c.registers;
            c.flags = flags::GENERATOR;
            c.consts = vec![name("n"), Const::Tuple([name("a"), name("b")].into()), Const::Int(1)];
            c.sites = vec![Site { name: 0 }];
        })
    }

    #[track_caller]
    fn only_from(first_bad: u16, instr: impl Fn(u16) -> Instr) {
        accepted(&alone(instr(first_bad - 1)));
        let bad = instr(first_bad);
        rejected(&alone(bad), &format!(", instruction 0 ({}): register 8 is beyond the 8 registers", bad.op.name()));
    }

    #[test]
    fn registers_exist() {
        only_from(8, |r| op(Op::Move, r, 0, 0));
        only_from(8, |r| op(Op::Move, 0, r, 0));
        only_from(8, |r| op(Op::Add, 0, 0, r));
        only_from(8, |r| op(Op::ListAppend, r, 0, 0));
    }

    #[test]
    fn windows_of_calls_lie_within_the_registers() {
        only_from(5, |a| op(Op::Call, a, 3, 0));
        only_from(4, |a| op(Op::CallMethod, a, 3, 0));
        only_from(6, |a| op(Op::CallEx, a, 0, 0));
        only_from(6, |a| op(Op::CallKw, a, 2, 1));
        only_from(5, |a| opx(Op::CallKw, 1, a, 2, 1));
    }

    #[test]
    fn windows_of_displays_lie_within_the_registers() {
        for display in [Op::BuildTuple, Op::BuildList, Op::BuildSet, Op::BuildString, Op::ListAppendMany] {
            only_from(6, |b| op(display, 0, b, 3));
        }
        only_from(5, |b| op(Op::BuildMap, 0, b, 2));
        only_from(6, |b| op(Op::BuildSlice, 0, b, 0));
        accepted(&alone(op(Op::BuildTuple, 0, u16::MAX, 0)));
    }

    #[test]
    fn windows_of_results_lie_within_the_registers() {
        only_from(7, |a| op(Op::LoadMethod, a, 0, 0));
        only_from(7, |a| opx(Op::LoadSuperAttr, 1, a, 0, 0));
        only_from(8, |a| op(Op::LoadSuperAttr, a, 0, 0));
        only_from(6, |b| op(Op::LoadSuperAttr, 0, b, 0));
        only_from(6, |a| op(Op::UnpackSequence, a, 0, 3));
        only_from(4, |a| opx(Op::UnpackEx, 2, a, 0, 2));
        only_from(7, |a| op(Op::PushHandled, a, 0, 0));
        only_from(7, |a| op(Op::PopHandled, a, 0, 0));
        only_from(6, |a| op(Op::ExcTriple, a, 0, 0));
        only_from(7, |a| op(Op::LoadSpecial, a, 0, 0));
        only_from(7, |c| op(Op::MatchClass, 0, 0, c));
    }

    #[test]
    fn windows_at_the_end_of_all_numbers_do_not_wrap() {
        rejected(
            &alone(op(Op::Call, u16::MAX, u16::MAX, 0)),
            ", instruction 0 (Call): register 131070 is beyond the 8 registers",
        );
    }

    #[test]
    fn operands_that_x_switches_off_are_not_looked_at() {
        accepted(&alone(opx(Op::FormatValue, 0, 0, 0, 99)));
        accepted(&alone(opx(Op::ImportStar, 0, 0, 99, 0)));
        accepted(&with(&[opx(Op::Raise, 0, 99, 99, 0)], |_| {}));
        only_from(8, |c| opx(Op::FormatValue, 4, 0, 0, c));
    }

    #[test]
    fn constants_exist() {
        rejected(&alone(op(Op::LoadConst, 0, 3, 0)), ", instruction 0 (LoadConst): there is no constant 3");
    }

    #[test]
    fn names_are_strings() {
        for bad in [op(Op::LoadName, 0, 0, 1), op(Op::CheckBound, 0, 1, 0), op(Op::ImportName, 0, 1, 1)] {
            let message = format!(", instruction 0 ({}): constant 1 is not a string", bad.op.name());
            rejected(&alone(bad), &message);
        }
    }

    #[test]
    fn keywords_are_a_tuple_of_strings_no_longer_than_the_arguments() {
        accepted(&alone(op(Op::CallKw, 0, 2, 1)));
        rejected(&alone(op(Op::CallKw, 0, 1, 1)), ", instruction 0 (CallKw): 2 keywords are more than the 1 arguments");
        rejected(&alone(op(Op::CallKw, 0, 1, 0)), ", instruction 0 (CallKw): constant 0 is not a tuple of strings");
    }

    #[test]
    fn the_from_list_of_an_import_is_a_tuple_of_strings_or_none() {
        accepted(&alone(op(Op::ImportName, 0, 0, 1)));
        rejected(
            &alone(op(Op::ImportName, 0, 0, 2)),
            ", instruction 0 (ImportName): constant 2 is not a tuple of strings",
        );
    }

    #[test]
    fn a_function_is_made_of_code() {
        rejected(&alone(op(Op::MakeFunction, 0, 0, 0)), ", instruction 0 (MakeFunction): constant 0 is not code");
    }

    #[test]
    fn a_function_with_free_variables_is_given_cells() {
        let inner = with(&[none()], |c| c.freevars = vec!["a".into()]);
        let outer = |x| {
            with(&[opx(Op::MakeFunction, x, 0, 0, 0), none()], |c| c.consts = vec![Const::Code(Rc::new(inner.clone()))])
        };
        accepted(&outer(8));
        rejected(&outer(0), ", instruction 0 (MakeFunction): the function has free variables but is given no cells");
    }

    #[test]
    fn sites_exist() {
        rejected(&alone(op(Op::LoadAttr, 0, 0, 1)), ", instruction 0 (LoadAttr): there is no site 1");
    }

    #[test]
    fn free_variables_exist() {
        rejected(&alone(op(Op::LoadFree, 0, 0, 0)), ", instruction 0 (LoadFree): there is no free variable 0");
    }

    #[test]
    fn x_has_a_meaning() {
        let ranges = [
            (Op::LoadSingleton, 5),
            (Op::LoadCommon, 3),
            (Op::LoadSpecial, 4),
            (Op::GetAwaitable, 4),
            (Op::CallIntrinsic, 11),
            (Op::FormatValue, 8),
            (Op::YieldFrom, 4),
            (Op::Raise, 3),
            (Op::Yield, 2),
            (Op::Add, 2),
        ];
        for (operation, count) in ranges {
            accepted(&alone(opx(operation, count - 1, 0, 0, 0)));
            let message = format!(", instruction 0 ({}): x is {count}, which means nothing here", operation.name());
            rejected(&alone(opx(operation, count, 0, 0, 0)), &message);
        }
    }

    #[test]
    fn the_cell_in_x_is_a_register() {
        accepted(&alone(opx(Op::LoadClassDeref, 7, 0, 0, 0)));
        rejected(
            &alone(opx(Op::LoadClassDeref, 8, 0, 0, 0)),
            ", instruction 0 (LoadClassDeref): register 8 is beyond the 8 registers",
        );
    }
}

mod control_flow {
    use super::*;

    #[test]
    fn control_does_not_run_past_the_end() {
        rejected(&code(&[op(Op::Nop, 0, 0, 0)]), ", instruction 0 (Nop): control runs past the end of the code");
    }

    #[test]
    fn jumps_stay_within_the_code() {
        accepted(&code(&[jump(Op::Jump, 0, -1)]));
        rejected(&code(&[jump(Op::Jump, 0, -2)]), ", instruction 0 (Jump): the jump to -1 leaves the code");
        rejected(&code(&[jump(Op::Jump, 0, 1), none()]), ", instruction 0 (Jump): the jump to 2 leaves the code");
        rejected(
            &code(&[jump(Op::Jump, 0, i32::MAX), none()]),
            ", instruction 0 (Jump): the jump to 2147483648 leaves the code",
        );
    }

    #[test]
    fn only_jumps_that_spend_fuel_go_backwards() {
        accepted(&code(&[jump(Op::JumpIfTrue, 0, -1), none()]));
        let back = Instr::new(Op::JumpIfLt, 0, 0, 0, 0).with_xc(-1).unwrap();
        accepted(&code(&[back, none()]));
        for bad in [Op::JumpIfTrueKeep, Op::JumpIfNone, Op::EndAsyncFor] {
            let message = format!(", instruction 0 ({}): the jump to 0 goes backwards", bad.name());
            rejected(&code(&[jump(bad, 0, -1), none()]), &message);
        }
        for bad in [Op::JumpUnlessLt, Op::ForIter, Op::JumpUnlessMatch] {
            let message = format!(", instruction 0 ({}): the jump to 0 goes backwards", bad.name());
            rejected(&code(&[Instr { op: bad, ..back }, none()]), &message);
        }
    }

    #[test]
    fn only_generators_and_coroutines_suspend() {
        let instr = |operation| [op(operation, 0, 0, 0), none()];
        let cases = [
            (Op::Yield, flags::GENERATOR, flags::COROUTINE),
            (Op::YieldFrom, flags::COROUTINE, 0),
            (Op::AsyncGenYield, flags::ASYNC_GENERATOR, flags::GENERATOR),
        ];
        for (operation, good, bad) in cases {
            accepted(&with(&instr(operation), |c| c.flags = good));
            rejected(
                &with(&instr(operation), |c| c.flags = bad),
                &format!(", instruction 0 ({}): the code's flags don't allow this operation", operation.name()),
            );
        }
    }
}

mod temporaries {
    use super::*;

    const DEAD: &str = "temporary t0 is read but holds nothing";

    fn load(reg: u16) -> Instr {
        op(Op::LoadInt, reg, 1, 0)
    }

    fn ret(reg: u16) -> Instr {
        op(Op::Return, reg, 0, 0)
    }

    #[test]
    fn a_temporary_is_read_once_after_it_was_written() {
        accepted(&code(&[load(T), ret(T)]));
        rejected(&code(&[ret(T)]), &format!(", instruction 0 (Return): {DEAD}"));
        rejected(&code(&[load(T), op(Op::Move, 0, T, 0), ret(T)]), &format!(", instruction 2 (Return): {DEAD}"));
        rejected(&code(&[load(T), op(Op::Add, 0, T, T), none()]), &format!(", instruction 1 (Add): {DEAD}"));
    }

    #[test]
    fn a_copy_leaves_its_source() {
        accepted(&code(&[load(T), op(Op::Copy, T + 1, T, 0), op(Op::Add, T, T, T + 1), ret(T)]));
    }

    #[test]
    fn a_cleared_temporary_is_dead() {
        rejected(&code(&[load(T), op(Op::Clear, T, 0, 0), ret(T)]), &format!(", instruction 2 (Return): {DEAD}"));
    }

    #[test]
    fn calls_consume_their_window() {
        let window = [load(T), load(T + 1), load(T + 2)];
        accepted(&code(&[&window[..], &[op(Op::Call, T, 2, T), ret(T)]].concat()));
        rejected(
            &code(&[&window[..], &[op(Op::Call, T, 2, T), ret(T + 1)]].concat()),
            ", instruction 4 (Return): temporary t1 is read but holds nothing",
        );
        rejected(
            &code(&[&window[..2], &[op(Op::Call, T, 2, T), ret(T)]].concat()),
            ", instruction 2 (Call): temporary t2 is read but holds nothing",
        );
    }

    #[test]
    fn self_of_a_method_and_the_keywords_of_a_call_may_be_missing() {
        accepted(&code(&[load(T), load(T + 2), op(Op::CallMethod, T, 1, T), ret(T)]));
        accepted(&code(&[load(T), load(T + 1), op(Op::CallEx, T, 0, T), ret(T)]));
        rejected(
            &code(&[load(T), op(Op::CallMethod, T, 1, T), ret(T)]),
            ", instruction 1 (CallMethod): temporary t2 is read but holds nothing",
        );
    }

    #[test]
    fn a_call_with_keywords_leaves_its_result() {
        let instrs = [load(T), load(T + 1), op(Op::CallKw, T, 1, 0), ret(T)];
        accepted(&with(&instrs, |c| c.consts = vec![Const::Tuple([name("key")].into())]));
    }

    #[test]
    fn a_kept_condition_lives_only_where_it_jumps() {
        accepted(&code(&[load(T), jump(Op::JumpIfTrueKeep, T, 1), load(T), ret(T)]));
        rejected(
            &code(&[load(T), jump(Op::JumpIfTrueKeep, T, 1), ret(T), ret(T)]),
            &format!(", instruction 2 (Return): {DEAD}"),
        );
    }

    #[test]
    fn a_temporary_must_be_live_on_all_ways_that_meet() {
        accepted(&code(&[jump(Op::JumpIfTrue, 0, 2), load(T), jump(Op::Jump, 0, 1), load(T), ret(T)]));
        rejected(&code(&[jump(Op::JumpIfTrue, 0, 1), load(T), ret(T)]), &format!(", instruction 2 (Return): {DEAD}"));
    }

    #[test]
    fn the_end_of_a_loop_leaves_no_item() {
        let next = op(Op::ForIter, 0, T, 2);
        accepted(&code(&[next, op(Op::Move, 1, T, 0), jump(Op::Jump, 0, -3), none()]));
        rejected(
            &code(&[next, op(Op::Move, 1, T, 0), jump(Op::Jump, 0, -3), ret(T)]),
            &format!(", instruction 3 (Return): {DEAD}"),
        );
    }

    #[test]
    fn what_a_loop_consumes_is_missing_in_its_second_round() {
        rejected(
            &code(&[load(T), op(Op::Move, 0, T, 0), jump(Op::JumpIfTrue, 0, -2), none()]),
            &format!(", instruction 1 (Move): {DEAD}"),
        );
    }

    #[test]
    fn a_loop_may_be_entered_in_its_middle() {
        accepted(&code(&[load(T), jump(Op::Jump, 0, 1), op(Op::Copy, 1, T, 0), jump(Op::JumpIfTrue, 0, -2), ret(T)]));
        rejected(
            &code(&[load(T), jump(Op::Jump, 0, 1), op(Op::Move, 1, T, 0), jump(Op::JumpIfTrue, 0, -2), ret(T)]),
            &format!(", instruction 2 (Move): {DEAD}"),
        );
    }

    #[test]
    fn values_left_over_do_no_harm() {
        accepted(&code(&[jump(Op::JumpIfTrue, 0, 1), load(T), load(T), ret(T)]));
    }

    #[test]
    fn delegation_consumes_the_iterator_and_the_value() {
        let instrs = [load(T), load(T + 1), op(Op::YieldFrom, T + 2, T, T + 1)];
        let coroutine = |last| with(&[&instrs[..], &[last]].concat(), |c| c.flags = flags::COROUTINE);
        accepted(&coroutine(ret(T + 2)));
        rejected(&coroutine(ret(T)), &format!(", instruction 3 (Return): {DEAD}"));
        rejected(&coroutine(ret(T + 1)), ", instruction 3 (Return): temporary t1 is read but holds nothing");
    }

    #[test]
    fn code_made_to_be_slow_is_given_up() {
        // Each backward jump reaches the next target for the first time, so the sweep starts anew each time.
        let pairs = 4_000;
        let mut instrs = vec![jump(Op::Jump, 0, pairs)];
        instrs.extend((0..pairs).map(|_| jump(Op::Jump, 0, pairs)));
        instrs.extend((0..pairs).map(|_| jump(Op::Jump, 0, -pairs - 1)));
        instrs.extend([none(), none()]);
        let started = std::time::Instant::now();
        let error = verify(&code(&instrs)).expect_err("too slow to be checked");
        assert!(error.to_string().ends_with("the flow of temporaries is too tangled"), "{error}");
        assert!(started.elapsed().as_millis() < 1000);
    }
}
