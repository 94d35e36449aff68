//! Statements with blocks.

use weft_source::DiagnosticKind;

use super::shape::Use;
use super::{Diagnoser, Reading, need};
use crate::token::Kind;

impl Diagnoser<'_> {
    pub(super) fn compound(&mut self) -> Reading<()> {
        match self.peek()? {
            Kind::At | Kind::Def | Kind::Class => self.decorated(),
            Kind::Async => self.asynchronous(),
            Kind::If => self.if_statement(),
            Kind::With => self.with_statement(),
            Kind::For => self.for_statement(),
            Kind::Try => self.try_statement(),
            Kind::While => self.while_statement(),
            Kind::Name if self.at_word("match")? => self.attempt(Self::match_statement),
            _ => Ok(None),
        }
    }

    // ---- Blocks ----

    /// The block of a clause, whose keyword is at `keyword`; `what` is how messages call the clause.
    fn block_of(&mut self, keyword: usize, what: &str) -> Reading<()> {
        if self.at(Kind::Newline)? && self.kind_at(self.position + 1)? != Kind::Indent {
            let line = self.line_of(keyword);
            return self.missing_block(format!("expected an indented block after {what} on line {line}"));
        }
        if self.eat(Kind::Newline)?.is_none() {
            return self.simple_line();
        }
        need!(self.eat(Kind::Indent));
        self.depth += 1;
        need!(self.statements());
        self.depth -= 1;
        need!(self.eat(Kind::Dedent));
        Ok(Some(()))
    }

    fn missing_block<T>(&mut self, message: String) -> Reading<T> {
        let span = self.token(self.position + 1).span();
        self.found_as(DiagnosticKind::IndentationError, span, message)
    }

    /// The colon after a header; at the end of the line it is known to be missing.
    fn colon(&mut self) -> Reading<()> {
        if self.at(Kind::Newline)? {
            return self.found_here("expected ':'");
        }
        need!(self.eat(Kind::Colon));
        Ok(Some(()))
    }

    /// A clause that is a keyword alone: `else:`, `try:`, `finally:`.
    fn bare_clause(&mut self, kind: Kind, text: &str) -> Reading<()> {
        let keyword = need!(self.eat(kind));
        self.expect(Kind::Colon, ":")?;
        self.block_of(keyword, &format!("'{text}' statement"))
    }

    fn optional_else(&mut self) -> Reading<()> {
        if self.at(Kind::Else)? { self.bare_clause(Kind::Else, "else") } else { Ok(Some(())) }
    }

    // ---- Definitions ----

    fn decorated(&mut self) -> Reading<()> {
        while self.eat(Kind::At)?.is_some() {
            need!(self.named());
            need!(self.eat(Kind::Newline));
        }
        match self.peek()? {
            Kind::Class => self.class(),
            Kind::Async => {
                self.position += 1;
                self.function()
            }
            _ => self.function(),
        }
    }

    fn asynchronous(&mut self) -> Reading<()> {
        match self.kind_at(self.position + 1)? {
            Kind::Def => {
                self.position += 1;
                self.function()
            }
            Kind::With => self.with_statement(),
            Kind::For => self.for_statement(),
            _ => Ok(None),
        }
    }

    fn function(&mut self) -> Reading<()> {
        let keyword = need!(self.eat(Kind::Def));
        need!(self.eat(Kind::Name));
        self.attempt(Self::type_parameters)?;
        self.expect(Kind::LeftParen, "(")?;
        self.parameters(false)?;
        need!(self.eat(Kind::RightParen));
        self.attempt(|d| {
            need!(d.eat(Kind::Arrow));
            d.expression()
        })?;
        self.expect(Kind::Colon, ":")?;
        self.block_of(keyword, "function definition")
    }

    fn class(&mut self) -> Reading<()> {
        let keyword = need!(self.eat(Kind::Class));
        need!(self.eat(Kind::Name));
        need!(self.type_parameters());
        if self.eat(Kind::LeftParen)?.is_some() {
            self.arguments()?;
            need!(self.eat(Kind::RightParen));
        }
        need!(self.colon());
        self.block_of(keyword, "class definition")
    }

    // ---- if, while, for, with ----

    fn if_statement(&mut self) -> Reading<()> {
        let mut text = "if";
        let mut kind = Kind::If;
        while let Some(keyword) = self.eat(kind)? {
            need!(self.named());
            need!(self.colon());
            need!(self.block_of(keyword, &format!("'{text}' statement")));
            (kind, text) = (Kind::Elif, "elif");
        }
        self.optional_else()
    }

    fn while_statement(&mut self) -> Reading<()> {
        let keyword = need!(self.eat(Kind::While));
        need!(self.named());
        need!(self.colon());
        need!(self.block_of(keyword, "'while' statement"));
        self.optional_else()
    }

    fn for_statement(&mut self) -> Reading<()> {
        let start = self.position;
        let head = self.attempt(|d| {
            d.eat(Kind::Async)?;
            let keyword = need!(d.eat(Kind::For));
            need!(d.targets());
            need!(d.eat(Kind::In));
            Ok(Some(keyword))
        })?;
        let Some(keyword) = head else {
            self.position = start;
            return self.loop_target();
        };
        need!(self.expressions());
        need!(self.colon());
        need!(self.block_of(keyword, "'for' statement"));
        self.optional_else()
    }

    fn with_statement(&mut self) -> Reading<()> {
        self.eat(Kind::Async)?;
        let keyword = need!(self.eat(Kind::With));
        let listed = self.attempt(|d| {
            need!(d.eat(Kind::LeftParen));
            need!(d.with_item());
            while d.eat(Kind::Comma)?.is_some() {
                if d.at(Kind::RightParen)? {
                    break;
                }
                need!(d.with_item());
            }
            need!(d.eat(Kind::RightParen));
            Ok(d.at_any(&[Kind::Colon, Kind::Newline])?.then_some(()))
        })?;
        if listed.is_none() {
            need!(self.with_item());
            while self.eat(Kind::Comma)?.is_some() {
                need!(self.with_item());
            }
        }
        need!(self.colon());
        self.block_of(keyword, "'with' statement")
    }

    fn with_item(&mut self) -> Reading<()> {
        need!(self.expression());
        let end = self.position;
        if self.eat(Kind::As)?.is_none() {
            return Ok(Some(()));
        }
        const ENDS: [Kind; 4] = [Kind::Comma, Kind::RightParen, Kind::Colon, Kind::Newline];
        let target = self.attempt(|d| {
            let target = need!(d.starred_or_expression());
            Ok((target.is_target() && d.at_any(&ENDS)?).then_some(()))
        })?;
        if target.is_none()
            && let Some(target) = self.expression()?
            && self.at_any(&ENDS[..3])?
        {
            self.refuse_target(&target, Use::Assign)?;
        }
        if target.is_none() {
            self.position = end;
        }
        Ok(Some(()))
    }

    // ---- try ----

    fn try_statement(&mut self) -> Reading<()> {
        need!(self.bare_clause(Kind::Try, "try"));
        if !self.at_any(&[Kind::Except, Kind::Finally])? {
            return self.found_here("expected 'except' or 'finally' block");
        }
        let mut first_is_star = None;
        while self.at(Kind::Except)? {
            let is_star = self.kind_at(self.position + 1)? == Kind::Star;
            let keyword = self.position;
            if *first_is_star.get_or_insert(is_star) != is_star {
                need!(self.handler(is_star));
                let message = "cannot have both 'except' and 'except*' on the same 'try'";
                return self.found_range(keyword, keyword + 1 + usize::from(is_star), message);
            }
            need!(self.handler(is_star));
        }
        if first_is_star.is_some() {
            need!(self.optional_else());
        }
        if self.at(Kind::Finally)? { self.bare_clause(Kind::Finally, "finally") } else { Ok(Some(())) }
    }

    fn handler(&mut self, is_star: bool) -> Reading<()> {
        let keyword = need!(self.eat(Kind::Except));
        let what = if is_star { "'except*' statement" } else { "'except' statement" };
        if is_star {
            self.eat(Kind::Star)?;
            if self.at_any(&[Kind::Newline, Kind::Colon])? {
                return self.found_here("expected one or more exception types");
            }
        }
        if let Some(caught) = self.expression()? {
            if self.at(Kind::Comma)? && self.several_exceptions()?.is_some() {
                let message = "multiple exception types must be parenthesized";
                return self.found_from(caught.l, message);
            }
            if self.eat(Kind::As)?.is_some() {
                need!(self.eat(Kind::Name));
            }
        }
        need!(self.colon());
        self.block_of(keyword, what)
    }

    fn several_exceptions(&mut self) -> Reading<()> {
        self.attempt(|d| {
            need!(d.eat(Kind::Comma));
            need!(d.expressions());
            if d.eat(Kind::As)?.is_some() {
                need!(d.eat(Kind::Name));
            }
            need!(d.eat(Kind::Colon));
            Ok(Some(()))
        })
    }

    // ---- match ----

    fn match_statement(&mut self) -> Reading<()> {
        let keyword = self.position;
        self.position += 1;
        need!(self.bare_tuple(Self::starred_or_named));
        if self.failed_at == keyword + 1 {
            // The grammar took `match` for a name; CPython's first reading came as far as this.
            self.stopped_at = self.position;
        }
        need!(self.colon());
        need!(self.eat(Kind::Newline));
        if !self.at(Kind::Indent)? {
            self.position -= 1;
            let line = self.line_of(keyword);
            return self.missing_block(format!("expected an indented block after 'match' statement on line {line}"));
        }
        self.position += 1;
        while self.at_word("case")? {
            need!(self.case());
        }
        need!(self.eat(Kind::Dedent));
        Ok(Some(()))
    }

    fn case(&mut self) -> Reading<()> {
        let keyword = self.position;
        self.position += 1;
        need!(self.open_pattern());
        if self.eat(Kind::If)?.is_some() {
            need!(self.named());
        }
        need!(self.colon());
        self.block_of(keyword, "'case' statement")
    }
}
