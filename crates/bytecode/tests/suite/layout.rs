//! What the VM and the marshal form take for granted about instructions.

use weft_bytecode::{Instr, Op};

#[test]
fn an_instruction_takes_8_bytes() {
    assert_eq!(size_of::<Instr>(), 8);
    assert_eq!(align_of::<Instr>(), 2);
}

#[test]
fn operation_codes_are_dense() {
    assert!(Op::ALL.len() <= 256);
    for (code, &op) in Op::ALL.iter().enumerate() {
        assert_eq!(op as usize, code, "{}", op.name());
    }
}

#[test]
fn no_two_operands_of_an_instruction_stand_in_the_same_bits() {
    use weft_bytecode::Operand::*;
    for op in Op::ALL {
        let mut used = String::new();
        for operand in op.operands() {
            used.push_str(match operand {
                DstA | SrcA | KeepA | AccA | BaseA => "a",
                DstB | SrcB | KeepB | BaseB | ConstB | ImmB | CountB => "b",
                DstC | SrcC | KeepC | BaseC | ConstC | SiteC | ImmC | CountC => "c",
                ConstBC | SiteBC | ImmBC | JumpBC => "bc",
                FlagX => "x",
                JumpXC => "xc",
            });
        }
        let mut fields: Vec<char> = used.chars().collect();
        fields.sort_unstable();
        fields.dedup();
        assert_eq!(fields.len(), used.len(), "{}: {used}", op.name());
    }
}

#[test]
fn wide_fields_hold_what_is_put_in() {
    let instr = Instr::new(Op::Jump, 0, 7, 0, 0);
    for offset in [0, 1, -1, i32::MAX, i32::MIN] {
        assert_eq!(instr.with_bc(offset as u32).bc_signed(), offset);
    }
    for offset in [0, 1, -1, (1 << 23) - 1, -(1 << 23)] {
        assert_eq!(instr.with_xc(offset).map(Instr::xc_signed), Some(offset));
    }
    assert_eq!(instr.with_xc(1 << 23), None);
    assert_eq!(instr.with_xc(-(1 << 23) - 1), None);
}
