//! Arguments of calls and of classes.

use super::shape::{Form, Shape};
use super::{Diagnoser, Reading, Stop, need};
use crate::token::Kind;

/// What the arguments read so far hold.
#[derive(Default)]
struct Seen {
    count: usize,
    /// The last argument, if positional.
    last: Option<Shape>,
    keyword: bool,
    /// The last keyword is `**`.
    unpacking_last: bool,
    any_unpacking: bool,
}

impl Diagnoser<'_> {
    pub(super) fn call(&mut self) -> Reading<()> {
        self.attempt(|d| {
            need!(d.eat(Kind::LeftParen));
            d.arguments()?;
            need!(d.eat(Kind::RightParen));
            Ok(Some(()))
        })
    }

    /// Reads up to the closing parenthesis, or as far as arguments go.
    pub(super) fn arguments(&mut self) -> Result<(), Stop> {
        let mut seen = Seen::default();
        loop {
            if self.at(Kind::RightParen)? || !self.argument(&mut seen)? {
                return Ok(());
            }
            if self.mistakes {
                self.generator_among_arguments(&seen)?;
            }
            let end = self.position;
            if self.at_any(&[Kind::For, Kind::Async])? {
                self.comprehension()?;
                return Ok(());
            }
            if self.eat(Kind::Comma)?.is_none() {
                self.position = end;
                return Ok(());
            }
        }
    }

    fn argument(&mut self, seen: &mut Seen) -> Result<bool, Stop> {
        seen.count += 1;
        let comma = self.position.saturating_sub(1);
        match self.peek()? {
            Kind::Star => {
                let Some(star) = self.starred_argument()? else { return Ok(false) };
                if seen.any_unpacking && self.mistakes {
                    let message = "iterable argument unpacking follows keyword argument unpacking";
                    self.peek()?;
                    self.found_from::<()>(comma, message)?;
                }
                seen.last = Some(star);
                return Ok(true);
            }
            Kind::DoubleStar => {
                seen.last = None;
                seen.keyword = true;
                seen.unpacking_last = true;
                seen.any_unpacking = true;
                return Ok(self.double_starred_argument()?.is_some());
            }
            _ => {}
        }
        let start = self.position;
        if self.at(Kind::Name)? && self.kind_at(start + 1)? == Kind::Equal {
            seen.last = None;
            seen.keyword = true;
            seen.unpacking_last = false;
            return Ok(self.keyword_argument()?.is_some());
        }
        if self.mistakes {
            self.attempt(Self::misnamed_keyword)?;
        }
        let value = match self.walrus()? {
            Some(walrus) => Some(walrus),
            None => self.expression()?,
        };
        if value.is_some() && self.at(Kind::ColonEqual)? {
            return Ok(false);
        }
        if value.is_some() && seen.keyword && self.mistakes {
            return self.positional_after_keyword(seen);
        }
        seen.last = value;
        Ok(seen.last.is_some())
    }

    fn positional_after_keyword(&mut self, seen: &Seen) -> Result<bool, Stop> {
        if self.at_any(&[Kind::For, Kind::Async])? {
            return Ok(true);
        }
        // CPython reads all the arguments before it complains.
        let mut rest = Seen::default();
        let before = std::mem::replace(&mut self.mistakes, false);
        while self.eat(Kind::Comma)?.is_some() && !self.at(Kind::RightParen)? && self.argument(&mut rest)? {}
        self.mistakes = before;
        let unpacking = if seen.unpacking_last { " unpacking" } else { "" };
        let at = if self.at(Kind::RightParen)? { self.position } else { self.furthest };
        self.found_at_token(at, format!("positional argument follows keyword argument{unpacking}"))
            .map(|found: Option<()>| found.is_some())
    }

    pub(super) fn starred_argument(&mut self) -> Reading<Shape> {
        let l = need!(self.eat(Kind::Star));
        let Some(value) = self.expression()? else {
            if self.mistakes {
                return self.found_here("Invalid star expression");
            }
            return Ok(None);
        };
        if self.mistakes && self.at(Kind::Equal)? {
            self.position += 1;
            if let Some(assigned) = self.expression()? {
                return self.found_range(l, assigned.r, "cannot assign to iterable argument unpacking");
            }
            self.position -= 1;
        }
        Ok(Some(Shape::with_items(Form::Starred, l, self.position, vec![value])))
    }

    fn double_starred_argument(&mut self) -> Reading<()> {
        let l = need!(self.eat(Kind::DoubleStar));
        need!(self.expression());
        if self.mistakes && self.at(Kind::Equal)? {
            self.position += 1;
            if let Some(assigned) = self.expression()? {
                return self.found_range(l, assigned.r, "cannot assign to keyword argument unpacking");
            }
            self.position -= 1;
        }
        Ok(Some(()))
    }

    /// `name=value`
    fn keyword_argument(&mut self) -> Reading<()> {
        let name = need!(self.eat(Kind::Name));
        let equal = need!(self.eat(Kind::Equal));
        if self.mistakes && self.at_any(&[Kind::Comma, Kind::RightParen])? {
            return self.found_range(name, equal + 1, "expected argument value expression");
        }
        need!(self.expression());
        if self.mistakes && self.at_any(&[Kind::For, Kind::Async])? && self.ahead(Self::comprehension)? {
            let message = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";
            return self.found_range(name, equal + 1, message);
        }
        Ok(Some(()))
    }

    /// Something other than a name before `=`.
    fn misnamed_keyword(&mut self) -> Reading<()> {
        let l = self.position;
        if let Some(word) = self.eat_any(&[Kind::True, Kind::False, Kind::None])?
            && self.at(Kind::Equal)?
        {
            let message = format!("cannot assign to {}", self.text_of(word));
            return self.found_range(word, word + 2, message);
        }
        self.position = l;
        let value = need!(self.expression());
        let equal = need!(self.eat(Kind::Equal));
        let message = "expression cannot contain assignment, perhaps you meant \"==\"?";
        self.found_range(value.l, equal + 1, message)
    }

    /// `f(a, x for x in y)` and `f(x for x in y, a)`
    fn generator_among_arguments(&mut self, seen: &Seen) -> Reading<()> {
        let Some(element) = &seen.last else { return Ok(None) };
        if element.form == Form::Starred || !self.at_any(&[Kind::For, Kind::Async])? {
            return Ok(None);
        }
        let start = self.position;
        if self.comprehension()?.is_some() {
            let end = self.position;
            if seen.count > 1 || self.at(Kind::Comma)? {
                return self.found_range(element.l, end, "Generator expression must be parenthesized");
            }
        }
        self.position = start;
        Ok(None)
    }
}
