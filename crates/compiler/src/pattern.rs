//! `match`. Parts of the subject live in hidden registers; names are bound when the whole pattern has matched.

use crate::compiler::Compiler;
use crate::constants;
use crate::fold::fold;
use crate::operators::immediate;
use crate::unit::{Label, Reg, TEMP};
use crate::{Res, syntax_error};
use weft_bytecode::{Const, Op};
use weft_source::Span;
use weft_syntax::ast::{Constant, Expr, ExprKind, Ident, MatchCase, Name, Pattern, PatternKind};

/// The state of one case.
struct Case {
    fail: Label,
    captures: Vec<(Name, Reg, Span)>,
    /// Hidden registers in use, to be dropped when the case is decided.
    used: Vec<Reg>,
}

fn is_wildcard(pattern: &Pattern) -> bool {
    matches!(&pattern.node, PatternKind::As { pattern: None, name: None })
}

fn is_star(pattern: &Pattern) -> bool {
    matches!(&pattern.node, PatternKind::Star(_))
}

fn is_star_wildcard(pattern: &Pattern) -> bool {
    matches!(&pattern.node, PatternKind::Star(None))
}

/// Why nothing after the pattern can be reached, if so.
fn irrefutable(pattern: &Pattern) -> Option<(String, Span)> {
    match &pattern.node {
        PatternKind::As { pattern: Some(inner), .. } => irrefutable(inner),
        PatternKind::Or(alternatives) => irrefutable(alternatives.last()?),
        PatternKind::As { pattern: None, name: None } => Some(("wildcard".to_owned(), pattern.span)),
        PatternKind::As { pattern: None, name: Some(name) } => {
            Some((format!("name capture '{}'", name.name), pattern.span))
        }
        _ => None,
    }
}

fn check_reachable(pattern: &Pattern) -> Res {
    match irrefutable(pattern) {
        Some((what, span)) => Err(syntax_error(span, format!("{what} makes remaining patterns unreachable"))),
        None => Ok(()),
    }
}

impl<'a> Compiler<'a> {
    pub(crate) fn match_stmt(&mut self, subject: &'a Expr, cases: &'a [MatchCase]) -> Res {
        let value = self.unit.hidden_value()?;
        self.into(subject, value)?;
        let end = self.unit.label();
        for (i, case) in cases.iter().enumerate() {
            if case.guard.is_none() && i + 1 < cases.len() {
                check_reachable(&case.pattern)?;
            }
            self.match_case(case, value, end)?;
        }
        self.clear(value);
        self.unit.bind(end);
        self.unit.free_hidden(value);
        Ok(())
    }

    fn match_case(&mut self, case: &'a MatchCase, subject: Reg, end: Label) -> Res {
        let next = self.unit.label();
        let mut state = Case { fail: self.unit.label(), captures: Vec::new(), used: Vec::new() };
        self.pattern(&case.pattern, subject, &mut state)?;
        for (name, reg, span) in std::mem::take(&mut state.captures) {
            self.at(span);
            self.store_name(&name, reg, span)?;
        }
        state.used.iter().for_each(|reg| self.clear(*reg));
        if let Some(guard) = &case.guard {
            self.jump_if(guard, next, false)?;
        }
        self.clear(subject);
        self.body(&case.body)?;
        self.nowhere();
        self.unit.jump(Op::Jump, 0, 0, end);
        self.unit.bind(state.fail);
        state.used.iter().for_each(|reg| self.clear(*reg));
        for reg in state.used {
            self.unit.free_hidden(reg);
        }
        self.unit.bind(next);
        Ok(())
    }

    fn hidden_run(&mut self, count: usize, case: &mut Case) -> Res<Reg> {
        if count == 1 {
            let reg = self.unit.hidden_value()?;
            case.used.push(reg);
            return Ok(reg);
        }
        let run = self.unit.hidden_run(count)?;
        for reg in (run..).take(count) {
            case.used.push(reg);
        }
        Ok(run)
    }

    fn capture(&mut self, name: &Ident, reg: Reg, span: Span, case: &mut Case) -> Res {
        if &*name.name == "__debug__" {
            return Err(syntax_error(span, "cannot assign to __debug__"));
        }
        if case.captures.iter().any(|(other, ..)| *other == name.name) {
            return Err(syntax_error(span, format!("multiple assignments to name '{}' in pattern", name.name)));
        }
        case.captures.push((name.name.clone(), reg, span));
        Ok(())
    }

    fn pattern(&mut self, pattern: &'a Pattern, subject: Reg, case: &mut Case) -> Res {
        self.at(pattern.span);
        match &pattern.node {
            PatternKind::Value(value) => self.value_pattern(pattern, value, subject, case),
            PatternKind::Singleton(literal) => self.singleton_pattern(literal, subject, case),
            PatternKind::Sequence(patterns) => self.sequence_pattern(pattern, patterns, subject, case),
            PatternKind::Mapping { keys, patterns, rest } => {
                self.mapping_pattern(pattern, keys, patterns, rest.as_ref(), subject, case)
            }
            PatternKind::Class { cls, patterns, keywords } => {
                self.class_pattern(pattern, cls, patterns, keywords, subject, case)
            }
            PatternKind::Star(_) => Err(syntax_error(pattern.span, "can't use starred pattern here")),
            PatternKind::As { pattern: inner, name } => {
                if let Some(inner) = inner {
                    self.pattern(inner, subject, case)?;
                }
                name.as_ref().map_or(Ok(()), |name| self.capture(name, subject, pattern.span, case))
            }
            PatternKind::Or(alternatives) => self.or_pattern(pattern, alternatives, subject, case),
        }
    }

    fn value_pattern(&mut self, pattern: &'a Pattern, value: &'a Expr, subject: Reg, case: &mut Case) -> Res {
        if let Some(value) = immediate(value) {
            self.unit.jump(Op::JumpUnlessEqImm, subject, value, case.fail);
            return Ok(());
        }
        let mark = self.unit.mark();
        let value = self.operand(value)?;
        self.at(pattern.span);
        self.unit.jump(Op::JumpUnlessEq, subject, value, case.fail);
        self.unit.release(mark);
        Ok(())
    }

    fn singleton_pattern(&mut self, literal: &Constant, subject: Reg, case: &mut Case) -> Res {
        if *literal == Constant::None {
            self.unit.jump(Op::JumpIfNotNone, subject, 0, case.fail);
            return Ok(());
        }
        let mark = self.unit.mark();
        let result = self.unit.temp()?;
        self.load_const(result, constants::from_literal(literal));
        self.unit.emit(Op::Is, 0, result, subject, result);
        self.unit.jump(Op::JumpIfFalse, result, 0, case.fail);
        self.unit.release(mark);
        Ok(())
    }

    /// `op` gives a truth about the subject that must hold.
    fn require(&mut self, op: Op, subject: Reg, case: &Case) -> Res {
        let mark = self.unit.mark();
        let result = self.unit.temp()?;
        self.unit.emit(op, 0, result, subject, 0);
        self.unit.jump(Op::JumpIfFalse, result, 0, case.fail);
        self.unit.release(mark);
        Ok(())
    }

    fn require_length(&mut self, jump: Op, length: usize, subject: Reg, case: &Case) -> Res {
        let length = i16::try_from(length).map_err(|_| crate::too_large())?;
        let mark = self.unit.mark();
        let actual = self.unit.temp()?;
        self.unit.emit(Op::GetLen, 0, actual, subject, 0);
        self.unit.jump(jump, actual, length as u16, case.fail);
        self.unit.release(mark);
        Ok(())
    }

    fn sequence_pattern(
        &mut self,
        pattern: &'a Pattern,
        patterns: &'a [Pattern],
        subject: Reg,
        case: &mut Case,
    ) -> Res {
        let star = patterns.iter().position(is_star);
        if patterns.iter().filter(|p| is_star(p)).count() > 1 {
            return Err(syntax_error(pattern.span, "multiple starred names in sequence pattern"));
        }
        self.require(Op::MatchSequence, subject, case)?;
        match star {
            None => self.require_length(Op::JumpUnlessEqImm, patterns.len(), subject, case)?,
            Some(_) if patterns.len() > 1 => {
                self.require_length(Op::JumpUnlessGeImm, patterns.len() - 1, subject, case)?;
            }
            Some(_) => {}
        }
        if patterns.iter().all(|p| is_wildcard(p) || is_star_wildcard(p)) {
            return Ok(());
        }
        match star {
            Some(at) if is_star_wildcard(&patterns[at]) => self.indexed_items(pattern, patterns, at, subject, case),
            _ => self.unpacked_items(pattern, patterns, star, subject, case),
        }
    }

    /// `[a, *_, b]`: only the items asked for are fetched.
    fn indexed_items(
        &mut self,
        pattern: &'a Pattern,
        patterns: &'a [Pattern],
        star: usize,
        subject: Reg,
        case: &mut Case,
    ) -> Res {
        for (i, item) in patterns.iter().enumerate().filter(|(i, p)| *i != star && !is_wildcard(p)) {
            let part = self.hidden_run(1, case)?;
            let mark = self.unit.mark();
            let index = self.unit.temp()?;
            self.at(pattern.span);
            if i < star {
                self.load_const(index, Const::Int(i as i64));
            } else {
                self.unit.emit(Op::GetLen, 0, index, subject, 0);
                self.unit.emit(Op::SubImm, 0, index, index, (patterns.len() - i) as u16);
            }
            self.unit.emit(Op::GetItem, 0, part, subject, index);
            self.unit.release(mark);
            self.pattern(item, part, case)?;
        }
        Ok(())
    }

    fn unpacked_items(
        &mut self,
        pattern: &'a Pattern,
        patterns: &'a [Pattern],
        star: Option<usize>,
        subject: Reg,
        case: &mut Case,
    ) -> Res {
        let parts = self.hidden_run(patterns.len(), case)?;
        self.at(pattern.span);
        match star {
            None => self.unit.emit(Op::UnpackSequence, 0, parts, subject, patterns.len() as u16),
            Some(before) => {
                let after = u8::try_from(patterns.len() - before - 1).map_err(|_| {
                    syntax_error(pattern.span, "too many expressions in star-unpacking sequence pattern")
                })?;
                self.unit.emit(Op::UnpackEx, after, parts, subject, before as u16);
            }
        }
        for (item, part) in patterns.iter().zip(parts..) {
            match &item.node {
                PatternKind::Star(Some(name)) => self.capture(name, part, item.span, case)?,
                PatternKind::Star(None) => {}
                _ => self.pattern(item, part, case)?,
            }
        }
        Ok(())
    }

    fn mapping_pattern(
        &mut self,
        pattern: &'a Pattern,
        keys: &'a [Expr],
        patterns: &'a [Pattern],
        rest: Option<&'a Ident>,
        subject: Reg,
        case: &mut Case,
    ) -> Res {
        check_keys(pattern, keys)?;
        self.require(Op::MatchMapping, subject, case)?;
        if !keys.is_empty() {
            self.require_length(Op::JumpUnlessGeImm, keys.len(), subject, case)?;
        }
        let key_tuple = self.hidden_run(1, case)?;
        if !keys.is_empty() {
            let mark = self.unit.mark();
            let base = self.push_all(keys)?;
            self.at(pattern.span);
            self.unit.emit(Op::BuildTuple, 0, key_tuple, base, keys.len() as u16);
            self.unit.release(mark);
            let values = self.hidden_run(1, case)?;
            self.unit.emit(Op::MatchKeys, 0, values, subject, key_tuple);
            self.unit.jump(Op::JumpIfNone, values, 0, case.fail);
            let parts = self.hidden_run(keys.len(), case)?;
            self.unit.emit(Op::UnpackSequence, 0, parts, values, keys.len() as u16);
            for (item, part) in patterns.iter().zip(parts..) {
                self.pattern(item, part, case)?;
            }
        }
        if let Some(name) = rest {
            self.at(pattern.span);
            let dict = self.mapping_rest(keys.len(), key_tuple, subject, case)?;
            self.capture(name, dict, pattern.span, case)?;
        }
        Ok(())
    }

    /// A new dict of what the keys leave over.
    fn mapping_rest(&mut self, keys: usize, key_tuple: Reg, subject: Reg, case: &mut Case) -> Res<Reg> {
        let dict = self.hidden_run(1, case)?;
        self.unit.emit(Op::BuildMap, 0, dict, dict, 0);
        self.unit.emit(Op::DictUpdate, 0, dict, subject, 0);
        if keys > 0 {
            let mark = self.unit.mark();
            let base = self.unit.temps(keys)?;
            self.unit.emit(Op::UnpackSequence, 0, base, key_tuple, keys as u16);
            for key in (base..).take(keys) {
                self.unit.emit(Op::DelItem, 0, dict, key, 0);
            }
            self.unit.release(mark);
        }
        Ok(dict)
    }

    fn class_pattern(
        &mut self,
        pattern: &'a Pattern,
        cls: &'a Expr,
        patterns: &'a [Pattern],
        keywords: &'a [(Ident, Pattern)],
        subject: Reg,
        case: &mut Case,
    ) -> Res {
        self.check_attributes(keywords)?;
        let positional = u8::try_from(patterns.len())
            .map_err(|_| syntax_error(pattern.span, "too many sub-patterns in class pattern"))?;
        let mark = self.unit.mark();
        let base = TEMP + mark;
        self.push(cls)?;
        let names_reg = self.unit.temp()?;
        let names: Vec<Name> = keywords.iter().map(|(name, _)| name.name.clone()).collect();
        self.load_const(names_reg, constants::names(&names));
        let found = self.hidden_run(1, case)?;
        self.at(pattern.span);
        self.unit.emit(Op::MatchClass, positional, found, subject, base);
        self.unit.release(mark);
        self.unit.jump(Op::JumpIfNone, found, 0, case.fail);
        let count = patterns.len() + keywords.len();
        if count == 0 {
            return Ok(());
        }
        let parts = self.hidden_run(count, case)?;
        self.unit.emit(Op::UnpackSequence, 0, parts, found, count as u16);
        for (item, part) in patterns.iter().chain(keywords.iter().map(|(_, p)| p)).zip(parts..) {
            self.pattern(item, part, case)?;
        }
        Ok(())
    }

    fn check_attributes(&self, keywords: &[(Ident, Pattern)]) -> Res {
        for (i, (name, pattern)) in keywords.iter().enumerate() {
            self.check_binding(&name.name, pattern.span)?;
            if let Some((_, repeated)) = keywords[i + 1..].iter().find(|(other, _)| other.name == name.name) {
                let message = format!("attribute name repeated in class pattern: {}", name.name);
                return Err(syntax_error(repeated.span, message));
            }
        }
        Ok(())
    }

    fn or_pattern(&mut self, pattern: &'a Pattern, alternatives: &'a [Pattern], subject: Reg, case: &mut Case) -> Res {
        let matched = self.unit.label();
        let mut bound: Option<Vec<(Name, Reg)>> = None;
        for (i, alternative) in alternatives.iter().enumerate() {
            let is_last = i + 1 == alternatives.len();
            if !is_last {
                check_reachable(alternative)?;
            }
            let fail = if is_last { case.fail } else { self.unit.label() };
            let mut inner = Case { fail, captures: Vec::new(), used: Vec::new() };
            self.pattern(alternative, subject, &mut inner)?;
            let registers = match &bound {
                Some(registers) => registers.clone(),
                None => self.alternative_registers(&inner, case)?,
            };
            if registers.len() != inner.captures.len() {
                return Err(syntax_error(pattern.span, "alternative patterns bind different names"));
            }
            for (name, reg, _) in &inner.captures {
                let Some((_, target)) = registers.iter().find(|(other, _)| other == name) else {
                    return Err(syntax_error(pattern.span, "alternative patterns bind different names"));
                };
                self.unit.emit(Op::Move, 0, *target, *reg, 0);
            }
            bound = Some(registers);
            case.used.append(&mut inner.used);
            if !is_last {
                self.unit.jump(Op::Jump, 0, 0, matched);
                self.unit.bind(fail);
            }
        }
        self.unit.bind(matched);
        for (name, reg) in bound.unwrap_or_default() {
            self.capture(&Ident { name, span: pattern.span }, reg, pattern.span, case)?;
        }
        Ok(())
    }

    fn alternative_registers(&mut self, first: &Case, case: &mut Case) -> Res<Vec<(Name, Reg)>> {
        let names = first.captures.iter().map(|(name, ..)| name.clone()).collect::<Vec<_>>();
        names.into_iter().map(|name| Ok((name, self.hidden_run(1, case)?))).collect()
    }
}

/// Whether two constants are the same key of a dict: numbers are by their value.
fn same_key(a: &Const, b: &Const) -> bool {
    let number = |key: &Const| match *key {
        Const::True => Some((1.0, 0.0)),
        Const::False => Some((0.0, 0.0)),
        // Greater ones are not all floats; they are compared as they stand.
        Const::Int(n) if n.unsigned_abs() < 1 << 53 => Some((n as f64, 0.0)),
        Const::Float(real) => Some((real, 0.0)),
        Const::Complex(real, imaginary) => Some((real, imaginary)),
        _ => None,
    };
    a == b || number(a).is_some_and(|a| number(b) == Some(a))
}

/// No literal key may stand twice.
fn check_keys(pattern: &Pattern, keys: &[Expr]) -> Res {
    let mut seen: Vec<Const> = Vec::new();
    for key in keys {
        let Some(value) = fold(key) else {
            if !matches!(&*key.node, ExprKind::Attribute { .. }) {
                let message = "mapping pattern keys may only match literals and attribute lookups";
                return Err(syntax_error(pattern.span, message));
            }
            continue;
        };
        if seen.iter().any(|other| same_key(other, &value)) {
            let text = crate::unparse::unparse(key);
            let message = format!("mapping pattern checks duplicate key ({})", String::from_utf8_lossy(&text));
            return Err(syntax_error(pattern.span, message));
        }
        seen.push(value);
    }
    Ok(())
}
