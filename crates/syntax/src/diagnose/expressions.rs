//! Expressions down to atoms, with the mistakes made between them.

use super::shape::{Form, Shape, Use};
use super::{Diagnoser, Reading, Rule, Stop, need};
use crate::token::Kind;

const COMPARISONS: [Kind; 6] =
    [Kind::EqualEqual, Kind::NotEqual, Kind::Less, Kind::LessEqual, Kind::Greater, Kind::GreaterEqual];

/// The binary operators, from the loosest to the tightest.
const OPERATORS: [&[Kind]; 6] = [
    &[Kind::Bar],
    &[Kind::Caret],
    &[Kind::Ampersand],
    &[Kind::LeftShift, Kind::RightShift],
    &[Kind::Plus, Kind::Minus],
    &[Kind::Star, Kind::Slash, Kind::DoubleSlash, Kind::Percent, Kind::At],
];

/// Where in `OPERATORS` arithmetic begins.
const FIRST_ARITHMETIC: usize = 4;

impl Diagnoser<'_> {
    /// `a, *b, c`: one expression or a tuple without parentheses.
    pub(super) fn expressions(&mut self) -> Reading<Shape> {
        self.bare_tuple(Self::starred_or_expression)
    }

    pub(super) fn starred_or_expression(&mut self) -> Reading<Shape> {
        if self.at(Kind::Star)? { self.starred_bit_or() } else { self.expression() }
    }

    pub(super) fn starred_or_named(&mut self) -> Reading<Shape> {
        if self.at(Kind::Star)? { self.starred_bit_or() } else { self.named() }
    }

    fn starred_bit_or(&mut self) -> Reading<Shape> {
        self.attempt(|d| {
            let l = need!(d.eat(Kind::Star));
            let value = need!(d.bit_or());
            Ok(Some(Shape::with_items(Form::Starred, l, d.position, vec![value])))
        })
    }

    /// Items with commas between them; a lone one without comma is itself.
    pub(super) fn bare_tuple(&mut self, item: impl Fn(&mut Self) -> Reading<Shape>) -> Reading<Shape> {
        let l = self.position;
        let first = need!(item(self));
        if !self.at(Kind::Comma)? {
            return Ok(Some(first));
        }
        let mut items = vec![first];
        while self.eat(Kind::Comma)?.is_some() {
            match item(self)? {
                Some(next) => items.push(next),
                None => break,
            }
        }
        Ok(Some(Shape::with_items(Form::Tuple, l, self.position, items)))
    }

    /// What may stand right of `=`.
    pub(super) fn value(&mut self) -> Reading<Shape> {
        if self.at(Kind::Yield)? { self.yield_expr() } else { self.expressions() }
    }

    pub(super) fn yield_expr(&mut self) -> Reading<Shape> {
        self.attempt(|d| {
            let l = need!(d.eat(Kind::Yield));
            if d.eat(Kind::From)?.is_some() {
                need!(d.expression());
            } else {
                d.expressions()?;
            }
            Ok(Some(Shape::new(Form::Yield, l, d.position)))
        })
    }

    // ---- Walrus and misplaced assignment ----

    pub(super) fn named(&mut self) -> Reading<Shape> {
        if let Some(atom) = self.lone_atom()? {
            return Ok(Some(atom));
        }
        self.remember(Rule::Named, |d| {
            if let Some(walrus) = d.walrus()? {
                return Ok(Some(walrus));
            }
            if d.mistakes {
                d.misplaced_assignment()?;
            }
            let value = need!(d.expression());
            Ok(if d.at(Kind::ColonEqual)? { None } else { Some(value) })
        })
    }

    pub(super) fn walrus(&mut self) -> Reading<Shape> {
        self.attempt(|d| {
            let l = need!(d.eat(Kind::Name));
            need!(d.eat(Kind::ColonEqual));
            need!(d.expression());
            Ok(Some(Shape::new(Form::Named, l, d.position)))
        })
    }

    /// `=` or `:=` where a value is expected.
    fn misplaced_assignment(&mut self) -> Reading<()> {
        let start = self.position;
        if let Some(target) = self.expression()?
            && self.eat(Kind::ColonEqual)?.is_some()
            && self.expression()?.is_some()
        {
            let message = format!("cannot use assignment expressions with {}", target.form.name());
            return self.found_range(target.l, target.r, message);
        }
        self.position = start;
        if let Some(l) = self.eat(Kind::Name)?
            && self.eat(Kind::Equal)?.is_some()
            && let Some(value) = self.bit_or()?
            && !self.at_any(&[Kind::Equal, Kind::ColonEqual])?
        {
            let message = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";
            return self.found_range(l, value.r, message);
        }
        self.position = start;
        if let Some(target) = self.bit_or()?
            && !self.is_bracketed_or_constant(start, &target)
            && self.eat(Kind::Equal)?.is_some()
            && self.bit_or()?.is_some()
            && !self.at_any(&[Kind::Equal, Kind::ColonEqual])?
        {
            let name = target.form.name();
            let message = format!("cannot assign to {name} here. Maybe you meant '==' instead of '='?");
            return self.found_range(target.l, target.r, message);
        }
        self.position = start;
        Ok(None)
    }

    /// Lists, tuples, generators and named constants get other words.
    fn is_bracketed_or_constant(&mut self, start: usize, target: &Shape) -> bool {
        match self.token(start).kind {
            Kind::True | Kind::False | Kind::None => true,
            Kind::LeftParen | Kind::LeftBracket => {
                let here = self.position;
                self.position = start;
                let atom = self.atom();
                self.position = here;
                let form = atom.ok().flatten().map_or(target.form, |a| a.form);
                matches!(form, Form::List | Form::Tuple | Form::Generator)
            }
            _ => false,
        }
    }

    // ---- Expression ----

    pub(super) fn expression(&mut self) -> Reading<Shape> {
        if let Some(atom) = self.lone_atom()? {
            return Ok(Some(atom));
        }
        self.remember(Rule::Expression, |d| {
            if d.mistakes {
                d.attempt(Self::adjacent_expressions)?;
                d.attempt(Self::conditional_without_else)?;
                d.attempt(Self::lambda_in_field)?;
                d.attempt(Self::legacy_statement)?;
            }
            d.plain_expression()
        })
    }

    /// A short way for most items of long lists: one token, then a comma or a closing bracket.
    fn lone_atom(&mut self) -> Reading<Shape> {
        const ATOMS: [Kind; 6] = [Kind::Name, Kind::Number, Kind::String, Kind::True, Kind::False, Kind::None];
        if !self.at_any(&ATOMS)? {
            return Ok(None);
        }
        let next = self.token(self.position + 1).kind;
        if next != Kind::Comma && !next.is_close_bracket() {
            return Ok(None);
        }
        let atom = self.atom();
        self.peek()?;
        atom
    }

    /// An expression without looking for mistakes between its parts.
    pub(super) fn plain_expression(&mut self) -> Reading<Shape> {
        self.attempt(|d| {
            if d.at(Kind::Lambda)? {
                return d.lambda();
            }
            let body = need!(d.disjunction());
            let plain_end = d.position;
            if d.eat(Kind::If)?.is_some()
                && d.disjunction()?.is_some()
                && d.eat(Kind::Else)?.is_some()
                && d.expression()?.is_some()
            {
                return Ok(Some(Shape::new(Form::Conditional, body.l, d.position)));
            }
            d.position = plain_end;
            Ok(Some(body))
        })
    }

    /// Two expressions side by side within brackets lack a comma.
    fn adjacent_expressions(&mut self) -> Reading<()> {
        if self.at(Kind::Name)? {
            let soft = ["_", "case", "match", "type"].contains(&self.text_of(self.position));
            if soft || matches!(self.kind_at(self.position + 1)?, Kind::String) {
                return Ok(None);
            }
        }
        let left = need!(self.disjunction());
        let right = need!(self.without_mistakes(Self::plain_expression));
        let level = self.levels.get((self.position - 1).saturating_sub(self.first)).copied().unwrap_or(0);
        if self.is_legacy(&left) || level == 0 {
            return Ok(None);
        }
        self.found_range(left.l, right.r, "invalid syntax. Perhaps you forgot a comma?")
    }

    fn conditional_without_else(&mut self) -> Reading<()> {
        let body = need!(self.disjunction());
        need!(self.eat(Kind::If));
        let test = need!(self.disjunction());
        if self.at_any(&[Kind::Else, Kind::Colon])? {
            return Ok(None);
        }
        self.found_range(body.l, test.r, "expected 'else' after 'if' expression")
    }

    /// The colon of a lambda begins the format spec of an f-string's field.
    fn lambda_in_field(&mut self) -> Reading<()> {
        let l = need!(self.eat(Kind::Lambda));
        self.parameters(true)?;
        let colon = need!(self.eat(Kind::Colon));
        if self.at(Kind::FStringMiddle)? {
            let message = "f-string: lambda expressions are not allowed without parentheses";
            return self.found_range(l, colon + 1, message);
        }
        Ok(None)
    }

    fn is_legacy(&self, shape: &Shape) -> bool {
        shape.form == Form::Name && matches!(self.text_of(shape.l), "print" | "exec")
    }

    /// `print x`
    fn legacy_statement(&mut self) -> Reading<()> {
        let l = need!(self.eat(Kind::Name));
        if self.at(Kind::LeftParen)? {
            return Ok(None);
        }
        // Read before the name is looked at: a mistake further on is told first.
        let value = need!(self.expressions());
        let name = self.text_of(l);
        if !matches!(name, "print" | "exec") {
            return Ok(None);
        }
        let message = format!("Missing parentheses in call to '{name}'. Did you mean {name}(...)?");
        self.found_range(l, value.r, message)
    }

    fn lambda(&mut self) -> Reading<Shape> {
        self.attempt(|d| {
            let l = need!(d.eat(Kind::Lambda));
            d.parameters(true)?;
            need!(d.eat(Kind::Colon));
            need!(d.expression());
            Ok(Some(Shape::new(Form::Lambda, l, d.position)))
        })
    }

    // ---- Operators ----

    pub(super) fn disjunction(&mut self) -> Reading<Shape> {
        self.remember(Rule::Disjunction, |d| d.chain(Kind::Or, Self::conjunction))
    }

    fn conjunction(&mut self) -> Reading<Shape> {
        self.chain(Kind::And, Self::inversion)
    }

    fn chain(&mut self, op: Kind, operand: impl Fn(&mut Self) -> Reading<Shape>) -> Reading<Shape> {
        let first = need!(operand(self));
        let mut end = self.position;
        let mut longer = false;
        while self.eat(op)?.is_some() && operand(self)?.is_some() {
            end = self.position;
            longer = true;
        }
        self.position = end;
        Ok(Some(if longer { Shape::new(Form::Operation, first.l, end) } else { first }))
    }

    fn inversion(&mut self) -> Reading<Shape> {
        let l = self.position;
        while self.eat(Kind::Not)?.is_some() {}
        let nots = self.position - l;
        let Some(value) = self.comparison()? else {
            self.position = l;
            return Ok(None);
        };
        Ok(Some(if nots == 0 { value } else { Shape::new(Form::Operation, l, self.position) }))
    }

    fn comparison(&mut self) -> Reading<Shape> {
        let left = need!(self.bit_or());
        let mut first_is_in = None;
        loop {
            let end = self.position;
            let Some(is_in) = self.comparison_operator()? else { break };
            if self.bit_or()?.is_none() {
                self.position = end;
                break;
            }
            first_is_in.get_or_insert(is_in);
        }
        Ok(Some(match first_is_in {
            None => left,
            Some(is_in) => {
                let items = if is_in { vec![left.clone()] } else { Vec::new() };
                Shape::with_items(Form::Comparison, left.l, self.position, items)
            }
        }))
    }

    /// Gives whether it is a plain `in`.
    fn comparison_operator(&mut self) -> Reading<bool> {
        if self.eat_any(&COMPARISONS)?.is_some() {
            return Ok(Some(false));
        }
        if self.eat(Kind::In)?.is_some() {
            return Ok(Some(true));
        }
        if self.eat(Kind::Is)?.is_some() {
            self.eat(Kind::Not)?;
            return Ok(Some(false));
        }
        self.attempt(|d| {
            need!(d.eat(Kind::Not));
            need!(d.eat(Kind::In));
            Ok(Some(false))
        })
    }

    pub(super) fn bit_or(&mut self) -> Reading<Shape> {
        self.remember(Rule::BitOr, |d| d.binary(0))
    }

    /// One level of binary operators; there are six.
    fn binary(&mut self, level: usize) -> Reading<Shape> {
        let Some(operators) = OPERATORS.get(level) else { return self.factor() };
        let l = self.position;
        let mut left = need!(self.binary(level + 1));
        loop {
            let end = self.position;
            if self.eat_any(operators)?.is_none() {
                return Ok(Some(left));
            }
            if self.binary(level + 1)?.is_none() {
                if self.mistakes && level >= FIRST_ARITHMETIC {
                    self.misplaced_not()?;
                }
                self.position = end;
                return Ok(Some(left));
            }
            left = Shape::new(Form::Operation, l, self.position);
        }
    }

    fn factor(&mut self) -> Reading<Shape> {
        let l = self.position;
        while self.eat_any(&[Kind::Plus, Kind::Minus, Kind::Tilde])?.is_some() {}
        let signs = self.position - l;
        let Some(value) = self.power()? else {
            if self.mistakes && signs > 0 {
                self.misplaced_not()?;
            }
            self.position = l;
            return Ok(None);
        };
        Ok(Some(if signs == 0 { value } else { Shape::new(Form::Operation, l, self.position) }))
    }

    /// `1 + not x`
    fn misplaced_not(&mut self) -> Reading<()> {
        if !self.at(Kind::Not)? {
            return Ok(None);
        }
        let value = need!(self.inversion());
        self.found_range(value.l, value.r, "'not' after an operator must be parenthesized")
    }

    fn power(&mut self) -> Reading<Shape> {
        let l = self.position;
        let awaited = self.eat(Kind::Await)?.is_some();
        let Some(mut base) = self.primary()? else {
            self.position = l;
            return Ok(None);
        };
        if awaited {
            base = Shape::new(Form::Await, l, self.position);
        }
        let end = self.position;
        if self.eat(Kind::DoubleStar)?.is_some() {
            self.depth += 1;
            let power = if self.depth < super::MAX_DEPTH { self.factor() } else { Err(Stop::EndOfTokens) };
            self.depth -= 1;
            if power?.is_some() {
                return Ok(Some(Shape::new(Form::Operation, l, self.position)));
            }
        }
        self.position = end;
        Ok(Some(base))
    }

    pub(super) fn primary(&mut self) -> Reading<Shape> {
        self.remember(Rule::Primary, Self::trailers)
    }

    /// An atom and what follows it: attributes, calls, subscripts.
    fn trailers(&mut self) -> Reading<Shape> {
        let l = self.position;
        let mut value = need!(self.atom());
        loop {
            let end = self.position;
            let form = match self.peek()? {
                Kind::Dot => {
                    self.position += 1;
                    self.eat(Kind::Name)?.map(|_| Form::Attribute)
                }
                Kind::LeftParen => self.call()?.map(|()| Form::Call),
                Kind::LeftBracket => self.subscript()?.map(|()| Form::Subscript),
                _ => None,
            };
            let Some(form) = form else {
                self.position = end;
                return Ok(Some(value));
            };
            value = Shape::new(form, l, self.position);
        }
    }

    fn subscript(&mut self) -> Reading<()> {
        need!(self.eat(Kind::LeftBracket));
        loop {
            need!(self.attempt(Self::slice));
            if self.eat(Kind::Comma)?.is_none() || self.at(Kind::RightBracket)? {
                break;
            }
        }
        need!(self.eat(Kind::RightBracket));
        Ok(Some(()))
    }

    fn slice(&mut self) -> Reading<()> {
        let plain_slice = self.attempt(|d| {
            d.expression()?;
            need!(d.eat(Kind::Colon));
            d.expression()?;
            if d.eat(Kind::Colon)?.is_some() {
                d.expression()?;
            }
            Ok(Some(()))
        })?;
        if plain_slice.is_some() {
            return Ok(plain_slice);
        }
        if self.at(Kind::Star)? {
            return Ok(self.starred_argument()?.map(|_| ()));
        }
        Ok(self.named()?.map(|_| ()))
    }

    // ---- Targets ----

    /// Targets of an assignment, a loop or `with`: read as expressions, then looked at.
    pub(super) fn targets(&mut self) -> Reading<Shape> {
        self.attempt(|d| {
            let target = need!(d.bare_tuple(|d| if d.at(Kind::Star)? { d.starred_bit_or() } else { d.bit_or() }));
            Ok(target.is_target().then_some(target))
        })
    }

    /// Reports the first part of a shape that cannot be a target.
    pub(super) fn refuse_target(&self, shape: &Shape, target: Use) -> Reading<()> {
        let Some(part) = shape.invalid_target(target) else { return Ok(None) };
        let verb = if target == Use::Delete { "delete" } else { "assign to" };
        self.found_range(part.l, part.r, format!("cannot {verb} {}", part.form.name()))
    }
}
