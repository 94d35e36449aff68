//! Reading.

use super::{DEEPEST, plain_text};
use std::collections::HashMap;
use weft_vm::objects::str::{char_value, push_code_point};
use weft_vm::objects::{Dict, List, Str, float, int, pair};
use weft_vm::ops::number::parse;
use weft_vm::{Args, Res, Value, Vm};

/// `scan(string, index)`: the value that begins there and the index behind it; None if it is not plain JSON.
pub fn scan(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "scan", 2, 2)?;
    let (Some(text), Some(index)) = (plain_text(&args.pos()[0]), args.pos()[1].as_small_int()) else {
        return Ok(Value::NONE);
    };
    let Some(index) = usize::try_from(index).ok().filter(|index| *index <= text.len()) else { return Ok(Value::NONE) };
    let mut reader = Reader { bytes: text.as_bytes(), at: text.byte_offset(index), keys: HashMap::new(), depth: 0 };
    Ok(match reader.value() {
        Some(value) => pair(value, int(text.char_index(reader.at) as i64)),
        None => Value::NONE,
    })
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The keys of objects so far: equal ones are one string.
    keys: HashMap<&'a [u8], Value>,
    depth: u32,
}

/// A string as it stands in the text, or with escapes replaced.
enum Content<'a> {
    Plain(&'a [u8]),
    Made(Vec<u8>),
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_spaces(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn word(&mut self, word: &[u8], value: Value) -> Option<Value> {
        self.bytes[self.at..].starts_with(word).then(|| {
            self.at += word.len();
            value
        })
    }

    fn value(&mut self) -> Option<Value> {
        match self.peek()? {
            b'"' => self.string().map(|content| match content {
                Content::Plain([byte]) => char_value(u32::from(*byte)),
                Content::Plain(bytes) => Str::from_wtf8(bytes).into_value(),
                Content::Made(bytes) => Str::from_wtf8(&bytes).into_value(),
            }),
            b'{' => self.nested(Reader::object),
            b'[' => self.nested(Reader::array),
            b'n' => self.word(b"null", Value::NONE),
            b't' => self.word(b"true", Value::TRUE),
            b'f' => self.word(b"false", Value::FALSE),
            _ => self.number(),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Option<Value>) -> Option<Value> {
        if self.depth >= DEEPEST {
            return None;
        }
        self.depth += 1;
        self.at += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn array(&mut self) -> Option<Value> {
        let mut items = Vec::new();
        self.skip_spaces();
        if self.take(b']').is_some() {
            return Some(List::create(items).into_value());
        }
        loop {
            items.push(self.value()?);
            self.skip_spaces();
            if self.take(b']').is_some() {
                return Some(List::create(items).into_value());
            }
            self.take(b',')?;
            self.skip_spaces();
        }
    }

    fn object(&mut self) -> Option<Value> {
        let dict = Dict::create();
        self.skip_spaces();
        if self.take(b'}').is_some() {
            return Some(dict.into_value());
        }
        loop {
            let key = self.key()?;
            self.skip_spaces();
            self.take(b':')?;
            self.skip_spaces();
            let value = self.value()?;
            drop(dict.insert_str(&key, value));
            self.skip_spaces();
            if self.take(b'}').is_some() {
                return Some(dict.into_value());
            }
            self.take(b',')?;
            self.skip_spaces();
        }
    }

    fn key(&mut self) -> Option<Value> {
        (self.peek()? == b'"').then_some(())?;
        Some(match self.string()? {
            Content::Plain(bytes) => {
                self.keys.entry(bytes).or_insert_with(|| Str::from_wtf8(bytes).into_value()).clone()
            }
            Content::Made(bytes) => Str::from_wtf8(&bytes).into_value(),
        })
    }

    /// A string whose opening quote is the next byte.
    fn string(&mut self) -> Option<Content<'a>> {
        self.at += 1;
        let bytes = self.bytes;
        let run = self.plain_run()?;
        if self.peek()? == b'"' {
            self.at += 1;
            return Some(Content::Plain(run));
        }
        let mut out = run.to_vec();
        while self.peek()? == b'\\' {
            let escape = *bytes.get(self.at + 1)?;
            self.at += 2;
            match escape {
                b'"' | b'\\' | b'/' => out.push(escape),
                b'b' => out.push(8),
                b'f' => out.push(12),
                b'n' => out.push(b'\n'),
                b'r' => out.push(b'\r'),
                b't' => out.push(b'\t'),
                b'u' => push_code_point(&mut out, self.unicode_escape()?),
                _ => return None,
            }
            out.extend_from_slice(self.plain_run()?);
        }
        self.at += 1;
        Some(Content::Made(out))
    }

    /// Bytes up to the next quote or backslash. None at a control character or the text's end.
    fn plain_run(&mut self) -> Option<&'a [u8]> {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|&byte| byte < 0x20 || byte == b'"' || byte == b'\\')?;
        self.at += length;
        (rest[length] >= 0x20).then(|| &rest[..length])
    }

    /// The digits behind `\u`, and a second escape if the two are a surrogate pair.
    fn unicode_escape(&mut self) -> Option<u32> {
        let code = self.hex(self.at)?;
        self.at += 4;
        if (0xD800..0xDC00).contains(&code)
            && self.bytes[self.at..].starts_with(b"\\u")
            && let Some(low @ 0xDC00..0xE000) = self.hex(self.at + 2)
        {
            self.at += 6;
            return Some(0x10000 + ((code - 0xD800) << 10 | (low - 0xDC00)));
        }
        Some(code)
    }

    fn hex(&self, at: usize) -> Option<u32> {
        let digits = self.bytes.get(at..at + 4)?;
        digits.iter().try_fold(0, |code, &byte| Some(code << 4 | (byte as char).to_digit(16)?))
    }

    fn digits(&mut self) -> usize {
        let count = self.bytes[self.at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += count;
        count
    }

    fn number(&mut self) -> Option<Value> {
        let start = self.at;
        let _ = self.take(b'-');
        if self.take(b'0').is_none() && self.digits() == 0 {
            return None;
        }
        let mut whole = true;
        let before = self.at;
        if self.take(b'.').is_some() {
            whole = false;
            if self.digits() == 0 {
                // The number ends before the point, which can only be an error.
                return None;
            }
        }
        let behind_fraction = self.at;
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            if self.digits() == 0 {
                self.at = behind_fraction;
                return None;
            }
            whole = false;
        }
        let text = &self.bytes[start..if whole { before } else { self.at }];
        if !whole {
            return std::str::from_utf8(text).ok()?.parse().ok().map(float);
        }
        match parse::parse_plain(text, 10) {
            Some(n) => Some(int(n)),
            None => parse::parse_int(text, 10).ok().map(weft_vm::objects::big),
        }
    }
}
