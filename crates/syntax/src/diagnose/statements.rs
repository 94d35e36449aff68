//! Statements in a line.

use super::shape::{Form, Shape, Use};
use super::{Diagnoser, Reading, Stop, need};
use crate::token::Kind;

const AUGMENTED: [Kind; 13] = [
    Kind::PlusEqual,
    Kind::MinusEqual,
    Kind::StarEqual,
    Kind::SlashEqual,
    Kind::PercentEqual,
    Kind::AmpersandEqual,
    Kind::BarEqual,
    Kind::CaretEqual,
    Kind::LeftShiftEqual,
    Kind::RightShiftEqual,
    Kind::DoubleStarEqual,
    Kind::DoubleSlashEqual,
    Kind::AtEqual,
];

impl Diagnoser<'_> {
    /// The whole text, from the statement where reading begins.
    pub(super) fn module(&mut self) -> Result<(), Stop> {
        if self.tokens.first().is_some_and(|t| t.kind == Kind::StartEval) {
            self.expressions()?;
        } else {
            self.statements()?;
        }
        Ok(())
    }

    pub(super) fn statements(&mut self) -> Reading<()> {
        while !self.at_any(&[Kind::End, Kind::Dedent])? {
            let statement = match self.attempt(Self::compound)? {
                Some(()) => Some(()),
                None => self.simple_line()?,
            };
            need!(Ok(statement));
        }
        Ok(Some(()))
    }

    pub(super) fn simple_line(&mut self) -> Reading<()> {
        need!(self.simple());
        while self.eat(Kind::Semicolon)?.is_some() {
            if self.at(Kind::Newline)? {
                break;
            }
            need!(self.simple());
        }
        need!(self.eat(Kind::Newline));
        Ok(Some(()))
    }

    fn simple(&mut self) -> Reading<()> {
        let keyword = self.peek()?;
        match keyword {
            Kind::Pass | Kind::Break | Kind::Continue => self.position += 1,
            Kind::Return => {
                self.position += 1;
                self.expressions()?;
            }
            Kind::Raise => {
                self.position += 1;
                if self.expression()?.is_some() && self.eat(Kind::From)?.is_some() {
                    need!(self.expression());
                }
            }
            Kind::Global | Kind::Nonlocal => {
                self.position += 1;
                need!(self.eat(Kind::Name));
                while self.eat(Kind::Comma)?.is_some() {
                    need!(self.eat(Kind::Name));
                }
            }
            Kind::Del => return self.delete(),
            Kind::Assert => {
                self.position += 1;
                need!(self.expression());
                if self.eat(Kind::Comma)?.is_some() {
                    need!(self.expression());
                }
            }
            Kind::Import => return self.import(),
            Kind::From => return self.import_from(),
            _ => return self.expression_statement(),
        }
        Ok(Some(()))
    }

    fn delete(&mut self) -> Reading<()> {
        need!(self.eat(Kind::Del));
        let good = self.attempt(|d| {
            let target = need!(d.expressions());
            let ends = d.at_any(&[Kind::Semicolon, Kind::Newline])?;
            Ok((ends && target.invalid_target(Use::Delete).is_none()).then_some(()))
        })?;
        if good.is_none()
            && let Some(target) = self.expressions()?
        {
            return self.refuse_target(&target, Use::Delete);
        }
        Ok(good)
    }

    // ---- Imports ----

    fn import(&mut self) -> Reading<()> {
        let l = need!(self.eat(Kind::Import));
        if self.at(Kind::Newline)? {
            return self.found_from(self.position, "Expected one or more names after 'import'");
        }
        loop {
            need!(self.dotted_name());
            if self.eat(Kind::As)?.is_some() {
                need!(self.eat(Kind::Name));
            }
            if self.eat(Kind::Comma)?.is_none() {
                break;
            }
        }
        let end = self.position;
        if self.eat(Kind::From)?.is_some() && self.dotted_name()?.is_some() {
            self.peek()?;
            return self.found_from(l, "Did you mean to use 'from ... import ...' instead?");
        }
        self.position = end;
        Ok(Some(()))
    }

    fn dotted_name(&mut self) -> Reading<()> {
        need!(self.eat(Kind::Name));
        while self.eat(Kind::Dot)?.is_some() {
            need!(self.eat(Kind::Name));
        }
        Ok(Some(()))
    }

    fn import_from(&mut self) -> Reading<()> {
        need!(self.eat(Kind::From));
        let mut dots = false;
        while self.eat_any(&[Kind::Dot, Kind::Ellipsis])?.is_some() {
            dots = true;
        }
        if self.dotted_name()?.is_none() && !dots {
            return Ok(None);
        }
        need!(self.eat(Kind::Import));
        if self.eat(Kind::Star)?.is_some() {
            return Ok(Some(()));
        }
        if self.at(Kind::Newline)? {
            return self.found_from(self.position, "Expected one or more names after 'import'");
        }
        let open = self.eat(Kind::LeftParen)?;
        loop {
            need!(self.eat(Kind::Name));
            if self.eat(Kind::As)?.is_some() {
                need!(self.eat(Kind::Name));
            }
            if self.eat(Kind::Comma)?.is_none() {
                break;
            }
            if open.is_some() && self.at(Kind::RightParen)? {
                break;
            }
            if open.is_none() && self.at(Kind::Newline)? {
                return self.found_here("trailing comma not allowed without surrounding parentheses");
            }
        }
        if open.is_some() {
            need!(self.eat(Kind::RightParen));
        }
        Ok(Some(()))
    }

    // ---- Assignments and expressions ----

    fn expression_statement(&mut self) -> Reading<()> {
        if let Some(done) = self.assignment()? {
            return Ok(Some(done));
        }
        if self.at_word("type")?
            && let Some(done) = self.attempt(Self::type_alias)?
        {
            return Ok(Some(done));
        }
        let value = need!(self.value());
        // The grammar takes any expression for a target; CPython stops before these.
        let takes_one = self.at(Kind::Colon)? || self.at_any(&AUGMENTED)?;
        let is_single = matches!(value.form, Form::Name | Form::Attribute | Form::Subscript);
        let is_wrong = takes_one && !is_single || self.at(Kind::Equal)? && !value.is_target();
        if is_wrong && self.position < self.stopped_at {
            self.stopped_at = self.position;
        }
        Ok(Some(()))
    }

    fn type_alias(&mut self) -> Reading<()> {
        self.position += 1;
        need!(self.eat(Kind::Name));
        need!(self.type_parameters());
        need!(self.eat(Kind::Equal));
        need!(self.expression());
        Ok(Some(()))
    }

    fn assignment(&mut self) -> Reading<()> {
        if let Some(done) = self.attempt(Self::annotated)? {
            return Ok(Some(done));
        }
        let plain = self.attempt(|d| {
            need!(d.assignment_targets());
            need!(d.value());
            Ok(if d.at(Kind::Equal)? { None } else { Some(()) })
        })?;
        if plain.is_some() {
            return Ok(plain);
        }
        let start = self.position;
        if let Some(target) = self.primary()?
            && matches!(target.form, Form::Name | Form::Attribute | Form::Subscript)
            && self.eat_any(&AUGMENTED)?.is_some()
        {
            return Ok(self.value()?.map(|_| ()));
        }
        self.position = start;
        self.attempt(Self::broken_annotation)?;
        self.attempt(Self::broken_assignment)?;
        Ok(None)
    }

    fn annotated(&mut self) -> Reading<()> {
        let target = need!(self.primary());
        need!(self.eat(Kind::Colon));
        if !matches!(target.form, Form::Name | Form::Attribute | Form::Subscript) {
            return Ok(None);
        }
        need!(self.expression());
        self.attempt(|d| {
            need!(d.eat(Kind::Equal));
            d.value()
        })?;
        Ok(Some(()))
    }

    /// One or more `target =`.
    fn assignment_targets(&mut self) -> Reading<()> {
        need!(self.assignment_target());
        while self.assignment_target()?.is_some() {}
        Ok(Some(()))
    }

    fn assignment_target(&mut self) -> Reading<()> {
        self.attempt(|d| {
            need!(d.targets());
            need!(d.eat(Kind::Equal));
            Ok(Some(()))
        })
    }

    fn broken_annotation(&mut self) -> Reading<()> {
        let start = self.position;
        if self.at_any(&[Kind::LeftParen, Kind::LeftBracket])?
            && let Some(target) = self.atom()?
            && matches!(target.form, Form::List | Form::Tuple)
            && self.annotation_follows()?
        {
            let message = format!("only single target (not {}) can be annotated", target.form.name());
            return self.found_range(target.l, target.r, message);
        }
        self.position = start;
        if let Some(first) = self.starred_or_named()?
            && self.eat(Kind::Comma)?.is_some()
        {
            // CPython's rule goes on without a comma, and finds `a, b c = 1` that way.
            while self.starred_or_named()?.is_some() {
                self.eat(Kind::Comma)?;
            }
            if self.annotation_follows()? {
                return self.found_range(first.l, first.r, "only single target (not tuple) can be annotated");
            }
        }
        self.position = start;
        let target = need!(self.expression());
        if self.annotation_follows()? {
            return self.found_range(target.l, target.r, "illegal target for annotation");
        }
        Ok(None)
    }

    fn annotation_follows(&mut self) -> Result<bool, Stop> {
        Ok(self.eat(Kind::Colon)?.is_some() && self.expression()?.is_some())
    }

    fn broken_assignment(&mut self) -> Reading<()> {
        while self.assignment_target()?.is_some() {}
        let target: Shape = need!(self.value());
        if self.at(Kind::Equal)? {
            if target.form == Form::Yield && self.token(target.l).kind == Kind::Yield {
                let message = "assignment to yield expression not possible";
                return self.found_range(target.l, target.r, message);
            }
            return self.refuse_target(&target, Use::Assign);
        }
        if self.eat_any(&AUGMENTED)?.is_some() && self.value()?.is_some() {
            let message = format!("'{}' is an illegal expression for augmented assignment", target.form.name());
            return self.found_range(target.l, target.r, message);
        }
        Ok(None)
    }
}
