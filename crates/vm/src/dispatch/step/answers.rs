//! Special methods in the language that an instruction asks before it can go on. Each runs in a frame of mode `Operator`;
//! when it returns, the instruction goes on from what the frame held and what was answered.

use super::*;
use crate::ops::truth::plain_truth;
use crate::vm::Outcome;

/// What a frame of mode `Operator` holds for the instruction that waits for its result.
enum Held<'a> {
    /// An operation or comparison: how many of its methods were tried. Its operands are still in their registers.
    Pair(usize),
    /// A question, with the register for what comes of it unless the instruction knows.
    Question(Question, Option<u16>),
    /// What `__anext__` gave, whose `__await__` was asked.
    Awaitable(&'a Value),
    /// A getter's default and register.
    Getter(&'a Value, &'a Value),
    /// Nothing of these: what is thrown into an iterator (`generator::iterator_answered`).
    Other,
}

impl Held<'_> {
    fn of(hold: &Value) -> Held<'_> {
        match (hold.as_small_int(), hold.as_items()) {
            (Some(tried), _) if tried < 0 => Held::Pair(tried.unsigned_abs() as usize),
            (_, Some([awaitable])) => Held::Awaitable(awaitable),
            (_, Some([default, dst])) => Held::Getter(default, dst),
            _ => Question::of(hold).map_or(Held::Other, |(question, dst)| Held::Question(question, dst)),
        }
    }
}

/// How the answer to the method that was tried as number `tried` comes to its operation.
fn to_pair(tried: usize) -> Delivery {
    Delivery::holding(Mode::Operator, 0, Value::int_unchecked(-(tried as i64)))
}

/// Carries out what a native asks for in place of an operation.
pub(in crate::dispatch) fn wait_for_pair(vm: &mut Vm, i: Instr, result: Res, tried: usize) -> Step {
    match native::settle(vm, result, to_pair(tried)) {
        Ok(Called::Value(value)) => pair_answered(vm, i, tried, value),
        Ok(Called::Entered) => Step::Enter,
        Err(_) => Step::Raise,
    }
}

/// Calls a function for an instruction that goes on in `answered`.
pub(in crate::dispatch) fn ask(vm: &mut Vm, i: Instr, method: Value, args: &mut [Value], question: Question) -> Step {
    let delivery = Delivery::holding(Mode::Operator, 0, question.held(None));
    // SAFETY: the slice outlives the call's beginning.
    match unsafe { begin(vm, method, &Window::of(args), delivery) } {
        Ok(Called::Value(value)) => answer(vm, i, question, value),
        Ok(Called::Entered) => Step::Enter,
        Err(_) => Step::Raise,
    }
}

/// As `ask`, for a method of an operation with two operands.
pub(in crate::dispatch) fn ask_pair(
    vm: &mut Vm,
    i: Instr,
    method: Value,
    mut operands: [Value; 2],
    tried: usize,
) -> Step {
    // SAFETY: the array outlives the call's beginning.
    match unsafe { begin(vm, method, &Window::of(&mut operands), to_pair(tried)) } {
        Ok(Called::Value(value)) => pair_answered(vm, i, tried, value),
        Ok(Called::Entered) => Step::Enter,
        Err(_) => Step::Raise,
    }
}

/// A frame of mode `Operator` returned: `hold` is what it held.
pub(in crate::dispatch) fn answered(vm: &mut Vm, value: Value, hold: Value) -> Step {
    // SAFETY: the caller's frame is live, and stands behind the instruction that asked.
    let i: Instr = unsafe { *(*vm.frame).pc.sub(1) };
    let step = match Held::of(&hold) {
        // SAFETY: as above.
        _ if i.op == Op::YieldFrom => unsafe { generator::iterator_answered(vm, i, &hold, Ok(value)) },
        Held::Pair(tried) => pair_answered(vm, i, tried, value),
        Held::Question(question, None) => answer(vm, i, question, value),
        Held::Question(question, Some(dst)) => give_answer(vm, dst, question, value),
        Held::Awaitable(awaitable) => {
            let result = crate::types::generator::checked_await(vm, value);
            item_awaitable(vm, i, awaitable, result)
        }
        Held::Getter(default, dst) => {
            let value = if default.is_unset() { Value::TRUE } else { value };
            found(vm, dst, value)
        }
        Held::Other => Step::Raise,
    };
    // The loop must look at the caller's frame anew.
    if step == Step::Next { Step::Enter } else { step }
}

/// As `answered`, where the method raised.
pub(in crate::dispatch) fn refused(vm: &mut Vm, hold: &Value) -> Step {
    // SAFETY: the caller's frame is live, and stands behind the instruction that asked.
    unsafe {
        let i: Instr = *(*vm.frame).pc.sub(1);
        match Held::of(hold) {
            _ if i.op == Op::YieldFrom => generator::iterator_answered(vm, i, hold, Err(crate::Thrown)),
            Held::Awaitable(awaitable) => item_awaitable(vm, i, awaitable, Err(crate::Thrown)),
            Held::Getter(default, dst) if vm.thrown_is(&types().exceptions.AttributeError) => {
                drop(vm.catch());
                found(vm, dst, crate::ops::ask::in_place(default));
                Step::Enter
            }
            _ => Step::Raise,
        }
    }
}

fn is_comparison(op: Op) -> bool {
    use Op::*;
    matches!(op, Lt | Le | Eq | Ne | Gt | Ge) || op.jumps_if_compared().is_some()
}

/// A method of an operation or comparison returned: the next one is tried, or that is the result.
fn pair_answered(vm: &mut Vm, i: Instr, tried: usize, value: Value) -> Step {
    if value.is_not_implemented() {
        return if is_comparison(i.op) { compare_objects(vm, i, tried) } else { binary_objects(vm, i, tried) };
    }
    let regs = Regs::of(vm);
    release_operands(&regs, i);
    if is_comparison(i.op) {
        return compared(vm, i, value);
    }
    regs.set(i.a, value);
    Step::Next
}

fn answer(vm: &mut Vm, i: Instr, question: Question, value: Value) -> Step {
    let result = match question {
        Question::Truth if value.is_bool() => return decide(vm, i, value.is_true()),
        Question::AnyTruth => return truth_of(vm, i, value),
        Question::Filled => match vm.checked_len(&value) {
            Ok(len) => return decide(vm, i, len != 0),
            Err(thrown) => Err(thrown),
        },
        Question::Items => return unpack_drawn(vm, i, &value),
        Question::AsyncItem => return await_item(vm, i, value),
        question => checked_answer(vm, question, value),
    };
    store(&Regs::of(vm), i.a, result)
}

/// Puts what a native makes of the answer to its question where its result goes; the language may have to be asked for the
/// truth of it.
fn give_answer(vm: &mut Vm, dst: u16, question: Question, value: Value) -> Step {
    let Some((method, next)) = asks_for_truth(vm, question, &value) else {
        let result = checked_answer(vm, question, value);
        return store(&Regs::of(vm), dst, result);
    };
    let inner = Delivery::holding(Mode::Operator, 0, next.held(Some(dst)));
    // SAFETY: the array outlives the call's beginning.
    match unsafe { begin(vm, method, &Window::of(&mut [value]), inner) } {
        Ok(Called::Entered) => Step::Enter,
        Ok(Called::Value(truth)) => {
            let result = checked_answer(vm, next, truth);
            store(&Regs::of(vm), dst, result)
        }
        Err(_) => Step::Raise,
    }
}

/// What in the language must be asked for the truth of an answer.
fn asks_for_truth(vm: &mut Vm, question: Question, answer: &Value) -> Option<(Value, Question)> {
    let open = question == Question::AnyTruth && plain_truth(answer).is_none();
    if open { truth_method(vm, answer) } else { None }
}

/// What a native or an instruction makes of the answer to its question.
pub(crate) fn checked_answer(vm: &mut Vm, question: Question, value: Value) -> Res {
    match question {
        Question::Truth => vm.checked_truth(&value).map(Value::bool),
        Question::AnyTruth => vm.truth(&value).map(Value::bool),
        Question::Filled => vm.checked_len(&value).map(|len| Value::bool(len != 0)),
        Question::Length => vm.checked_len(&value).map(|len| crate::objects::int(len as i64)),
        Question::Iterator => vm.checked_iterator(value),
        Question::Str => vm.checked_text("__str__", value),
        Question::Repr => vm.checked_text("__repr__", value),
        Question::Format => vm.checked_format(value),
        Question::Hash => vm.hash_of_result(&value).map(|hash| crate::objects::int(hash as i64)),
        Question::Awaited => crate::types::generator::checked_await(vm, value),
        Question::AsyncIterator => crate::types::generator::checked_async_iterator(vm, value),
        Question::AsyncSource => crate::builtins::iterate::checked_async_source(vm, value),
        Question::Nothing => Ok(Value::NONE),
        Question::Anything | Question::Items | Question::AsyncItem => Ok(value),
    }
}

/// Begins the call that a native requested with a question.
pub(in crate::dispatch) fn ask_for(
    vm: &mut Vm,
    method: Value,
    args: &mut [Value],
    question: Question,
    delivery: Delivery,
) -> Res<Called> {
    if !delivery.is_call() {
        let first = crate::Request::Call { callable: method, args: args.to_vec() };
        return continuation::begin(vm, first, check_answer, question.held(None), delivery);
    }
    let inner = Delivery::holding(Mode::Operator, 0, question.held(Some(delivery.dst())));
    // SAFETY: the slice outlives the call's beginning.
    match unsafe { begin(vm, method, &Window::of(args), inner)? } {
        Called::Entered => Ok(Called::Entered),
        Called::Value(value) => checked_answer(vm, question, value).map(Called::Value),
    }
}

/// Begins the call of a getter that a native requested with a default.
pub(in crate::dispatch) fn find(
    vm: &mut Vm,
    callable: Value,
    mut args: Vec<Value>,
    default: Value,
    delivery: Delivery,
) -> Res<Called> {
    if !delivery.is_call() {
        let first = crate::Request::Call { callable, args };
        return continuation::begin(vm, first, crate::ops::ask::or_default, default, delivery);
    }
    let mut parts = [default.clone(), Value::int_unchecked(i64::from(delivery.dst()))];
    let hold = Tuple::build(2, |n| std::mem::replace(&mut parts[n], Value::UNSET)).into_value();
    // SAFETY: the vector outlives the call's beginning.
    let result = unsafe { begin(vm, callable, &Window::of(&mut args), Delivery::holding(Mode::Operator, 0, hold)) };
    match result {
        Ok(Called::Entered) => Ok(Called::Entered),
        Ok(Called::Value(value)) => crate::ops::ask::given(vm, Ok(value), &default).map(Called::Value),
        Err(thrown) => crate::ops::ask::given(vm, Err(thrown), &default).map(Called::Value),
    }
}

/// Puts what a getter gave, or what stands for it, where the native's result goes.
fn found(vm: &mut Vm, dst: &Value, value: Value) -> Step {
    let Some(dst) = dst.as_small_int().and_then(|dst| u16::try_from(dst).ok()) else { return Step::Raise };
    store(&Regs::of(vm), dst, Ok(value))
}

fn check_answer(vm: &mut Vm, question: &Value, outcome: Outcome) -> Res {
    let value = outcome.result(vm)?;
    let Some((question, _)) = Question::of(question) else { return Ok(value) };
    match asks_for_truth(vm, question, &value) {
        Some((method, question)) => {
            let asked = Err(vm.request(crate::Request::Ask { method, args: smallvec::smallvec![value], question }));
            vm.last_act(asked)
        }
        None => checked_answer(vm, question, value),
    }
}
