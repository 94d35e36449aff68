//! A light scan of source text: enough to find operators and brackets, not to judge the program.

/// What a token is, as far as anchors need to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A name that is no keyword, or `None`, `True`, `False`.
    Name,
    /// Any other keyword.
    Keyword,
    /// A number or a string.
    Literal,
    /// An opening bracket; the token at `close` closes it.
    Open,
    Close,
    /// An operator or delimiter.
    Operator,
}

/// A piece of the text, by byte offsets.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    pub start: usize,
    pub end: usize,
    pub kind: Kind,
    /// Of an opening bracket: the index of its closing one.
    pub close: usize,
}

const KEYWORDS: &[&str] = &[
    "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else", "except",
    "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise",
    "return", "try", "while", "with", "yield",
];

/// Operators of several characters, longest first.
const OPERATORS: &[&str] = &[
    "**=", "//=", ">>=", "<<=", "...", "**", "//", ">>", "<<", "<=", ">=", "==", "!=", "->", ":=", "+=", "-=", "*=",
    "/=", "%=", "&=", "|=", "^=", "@=",
];

/// Cuts the text into tokens; None if brackets or quotes do not match.
pub fn scan(text: &str) -> Option<Vec<Token>> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    let mut open = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        let kind = match byte {
            b' ' | b'\t' | b'\n' | b'\r' | 0x0C | b'\\' => {
                at += 1;
                continue;
            }
            b'#' => {
                at = line_end(bytes, at);
                continue;
            }
            b'"' | b'\'' => {
                at = string_end(bytes, at, false, false)?;
                Kind::Literal
            }
            b'0'..=b'9' => {
                at = number_end(bytes, at);
                Kind::Literal
            }
            b'.' if bytes.get(at + 1).is_some_and(u8::is_ascii_digit) => {
                at = number_end(bytes, at);
                Kind::Literal
            }
            b'A'..=b'Z' | b'a'..=b'z' | b'_' | 0x80.. => word(text, &mut at)?,
            b'(' | b'[' | b'{' => {
                at += 1;
                open.push(tokens.len());
                Kind::Open
            }
            b')' | b']' | b'}' => {
                at += 1;
                let number = tokens.len();
                let opening: &mut Token = tokens.get_mut(open.pop()?)?;
                opening.close = number;
                matching(bytes[opening.start], byte).then_some(Kind::Close)?
            }
            _ => {
                let long = OPERATORS.iter().find(|o| bytes[at..].starts_with(o.as_bytes()));
                at += long.map_or(1, |o| o.len());
                Kind::Operator
            }
        };
        tokens.push(Token { start, end: at, kind, close: 0 });
    }
    open.is_empty().then_some(tokens)
}

fn matching(open: u8, close: u8) -> bool {
    matches!((open, close), (b'(', b')') | (b'[', b']') | (b'{', b'}'))
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |n| at + n)
}

/// A name, or the string that it is the prefix of.
fn word(text: &str, at: &mut usize) -> Option<Kind> {
    let bytes = text.as_bytes();
    let start = *at;
    let end = bytes[start..].iter().position(|b| !(b.is_ascii_alphanumeric() || *b == b'_' || *b >= 0x80));
    *at = end.map_or(bytes.len(), |n| start + n);
    let name = &text[start..*at];
    let lower = name.to_ascii_lowercase();
    if matches!(bytes.get(*at), Some(b'"' | b'\''))
        && matches!(&*lower, "r" | "b" | "u" | "f" | "br" | "rb" | "fr" | "rf")
    {
        *at = string_end(bytes, *at, lower.contains('f'), lower.contains('r'))?;
        return Some(Kind::Literal);
    }
    Some(if KEYWORDS.contains(&name) { Kind::Keyword } else { Kind::Name })
}

/// Digits, letters, points, and the sign after an exponent's `e`.
fn number_end(bytes: &[u8], start: usize) -> usize {
    let based = bytes[start] == b'0' && matches!(bytes.get(start + 1), Some(b'x' | b'X'));
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        let exponent = !based && at > start && matches!(bytes[at - 1], b'e' | b'E');
        match byte {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'.' => at += 1,
            b'+' | b'-' if exponent => at += 1,
            _ => break,
        }
    }
    at
}

/// Where the string ends whose quotes begin at `at`. In an f-string, fields may hold the same quotes.
fn string_end(bytes: &[u8], at: usize, fields: bool, raw: bool) -> Option<usize> {
    let quote = bytes[at];
    let triple = bytes[at..].starts_with(&[quote; 3]);
    let width = if triple { 3 } else { 1 };
    let mut at = at + width;
    let mut depth = 0usize;
    loop {
        let byte = *bytes.get(at)?;
        match byte {
            b'\\' if depth == 0 || !raw => at += 2,
            b'{' if fields && depth == 0 && bytes.get(at + 1) == Some(&b'{') => at += 2,
            b'{' if fields => {
                depth += 1;
                at += 1;
            }
            b'}' if fields && depth > 0 => {
                depth -= 1;
                at += 1;
            }
            b'\n' if !triple && depth == 0 => return None,
            _ if depth == 0 && byte == quote && (!triple || bytes[at..].starts_with(&[quote; 3])) => {
                return Some(at + width);
            }
            // A plain string inside a field; one with fields of its own counts as braces do.
            b'"' | b'\'' if depth > 0 => at = plain_end(bytes, at)?,
            _ => at += 1,
        }
    }
}

/// Where the string without fields ends whose quotes begin at `at`.
fn plain_end(bytes: &[u8], at: usize) -> Option<usize> {
    let quote = bytes[at];
    let triple = bytes[at..].starts_with(&[quote; 3]);
    let width = if triple { 3 } else { 1 };
    let mut at = at + width;
    loop {
        match *bytes.get(at)? {
            b'\\' => at += 2,
            byte if byte == quote && (!triple || bytes[at..].starts_with(&[quote; 3])) => return Some(at + width),
            _ => at += 1,
        }
    }
}
