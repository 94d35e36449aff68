//! Escapes and sets of regular expressions.

use super::parse::{Parsed, Parser, Problem, code, letter, show};
use super::tree::{At, Fold, Item, Node};

/// What an escape stands for.
enum Escaped {
    Char(u32),
    Item(Item),
}

impl Parser<'_> {
    /// The characters of the escape that began at `start`.
    fn written(&self, start: usize) -> String {
        show(&self.source[start..self.at])
    }

    fn digits(&mut self, radix: u32, most: usize) -> Vec<u32> {
        let mut found = Vec::new();
        while found.len() < most {
            let Some(digit) = self.peek().and_then(letter).and_then(|c| c.to_digit(radix)) else { break };
            found.push(digit);
            self.at += 1;
        }
        found
    }

    /// `\x`, `\u`, `\U`, whose letter is taken.
    fn hexadecimal(&mut self, start: usize, count: usize) -> Parsed<u32> {
        let digits = self.digits(16, count);
        if digits.len() < count {
            let text = self.written(start);
            return self.error(format!("incomplete escape {text}"), self.at - start);
        }
        let value = digits.iter().fold(0u32, |value, digit| value.wrapping_mul(16).wrapping_add(*digit));
        if value > 0x10_FFFF {
            return self.bad(start);
        }
        Ok(value)
    }

    fn bad<T>(&self, start: usize) -> Parsed<T> {
        let text = self.written(start);
        self.error(format!("bad escape {text}"), self.at - start)
    }

    /// `\N{name}`, whose `N` is taken.
    fn by_name(&mut self) -> Parsed<u32> {
        if !self.accept('{') {
            return self.error("missing {", 0);
        }
        let name = self.until('}', "character name")?;
        let known = unicode_names2::character(&name);
        match known {
            Some(c) => Ok(u32::from(c)),
            None => {
                let back = name.chars().count() + r"\N{}".len();
                self.error(format!("undefined character name {}", super::parse::quote(&name)), back)
            }
        }
    }

    /// Escapes that mean the same inside and outside of sets; the backslash and `sign` are taken.
    fn common(&mut self, start: usize, sign: u32) -> Parsed<Option<Escaped>> {
        let Some(c) = letter(sign) else { return Ok(Some(Escaped::Char(sign))) };
        if let Some(item) = self.class(c) {
            return Ok(Some(Escaped::Item(item)));
        }
        let value = match c {
            'a' => 7,
            'f' => 12,
            'n' => 10,
            'r' => 13,
            't' => 9,
            'v' => 11,
            '\\' => sign,
            'x' => self.hexadecimal(start, 2)?,
            'u' if self.is_text => self.hexadecimal(start, 4)?,
            'U' if self.is_text => self.hexadecimal(start, 8)?,
            'N' if self.is_text => self.by_name()?,
            c if c.is_ascii_digit() => return Ok(None),
            c if c.is_ascii_alphabetic() => return self.bad(start),
            _ => sign,
        };
        Ok(Some(Escaped::Char(value)))
    }

    fn octal(&self, start: usize, digits: &[u32]) -> Parsed<u32> {
        let value = digits.iter().fold(0, |value, digit| value * 8 + digit);
        if value > 0o377 {
            let text = self.written(start);
            return self.error(format!("octal escape value {text} outside of range 0-0o377"), self.at - start);
        }
        Ok(value)
    }

    /// An escape outside of sets.
    pub(super) fn escape(&mut self) -> Parsed<Node> {
        let start = self.at;
        self.at += 1;
        let Some(sign) = self.take() else {
            return Err(Problem::Pattern("bad escape (end of pattern)".to_owned(), start));
        };
        let place = match letter(sign) {
            Some('A') => Some(At::Start),
            Some('Z') => Some(At::VeryEnd),
            Some('b') => Some(At::Boundary(self.ascii())),
            Some('B') => Some(At::Inside(self.ascii())),
            _ => None,
        };
        if let Some(place) = place {
            return Ok(Node::At(place));
        }
        match self.common(start, sign)? {
            Some(Escaped::Char(value)) => Ok(Node::Char(value, self.fold())),
            Some(Escaped::Item(item)) => Ok(Node::Set { items: vec![item], negated: false, fold: Fold::Exact }),
            None => self.digits_escape(start, sign - code('0')),
        }
    }

    /// A backslash and a digit: a group, or a character in octal.
    fn digits_escape(&mut self, start: usize, first: u32) -> Parsed<Node> {
        if first == 0 {
            let mut digits = vec![0];
            digits.extend(self.digits(8, 2));
            let value = self.octal(start, &digits)?;
            return Ok(Node::Char(value, self.fold()));
        }
        let mut group = first;
        if let Some(second) = self.peek().and_then(letter).and_then(|c| c.to_digit(10)) {
            self.at += 1;
            if let (true, true, Some(third)) =
                (first < 8, second < 8, self.peek().and_then(letter).and_then(|c| c.to_digit(8)))
            {
                self.at += 1;
                let value = self.octal(start, &[first, second, third])?;
                return Ok(Node::Char(value, self.fold()));
            }
            group = first * 10 + second;
        }
        self.reference(group as usize, self.at - start)
    }

    /// A member of a set, or the beginning of a range.
    fn member(&mut self, opening: usize) -> Parsed<Escaped> {
        let start = self.at;
        let Some(sign) = self.take() else { return self.unterminated(opening) };
        if sign != code('\\') {
            return Ok(Escaped::Char(sign));
        }
        let Some(sign) = self.take() else {
            return Err(Problem::Pattern("bad escape (end of pattern)".to_owned(), start));
        };
        if sign == code('b') {
            return Ok(Escaped::Char(8));
        }
        if let Some(escaped) = self.common(start, sign)? {
            return Ok(escaped);
        }
        let first = sign - code('0');
        if first >= 8 {
            return self.bad(start);
        }
        let mut digits = vec![first];
        digits.extend(self.digits(8, 2));
        self.octal(start, &digits).map(Escaped::Char)
    }

    fn unterminated<T>(&self, opening: usize) -> Parsed<T> {
        Err(Problem::Pattern("unterminated character set".to_owned(), opening))
    }

    /// `[…]`.
    pub(super) fn set(&mut self) -> Parsed<Node> {
        let opening = self.at;
        self.at += 1;
        let negated = self.accept('^');
        let mut items = Vec::new();
        let first = self.at;
        loop {
            if self.at > first && self.accept(']') {
                break;
            }
            let start = self.at;
            let low = self.member(opening)?;
            if !self.accept('-') {
                items.push(item_of(low));
                continue;
            }
            if self.peek().is_none() {
                return self.unterminated(opening);
            }
            if self.accept(']') {
                items.push(item_of(low));
                items.push(Item::Range(code('-'), code('-')));
                break;
            }
            let high = self.member(opening)?;
            match (low, high) {
                (Escaped::Char(low), Escaped::Char(high)) if low <= high => items.push(Item::Range(low, high)),
                _ => {
                    let text = self.written(start);
                    return self.error(format!("bad character range {text}"), self.at - start);
                }
            }
        }
        Ok(Node::Set { items, negated, fold: self.fold() })
    }
}

fn item_of(escaped: Escaped) -> Item {
    match escaped {
        Escaped::Char(c) => Item::Range(c, c),
        Escaped::Item(item) => item,
    }
}

/// A part of a replacement.
pub enum Part {
    Text(Vec<u32>),
    Group(usize),
}

/// What is wrong with a replacement, beyond `Problem`.
pub enum TemplateProblem {
    Pattern(Problem),
    /// No group has this name.
    Unknown(String),
}

impl From<Problem> for TemplateProblem {
    fn from(problem: Problem) -> TemplateProblem {
        TemplateProblem::Pattern(problem)
    }
}

/// Reads a replacement: text, `\1`, `\g<name>` and escapes.
pub fn template(
    source: &[u32],
    is_text: bool,
    groups: usize,
    names: &[(String, usize)],
) -> Result<Vec<Part>, TemplateProblem> {
    let mut reader = Parser::over(source, is_text, 0);
    let mut parts = Vec::new();
    let mut text = Vec::new();
    while let Some(sign) = reader.take() {
        if sign != code('\\') {
            text.push(sign);
            continue;
        }
        let start = reader.at - 1;
        match reader.template_escape(start, groups, names)? {
            Part::Text(more) => text.extend(more),
            group => {
                parts.push(Part::Text(std::mem::take(&mut text)));
                parts.push(group);
            }
        }
    }
    parts.push(Part::Text(text));
    Ok(parts)
}

impl Parser<'_> {
    fn template_escape(
        &mut self,
        start: usize,
        groups: usize,
        names: &[(String, usize)],
    ) -> Result<Part, TemplateProblem> {
        let Some(sign) = self.take() else {
            return Err(Problem::Pattern("bad escape (end of pattern)".to_owned(), start).into());
        };
        let Some(c) = letter(sign) else { return Ok(Part::Text(vec![code('\\'), sign])) };
        let one = |value: u32| Ok(Part::Text(vec![value]));
        match c {
            'g' => self.template_name(groups, names),
            '0' => {
                let mut digits = vec![0];
                digits.extend(self.digits(8, 2));
                one(digits.iter().fold(0, |value, digit| value * 8 + digit) & 0xFF)
            }
            '1'..='9' => {
                let first = sign - code('0');
                let mut group = first;
                if let Some(second) = self.peek().and_then(letter).and_then(|c| c.to_digit(10)) {
                    self.at += 1;
                    let third = self.peek().and_then(letter).and_then(|c| c.to_digit(8));
                    if let (true, true, Some(third)) = (first < 8, second < 8, third) {
                        self.at += 1;
                        return one(self.octal(start, &[first, second, third])?);
                    }
                    group = first * 10 + second;
                }
                let length = self.at - start;
                if group as usize > groups {
                    return Ok(self.error(format!("invalid group reference {group}"), length - 1)?);
                }
                Ok(Part::Group(group as usize))
            }
            'a' => one(7),
            'b' => one(8),
            'f' => one(12),
            'n' => one(10),
            'r' => one(13),
            't' => one(9),
            'v' => one(11),
            '\\' => one(sign),
            c if c.is_ascii_alphabetic() => Ok(self.bad(start)?),
            _ => Ok(Part::Text(vec![code('\\'), sign])),
        }
    }

    /// `\g<name>`, whose `g` is taken.
    fn template_name(&mut self, groups: usize, names: &[(String, usize)]) -> Result<Part, TemplateProblem> {
        if !self.accept('<') {
            return Ok(self.error("missing <", 0)?);
        }
        let name = self.until('>', "group name")?;
        let length = name.chars().count();
        if !name.bytes().all(|b| b.is_ascii_digit()) {
            self.check_name(&name, 1)?;
            return match names.iter().find(|(known, _)| *known == name) {
                Some((_, group)) => Ok(Part::Group(*group)),
                None => Err(TemplateProblem::Unknown(name)),
            };
        }
        match name.parse::<usize>() {
            Ok(group) if group <= groups => Ok(Part::Group(group)),
            _ => Ok(self.error(format!("invalid group reference {}", name.trim_start_matches('0')), length + 1)?),
        }
    }
}
