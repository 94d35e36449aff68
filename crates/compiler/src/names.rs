//! Loading, storing and deleting names, wherever they live.

use crate::compiler::{Compiler, FrameKind};
use crate::scope::{Place, uses};
use crate::unit::{Reg, is_temp};
use crate::{Res, syntax_error, too_large};
use weft_bytecode::{Const, Op};
use weft_source::Span;
use weft_syntax::ast::Name;

/// How a name is reached from the code under construction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    Register(Reg),
    Cell {
        reg: Reg,
        free: bool,
    },
    Global,
    /// The namespace in register 0.
    Namespace,
    /// The class's namespace, or else a cell of an enclosing function.
    ClassFree(Reg),
    /// Seen from an annotation scope: the namespace of the class around, or else a cell or the globals.
    ClassDict {
        dict: Reg,
        cell: Option<Reg>,
    },
}

impl<'a> Compiler<'a> {
    pub(crate) fn mangle(&self, name: &Name) -> Name {
        self.scopes.mangle(self.current_scope(), name)
    }

    /// Where a (mangled) name is.
    pub(crate) fn access(&self, name: &str) -> Access {
        for inlined in self.frame.comprehensions.iter().rev() {
            // A comprehension that only stands around the one with the name knows nothing of it.
            let Some(symbol) = self.scopes.get(inlined.scope).symbols.get(name) else { continue };
            let place = symbol.place;
            let reg = inlined.registers.get(name).copied();
            match (place, reg) {
                (Place::Inherit, _) => continue,
                (Place::Local, Some(reg)) => return Access::Register(reg),
                (Place::Cell, Some(reg)) => return Access::Cell { reg, free: false },
                (Place::Free, _) => return self.free(name),
                (Place::ClassNamespace(cell), _) => return self.class_dict(name, cell),
                _ => return Access::Global,
            }
        }
        self.own_access(name)
    }

    fn own_access(&self, name: &str) -> Access {
        let symbol = self.scopes.symbol(self.unit.scope, name);
        let place = symbol.place;
        match self.frame.kind {
            FrameKind::Module if place == Place::GlobalExplicit || !self.unit.code.has_namespace => Access::Global,
            FrameKind::Module => Access::Namespace,
            FrameKind::Class => match place {
                Place::GlobalExplicit => Access::Global,
                Place::Free => match self.frame.frees.get(name) {
                    Some(&reg) => Access::ClassFree(reg),
                    None => Access::Namespace,
                },
                _ => Access::Namespace,
            },
            _ => match (place, self.frame.locals.get(name)) {
                (Place::Local, Some(&reg)) => Access::Register(reg),
                (Place::Cell, Some(&reg)) => Access::Cell { reg, free: false },
                (Place::Free, _) => self.free(name),
                (Place::ClassNamespace(cell), _) => self.class_dict(name, cell),
                _ => Access::Global,
            },
        }
    }

    fn free(&self, name: &str) -> Access {
        match self.frame.frees.get(name) {
            Some(&reg) => Access::Cell { reg, free: true },
            None => Access::Global,
        }
    }

    fn class_dict(&self, name: &str, cell: bool) -> Access {
        let cell = cell.then(|| self.frame.frees.get(name).copied()).flatten();
        match self.frame.frees.get("__classdict__") {
            Some(&dict) => Access::ClassDict { dict, cell },
            None => Access::Global,
        }
    }

    /// The register that holds the cell which a nested function takes for `name`.
    pub(crate) fn cell_register(&self, name: &str) -> Option<Reg> {
        let inlined = self.frame.comprehensions.iter().rev().find_map(|inlined| {
            let cell = self.scopes.symbol(inlined.scope, name).place == Place::Cell;
            cell.then(|| inlined.registers.get(name).copied()).flatten()
        });
        let own = || {
            let cell = self.scopes.symbol(self.unit.scope, name).place == Place::Cell;
            cell.then(|| self.frame.locals.get(name).copied()).flatten()
        };
        let of_class = || match name {
            "__class__" => self.frame.class_cell,
            "__classdict__" => self.frame.class_dict,
            _ => None,
        };
        inlined.or_else(own).or_else(of_class).or_else(|| self.frame.frees.get(name).copied())
    }

    /// The register of a plain local, checked to be bound.
    pub(crate) fn local_in_place(&mut self, name: &Name) -> Res<Option<Reg>> {
        let name = self.mangle(name);
        match self.access(&name) {
            Access::Register(reg) => {
                self.check_bound(reg, &name);
                Ok(Some(reg))
            }
            _ => Ok(None),
        }
    }

    fn check_bound(&mut self, reg: Reg, name: &str) {
        if !self.unit.bound.contains(reg) {
            let constant = self.unit.constant(crate::constants::string(name));
            self.unit.emit_bc(Op::CheckBound, reg, constant);
            self.unit.bound.insert(reg);
        }
    }

    /// Whether a walrus somewhere in this function rebinds the name.
    pub(crate) fn is_rebound_in_expressions(&self, name: &Name) -> bool {
        let name = self.mangle(name);
        self.scopes.symbol(self.unit.scope, &name).has(uses::WALRUS)
    }

    pub(crate) fn load_name(&mut self, name: &Name, dst: Reg) -> Res {
        if &**name == "__debug__" {
            self.load_const(dst, if self.options.optimize == 0 { Const::True } else { Const::False });
            return Ok(());
        }
        let name = self.mangle(name);
        self.load_mangled(&name, dst)
    }

    pub(crate) fn load_mangled(&mut self, name: &str, dst: Reg) -> Res {
        match self.access(name) {
            Access::Register(reg) => {
                self.check_bound(reg, name);
                self.unit.move_to(dst, reg);
            }
            Access::Cell { reg, free } => {
                let name = self.unit.name(name)?;
                self.unit.emit(Op::LoadDeref, u8::from(free), dst, reg, name);
            }
            Access::Global => {
                let site = self.unit.global_site(name);
                self.unit.emit_bc(Op::LoadGlobal, dst, site);
            }
            Access::Namespace => {
                let name = self.unit.name(name)?;
                self.unit.emit(Op::LoadName, 0, dst, 0, name);
            }
            Access::ClassFree(cell) => {
                let name = self.unit.name(name)?;
                self.unit.emit(Op::LoadClassDeref, small(cell)?, dst, 0, name);
            }
            Access::ClassDict { dict, cell } => {
                let mark = self.unit.mark();
                let namespace = self.unit.temp()?;
                let dict_name = self.unit.name("__classdict__")?;
                self.unit.emit(Op::LoadDeref, 1, namespace, dict, dict_name);
                let name = self.unit.name(name)?;
                match cell {
                    Some(cell) => self.unit.emit(Op::LoadClassDeref, small(cell)?, dst, namespace, name),
                    None => self.unit.emit(Op::LoadName, 0, dst, namespace, name),
                }
                self.clear(namespace);
                self.unit.release(mark);
            }
        }
        Ok(())
    }

    /// The register a value can be computed into directly when it is to be stored under this name.
    pub(crate) fn store_register(&self, name: &Name) -> Option<Reg> {
        match self.access(&self.mangle(name)) {
            Access::Register(reg) => Some(reg),
            _ => None,
        }
    }

    /// Notes that a plain local has got a value.
    pub(crate) fn now_bound(&mut self, reg: Reg) {
        if self.unit.reachable && !is_temp(reg) {
            self.unit.bound.insert(reg);
        }
    }

    /// Binds the name to the value in `src`, which is consumed if it is a temporary.
    pub(crate) fn store_name(&mut self, name: &Name, src: Reg, span: Span) -> Res {
        if &**name == "__debug__" {
            return Err(syntax_error(span, "cannot assign to __debug__"));
        }
        let name = self.mangle(name);
        self.store_mangled(&name, src)
    }

    pub(crate) fn store_mangled(&mut self, name: &str, src: Reg) -> Res {
        match self.access(name) {
            Access::Register(reg) => {
                self.unit.move_to(reg, src);
                self.now_bound(reg);
            }
            Access::Cell { reg, .. } | Access::ClassFree(reg) => self.unit.emit(Op::StoreDeref, 0, reg, src, 0),
            Access::Global | Access::ClassDict { .. } => {
                let site = self.unit.global_site(name);
                self.unit.emit_bc(Op::StoreGlobal, src, site);
            }
            Access::Namespace => {
                let name = self.unit.name(name)?;
                self.unit.emit(Op::StoreName, 0, src, 0, name);
            }
        }
        Ok(())
    }

    pub(crate) fn delete_name(&mut self, name: &Name, span: Span) -> Res {
        if &**name == "__debug__" {
            return Err(syntax_error(span, "cannot delete __debug__"));
        }
        let name = self.mangle(name);
        match self.access(&name) {
            Access::Register(reg) => {
                let constant = self.unit.constant(crate::constants::string(&name));
                self.unit.emit_bc(Op::DeleteLocal, reg, constant);
                self.unit.bound.remove(reg);
            }
            Access::Cell { reg, free } => {
                let name = self.unit.name(&name)?;
                self.unit.emit(Op::DeleteDeref, u8::from(free), reg, 0, name);
            }
            Access::ClassFree(reg) => {
                let name = self.unit.name(&name)?;
                self.unit.emit(Op::DeleteDeref, 1, reg, 0, name);
            }
            Access::Global | Access::ClassDict { .. } => {
                let site = self.unit.global_site(&name);
                self.unit.emit(Op::DeleteGlobal, 0, 0, site as u16, (site >> 16) as u16);
            }
            Access::Namespace => {
                let name = self.unit.name(&name)?;
                self.unit.emit(Op::DeleteName, 0, 0, 0, name);
            }
        }
        Ok(())
    }

    /// Unbinds the name of `except … as name`, whether or not the body has unbound it.
    pub(crate) fn forget_name(&mut self, name: &Name, span: Span) -> Res {
        if let Some(reg) = self.store_register(name) {
            self.clear(reg);
            self.unit.bound.remove(reg);
            return Ok(());
        }
        let mark = self.unit.mark();
        let none = self.unit.temp()?;
        self.load_none(none);
        self.store_name(name, none, span)?;
        self.unit.release(mark);
        self.delete_name(name, span)
    }
}

fn small(reg: Reg) -> Res<u8> {
    u8::try_from(reg).map_err(|_| too_large())
}
