//! Imports.

use crate::compiler::Compiler;
use crate::constants;
use crate::unit::Reg;
use crate::{Res, syntax_error};
use weft_bytecode::{Const, Op};
use weft_source::Span;
use weft_syntax::ast::{Alias, Name};

impl<'a> Compiler<'a> {
    fn import_name(&mut self, dst: Reg, module: &str, names: Const, level: u32) -> Res {
        let module = self.unit.name(module)?;
        let names = self.unit.short_constant(names)?;
        let level = u8::try_from(level).map_err(|_| crate::too_large())?;
        self.unit.emit(Op::ImportName, level, dst, module, names);
        Ok(())
    }

    pub(crate) fn import(&mut self, span: Span, names: &'a [Alias]) -> Res {
        for alias in names {
            self.at(span);
            let mark = self.unit.mark();
            let module = self.unit.temp()?;
            self.import_name(module, &alias.name.name, Const::None, 0)?;
            match &alias.asname {
                None => {
                    let top: Name = alias.name.name.split('.').next().unwrap_or_default().into();
                    self.store_name(&top, module, span)?;
                }
                Some(asname) => {
                    // `import a.b.c as d` binds the submodule, found attribute by attribute.
                    for part in alias.name.name.split('.').skip(1) {
                        let name = self.unit.name(part)?;
                        let inner = self.unit.temp()?;
                        self.unit.emit(Op::ImportFrom, 0, inner, module, name);
                        self.unit.emit(Op::Move, 0, module, inner, 0);
                    }
                    self.store_name(&asname.name, module, span)?;
                }
            }
            self.unit.release(mark);
        }
        Ok(())
    }

    pub(crate) fn import_from(&mut self, span: Span, module: Option<&Name>, names: &'a [Alias], level: u32) -> Res {
        if level == 0 && module.is_some_and(|name| &**name == "__future__") && span.start >= self.future_end {
            return Err(syntax_error(span, "from __future__ imports must occur at the beginning of the file"));
        }
        let mark = self.unit.mark();
        let source = self.unit.temp()?;
        let wanted = constants::names(names.iter().map(|alias| &alias.name.name));
        self.import_name(source, module.map_or("", |m| m), wanted, level)?;
        for alias in names {
            if &*alias.name.name == "*" {
                let in_namespace = self.unit.code.has_namespace;
                self.unit.emit(Op::ImportStar, u8::from(in_namespace), source, 0, 0);
                self.unit.release(mark);
                return Ok(());
            }
            let inner = self.unit.mark();
            let bound = &alias.asname.as_ref().unwrap_or(&alias.name).name;
            let name = self.unit.name(&alias.name.name)?;
            self.at(span);
            let direct = self.store_register(bound).filter(|_| &**bound != "__debug__");
            let dst = match direct {
                Some(reg) => reg,
                None => self.unit.temp()?,
            };
            self.unit.emit(Op::ImportFrom, 0, dst, source, name);
            match direct {
                Some(reg) => self.now_bound(reg),
                None => self.store_name(bound, dst, span)?,
            }
            self.unit.release(inner);
        }
        self.clear(source);
        self.unit.release(mark);
        Ok(())
    }
}
