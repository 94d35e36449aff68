//! The format specification language: `[[fill]align][sign][z][#][0][width][grouping][.precision][type]`.

use crate::objects::Str;
use crate::objects::str::push_code_point;

/// Where padding goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
    Centre,
    /// Between sign and digits.
    AfterSign,
}

impl Align {
    fn of(code: u32) -> Option<Align> {
        Some(match char::from_u32(code)? {
            '<' => Align::Left,
            '>' => Align::Right,
            '^' => Align::Centre,
            '=' => Align::AfterSign,
            _ => return None,
        })
    }
}

/// A parsed specification.
#[derive(Clone, Debug)]
pub struct Spec {
    pub fill: u32,
    pub align: Align,
    /// `+`, `-` or space, if given.
    pub sign: Option<u8>,
    /// `z`: no negative zero.
    pub no_negative_zero: bool,
    /// `#`.
    pub alternate: bool,
    pub width: usize,
    /// `,` or `_`.
    pub grouping: Option<u8>,
    pub precision: Option<usize>,
    /// The presentation type; 0 if none is given and the object's type has no default.
    pub kind: u32,
}

/// Reads a specification for an object of the type that `type_name` names; the error is the message of a ValueError.
pub fn parse_spec(
    text: &Str,
    type_name: impl Fn() -> String,
    default_kind: u8,
    default_align: Align,
) -> Result<Spec, String> {
    let codes: Vec<u32> = text.code_points().collect();
    let mut reader = Reader { codes: &codes, at: 0 };
    let mut spec = Spec {
        fill: u32::from(b' '),
        align: default_align,
        sign: None,
        no_negative_zero: false,
        alternate: false,
        width: 0,
        grouping: None,
        precision: None,
        kind: u32::from(default_kind),
    };
    let (mut has_fill, mut has_align) = (false, false);
    if let Some(align) = codes.get(1).and_then(|&c| Align::of(c)) {
        (spec.fill, spec.align) = (codes[0], align);
        (has_fill, has_align) = (true, true);
        reader.at = 2;
    } else if let Some(align) = codes.first().and_then(|&c| Align::of(c)) {
        spec.align = align;
        has_align = true;
        reader.at = 1;
    }
    spec.sign = reader.any(b"+- ");
    spec.no_negative_zero = reader.any(b"z").is_some();
    spec.alternate = reader.any(b"#").is_some();
    if !has_fill && reader.any(b"0").is_some() {
        spec.fill = u32::from(b'0');
        if !has_align && default_align == Align::Right {
            spec.align = Align::AfterSign;
        }
    }
    spec.width = reader.number()?.unwrap_or(0);
    spec.grouping = reader.any(b",");
    if reader.any(b"_").is_some() {
        if spec.grouping.is_some() {
            return Err("Cannot specify both ',' and '_'.".into());
        }
        spec.grouping = Some(b'_');
    }
    if spec.grouping == Some(b'_') && reader.any(b",").is_some() {
        return Err("Cannot specify both ',' and '_'.".into());
    }
    if reader.any(b".").is_some() {
        spec.precision = reader.number()?;
        if spec.precision.is_none() {
            return Err("Format specifier missing precision".into());
        }
    }
    match reader.rest() {
        [] => {}
        [kind] => spec.kind = *kind,
        _ => {
            let whole = text.to_string_lossy();
            return Err(format!("Invalid format specifier '{whole}' for object of type '{}'", type_name()));
        }
    }
    check_grouping(&spec)?;
    Ok(spec)
}

struct Reader<'a> {
    codes: &'a [u32],
    at: usize,
}

impl Reader<'_> {
    /// The next character, if it is one of these.
    fn any(&mut self, choices: &[u8]) -> Option<u8> {
        let byte = u8::try_from(*self.codes.get(self.at)?).ok()?;
        if !choices.contains(&byte) {
            return None;
        }
        self.at += 1;
        Some(byte)
    }

    fn number(&mut self) -> Result<Option<usize>, String> {
        let mut value: Option<usize> = None;
        while let Some(digit) = self.codes.get(self.at).and_then(|&c| decimal(c)) {
            let next = value.unwrap_or(0).checked_mul(10).and_then(|n| n.checked_add(digit));
            match next {
                Some(next) if isize::try_from(next).is_ok() => value = Some(next),
                _ => return Err("Too many decimal digits in format string".into()),
            }
            self.at += 1;
        }
        Ok(value)
    }

    fn rest(&self) -> &[u32] {
        &self.codes[self.at..]
    }
}

fn decimal(code: u32) -> Option<usize> {
    crate::ops::unicode::decimal_value(code).map(|digit| digit as usize)
}

fn check_grouping(spec: &Spec) -> Result<(), String> {
    let Some(separator) = spec.grouping else { return Ok(()) };
    let fits = match u8::try_from(spec.kind) {
        Ok(b'd' | b'e' | b'f' | b'g' | b'E' | b'G' | b'%' | b'F' | 0) => true,
        Ok(b'b' | b'o' | b'x' | b'X') => separator == b'_',
        _ => false,
    };
    if fits {
        return Ok(());
    }
    Err(format!("Cannot specify '{}' with {}.", separator as char, quoted(spec.kind)))
}

/// A type character in quotes, escaped unless printable ASCII.
fn quoted(kind: u32) -> String {
    match u8::try_from(kind) {
        Ok(byte @ 33..128) => format!("'{}'", byte as char),
        _ => format!("'\\x{kind:x}'"),
    }
}

impl Spec {
    /// The message for a presentation type that the object's type doesn't know.
    pub fn unknown_kind(&self, type_name: &str) -> String {
        format!("Unknown format code {} for object of type '{type_name}'", quoted(self.kind))
    }

    /// The presentation type as ASCII; others become a byte that is no type.
    pub fn kind_byte(&self) -> u8 {
        u8::try_from(self.kind).unwrap_or(0xFF)
    }

    /// Pads a text of `length` code points to the width.
    pub fn pad(&self, content: &[u8], length: usize) -> Vec<u8> {
        let space = self.width.saturating_sub(length);
        let left = match self.align {
            Align::Left => 0,
            Align::Right | Align::AfterSign => space,
            Align::Centre => space / 2,
        };
        let mut out = Vec::with_capacity(content.len() + space);
        self.push_fill(&mut out, left);
        out.extend_from_slice(content);
        self.push_fill(&mut out, space - left);
        out
    }

    fn push_fill(&self, out: &mut Vec<u8>, count: usize) {
        for _ in 0..count {
            push_code_point(out, self.fill);
        }
    }

    /// Lays out a number: sign, prefix (`0x`), integer digits, and what follows them.
    pub fn lay_out(&self, negative: bool, prefix: &str, digits: &str, rest: &str) -> Vec<u8> {
        let sign = match (negative, self.sign) {
            (true, _) => "-",
            (false, Some(b'+')) => "+",
            (false, Some(b' ')) => " ",
            _ => "",
        };
        let others = sign.len() + prefix.len() + rest.len();
        let zero_fill = self.fill == u32::from(b'0') && self.align == Align::AfterSign;
        let minimum = if zero_fill { self.width.saturating_sub(others) } else { 0 };
        let grouped = match self.grouping {
            Some(separator) if !digits.is_empty() => {
                let step = if matches!(self.kind_byte(), b'b' | b'o' | b'x' | b'X') { 4 } else { 3 };
                group(digits, separator, step, minimum)
            }
            _ => digits.as_bytes().to_vec(),
        };
        let length = others + grouped.len();
        let mut out = Vec::with_capacity(length.max(self.width));
        if self.align == Align::AfterSign {
            out.extend_from_slice(sign.as_bytes());
            out.extend_from_slice(prefix.as_bytes());
            self.push_fill(&mut out, self.width.saturating_sub(length));
            out.extend_from_slice(&grouped);
            out.extend_from_slice(rest.as_bytes());
            return out;
        }
        for part in [sign.as_bytes(), prefix.as_bytes(), &grouped, rest.as_bytes()] {
            out.extend_from_slice(part);
        }
        self.pad(&out, length)
    }
}

/// Separators every `step` digits from the right, and leading zeros until the text is `minimum` long. A separator never
/// comes first, so the text may be one longer.
fn group(digits: &str, separator: u8, step: usize, minimum: usize) -> Vec<u8> {
    let mut reversed: Vec<u8> = Vec::with_capacity(digits.len() + digits.len() / step + 1);
    let mut rest = digits.bytes().rev();
    let mut in_group = 0;
    loop {
        let next = rest.next();
        if next.is_none() && reversed.len() >= minimum {
            break;
        }
        if in_group == step {
            reversed.push(separator);
            in_group = 0;
        }
        reversed.push(next.unwrap_or(b'0'));
        in_group += 1;
    }
    reversed.reverse();
    reversed
}
