//! Reads regular expressions. Messages and positions of errors are CPython's.

use super::tree::{
    ASCII, At, Class, DOTALL, Fold, Greed, IGNORECASE, Item, KINDS, LOCALE, MULTILINE, Node, Sequence, UNICODE,
    UNLIMITED, VERBOSE, sequence_width,
};

/// What is wrong with an expression.
#[derive(Debug)]
pub enum Problem {
    /// A PatternError at a position in characters.
    Pattern(String, usize),
    /// A ValueError.
    Value(&'static str),
    Overflow,
}

pub type Parsed<T> = Result<T, Problem>;

/// A whole expression.
pub struct Expression {
    pub body: Sequence,
    pub flags: u32,
    /// How many characters each group takes; number 0 stands for the whole.
    pub widths: Vec<(u64, u64)>,
    pub names: Vec<(String, usize)>,
}

pub struct Parser<'a> {
    pub(super) source: &'a [u32],
    pub(super) at: usize,
    pub(super) is_text: bool,
    flags: u32,
    /// Which letters count, as given beside the expression.
    given: u32,
    /// The widths of the groups; None while a group is open. Number 0 is the whole.
    widths: Vec<Option<(u64, u64)>>,
    names: Vec<(String, usize)>,
    /// Groups that are older than the look-behind being read.
    behind: Option<usize>,
    /// Conditions on groups that may come later, and where they stand.
    awaited: Vec<(usize, usize)>,
    depth: usize,
}

/// Groups within groups.
const DEPTH_LIMIT: usize = 400;
const GROUP_LIMIT: usize = 1 << 30;

pub(super) fn code(c: char) -> u32 {
    u32::from(c)
}

pub(super) fn is(found: Option<u32>, c: char) -> bool {
    found == Some(code(c))
}

pub(super) fn letter(code: u32) -> Option<char> {
    char::from_u32(code).filter(char::is_ascii)
}

pub(super) fn show(codes: &[u32]) -> String {
    codes.iter().map(|&c| char::from_u32(c).unwrap_or('\u{FFFD}')).collect()
}

/// Reads an expression; the flags are those given beside it.
pub fn parse(source: &[u32], is_text: bool, flags: u32) -> Parsed<Expression> {
    let given = flags & KINDS;
    let flags = if is_text && given == 0 { flags | UNICODE } else { flags };
    let mut parser = Parser::over(source, is_text, flags);
    parser.given = given;
    let body = parser.alternatives(true)?;
    if parser.at < source.len() {
        return Err(Problem::Pattern("unbalanced parenthesis".to_owned(), parser.at));
    }
    if let Some(&(group, position)) = parser.awaited.iter().find(|(group, _)| *group >= parser.widths.len()) {
        return Err(Problem::Pattern(format!("invalid group reference {group}"), position));
    }
    Ok(Expression { body, flags: parser.flags, widths: parser.known_widths(), names: parser.names })
}

impl<'a> Parser<'a> {
    pub(super) fn over(source: &'a [u32], is_text: bool, flags: u32) -> Parser<'a> {
        Parser {
            source,
            at: 0,
            is_text,
            flags,
            given: 0,
            widths: vec![None],
            names: Vec::new(),
            behind: None,
            awaited: Vec::new(),
            depth: 0,
        }
    }

    pub(super) fn peek(&self) -> Option<u32> {
        self.source.get(self.at).copied()
    }

    pub(super) fn take(&mut self) -> Option<u32> {
        let found = self.peek()?;
        self.at += 1;
        Some(found)
    }

    pub(super) fn accept(&mut self, c: char) -> bool {
        let found = is(self.peek(), c);
        self.at += usize::from(found);
        found
    }

    /// An error this many characters before the current place.
    pub(super) fn error<T>(&self, message: impl Into<String>, back: usize) -> Parsed<T> {
        Err(Problem::Pattern(message.into(), self.at.saturating_sub(back)))
    }

    pub(super) fn fold(&self) -> Fold {
        match self.flags {
            f if f & IGNORECASE == 0 => Fold::Exact,
            f if f & UNICODE != 0 => Fold::Unicode,
            _ => Fold::Ascii,
        }
    }

    /// Whether classes know ASCII only.
    pub(super) fn ascii(&self) -> bool {
        self.flags & UNICODE == 0
    }

    fn alternatives(&mut self, mut first: bool) -> Parsed<Sequence> {
        self.depth += 1;
        if self.depth > DEPTH_LIMIT {
            return self.error("expression is nested too deeply", 0);
        }
        let mut branches = vec![self.sequence(first)?];
        while self.accept('|') {
            first = false;
            branches.push(self.sequence(first)?);
        }
        self.depth -= 1;
        match branches.len() {
            1 => Ok(branches.pop().unwrap_or_default()),
            _ => Ok(vec![Node::Branch(branches)]),
        }
    }

    fn skip_verbose(&mut self) -> bool {
        let Some(next) = self.peek() else { return false };
        if self.flags & VERBOSE == 0 {
            return false;
        }
        if matches!(letter(next), Some(' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c')) {
            self.at += 1;
            return true;
        }
        if next == code('#') {
            while let Some(c) = self.take() {
                if c == code('\n') {
                    break;
                }
            }
            return true;
        }
        false
    }

    fn sequence(&mut self, first: bool) -> Parsed<Sequence> {
        let mut nodes = Vec::new();
        loop {
            if self.skip_verbose() {
                continue;
            }
            let Some(next) = self.peek() else { break };
            let node = match letter(next) {
                Some('|' | ')') => break,
                Some('\\') => self.escape()?,
                Some('[') => self.set()?,
                Some('*' | '+' | '?' | '{') => match self.repeat(&mut nodes)? {
                    Some(node) => node,
                    None => continue,
                },
                Some('(') => match self.group(first && nodes.is_empty())? {
                    Some(node) => node,
                    None => continue,
                },
                found => {
                    self.at += 1;
                    match found {
                        Some('.') => Node::Any(self.flags & DOTALL != 0),
                        Some('^') => Node::At(if self.flags & MULTILINE != 0 { At::LineStart } else { At::Start }),
                        Some('$') => Node::At(if self.flags & MULTILINE != 0 { At::LineEnd } else { At::End }),
                        _ => Node::Char(next, self.fold()),
                    }
                }
            };
            nodes.push(node);
        }
        Ok(nodes)
    }

    fn number(&mut self) -> Option<Parsed<u32>> {
        let start = self.at;
        let mut value: u64 = 0;
        while let Some(digit) = self.peek().and_then(letter).and_then(|c| c.to_digit(10)) {
            value = value.saturating_mul(10).saturating_add(u64::from(digit));
            self.at += 1;
        }
        if self.at == start {
            return None;
        }
        Some(u32::try_from(value).ok().filter(|&n| n != UNLIMITED).ok_or(Problem::Overflow))
    }

    /// `{m,n}`, of which the brace is taken; None when it is none, and the brace stands for itself.
    fn braces(&mut self) -> Parsed<Option<(u32, u32)>> {
        let here = self.at;
        if is(self.peek(), '}') {
            return Ok(None);
        }
        let low = self.number();
        let mut comma = false;
        let high = if self.accept(',') {
            comma = true;
            self.number()
        } else {
            None
        };
        if !self.accept('}') {
            self.at = here;
            return Ok(None);
        }
        let given = low.transpose()?;
        let min = given.unwrap_or(0);
        let max = match high.transpose()? {
            Some(max) => max,
            None if comma => UNLIMITED,
            None => given.unwrap_or(UNLIMITED),
        };
        if max < min {
            return Err(Problem::Pattern("min repeat greater than max repeat".to_owned(), here));
        }
        Ok(Some((min, max)))
    }

    /// A repetition of the last node; None when it was pushed, a node when the text stands for itself.
    fn repeat(&mut self, nodes: &mut Sequence) -> Parsed<Option<Node>> {
        let start = self.at;
        let sign = self.take().unwrap_or_default();
        let (min, max) = match letter(sign) {
            Some('?') => (0, 1),
            Some('*') => (0, UNLIMITED),
            Some('+') => (1, UNLIMITED),
            _ => match self.braces()? {
                Some(limits) => limits,
                None => return Ok(Some(Node::Char(sign, self.fold()))),
            },
        };
        let problem = match nodes.last() {
            None | Some(Node::At(_)) => Some("nothing to repeat"),
            Some(Node::Repeat { .. }) => Some("multiple repeat"),
            _ => None,
        };
        if let Some(message) = problem {
            return Err(Problem::Pattern(message.to_owned(), start));
        }
        let greed = if self.accept('?') {
            Greed::Lazy
        } else if self.accept('+') {
            Greed::Possessive
        } else {
            Greed::Greedy
        };
        let body = match nodes.pop() {
            Some(Node::Group(None, body)) => body,
            Some(node) => vec![node],
            None => Vec::new(),
        };
        nodes.push(Node::Repeat { min, max, greed, body });
        Ok(None)
    }

    /// Text up to a terminator, which is taken too.
    pub(super) fn until(&mut self, terminator: char, what: &str) -> Parsed<String> {
        let start = self.at;
        loop {
            let length = self.at - start;
            match self.take() {
                None if length == 0 => return self.error(format!("missing {what}"), 0),
                None => return self.error(format!("missing {terminator}, unterminated name"), length),
                Some(c) if c == code(terminator) => {
                    if length == 0 {
                        return self.error(format!("missing {what}"), 1);
                    }
                    return Ok(show(&self.source[start..start + length]));
                }
                Some(_) => {}
            }
        }
    }

    /// Checks a group's name, whose terminator was just taken.
    pub(super) fn check_name(&self, name: &str, extra: usize) -> Parsed<()> {
        let mut letters = name.chars().map(u32::from);
        let good = letters.next().is_some_and(weft_vm::ops::unicode::is_identifier_start)
            && letters.all(weft_vm::ops::unicode::is_identifier_continue)
            && (self.is_text || name.is_ascii());
        if good {
            return Ok(());
        }
        let shown = if self.is_text { quote(name) } else { escape_all(quote(name)) };
        self.error(format!("bad character in group name {shown}"), name.chars().count() + extra)
    }

    fn group_number(&self, name: &str) -> Option<usize> {
        self.names.iter().find(|(known, _)| known == name).map(|(_, number)| *number)
    }

    fn check_open(&self, group: usize, back: usize) -> Parsed<()> {
        if self.widths[group].is_none() {
            return self.error("cannot refer to an open group", back);
        }
        if self.behind.is_some_and(|limit| group >= limit) {
            return self.error("cannot refer to group defined in the same lookbehind subpattern", 0);
        }
        Ok(())
    }

    /// A reference by number, from an escape this long.
    pub(super) fn reference(&mut self, group: usize, length: usize) -> Parsed<Node> {
        if group >= self.widths.len() {
            return self.error(format!("invalid group reference {group}"), length - 1);
        }
        self.check_open(group, length)?;
        Ok(Node::Backreference(group, self.fold()))
    }

    fn close(&mut self, start: usize) -> Parsed<()> {
        if self.accept(')') {
            return Ok(());
        }
        Err(Problem::Pattern("missing ), unterminated subpattern".to_owned(), start))
    }

    /// What begins with a parenthesis; None when it adds nothing. `first`: nothing stands before it.
    fn group(&mut self, first: bool) -> Parsed<Option<Node>> {
        let start = self.at;
        self.at += 1;
        if !self.accept('?') {
            return self.capture(start, None).map(Some);
        }
        let Some(sign) = self.take() else { return self.error("unexpected end of pattern", 0) };
        match letter(sign) {
            Some('P') => self.named(start).map(Some),
            Some(':') => self.plain(start, self.flags).map(Some),
            Some('#') => loop {
                match self.take() {
                    None => return Err(Problem::Pattern("missing ), unterminated comment".to_owned(), start)),
                    Some(c) if c == code(')') => return Ok(None),
                    Some(_) => {}
                }
            },
            Some('=') => self.look(start, false, false).map(Some),
            Some('!') => self.look(start, false, true).map(Some),
            Some('<') => match self.take() {
                None => self.error("unexpected end of pattern", 0),
                Some(c) if c == code('=') => self.look(start, true, false).map(Some),
                Some(c) if c == code('!') => self.look(start, true, true).map(Some),
                Some(c) => self.error(format!("unknown extension ?<{}", show(&[c])), 3),
            },
            Some('(') => self.conditional(start).map(Some),
            Some('>') => {
                let body = self.scoped(self.flags)?;
                self.close(start)?;
                Ok(Some(Node::Atomic(body)))
            }
            Some(c) if c == '-' || flag_of(c).is_some() => match self.inline_flags(c)? {
                Some(flags) => self.plain(start, flags).map(Some),
                None if !first => {
                    let message = "global flags not at the start of the expression";
                    Err(Problem::Pattern(message.to_owned(), start))
                }
                None => Ok(None),
            },
            _ => self.error(format!("unknown extension ?{}", show(&[sign])), 2),
        }
    }

    /// The alternatives of a group, with these flags.
    fn scoped(&mut self, flags: u32) -> Parsed<Sequence> {
        let outside = std::mem::replace(&mut self.flags, flags);
        let body = self.alternatives(false)?;
        self.flags = outside;
        Ok(body)
    }

    fn plain(&mut self, start: usize, flags: u32) -> Parsed<Node> {
        let body = self.scoped(flags)?;
        self.close(start)?;
        Ok(Node::Group(None, body))
    }

    fn capture(&mut self, start: usize, name: Option<String>) -> Parsed<Node> {
        let group = self.widths.len();
        if group >= GROUP_LIMIT {
            return self.error("too many groups", 0);
        }
        if let Some(name) = name {
            if let Some(older) = self.group_number(&name) {
                let message =
                    format!("redefinition of group name {} as group {group}; was group {older}", quote(&name));
                return self.error(message, name.chars().count() + 1);
            }
            self.names.push((name, group));
        }
        self.widths.push(None);
        let body = self.scoped(self.flags)?;
        self.close(start)?;
        self.widths[group] = Some(sequence_width(&body, &self.known_widths()));
        Ok(Node::Group(Some(group), body))
    }

    fn known_widths(&self) -> Vec<(u64, u64)> {
        self.widths.iter().map(|width| width.unwrap_or((0, u64::from(UNLIMITED)))).collect()
    }

    /// `(?P<name>…)`, `(?P=name)`.
    fn named(&mut self, start: usize) -> Parsed<Node> {
        if self.accept('<') {
            let name = self.until('>', "group name")?;
            self.check_name(&name, 1)?;
            return self.capture(start, Some(name));
        }
        if self.accept('=') {
            let name = self.until(')', "group name")?;
            self.check_name(&name, 1)?;
            let length = name.chars().count();
            let Some(group) = self.group_number(&name) else {
                return self.error(format!("unknown group name {}", quote(&name)), length + 1);
            };
            self.check_open(group, length + 1)?;
            return Ok(Node::Backreference(group, self.fold()));
        }
        match self.take() {
            None => self.error("unexpected end of pattern", 0),
            Some(c) => self.error(format!("unknown extension ?P{}", show(&[c])), 3),
        }
    }

    fn look(&mut self, start: usize, behind: bool, negated: bool) -> Parsed<Node> {
        let outside = self.behind;
        if behind && outside.is_none() {
            self.behind = Some(self.widths.len());
        }
        let body = self.scoped(self.flags)?;
        self.behind = outside;
        self.close(start)?;
        if behind {
            let (low, high) = sequence_width(&body, &self.known_widths());
            if low > u64::from(u32::MAX) {
                return Err(Problem::Pattern("looks too much behind".to_owned(), usize::MAX));
            }
            if low != high {
                return Err(Problem::Pattern("look-behind requires fixed-width pattern".to_owned(), usize::MAX));
            }
        }
        Ok(Node::Look { behind, negated, body })
    }

    fn conditional(&mut self, start: usize) -> Parsed<Node> {
        let name = self.until(')', "group name")?;
        let length = name.chars().count();
        let group = if name.bytes().all(|b| b.is_ascii_digit()) {
            let group = name.parse::<usize>().unwrap_or(usize::MAX);
            if group == 0 {
                return self.error("bad group number", length + 1);
            }
            if group >= GROUP_LIMIT {
                return self.error(format!("invalid group reference {name}"), length + 1);
            }
            if group >= self.widths.len() {
                self.awaited.push((group, self.at - length - 1));
            }
            group
        } else {
            self.check_name(&name, 1)?;
            match self.group_number(&name) {
                Some(group) => group,
                None => return self.error(format!("unknown group name {}", quote(&name)), length + 1),
            }
        };
        if let Some(limit) = self.behind {
            if self.widths.get(group).is_none_or(Option::is_none) {
                return self.error("cannot refer to an open group", 0);
            }
            if group >= limit {
                return self.error("cannot refer to group defined in the same lookbehind subpattern", 0);
            }
        }
        let yes = self.sequence(false)?;
        let mut no = Vec::new();
        if self.accept('|') {
            no = self.sequence(false)?;
            if is(self.peek(), '|') {
                return self.error("conditional backref with more than two branches", 0);
            }
        }
        self.close(start)?;
        Ok(Node::Conditional { group, yes, no })
    }

    /// `(?flags)`, which are then set, or `(?flags:`, whose flags it gives.
    fn inline_flags(&mut self, first: char) -> Parsed<Option<u32>> {
        let (mut added, mut removed) = (0, 0);
        let mut sign = first;
        if sign != '-' {
            sign = loop {
                let flag = flag_of(sign).unwrap_or(0);
                if self.is_text && flag == LOCALE {
                    return self.error("bad inline flags: cannot use 'L' flag with a str pattern", 0);
                }
                if !self.is_text && flag == UNICODE {
                    return self.error("bad inline flags: cannot use 'u' flag with a bytes pattern", 0);
                }
                added |= flag;
                if flag & KINDS != 0 && added & KINDS != flag {
                    return self.error("bad inline flags: flags 'a', 'u' and 'L' are incompatible", 0);
                }
                match self.next_flag("missing -, : or )", ")-:")? {
                    end @ (')' | '-' | ':') => break end,
                    more => sign = more,
                }
            };
        }
        if sign == ')' {
            if self.given != 0 && added & KINDS & !self.given != 0 {
                return Err(Problem::Value(match self.is_text {
                    true => "ASCII and UNICODE flags are incompatible",
                    false => "ASCII and LOCALE flags are incompatible",
                }));
            }
            self.flags = with_flags(self.flags, added, 0);
            return Ok(None);
        }
        if sign == '-' {
            sign = self.next_flag("missing flag", "")?;
            while sign != ':' {
                let flag = flag_of(sign).unwrap_or(0);
                if flag & KINDS != 0 {
                    return self.error("bad inline flags: cannot turn off flags 'a', 'u' and 'L'", 0);
                }
                removed |= flag;
                sign = self.next_flag("missing :", ":")?;
            }
        }
        if added & removed != 0 {
            return self.error("bad inline flags: flag turned on and off", 1);
        }
        Ok(Some(with_flags(self.flags, added, removed)))
    }

    /// The next letter of inline flags, or one of what may end them.
    fn next_flag(&mut self, missing: &str, ends: &str) -> Parsed<char> {
        match self.take().map(|c| char::from_u32(c).unwrap_or('\u{FFFD}')) {
            None => self.error(missing, 0),
            Some(c) if flag_of(c).is_some() || ends.contains(c) => Ok(c),
            Some(c) if c.is_alphabetic() => self.error("unknown flag", 1),
            Some(_) => self.error(missing, 1),
        }
    }

    pub(super) fn class(&self, sign: char) -> Option<Item> {
        let class = match sign.to_ascii_lowercase() {
            'd' => Class::Digit,
            's' => Class::Space,
            'w' => Class::Word,
            _ => return None,
        };
        Some(Item::Class { class, negated: sign.is_ascii_uppercase(), ascii: self.ascii() })
    }
}

fn with_flags(flags: u32, added: u32, removed: u32) -> u32 {
    let base = if added & KINDS != 0 { flags & !KINDS } else { flags };
    (base | added) & !removed
}

fn flag_of(sign: char) -> Option<u32> {
    Some(match sign {
        'i' => IGNORECASE,
        'L' => LOCALE,
        'm' => MULTILINE,
        's' => DOTALL,
        'x' => VERBOSE,
        'a' => ASCII,
        'u' => UNICODE,
        _ => return None,
    })
}

/// The text with everything beyond ASCII escaped.
fn escape_all(text: String) -> String {
    let escape = |c: char| if c.is_ascii() { c.to_string() } else { format!("\\x{:02x}", c as u32) };
    text.chars().map(escape).collect()
}

/// A name in quotes, as `repr` shows it.
pub(super) fn quote(name: &str) -> String {
    let mark = if name.contains('\'') && !name.contains('"') { '"' } else { '\'' };
    let mut out = String::from(mark);
    for c in name.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c == mark => {
                out.push('\\');
                out.push(c);
            }
            c if weft_vm::ops::unicode::is_printable(u32::from(c)) => out.push(c),
            c if (c as u32) < 0x100 => out.push_str(&format!("\\x{:02x}", c as u32)),
            c if (c as u32) < 0x10000 => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push_str(&format!("\\U{:08x}", c as u32)),
        }
    }
    out.push(mark);
    out
}
