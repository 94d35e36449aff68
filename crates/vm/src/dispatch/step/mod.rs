//! The slower ways of single instructions: one function each, called with the frame's pc saved.
//! None is inlined: the dispatch loop would lose its registers to them.

mod answers;
mod attributes;
mod calls;
mod displays;
mod exceptions;
mod items;
mod iteration;
mod operators;
mod pairs;
mod patterns;
mod scopes;
mod statements;

pub(crate) use answers::checked_answer;
pub(in crate::dispatch) use answers::*;
pub(in crate::dispatch) use attributes::*;
pub(in crate::dispatch) use calls::*;
pub(in crate::dispatch) use displays::*;
pub(in crate::dispatch) use exceptions::*;
pub(in crate::dispatch) use items::*;
pub(in crate::dispatch) use iteration::*;
pub(in crate::dispatch) use operators::*;
pub(in crate::dispatch) use pairs::for_numbered;
pub(in crate::dispatch) use patterns::*;
pub(in crate::dispatch) use scopes::*;
pub(in crate::dispatch) use statements::*;

use crate::dispatch::call::{Called, Window, begin, pop_returned};
use crate::dispatch::construct::{check_init_result, made_by_function};
use crate::dispatch::generator;
use crate::dispatch::{Exit, Step};
use crate::dispatch::{continuation, drain, lazy, native, waiting};
use crate::frame::{Delivery, Frame, GenState, Generator, Mode};
use crate::heap::{Kind, Ref, VmCell};
use crate::objects::{
    Accumulator, Cache, CacheKind, CellObject, Class, CodeObject, Dict, Exception, Function, GetSet, Intrinsic, List,
    Native, Set, Slice, Str, Tuple, attrs, class_flags, list, tuple,
};
use crate::ops::arith::{BinOp, is_builtin};
use crate::ops::attr::Found;
use crate::ops::compare::Cmp;
use crate::ops::steps::{Drawn, Local};
use crate::value::Value;
use crate::vm::Question;
use crate::{Args, Res, Resume, Vm, class_of, names, types};
use weft_bytecode::{Instr, Op, Singleton};

/// The running frame's registers and code, for helpers.
pub(in crate::dispatch) struct Regs {
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

    /// The register behind `i`; one behind the last if there is none.
    #[inline(always)]
    pub fn behind(&self, i: u16) -> *mut Value {
        self.base.wrapping_add(usize::from(i) + 1)
    }

    /// Reads a `Src` operand: moves a temporary out, copies anything else.
    #[inline(always)]
    pub fn read(&self, i: u16) -> Value {
        if i >= self.code().first_temp { std::mem::replace(self.at(i), Value::UNSET) } else { self.at(i).clone() }
    }

    /// Drops a `Src` operand that was looked at in place, if it is a temporary.
    #[inline(always)]
    pub fn done_with(&self, i: u16) {
        if i >= self.code().first_temp {
            drop(self.take(i));
        }
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

/// A result that nobody wants, which may be a request.
#[inline(always)]
fn done(vm: &mut Vm, result: Res) -> Step {
    match result {
        Ok(_) => Step::Next,
        failed => discarded(native::settle(vm, failed, Delivery::mode(Mode::Discard, 0))),
    }
}

/// As `store`, for what may be a request.
fn settled(vm: &mut Vm, dst: u16, result: Res) -> Step {
    let result = native::settle(vm, result, Delivery::to(dst));
    called(vm, dst, result)
}

/// The outcome of a call as a step of the frame that made it.
#[inline(always)]
pub(in crate::dispatch) fn called(vm: &mut Vm, dst: u16, result: Res<Called>) -> Step {
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
