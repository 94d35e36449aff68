//! Checks of each instruction by itself.

use super::Fault;
use crate::code::{Code, Const, Instr, flags};
use crate::op::{Op, Operand};

/// Checks all instructions; a fault comes with the index of its instruction.
pub(super) fn check(code: &Code) -> Result<(), (usize, Fault)> {
    let checker = Checker { code, kinds: code.consts.iter().map(kind).collect() };
    for (pc, &instr) in code.instrs.iter().enumerate() {
        checker.check(pc, instr).map_err(|fault| (pc, fault))?;
    }
    match code.instrs.last() {
        Some(last) if last.op.is_terminal() => Ok(()),
        _ => Err((code.instrs.len().saturating_sub(1), Fault::FallsOff)),
    }
}

struct Checker<'a> {
    code: &'a Code,
    /// What each constant can serve as, found once: many instructions may name the same long tuple.
    kinds: Vec<Kind>,
}

/// What a constant can serve as.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Name,
    /// A tuple of so many strings.
    Names(usize),
    Code {
        needs_cells: bool,
    },
    None,
    Other,
}

fn kind(constant: &Const) -> Kind {
    match constant {
        Const::Str(_) => Kind::Name,
        Const::Tuple(items) if items.iter().all(|item| matches!(item, Const::Str(_))) => Kind::Names(items.len()),
        Const::Code(code) => Kind::Code { needs_cells: !code.freevars.is_empty() },
        Const::None => Kind::None,
        _ => Kind::Other,
    }
}

impl Checker<'_> {
    fn check(&self, pc: usize, instr: Instr) -> Result<(), Fault> {
        let code = self.code;
        if is_good_at_once(code, instr) {
            return Ok(());
        }
        if let Some(needed) = needed_flags(instr.op)
            && code.flags & needed == 0
        {
            return Err(Fault::NotSuspendable);
        }
        for &operand in instr.op.operands() {
            match operand {
                Operand::SiteC | Operand::SiteBC => {
                    let index = instr.field(operand);
                    code.sites.get(index as usize).ok_or(Fault::Site(index))?;
                }
                Operand::FlagX => check_flag(code, instr)?,
                Operand::CountB if instr.op == Op::LoadFree && usize::from(instr.b) >= code.freevars.len() => {
                    return Err(Fault::FreeVariable(instr.b));
                }
                Operand::JumpBC | Operand::JumpXC => check_jump(code, pc, instr)?,
                _ if operand.is_const() => self.check_const(instr, operand)?,
                _ if operand.access().is_some() && instr.uses(operand) => {
                    check_registers(code, instr.field(operand), instr.width(operand))?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn check_const(&self, instr: Instr, operand: Operand) -> Result<(), Fault> {
        let index = instr.field(operand);
        let kind = *self.kinds.get(index as usize).ok_or(Fault::Const(index))?;
        match (instr.op, operand, kind) {
            (Op::LoadConst, ..) => Ok(()),
            (Op::MakeFunction, _, Kind::Code { needs_cells }) if needs_cells && instr.x & 8 == 0 => {
                Err(Fault::NoClosure)
            }
            (Op::MakeFunction, _, Kind::Code { .. }) => Ok(()),
            (Op::MakeFunction, ..) => Err(Fault::NotCode(index)),
            (Op::CallKw, _, Kind::Names(count)) if count > usize::from(instr.b) => Err(Fault::Keywords(count, instr.b)),
            (Op::CallKw, _, Kind::Names(_)) => Ok(()),
            (Op::ImportName, Operand::ConstC, Kind::Names(_) | Kind::None) => Ok(()),
            (Op::CallKw, ..) | (Op::ImportName, Operand::ConstC, _) => Err(Fault::NotNames(index)),
            (_, _, Kind::Name) => Ok(()),
            _ => Err(Fault::NotName(index)),
        }
    }
}

/// The quick answer for most instructions. If it is no, the slow way tells whether there is a fault, and which.
#[inline]
fn is_good_at_once(code: &Code, instr: Instr) -> bool {
    let profile = instr.op.profile();
    let used = profile.write | profile.consume | profile.keep;
    let beyond = |field: u16, bit: u8| (field >= code.registers) & (used & bit != 0);
    profile.only_registers
        & (instr.x <= profile.max_x)
        & !(beyond(instr.a, 1) | beyond(instr.b, 2) | beyond(instr.c, 4))
}

fn check_registers(code: &Code, first: u32, count: u32) -> Result<(), Fault> {
    if count == 0 || first + count <= u32::from(code.registers) {
        Ok(())
    } else {
        Err(Fault::Register(first + count - 1, code.registers))
    }
}

/// Code must have one of these flags to contain the operation.
fn needed_flags(op: Op) -> Option<u32> {
    match op {
        Op::Yield => Some(flags::GENERATOR),
        Op::YieldFrom => Some(flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR),
        Op::AsyncGenYield => Some(flags::ASYNC_GENERATOR),
        _ => None,
    }
}

fn check_flag(code: &Code, instr: Instr) -> Result<(), Fault> {
    if instr.op == Op::LoadClassDeref {
        return check_registers(code, instr.x.into(), 1);
    }
    if instr.x <= instr.op.profile().max_x { Ok(()) } else { Err(Fault::Flag(instr.x)) }
}

fn check_jump(code: &Code, pc: usize, instr: Instr) -> Result<(), Fault> {
    let Some(target) = instr.jump_target(pc) else { return Ok(()) };
    if target < 0 || target >= code.instrs.len() as i64 {
        return Err(Fault::JumpTarget(target));
    }
    if target <= pc as i64 && !instr.op.may_jump_back() {
        return Err(Fault::JumpBackwards(target));
    }
    if instr.op == Op::ForLoop && code.instrs[target as usize].op != Op::ForIter {
        return Err(Fault::LoopTarget(target));
    }
    Ok(())
}
