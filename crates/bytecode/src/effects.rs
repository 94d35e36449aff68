//! What an instruction does with registers beyond what its operands say by themselves: how long a window is, and
//! which operands an instruction with this `x` leaves alone.

use crate::code::Instr;
use crate::op::{Intrinsic, Op, Operand};

/// What is done with a run of registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Written.
    Write,
    /// Read, and dead afterwards if temporary.
    Consume,
    /// Read and left alone.
    Keep,
}

impl Operand {
    /// How this operand uses registers; None if it names none.
    #[inline]
    pub(crate) const fn access(self) -> Option<Access> {
        use Operand::*;
        match self {
            DstA | DstB | DstC => Some(Access::Write),
            SrcA | SrcB | SrcC | BaseA | BaseB | BaseC => Some(Access::Consume),
            KeepA | KeepB | KeepC | AccA => Some(Access::Keep),
            _ => None,
        }
    }

    /// Is this the index of a constant?
    #[inline]
    pub(crate) fn is_const(self) -> bool {
        matches!(self, Operand::ConstB | Operand::ConstC | Operand::ConstBC)
    }
}

impl Instr {
    /// The bits of an operand as an unsigned number.
    #[inline]
    pub fn field(self, operand: Operand) -> u32 {
        use Operand::*;
        match operand {
            DstA | SrcA | KeepA | AccA | BaseA => self.a.into(),
            DstB | SrcB | KeepB | BaseB | ConstB | CountB | ImmB => self.b.into(),
            DstC | SrcC | KeepC | BaseC | ConstC | SiteC | CountC | ImmC => self.c.into(),
            ConstBC | SiteBC | ImmBC | JumpBC => self.bc(),
            FlagX => self.x.into(),
            JumpXC => self.xc_signed() as u32,
        }
    }

    /// Where the instruction at `pc` may jump: None if it is no jump. The target can lie outside the code.
    #[inline]
    pub(crate) fn jump_target(self, pc: usize) -> Option<i64> {
        if !self.op.profile().jumps {
            return None;
        }
        let operand = *self.op.operands().last()?;
        let offset = match operand {
            Operand::JumpBC => self.bc_signed(),
            Operand::JumpXC => self.xc_signed(),
            _ => return None,
        };
        Some(pc as i64 + 1 + i64::from(offset))
    }

    /// How many registers a register operand stands for.
    #[inline]
    pub(crate) fn width(self, operand: Operand) -> u32 {
        if self.op.profile().plain { 1 } else { self.window(operand) }
    }

    fn window(self, operand: Operand) -> u32 {
        let (b, c, x) = (u32::from(self.b), u32::from(self.c), u32::from(self.x));
        match (self.op, operand) {
            (Op::Call, Operand::BaseA) => 1 + b,
            (Op::CallMethod, Operand::BaseA) => 2 + b,
            (Op::CallKw, Operand::BaseA) => 1 + x + b,
            (Op::CallEx, Operand::BaseA) => 3,
            (Op::BuildSlice | Op::LoadSuperAttr, Operand::BaseB) => 3,
            (Op::BuildTuple | Op::BuildList | Op::BuildSet, Operand::BaseB) => c,
            (Op::BuildString | Op::ListAppendMany, Operand::BaseB) => c,
            (Op::BuildMap, Operand::BaseB) => 2 * c,
            (Op::MakeFunction, Operand::BaseC) => x.count_ones(),
            (Op::MatchClass, Operand::BaseC) => 2,
            (Op::LoadMethod | Op::LoadSpecial, Operand::DstA) => 2,
            (Op::LoadSuperAttr, Operand::DstA) => 1 + (x & 1),
            (Op::UnpackSequence, Operand::DstA) => c,
            (Op::UnpackEx, Operand::DstA) => c + 1 + x,
            (Op::ExcTriple, Operand::DstA) => 3,
            (Op::PushHandled | Op::PopHandled, Operand::KeepA) => 2,
            _ => 1,
        }
    }

    /// Does the instruction, with the `x` it has, look at this register operand?
    #[inline]
    pub(crate) fn uses(self, operand: Operand) -> bool {
        self.op.profile().plain || self.selects(operand)
    }

    fn selects(self, operand: Operand) -> bool {
        match (self.op, operand) {
            (Op::Raise, Operand::SrcA) => self.x >= 1,
            (Op::Raise, Operand::SrcB) => self.x >= 2,
            (Op::FormatValue, Operand::SrcC) => self.x & 4 != 0,
            (Op::ImportStar, Operand::KeepB) | (Op::SetupAnnotations, Operand::KeepA) => self.x == 1,
            (Op::CallIntrinsic, Operand::SrcB) => intrinsic_arity(self.x) >= 1,
            (Op::CallIntrinsic, Operand::SrcC) => intrinsic_arity(self.x) >= 2,
            _ => true,
        }
    }
}

impl Op {
    /// The outcome of its comparison with which a compare-and-branch jumps; None for all other instructions.
    #[must_use]
    pub const fn jumps_if_compared(self) -> Option<bool> {
        use Op::*;
        match self {
            JumpIfLt | JumpIfLe | JumpIfEq | JumpIfNe | JumpIfGt | JumpIfGe | JumpIfLtImm | JumpIfLeImm
            | JumpIfEqImm | JumpIfNeImm | JumpIfGtImm | JumpIfGeImm => Some(true),
            JumpUnlessLt | JumpUnlessLe | JumpUnlessEq | JumpUnlessNe | JumpUnlessGt | JumpUnlessGe
            | JumpUnlessLtImm | JumpUnlessLeImm | JumpUnlessEqImm | JumpUnlessNeImm | JumpUnlessGtImm
            | JumpUnlessGeImm => Some(false),
            _ => None,
        }
    }

    /// Whether the jump may go backwards, and so spends fuel.
    #[must_use]
    pub const fn may_jump_back(self) -> bool {
        matches!(self, Op::Jump | Op::ForLoop | Op::JumpIfTrue | Op::JumpIfFalse)
            || matches!(self.jumps_if_compared(), Some(true))
    }

    /// Whether it suspends the frame.
    #[must_use]
    pub const fn suspends(self) -> bool {
        matches!(self, Op::Yield | Op::AsyncGenYield | Op::YieldFrom)
    }

    /// Whether it only makes cells ready, before a function's first line.
    #[must_use]
    pub const fn is_prologue(self) -> bool {
        matches!(self, Op::MakeCell | Op::LoadFree)
    }

    /// Does control never pass to the next instruction?
    #[inline]
    pub(crate) const fn is_terminal(self) -> bool {
        matches!(self, Op::Jump | Op::ForLoop | Op::Return | Op::ReturnNone | Op::Raise | Op::Reraise | Op::EndAsyncFor)
    }
}

/// Do the operands of the operation say everything? They do for most.
pub(crate) const fn is_plain(op: Op) -> bool {
    use Op::*;
    let windows_read = matches!(op, Call | CallMethod | CallKw | CallEx | MakeFunction | MatchClass | BuildSlice)
        || matches!(op, BuildTuple | BuildList | BuildSet | BuildMap | BuildString | ListAppendMany);
    let windows_written = matches!(op, LoadMethod | LoadSpecial | LoadSuperAttr | ExcTriple)
        || matches!(op, UnpackSequence | UnpackEx | PushHandled | PopHandled);
    let selective = matches!(op, Raise | FormatValue | ImportStar | SetupAnnotations | CallIntrinsic);
    !(windows_read || windows_written || selective)
}

/// How many of b and c the intrinsic reads.
fn intrinsic_arity(x: u8) -> u8 {
    match Intrinsic::from_u8(x) {
        None | Some(Intrinsic::Locals) => 0,
        Some(
            Intrinsic::TypeVarWithBound
            | Intrinsic::TypeVarWithConstraints
            | Intrinsic::SetTypeParamDefault
            | Intrinsic::SetFunctionTypeParams,
        ) => 2,
        Some(_) => 1,
    }
}
