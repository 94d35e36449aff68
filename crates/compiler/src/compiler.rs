//! The state of one compilation, and what all parts of the walk share.

use crate::constants;
use crate::flow::Block;
use crate::scope::{Place, Role, ScopeId, ScopeKind, Scopes, uses};
use crate::unit::{Reg, Unit};
use crate::{CompileOptions, Res, syntax_error};
use indexmap::IndexSet;
use rustc_hash::FxHashMap;
use std::rc::Rc;
use weft_bytecode::{Code, Const, Intrinsic, Loc, Local, LocalKind, Op, Singleton, flags};
use weft_source::{Diagnostic, LineIndex, Span};
use weft_syntax::ast::Name;

/// What a code object is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FrameKind {
    Module,
    Class,
    Function,
    AsyncFunction,
    GeneratorExpression,
    /// The hidden functions of type parameters and aliases.
    TypeScope,
}

/// A comprehension being compiled into the code around it.
pub(crate) struct Inlined {
    pub scope: ScopeId,
    pub registers: FxHashMap<Name, Reg>,
}

/// What belongs to the code object under construction besides its [`Unit`].
pub(crate) struct Frame<'a> {
    pub kind: FrameKind,
    pub blocks: Vec<Block<'a>>,
    pub comprehensions: Vec<Inlined>,
    /// Registers of names, those of cells included.
    pub locals: FxHashMap<Name, Reg>,
    pub frees: FxHashMap<Name, Reg>,
    pub class_cell: Option<Reg>,
    pub class_dict: Option<Reg>,
    /// What stands before the names of definitions within, in their qualified names.
    pub prefix: String,
    /// `except`, `finally` and `with` handlers around the current point.
    pub handler_depth: u32,
}

/// The parts of the enclosing code, kept while a nested one is compiled.
pub(crate) struct Saved<'a> {
    unit: Unit,
    frame: Frame<'a>,
}

pub(crate) struct Compiler<'a> {
    pub lines: LineIndex,
    pub scopes: Scopes,
    pub options: &'a CompileOptions,
    pub future_annotations: bool,
    /// `from __future__` imports stand before this offset.
    pub future_end: u32,
    pub warnings: Vec<Diagnostic>,
    pub unit: Unit,
    pub frame: Frame<'a>,
    /// For each class around: the attributes its methods assign.
    pub static_attributes: Vec<IndexSet<Name>>,
}

impl<'a> Frame<'a> {
    pub(crate) fn new(kind: FrameKind) -> Frame<'a> {
        Frame {
            kind,
            blocks: Vec::new(),
            comprehensions: Vec::new(),
            locals: FxHashMap::default(),
            frees: FxHashMap::default(),
            class_cell: None,
            class_dict: None,
            prefix: String::new(),
            handler_depth: 0,
        }
    }
}

impl<'a> Compiler<'a> {
    // Places in the source.

    pub(crate) fn loc(&self, span: Span) -> Loc {
        let (line, col) = self.lines.line_col(span.start);
        let (end_line, end_col) = self.lines.line_col(span.end);
        Loc { line, end_line, col, end_col }
    }

    /// What is emitted next belongs to this place.
    pub(crate) fn at(&mut self, span: Span) {
        self.unit.loc = self.loc(span);
    }

    pub(crate) fn nowhere(&mut self) {
        self.unit.loc = Loc::default();
    }

    pub(crate) fn warn(&mut self, span: Span, message: impl Into<String>) {
        let warning = syntax_error(span, message);
        // A `finally` body is compiled once for each way out, its warnings are not.
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    // Code objects.

    /// Starts a nested code object.
    pub(crate) fn enter(&mut self, scope: ScopeId, kind: FrameKind, name: &str, line: u32) -> Res<Saved<'a>> {
        let mut frame = Frame::new(kind);
        let named = matches!(kind, FrameKind::Function | FrameKind::AsyncFunction | FrameKind::Class);
        let global = named && !name.starts_with('<') && self.is_explicit_global(scope, name);
        let qualname = if global { name.to_owned() } else { format!("{}{name}", self.frame.prefix) };
        frame.prefix = match kind {
            FrameKind::TypeScope if name.starts_with('<') => self.frame.prefix.clone(),
            FrameKind::Class => format!("{qualname}."),
            _ => format!("{qualname}.<locals>."),
        };
        let track = self.scopes.get(scope).async_comprehension;
        let mut unit = Unit::new(scope, track);
        unit.code.name = name.into();
        unit.code.qualname = qualname.into();
        unit.code.filename = self.options.filename.clone();
        unit.code.first_line = line;
        let saved =
            Saved { unit: std::mem::replace(&mut self.unit, unit), frame: std::mem::replace(&mut self.frame, frame) };
        self.declare()?;
        Ok(saved)
    }

    fn is_explicit_global(&self, scope: ScopeId, name: &str) -> bool {
        let mut around = self.scopes.get(scope).parent;
        while let Some(id) = around
            && self.scopes.get(id).kind == ScopeKind::TypeParams
        {
            around = self.scopes.get(id).parent;
        }
        around.is_some_and(|id| {
            let name = self.scopes.mangle(id, &name.into());
            id != Scopes::MODULE && self.scopes.symbol(id, &name).place == Place::GlobalExplicit
        })
    }

    /// Ends the nested code object and goes back to the one around.
    pub(crate) fn leave(&mut self, saved: Saved<'a>) -> Res<Rc<Code>> {
        let unit = std::mem::replace(&mut self.unit, saved.unit);
        self.frame = saved.frame;
        unit.finish()
    }

    /// Gives every name of the scope its register, and makes or fetches the cells.
    pub(crate) fn declare(&mut self) -> Res {
        let id = self.unit.scope;
        let scope = self.scopes.get(id);
        let kind = scope.kind;
        let mut names: Vec<(Name, LocalKind)> = Vec::new();
        if kind.is_function_like() {
            let in_register = scope.symbols.iter().filter(|(_, s)| matches!(s.place, Place::Local | Place::Cell));
            let (params, others): (Vec<_>, Vec<_>) = in_register.partition(|(_, s)| s.has(uses::PARAM));
            for (name, symbol) in params.into_iter().chain(others) {
                let local = if symbol.place == Place::Cell { LocalKind::Cell } else { LocalKind::Plain };
                names.push((name.clone(), local));
            }
        }
        let (needs_cell, needs_dict) = (scope.needs_class_cell, scope.needs_class_dict);
        let frees: Vec<Name> = scope.frees.iter().cloned().collect();
        if self.unit.code.has_namespace || kind == ScopeKind::Class {
            self.unit.code.has_namespace = true;
            self.unit.named()?;
        }
        for (name, local) in names {
            self.declare_local(name, local)?;
        }
        if needs_cell {
            let reg = self.unit.named()?;
            self.unit.emit(Op::MakeCell, 0, reg, 0, 0);
            self.frame.class_cell = Some(reg);
        }
        if needs_dict {
            let reg = self.unit.named()?;
            self.unit.emit(Op::Move, 0, reg, 0, 0);
            self.unit.emit(Op::MakeCell, 0, reg, 0, 0);
            self.frame.class_dict = Some(reg);
        }
        for (number, name) in frees.iter().enumerate() {
            let number = u16::try_from(number).map_err(|_| crate::too_large())?;
            let reg = self.unit.named()?;
            self.unit.emit(Op::LoadFree, 0, reg, number, 0);
            if &**name == "__class__" {
                self.unit.code.class_cell = Some(reg);
            }
            self.unit.code.locals.push(Local { name: name.clone(), reg, kind: LocalKind::Free });
            self.frame.frees.insert(name.clone(), reg);
        }
        self.unit.code.freevars = frees;
        Ok(())
    }

    fn declare_local(&mut self, name: Name, kind: LocalKind) -> Res {
        let symbol = self.scopes.symbol(self.unit.scope, &name);
        let reg = self.unit.named()?;
        self.frame.locals.insert(name.clone(), reg);
        match kind {
            LocalKind::Cell => self.unit.emit(Op::MakeCell, 0, reg, 0, 0),
            _ if symbol.has(uses::PARAM) => self.unit.bound.insert(reg),
            _ => {}
        }
        if kind == LocalKind::Plain && symbol.has(uses::DELETED) {
            self.unit.deletable.push(reg);
        }
        self.unit.code.locals.push(Local { name, reg, kind });
        Ok(())
    }

    /// Flags every function has, by what its scope contains.
    pub(crate) fn set_function_flags(&mut self) {
        let scope = self.scopes.get(self.unit.scope);
        let code = &mut self.unit.code;
        code.flags |= flags::OPTIMIZED | flags::NEWLOCALS;
        if scope.nested {
            code.flags |= flags::NESTED;
        }
        let generator = scope.yields || self.frame.kind == FrameKind::GeneratorExpression;
        let is_async = scope.is_async || (self.frame.kind == FrameKind::GeneratorExpression && scope.awaits);
        code.flags |= match (generator, is_async) {
            (true, true) => flags::ASYNC_GENERATOR,
            (true, false) => flags::GENERATOR,
            (false, true) => flags::COROUTINE,
            (false, false) => 0,
        };
    }

    pub(crate) fn is_async_generator(&self) -> bool {
        self.unit.code.flags & flags::ASYNC_GENERATOR != 0
    }

    pub(crate) fn scope_of<T>(&self, node: &T, role: Role) -> ScopeId {
        self.scopes.of(node, role)
    }

    /// The scope whose names are current: the innermost comprehension or the code's own.
    pub(crate) fn current_scope(&self) -> ScopeId {
        self.frame.comprehensions.last().map_or(self.unit.scope, |inlined| inlined.scope)
    }

    // Small emissions.

    pub(crate) fn load_const(&mut self, dst: Reg, value: Const) {
        let single = |s: Singleton| Some(s as u8);
        let singleton = match &value {
            Const::None => single(Singleton::None),
            Const::True => single(Singleton::True),
            Const::False => single(Singleton::False),
            Const::Ellipsis => single(Singleton::Ellipsis),
            _ => None,
        };
        match (singleton, &value) {
            (Some(number), _) => self.unit.emit(Op::LoadSingleton, number, dst, 0, 0),
            (None, Const::Int(n)) if i32::try_from(*n).is_ok() => {
                self.unit.emit_bc(Op::LoadInt, dst, *n as i32 as u32);
            }
            _ => {
                let index = self.unit.constant(value);
                self.unit.emit_bc(Op::LoadConst, dst, index);
            }
        }
    }

    pub(crate) fn load_none(&mut self, dst: Reg) {
        self.load_const(dst, Const::None);
    }

    pub(crate) fn load_str(&mut self, dst: Reg, text: &str) {
        self.load_const(dst, constants::string(text));
    }

    pub(crate) fn clear(&mut self, reg: Reg) {
        self.unit.emit(Op::Clear, 0, reg, 0, 0);
    }

    pub(crate) fn intrinsic(&mut self, which: Intrinsic, dst: Reg, b: Reg, c: Reg) {
        self.unit.emit(Op::CallIntrinsic, which as u8, dst, b, c);
    }
}
