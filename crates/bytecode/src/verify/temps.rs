//! Checks that no temporary is read that holds nothing.
//!
//! One sweep over the instructions carries the set of temporaries that hold a value on every path so far. Jumps leave
//! their set at their target, where sets that meet are intersected. A backward jump that makes the set at its target
//! smaller (or reaches it for the first time) sets the sweep back to there. Code made from a program needs that
//! only where a loop is entered in the middle, so the sweep is linear; a budget stops code made to be slow.

use super::Fault;
use super::tempset::{TempSet, WideSet};
use crate::code::{Code, Instr};
use crate::effects::Access;
use crate::op::{Op, Operand};

/// Steps allowed for each instruction of the code. A visit costs one, and more if it handles many temporaries.
const BUDGET_PER_INSTR: usize = 64;
const BUDGET: usize = 1 << 16;

/// Checks the code, whose instructions must have passed the other checks.
pub(super) fn check(code: &Code) -> Result<(), (usize, Fault)> {
    if code.registers - code.first_temp <= 64 { sweep::<u64>(code) } else { sweep::<WideSet>(code) }
}

fn sweep<S: TempSet>(code: &Code) -> Result<(), (usize, Fault)> {
    let mut flow = Flow::<S>::new(code);
    let mut pc = 0;
    while let Some(&instr) = code.instrs.get(pc) {
        pc = flow.visit(pc, instr).map_err(|fault| (pc, fault))?;
    }
    Ok(())
}

struct Flow<'a, S> {
    code: &'a Code,
    /// For each instruction the number of its state plus 1, or 0 if nothing jumps to it.
    state_of: Vec<u32>,
    /// What is known where a jump arrives.
    states: Vec<State<S>>,
    /// Temporaries that hold a value before the instruction at hand, if control reaches it.
    live: S,
    reachable: bool,
    budget: usize,
}

#[derive(Default)]
struct State<S> {
    reached: bool,
    live: S,
}

impl<'a, S: TempSet> Flow<'a, S> {
    fn new(code: &'a Code) -> Flow<'a, S> {
        let len = code.instrs.len();
        let mut flow = Flow {
            code,
            state_of: vec![0; len],
            states: Vec::new(),
            live: S::default(),
            reachable: true,
            budget: BUDGET + BUDGET_PER_INSTR * len,
        };
        for (pc, instr) in code.instrs.iter().enumerate() {
            if let Some(target) = instr.jump_target(pc) {
                flow.add_state(target as usize);
            }
        }
        // An exception drops all temporaries.
        for handler in &code.handlers {
            flow.add_state(handler.target as usize).reached = true;
        }
        flow
    }

    fn add_state(&mut self, pc: usize) -> &mut State<S> {
        if self.state_of[pc] == 0 {
            self.states.push(State::default());
            self.state_of[pc] = self.states.len() as u32;
        }
        &mut self.states[self.state_of[pc] as usize - 1]
    }

    /// Looks at one instruction. Gives the place to go on at.
    fn visit(&mut self, pc: usize, instr: Instr) -> Result<usize, Fault> {
        self.join(pc);
        self.pay(1 + self.live.cost())?;
        let skip = !self.reachable || self.live.step(self.code.first_temp, instr);
        let back = if skip { None } else { self.step(pc, instr)? };
        Ok(back.unwrap_or(pc + 1))
    }

    /// Takes in what jumps have left at `pc`.
    fn join(&mut self, pc: usize) {
        if let Some(index) = (self.state_of[pc] as usize).checked_sub(1) {
            let state = &mut self.states[index];
            if self.reachable {
                state.join(&self.live);
            }
            self.reachable = state.reached;
            self.live.clone_from(&state.live);
        }
    }

    /// Goes through one instruction. Gives the place to go back to if a backward jump brought news there.
    fn step(&mut self, pc: usize, instr: Instr) -> Result<Option<usize>, Fault> {
        self.read(instr)?;
        self.drop_cleared(instr);
        let mut back = None;
        if let Some(target) = instr.jump_target(pc) {
            let target = target as usize;
            if self.jump(target, instr)? && target <= pc {
                back = Some(target);
            }
        }
        self.write(instr)?;
        self.reachable = back.is_none() && !instr.op.is_terminal();
        Ok(back)
    }

    fn pay(&mut self, cost: usize) -> Result<(), Fault> {
        self.budget = self.budget.checked_sub(cost).ok_or(Fault::TooTangled)?;
        Ok(())
    }

    /// Those of the registers that are temporaries, numbered from 0.
    fn temps(&self, first: u32, count: u32) -> std::ops::Range<u32> {
        let base = u32::from(self.code.first_temp);
        first.saturating_sub(base)..(first + count).saturating_sub(base)
    }

    fn read(&mut self, instr: Instr) -> Result<(), Fault> {
        for &operand in instr.op.operands() {
            let Some(access @ (Access::Consume | Access::Keep)) = operand.access() else { continue };
            if !instr.uses(operand) {
                continue;
            }
            let first = instr.field(operand);
            let width = if instr.op == Op::PushHandled { 1 } else { instr.width(operand) };
            let temps = self.temps(first, width);
            if temps.is_empty() {
                continue;
            }
            self.pay(temps.len())?;
            let optional = optional_register(instr, operand).map_or(0..0, |offset| self.temps(first + offset, 1));
            if let Some(temp) = self.live.first_missing(temps.clone(), optional) {
                return Err(Fault::DeadTemporary(temp));
            }
            if access == Access::Consume {
                self.live.remove(temps);
            }
        }
        Ok(())
    }

    /// Forgets what the instruction clears though its operands don't say so.
    fn drop_cleared(&mut self, instr: Instr) {
        let (a, b, c) = (instr.a.into(), instr.b.into(), instr.c.into());
        let cleared = match instr.op {
            Op::DeleteLocal | Op::Reraise | Op::EndAsyncFor => self.temps(a, 1),
            Op::PopHandled => self.temps(a, 2),
            Op::YieldFrom => {
                self.live.remove(self.temps(c, 1));
                self.temps(b, 1)
            }
            _ => return,
        };
        self.live.remove(cleared);
    }

    /// Leaves at a jump's target what is live there. Was that news?
    fn jump(&mut self, target: usize, instr: Instr) -> Result<bool, Fault> {
        let a = self.temps(instr.a.into(), 1);
        if instr.op == Op::ForIter {
            self.live.remove(a.clone());
        }
        self.pay(self.live.cost())?;
        let index = self.state_of[target] as usize - 1;
        let news = self.states[index].join(&self.live);
        match instr.op {
            Op::ForIter => self.live.insert(a),
            Op::JumpIfTrueKeep | Op::JumpIfFalseKeep => self.live.remove(a),
            _ => {}
        }
        Ok(news)
    }

    fn write(&mut self, instr: Instr) -> Result<(), Fault> {
        for &operand in instr.op.operands() {
            if operand.access() == Some(Access::Write) {
                let temps = self.temps(instr.field(operand), instr.width(operand));
                self.pay(temps.len())?;
                self.live.insert(temps);
            }
        }
        let a = u32::from(instr.a);
        match instr.op {
            Op::Clear => self.live.remove(self.temps(a, 1)),
            Op::CallKw => self.live.insert(self.temps(a, 1)),
            Op::PushHandled => self.live.insert(self.temps(a + 1, 1)),
            _ => {}
        }
        Ok(())
    }
}

/// The place in a window that may be unbound: self of a method call, and the keywords of `CallEx`.
fn optional_register(instr: Instr, operand: Operand) -> Option<u32> {
    match (instr.op, operand) {
        (Op::CallMethod, Operand::BaseA) => Some(1),
        (Op::CallKw, Operand::BaseA) if instr.x == 1 => Some(1),
        (Op::CallEx, Operand::BaseA) => Some(2),
        _ => None,
    }
}

impl<S: TempSet> State<S> {
    /// Takes in what is live on one more way here. Did that change anything?
    fn join(&mut self, live: &S) -> bool {
        if self.reached {
            return self.live.intersect(live);
        }
        self.reached = true;
        self.live.clone_from(live);
        true
    }
}
