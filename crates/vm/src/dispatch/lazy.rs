//! The next item of `map`, `filter`, `zip`, `enumerate` and `iter(callable, sentinel)`, where a function or a source runs
//! in frames, and of iterators by `__getitem__`.
//!
//! `map` over what native code can iterate calls its function at once. Anything else takes a frame of the VM's own for each
//! item, of bytecode that is the same for all objects with as many sources, so that generators run as in a `for` statement.
//! Register 0 holds the object, those behind it its iterators, and then come their items.

use super::call::{Called, Window, begin as begin_call, pop_frame, push_hidden_frame};
use super::continuation::hidden_function;
use super::{Step, generator, step, waiting};
use crate::frame::{Delivery, Frame, Mode};
use crate::heap::Kind;
use crate::objects::{CallIter, Class, CodeObject, Enumerate, Filter, Function, Map, SeqIter, Tuple, Zip, int};
use crate::ops::arith::is_builtin;
use crate::ops::iter::asks_for_items;
use crate::ops::steps::{Drawn, Local};
use crate::value::Value;
use crate::{Res, Vm, class_of, types};
use smallvec::SmallVec;
use weft_bytecode::{Code, Handler, Instr, Op};

/// What `NativeStep` does in these frames, behind what it does in those of `drain`.
const ENDED: u8 = 7;
const ZIPPED: u8 = 8;
const UNEVEN: u8 = 9;
const COUNTED: u8 = 10;
const CALLED: u8 = 11;
const SPENT: u8 = 12;
const FAILED: u8 = 13;
const SUBSCRIBED: u8 = 14;
const NO_ITEM: u8 = 15;
pub(super) const FIRST: u8 = ENDED;

const OBJECT: u16 = 0;
const SOURCE: u16 = 1;
/// The item of a single source.
const ITEM: u16 = 2;
/// The function of a `filter` or of `iter(callable, sentinel)`, and its call.
const FUNCTION: u16 = 3;
const CALLEE: u16 = 4;
/// In place of a source, what ends `iter(callable, sentinel)`.
const SENTINEL: u16 = 1;
/// Which item of a sequence is wanted.
const INDEX: u16 = 3;

/// The kinds of bytecode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Map,
    /// `filter(None, …)`: items that are true.
    Truths,
    Filter,
    Zip,
    StrictZip,
    Enumerate,
    Calls,
    /// `sequence[index]`.
    Subscripts,
}

/// How many shapes there are.
pub(crate) const SHAPES: usize = 8;

/// Objects with more sources are left to native code (`ops/lazy.rs`).
const MOST_SOURCES: usize = 100;

/// How deep `is_plain` looks into objects made of others.
const LEVELS: usize = 4;

/// Whether native code had better ask an iterator for its next item itself: as a rule, it needs no frame for it.
fn is_plain(iterator: &Value, levels: usize) -> bool {
    is_plain_if(iterator, levels, |_| true)
}

/// Whether native code can ask an iterator for its next item without ever needing a frame.
pub(crate) fn is_surely_plain(iterator: &Value) -> bool {
    is_plain_if(iterator, LEVELS, Class::steps_natively)
}

fn is_plain_if(iterator: &Value, levels: usize, steps: fn(&Class) -> bool) -> bool {
    let class = class_of(iterator);
    if class.step().is_some() {
        return steps(class);
    }
    is_builtin(iterator)
        && match iterator.kind() {
            Some(Kind::Generator | Kind::Map | Kind::Filter | Kind::CallIter) => false,
            Some(Kind::SeqIter) => !asks_for_items(iterator),
            Some(Kind::Enumerate | Kind::Zip) => {
                levels > 0 && sources(iterator).iter().all(|source| is_plain_if(source, levels - 1, steps))
            }
            _ => true,
        }
}

/// Whether an object made of this iterator is `plain`.
pub(crate) fn is_plain_source(iterator: &Value) -> bool {
    is_plain(iterator, LEVELS - 1)
}

/// The iterators that an object draws from.
fn sources(object: &Value) -> &[Value] {
    if let Some(map) = object.downcast::<Map>() {
        &map.iterators
    } else if let Some(zip) = object.downcast::<Zip>() {
        &zip.iterators
    } else if let Some(filter) = object.downcast::<Filter>() {
        std::slice::from_ref(&filter.iterator)
    } else if let Some(numbered) = object.downcast::<Enumerate>() {
        std::slice::from_ref(&numbered.iterator)
    } else {
        &[]
    }
}

/// How the next item is drawn; None if that is best left to native code, or the object is none of these.
#[inline]
pub(super) fn shape(object: &Value) -> Option<Shape> {
    let shape = match object.kind()? {
        Kind::Map => Shape::Map,
        Kind::Filter => {
            let function = &object.downcast::<Filter>()?.function;
            let bare = function.is_none() || function.is(types().bool.value());
            if bare { Shape::Truths } else { Shape::Filter }
        }
        Kind::Zip => {
            let zip = object.downcast::<Zip>()?;
            if zip.plain {
                return None;
            }
            if zip.strict { Shape::StrictZip } else { Shape::Zip }
        }
        Kind::Enumerate if object.downcast::<Enumerate>()?.plain => return None,
        Kind::Enumerate => Shape::Enumerate,
        Kind::CallIter => Shape::Calls,
        Kind::SeqIter if asks_for_items(object) => Shape::Subscripts,
        _ => return None,
    };
    (is_builtin(object) && sources(object).len() <= MOST_SOURCES).then_some(shape)
}

fn op(op: Op, a: u16, b: u16, c: u16) -> Instr {
    Instr::new(op, 0, a, b, c)
}

fn native(x: u8) -> Instr {
    Instr::new(Op::NativeStep, x, 0, 0, 0)
}

/// A `ForIter` at `at` that goes to `end` when there is nothing more.
fn draw(source: u16, item: u16, at: usize, end: usize) -> Instr {
    op(Op::ForIter, source, item, 0).with_xc(end as i32 - (at as i32 + 1)).unwrap_or(native(ENDED))
}

/// A jump at `at` to `target`.
fn jump(by: Op, a: u16, at: usize, target: usize) -> Instr {
    op(by, a, 0, 0).with_bc((target as i32 - (at as i32 + 1)) as u32)
}

fn map_code(n: u16) -> Vec<Instr> {
    let (function, callee, end) = (SOURCE + n, SOURCE + n + 1, usize::from(n) + 3);
    let mut code: Vec<_> = (0..n).map(|k| draw(SOURCE + k, callee + 1 + k, usize::from(k), end)).collect();
    code.extend([op(Op::Copy, callee, function, 0), op(Op::Call, callee, n, callee), op(Op::Return, callee, 0, 0)]);
    code.push(native(ENDED));
    code
}

fn filter_code(called: bool) -> Vec<Instr> {
    let mut code = vec![op(Op::Nop, 0, 0, 0)];
    if called {
        code.extend([
            op(Op::Copy, CALLEE, FUNCTION, 0),
            op(Op::Copy, CALLEE + 1, ITEM, 0),
            op(Op::Call, CALLEE, 1, CALLEE),
        ]);
    }
    let test = code.len();
    let tested = if called { CALLEE } else { ITEM };
    code.extend([jump(Op::JumpIfTrue, tested, test, test + 2), jump(Op::ForLoop, 0, test + 1, 0)]);
    code.extend([op(Op::Return, ITEM, 0, 0), native(ENDED)]);
    code[0] = draw(SOURCE, ITEM, 0, test + 3);
    code
}

/// Sources in turn; where one ends, a strict `zip` looks whether all do.
fn zip_code(n: u16, strict: bool) -> Vec<Instr> {
    let (item, count) = (SOURCE + n, usize::from(n));
    let (ended, uneven) = (count + 1, count + 2);
    let others = count + 3;
    let end_of = |k: u16| match (strict, k) {
        (true, 0) if n > 1 => others,
        (true, 1..) => uneven,
        _ => ended,
    };
    let mut code: Vec<_> = (0..n).map(|k| draw(SOURCE + k, item + k, usize::from(k), end_of(k))).collect();
    code.extend([native(ZIPPED), native(ENDED), native(UNEVEN)]);
    for k in 1..n {
        let at = code.len();
        code.extend([draw(SOURCE + k, item + k, at, at + 2), native(UNEVEN)]);
    }
    code.push(native(ENDED));
    code
}

fn call_code() -> Vec<Instr> {
    let equal = op(Op::JumpIfEq, SENTINEL, ITEM, 0).with_xc(1).unwrap_or(native(CALLED));
    let (callee, call) = (op(Op::Copy, CALLEE, FUNCTION, 0), op(Op::Call, CALLEE, 0, ITEM));
    vec![callee, call, native(CALLED), equal, op(Op::Return, ITEM, 0, 0), native(SPENT), native(FAILED)]
}

fn subscript_code() -> Vec<Instr> {
    vec![op(Op::Nop, 0, 0, 0), op(Op::GetItem, ITEM, SOURCE, INDEX), native(SUBSCRIBED), native(NO_ITEM)]
}

fn make_stub(shape: Shape, n: u16) -> Value {
    let (mut instrs, first_temp, registers) = match shape {
        Shape::Map => (map_code(n), SOURCE + n + 1, SOURCE + 2 * n + 2),
        Shape::Truths => (filter_code(false), CALLEE, CALLEE),
        Shape::Filter => (filter_code(true), CALLEE, CALLEE + 2),
        Shape::Zip | Shape::StrictZip => (zip_code(n, shape == Shape::StrictZip), SOURCE + 2 * n, SOURCE + 2 * n),
        Shape::Enumerate => (vec![draw(SOURCE, ITEM, 0, 2), native(COUNTED), native(ENDED)], FUNCTION, FUNCTION),
        Shape::Calls => (call_code(), CALLEE, CALLEE + 1),
        Shape::Subscripts => (subscript_code(), CALLEE, CALLEE),
    };
    let failed = instrs.len() as u32 - 1;
    let handler = Handler { start: 1, end: 2, target: failed, exc: ITEM };
    let catches = matches!(shape, Shape::Calls | Shape::Subscripts);
    instrs.push(op(Op::ReturnNone, 0, 0, 0));
    let code = Code {
        registers,
        first_temp,
        instrs,
        handlers: if catches { vec![handler] } else { Vec::new() },
        ..Code::default()
    };
    hidden_function("lazy", code)
}

fn stub(vm: &mut Vm, shape: Shape, n: usize) -> Value {
    let stubs = &mut vm.lazy_stubs[shape as usize];
    if stubs.len() <= n {
        stubs.resize(n + 1, Value::UNSET);
    }
    if stubs[n].is_unset() {
        stubs[n] = make_stub(shape, n as u16);
    }
    stubs[n].clone()
}

/// Begins to draw the next item; None if it is plain at once that there is none.
pub(super) fn begin(vm: &mut Vm, object: &Value, shape: Shape, delivery: Delivery) -> Res<Option<Called>> {
    match shape {
        Shape::Map => {
            if let Some(map) = object.downcast::<Map>()
                && map.iterators.iter().all(|source| is_plain(source, LEVELS))
            {
                return begin_map(vm, object, map, delivery);
            }
        }
        Shape::Truths => {
            if let Some(filter) = object.downcast::<Filter>()
                && is_plain(&filter.iterator, LEVELS)
            {
                return begin_truths(vm, object, &filter.iterator, delivery);
            }
        }
        Shape::Calls if object.downcast::<CallIter>().is_none_or(|calls| calls.callable.get().is_unset()) => {
            return Ok(None);
        }
        Shape::Subscripts if object.downcast::<SeqIter>().is_none_or(|iter| iter.sequence.get().is_unset()) => {
            return Ok(None);
        }
        _ => {}
    }
    push(vm, object, shape, delivery)?;
    Ok(Some(Called::Entered))
}

/// Pushes a frame that draws the next item.
fn push(vm: &mut Vm, object: &Value, shape: Shape, delivery: Delivery) -> Res<()> {
    // SAFETY: the running frame is live; the stub is a function with the registers of its shape.
    unsafe {
        if !vm.frame.is_null() && (*vm.frame).depth >= vm.recursion_limit {
            return Err(vm.recursion_error(""));
        }
        let sources = sources(object);
        let function = stub(vm, shape, sources.len());
        let code: *const CodeObject = function.downcast_unchecked::<Function>().code();
        let frame = push_hidden_frame(vm, function, &*code, delivery);
        let registers = Frame::registers(frame);
        for (k, source) in sources.iter().enumerate() {
            *registers.add(usize::from(SOURCE) + k) = source.clone();
        }
        if let Some(map) = object.downcast::<Map>() {
            *registers.add(usize::from(SOURCE) + sources.len()) = map.function.clone();
        } else if let Some(filter) = object.downcast::<Filter>() {
            *registers.add(usize::from(FUNCTION)) = filter.function.clone();
        } else if let Some(calls) = object.downcast::<CallIter>() {
            *registers.add(usize::from(SENTINEL)) = calls.sentinel.clone();
            *registers.add(usize::from(FUNCTION)) = calls.callable.get().clone();
        } else if let Some(iter) = object.downcast::<SeqIter>() {
            *registers.add(usize::from(SOURCE)) = iter.sequence.get().clone();
            *registers.add(usize::from(INDEX)) = int(iter.index.get() as i64);
        }
        *registers.add(usize::from(OBJECT)) = object.clone();
        vm.frame = frame;
    }
    Ok(())
}

/// Items that are true of a plain iterator: a frame is for those whose truth a method may tell.
fn begin_truths(vm: &mut Vm, object: &Value, source: &Value, delivery: Delivery) -> Res<Option<Called>> {
    loop {
        let item = match vm.draw(source)? {
            Drawn::Item(item) => item,
            Drawn::End => return Ok(None),
            drawn => return waiting::enter_with(vm, object, Local::default(), drawn, delivery).map(Some),
        };
        if !is_builtin(&item) {
            push(vm, object, Shape::Truths, delivery)?;
            // SAFETY: the frame was just pushed; behind its first instruction stands what looks at the item.
            unsafe {
                *Frame::registers(vm.frame).add(usize::from(ITEM)) = item;
                (*vm.frame).pc = (*vm.frame).pc.add(1);
            }
            return Ok(Some(Called::Entered));
        }
        if vm.truth(&item)? {
            return Ok(Some(Called::Value(item)));
        }
    }
}

/// `map` over plain iterators: calls the function for whoever wants the item.
fn begin_map(vm: &mut Vm, object: &Value, map: &Map, delivery: Delivery) -> Res<Option<Called>> {
    let mut args: SmallVec<[Value; 4]> = SmallVec::with_capacity(map.iterators.len());
    for source in &map.iterators {
        match vm.draw(source)? {
            Drawn::Item(item) => args.push(item),
            Drawn::End => return Ok(None),
            drawn => {
                let local = Local::new(0, None, args.into_vec());
                return waiting::enter_with(vm, object, local, drawn, delivery).map(Some);
            }
        }
    }
    let function = map.function.clone();
    // SAFETY: the arguments outlive the call's beginning.
    let begin = |vm: &mut Vm| unsafe { begin_call(vm, function, &Window::of(&mut args), delivery).map(Some) };
    // A native function may ask for an item of the same object at once, and so on without end.
    if map.function.is_kind(Kind::Function) { begin(vm) } else { vm.guarded(begin) }
}

/// `NativeStep` in such a frame.
pub(super) fn native_step(vm: &mut Vm, instr: Instr) -> Step {
    // SAFETY: this instruction stands in the stubs only, whose frames `begin` made.
    let (object, registers) = unsafe {
        let registers = Frame::registers(vm.frame);
        ((*registers).clone(), registers)
    };
    let take = |i: usize| {
        // SAFETY: callers name registers of the frame's shape.
        unsafe { std::ptr::replace(registers.add(i), Value::UNSET) }
    };
    match instr.x {
        ZIPPED => {
            let n = sources(&object).len();
            let first = usize::from(SOURCE) + n;
            let items = Tuple::build(n, |k| take(first + k)).into_value();
            step::finish(vm, items)
        }
        COUNTED => {
            let Some(numbered) = object.downcast::<Enumerate>() else { return Step::Raise };
            match vm.number_item(numbered, take(usize::from(ITEM))) {
                Ok(pair) => step::finish(vm, pair),
                Err(_) => Step::Raise,
            }
        }
        UNEVEN => {
            let n = sources(&object).len();
            // Where an iterator was exhausted, its register is unset.
            // SAFETY: the sources stand in these registers.
            let left = |k: usize| unsafe { !(*registers.add(usize::from(SOURCE) + k)).is_unset() };
            let longer = !left(0);
            let which = (1..n).find(|&k| left(k) == longer).unwrap_or(0);
            vm.uneven_zip(which, if longer { "longer" } else { "shorter" });
            Step::Raise
        }
        CALLED | SPENT | FAILED => called(vm, instr.x, &object, registers),
        SUBSCRIBED | NO_ITEM => subscribed(vm, instr.x, &object, take(usize::from(ITEM))),
        _ => ended(vm),
    }
}

/// The steps of `iter(callable, sentinel)`.
fn called(vm: &mut Vm, which: u8, object: &Value, registers: *mut Value) -> Step {
    let Some(calls) = object.downcast::<CallIter>() else { return Step::Raise };
    // SAFETY: the registers are those of the shape `Calls`.
    let (sentinel, item) = unsafe { (&*registers.add(usize::from(SENTINEL)), &*registers.add(usize::from(ITEM))) };
    match which {
        // The call itself may have used the iterator up.
        CALLED if calls.callable.get().is_unset() => return ended(vm),
        CALLED if !item.is(sentinel) => return Step::Next,
        FAILED => {
            vm.rethrow(item.clone());
            if !vm.thrown_is(&types().exceptions.StopIteration) {
                return Step::Raise;
            }
            drop(vm.catch());
        }
        _ => {}
    }
    drop(calls.callable.replace(Value::UNSET));
    ended(vm)
}

/// The steps of an iterator by `__getitem__`: `item` is what that gave, or raised.
fn subscribed(vm: &mut Vm, which: u8, object: &Value, item: Value) -> Step {
    let Some(iter) = object.downcast::<SeqIter>() else { return Step::Raise };
    if which == SUBSCRIBED {
        iter.advance();
        return step::finish(vm, item);
    }
    vm.rethrow(item);
    let ends = crate::ops::iter::ends_subscripts(vm);
    if ends || iter.reversed {
        drop(iter.sequence.replace(Value::UNSET));
    }
    if !ends {
        return Step::Raise;
    }
    drop(vm.catch());
    ended(vm)
}

/// There is no further item: the frame's `ForIter` ends, anybody else is told by StopIteration.
pub(super) fn ended(vm: &mut Vm) -> Step {
    let frame = vm.frame;
    // SAFETY: the running frame is one of these, and its caller alive.
    unsafe {
        if (*frame).mode == Mode::ForNext {
            pop_frame(vm, frame);
            generator::exhausted(vm.frame);
            return Step::Enter;
        }
    }
    vm.stop_iteration(Value::NONE);
    Step::Raise
}
