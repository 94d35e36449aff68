//! f-strings.

use crate::Res;
use crate::compiler::Compiler;
use crate::unit::{Reg, TEMP};
use weft_bytecode::{Const, Op};
use weft_syntax::ast::{Conversion, Expr, FStringPart};

/// Parts joined at once.
const CHUNK: usize = 64;

impl<'a> Compiler<'a> {
    pub(crate) fn joined_str(&mut self, expr: &'a Expr, parts: &'a [FStringPart], dst: Reg) -> Res {
        match parts {
            [] => self.load_const(dst, Const::Str(Default::default())),
            [part] => self.fstring_part(expr, part, dst)?,
            _ => {
                let mark = self.unit.mark();
                let base = TEMP + mark;
                let mut count = 0;
                for part in parts {
                    let reg = self.unit.temp()?;
                    self.fstring_part(expr, part, reg)?;
                    count += 1;
                    if count == CHUNK {
                        self.at(expr.span);
                        self.unit.emit(Op::BuildString, 0, base, base, count as u16);
                        self.unit.release(mark + 1);
                        count = 1;
                    }
                }
                self.at(expr.span);
                self.unit.emit(Op::BuildString, 0, dst, base, count as u16);
                self.unit.release(mark);
            }
        }
        Ok(())
    }

    fn fstring_part(&mut self, expr: &'a Expr, part: &'a FStringPart, dst: Reg) -> Res {
        let (value, conversion, spec) = match part {
            FStringPart::Literal(text) => {
                self.load_const(dst, Const::Str(text.clone()));
                return Ok(());
            }
            FStringPart::Field { value, conversion, spec } => (value, conversion, spec),
        };
        let conversion = match conversion {
            None => 0,
            Some(Conversion::Str) => 1,
            Some(Conversion::Repr) => 2,
            Some(Conversion::Ascii) => 3,
        };
        let mark = self.unit.mark();
        let has_spec = spec.is_some();
        let value = if has_spec { self.push(value)? } else { self.operand_at(value, &[], dst)? };
        let spec_reg = match spec {
            Some(spec) => {
                let reg = self.unit.temp()?;
                self.joined_str(expr, spec, reg)?;
                reg
            }
            // Unused, but an operand: a register that is read without harm.
            None => value,
        };
        self.at(expr.span);
        self.unit.emit(Op::FormatValue, conversion | u8::from(has_spec) << 2, dst, value, spec_reg);
        self.unit.release(mark);
        Ok(())
    }
}
