//! Assignment, unpacking, augmented and annotated assignment, `del`.

use crate::compiler::{Compiler, FrameKind};
use crate::display::is_starred;
use crate::names::Access;
use crate::operators::immediate;
use crate::unit::{Reg, is_temp};
use crate::{Res, syntax_error};
use weft_bytecode::Op;
use weft_source::Span;
use weft_syntax::ast::{BinOp, Expr, ExprKind, Ident};

/// A value that waits to be stored in a parallel assignment.
enum Waiting<'a> {
    /// A constant, loaded only when it is stored.
    Constant(&'a Expr),
    Register(Reg),
}

fn elements(expr: &Expr) -> Option<&[Expr]> {
    match &*expr.node {
        ExprKind::Tuple(items) | ExprKind::List(items) => Some(items),
        _ => None,
    }
}

impl<'a> Compiler<'a> {
    pub(crate) fn assign(&mut self, targets: &'a [Expr], value: &'a Expr) -> Res {
        if let [target] = targets {
            if self.assign_parallel(target, value)? {
                return Ok(());
            }
            if let ExprKind::Name(name) = &*target.node
                && let Some(reg) = self.store_register(name).filter(|_| &**name != "__debug__")
            {
                self.into(value, reg)?;
                self.now_bound(reg);
                return Ok(());
            }
        }
        let mark = self.unit.mark();
        let later: Vec<&'a Expr> = targets.iter().collect();
        let simple = targets.len() == 1 || targets.iter().all(|t| matches!(&*t.node, ExprKind::Name(_)));
        let value = if simple { self.operand_before(value, &later)? } else { self.push(value)? };
        let Some((last, firsts)) = targets.split_last() else { return Ok(()) };
        for target in firsts {
            let above = self.unit.mark();
            let copy = if is_temp(value) { self.duplicate(value)? } else { value };
            self.store(target, copy)?;
            self.unit.release(above);
        }
        self.store(last, value)?;
        self.unit.release(mark);
        Ok(())
    }

    /// `a, b = b, a`: no tuple is made. False if the statement is not of this form.
    fn assign_parallel(&mut self, target: &'a Expr, value: &'a Expr) -> Res<bool> {
        let (Some(targets), ExprKind::Tuple(values)) = (elements(target), &*value.node) else { return Ok(false) };
        let stars = targets.iter().any(is_starred) || values.iter().any(is_starred);
        if stars || targets.len() != values.len() || targets.is_empty() || targets.len() > 16 {
            return Ok(false);
        }
        let mark = self.unit.mark();
        let registers: Vec<Option<Reg>> = targets.iter().map(|t| self.plain_target(t)).collect();
        let distinct = registers.iter().enumerate().all(|(i, r)| r.is_some() && !registers[..i].contains(r));
        let mut waiting = Vec::with_capacity(values.len());
        for (i, value) in values.iter().enumerate() {
            waiting.push(match (registers[i], Self::is_constant(value)) {
                (_, true) => Waiting::Constant(value),
                (Some(reg), false) if distinct && i + 1 == values.len() => {
                    self.into(value, reg)?;
                    Waiting::Register(reg)
                }
                _ => Waiting::Register(self.waiting_value(value, &registers)?),
            });
        }
        for (target, waiting) in targets.iter().zip(waiting) {
            match (waiting, self.plain_target(target)) {
                (Waiting::Constant(value), Some(reg)) => {
                    self.into(value, reg)?;
                    self.now_bound(reg);
                }
                (Waiting::Constant(value), None) => {
                    let mark = self.unit.mark();
                    let value = self.push(value)?;
                    self.store(target, value)?;
                    self.unit.release(mark);
                }
                (Waiting::Register(value), _) => self.store(target, value)?,
            }
        }
        self.unit.release(mark);
        Ok(true)
    }

    fn waiting_value(&mut self, value: &'a Expr, registers: &[Option<Reg>]) -> Res<Reg> {
        if let ExprKind::Name(name) = &*value.node
            && !self.is_rebound_in_expressions(name)
            && let Some(reg) = self.store_register(name).filter(|reg| !registers.contains(&Some(*reg)))
            && registers.iter().all(Option::is_some)
        {
            return self.in_place(value).map(|found| found.unwrap_or(reg));
        }
        self.push(value)
    }

    /// The register of a target that is a plain local.
    pub(crate) fn plain_target(&self, target: &Expr) -> Option<Reg> {
        match &*target.node {
            ExprKind::Name(name) if &**name != "__debug__" => self.store_register(name),
            _ => None,
        }
    }

    /// Stores the value in `src`, which is consumed if it is a temporary.
    pub(crate) fn store(&mut self, target: &'a Expr, src: Reg) -> Res {
        self.at(target.span);
        match &*target.node {
            ExprKind::Name(name) => self.store_name(name, src, target.span),
            ExprKind::Attribute { value, attr } => {
                self.check_attribute(attr, target.span)?;
                let mark = self.unit.mark();
                let object = self.operand(value)?;
                self.note_static_attribute(value, attr);
                let site = self.attribute_site(attr)?;
                self.unit.loc = self.attribute_loc(target.span, attr);
                self.unit.emit(Op::StoreAttr, 0, object, src, site);
                self.unit.release(mark);
                Ok(())
            }
            ExprKind::Subscript { value, slice } => {
                let mark = self.unit.mark();
                let object = self.operand_before(value, &[slice])?;
                let (op, index) = match immediate(slice) {
                    Some(index) => (Op::SetItemImm, index),
                    None => (Op::SetItem, self.operand(slice)?),
                };
                self.at(target.span);
                self.unit.emit(op, 0, object, index, src);
                self.unit.release(mark);
                Ok(())
            }
            ExprKind::Tuple(items) | ExprKind::List(items) => self.unpack(target, items, src),
            ExprKind::Starred(_) => {
                Err(syntax_error(target.span, "starred assignment target must be in a list or tuple"))
            }
            _ => Err(syntax_error(target.span, "cannot assign to expression")),
        }
    }

    fn check_attribute(&self, attr: &Ident, span: Span) -> Res {
        match &*attr.name {
            "__debug__" => Err(syntax_error(span, "cannot assign to __debug__")),
            _ => Ok(()),
        }
    }

    /// `self.x = …` in a method tells the class about `x`.
    fn note_static_attribute(&mut self, value: &Expr, attr: &Ident) {
        if !matches!(&*value.node, ExprKind::Name(name) if &**name == "self") {
            return;
        }
        // The body of a class within a method counts for the class around.
        let inner = usize::from(self.frame.kind == FrameKind::Class);
        if let Some(attributes) = self.static_attributes.iter_mut().rev().nth(inner) {
            attributes.insert(attr.name.clone());
        }
    }

    fn unpack(&mut self, target: &'a Expr, items: &'a [Expr], src: Reg) -> Res {
        let mark = self.unit.mark();
        let base = match self.direct_targets(items).filter(|base| !self.overlaps(*base, items.len(), src)) {
            Some(base) => base,
            None => self.unit.temps(items.len())?,
        };
        self.emit_unpack(target, items, base, src)?;
        for (item, reg) in items.iter().zip(base..) {
            match &*item.node {
                _ if !is_temp(base) => self.now_bound(reg),
                ExprKind::Starred(inner) => self.store(inner, reg)?,
                _ => self.store(item, reg)?,
            }
        }
        self.unit.release(mark);
        Ok(())
    }

    /// The first register if the targets are plain locals in neighbouring registers.
    fn direct_targets(&self, items: &[Expr]) -> Option<Reg> {
        let register = |item: &Expr| match &*item.node {
            ExprKind::Starred(inner) => self.plain_target(inner),
            _ => self.plain_target(item),
        };
        let base = register(items.first()?)?;
        let neighbours = items.iter().zip(base..).all(|(item, reg)| register(item) == Some(reg));
        neighbours.then_some(base)
    }

    fn overlaps(&self, base: Reg, count: usize, src: Reg) -> bool {
        src >= base && usize::from(src - base) < count
    }

    fn emit_unpack(&mut self, target: &'a Expr, items: &'a [Expr], base: Reg, src: Reg) -> Res {
        let count = u16::try_from(items.len()).map_err(|_| crate::too_large())?;
        let mut stars = items.iter().enumerate().filter(|(_, item)| is_starred(item));
        let star = stars.next();
        if stars.next().is_some() {
            return Err(syntax_error(target.span, "multiple starred expressions in assignment"));
        }
        self.at(target.span);
        match star {
            None => self.unit.emit(Op::UnpackSequence, 0, base, src, count),
            Some((before, _)) => {
                let after = u8::try_from(items.len() - before - 1)
                    .map_err(|_| syntax_error(target.span, "too many expressions in star-unpacking assignment"))?;
                self.unit.emit(Op::UnpackEx, after, base, src, before as u16);
            }
        }
        Ok(())
    }

    pub(crate) fn augmented(&mut self, span: Span, target: &'a Expr, op: BinOp, value: &'a Expr) -> Res {
        let mark = self.unit.mark();
        match &*target.node {
            ExprKind::Name(name) => self.augmented_name(span, target, name, op, value)?,
            ExprKind::Attribute { value: object, attr } => {
                let object = self.operand_before(object, &[value])?;
                let again = if is_temp(object) { self.duplicate(object)? } else { object };
                let result = self.unit.temp()?;
                let site = self.attribute_site(attr)?;
                self.at(target.span);
                self.unit.emit(Op::LoadAttr, 0, result, again, site);
                self.binary_right(span, op, result, value, result, true)?;
                let site = self.attribute_site(attr)?;
                self.at(target.span);
                self.unit.emit(Op::StoreAttr, 0, object, result, site);
            }
            ExprKind::Subscript { value: object, slice } => {
                let object = self.operand_before(object, &[slice, value])?;
                let index = match immediate(slice) {
                    Some(_) => None,
                    None => Some(self.operand_before(slice, &[value])?),
                };
                let object_again = if is_temp(object) { self.duplicate(object)? } else { object };
                let (get, set, index, index_again) = match (index, immediate(slice)) {
                    (None, Some(number)) => (Op::GetItemImm, Op::SetItemImm, number, number),
                    (index, _) => {
                        let index = index.unwrap_or_default();
                        let again = if is_temp(index) { self.duplicate(index)? } else { index };
                        (Op::GetItem, Op::SetItem, index, again)
                    }
                };
                let result = self.unit.temp()?;
                self.at(target.span);
                self.unit.emit(get, 0, result, object_again, index_again);
                self.binary_right(span, op, result, value, result, true)?;
                self.at(target.span);
                self.unit.emit(set, 0, object, index, result);
            }
            _ => return Err(syntax_error(target.span, "illegal expression for augmented assignment")),
        }
        self.unit.release(mark);
        Ok(())
    }

    fn augmented_name(
        &mut self,
        span: Span,
        target: &'a Expr,
        name: &'a weft_syntax::ast::Name,
        op: BinOp,
        value: &'a Expr,
    ) -> Res {
        if &**name == "__debug__" {
            return Err(syntax_error(target.span, "cannot assign to __debug__"));
        }
        match self.access(&self.mangle(name)) {
            Access::Register(reg) => {
                let left = self.operand_before(target, &[value])?;
                self.binary_right(span, op, left, value, reg, true)
            }
            _ => {
                let left = self.push(target)?;
                self.binary_right(span, op, left, value, left, true)?;
                self.at(target.span);
                self.store_name(name, left, target.span)
            }
        }
    }

    pub(crate) fn annotated(
        &mut self,
        span: Span,
        target: &'a Expr,
        annotation: &'a Expr,
        value: Option<&'a Expr>,
        simple: bool,
    ) -> Res {
        if let Some(value) = value {
            self.assign(std::slice::from_ref(target), value)?;
        }
        let in_namespace = matches!(self.frame.kind, FrameKind::Module | FrameKind::Class);
        match &*target.node {
            ExprKind::Name(name) => {
                if &**name == "__debug__" {
                    return Err(syntax_error(span, "cannot assign to __debug__"));
                }
                if simple && in_namespace {
                    self.store_annotation(span, name, annotation)?;
                } else if in_namespace {
                    self.annotation_effect(annotation)?;
                }
            }
            ExprKind::Attribute { value: object, attr } => {
                self.check_attribute(attr, span)?;
                if value.is_none() {
                    self.effect(object)?;
                }
                if in_namespace {
                    self.annotation_effect(annotation)?;
                }
            }
            ExprKind::Subscript { value: object, slice } => {
                if value.is_none() {
                    self.effect(object)?;
                    self.effect(slice)?;
                }
                if in_namespace {
                    self.annotation_effect(annotation)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn annotation_effect(&mut self, annotation: &'a Expr) -> Res {
        if self.future_annotations { Ok(()) } else { self.effect(annotation) }
    }

    fn store_annotation(&mut self, span: Span, name: &weft_syntax::ast::Name, annotation: &'a Expr) -> Res {
        let mark = self.unit.mark();
        let value = self.unit.temp()?;
        self.annotation(annotation, value)?;
        self.at(span);
        let annotations = self.unit.temp()?;
        self.load_mangled("__annotations__", annotations)?;
        let key = self.unit.temp()?;
        let name = self.mangle(name);
        self.load_str(key, &name);
        self.unit.emit(Op::SetItem, 0, annotations, key, value);
        self.unit.release(mark);
        Ok(())
    }

    pub(crate) fn delete(&mut self, target: &'a Expr) -> Res {
        self.at(target.span);
        let mark = self.unit.mark();
        match &*target.node {
            ExprKind::Name(name) => self.delete_name(name, target.span)?,
            ExprKind::Attribute { value, attr } => {
                let object = self.operand(value)?;
                let site = self.attribute_site(attr)?;
                self.at(target.span);
                self.unit.emit(Op::DeleteAttr, 0, object, 0, site);
            }
            ExprKind::Subscript { value, slice } => {
                let object = self.operand_before(value, &[slice])?;
                let index = self.operand(slice)?;
                self.at(target.span);
                self.unit.emit(Op::DelItem, 0, object, index, 0);
            }
            ExprKind::Tuple(items) | ExprKind::List(items) => items.iter().try_for_each(|item| self.delete(item))?,
            _ => return Err(syntax_error(target.span, "cannot delete expression")),
        }
        self.unit.release(mark);
        Ok(())
    }
}
