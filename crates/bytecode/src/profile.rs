//! What can be known about an operation without looking at an instruction, in tables for the verifier's fast path.

use crate::effects::{Access, is_plain};
use crate::op::{AwaitContext, Common, Intrinsic, Op, Operand, Singleton, SpecialMethod};

/// Facts about an operation. Sets of fields have bit 0 for a, bit 1 for b, bit 2 for c.
#[derive(Clone, Copy)]
pub(crate) struct Profile {
    /// Registers written, consumed and kept.
    pub write: u8,
    pub consume: u8,
    pub keep: u8,
    /// The largest `x` that means something.
    pub max_x: u8,
    /// The operands say everything: they are single registers, all used.
    pub plain: bool,
    /// The operands are single registers and immediates, so that only bounds and `x` need checks.
    pub only_registers: bool,
    /// The last operand is a jump offset.
    pub jumps: bool,
    /// Control goes on to the next instruction, and the sets above tell all that happens to temporaries.
    pub straight: bool,
}

static PROFILES: [Profile; Op::ALL.len()] = {
    let mut profiles = [Profile::of(Op::Nop); Op::ALL.len()];
    let mut i = 0;
    while i < profiles.len() {
        profiles[i] = Profile::of(Op::ALL[i]);
        i += 1;
    }
    profiles
};

impl Op {
    #[inline(always)]
    pub(crate) fn profile(self) -> &'static Profile {
        &PROFILES[self as usize]
    }
}

impl Profile {
    const fn of(op: Op) -> Profile {
        let plain = is_plain(op);
        let mut profile = Profile {
            write: 0,
            consume: 0,
            keep: 0,
            max_x: u8::MAX,
            plain,
            jumps: false,
            only_registers: plain && !matches!(op, Op::Yield | Op::YieldFrom | Op::AsyncGenYield),
            straight: plain && !op.is_terminal() && !matches!(op, Op::Clear | Op::DeleteLocal | Op::YieldFrom),
        };
        let operands = op.operands();
        let mut i = 0;
        while i < operands.len() {
            profile.add(op, operands[i]);
            i += 1;
        }
        profile
    }

    const fn add(&mut self, op: Op, operand: Operand) {
        use Operand::*;
        let field = match operand {
            DstA | SrcA | KeepA | AccA | BaseA => 1,
            DstB | SrcB | KeepB | BaseB => 2,
            DstC | SrcC | KeepC | BaseC => 4,
            _ => 0,
        };
        match operand.access() {
            Some(Access::Write) => self.write |= field,
            Some(Access::Consume) => self.consume |= field,
            Some(Access::Keep) => self.keep |= field,
            None => match operand {
                FlagX => self.max_x = max_x(op),
                ImmB | ImmC | ImmBC => {}
                JumpBC | JumpXC => {
                    self.jumps = true;
                    (self.only_registers, self.straight) = (false, false);
                }
                _ => self.only_registers = false,
            },
        }
    }
}

/// The largest meaning of `x`; where it is a register, any number.
const fn max_x(op: Op) -> u8 {
    match op {
        Op::LoadSingleton => Singleton::ALL.len() as u8 - 1,
        Op::LoadCommon => Common::ALL.len() as u8 - 1,
        Op::LoadSpecial => SpecialMethod::ALL.len() as u8 - 1,
        Op::GetAwaitable => AwaitContext::ALL.len() as u8 - 1,
        Op::CallIntrinsic => Intrinsic::ALL.len() as u8 - 1,
        Op::LoadClassDeref | Op::UnpackEx | Op::MatchClass | Op::ImportName => u8::MAX,
        Op::MakeFunction => 15,
        Op::FormatValue => 7,
        Op::LoadSuperAttr | Op::YieldFrom => 3,
        Op::NativeStep => 24,
        Op::Raise => 2,
        _ => 1,
    }
}
