//! Special methods in the language that an instruction asks before it can go on. Each runs in a frame of mode `Operator`;
//! when it returns, the instruction goes on from what the frame held and what was answered.

use super::*;
use crate::ops::arith::Attempt;

/// What the answer to a call with one question is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(in crate::dispatch) enum Question {
    /// `__bool__`: True or False.
    Truth,
    /// `__len__` in place of `__bool__`.
    Filled,
    /// Any object, whose truth is wanted.
    AnyTruth,
    /// `__len__`.
    Length,
    /// `__iter__`: an iterator.
    Iterator,
    /// `__str__` or `__repr__` of what `FormatValue` shows without a specification.
    Str,
    Repr,
    /// `__format__`.
    Format,
    /// The items that an assignment with several targets unpacks, as a list.
    Items,
    /// `__await__`: an iterator.
    Awaited,
    /// `__aiter__`.
    AsyncIterator,
    /// `__anext__`: an awaitable.
    AsyncItem,
}

impl Question {
    const ALL: [Question; 12] = [
        Question::Truth,
        Question::Filled,
        Question::AnyTruth,
        Question::Length,
        Question::Iterator,
        Question::Str,
        Question::Repr,
        Question::Format,
        Question::Items,
        Question::Awaited,
        Question::AsyncIterator,
        Question::AsyncItem,
    ];

    pub fn held(self) -> Value {
        Value::int_unchecked(self as i64)
    }

    fn of(held: &Value) -> Option<Question> {
        Question::ALL.get(usize::try_from(held.as_small_int()?).ok()?).copied()
    }
}

/// The operands of an operation, while the method that was tried last runs.
pub(in crate::dispatch) struct Operands {
    pub left: Value,
    pub right: Value,
    /// How many methods were tried.
    pub tried: usize,
}

/// Calls a function for an instruction that goes on in `answered`.
pub(in crate::dispatch) fn ask(vm: &mut Vm, i: Instr, method: Value, args: &mut [Value], question: Question) -> Step {
    let delivery = Delivery::holding(Mode::Operator, 0, question.held());
    // SAFETY: the slice outlives the call's beginning.
    match unsafe { begin(vm, method, &Window::of(args), delivery) } {
        Ok(Called::Value(value)) => answer(vm, i, question, value),
        Ok(Called::Entered) => Step::Enter,
        Err(_) => Step::Raise,
    }
}

/// As `ask`, for a method of an operation with two operands.
pub(in crate::dispatch) fn ask_pair(vm: &mut Vm, i: Instr, attempt: Attempt, operands: Operands) -> Step {
    let Operands { left, right, tried } = operands;
    let mut parts = [Value::int_unchecked(tried as i64), left, right];
    let hold = Tuple::build(3, |n| std::mem::replace(&mut parts[n], Value::UNSET)).into_value();
    let delivery = Delivery::holding(Mode::Operator, 0, hold);
    let Attempt { method, this, other } = attempt;
    // SAFETY: the array outlives the call's beginning.
    match unsafe { begin(vm, method, &Window::of(&mut [this, other]), delivery) } {
        Ok(Called::Value(value)) => pair_answered(vm, i, value),
        Ok(Called::Entered) => Step::Enter,
        Err(_) => Step::Raise,
    }
}

/// A frame of mode `Operator` returned: `hold` is what it held.
pub(in crate::dispatch) fn answered(vm: &mut Vm, value: Value, hold: Value) -> Step {
    // SAFETY: the caller's frame is live, and stands behind the instruction that asked.
    let i: Instr = unsafe { *(*vm.frame).pc.sub(1) };
    let step = match hold.as_items() {
        // SAFETY: as above.
        _ if i.op == Op::YieldFrom => unsafe { generator::iterator_answered(vm, i, &hold, Ok(value)) },
        Some([awaitable]) => {
            let result = crate::types::generator::checked_await(vm, value);
            item_awaitable(vm, i, awaitable, result)
        }
        Some([tried, left, right]) if value.is_not_implemented() => {
            let (left, right) = (left.clone(), right.clone());
            let tried = tried.as_small_int().map_or(usize::MAX, |n| n as usize);
            drop(hold);
            if is_comparison(i.op) {
                compare_objects(vm, i, left, right, tried)
            } else {
                binary_objects(vm, i, left, right, tried)
            }
        }
        Some(_) => {
            drop(hold);
            pair_answered(vm, i, value)
        }
        None => match Question::of(&hold) {
            Some(question) => answer(vm, i, question, value),
            None => Step::Raise,
        },
    };
    // The loop must look at the caller's frame anew.
    if step == Step::Next { Step::Enter } else { step }
}

/// As `answered`, where the method raised.
pub(in crate::dispatch) fn refused(vm: &mut Vm, hold: &Value) -> Step {
    // SAFETY: the caller's frame is live, and stands behind the instruction that asked.
    unsafe {
        let i: Instr = *(*vm.frame).pc.sub(1);
        match hold.as_items() {
            _ if i.op == Op::YieldFrom => generator::iterator_answered(vm, i, hold, Err(crate::Thrown)),
            Some([awaitable]) => item_awaitable(vm, i, awaitable, Err(crate::Thrown)),
            _ => Step::Raise,
        }
    }
}

fn is_comparison(op: Op) -> bool {
    use Op::*;
    matches!(op, Lt | Le | Eq | Ne | Gt | Ge) || (op as u8 >= JumpIfLt as u8 && op as u8 <= JumpUnlessGeImm as u8)
}

fn pair_answered(vm: &mut Vm, i: Instr, value: Value) -> Step {
    if is_comparison(i.op) {
        return compared(vm, i, value);
    }
    Regs::of(vm).set(i.a, value);
    Step::Next
}

fn answer(vm: &mut Vm, i: Instr, question: Question, value: Value) -> Step {
    let result = match question {
        Question::Truth if value.is_bool() => return decide(vm, i, value.is_true()),
        Question::Truth => {
            let got = class_of(&value).name_str();
            Err(vm.type_error(format!("__bool__ should return bool, returned {got}")))
        }
        Question::AnyTruth => return truth_of(vm, i, value),
        Question::Filled => match vm.checked_len(&value) {
            Ok(len) => return decide(vm, i, len != 0),
            Err(thrown) => Err(thrown),
        },
        Question::Length => vm.checked_len(&value).map(|len| crate::objects::int(len as i64)),
        Question::Iterator => vm.checked_iterator(value),
        Question::Str => vm.checked_text("__str__", value),
        Question::Repr => vm.checked_text("__repr__", value),
        Question::Format => vm.checked_format(value),
        Question::Items => return unpack_drawn(vm, i, &value),
        Question::Awaited => crate::types::generator::checked_await(vm, value),
        Question::AsyncIterator => crate::types::generator::checked_async_iterator(vm, value),
        Question::AsyncItem => return await_item(vm, i, value),
    };
    store(&Regs::of(vm), i.a, result)
}
