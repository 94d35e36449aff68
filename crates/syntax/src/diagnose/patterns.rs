//! Patterns of `match`.

use super::{Diagnoser, Reading, need};
use crate::token::Kind;

impl Diagnoser<'_> {
    /// What stands after `case`.
    pub(super) fn open_pattern(&mut self) -> Reading<()> {
        need!(self.starred_pattern());
        while self.eat(Kind::Comma)?.is_some() && self.starred_pattern()?.is_some() {}
        Ok(Some(()))
    }

    fn starred_pattern(&mut self) -> Reading<()> {
        if self.eat(Kind::Star)?.is_some() {
            need!(self.eat(Kind::Name));
            return Ok(Some(()));
        }
        self.as_pattern()
    }

    fn as_pattern(&mut self) -> Reading<()> {
        need!(self.closed_pattern());
        while self.eat(Kind::Bar)?.is_some() {
            need!(self.closed_pattern());
        }
        if self.eat(Kind::As)?.is_none() {
            return Ok(Some(()));
        }
        if let Some(name) = self.eat(Kind::Name)? {
            if self.text_of(name) == "_" {
                return self.found_at_token(name, "cannot use '_' as a target");
            }
            let goes_on = self.at_any(&[Kind::Dot, Kind::LeftParen, Kind::Equal])?;
            return Ok((!goes_on).then_some(()));
        }
        let target = need!(self.expression());
        self.found_range(target.l, target.r, "invalid pattern target")
    }

    fn closed_pattern(&mut self) -> Reading<()> {
        match self.peek()? {
            Kind::True | Kind::False | Kind::None => self.position += 1,
            Kind::String | Kind::FStringStart => return Ok(self.strings()?.map(|_| ())),
            Kind::Number | Kind::Minus => return self.number_pattern(),
            Kind::Name => return self.name_pattern(),
            Kind::LeftParen => return self.sequence_pattern(Kind::RightParen),
            Kind::LeftBracket => return self.sequence_pattern(Kind::RightBracket),
            Kind::LeftBrace => return self.mapping_pattern(),
            _ => return Ok(None),
        }
        Ok(Some(()))
    }

    fn number_pattern(&mut self) -> Reading<()> {
        self.eat(Kind::Minus)?;
        need!(self.eat(Kind::Number));
        if self.eat_any(&[Kind::Plus, Kind::Minus])?.is_some() {
            need!(self.eat(Kind::Number));
        }
        Ok(Some(()))
    }

    fn sequence_pattern(&mut self, close: Kind) -> Reading<()> {
        self.position += 1;
        self.depth += 1;
        if self.depth >= super::MAX_DEPTH {
            return Err(super::Stop::EndOfTokens);
        }
        while !self.at(close)? {
            need!(self.starred_pattern());
            if self.eat(Kind::Comma)?.is_none() {
                break;
            }
        }
        self.depth -= 1;
        need!(self.eat(close));
        Ok(Some(()))
    }

    fn mapping_pattern(&mut self) -> Reading<()> {
        self.position += 1;
        while !self.at(Kind::RightBrace)? {
            if self.eat(Kind::DoubleStar)?.is_some() {
                need!(self.eat(Kind::Name));
            } else {
                need!(self.closed_pattern());
                need!(self.eat(Kind::Colon));
                need!(self.as_pattern());
            }
            if self.eat(Kind::Comma)?.is_none() {
                break;
            }
        }
        need!(self.eat(Kind::RightBrace));
        Ok(Some(()))
    }

    /// A capture, a dotted value or a class.
    fn name_pattern(&mut self) -> Reading<()> {
        need!(self.eat(Kind::Name));
        while self.eat(Kind::Dot)?.is_some() {
            need!(self.eat(Kind::Name));
        }
        if self.eat(Kind::LeftParen)?.is_none() {
            return Ok(Some(()));
        }
        let mut keyword = false;
        while !self.at(Kind::RightParen)? {
            let l = self.position;
            if self.at(Kind::Name)? && self.kind_at(l + 1)? == Kind::Equal {
                self.position += 2;
                keyword = true;
                need!(self.as_pattern());
            } else {
                need!(self.as_pattern());
                if keyword {
                    return self.positional_patterns(l);
                }
            }
            if self.eat(Kind::Comma)?.is_none() {
                break;
            }
        }
        need!(self.eat(Kind::RightParen));
        Ok(Some(()))
    }

    /// All the positional patterns that follow a keyword one are reported together.
    fn positional_patterns(&mut self, l: usize) -> Reading<()> {
        let mut end = self.position;
        while self.eat(Kind::Comma)?.is_some() && self.as_pattern()?.is_some() && !self.at(Kind::Equal)? {
            end = self.position;
        }
        self.found_range(l, end, "positional patterns follow keyword patterns")
    }
}
