//! The slower ways of single instructions: one function each, called with the frame's pc saved.

use super::call::{Called, Delivery, Window, begin, begin_with_first, check_init_result, pop_frame};
use super::generator;
use super::{Exit, Step};
use crate::frame::{Frame, GenState, Generator, Mode};
use crate::heap::{Kind, VmCell};
use crate::objects::{
    Cache, CacheKind, CellObject, Class, CodeObject, Dict, Exception, Function, GetSet, Intrinsic, List, Native, Set,
    Slice, Str, Tuple, attrs, class_flags, list, tuple,
};
use crate::ops::arith::{BinOp, is_builtin};
use crate::ops::attr::Found;
use crate::ops::compare::Cmp;
use crate::value::Value;
use crate::{Res, Resume, Vm, class_of, names, types};
use weft_bytecode::{Instr, Op, Singleton};

/// The running frame's registers and code, for helpers.
pub(super) struct Regs {
    frame: *mut Frame,
    base: *mut Value,
}

impl Regs {
    #[inline(always)]
    pub fn of(vm: &Vm) -> Regs {
        // SAFETY: helpers run only while a frame runs.
        Regs { frame: vm.frame, base: unsafe { Frame::registers(vm.frame) } }
    }

    #[inline(always)]
    pub fn code(&self) -> &CodeObject {
        // SAFETY: the frame is live, and keeps its code alive.
        unsafe { &*(*self.frame).code }
    }

    #[inline(always)]
    pub fn function(&self) -> &Function {
        // SAFETY: the frame is live.
        unsafe { (*self.frame).function() }
    }

    /// Register `i`.
    #[inline(always)]
    #[expect(clippy::mut_from_ref, reason = "registers are raw memory of the running frame")]
    pub fn at(&self, i: u16) -> &mut Value {
        // SAFETY: the verifier checked the register number.
        unsafe { &mut *self.base.add(usize::from(i)) }
    }

    /// Reads a `Src` operand: moves a temporary out, copies anything else.
    #[inline(always)]
    pub fn read(&self, i: u16) -> Value {
        if i >= self.code().first_temp { std::mem::replace(self.at(i), Value::UNSET) } else { self.at(i).clone() }
    }

    /// Moves a register's content out.
    #[inline(always)]
    pub fn take(&self, i: u16) -> Value {
        std::mem::replace(self.at(i), Value::UNSET)
    }

    #[inline(always)]
    pub fn set(&self, i: u16, value: Value) {
        drop(std::mem::replace(self.at(i), value));
    }

    /// Moves out `n` registers from `base` on.
    pub fn take_run(&self, base: u16, n: u16) -> Vec<Value> {
        (0..n).map(|i| self.take(base + i)).collect()
    }

    pub fn constant(&self, i: usize) -> &Value {
        &self.code().consts[i]
    }

    fn cache(&self, site: usize) -> &mut Cache {
        &mut self.code().caches.get_mut()[site]
    }
}

/// Puts a result where the instruction wants it.
#[inline(always)]
fn store(regs: &Regs, dst: u16, result: Res) -> Step {
    match result {
        Ok(value) => {
            regs.set(dst, value);
            Step::Next
        }
        Err(_) => Step::Raise,
    }
}

/// The outcome of a call as a step of the frame that made it.
#[inline(always)]
pub(super) fn called(vm: &mut Vm, dst: u16, result: Res<Called>) -> Step {
    match result {
        Ok(Called::Value(value)) => {
            Regs::of(vm).set(dst, value);
            Step::Next
        }
        Ok(Called::Entered) => {
            if vm.pending_throw.is_some() {
                return generator::take_pending_throw(vm);
            }
            Step::Enter
        }
        Err(_) => Step::Raise,
    }
}

pub(super) fn call(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let callee = regs.take(i.a);
    let window = Window { at: regs.at(i.a + u16::from(i.b > 0)), len: usize::from(i.b), names: &[] };
    // SAFETY: the window is the instruction's registers, which the verifier checked.
    let result = unsafe {
        if let Some(native) = callee.downcast::<Native>()
            && native.intrinsic == Intrinsic::BuiltinNext
            && native.this.is_unset()
            && i.b >= 1
            && (*window.at).is_kind(Kind::Generator)
        {
            builtin_next(vm, window, i.c)
        } else {
            begin(vm, callee, window, Delivery::to(i.c))
        }
    };
    called(vm, i.c, result)
}

/// `next(generator)` without a native in the way.
///
/// # Safety
/// As `begin`; the first argument is a generator.
unsafe fn builtin_next(vm: &mut Vm, window: Window<'_>, dst: u16) -> Res<Called> {
    // SAFETY: promised by the caller.
    unsafe {
        let target = window.take(0);
        if target.downcast::<Generator>().is_some_and(|g| g.kind != crate::frame::GenKind::Generator) {
            let class = class_of(&target).name_str();
            window.clear();
            return Err(vm.type_error(format!("'{class}' object is not an iterator")));
        }
        match window.len {
            1 => generator::resume(vm, target, Resume::Send(Value::NONE), Delivery::to(dst)),
            2 => {
                let default = window.take(1);
                generator::resume(vm, target, Resume::Next(default), Delivery::to(dst))
            }
            n => {
                window.clear();
                Err(vm.type_error(format!("next expected at most 2 arguments, got {n}")))
            }
        }
    }
}

pub(super) fn call_method(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let callee = regs.take(i.a);
    let bound = !regs.at(i.a + 1).is_unset();
    let at = if bound { regs.at(i.a + 1) } else { regs.at(i.a + 1 + u16::from(i.b > 0)) };
    let window = Window { at, len: usize::from(i.b) + usize::from(bound), names: &[] };
    // SAFETY: the window is the instruction's registers, which the verifier checked.
    let result = unsafe {
        match callee.downcast::<Native>() {
            Some(native) if bound && native.intrinsic != Intrinsic::None && (*window.at).is_kind(Kind::Generator) => {
                intrinsic(vm, native.intrinsic, &callee, window, i.c)
            }
            _ => begin(vm, callee, window, Delivery::to(i.c)),
        }
    };
    called(vm, i.c, result)
}

/// `send` and `__next__` of generators without a native in the way.
///
/// # Safety
/// As `begin`; the first argument is a generator.
unsafe fn intrinsic(vm: &mut Vm, which: Intrinsic, callee: &Value, window: Window<'_>, dst: u16) -> Res<Called> {
    // SAFETY: promised by the caller.
    unsafe {
        match (which, window.len) {
            (Intrinsic::Send, 2) => {
                let target = window.take(0);
                let sent = window.take(1);
                generator::resume(vm, target, Resume::Send(sent), Delivery::to(dst))
            }
            (Intrinsic::Next, 1) => {
                let target = window.take(0);
                generator::resume(vm, target, Resume::Send(Value::NONE), Delivery::to(dst))
            }
            _ => begin(vm, callee.clone(), window, Delivery::to(dst)),
        }
    }
}

pub(super) fn call_keywords(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let callee = regs.take(i.a);
    let names = regs.constant(usize::from(i.c)).clone();
    let names = names.downcast::<Tuple>().map_or(&[][..], Tuple::items);
    let bound = i.x == 1 && !regs.at(i.a + 1).is_unset();
    let first = i.a + 1 + u16::from(i.x == 1 && !bound);
    let window = Window { at: regs.at(first), len: usize::from(i.b) + usize::from(bound), names };
    // SAFETY: the window is the instruction's registers, which the verifier checked.
    let result = unsafe { begin(vm, callee, window, Delivery::to(i.a)) };
    called(vm, i.a, result)
}

pub(super) fn call_ex(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let (callee, positional, keywords) = (regs.take(i.a), regs.take(i.a + 1), regs.take(i.a + 2));
    let mut args = match positional.as_items() {
        Some(items) => items.to_vec(),
        None => return Step::Raise,
    };
    drop(positional);
    let mut keyword_names = Vec::new();
    if let Some(dict) = keywords.downcast::<Dict>() {
        for (key, value) in dict.entries() {
            if !key.is_kind(Kind::Str) {
                vm.type_error("keywords must be strings");
                return Step::Raise;
            }
            keyword_names.push(key);
            args.push(value);
        }
    }
    // SAFETY: the vectors outlive the call's beginning.
    let result = unsafe { begin(vm, callee, Window::named(&mut args, &keyword_names), Delivery::to(i.c)) };
    called(vm, i.c, result)
}

/// A frame returned whose mode is not `Call`, or that is a generator's.
pub(super) fn finish(vm: &mut Vm, value: Value) -> Step {
    let frame = vm.frame;
    // SAFETY: the running frame is alive; its caller too.
    unsafe {
        if (*frame).is_generator() {
            return generator::finish(vm, value);
        }
        let (mode, dst) = ((*frame).mode, (*frame).dst);
        let hold = std::mem::replace(&mut (*frame).hold, Value::UNSET);
        pop_frame(vm, frame);
        match mode {
            Mode::Nested => {
                vm.exit = Some(Exit::Returned(value));
                return Step::Exit;
            }
            Mode::Discard => drop(value),
            Mode::Init => {
                if check_init_result(vm, &value).is_err() {
                    return Step::Raise;
                }
                Regs::of(vm).set(dst, hold);
            }
            Mode::Binary => return binary_result(vm, value, hold),
            _ => Regs::of(vm).set(dst, value),
        }
        Step::Enter
    }
}

fn bin_op(op: Op) -> BinOp {
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

pub(super) fn binary(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    // `s += t` on a string that nobody else holds grows it in place of copying it: see `ops::item::inplace`.
    let left = if i.a == i.b && regs.at(i.b).is_kind(Kind::Str) { regs.take(i.b) } else { regs.read(i.b) };
    let right = regs.read(i.c);
    let own = i.a == i.b && regs.at(i.b).is_unset() && i.b < regs.code().first_temp;
    let backup = if own { Some(left.clone()) } else { None };
    let step = binary_of(vm, i, left, right);
    if let Some(left) = backup
        && step == Step::Raise
    {
        regs.set(i.b, left);
    }
    step
}

pub(super) fn binary_imm(vm: &mut Vm, i: Instr) -> Step {
    let left = Regs::of(vm).read(i.b);
    binary_of(vm, i, left, Value::int_unchecked(i64::from(i.c as i16)))
}

fn binary_of(vm: &mut Vm, i: Instr, left: Value, right: Value) -> Step {
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
fn try_binary(vm: &mut Vm, i: Instr, mut rest: Vec<Value>) -> Step {
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
fn binary_result(vm: &mut Vm, value: Value, hold: Value) -> Step {
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

pub(super) fn cmp_of(op: Op) -> Cmp {
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

pub(super) fn compare(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let (left, right) = (regs.read(i.b), regs.read(i.c));
    let result = vm.compare(cmp_of(i.op), &left, &right);
    drop((left, right));
    store(&regs, i.a, result)
}

/// Compare-and-branch on objects: `wanted` is the truth that jumps.
pub(super) fn compare_jump(vm: &mut Vm, i: Instr, imm: bool, wanted: bool) -> Step {
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
pub(super) fn truth_jump(vm: &mut Vm, i: Instr, wanted: bool, keep: bool) -> Step {
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

pub(super) fn not(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let value = regs.read(i.b);
    let result = vm.truth(&value).map(|t| Value::bool(!t));
    drop(value);
    store(&regs, i.a, result)
}

pub(super) fn contains(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let (item, container) = (regs.read(i.b), regs.read(i.c));
    let result = vm.contains(&container, &item).map(|found| Value::bool(found == (i.op == Op::In)));
    drop((item, container));
    store(&regs, i.a, result)
}

pub(super) fn unary(vm: &mut Vm, i: Instr) -> Step {
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

// Names.

pub(super) fn load_global(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let site = i.bc() as usize;
    let name = regs.code().site_names[site].clone();
    let function = regs.function();
    let globals = function.globals.table_mut();
    if let Some(number) = globals.find_str(&name) {
        let value = globals.entry(number).value.clone();
        if let Ok(index) = u16::try_from(number) {
            *regs.cache(site) =
                Cache { version: globals.cacheable_version(), kind: CacheKind::Global, index, ..Cache::EMPTY };
        }
        regs.set(i.a, value);
        return Step::Next;
    }
    let builtins = function.builtins.table_mut();
    if let Some(number) = builtins.find_str(&name) {
        let value = builtins.entry(number).value.clone();
        if let Ok(index) = u16::try_from(number) {
            *regs.cache(site) = Cache {
                version: globals.cacheable_version(),
                version2: builtins.cacheable_version(),
                kind: CacheKind::Builtin,
                index,
                ..Cache::EMPTY
            };
        }
        regs.set(i.a, value);
        return Step::Next;
    }
    vm.name_not_defined(&name);
    Step::Raise
}

pub(super) fn store_global(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let site = i.bc() as usize;
    let name = regs.code().site_names[site].clone();
    let value = regs.read(i.a);
    let old = regs.function().globals.insert_str(&name, value);
    drop(old);
    Step::Next
}

pub(super) fn delete_global(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let name = regs.code().site_names[i.bc() as usize].clone();
    match regs.function().globals.remove_str(&name) {
        Some(_) => Step::Next,
        None => {
            vm.name_not_defined(&name);
            Step::Raise
        }
    }
}

/// A name in a namespace that may be any mapping.
fn from_namespace(vm: &mut Vm, namespace: &Value, name: &Value) -> Res<Option<Value>> {
    if let Some(dict) = namespace.downcast::<Dict>()
        && class_of(namespace).is(&types().dict)
    {
        return Ok(dict.get_str(name));
    }
    match vm.get_item(namespace, name) {
        Ok(value) => Ok(Some(value)),
        Err(_) if vm.thrown_is(&types().exceptions.KeyError) => {
            drop(vm.catch());
            Ok(None)
        }
        Err(thrown) => Err(thrown),
    }
}

pub(super) fn load_name(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let (namespace, name) = (regs.at(i.b).clone(), regs.constant(usize::from(i.c)).clone());
    let found = match from_namespace(vm, &namespace, &name) {
        Ok(found) => found,
        Err(_) => return Step::Raise,
    };
    let function = regs.function();
    let found = found.or_else(|| function.globals.get_str(&name)).or_else(|| function.builtins.get_str(&name));
    match found {
        Some(value) => {
            regs.set(i.a, value);
            Step::Next
        }
        None => {
            vm.name_not_defined(&name);
            Step::Raise
        }
    }
}

pub(super) fn store_name(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let (namespace, name) = (regs.at(i.b).clone(), regs.constant(usize::from(i.c)).clone());
    let value = regs.read(i.a);
    if let Some(dict) = namespace.downcast::<Dict>()
        && class_of(&namespace).is(&types().dict)
    {
        drop(dict.insert_str(&name, value));
        return Step::Next;
    }
    Step::of(vm.set_item(&namespace, &name, value))
}

pub(super) fn delete_name(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let (namespace, name) = (regs.at(i.b).clone(), regs.constant(usize::from(i.c)).clone());
    if let Some(dict) = namespace.downcast::<Dict>() {
        if dict.remove_str(&name).is_none() {
            vm.name_not_defined(&name);
            return Step::Raise;
        }
        return Step::Next;
    }
    Step::of(vm.del_item(&namespace, &name))
}

pub(super) fn load_class_deref(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let (namespace, name) = (regs.at(i.b).clone(), regs.constant(usize::from(i.c)).clone());
    match from_namespace(vm, &namespace, &name) {
        Ok(Some(value)) => {
            regs.set(i.a, value);
            Step::Next
        }
        Ok(None) => {
            let cell = regs.at(u16::from(i.x)).clone();
            match cell.downcast::<CellObject>().map(|c| c.content.get().clone()) {
                Some(value) if !value.is_unset() => {
                    regs.set(i.a, value);
                    Step::Next
                }
                _ => unbound(vm, &name, true),
            }
        }
        Err(_) => Step::Raise,
    }
}

/// The error for a name without a value: of an enclosing function (`free`), or the function's own.
pub(super) fn unbound(vm: &mut Vm, name: &Value, free: bool) -> Step {
    let text = crate::types::text_of(name);
    if free {
        let class = types().exceptions.NameError.clone();
        vm.named_error(
            &class,
            format!("cannot access free variable '{text}' where it is not associated with a value in enclosing scope"),
            name,
        );
    } else {
        let class = types().exceptions.UnboundLocalError.clone();
        vm.named_error(
            &class,
            format!("cannot access local variable '{text}' where it is not associated with a value"),
            name,
        );
    }
    Step::Raise
}

pub(super) fn check_bound(vm: &mut Vm, i: Instr) -> Step {
    let name = Regs::of(vm).constant(i.bc() as usize).clone();
    unbound(vm, &name, false)
}

pub(super) fn deref_failed(vm: &mut Vm, i: Instr) -> Step {
    let name = Regs::of(vm).constant(usize::from(i.c)).clone();
    unbound(vm, &name, i.x == 1)
}

// Attributes.

/// Where an attribute was found, as far as an inline cache can use it.
fn cache_attr(vm: &mut Vm, object: &Value, name: &Value, method: bool) -> Option<Cache> {
    let header = object.header()?;
    let class = header.class();
    if class.has(class_flags::HAS_GETATTRIBUTE) || matches!(header.kind(), Kind::Class | Kind::Super | Kind::Module) {
        return None;
    }
    let on_class = vm.lookup(class, name);
    let own = attrs::of(header);
    let shape = own.map(|a| a.shape());
    if shape.is_some_and(|s| s.is_dict()) || header.kind() == Kind::Function {
        return None;
    }
    let version = class.version();
    match on_class {
        None => {
            let index = shape?.slot(name)?;
            Some(Cache { version, kind: CacheKind::Slot, index: index as u16, shape, ..Cache::EMPTY })
        }
        Some(attribute) => {
            if let Some(getset) = attribute.downcast::<GetSet>()
                && getset.member
                && let Some(index) = shape?.slot(name)
            {
                return Some(Cache { version, kind: CacheKind::Slot, index: index as u16, shape, ..Cache::EMPTY });
            }
            if let Some(property) = attribute.downcast::<crate::objects::Property>()
                && class_of(&attribute).is(&types().property)
                && property.get.get().is_kind(Kind::Function)
                && !class.has(class_flags::HAS_GETATTR)
            {
                let value = property.get.get().bits();
                return Some(Cache { version, kind: CacheKind::Property, value, ..Cache::EMPTY });
            }
            if crate::ops::attr::is_data_descriptor(vm, &attribute) {
                return None;
            }
            if let Some(index) = shape.and_then(|s| s.slot(name)) {
                return Some(Cache { version, kind: CacheKind::Slot, index: index as u16, shape, ..Cache::EMPTY });
            }
            let binds = attribute.is_kind(Kind::Function)
                || attribute.is_kind(Kind::Native)
                    && !crate::ops::attr::is_class_method(&attribute)
                    && attribute.downcast::<Native>().is_some_and(|n| n.kind != crate::objects::NativeKind::Function);
            let value = attribute.bits();
            if binds {
                if !method {
                    return None;
                }
                let kind = if shape.is_some() { CacheKind::Method } else { CacheKind::BareMethod };
                return Some(Cache { version, kind, shape, value, ..Cache::EMPTY });
            }
            let plain = !attribute.is_heap()
                || matches!(
                    attribute.kind(),
                    Some(Kind::Str | Kind::Tuple | Kind::List | Kind::Dict | Kind::BigInt | Kind::Float | Kind::Set)
                );
            if !plain || shape.is_none() {
                return None;
            }
            Some(Cache { version, kind: CacheKind::ClassValue, shape, value, ..Cache::EMPTY })
        }
    }
}

pub(super) fn load_attr(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let site = usize::from(i.c);
    let name = regs.code().site_names[site].clone();
    let object = regs.read(i.b);
    if let Some(cache) = cache_attr(vm, &object, &name, false) {
        *regs.cache(site) = cache;
    }
    let step = load_attr_of(vm, i.a, &object, &name);
    drop(object);
    step
}

fn load_attr_of(vm: &mut Vm, dst: u16, object: &Value, name: &Value) -> Step {
    let found = match vm.resolve(object, name) {
        Ok(Found::Missing) => vm.missing_call(object, name),
        found => found,
    };
    let regs = Regs::of(vm);
    match found {
        Ok(Found::Value(value)) => {
            regs.set(dst, value);
            Step::Next
        }
        Ok(Found::Method(function, this)) => {
            regs.set(dst, crate::ops::attr::bound_method(function, this));
            Step::Next
        }
        // `__getattr__` must be asked if this raises AttributeError: a nested run sees to it.
        Ok(Found::Call(function, args)) if class_of(object).has(class_flags::HAS_GETATTR) => {
            drop((function, args));
            let result = vm.get_attr(object, name);
            store(&regs, dst, result)
        }
        Ok(Found::Call(function, mut args)) => {
            // SAFETY: the vector outlives the call's beginning.
            let result = unsafe { begin(vm, function, Window::of(&mut args), Delivery::to(dst)) };
            called(vm, dst, result)
        }
        Ok(Found::Missing) => {
            vm.attribute_error(object, name);
            Step::Raise
        }
        Err(_) => Step::Raise,
    }
}

pub(super) fn load_method(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let site = usize::from(i.c);
    let name = regs.code().site_names[site].clone();
    let object = regs.read(i.b);
    if let Some(cache) = cache_attr(vm, &object, &name, true) {
        *regs.cache(site) = cache;
    }
    match vm.resolve(&object, &name) {
        Ok(Found::Method(function, this)) => {
            regs.set(i.a, function);
            regs.set(i.a + 1, this);
            drop(object);
            Step::Next
        }
        Ok(Found::Value(value)) => {
            regs.set(i.a, value);
            regs.set(i.a + 1, Value::UNSET);
            drop(object);
            Step::Next
        }
        Ok(_) => {
            regs.set(i.a + 1, Value::UNSET);
            load_attr_of(vm, i.a, &object, &name)
        }
        Err(_) => Step::Raise,
    }
}

pub(super) fn store_attr(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let site = usize::from(i.c);
    let name = regs.code().site_names[site].clone();
    let object = regs.read(i.a);
    let value = regs.read(i.b);
    let before = cacheable_store(vm, &object, &name);
    let class = class_of(&object).clone();
    let hook = if class.has(class_flags::HAS_SETATTR) { vm.lookup(&class, &names().__setattr__) } else { None };
    if let Some(hook) = hook
        && hook.is_kind(Kind::Function)
    {
        let mut args = vec![object, name, value];
        // SAFETY: the vector outlives the call's beginning.
        let result = unsafe { begin(vm, hook, Window::of(&mut args), Delivery::mode(Mode::Discard, 0)) };
        return discarded(result);
    }
    if let Some(setter) = python_setter(vm, &class, &name) {
        let mut args = vec![object, value];
        // SAFETY: the vector outlives the call's beginning.
        let result = unsafe { begin(vm, setter, Window::of(&mut args), Delivery::mode(Mode::Discard, 0)) };
        return discarded(result);
    }
    let result = vm.set_attr(&object, &name, value);
    if let (Ok(()), Some(before)) = (&result, before)
        && let Some(own) = object.header().and_then(attrs::of)
        && !own.shape().is_dict()
        && let Some(index) = own.shape().slot(&name)
    {
        let (shape, next) = (Some(before), Some(own.shape()));
        let kind = if std::ptr::eq(before, own.shape()) { CacheKind::Slot } else { CacheKind::Extend };
        *regs.cache(site) =
            Cache { version: class.version(), kind, index: index as u16, shape, next_shape: next, ..Cache::EMPTY };
    }
    drop(object);
    Step::of(result)
}

/// The shape before a store that an inline cache could repeat.
fn cacheable_store(vm: &mut Vm, object: &Value, name: &Value) -> Option<&'static attrs::Shape> {
    let header = object.header()?;
    let class = header.class();
    if class.has(class_flags::HAS_SETATTR) || header.kind() == Kind::Class {
        return None;
    }
    let own = attrs::of(header)?;
    let shape = own.shape();
    if shape.is_dict() {
        return None;
    }
    match vm.lookup(class, name) {
        Some(attribute) => match attribute.downcast::<GetSet>() {
            Some(getset) if getset.member => Some(shape),
            Some(_) => None,
            None if crate::ops::attr::is_data_descriptor(vm, &attribute) => None,
            None if class.has(class_flags::NO_DICT) => None,
            None => Some(shape),
        },
        None if class.has(class_flags::NO_DICT) => None,
        None => Some(shape),
    }
}

fn python_setter(vm: &mut Vm, class: &Class, name: &Value) -> Option<Value> {
    let attribute = vm.lookup(class, name)?;
    let property = attribute.downcast::<crate::objects::Property>()?;
    let setter = property.set.get().clone();
    if setter.is_kind(Kind::Function) { Some(setter) } else { None }
}

fn discarded(result: Res<Called>) -> Step {
    match result {
        Ok(Called::Value(_)) => Step::Next,
        Ok(Called::Entered) => Step::Enter,
        Err(_) => Step::Raise,
    }
}

pub(super) fn delete_attr(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let name = regs.code().site_names[usize::from(i.c)].clone();
    let object = regs.read(i.a);
    let result = vm.del_attr(&object, &name);
    drop(object);
    Step::of(result)
}

pub(super) fn load_super_attr(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let name = regs.code().site_names[usize::from(i.c)].clone();
    let (callable, class, this) = (regs.take(i.b), regs.take(i.b + 1), regs.take(i.b + 2));
    let method = i.x & 1 != 0;
    if method {
        regs.set(i.a + 1, Value::UNSET);
    }
    if callable.is(types().super_.value()) && !name.is(&names().__class__) {
        match super_lookup(vm, &class, &this, &name) {
            Ok(Some(Found::Method(function, this))) if method => {
                regs.set(i.a, function);
                regs.set(i.a + 1, this);
                return Step::Next;
            }
            Ok(Some(found)) => {
                let result = vm.finish_found(found);
                return store(&regs, i.a, result);
            }
            Ok(None) => {}
            Err(_) => return Step::Raise,
        }
    }
    let args: &[Value] = if i.x & 2 != 0 && !callable.is(types().super_.value()) { &[] } else { &[class, this] };
    let result = vm.call(&callable, args).and_then(|object| vm.get_attr(&object, &name));
    store(&regs, i.a, result)
}

/// The attribute behind `class` in the resolution order of `this`; None if it takes a real `super` object to tell.
fn super_lookup(vm: &mut Vm, class: &Value, this: &Value, name: &Value) -> Res<Option<Found>> {
    let Some(after) = class.as_ref::<Class>() else { return Ok(None) };
    let start = class_of(this).clone();
    if start.is_subclass_of(&after) {
        return match crate::ops::attr::find_after(&start, &after, name) {
            Some(attribute) => vm.bind(attribute, Some(this), &start).map(Some),
            None => Ok(None),
        };
    }
    let Some(start) = this.as_ref::<Class>() else { return Ok(None) };
    if !start.is_subclass_of(&after) {
        return Ok(None);
    }
    match crate::ops::attr::find_after(&start, &after, name) {
        Some(attribute) => vm.bind(attribute, None, &start).map(Some),
        None => Ok(None),
    }
}

// Items.

pub(super) fn get_item(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let (object, key) = (regs.read(i.b), regs.read(i.c));
    if !is_builtin(&object)
        && let Some(method) = vm.special(&object, &names().__getitem__)
        && method.is_kind(Kind::Function)
    {
        let mut args = vec![object, key];
        // SAFETY: the vector outlives the call's beginning.
        let result = unsafe { begin(vm, method, Window::of(&mut args), Delivery::to(i.a)) };
        return called(vm, i.a, result);
    }
    let result = vm.get_item(&object, &key);
    drop((object, key));
    store(&regs, i.a, result)
}

pub(super) fn set_item(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let (object, key, value) = (regs.read(i.a), regs.read(i.b), regs.read(i.c));
    if !is_builtin(&object)
        && let Some(method) = vm.special(&object, &names().__setitem__)
        && method.is_kind(Kind::Function)
    {
        let mut args = vec![object, key, value];
        // SAFETY: the vector outlives the call's beginning.
        let result = unsafe { begin(vm, method, Window::of(&mut args), Delivery::mode(Mode::Discard, 0)) };
        return discarded(result);
    }
    let result = vm.set_item(&object, &key, value);
    drop((object, key));
    Step::of(result)
}

pub(super) fn del_item(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let (object, key) = (regs.read(i.a), regs.read(i.b));
    let result = vm.del_item(&object, &key);
    drop((object, key));
    Step::of(result)
}

pub(super) fn build_slice(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let part = |n: u16| Some(regs.take(i.b + n)).filter(|v| !v.is_unset()).unwrap_or(Value::NONE);
    let slice = Slice { start: part(0), stop: part(1), step: part(2) };
    regs.set(i.a, crate::heap::new(&types().slice, slice).into_value());
    Step::Next
}

// Displays.

pub(super) fn build_tuple(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let items = regs.take_run(i.b, i.c);
    regs.set(i.a, tuple(items));
    Step::Next
}

pub(super) fn build_list(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let items = regs.take_run(i.b, i.c);
    regs.set(i.a, list(items));
    Step::Next
}

pub(super) fn build_set(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let items = regs.take_run(i.b, i.c);
    let set = Set::create(Default::default());
    for item in items {
        if vm.set_add(&set, item).is_err() {
            return Step::Raise;
        }
    }
    regs.set(i.a, set.into_value());
    Step::Next
}

pub(super) fn build_map(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let dict = Dict::create();
    for pair in 0..i.c {
        let (key, value) = (regs.take(i.b + pair * 2), regs.take(i.b + pair * 2 + 1));
        if vm.dict_set(&dict, &key, value).is_err() {
            return Step::Raise;
        }
    }
    regs.set(i.a, dict.into_value());
    Step::Next
}

pub(super) fn build_string(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let parts = regs.take_run(i.b, i.c);
    let total = parts.iter().filter_map(|p| p.downcast::<Str>()).map(|s| s.as_bytes().len()).sum();
    let mut bytes = Vec::with_capacity(total);
    let mut chars = 0;
    for part in parts.iter().filter_map(|p| p.downcast::<Str>()) {
        bytes.extend_from_slice(part.as_bytes());
        chars += part.len();
    }
    regs.set(i.a, Str::from_parts(&bytes, chars).into_value());
    Step::Next
}

pub(super) fn list_append_many(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let items = regs.take_run(i.b, i.c);
    if let Some(list) = regs.at(i.a).downcast::<List>() {
        list.items_mut().extend(items);
    }
    Step::Next
}

pub(super) fn set_add(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let item = regs.read(i.b);
    match regs.at(i.a).as_ref::<Set>() {
        Some(set) => Step::of(vm.set_add(&set, item)),
        None => Step::Next,
    }
}

pub(super) fn map_add(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let (key, value) = (regs.read(i.b), regs.read(i.c));
    match regs.at(i.a).as_ref::<Dict>() {
        Some(dict) => Step::of(vm.dict_set(&dict, &key, value).map(drop)),
        None => Step::Next,
    }
}

pub(super) fn list_extend(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let source = regs.read(i.b);
    let Some(list) = regs.at(i.a).as_ref::<List>() else { return Step::Next };
    match vm.collect(&source) {
        Ok(items) => {
            list.items_mut().extend(items);
            Step::Next
        }
        Err(_) => {
            if vm.thrown_is(&types().exceptions.TypeError) && !source_is_iterable(vm, &source) {
                drop(vm.catch());
                let class = class_of(&source).name_str();
                let subject = match callee_of_only_star(vm, i.a) {
                    Some(callee) => format!("{} argument", callee_name(vm, &callee)),
                    None => "Value".to_owned(),
                };
                vm.type_error(format!("{subject} after * must be an iterable, not {class}"));
            }
            Step::Raise
        }
    }
}

/// What is about to be called, if the list of its positional arguments is just what the star before it gives.
fn callee_of_only_star(vm: &Vm, list: u16) -> Option<Value> {
    let regs = Regs::of(vm);
    // SAFETY: the running frame is live.
    let pc = unsafe { (*vm.frame).current() } as usize;
    let (before, after) = (regs.code().code.instrs.get(..pc)?, regs.code().code.instrs.get(pc + 1..)?);
    let touches = |i: &&Instr| i.a == list && matches!(i.op, Op::BuildList | Op::ListAppend | Op::ListExtend);
    let begun = before.iter().rev().find(touches)?;
    if begun.op != Op::BuildList || begun.c != 0 {
        return None;
    }
    let callee = list.checked_sub(1)?;
    let end = after.iter().find(|i| touches(i) || i.op == Op::CallEx && i.a == callee)?;
    (end.op == Op::CallEx).then(|| regs.at(callee).clone())
}

fn source_is_iterable(vm: &mut Vm, source: &Value) -> bool {
    let class = class_of(source).clone();
    vm.has_attr_on_class(&class, &names().__iter__) || vm.has_attr_on_class(&class, &names().__getitem__)
}

pub(super) fn set_update(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let source = regs.read(i.b);
    let Some(set) = regs.at(i.a).as_ref::<Set>() else { return Step::Next };
    Step::of(crate::ops::sets::update(vm, &set, &source))
}

pub(super) fn dict_update(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let source = regs.read(i.b);
    let Some(dict) = regs.at(i.a).as_ref::<Dict>() else { return Step::Next };
    let result = mapping_items(vm, &source, |vm, source| {
        let class = class_of(source).name_str();
        vm.type_error(format!("'{class}' object is not a mapping"))
    });
    let result = result.and_then(|items| items.into_iter().try_for_each(|(k, v)| vm.dict_set(&dict, &k, v).map(drop)));
    Step::of(result)
}

/// The pairs of a mapping: of dicts directly, otherwise through `keys()` and `[]`.
fn mapping_items(
    vm: &mut Vm,
    source: &Value,
    error: impl FnOnce(&mut Vm, &Value) -> crate::Thrown,
) -> Res<Vec<(Value, Value)>> {
    if let Some(dict) = source.downcast::<Dict>() {
        return Ok(dict.entries());
    }
    let Some(keys) = vm.find_attr(source, &names().keys)? else { return Err(error(vm, source)) };
    let keys = vm.call(&keys, &[])?;
    let keys = vm.collect(&keys)?;
    let mut items = Vec::with_capacity(keys.len());
    for key in keys {
        let value = vm.get_item(source, &key)?;
        items.push((key, value));
    }
    Ok(items)
}

pub(super) fn dict_merge(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let source = regs.read(i.b);
    let callee = regs.at(i.c).clone();
    let Some(dict) = regs.at(i.a).as_ref::<Dict>() else { return Step::Next };
    let name = callee_name(vm, &callee);
    let items = match mapping_items(vm, &source, |vm, source| {
        let class = class_of(source).name_str();
        vm.type_error(format!("{name} argument after ** must be a mapping, not {class}"))
    }) {
        Ok(items) => items,
        Err(_) => return Step::Raise,
    };
    for (key, value) in items {
        if !key.is_kind(Kind::Str) {
            vm.type_error("keywords must be strings");
            return Step::Raise;
        }
        if dict.get_str(&key).is_some() {
            let text = crate::types::text_of(&key);
            vm.type_error(format!("{name} got multiple values for keyword argument '{text}'"));
            return Step::Raise;
        }
        drop(dict.insert_str(&crate::objects::intern_value(&key), value));
    }
    Step::Next
}

/// A callee as messages name it: `__main__.f()`.
fn callee_name(vm: &mut Vm, callee: &Value) -> String {
    if let Some(function) = callee.downcast::<Function>() {
        let name = crate::types::text_of(function.qualname.get());
        let module = crate::types::text_of(function.module.get());
        return if module.is_empty() || module == "builtins" {
            format!("{name}()")
        } else {
            format!("{module}.{name}()")
        };
    }
    match vm.find_attr(callee, &names().__qualname__) {
        Ok(Some(name)) => {
            let module = vm.find_attr(callee, &names().__module__).ok().flatten();
            let module = module.map_or_else(String::new, |m| crate::types::text_of(&m));
            let name = crate::types::text_of(&name);
            if module.is_empty() || module == "builtins" { format!("{name}()") } else { format!("{module}.{name}()") }
        }
        _ => {
            if vm.thrown_is(&types().exceptions.BaseException) {
                drop(vm.catch());
            }
            match vm.str(callee) {
                Ok(text) => text.to_string_lossy(),
                Err(_) => {
                    drop(vm.catch());
                    format!("{} object", class_of(callee).name_str())
                }
            }
        }
    }
}

pub(super) fn list_to_tuple(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let source = regs.read(i.b);
    let items = source.as_items().map(<[Value]>::to_vec).unwrap_or_default();
    drop(source);
    regs.set(i.a, tuple(items));
    Step::Next
}

pub(super) fn unpack_sequence(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let source = regs.read(i.b);
    let want = usize::from(i.c);
    match unpack(vm, &source, want, None) {
        Ok(items) => {
            for (n, item) in items.into_iter().enumerate() {
                regs.set(i.a + n as u16, item);
            }
            drop(source);
            Step::Next
        }
        Err(_) => Step::Raise,
    }
}

pub(super) fn unpack_ex(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let source = regs.read(i.b);
    let (before, after) = (usize::from(i.c), usize::from(i.x));
    match unpack(vm, &source, before, Some(after)) {
        Ok(mut items) => {
            let tail = items.split_off(items.len() - after);
            let middle = items.split_off(before);
            for (n, item) in items.into_iter().chain([list(middle)]).chain(tail).enumerate() {
                regs.set(i.a + n as u16, item);
            }
            Step::Next
        }
        Err(_) => Step::Raise,
    }
}

/// The items of an assignment's right side: exactly `want`, or with `after` at least `want + after`.
fn unpack(vm: &mut Vm, source: &Value, want: usize, after: Option<usize>) -> Res<Vec<Value>> {
    let builtin = source.as_items().filter(|_| is_builtin(source)).map(<[Value]>::to_vec);
    let least = want + after.unwrap_or(0);
    let items = match builtin {
        Some(items) => items,
        None => {
            if !source_is_iterable(vm, source) {
                let class = class_of(source).name_str();
                return Err(vm.type_error(format!("cannot unpack non-iterable {class} object")));
            }
            let iterator = vm.iter(source)?;
            let mut items = Vec::new();
            while after.is_some() || items.len() <= want {
                match vm.next(&iterator)? {
                    Some(item) => items.push(item),
                    None => break,
                }
            }
            items
        }
    };
    if items.len() < least {
        let got = items.len();
        return Err(match after {
            None => vm.value_error(format!("not enough values to unpack (expected {want}, got {got})")),
            Some(_) => vm.value_error(format!("not enough values to unpack (expected at least {least}, got {got})")),
        });
    }
    if after.is_none() && items.len() > want {
        let known = is_builtin(source) && matches!(source.kind(), Some(Kind::List | Kind::Tuple | Kind::Dict));
        let got = items.len();
        return Err(if known && source.is_kind(Kind::Dict) {
            vm.value_error(format!("too many values to unpack (expected {want})"))
        } else {
            let _ = got;
            vm.value_error(format!("too many values to unpack (expected {want})"))
        });
    }
    Ok(items)
}

// Iteration.

pub(super) fn get_iter(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let source = regs.read(i.b);
    let result = vm.iter(&source);
    drop(source);
    store(&regs, i.a, result)
}

pub(super) fn for_iter(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let iterator = regs.at(i.a).clone();
    if let Some(generator) = iterator.downcast::<Generator>() {
        if generator.state() == GenState::Finished {
            drop(iterator);
            // SAFETY: the frame stands behind this `ForIter`.
            unsafe { generator::exhausted(regs.frame) };
            return Step::Enter;
        }
        return for_generator(vm, i, iterator);
    }
    if !is_builtin(&iterator)
        && let Some(method) = vm.special(&iterator, &names().__next__)
        && method.is_kind(Kind::Function)
    {
        let delivery = Delivery::mode(Mode::ForNext, i.b);
        // SAFETY: there are no arguments but the iterator.
        let window = Window { at: regs.at(i.a), len: 0, names: &[] };
        let result = unsafe { begin_with_first(vm, method, iterator, window, delivery) };
        return match result {
            Ok(Called::Value(value)) => {
                regs.set(i.b, value);
                Step::Next
            }
            Ok(Called::Entered) => Step::Enter,
            Err(_) => Step::Raise,
        };
    }
    match vm.next(&iterator) {
        Ok(Some(item)) => {
            regs.set(i.b, item);
            Step::Next
        }
        Ok(None) => {
            drop(iterator);
            // SAFETY: the frame stands behind this `ForIter`.
            unsafe { generator::exhausted(regs.frame) };
            Step::Enter
        }
        Err(_) => Step::Raise,
    }
}

fn for_generator(vm: &mut Vm, i: Instr, target: Value) -> Step {
    let result = generator::resume(vm, target, Resume::Send(Value::NONE), Delivery::to(i.b));
    match result {
        Ok(Called::Entered) => {
            // SAFETY: `resume` entered the chain of this generator; its root waits for us.
            unsafe {
                let root = (*vm.frame).link;
                (*root).mode = Mode::ForIter;
                drop(std::mem::replace(&mut (*root).hold, Value::UNSET));
            }
            Step::Enter
        }
        Ok(Called::Value(value)) => {
            Regs::of(vm).set(i.b, value);
            Step::Next
        }
        Err(_) => Step::Raise,
    }
}

pub(super) fn get_yield_from_iter(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let source = regs.read(i.b);
    if let Some(generator) = source.downcast::<Generator>() {
        let iterable =
            regs.code().flags & (weft_bytecode::flags::COROUTINE | weft_bytecode::flags::ITERABLE_COROUTINE) != 0;
        if generator.kind == crate::frame::GenKind::Generator
            || generator.kind == crate::frame::GenKind::Coroutine && iterable
        {
            regs.set(i.a, source);
            return Step::Next;
        }
        if generator.kind == crate::frame::GenKind::Coroutine {
            vm.type_error("cannot 'yield from' a coroutine object in a non-coroutine generator");
            return Step::Raise;
        }
    }
    let result = vm.iter(&source);
    drop(source);
    store(&regs, i.a, result)
}

pub(super) fn get_awaitable(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let source = regs.read(i.b);
    let result = crate::types::generator::awaitable_iter(vm, &source, i.x);
    drop(source);
    store(&regs, i.a, result)
}

pub(super) fn get_aiter(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let source = regs.read(i.b);
    let result = crate::types::generator::async_iter(vm, &source);
    drop(source);
    store(&regs, i.a, result)
}

pub(super) fn get_anext(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let source = regs.at(i.b).clone();
    let result = crate::types::generator::async_next(vm, &source);
    drop(source);
    store(&regs, i.a, result)
}

// Exceptions.

pub(super) fn raise(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    if i.x == 0 {
        let handled = vm.handled.clone();
        if handled.is_none() {
            vm.runtime_error("No active exception to reraise");
        } else {
            vm.rethrow(handled);
            vm.skip_trace = true;
        }
        return Step::Raise;
    }
    let given = regs.read(i.a);
    let cause = if i.x == 2 { Some(regs.read(i.b)) } else { None };
    if let Ok(exception) = crate::types::exception_defs::instantiate(vm, &given)
        && crate::types::exception_defs::set_cause(vm, &exception, cause).is_ok()
    {
        vm.throw(exception);
    }
    Step::Raise
}

pub(super) fn jump_unless_match(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let class = regs.read(i.b);
    let exception = regs.at(i.a).clone();
    match crate::types::exception_defs::matches(vm, &exception, &class) {
        Ok(true) => Step::Next,
        Ok(false) => {
            // SAFETY: the verifier checked the jump.
            unsafe { (*regs.frame).pc = (*regs.frame).pc.offset(i.xc_signed() as isize) };
            Step::Enter
        }
        Err(_) => Step::Raise,
    }
}

pub(super) fn push_handled(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let exception = regs.at(i.a).clone();
    // SAFETY: the running frame is alive.
    let frame = unsafe { &*regs.frame };
    let before = std::mem::replace(&mut vm.handled, exception);
    // In a generator the outermost handler gives way to whatever the resumer handles by then.
    let marker = frame.is_generator() && before.is(&generator::base_handled(vm, frame));
    regs.set(i.a + 1, if marker { Value::UNSET } else { before });
    Step::Next
}

pub(super) fn pop_handled(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let kept = regs.take(i.a + 1);
    // SAFETY: the running frame is alive.
    let frame = unsafe { &*regs.frame };
    let before = if kept.is_unset() { generator::base_handled(vm, frame) } else { kept };
    let exception = std::mem::replace(&mut vm.handled, before);
    drop(exception);
    drop(regs.take(i.a));
    Step::Next
}

pub(super) fn end_async_for(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let exception = regs.take(i.a);
    if class_of(&exception).is_subclass_of(&types().exceptions.StopAsyncIteration) {
        drop(exception);
        // SAFETY: the verifier checked the jump.
        unsafe { (*regs.frame).pc = (*regs.frame).pc.offset(i.bc_signed() as isize) };
        return Step::Enter;
    }
    vm.rethrow(exception);
    vm.skip_trace = true;
    Step::Raise
}

pub(super) fn match_exc_star(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let classes = regs.read(i.c);
    let exception = regs.at(i.b).clone();
    match crate::types::exception_defs::match_star(vm, &exception, &classes) {
        Ok((matched, rest)) => {
            regs.set(i.a, matched);
            regs.set(i.a + 1, rest);
            Step::Next
        }
        Err(_) => Step::Raise,
    }
}

pub(super) fn prep_reraise_star(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let raised = regs.read(i.c);
    let original = regs.at(i.b).clone();
    let result = crate::types::exception_defs::prepare_reraise(vm, &original, &raised);
    store(&regs, i.a, result)
}

pub(super) fn exc_triple(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let exception = regs.at(i.b).clone();
    let traceback = exception.downcast::<Exception>().map_or(Value::NONE, |e| e.traceback.get().clone());
    regs.set(i.a, class_of(&exception).value().clone());
    regs.set(i.a + 1, exception);
    regs.set(i.a + 2, traceback);
    Step::Next
}

// Everything else.

pub(super) fn make_function(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let Some(code) = regs.constant(usize::from(i.b)).as_ref::<CodeObject>() else { return Step::Next };
    let mut next = i.c;
    let mut part = |bit: u8| {
        if i.x & bit == 0 {
            return Value::UNSET;
        }
        next += 1;
        regs.take(next - 1)
    };
    let (defaults, kwdefaults, annotations, closure) = (part(1), part(2), part(4), part(8));
    let outer = regs.function();
    let (globals, builtins) = (outer.globals.clone(), outer.builtins.clone());
    let module = globals.get_str(&names().__name__).unwrap_or(Value::NONE);
    let doc = code.code.doc.as_ref().map_or(Value::NONE, |d| Str::from_wtf8(d).into_value());
    let function = Function {
        name: VmCell::new(code.name.clone()),
        qualname: VmCell::new(code.qualname.clone()),
        code: VmCell::new(code),
        globals,
        builtins,
        closure,
        defaults: VmCell::new(defaults),
        kwdefaults: VmCell::new(kwdefaults),
        annotations: VmCell::new(annotations),
        doc: VmCell::new(doc),
        module: VmCell::new(module),
        type_params: VmCell::new(Value::UNSET),
        dict: VmCell::new(Value::UNSET),
    };
    regs.set(i.a, crate::heap::new(&types().function, function).into_value());
    Step::Next
}

pub(super) fn load_common(vm: &mut Vm, i: Instr) -> Step {
    use weft_bytecode::Common;
    let regs = Regs::of(vm);
    let exceptions = &types().exceptions;
    let value = match Common::from_u8(i.x) {
        Some(Common::AssertionError) => exceptions.AssertionError.value().clone(),
        Some(Common::NotImplementedError) => exceptions.NotImplementedError.value().clone(),
        _ => match regs.function().builtins.get_str(&names().__build_class__) {
            Some(value) => value,
            None => {
                vm.name_error("__build_class__ not found");
                return Step::Raise;
            }
        },
    };
    regs.set(i.a, value);
    Step::Next
}

pub(super) fn load_singleton(i: Instr) -> Value {
    match Singleton::from_u8(i.x) {
        Some(Singleton::True) => Value::TRUE,
        Some(Singleton::False) => Value::FALSE,
        Some(Singleton::Ellipsis) => Value::ELLIPSIS,
        Some(Singleton::NotImplemented) => Value::NOT_IMPLEMENTED,
        _ => Value::NONE,
    }
}

pub(super) fn load_special(vm: &mut Vm, i: Instr) -> Step {
    use weft_bytecode::SpecialMethod;
    let regs = Regs::of(vm);
    let object = regs.at(i.b).clone();
    let names = names();
    let (name, missing) = match SpecialMethod::from_u8(i.x) {
        Some(SpecialMethod::Enter) => (&names.__enter__, ""),
        Some(SpecialMethod::Exit) => (&names.__exit__, " (missed __exit__ method)"),
        Some(SpecialMethod::AsyncEnter) => (&names.__aenter__, ""),
        _ => (&names.__aexit__, " (missed __aexit__ method)"),
    };
    let is_async = i.x >= SpecialMethod::AsyncEnter as u8;
    match vm.special(&object, name) {
        Some(method) if method.is_kind(Kind::Function) => {
            regs.set(i.a, method);
            regs.set(i.a + 1, object);
            Step::Next
        }
        Some(method) => {
            regs.set(i.a + 1, Value::UNSET);
            let result = vm.bind_special(&method, &object);
            store(&regs, i.a, result)
        }
        None => {
            let class = class_of(&object).name_str();
            let other = if is_async { &names.__enter__ } else { &names.__aenter__ };
            let kind = if is_async { "asynchronous context manager" } else { "context manager" };
            let hint = match vm.special(&object, other).is_some() {
                true if is_async => " but it supports the context manager protocol. Did you mean to use 'with'?",
                true => " but it supports the asynchronous context manager protocol. Did you mean to use 'async with'?",
                false => missing,
            };
            vm.type_error(format!("'{class}' object does not support the {kind} protocol{hint}"));
            Step::Raise
        }
    }
}

pub(super) fn import_name(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let name = regs.constant(usize::from(i.b)).clone();
    let fromlist = regs.constant(usize::from(i.c)).clone();
    let globals = regs.function().globals.clone();
    let result = crate::builtins::import::import_statement(vm, &name, &globals, &fromlist, i.x);
    store(&regs, i.a, result)
}

pub(super) fn import_from(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let (module, name) = (regs.at(i.b).clone(), regs.constant(usize::from(i.c)).clone());
    let result = crate::builtins::import::import_from(vm, &module, &name);
    store(&regs, i.a, result)
}

pub(super) fn import_star(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let module = regs.read(i.a);
    let target = if i.x == 1 { regs.at(i.b).clone() } else { regs.function().globals.value().clone() };
    Step::of(crate::builtins::import::import_star(vm, &module, &target))
}

pub(super) fn format_value(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let value = regs.read(i.b);
    let spec = if i.x & 4 != 0 { regs.read(i.c) } else { Value::UNSET };
    let result = format(vm, &value, &spec, i.x & 3);
    drop((value, spec));
    store(&regs, i.a, result)
}

fn format(vm: &mut Vm, value: &Value, spec: &Value, conversion: u8) -> Res {
    let converted = match conversion {
        1 => vm.str(value)?.into_value(),
        2 => vm.repr(value)?.into_value(),
        3 => vm.ascii(value)?.into_value(),
        _ => value.clone(),
    };
    if spec.is_unset() && converted.is_kind(Kind::Str) && class_of(&converted).is(&types().str) {
        return Ok(converted);
    }
    match spec.as_ref::<Str>() {
        Some(spec) => Ok(vm.format(&converted, &spec)?.into_value()),
        None => {
            let empty = Str::from_wtf8(b"");
            Ok(vm.format(&converted, &empty)?.into_value())
        }
    }
}

pub(super) fn setup_annotations(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let name = &names().__annotations__;
    if i.x == 1 {
        let namespace = regs.at(i.a).clone();
        return match from_namespace(vm, &namespace, name) {
            Ok(Some(_)) => Step::Next,
            Ok(None) => Step::of(vm.set_item(&namespace, name, Dict::create().into_value())),
            Err(_) => Step::Raise,
        };
    }
    let globals = &regs.function().globals;
    if globals.get_str(name).is_none() {
        globals.insert_str(name, Dict::create().into_value());
    }
    Step::Next
}

pub(super) fn call_intrinsic(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let unused = |r: u16| if r < regs.code().registers { regs.read(r) } else { Value::UNSET };
    let (first, second) = (unused(i.b), unused(i.c));
    let result = crate::builtins::intrinsic::call(vm, i.x, &first, &second);
    store(&regs, i.a, result)
}

// Patterns.

pub(super) fn get_len(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let value = regs.at(i.b).clone();
    let result = vm.len(&value).map(|n| Value::int_unchecked(n as i64));
    store(&regs, i.a, result)
}

pub(super) fn match_kind(vm: &mut Vm, i: Instr, flag: u32) -> Step {
    let regs = Regs::of(vm);
    let found = class_of(regs.at(i.b)).has(flag);
    regs.set(i.a, Value::bool(found));
    Step::Next
}

pub(super) fn match_keys(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let (subject, keys) = (regs.at(i.b).clone(), regs.at(i.c).clone());
    let result = crate::builtins::pattern::match_keys(vm, &subject, &keys);
    store(&regs, i.a, result)
}

pub(super) fn match_class(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let (subject, class, keywords) = (regs.at(i.b).clone(), regs.take(i.c), regs.take(i.c + 1));
    let result = crate::builtins::pattern::match_class(vm, &subject, &class, usize::from(i.x), &keywords);
    store(&regs, i.a, result)
}
