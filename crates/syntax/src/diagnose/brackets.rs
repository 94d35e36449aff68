//! Atoms, and what stands in brackets.

use super::shape::{Form, Shape, Use};
use super::{Diagnoser, Reading, Rule, need};
use crate::token::Kind;

impl Diagnoser<'_> {
    pub(super) fn atom(&mut self) -> Reading<Shape> {
        let l = self.position;
        let form = match self.peek()? {
            Kind::Name => Form::Name,
            Kind::Number => Form::Literal,
            Kind::True => Form::True,
            Kind::False => Form::False,
            Kind::None => Form::None,
            Kind::Ellipsis => Form::Ellipsis,
            Kind::String | Kind::FStringStart => return self.strings(),
            Kind::LeftParen => return self.remember(Rule::Atom, Self::parenthesised),
            Kind::LeftBracket => return self.remember(Rule::Atom, Self::list),
            Kind::LeftBrace => return self.remember(Rule::Atom, Self::braced),
            _ => return Ok(None),
        };
        self.position += 1;
        Ok(Some(Shape::new(form, l, l + 1)))
    }

    fn parenthesised(&mut self) -> Reading<Shape> {
        let l = self.position;
        if let Some(found) = self.attempt(Self::tuple)? {
            return Ok(Some(found));
        }
        if let Some(found) = self.attempt(Self::group)? {
            return Ok(Some(found));
        }
        let generator = self.attempt(|d| {
            need!(d.eat(Kind::LeftParen));
            let element = match d.walrus()? {
                Some(walrus) => Some(walrus),
                None => d.expression()?,
            };
            need!(Ok(element));
            need!(d.comprehension());
            need!(d.eat(Kind::RightParen));
            Ok(Some(Shape::new(Form::Generator, l, d.position)))
        })?;
        if generator.is_none() && self.mistakes {
            self.attempt(Self::unpacking_comprehension)?;
        }
        Ok(generator)
    }

    fn tuple(&mut self) -> Reading<Shape> {
        let l = need!(self.eat(Kind::LeftParen));
        let mut items = Vec::new();
        if !self.at(Kind::RightParen)? {
            items.push(need!(self.starred_or_named()));
            need!(self.eat(Kind::Comma));
            items.extend(self.rest_of_items(Kind::RightParen)?.unwrap_or_default());
        }
        need!(self.eat(Kind::RightParen));
        Ok(Some(Shape::with_items(Form::Tuple, l, self.position, items)))
    }

    /// Items up to a closing bracket, with commas between them.
    fn rest_of_items(&mut self, close: Kind) -> Reading<Vec<Shape>> {
        let mut items = Vec::new();
        while !self.at(close)? {
            items.push(need!(self.starred_or_named()));
            if self.eat(Kind::Comma)?.is_none() {
                break;
            }
        }
        Ok(Some(items))
    }

    /// Parentheses around one expression.
    fn group(&mut self) -> Reading<Shape> {
        let l = need!(self.eat(Kind::LeftParen));
        let value = if self.at(Kind::Yield)? { self.yield_expr()? } else { self.named()? };
        if let Some(value) = value
            && self.eat(Kind::RightParen)?.is_some()
        {
            return Ok(Some(value));
        }
        self.position = l + 1;
        if !self.mistakes {
            return Ok(None);
        }
        if self.at(Kind::Star)? {
            let star = need!(self.starred_argument());
            need!(self.eat(Kind::RightParen));
            return self.found_range(star.l, star.r, "cannot use starred expression here");
        }
        let stars = need!(self.eat(Kind::DoubleStar));
        need!(self.expression());
        need!(self.eat(Kind::RightParen));
        self.found_at_token(stars, "cannot use double starred expression here")
    }

    fn list(&mut self) -> Reading<Shape> {
        let l = self.position;
        let plain = self.attempt(|d| {
            need!(d.eat(Kind::LeftBracket));
            let items = need!(d.rest_of_items(Kind::RightBracket));
            need!(d.eat(Kind::RightBracket));
            Ok(Some(Shape::with_items(Form::List, l, d.position, items)))
        })?;
        if plain.is_some() {
            return Ok(plain);
        }
        self.bracketed_comprehension(Form::ListComp, Kind::LeftBracket, Kind::RightBracket)
    }

    /// `[x for …]` and `{x for …}`
    fn bracketed_comprehension(&mut self, form: Form, open: Kind, close: Kind) -> Reading<Shape> {
        let l = self.position;
        let found = self.attempt(|d| {
            need!(d.eat(open));
            need!(d.named());
            need!(d.comprehension());
            need!(d.eat(close));
            Ok(Some(Shape::new(form, l, d.position)))
        })?;
        if found.is_none() && self.mistakes {
            self.attempt(Self::unpacking_comprehension)?;
            self.attempt(Self::bare_tuple_comprehension)?;
        }
        Ok(found)
    }

    fn unpacking_comprehension(&mut self) -> Reading<()> {
        self.position += 1;
        if !self.at(Kind::Star)? {
            return Ok(None);
        }
        let star = need!(self.starred_argument());
        need!(self.comprehension());
        self.found_range(star.l, star.r, "iterable unpacking cannot be used in comprehension")
    }

    /// `[x, y for x, y in z]`
    fn bare_tuple_comprehension(&mut self) -> Reading<()> {
        self.position += 1;
        let first = need!(self.starred_or_named());
        let mut end = need!(self.eat(Kind::Comma)) + 1;
        while let Some(next) = self.starred_or_named()? {
            end = next.r;
            if self.eat(Kind::Comma)?.is_none() {
                break;
            }
        }
        need!(self.comprehension());
        self.found_range(first.l, end, "did you forget parentheses around the comprehension target?")
    }

    // ---- Dicts and sets ----

    fn braced(&mut self) -> Reading<Shape> {
        let l = self.position;
        if let Some(dict) = self.attempt(Self::dict)? {
            return Ok(Some(dict));
        }
        if self.mistakes {
            self.attempt(Self::broken_dict)?;
        }
        let set = self.attempt(|d| {
            need!(d.eat(Kind::LeftBrace));
            need!(d.rest_of_items(Kind::RightBrace));
            need!(d.eat(Kind::RightBrace));
            Ok(Some(Shape::new(Form::Set, l, d.position)))
        })?;
        if set.is_some() {
            return Ok(set);
        }
        if let Some(comprehension) = self.attempt(Self::dict_comprehension)? {
            return Ok(Some(comprehension));
        }
        if self.mistakes {
            self.attempt(Self::unpacking_dict_comprehension)?;
        }
        self.bracketed_comprehension(Form::SetComp, Kind::LeftBrace, Kind::RightBrace)
    }

    fn dict(&mut self) -> Reading<Shape> {
        let l = need!(self.eat(Kind::LeftBrace));
        while !self.at(Kind::RightBrace)? {
            if self.mistakes && self.position > l + 1 {
                self.attempt(Self::key_without_colon)?;
            }
            need!(self.dict_item());
            if self.eat(Kind::Comma)?.is_none() {
                break;
            }
        }
        need!(self.eat(Kind::RightBrace));
        Ok(Some(Shape::new(Form::Dict, l, self.position)))
    }

    /// After the first entry, a missing colon is told before a missing comma.
    fn key_without_colon(&mut self) -> Reading<()> {
        let key = need!(self.without_mistakes(Self::plain_expression));
        if self.at(Kind::Colon)? { Ok(None) } else { self.missing_colon(&key) }
    }

    fn missing_colon(&self, key: &Shape) -> Reading<()> {
        let end = self.token(key.r - 1).end;
        let last = end.saturating_sub(1);
        let span = weft_source::Span::new(last, last);
        self.found(span, "':' expected after dictionary key")
    }

    fn dict_item(&mut self) -> Reading<()> {
        self.attempt(|d| {
            if d.eat(Kind::DoubleStar)?.is_some() {
                need!(d.bit_or());
            } else {
                need!(d.expression());
                need!(d.eat(Kind::Colon));
                need!(d.expression());
            }
            Ok(Some(()))
        })
    }

    /// Some good entries, then one that lacks its colon or its value.
    fn broken_dict(&mut self) -> Reading<()> {
        need!(self.eat(Kind::LeftBrace));
        let mut entries = 0;
        while self.dict_item()?.is_some() {
            if self.eat(Kind::Comma)?.is_none() {
                return Ok(None);
            }
            entries += 1;
        }
        let key = need!(self.expression());
        let Some(colon) = self.eat(Kind::Colon)? else {
            if entries == 0 {
                return Ok(None);
            }
            return self.missing_colon(&key);
        };
        if let Some(star) = self.eat(Kind::Star)? {
            need!(self.bit_or());
            self.peek()?;
            return self.found_from(star, "cannot use a starred expression in a dictionary value");
        }
        if self.at_any(&[Kind::RightBrace, Kind::Comma])? {
            return self.found_at_token(colon, "expression expected after dictionary key and ':'");
        }
        Ok(None)
    }

    fn dict_comprehension(&mut self) -> Reading<Shape> {
        let l = need!(self.eat(Kind::LeftBrace));
        need!(self.expression());
        need!(self.eat(Kind::Colon));
        need!(self.expression());
        need!(self.comprehension());
        need!(self.eat(Kind::RightBrace));
        Ok(Some(Shape::new(Form::DictComp, l, self.position)))
    }

    fn unpacking_dict_comprehension(&mut self) -> Reading<()> {
        need!(self.eat(Kind::LeftBrace));
        let stars = need!(self.eat(Kind::DoubleStar));
        need!(self.bit_or());
        need!(self.comprehension());
        need!(self.eat(Kind::RightBrace));
        self.found_at_token(stars, "dict unpacking cannot be used in dict comprehension")
    }

    // ---- for … in … if … ----

    /// One or more clauses.
    pub(super) fn comprehension(&mut self) -> Reading<()> {
        need!(self.clause());
        while self.clause()?.is_some() {}
        Ok(Some(()))
    }

    fn clause(&mut self) -> Reading<()> {
        if !self.at_any(&[Kind::For, Kind::Async])? {
            return Ok(None);
        }
        let start = self.position;
        let head = self.attempt(|d| {
            d.eat(Kind::Async)?;
            need!(d.eat(Kind::For));
            need!(d.targets());
            need!(d.eat(Kind::In));
            Ok(Some(()))
        })?;
        if head.is_none() {
            if self.mistakes {
                self.attempt(Self::clause_without_in)?;
                self.attempt(Self::loop_target)?;
            }
            return Ok(None);
        }
        if self.disjunction()?.is_none() {
            self.position = start;
            return Ok(None);
        }
        let mut end = self.position;
        while self.eat(Kind::If)?.is_some() && self.disjunction()?.is_some() {
            end = self.position;
        }
        self.position = end;
        Ok(Some(()))
    }

    fn clause_without_in(&mut self) -> Reading<()> {
        self.eat(Kind::Async)?;
        need!(self.eat(Kind::For));
        need!(self.bare_tuple(Self::bit_or));
        if self.at(Kind::In)? {
            return Ok(None);
        }
        self.found_at_token(self.position, "'in' expected after for-loop variables")
    }

    /// `for f() in x`
    pub(super) fn loop_target(&mut self) -> Reading<()> {
        self.eat(Kind::Async)?;
        need!(self.eat(Kind::For));
        let target = need!(self.expressions());
        self.refuse_target(&target, Use::Loop)
    }
}
