//! Arithmetic, comparison, truth.

use super::*;

pub(in crate::dispatch) fn bin_op(op: Op) -> BinOp {
    match op {
        Op::Add | Op::AddImm => BinOp::Add,
        Op::Sub | Op::SubImm => BinOp::Sub,
        Op::Mul | Op::MulImm => BinOp::Mul,
        Op::TrueDiv => BinOp::TrueDiv,
        Op::FloorDiv | Op::FloorDivImm => BinOp::FloorDiv,
        Op::Mod | Op::ModImm => BinOp::Mod,
        Op::Pow => BinOp::Pow,
        Op::MatMul => BinOp::MatMul,
        Op::LShift | Op::LShiftImm => BinOp::LShift,
        Op::RShift | Op::RShiftImm => BinOp::RShift,
        Op::BitAnd | Op::BitAndImm => BinOp::And,
        Op::BitOr | Op::BitOrImm => BinOp::Or,
        _ => BinOp::Xor,
    }
}

#[inline(never)]
pub(in crate::dispatch) fn binary(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    if i.op == Op::Add && append_text(&regs, i) {
        return Step::Next;
    }
    let (left, right) = (regs.read(i.b), regs.read(i.c));
    binary_of(vm, i, left, right)
}

/// `s += t` of plain strings, where the left one dies with the instruction and nobody else holds it: grows it. Built up
/// in a loop, a string is not copied each time.
fn append_text(regs: &Regs, i: Instr) -> bool {
    let (left, right) = (regs.at(i.b), regs.at(i.c));
    let dies = i.a == i.b || i.b >= regs.code().first_temp;
    let plain = |value: &Value| value.header().is_some_and(|h| h.class_value().is(types().str.value()));
    if !dies || i.b == i.c || !plain(left) || !plain(right) || left.header().is_none_or(|h| h.count() != 1) {
        return false;
    }
    let (Some(text), Some(more)) = (left.as_ref::<Str>(), right.as_ref::<Str>()) else { return false };
    if text.as_bytes().len() + more.as_bytes().len() > crate::ops::text::MAX_SIZE {
        return false;
    }
    drop(regs.take(i.b));
    // SAFETY: the register held the only reference, which is `text` now; `more` is another string.
    let grown = unsafe { Str::grow(text, &more) };
    if i.c >= regs.code().first_temp {
        drop(regs.take(i.c));
    }
    regs.set(i.a, grown.into_value());
    true
}

#[inline(never)]
pub(in crate::dispatch) fn binary_imm(vm: &mut Vm, i: Instr) -> Step {
    let left = Regs::of(vm).read(i.b);
    binary_of(vm, i, left, Value::int_unchecked(i64::from(i.c as i16)))
}

#[inline(never)]
pub(in crate::dispatch) fn binary_of(vm: &mut Vm, i: Instr, left: Value, right: Value) -> Step {
    let op = bin_op(i.op);
    let inplace = i.x == 1;
    if is_builtin(&left) && is_builtin(&right) {
        let result = if inplace { vm.inplace_builtin(op, &left, &right) } else { vm.binary_builtin(op, &left, &right) };
        return match result {
            Ok(value) if value.is_not_implemented() => {
                vm.unsupported(op, &left, &right, inplace);
                Step::Raise
            }
            Ok(value) => {
                drop((left, right));
                Regs::of(vm).set(i.a, value);
                Step::Next
            }
            Err(_) => Step::Raise,
        };
    }
    let attempts = vm.binary_attempts(op, &left, &right, inplace);
    let mut rest = vec![left, right];
    for attempt in attempts {
        rest.extend([attempt.method, attempt.this, attempt.other]);
    }
    try_binary(vm, i, rest)
}

/// Tries the next method of a binary operation: `rest` is the operands, then triples of method, self, other.
#[inline(never)]
pub(in crate::dispatch) fn try_binary(vm: &mut Vm, i: Instr, mut rest: Vec<Value>) -> Step {
    loop {
        if rest.len() < 5 {
            vm.unsupported(bin_op(i.op), &rest[0], &rest[1], i.x == 1);
            return Step::Raise;
        }
        let mut attempt: Vec<Value> = rest.drain(2..5).collect();
        let method = attempt.remove(0);
        if method.is_kind(Kind::Function) {
            let hold = tuple(rest);
            let delivery = Delivery { mode: Mode::Binary, dst: i.a, hold };
            // SAFETY: the vector outlives the call's beginning.
            return match unsafe { begin(vm, method, Window::of(&mut attempt), delivery) } {
                Ok(Called::Value(value)) => {
                    Regs::of(vm).set(i.a, value);
                    Step::Next
                }
                Ok(Called::Entered) => Step::Enter,
                Err(_) => Step::Raise,
            };
        }
        match vm.call_on(&method, &attempt[0], &attempt[1..]) {
            Ok(value) if value.is_not_implemented() => {}
            Ok(value) => {
                drop(rest);
                Regs::of(vm).set(i.a, value);
                return Step::Next;
            }
            Err(_) => return Step::Raise,
        }
    }
}

/// A method of a binary operation returned: takes its result, or tries the next one.
#[inline(never)]
pub(in crate::dispatch) fn binary_result(vm: &mut Vm, value: Value, hold: Value) -> Step {
    // SAFETY: the caller's frame is live, and stands behind the operator's instruction.
    let instr: Instr = unsafe { *(*vm.frame).pc.sub(1) };
    if !value.is_not_implemented() {
        Regs::of(vm).set(instr.a, value);
        return Step::Enter;
    }
    let rest = hold.as_items().map(<[Value]>::to_vec).unwrap_or_default();
    match try_binary(vm, instr, rest) {
        Step::Next => Step::Enter,
        step => step,
    }
}

pub(in crate::dispatch) fn cmp_of(op: Op) -> Cmp {
    use Op::*;
    match op {
        Lt | JumpIfLt | JumpUnlessLt | JumpIfLtImm | JumpUnlessLtImm => Cmp::Lt,
        Le | JumpIfLe | JumpUnlessLe | JumpIfLeImm | JumpUnlessLeImm => Cmp::Le,
        Eq | JumpIfEq | JumpUnlessEq | JumpIfEqImm | JumpUnlessEqImm => Cmp::Eq,
        Ne | JumpIfNe | JumpUnlessNe | JumpIfNeImm | JumpUnlessNeImm => Cmp::Ne,
        Gt | JumpIfGt | JumpUnlessGt | JumpIfGtImm | JumpUnlessGtImm => Cmp::Gt,
        _ => Cmp::Ge,
    }
}

#[inline(never)]
pub(in crate::dispatch) fn compare(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let (left, right) = (regs.read(i.b), regs.read(i.c));
    let result = vm.compare(cmp_of(i.op), &left, &right);
    drop((left, right));
    store(&regs, i.a, result)
}

/// Compare-and-branch on objects: `wanted` is the truth that jumps.
#[inline(never)]
pub(in crate::dispatch) fn compare_jump(vm: &mut Vm, i: Instr, imm: bool, wanted: bool) -> Step {
    let regs = Regs::of(vm);
    let left = regs.read(i.a);
    let right = if imm { Value::int_unchecked(i64::from(i.b as i16)) } else { regs.read(i.b) };
    let truth = vm.compare(cmp_of(i.op), &left, &right).and_then(|result| vm.truth(&result));
    match truth {
        Ok(truth) if truth == wanted => {
            // SAFETY: the verifier checked the jump.
            unsafe { (*regs.frame).pc = (*regs.frame).pc.offset(i.xc_signed() as isize) };
            Step::Enter
        }
        Ok(_) => Step::Next,
        Err(_) => Step::Raise,
    }
}

/// A branch on the truth of an object: `wanted` is the truth that jumps; `keep` leaves the register when it does.
#[inline(never)]
pub(in crate::dispatch) fn truth_jump(vm: &mut Vm, i: Instr, wanted: bool, keep: bool) -> Step {
    let regs = Regs::of(vm);
    let value = regs.at(i.a).clone();
    match vm.truth(&value) {
        Ok(truth) => {
            let jumps = truth == wanted;
            if i.a >= regs.code().first_temp && !(keep && jumps) {
                drop(regs.take(i.a));
            }
            if jumps {
                // SAFETY: the verifier checked the jump.
                unsafe { (*regs.frame).pc = (*regs.frame).pc.offset(i.bc_signed() as isize) };
                return Step::Enter;
            }
            Step::Next
        }
        Err(_) => Step::Raise,
    }
}

#[inline(never)]
pub(in crate::dispatch) fn not(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let value = regs.read(i.b);
    let result = vm.truth(&value).map(|t| Value::bool(!t));
    drop(value);
    store(&regs, i.a, result)
}

#[inline(never)]
pub(in crate::dispatch) fn contains(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let (item, container) = (regs.read(i.b), regs.read(i.c));
    let result = vm.contains(&container, &item).map(|found| Value::bool(found == (i.op == Op::In)));
    drop((item, container));
    store(&regs, i.a, result)
}

#[inline(never)]
pub(in crate::dispatch) fn unary(vm: &mut Vm, i: Instr) -> Step {
    use crate::ops::arith::UnaryOp;
    let regs = Regs::of(vm);
    let value = regs.read(i.b);
    let op = match i.op {
        Op::Neg => UnaryOp::Neg,
        Op::Pos => UnaryOp::Pos,
        _ => UnaryOp::Invert,
    };
    let result = vm.unary(op, &value);
    drop(value);
    store(&regs, i.a, result)
}
