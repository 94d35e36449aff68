//! Parameters of functions, lambdas and types.

use super::{Diagnoser, Reading, Stop, need};
use crate::token::Kind;

/// What the parameters read so far hold.
#[derive(Default)]
struct Seen {
    any: bool,
    slash: bool,
    star: bool,
    default: bool,
}

impl Diagnoser<'_> {
    /// Reads up to the closing parenthesis or, in a lambda, the colon; or as far as parameters go.
    pub(super) fn parameters(&mut self, lambda: bool) -> Result<(), Stop> {
        let close = if lambda { Kind::Colon } else { Kind::RightParen };
        let mut seen = Seen::default();
        while !self.at(close)? {
            let fits = self.attempt(|d| match d.peek()? {
                Kind::Slash => d.slash(&mut seen),
                Kind::Star => d.star(&mut seen, close),
                Kind::DoubleStar => d.double_star(close),
                Kind::Name => d.plain_parameter(&mut seen, close),
                Kind::LeftParen if !seen.star && !seen.default => d.parenthesised_parameters(lambda),
                _ => Ok(None),
            })?;
            seen.any = true;
            if fits.is_none() || self.eat(Kind::Comma)?.is_none() {
                break;
            }
        }
        Ok(())
    }

    fn slash(&mut self, seen: &mut Seen) -> Reading<()> {
        let slash = need!(self.eat(Kind::Slash));
        let message = if !seen.any {
            if !self.at(Kind::Comma)? {
                return Ok(None);
            }
            "at least one argument must precede /"
        } else if seen.slash {
            "/ may appear only once"
        } else if seen.star {
            "/ must be ahead of *"
        } else if self.at(Kind::Star)? {
            return self.found_at_token(self.position, "expected comma between / and *");
        } else {
            seen.slash = true;
            return Ok(Some(()));
        };
        self.found_at_token(slash, message)
    }

    fn star(&mut self, seen: &mut Seen, close: Kind) -> Reading<()> {
        let star = need!(self.eat(Kind::Star));
        if seen.star {
            return self.found_at_token(star, "* argument may appear only once");
        }
        seen.star = true;
        if self.eat(Kind::Name)?.is_some() {
            self.annotation(close)?;
            if self.at(Kind::Equal)? {
                return self.found_at_token(self.position, "var-positional argument cannot have default value");
            }
            return Ok(Some(()));
        }
        let after_comma = self.kind_at(self.position).map(|k| k == Kind::Comma)?;
        let bare = if after_comma {
            let next = self.kind_at(self.position + 1)?;
            next == close || next == Kind::DoubleStar
        } else {
            self.at(close)?
        };
        if bare {
            let message = "named arguments must follow bare *";
            return if close == Kind::Colon { self.found_here(message) } else { self.found_at_token(star, message) };
        }
        Ok(after_comma.then_some(()))
    }

    fn double_star(&mut self, close: Kind) -> Reading<()> {
        need!(self.eat(Kind::DoubleStar));
        need!(self.eat(Kind::Name));
        self.annotation(close)?;
        if self.at(Kind::Equal)? {
            return self.found_at_token(self.position, "var-keyword argument cannot have default value");
        }
        if self.at(Kind::Comma)? {
            let next = self.kind_at(self.position + 1)?;
            if matches!(next, Kind::Name | Kind::Star | Kind::DoubleStar | Kind::Slash) {
                return self.found_at_token(self.position + 1, "arguments cannot follow var-keyword argument");
            }
        }
        Ok(Some(()))
    }

    fn plain_parameter(&mut self, seen: &mut Seen, close: Kind) -> Reading<()> {
        let name = need!(self.eat(Kind::Name));
        self.annotation(close)?;
        if let Some(equal) = self.eat(Kind::Equal)? {
            if self.at_any(&[close, Kind::Comma])? {
                return self.found_at_token(equal, "expected default value expression");
            }
            need!(self.expression());
            seen.default |= !seen.star;
        } else if seen.default && !seen.star && self.at_any(&[close, Kind::Comma])? {
            return self.found_at_token(name, "parameter without a default follows parameter with a default");
        }
        Ok(Some(()))
    }

    /// Lambdas have none: their colon ends the parameters.
    fn annotation(&mut self, close: Kind) -> Reading<()> {
        if close != Kind::Colon && self.eat(Kind::Colon)?.is_some() {
            need!(self.starred_or_expression());
        }
        Ok(Some(()))
    }

    fn parenthesised_parameters(&mut self, lambda: bool) -> Reading<()> {
        let open = need!(self.eat(Kind::LeftParen));
        let parens = if lambda { Kind::Colon } else { Kind::RightParen };
        need!(self.eat(Kind::Name));
        self.annotation(parens)?;
        while self.eat(Kind::Comma)?.is_some() && self.eat(Kind::Name)?.is_some() {
            self.annotation(parens)?;
        }
        let close = need!(self.eat(Kind::RightParen));
        let what = if lambda { "Lambda expression" } else { "Function" };
        self.found_range(open, close + 1, format!("{what} parameters cannot be parenthesized"))
    }

    /// `[T: int = str, *Ts, **P]`
    pub(super) fn type_parameters(&mut self) -> Reading<()> {
        if self.eat(Kind::LeftBracket)?.is_none() {
            return Ok(Some(()));
        }
        if self.at(Kind::RightBracket)? {
            return self.found_from(self.position, "Type parameter list cannot be empty");
        }
        while !self.at(Kind::RightBracket)? {
            need!(self.type_parameter());
            if self.eat(Kind::Comma)?.is_none() {
                break;
            }
        }
        need!(self.eat(Kind::RightBracket));
        Ok(Some(()))
    }

    fn type_parameter(&mut self) -> Reading<()> {
        let stars = self.eat_any(&[Kind::Star, Kind::DoubleStar])?;
        need!(self.eat(Kind::Name));
        if let Some(colon) = self.eat(Kind::Colon)? {
            let tuple_starts = self.at(Kind::LeftParen)?;
            let bound = need!(self.expression());
            if let Some(stars) = stars {
                let is_tuple = tuple_starts && bound.form == super::shape::Form::Tuple;
                let what = if is_tuple { "constraints" } else { "bound" };
                let kind = if self.token(stars).kind == Kind::Star { "TypeVarTuple" } else { "ParamSpec" };
                return self.found_range(colon, bound.r, format!("cannot use {what} with {kind}"));
            }
        }
        if self.eat(Kind::Equal)?.is_some() {
            need!(self.starred_or_expression());
        }
        Ok(Some(()))
    }
}
