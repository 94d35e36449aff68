//! Arithmetic, comparison, truth.

use super::*;
use crate::objects::str::same_text;
use crate::ops::compare::plain_compare;
use crate::ops::truth::plain_truth;
use weft_bytecode::Operand;

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
    if !is_builtin(regs.at(i.b)) || !is_builtin(regs.at(i.c)) {
        return binary_objects(vm, i, 0);
    }
    if i.op == Op::Add && append_text(&regs, i) {
        return Step::Next;
    }
    if matches!(i.op, Op::Add | Op::Sub | Op::Mul) && i.b != i.c && compute_in_place(&regs, i, None) {
        return Step::Next;
    }
    let (left, right) = (regs.read(i.b), regs.read(i.c));
    binary_builtin(vm, i, left, right)
}

/// The operands of an operation or comparison, where its instruction names them.
#[inline(always)]
fn operands(regs: &Regs, i: Instr) -> (Value, Value) {
    use Operand::{DstA, ImmB, ImmC, SrcA, SrcB};
    let immediate = |field: u16| Value::int_unchecked(i64::from(field as i16));
    match i.op.operands() {
        [SrcA, SrcB, ..] => (regs.at(i.a).clone(), regs.at(i.b).clone()),
        [SrcA, ImmB, ..] => (regs.at(i.a).clone(), immediate(i.b)),
        [DstA, SrcB, ImmC, ..] => (regs.at(i.b).clone(), immediate(i.c)),
        _ => (regs.at(i.b).clone(), regs.at(i.c).clone()),
    }
}

/// Drops the operands of an operation or comparison that has its result.
pub(super) fn release_operands(regs: &Regs, i: Instr) {
    use Operand::{DstA, ImmB, ImmC, SrcA, SrcB};
    match i.op.operands() {
        [SrcA, SrcB, ..] => {
            regs.done_with(i.a);
            regs.done_with(i.b);
        }
        [SrcA, ImmB, ..] => regs.done_with(i.a),
        [DstA, SrcB, ImmC, ..] => regs.done_with(i.b),
        _ => {
            regs.done_with(i.b);
            regs.done_with(i.c);
        }
    }
}

/// Computes with a large integer that its register alone holds, if it is not needed any more. `right` is given where it is no
/// register.
fn compute_in_place(regs: &Regs, i: Instr, right: Option<Value>) -> bool {
    let left = regs.at(i.b);
    let dies = i.a == i.b || i.b >= regs.code().first_temp;
    let plain = left.header().is_some_and(|h| h.kind() == Kind::BigInt && h.class_value().is(types().int.value()));
    if !dies || !plain || left.header().is_none_or(|h| h.count() != 1) {
        return false;
    }
    let Some(number) = left.downcast::<crate::objects::BigInt>() else { return false };
    let Some(result) = crate::ops::number::in_place(bin_op(i.op), number, right.as_ref().unwrap_or(regs.at(i.c)))
    else {
        return false;
    };
    drop(regs.take(i.b));
    if right.is_none() && i.c >= regs.code().first_temp {
        drop(regs.take(i.c));
    }
    regs.set(i.a, result);
    true
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
    let regs = Regs::of(vm);
    let right = Value::int_unchecked(i64::from(i.c as i16));
    if matches!(i.op, Op::AddImm | Op::SubImm | Op::MulImm) && compute_in_place(&regs, i, Some(right.clone())) {
        return Step::Next;
    }
    if !is_builtin(regs.at(i.b)) {
        return binary_objects(vm, i, 0);
    }
    let left = regs.read(i.b);
    binary_builtin(vm, i, left, right)
}

#[inline(never)]
fn binary_builtin(vm: &mut Vm, i: Instr, left: Value, right: Value) -> Step {
    let op = bin_op(i.op);
    let inplace = i.x == 1;
    let result = match (op, inplace) {
        (BinOp::Mod, _) if crate::ops::sequence::is_text(&left) => {
            let asked = vm.ask_modulo(&left, &right);
            if asked.is_err() && vm.request.is_some() {
                drop((left, right));
                return settled(vm, i.a, asked);
            }
            asked
        }
        (_, true) => vm.inplace_builtin(op, &left, &right),
        (_, false) => vm.binary_builtin(op, &left, &right),
    };
    match result {
        Ok(value) if value.is_not_implemented() => {
            vm.unsupported(op, &left, &right, inplace);
            Step::Raise
        }
        Ok(value) => {
            drop((left, right));
            Regs::of(vm).set(i.a, value);
            Step::Next
        }
        failed => settled(vm, i.a, failed),
    }
}

/// The left operand's own method, if that is tried first and is a function.
#[inline(always)]
fn forward_function(vm: &mut Vm, op: BinOp, left: &Value, right: &Value) -> Option<Value> {
    let (mine, other) = (class_of(left), class_of(right));
    if !mine.is(other) && other.is_subclass_of(mine) {
        return None;
    }
    vm.lookup(mine, op.method()).filter(|method| method.is_kind(Kind::Function))
}

/// Tries the methods of a binary operation, after the first `tried` ones. The operands stay in their registers until one
/// has answered.
pub(super) fn binary_objects(vm: &mut Vm, i: Instr, tried: usize) -> Step {
    let regs = Regs::of(vm);
    let (left, right) = operands(&regs, i);
    let (op, inplace) = (bin_op(i.op), i.x == 1);
    if tried == 0
        && !inplace
        && let Some(method) = forward_function(vm, op, &left, &right)
    {
        return ask_pair(vm, i, method, [left, right], 1);
    }
    if tried == 0 && formats(vm, op, &left, &right) {
        let result = vm.ask_modulo(&left, &right);
        return match result {
            Ok(value) => {
                drop((left, right));
                release_operands(&Regs::of(vm), i);
                Regs::of(vm).set(i.a, value);
                Step::Next
            }
            Err(_) if vm.has_request() => wait_for_pair(vm, i, result, 1),
            Err(_) => Step::Raise,
        };
    }
    let attempts = vm.binary_attempts(op, &left, &right, inplace);
    for (n, attempt) in attempts.into_iter().enumerate().skip(tried) {
        if attempt.method.is_kind(Kind::Function) {
            return ask_pair(vm, i, attempt.method, [attempt.this, attempt.other], n + 1);
        }
        let result = match vm.call_native(&attempt.method, &[attempt.this.clone(), attempt.other.clone()]) {
            Some(Ok(result)) => result,
            Some(Err(request)) => {
                let asked = Err(vm.request(request));
                return wait_for_pair(vm, i, asked, n + 1);
            }
            None => vm.call_on(&attempt.method, &attempt.this, std::slice::from_ref(&attempt.other)),
        };
        match result {
            Ok(value) if value.is_not_implemented() => {}
            Ok(value) => {
                drop((attempt, left, right));
                release_operands(&Regs::of(vm), i);
                Regs::of(vm).set(i.a, value);
                return Step::Next;
            }
            Err(_) => return Step::Raise,
        }
    }
    vm.unsupported(op, &left, &right, inplace);
    Step::Raise
}

/// Whether `%` formats an object of the language, which has no part in it but its text.
fn formats(vm: &mut Vm, op: BinOp, left: &Value, right: &Value) -> bool {
    op == BinOp::Mod
        && left.is_kind(Kind::Str)
        && is_builtin(left)
        && !vm.has_attr_on_class(class_of(right), op.reflected())
        && op.inplace().is_none_or(|name| !vm.has_attr_on_class(class_of(left), name))
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
    if let Some(result) = compare_text(cmp_of(i.op), regs.at(i.b), regs.at(i.c)) {
        regs.done_with(i.b);
        regs.done_with(i.c);
        regs.set(i.a, Value::bool(result));
        return Step::Next;
    }
    match plain_compare(cmp_of(i.op), regs.at(i.b), regs.at(i.c)) {
        Some(result) => {
            regs.done_with(i.b);
            regs.done_with(i.c);
            regs.set(i.a, Value::bool(result));
            Step::Next
        }
        None => compare_objects(vm, i, 0),
    }
}

/// The comparison for equality of strings, of exactly this type.
#[inline(always)]
fn compare_text(op: Cmp, left: &Value, right: &Value) -> Option<bool> {
    let wanted = match op {
        Cmp::Eq => true,
        Cmp::Ne => false,
        _ => return None,
    };
    if !left.is_kind(Kind::Str) || !right.is_kind(Kind::Str) || !is_builtin(left) || !is_builtin(right) {
        return None;
    }
    let (a, b) = (left.downcast::<Str>()?, right.downcast::<Str>()?);
    let same = left.is(right) || !(left.is_interned() && right.is_interned()) && same_text(a, b);
    Some(same == wanted)
}

/// Compare-and-branch on objects.
#[inline(never)]
pub(in crate::dispatch) fn compare_jump(vm: &mut Vm, i: Instr, imm: bool) -> Step {
    let regs = Regs::of(vm);
    if !imm && let Some(result) = compare_text(cmp_of(i.op), regs.at(i.a), regs.at(i.b)) {
        regs.done_with(i.a);
        regs.done_with(i.b);
        return decide(vm, i, result);
    }
    let immediate = Value::int_unchecked(i64::from(i.b as i16));
    match plain_compare(cmp_of(i.op), regs.at(i.a), if imm { &immediate } else { regs.at(i.b) }) {
        Some(result) => {
            regs.done_with(i.a);
            if !imm {
                regs.done_with(i.b);
            }
            decide(vm, i, result)
        }
        None => compare_objects(vm, i, 0),
    }
}

/// Tries the methods of a comparison, after the first `tried` ones. A subclass's reflected method goes first. The operands
/// stay in their registers until one has answered.
pub(in crate::dispatch) fn compare_objects(vm: &mut Vm, i: Instr, tried: usize) -> Step {
    let op = cmp_of(i.op);
    let regs = Regs::of(vm);
    let (left, right) = operands(&regs, i);
    let (mine, other) = (class_of(&left), class_of(&right));
    let reflected_first = !mine.is(other) && other.is_subclass_of(mine);
    for n in tried..2 {
        let reflected = (n == 0) == reflected_first;
        let (op, this, other) = if reflected { (op.reflected(), &right, &left) } else { (op, &left, &right) };
        let class = class_of(this).clone();
        let result = if class.has(class_flags::BUILTIN) {
            let result = vm.guarded_as(" in comparison", |vm| vm.ask_compare_builtin(op, this, other));
            if result.is_err() && vm.request.is_some() {
                return wait_for_pair(vm, i, result, n + 1);
            }
            result
        } else {
            match vm.lookup(&class, op.method()) {
                Some(method) if method.is_kind(Kind::Function) => {
                    let args = if reflected { [right, left] } else { [left, right] };
                    return ask_pair(vm, i, method, args, n + 1);
                }
                Some(method) => match vm.call_native(&method, &[this.clone(), other.clone()]) {
                    Some(Ok(result)) => result,
                    Some(Err(request)) => {
                        let asked = Err(vm.request(request));
                        return wait_for_pair(vm, i, asked, n + 1);
                    }
                    None => vm.call_on(&method, this, std::slice::from_ref(other)),
                },
                None => Ok(Value::NOT_IMPLEMENTED),
            }
        };
        match result {
            Ok(value) if value.is_not_implemented() => {}
            Ok(value) => {
                drop((left, right));
                release_operands(&Regs::of(vm), i);
                return compared(vm, i, value);
            }
            Err(_) => return Step::Raise,
        }
    }
    let same = match op {
        Cmp::Eq => left.is(&right),
        Cmp::Ne => !left.is(&right),
        _ => {
            vm.not_comparable(op, &left, &right);
            return Step::Raise;
        }
    };
    drop((left, right));
    release_operands(&Regs::of(vm), i);
    compared(vm, i, Value::bool(same))
}

/// A comparison has its result: which is wanted as it is, or decides a branch.
pub(super) fn compared(vm: &mut Vm, i: Instr, result: Value) -> Step {
    if matches!(i.op, Op::Lt | Op::Le | Op::Eq | Op::Ne | Op::Gt | Op::Ge) {
        Regs::of(vm).set(i.a, result);
        return Step::Next;
    }
    truth_of(vm, i, result)
}

/// A branch on the truth of an object.
#[inline(never)]
pub(in crate::dispatch) fn truth_jump(vm: &mut Vm, i: Instr) -> Step {
    let value = Regs::of(vm).at(i.a).clone();
    truth_of(vm, i, value)
}

#[inline(never)]
pub(in crate::dispatch) fn not(vm: &mut Vm, i: Instr) -> Step {
    let value = Regs::of(vm).read(i.b);
    truth_of(vm, i, value)
}

/// The method in the language that knows the truth of what is not plain, and what it is asked.
pub(super) fn truth_method(vm: &mut Vm, value: &Value) -> Option<(Value, Question)> {
    let asked = match vm.special(value, &names().__bool__) {
        Some(method) => Some((method, Question::Truth)),
        None => vm.special(value, &names().__len__).map(|method| (method, Question::Filled)),
    };
    asked.filter(|(method, _)| method.is_kind(Kind::Function))
}

/// Goes on with the truth of a value, once that is known.
pub(super) fn truth_of(vm: &mut Vm, i: Instr, value: Value) -> Step {
    if let Some(truth) = plain_truth(&value) {
        drop(value);
        return decide(vm, i, truth);
    }
    if let Some((method, question)) = truth_method(vm, &value) {
        return ask(vm, i, method, &mut [value], question);
    }
    if value.is_not_implemented()
        && let Some(method) = vm.special(&value, &names().__bool__)
    {
        // It warns before it answers.
        return ask(vm, i, method, &mut [value], Question::Truth);
    }
    match vm.truth(&value) {
        Ok(truth) => {
            drop(value);
            decide(vm, i, truth)
        }
        Err(_) => Step::Raise,
    }
}

/// What an instruction does that waited for a truth value.
pub(super) fn decide(vm: &mut Vm, i: Instr, truth: bool) -> Step {
    let regs = Regs::of(vm);
    let (jumps, offset) = match i.op {
        Op::Not => {
            regs.set(i.a, Value::bool(!truth));
            return Step::Next;
        }
        Op::In | Op::NotIn => {
            regs.set(i.a, Value::bool(truth == (i.op == Op::In)));
            return Step::Next;
        }
        Op::JumpIfTrue | Op::JumpIfFalse | Op::JumpIfTrueKeep | Op::JumpIfFalseKeep => {
            let jumps = truth == matches!(i.op, Op::JumpIfTrue | Op::JumpIfTrueKeep);
            let keeps = jumps && matches!(i.op, Op::JumpIfTrueKeep | Op::JumpIfFalseKeep);
            if i.a >= regs.code().first_temp && !keeps {
                drop(regs.take(i.a));
            }
            (jumps, i.bc_signed())
        }
        op => (op.jumps_if_compared() == Some(truth), i.xc_signed()),
    };
    if !jumps {
        return Step::Next;
    }
    // SAFETY: the verifier checked the jump.
    unsafe { (*regs.frame).pc = (*regs.frame).pc.offset(offset as isize) };
    Step::Enter
}

#[inline(never)]
pub(in crate::dispatch) fn contains(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    if let Some(found) = crate::ops::dict::contains_plainly(regs.at(i.c), regs.at(i.b)) {
        regs.done_with(i.b);
        regs.done_with(i.c);
        return decide(vm, i, found);
    }
    let (item, container) = (regs.read(i.b), regs.read(i.c));
    if !is_builtin(&container)
        && let Some(method) = vm.special(&container, &names().__contains__)
        && matches!(method.kind(), Some(Kind::Function | Kind::Native))
    {
        return ask(vm, i, method, &mut [container, item], Question::AnyTruth);
    }
    let result = vm.ask_contains(&container, &item);
    drop((item, container));
    let delivery = Delivery::holding(Mode::Operator, 0, Question::AnyTruth.held(None));
    match native::settle(vm, result, delivery) {
        Ok(Called::Value(found)) => decide(vm, i, found.is_true()),
        Ok(Called::Entered) => Step::Enter,
        Err(_) => Step::Raise,
    }
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
    if !is_builtin(&value)
        && let Some(method) = vm.special(&value, op.method())
        && method.is_kind(Kind::Function)
    {
        // SAFETY: the array outlives the call's beginning.
        let result = unsafe { begin(vm, method, &Window::of(&mut [value]), Delivery::to(i.a)) };
        return called(vm, i.a, result);
    }
    let result = vm.unary(op, &value);
    drop(value);
    store(&regs, i.a, result)
}
