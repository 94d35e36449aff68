//! Patterns in Python's syntax to patterns in the engine's, with CPython's errors.

use super::class::{self, Item, Mode};
use super::source::{Problem, Result, Source, problem};

pub mod flags {
    pub const IGNORECASE: u32 = 2;
    pub const LOCALE: u32 = 4;
    pub const MULTILINE: u32 = 8;
    pub const DOTALL: u32 = 16;
    pub const UNICODE: u32 = 32;
    pub const VERBOSE: u32 = 64;
    pub const ASCII: u32 = 256;
    /// One of these decides what letters and digits are.
    pub const TYPE: u32 = ASCII | LOCALE | UNICODE;
}

const FOREVER: usize = u32::MAX as usize;
const DEEPEST: usize = 200;

/// A capturing group.
#[derive(Default)]
pub struct Group {
    pub name: Option<String>,
    /// How many groups were closed before it; None while it is open.
    pub closed: Option<usize>,
    width: (usize, usize),
}

/// A pattern for the engine, and what is known about it.
pub struct Translation {
    pub pattern: String,
    pub flags: u32,
    pub groups: Vec<Group>,
}

/// A part of a pattern in the engine's words.
struct Piece {
    text: String,
    /// The least and the greatest number of characters it matches.
    width: (usize, usize),
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    /// Matches a place, not characters: can't be repeated.
    Place,
    Repeated,
}

/// What a `(?` turned out to be.
enum Opening {
    Piece(Piece),
    Nothing,
    /// A group: number if it captures, the flags inside, whether it is atomic.
    Group {
        number: Option<usize>,
        flags: u32,
        atomic: bool,
    },
}

enum Interrupt {
    Problem(Problem),
    /// Flags at the start that hold for the whole pattern.
    Restart(u32),
}

impl From<Problem> for Interrupt {
    fn from(problem: Problem) -> Interrupt {
        Interrupt::Problem(problem)
    }
}

type Parse<T> = std::result::Result<T, Interrupt>;

struct Translator {
    source: Source,
    is_bytes: bool,
    flags: u32,
    groups: Vec<Group>,
    closed: usize,
    depth: usize,
    /// Groups that conditions ask for before they are seen, and where.
    wanted: Vec<(usize, usize)>,
}

/// Translates a pattern.
pub fn translate(pattern: &str, given: u32, is_bytes: bool) -> Result<Translation> {
    let mut flags = given;
    loop {
        let source = Source::new(pattern);
        let (groups, wanted) = (Vec::new(), Vec::new());
        let mut translator = Translator { source, is_bytes, flags, groups, closed: 0, depth: 0, wanted };
        match translator.whole() {
            Ok(pattern) => {
                let groups = translator.groups;
                if !is_bytes && flags & flags::ASCII == 0 {
                    flags |= flags::UNICODE;
                }
                return Ok(Translation { pattern, flags, groups });
            }
            Err(Interrupt::Restart(more)) if more & !flags != 0 => flags |= more,
            Err(Interrupt::Restart(_)) => return problem("bad inline flags", 0),
            Err(Interrupt::Problem(problem)) => return Err(problem),
        }
    }
}

impl Translator {
    fn whole(&mut self) -> Parse<String> {
        let flags = self.flags;
        let piece = self.alternatives(flags)?;
        if self.source.peek().is_some() {
            return Err(at("unbalanced parenthesis", self.source.at));
        }
        for &(group, place) in &self.wanted {
            if group > self.groups.len() {
                return Err(at(format!("invalid group reference {group}"), place));
            }
        }
        Ok(piece.text)
    }

    fn mode(&self, flags: u32) -> Mode {
        let ascii = self.is_bytes || flags & flags::ASCII != 0;
        Mode { ignore_case: flags & flags::IGNORECASE != 0, ascii }
    }

    fn alternatives(&mut self, flags: u32) -> Parse<Piece> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(at("pattern is nested too deeply", self.source.at));
        }
        let mut whole = self.sequence(flags)?;
        while self.source.take('|') {
            let next = self.sequence(flags)?;
            whole.text = format!("{}|{}", whole.text, next.text);
            whole.width = (whole.width.0.min(next.width.0), whole.width.1.max(next.width.1));
        }
        self.depth -= 1;
        Ok(whole)
    }

    fn sequence(&mut self, flags: u32) -> Parse<Piece> {
        let mut pieces: Vec<Piece> = Vec::new();
        while let Some(c) = self.source.peek().filter(|&c| c != '|' && c != ')') {
            let here = self.source.at;
            self.source.at += 1;
            if flags & flags::VERBOSE != 0 {
                if matches!(c, ' ' | '\t'..='\r') {
                    continue;
                }
                if c == '#' {
                    while self.source.next().is_some_and(|c| c != '\n') {}
                    continue;
                }
            }
            match c {
                '*' | '+' | '?' | '{' => match self.bounds(c, here)? {
                    Some(bounds) => self.repeat(&mut pieces, bounds, here)?,
                    None => pieces.push(self.one('{', flags)),
                },
                '(' => pieces.extend(self.parenthesis(flags, here, pieces.is_empty())?),
                _ => pieces.push(self.atom(c, flags, here)?),
            }
        }
        let width = pieces.iter().fold((0, 0), |sum, piece| add(sum, piece.width));
        let text = pieces.into_iter().map(|piece| piece.text).collect();
        Ok(Piece { text, width, kind: Kind::Plain })
    }

    fn one(&self, c: char, flags: u32) -> Piece {
        character(class::literal(c, self.mode(flags)))
    }

    fn atom(&mut self, c: char, flags: u32, here: usize) -> Parse<Piece> {
        let multiline = flags & flags::MULTILINE != 0;
        Ok(match c {
            '.' if flags & flags::DOTALL != 0 => character("(?s:.)"),
            '.' => character(r"[^\n]"),
            '^' => place(if multiline { "(?m:^)" } else { r"\A" }),
            '$' => place(if multiline { "(?m:$)" } else { r"(?=\n?\z)" }),
            '[' => self.set(flags, here)?,
            '\\' => self.escape(flags, here)?,
            _ => self.one(c, flags),
        })
    }

    /// The least and the greatest number of a repetition; None if a brace stands for itself.
    fn bounds(&mut self, c: char, here: usize) -> Parse<Option<(usize, usize)>> {
        match c {
            '*' => return Ok(Some((0, FOREVER))),
            '+' => return Ok(Some((1, FOREVER))),
            '?' => return Ok(Some((0, 1))),
            _ => {}
        }
        if self.source.peek() == Some('}') {
            return Ok(None);
        }
        let low = self.source.take_while(usize::MAX, |c| c.is_ascii_digit());
        let high = if self.source.take(',') {
            self.source.take_while(usize::MAX, |c| c.is_ascii_digit())
        } else {
            low.clone()
        };
        if !self.source.take('}') {
            self.source.at = here + 1;
            return Ok(None);
        }
        let number = |text: &str, default: usize| match text {
            "" => Ok(default),
            _ => match text.parse::<u32>() {
                Ok(number) if (number as usize) < FOREVER => Ok(number as usize),
                // No place: the module raises OverflowError.
                _ => Err(Problem { message: "the repetition number is too large".to_owned(), at: None }),
            },
        };
        let (low, high) = (number(&low, 0)?, number(&high, FOREVER)?);
        if high < low {
            return Err(at("min repeat greater than max repeat", here + 1));
        }
        Ok(Some((low, high)))
    }

    fn repeat(&mut self, pieces: &mut Vec<Piece>, (low, high): (usize, usize), here: usize) -> Parse<()> {
        let Some(last) = pieces.pop() else { return Err(at("nothing to repeat", here)) };
        match last.kind {
            Kind::Place => return Err(at("nothing to repeat", here)),
            Kind::Repeated => return Err(at("multiple repeat", here)),
            Kind::Plain => {}
        }
        let count = match (low, high) {
            (0, FOREVER) => "*".to_owned(),
            (1, FOREVER) => "+".to_owned(),
            (0, 1) => "?".to_owned(),
            (low, FOREVER) => format!("{{{low},}}"),
            (low, high) => format!("{{{low},{high}}}"),
        };
        let item = last.text;
        let text = if last.width.1 == 0 {
            // The engine repeats no places; once is as good as often.
            let lazy = self.source.take('?');
            let possessive = !lazy && self.source.take('+');
            match (low, lazy) {
                (0, true) => format!("(?:|{item})"),
                (0, false) if possessive => format!("(?>{item}|)"),
                (0, false) => format!("(?:{item}|)"),
                _ => format!("(?:{item})"),
            }
        } else if self.source.take('?') {
            format!("(?:{item}){count}?")
        } else if self.source.take('+') {
            format!("(?>(?:{item}){count})")
        } else {
            format!("(?:{item}){count}")
        };
        let times = |width: usize, count: usize| width.saturating_mul(count).min(FOREVER);
        let width = (times(last.width.0, low), times(last.width.1, high));
        pieces.push(Piece { text, width, kind: Kind::Repeated });
        Ok(())
    }

    fn parenthesis(&mut self, flags: u32, start: usize, is_first: bool) -> Parse<Option<Piece>> {
        let opening = if self.source.take('?') {
            self.extension(flags, start, is_first)?
        } else {
            Opening::Group { number: Some(self.open(None, start)?), flags, atomic: false }
        };
        let (number, inner, atomic) = match opening {
            Opening::Piece(piece) => return Ok(Some(piece)),
            Opening::Nothing => return Ok(None),
            Opening::Group { number, flags, atomic } => (number, flags, atomic),
        };
        let body = self.alternatives(inner)?;
        self.close(start)?;
        if let Some(group) = number.and_then(|number| self.groups.get_mut(number - 1)) {
            group.closed = Some(self.closed);
            group.width = body.width;
            self.closed += 1;
        }
        let head = match (number, atomic) {
            (Some(_), _) => "(",
            (None, true) => "(?>",
            (None, false) => "(?:",
        };
        Ok(Some(Piece { text: format!("{head}{})", body.text), width: body.width, kind: Kind::Plain }))
    }

    fn close(&mut self, start: usize) -> Parse<()> {
        if self.source.take(')') { Ok(()) } else { Err(at("missing ), unterminated subpattern", start)) }
    }

    /// Begins a capturing group; gives its number.
    fn open(&mut self, name: Option<String>, place: usize) -> Parse<usize> {
        let number = self.groups.len() + 1;
        if let Some(name) = &name
            && let Some(old) = self.number_of(name)
        {
            let name = quoted(name);
            return Err(at(format!("redefinition of group name {name} as group {number}; was group {old}"), place));
        }
        self.groups.push(Group { name, ..Group::default() });
        Ok(number)
    }

    fn number_of(&self, name: &str) -> Option<usize> {
        self.groups.iter().position(|group| group.name.as_deref() == Some(name)).map(|index| index + 1)
    }

    /// What follows `(?`.
    fn extension(&mut self, flags: u32, start: usize, is_first: bool) -> Parse<Opening> {
        let Some(c) = self.source.next() else { return Err(at("unexpected end of pattern", self.source.at)) };
        let plain = |flags, atomic| Ok(Opening::Group { number: None, flags, atomic });
        match c {
            ':' => plain(flags, false),
            '>' => plain(flags, true),
            'P' => self.named(flags),
            '#' => loop {
                match self.source.next() {
                    Some(')') => return Ok(Opening::Nothing),
                    Some(_) => {}
                    None => return Err(at("missing ), unterminated comment", start)),
                }
            },
            '=' | '!' => self.look(flags, start, c, "(?"),
            '<' => match self.source.next() {
                Some(c @ ('=' | '!')) => self.look(flags, start, c, "(?<"),
                Some(c) => Err(at(format!("unknown extension ?<{c}"), self.source.at - 3)),
                None => Err(at("unexpected end of pattern", self.source.at)),
            },
            '(' => self.condition(flags, start),
            '-' | 'a' | 'i' | 'L' | 'm' | 's' | 'u' | 'x' => match self.inline_flags(c)? {
                (Some((on, off)), _) => {
                    let base = if on & flags::TYPE != 0 { flags & !flags::TYPE } else { flags };
                    plain((base | on) & !off, false)
                }
                (None, _) if !is_first || start != 0 && !self.only_flags_before(start) => {
                    Err(at("global flags not at the start of the expression", start))
                }
                (None, global) if global & !self.flags != 0 => Err(Interrupt::Restart(global)),
                (None, _) => Ok(Opening::Nothing),
            },
            _ => Err(at(format!("unknown extension ?{c}"), self.source.at - 2)),
        }
    }

    /// Whether only flags (and what a verbose pattern leaves out) stand before this place.
    fn only_flags_before(&self, place: usize) -> bool {
        let before = self.source.text(0, place);
        self.groups.is_empty() && before.split(')').all(|part| part.trim().is_empty() || part.trim().starts_with("(?"))
    }

    /// `(?P…`
    fn named(&mut self, flags: u32) -> Parse<Opening> {
        match self.source.next() {
            Some('<') => {
                let start = self.source.at;
                let name = self.name('>', start)?;
                Ok(Opening::Group { number: Some(self.open(Some(name), start)?), flags, atomic: false })
            }
            Some('=') => {
                let start = self.source.at;
                let name = self.name(')', start)?;
                match self.number_of(&name) {
                    Some(number) => Ok(Opening::Piece(self.reference(number, flags, start)?)),
                    None => Err(at(format!("unknown group name {}", quoted(&name)), start)),
                }
            }
            Some(c) => Err(at(format!("unknown extension ?P{c}"), self.source.at - 3)),
            None => Err(at("unexpected end of pattern", self.source.at)),
        }
    }

    fn name(&mut self, end: char, start: usize) -> Parse<String> {
        let name = self.source.until(end, "group name")?;
        let mut chars = name.chars();
        let good = chars.next().is_some_and(|c| c == '_' || c.is_alphabetic())
            && chars.all(|c| c == '_' || c.is_alphanumeric())
            && (!self.is_bytes || name.is_ascii());
        if good { Ok(name) } else { Err(at(format!("bad character in group name {}", quoted(&name)), start)) }
    }

    fn reference(&self, number: usize, flags: u32, start: usize) -> Parse<Piece> {
        let group = &self.groups[number - 1];
        if group.closed.is_none() {
            return Err(at("cannot refer to an open group", start));
        }
        let head = if flags & flags::IGNORECASE != 0 { "(?i:" } else { "(?:" };
        Ok(Piece { text: format!("{head}\\{number})"), width: group.width, kind: Kind::Plain })
    }

    fn look(&mut self, flags: u32, start: usize, sign: char, head: &str) -> Parse<Opening> {
        let body = self.alternatives(flags)?;
        self.close(start)?;
        if head == "(?<" && body.width.0 != body.width.1 {
            let message = "look-behind requires fixed-width pattern".to_owned();
            return Err(Interrupt::Problem(Problem { message, at: None }));
        }
        Ok(Opening::Piece(Piece { text: format!("{head}{sign}{})", body.text), width: (0, 0), kind: Kind::Plain }))
    }

    /// `(?(group)yes|no)`
    fn condition(&mut self, flags: u32, start: usize) -> Parse<Opening> {
        let here = self.source.at;
        let name = self.source.until(')', "group name")?;
        let number = if name.chars().all(|c| c.is_ascii_digit()) {
            let number = name.parse::<usize>().unwrap_or(usize::MAX);
            if number == 0 {
                return Err(at("bad group number", here));
            }
            self.wanted.push((number, here));
            number
        } else {
            self.source.at = here;
            let name = self.name(')', here)?;
            match self.number_of(&name) {
                Some(number) => number,
                None => return Err(at(format!("unknown group name {}", quoted(&name)), here)),
            }
        };
        let yes = self.sequence(flags)?;
        let no = if self.source.take('|') { self.sequence(flags)? } else { Piece { width: (0, 0), ..place("") } };
        if self.source.peek() == Some('|') {
            return Err(at("conditional backref with more than two branches", self.source.at));
        }
        self.close(start)?;
        let width = (yes.width.0.min(no.width.0), yes.width.1.max(no.width.1));
        let text = format!("(?({number})(?:{})|(?:{}))", yes.text, no.text);
        Ok(Opening::Piece(Piece { text, width, kind: Kind::Plain }))
    }

    /// Flags to turn on and off for a group, or flags for the whole pattern.
    fn inline_flags(&mut self, first: char) -> Parse<(Option<(u32, u32)>, u32)> {
        let (mut on, mut off, mut c) = (0, 0, first);
        while !matches!(c, ')' | '-' | ':') {
            let Some(flag) = flag_of(c) else {
                let message = if c.is_alphabetic() { "unknown flag" } else { "missing -, : or )" };
                return Err(at(message, self.source.at - 1));
            };
            if !self.is_bytes && c == 'L' {
                return Err(at("bad inline flags: cannot use 'L' flag with a str pattern", self.source.at));
            }
            if self.is_bytes && c == 'u' {
                return Err(at("bad inline flags: cannot use 'u' flag with a bytes pattern", self.source.at));
            }
            on |= flag;
            if flag & flags::TYPE != 0 && on & flags::TYPE != flag {
                return Err(at("bad inline flags: flags 'a', 'u' and 'L' are incompatible", self.source.at));
            }
            c = self.source.next().ok_or_else(|| at("missing -, : or )", self.source.at))?;
        }
        if c == ')' {
            return Ok((None, on));
        }
        if c == '-' {
            let mut missing = "missing flag";
            loop {
                c = self.source.next().ok_or_else(|| at(missing, self.source.at))?;
                if c == ':' && off != 0 {
                    break;
                }
                let Some(flag) = flag_of(c) else {
                    return Err(at(if c.is_alphabetic() { "unknown flag" } else { missing }, self.source.at - 1));
                };
                if flag & flags::TYPE != 0 {
                    let message = "bad inline flags: cannot turn off flags 'a', 'u' and 'L'";
                    return Err(at(message, self.source.at));
                }
                off |= flag;
                missing = "missing :";
            }
        }
        if on & off != 0 {
            return Err(at("bad inline flags: flag turned on and off", self.source.at - 1));
        }
        Ok((Some((on, off)), 0))
    }

    fn set(&mut self, flags: u32, here: usize) -> Parse<Piece> {
        let unterminated = || at("unterminated character set", here);
        let negated = self.source.take('^');
        let mut items = Vec::new();
        loop {
            let start = self.source.at;
            let c = self.source.next().ok_or_else(unterminated)?;
            if c == ']' && !items.is_empty() {
                break;
            }
            let low = if c == '\\' { self.class_escape(start)? } else { Item::One(c) };
            if !self.source.take('-') {
                items.push(low);
                continue;
            }
            let middle = self.source.at;
            let c = self.source.next().ok_or_else(unterminated)?;
            if c == ']' {
                items.extend([low, Item::One('-')]);
                break;
            }
            let high = if c == '\\' { self.class_escape(middle)? } else { Item::One(c) };
            match (low, high) {
                (Item::One(low), Item::One(high)) if low <= high => items.push(Item::Range(low, high)),
                _ => {
                    let range = self.source.text(start, self.source.at);
                    return Err(at(format!("bad character range {range}"), start));
                }
            }
        }
        Ok(character(class::set(&items, negated, self.mode(flags))))
    }

    /// An escape that means one character wherever it stands.
    fn common_escape(&mut self, c: char, start: usize) -> Parse<Option<char>> {
        let digits = match c {
            'a' => return Ok(Some('\x07')),
            'f' => return Ok(Some('\x0C')),
            'n' => return Ok(Some('\n')),
            'r' => return Ok(Some('\r')),
            't' => return Ok(Some('\t')),
            'v' => return Ok(Some('\x0B')),
            'x' => 2,
            'u' if !self.is_bytes => 4,
            'U' if !self.is_bytes => 8,
            _ if c.is_ascii_alphanumeric() => return Ok(None),
            _ => return Ok(Some(c)),
        };
        let hex = self.source.take_while(digits, |c| c.is_ascii_hexdigit());
        if hex.len() != digits {
            return Err(at(format!("incomplete escape \\{c}{hex}"), start));
        }
        match u32::from_str_radix(&hex, 16).ok().and_then(char::from_u32) {
            Some(c) => Ok(Some(c)),
            None => Err(at(format!("bad escape \\{c}{hex}"), start)),
        }
    }

    fn class_escape(&mut self, start: usize) -> Parse<Item> {
        let Some(c) = self.source.next() else { return Err(at("bad escape (end of pattern)", start)) };
        if let Some(c) = self.common_escape(c, start)? {
            return Ok(Item::One(c));
        }
        match c {
            'b' => Ok(Item::One('\x08')),
            'd' | 'D' | 's' | 'S' | 'w' | 'W' => Ok(Item::Category(c)),
            '0'..='7' => {
                let more = self.source.take_while(2, |c| matches!(c, '0'..='7'));
                Ok(Item::One(octal(&format!("{c}{more}"), start)?))
            }
            _ => Err(at(format!("bad escape \\{c}"), start)),
        }
    }

    fn escape(&mut self, flags: u32, start: usize) -> Parse<Piece> {
        let Some(c) = self.source.next() else { return Err(at("bad escape (end of pattern)", start)) };
        if let Some(c) = self.common_escape(c, start)? {
            return Ok(self.one(c, flags));
        }
        let mode = self.mode(flags);
        match c {
            'A' => Ok(place(r"\A")),
            'Z' => Ok(place(r"\z")),
            'b' if mode.ascii => Ok(place(ASCII_BOUNDARY)),
            'B' if mode.ascii => Ok(place(format!("(?!{ASCII_BOUNDARY})(?!\\A\\z)"))),
            'b' => Ok(place(r"\b")),
            'B' => Ok(place(r"(?!\A\z)\B")),
            'd' | 'D' | 's' | 'S' | 'w' | 'W' => {
                Ok(character(class::set(&[Item::Category(c)], false, Mode { ignore_case: false, ..mode })))
            }
            '0' => {
                let more = self.source.take_while(2, |c| matches!(c, '0'..='7'));
                Ok(self.one(octal(&format!("0{more}"), start)?, flags))
            }
            '1'..='9' => self.numbered(c, flags, start),
            _ => Err(at(format!("bad escape \\{c}"), start)),
        }
    }

    /// `\1`, or a character by three octal digits.
    fn numbered(&mut self, first: char, flags: u32, start: usize) -> Parse<Piece> {
        let mut digits = String::from(first);
        if let Some(c) = self.source.peek().filter(char::is_ascii_digit) {
            digits.push(c);
            self.source.at += 1;
            let is_octal = |c: char| matches!(c, '0'..='7');
            if digits.chars().all(is_octal)
                && let Some(c) = self.source.peek().filter(|&c| is_octal(c))
            {
                digits.push(c);
                self.source.at += 1;
                return Ok(self.one(octal(&digits, start)?, flags));
            }
        }
        match digits.parse::<usize>() {
            Ok(number) if number <= self.groups.len() => self.reference(number, flags, start),
            _ => Err(at(format!("invalid group reference {digits}"), start + 1)),
        }
    }
}

const ASCII_BOUNDARY: &str = "(?:(?<=[0-9A-Za-z_])(?![0-9A-Za-z_])|(?<![0-9A-Za-z_])(?=[0-9A-Za-z_]))";

fn at(message: impl Into<String>, place: usize) -> Interrupt {
    Interrupt::Problem(Problem { message: message.into(), at: Some(place) })
}

fn octal(digits: &str, start: usize) -> Parse<char> {
    match u8::from_str_radix(digits, 8) {
        Ok(code) => Ok(char::from(code)),
        Err(_) => Err(at(format!("octal escape value \\{digits} outside of range 0-0o377"), start)),
    }
}

fn flag_of(c: char) -> Option<u32> {
    Some(match c {
        'i' => flags::IGNORECASE,
        'L' => flags::LOCALE,
        'm' => flags::MULTILINE,
        's' => flags::DOTALL,
        'x' => flags::VERBOSE,
        'a' => flags::ASCII,
        'u' => flags::UNICODE,
        _ => return None,
    })
}

fn add(a: (usize, usize), b: (usize, usize)) -> (usize, usize) {
    (a.0.saturating_add(b.0).min(FOREVER), a.1.saturating_add(b.1).min(FOREVER))
}

fn character(text: impl Into<String>) -> Piece {
    Piece { text: text.into(), width: (1, 1), kind: Kind::Plain }
}

fn place(text: impl Into<String>) -> Piece {
    Piece { text: text.into(), width: (0, 0), kind: Kind::Place }
}

/// A name as `repr` shows it; names hold no control characters worth escaping.
fn quoted(name: &str) -> String {
    if name.contains('\'') && !name.contains('"') { format!("\"{name}\"") } else { format!("'{name}'") }
}
