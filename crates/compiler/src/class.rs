//! Class statements and bodies.

use crate::Res;
use crate::call::Arguments;
use crate::compiler::{Compiler, FrameKind};
use crate::constants;
use crate::function::{clean_docstring, split_docstring};
use crate::scope::Role;
use crate::unit::Reg;
use weft_bytecode::{Common, Const, Op};
use weft_source::Span;
use weft_syntax::ast::{ClassDef, Stmt, StmtKind};

impl<'a> Compiler<'a> {
    pub(crate) fn class_def(&mut self, def: &'a ClassDef, span: Span) -> Res {
        self.check_binding(&def.name.name, span)?;
        self.check_keywords(&def.keywords)?;
        let decorators = self.push_all(&def.decorators)?;
        let base = self.unit.temp()?;
        self.at(span);
        if def.type_params.is_empty() {
            self.build_class(def, span, base, None)?;
        } else {
            self.generic_class(def, span, base)?;
        }
        self.decorate(&def.decorators, decorators)?;
        self.at(span);
        self.store_name(&def.name.name, decorators, span)?;
        self.unit.release(0);
        Ok(())
    }

    /// Calls the class builder in the window at `base`, where the class lands. `generic` is one more base.
    pub(crate) fn build_class(&mut self, def: &'a ClassDef, span: Span, base: Reg, generic: Option<Reg>) -> Res {
        let line = self.first_line(&def.decorators, span);
        let scope = self.scope_of(def, Role::Body);
        let mark = self.unit.mark();
        let body = self.unit.temps(2)?;
        let saved = self.enter(scope, FrameKind::Class, &def.name.name, line)?;
        self.static_attributes.push(Default::default());
        let result = self.class_body(def, span, line);
        let mut attributes = self.static_attributes.pop().unwrap_or_default();
        result?;
        attributes.sort_unstable();
        self.end_class(attributes.into_iter().collect())?;
        let code = self.leave(saved)?;
        self.at(span);
        self.unit.emit(Op::LoadCommon, Common::BuildClass as u8, base, 0, 0);
        self.make_function(code, body, &[])?;
        self.load_str(body + 1, &def.name.name);
        let loc = self.loc(span);
        let arguments = Arguments { args: &def.bases, keywords: &def.keywords, last: generic };
        self.call_window(loc, base, 2, arguments, base)?;
        self.unit.release(mark);
        Ok(())
    }

    fn class_body(&mut self, def: &'a ClassDef, span: Span, line: u32) -> Res {
        self.at(span);
        let value = self.unit.temp()?;
        self.load_mangled("__name__", value)?;
        self.store_mangled("__module__", value)?;
        let qualname = self.unit.code.qualname.clone();
        self.load_str(value, &qualname);
        self.store_mangled("__qualname__", value)?;
        self.load_const(value, Const::Int(line.into()));
        self.store_mangled("__firstlineno__", value)?;
        if !def.type_params.is_empty() {
            self.load_mangled(".type_params", value)?;
            self.store_mangled("__type_params__", value)?;
        }
        if has_annotations(&def.body) {
            self.unit.emit(Op::SetupAnnotations, 1, 0, 0, 0);
        }
        let (doc, mut body) = split_docstring(&def.body);
        match doc {
            Some(doc) if self.options.optimize < 2 => {
                self.at(def.body[0].span);
                self.load_text(value, &clean_docstring(doc));
                self.store_mangled("__doc__", value)?;
            }
            _ => body = &def.body,
        }
        self.unit.release(0);
        self.body(body)
    }

    fn end_class(&mut self, attributes: Vec<std::rc::Rc<str>>) -> Res {
        let value = self.unit.temp()?;
        self.nowhere();
        self.load_const(value, constants::names(&attributes));
        self.store_mangled("__static_attributes__", value)?;
        self.unit.code.static_attributes = attributes;
        match self.frame.class_cell {
            Some(cell) => {
                self.unit.emit(Op::Copy, 0, value, cell, 0);
                self.unit.emit(Op::Return, 0, value, 0, 0);
            }
            None => self.unit.emit(Op::ReturnNone, 0, 0, 0, 0),
        }
        self.unit.release(0);
        Ok(())
    }
}

/// Whether a module or class body annotates names.
pub(crate) fn has_annotations(body: &[Stmt]) -> bool {
    body.iter().any(|stmt| match &stmt.node {
        StmtKind::AnnAssign { .. } => true,
        StmtKind::For { body, orelse, .. } | StmtKind::While { body, orelse, .. } => {
            has_annotations(body) || has_annotations(orelse)
        }
        StmtKind::If { .. } => if_has_annotations(stmt),
        StmtKind::With { body, .. } => has_annotations(body),
        StmtKind::Match { cases, .. } => cases.iter().any(|case| has_annotations(&case.body)),
        StmtKind::Try { body, handlers, orelse, finalbody, .. } => {
            let bodies = [body, orelse, finalbody];
            bodies.iter().any(|b| has_annotations(b)) || handlers.iter().any(|h| has_annotations(&h.body))
        }
        _ => false,
    })
}

fn if_has_annotations(mut stmt: &Stmt) -> bool {
    while let StmtKind::If { body, orelse, .. } = &stmt.node {
        if has_annotations(body) {
            return true;
        }
        match orelse.as_slice() {
            [next] if matches!(next.node, StmtKind::If { .. }) => stmt = next,
            _ => return has_annotations(orelse),
        }
    }
    false
}
