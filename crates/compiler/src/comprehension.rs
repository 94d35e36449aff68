//! Comprehensions: list, set and dict comprehensions are compiled into the code around them (PEP 709), with registers
//! of their own for their targets; generator expressions are functions.

use crate::compiler::{Compiler, FrameKind, Inlined};
use crate::scope::{Place, Role, ScopeId};
use crate::unit::{Reg, is_temp};
use crate::{Res, syntax_error};
use rustc_hash::FxHashMap;
use weft_bytecode::{Op, flags};
use weft_source::Span;
use weft_syntax::ast::{Comprehension, Expr, ExprKind};

/// What is done with each element.
#[derive(Clone, Copy)]
struct Element<'a> {
    /// Of the whole comprehension.
    span: Span,
    kind: ElementKind,
    elt: &'a Expr,
    /// The value, in a dict comprehension.
    value: Option<&'a Expr>,
    generators: &'a [Comprehension],
    /// Handlers drop temporaries: everything that lives across iterations is in hidden registers.
    is_async: bool,
}

#[derive(Clone, Copy)]
enum ElementKind {
    Append(Op, Reg),
    Yield,
}

impl<'a> Compiler<'a> {
    pub(crate) fn comprehension(
        &mut self,
        expr: &'a Expr,
        elt: &'a Expr,
        value: Option<&'a Expr>,
        generators: &'a [Comprehension],
        dst: Reg,
    ) -> Res {
        let scope = self.scope_of(&*expr.node, Role::Body);
        if self.scopes.get(scope).awaits && !self.may_await() {
            return Err(syntax_error(expr.span, "asynchronous comprehension outside of an asynchronous function"));
        }
        let Some(first) = generators.first() else { return Ok(()) };
        let is_async = generators.iter().any(|g| g.is_async);
        let spilled = if is_async { self.spill_temps()? } else { Vec::new() };
        let mark = self.unit.mark();
        let result = match (is_async, is_temp(dst)) {
            (true, _) => self.unit.hidden_value()?,
            (false, true) => dst,
            (false, false) => self.unit.temp()?,
        };
        let iterator = self.outer_iterator(first, is_async)?;
        let (build, add) = match &*expr.node {
            ExprKind::SetComp { .. } => (Op::BuildSet, Op::SetAdd),
            ExprKind::DictComp { .. } => (Op::BuildMap, Op::MapAdd),
            _ => (Op::BuildList, Op::ListAppend),
        };
        self.at(expr.span);
        self.unit.emit(build, 0, result, result, 0);
        self.begin_inlined(scope, generators)?;
        let element =
            Element { span: expr.span, kind: ElementKind::Append(add, result), elt, value, generators, is_async };
        self.generate(element, 0, iterator)?;
        self.end_inlined();
        self.unit.move_to(dst, result);
        if is_async {
            self.clear(result);
            self.unit.free_hidden(result);
        }
        self.unit.release(mark);
        for (temp, hidden) in spilled {
            self.unit.emit(Op::Move, 0, temp, hidden, 0);
            self.clear(hidden);
            self.unit.free_hidden(hidden);
        }
        Ok(())
    }

    fn outer_iterator(&mut self, first: &'a Comprehension, is_async: bool) -> Res<Reg> {
        let op = if first.is_async { Op::GetAIter } else { Op::GetIter };
        self.iterator(op, &first.iter, !is_async)
    }

    /// Moves live temporaries to hidden registers, where a handler leaves them alone.
    fn spill_temps(&mut self) -> Res<Vec<(Reg, Reg)>> {
        let mut live: Vec<Reg> = self.unit.live_temps.iter().flatten().copied().collect();
        live.sort_unstable();
        let mut spilled = Vec::with_capacity(live.len());
        for temp in live {
            let hidden = self.unit.hidden_value()?;
            self.unit.emit(Op::Move, 0, hidden, temp, 0);
            spilled.push((temp, hidden));
        }
        Ok(spilled)
    }

    fn begin_inlined(&mut self, scope: ScopeId, generators: &[Comprehension]) -> Res {
        let targets: Vec<_> = self
            .scopes
            .get(scope)
            .symbols
            .iter()
            .filter(|(_, symbol)| matches!(symbol.place, Place::Local | Place::Cell))
            .map(|(name, symbol)| (name.clone(), symbol.place))
            .collect();
        // With one generator, its target is bound before anything can read it.
        let simple = generators.len() == 1;
        let mut registers = FxHashMap::default();
        for (name, place) in targets {
            let reg = self.unit.hidden_value()?;
            self.unit.bound.remove(reg);
            if place == Place::Cell || !simple {
                self.clear(reg);
            }
            if place == Place::Cell {
                self.unit.emit(Op::MakeCell, 0, reg, 0, 0);
            }
            registers.insert(name, reg);
        }
        self.frame.comprehensions.push(Inlined { scope, registers });
        Ok(())
    }

    fn end_inlined(&mut self) {
        let Some(inlined) = self.frame.comprehensions.pop() else { return };
        let mut registers: Vec<Reg> = inlined.registers.into_values().collect();
        registers.sort_unstable();
        for reg in registers.into_iter().rev() {
            self.clear(reg);
            self.unit.bound.remove(reg);
            self.unit.free_hidden(reg);
        }
    }

    /// One loop, and within it the others; `iterator` is this loop's.
    fn generate(&mut self, element: Element<'a>, index: usize, iterator: Reg) -> Res {
        let generator = &element.generators[index];
        let (top, again, exhausted) = (self.unit.label(), self.unit.label(), self.unit.label());
        self.unit.bind_loop(top);
        let bound = self.unit.bound.clone();
        let region = if generator.is_async {
            Some(self.next_async_item(iterator, &generator.target, element.span)?)
        } else {
            self.next_item(iterator, &generator.target, generator.iter.span, exhausted)?;
            None
        };
        for test in &generator.ifs {
            self.jump_if(test, again, false)?;
        }
        match element.generators.get(index + 1) {
            Some(inner) => {
                let mark = self.unit.mark();
                let op = if inner.is_async { Op::GetAIter } else { Op::GetIter };
                let iterator = self.iterator(op, &inner.iter, !element.is_async)?;
                self.generate(element, index + 1, iterator)?;
                self.unit.release(mark);
            }
            None => self.element(element)?,
        }
        self.unit.bind(again);
        self.at(generator.iter.span);
        self.unit.jump(if generator.is_async { Op::Jump } else { Op::ForLoop }, 0, 0, top);
        if let Some(region) = region {
            self.end_async(&region, &bound, exhausted, element.span)?;
        }
        self.unit.bind(exhausted);
        self.unit.not_live(iterator);
        if generator.is_async {
            self.clear(iterator);
        }
        // The parameter of a generator expression is no register to give back.
        if element.is_async && !(index == 0 && matches!(element.kind, ElementKind::Yield)) {
            self.unit.free_hidden(iterator);
        }
        Ok(())
    }

    fn element(&mut self, element: Element<'a>) -> Res {
        let mark = self.unit.mark();
        match (element.kind, element.value) {
            (ElementKind::Append(op, result), Some(value)) => {
                let key = self.operand_before(element.elt, &[value])?;
                let value = self.operand(value)?;
                self.at(element.elt.span);
                self.unit.emit(op, 0, result, key, value);
            }
            (ElementKind::Append(op, result), None) => {
                let value = self.operand(element.elt)?;
                self.at(element.elt.span);
                self.unit.emit(op, 0, result, value, 0);
            }
            (ElementKind::Yield, _) => {
                let value = self.operand(element.elt)?;
                let sent = self.unit.temp()?;
                self.at(element.elt.span);
                let op = if self.is_async_generator() { Op::AsyncGenYield } else { Op::Yield };
                self.unit.emit(op, 0, sent, value, 0);
                self.clear(sent);
            }
        }
        self.unit.release(mark);
        Ok(())
    }

    pub(crate) fn generator_expression(
        &mut self,
        expr: &'a Expr,
        elt: &'a Expr,
        generators: &'a [Comprehension],
        dst: Reg,
    ) -> Res {
        let Some(first) = generators.first() else { return Ok(()) };
        let scope = self.scope_of(&*expr.node, Role::Body);
        let line = self.loc(expr.span).line;
        let saved = self.enter(scope, FrameKind::GeneratorExpression, "<genexpr>", line)?;
        self.set_function_flags();
        self.unit.code.args = 1;
        self.unit.code.posonly = 0;
        let is_async = generators.iter().any(|g| g.is_async);
        let element = Element { span: expr.span, kind: ElementKind::Yield, elt, value: None, generators, is_async };
        self.at(expr.span);
        self.generate(element, 0, 0)?;
        self.at(expr.span);
        self.unit.emit(Op::ReturnNone, 0, 0, 0, 0);
        debug_assert!(self.unit.code.flags & (flags::GENERATOR | flags::ASYNC_GENERATOR) != 0);
        let code = self.leave(saved)?;

        let mark = self.unit.mark();
        let base = self.unit.temps(2)?;
        self.at(expr.span);
        self.make_function(code, base, &[])?;
        let source = self.operand_at(&first.iter, &[], base + 1)?;
        self.at(first.iter.span);
        let op = if first.is_async { Op::GetAIter } else { Op::GetIter };
        self.unit.emit(op, 0, base + 1, source, 0);
        self.at(expr.span);
        self.unit.emit(Op::Call, 0, base, 1, dst);
        self.unit.release(mark);
        Ok(())
    }
}
