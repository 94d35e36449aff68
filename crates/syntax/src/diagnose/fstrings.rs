//! Strings side by side, and the fields of f-strings.

use super::shape::{Form, Shape};
use super::{Diagnoser, Reading, need};
use crate::token::Kind;

impl Diagnoser<'_> {
    pub(super) fn strings(&mut self) -> Reading<Shape> {
        let l = self.position;
        let mut form = Form::Literal;
        loop {
            match self.peek()? {
                Kind::String => self.position += 1,
                Kind::FStringStart => {
                    form = Form::FString;
                    self.position += 1;
                    need!(self.fstring_parts());
                    need!(self.eat(Kind::FStringEnd));
                }
                _ => return Ok(Some(Shape::new(form, l, self.position))),
            }
        }
    }

    fn fstring_parts(&mut self) -> Reading<()> {
        loop {
            match self.peek()? {
                Kind::FStringMiddle => self.position += 1,
                Kind::LeftBrace => need!(self.field()),
                _ => return Ok(Some(())),
            }
        }
    }

    fn field(&mut self) -> Reading<()> {
        let start = self.position;
        let good = self.attempt(|d| {
            need!(d.eat(Kind::LeftBrace));
            need!(d.value());
            d.eat(Kind::Equal)?;
            if d.eat(Kind::Exclamation)?.is_some() {
                need!(d.eat(Kind::Name));
            }
            if d.eat(Kind::Colon)?.is_some() {
                need!(d.fstring_parts());
            }
            need!(d.eat(Kind::RightBrace));
            Ok(Some(()))
        })?;
        if good.is_none() && self.mistakes {
            self.position = start;
            return self.broken_field();
        }
        Ok(good)
    }

    fn broken_field(&mut self) -> Reading<()> {
        need!(self.eat(Kind::LeftBrace));
        if let Some(mark) = self.eat_any(&[Kind::Equal, Kind::Exclamation, Kind::Colon, Kind::RightBrace])? {
            let text = self.text_of(mark);
            return self.found_at_token(mark, format!("f-string: valid expression required before '{text}'"));
        }
        let start = self.position;
        if self.value()?.is_none() {
            return self.found_at_token(start, "f-string: expecting a valid expression after '{'");
        }
        const ENDS: [Kind; 4] = [Kind::Equal, Kind::Exclamation, Kind::Colon, Kind::RightBrace];
        if !self.at_any(&ENDS)? {
            return self.found_at_token(self.position, "f-string: expecting '=', or '!', or ':', or '}'");
        }
        if self.eat(Kind::Equal)?.is_some() && !self.at_any(&ENDS[1..])? {
            return self.found_at_token(self.position, "f-string: expecting '!', or ':', or '}'");
        }
        if self.eat(Kind::Exclamation)?.is_some() {
            if self.at_any(&[Kind::Colon, Kind::RightBrace])? {
                return self.found_at_token(self.position, "f-string: missing conversion character");
            }
            if self.eat(Kind::Name)?.is_none() {
                return self.found_at_token(self.position, "f-string: invalid conversion character");
            }
            if !self.at_any(&[Kind::Colon, Kind::RightBrace])? {
                return self.found_at_token(self.position, "f-string: expecting ':' or '}'");
            }
        }
        if self.eat(Kind::Colon)?.is_some() {
            need!(self.fstring_parts());
            if !self.at(Kind::RightBrace)? {
                return self.found_at_token(self.position, "f-string: expecting '}', or format specs");
            }
        }
        if !self.at(Kind::RightBrace)? {
            return self.found_at_token(self.position, "f-string: expecting '}'");
        }
        Ok(None)
    }
}
