//! Backslash escapes of string and bytes literals.

/// What was met on the way: the first escape that the language does not know, with the warning it earns.
pub(crate) struct Unescaped {
    pub(crate) odd: Option<(usize, String)>,
}

/// Copies text as it is, with line ends as the language sees them: `\n`.
pub(crate) fn copy_lines(text: &str, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    let mut from = 0;
    for at in memchr::memchr_iter(b'\r', bytes) {
        out.extend_from_slice(&bytes[from..at]);
        if bytes.get(at + 1) != Some(&b'\n') {
            out.push(b'\n');
        }
        from = at + 1;
    }
    out.extend_from_slice(&bytes[from..]);
}

/// Decodes the content of a string literal to WTF-8; the error is CPython's message.
pub(crate) fn unescape_str(text: &str, out: &mut Vec<u8>) -> Result<Unescaped, String> {
    let mut decoder = Decoder { text, at: 0, odd: None };
    while let Some(escape) = decoder.copy_to_backslash(out) {
        if !decoder.common(escape, out) {
            decoder.unicode(escape, out)?;
        }
    }
    Ok(Unescaped { odd: decoder.odd })
}

/// Decodes the content of a bytes literal, which is ASCII.
pub(crate) fn unescape_bytes(text: &str, out: &mut Vec<u8>) -> Result<Unescaped, String> {
    let mut decoder = Decoder { text, at: 0, odd: None };
    while let Some(escape) = decoder.copy_to_backslash(out) {
        match escape {
            b'x' => {
                let start = decoder.at - 2;
                match decoder.hex(2) {
                    Some(value) => out.push(value as u8),
                    None => {
                        return Err(format!("(value error) invalid \\x escape at position {start}"));
                    }
                }
            }
            b'0'..=b'7' => {
                let value = decoder.octal();
                out.push(value as u8);
            }
            _ if decoder.common(escape, out) => {}
            _ => decoder.unknown(out),
        }
    }
    Ok(Unescaped { odd: decoder.odd })
}

struct Decoder<'a> {
    text: &'a str,
    at: usize,
    odd: Option<(usize, String)>,
}

impl Decoder<'_> {
    /// Copies up to the next backslash and gives the byte after it, having passed both.
    fn copy_to_backslash(&mut self, out: &mut Vec<u8>) -> Option<u8> {
        let bytes = self.text.as_bytes();
        let found = memchr::memchr(b'\\', &bytes[self.at..]).map(|n| self.at + n);
        let stop = found.unwrap_or(bytes.len());
        copy_lines(&self.text[self.at..stop], out);
        self.at = stop;
        let Some(&escape) = bytes.get(found? + 1) else {
            // `f"\{x}"`: the backslash ends the text before the field.
            self.at += 1;
            out.push(b'\\');
            return None;
        };
        self.at += 2;
        Some(escape)
    }

    /// Escapes that strings and bytes share.
    fn common(&mut self, escape: u8, out: &mut Vec<u8>) -> bool {
        let byte = match escape {
            b'\n' => return true,
            b'\r' => {
                self.at += usize::from(self.text.as_bytes().get(self.at) == Some(&b'\n'));
                return true;
            }
            b'\\' | b'\'' | b'"' => escape,
            b'a' => 7,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'v' => 11,
            _ => return false,
        };
        out.push(byte);
        true
    }

    fn unicode(&mut self, escape: u8, out: &mut Vec<u8>) -> Result<(), String> {
        let (digits, problem) = match escape {
            b'0'..=b'7' => {
                let value = self.octal();
                push_code_point(value, out);
                return Ok(());
            }
            b'x' => (2, "truncated \\xXX escape"),
            b'u' => (4, "truncated \\uXXXX escape"),
            b'U' => (8, "truncated \\UXXXXXXXX escape"),
            b'N' => return self.named(out),
            _ => {
                self.unknown(out);
                return Ok(());
            }
        };
        let start = self.at - 2;
        let value = self.hex(digits).ok_or_else(|| self.error(start, problem))?;
        if value > 0x0010_FFFF {
            return Err(self.error(start, "illegal Unicode character"));
        }
        push_code_point(value, out);
        Ok(())
    }

    fn named(&mut self, out: &mut Vec<u8>) -> Result<(), String> {
        let start = self.at - 2;
        let rest = &self.text[self.at..];
        let Some(body) = rest.strip_prefix('{') else {
            return Err(self.error(start, "malformed \\N character escape"));
        };
        let length = body.find('}').unwrap_or(body.len());
        self.at += 1 + length;
        if length == 0 || length == body.len() {
            return Err(self.error(start, "malformed \\N character escape"));
        }
        self.at += 1;
        match unicode_names2::character(&body[..length]) {
            Some(c) => push_code_point(c as u32, out),
            None => return Err(self.error(start, "unknown Unicode character name")),
        }
        Ok(())
    }

    /// Exactly `count` digits; passes those that are there in any case.
    fn hex(&mut self, count: usize) -> Option<u32> {
        let mut value = 0;
        for _ in 0..count {
            let digit = self.text.as_bytes().get(self.at).and_then(|&b| (b as char).to_digit(16))?;
            value = value * 16 + digit;
            self.at += 1;
        }
        Some(value)
    }

    /// Up to three digits, the first of which has been passed.
    fn octal(&mut self) -> u32 {
        let start = self.at - 1;
        let mut value = 0;
        self.at = start;
        while self.at < start + 3 {
            let Some(digit) = self.text.as_bytes().get(self.at).and_then(|&b| (b as char).to_digit(8)) else {
                break;
            };
            value = value * 8 + digit;
            self.at += 1;
        }
        if value > 0o377 && self.odd.is_none() {
            self.odd = Some((start - 1, format!("invalid octal escape sequence '\\{}'", &self.text[start..self.at])));
        }
        value
    }

    /// Keeps the backslash; the byte after it is left to be copied, as it may begin a longer character.
    fn unknown(&mut self, out: &mut Vec<u8>) {
        out.push(b'\\');
        self.at -= 1;
        if self.odd.is_none() {
            let c = self.text[self.at..].chars().next().unwrap_or('\\');
            self.odd = Some((self.at - 1, format!("invalid escape sequence '\\{c}'")));
        }
    }

    /// CPython counts in a buffer where each character beyond ASCII is written as `\UXXXXXXXX`.
    fn error(&self, start: usize, problem: &str) -> String {
        let width = |text: &str| -> usize { text.chars().map(|c| if c.is_ascii() { 1 } else { 10 }).sum() };
        let from = width(&self.text[..start]);
        let to = from + width(&self.text[start..self.at]) - 1;
        format!("(unicode error) 'unicodeescape' codec can't decode bytes in position {from}-{to}: {problem}")
    }
}

/// Appends a code point as WTF-8.
fn push_code_point(value: u32, out: &mut Vec<u8>) {
    match char::from_u32(value) {
        Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        // A lone surrogate, in the three bytes that UTF-8 would use.
        None => out.extend([0xE0 | (value >> 12) as u8, 0x80 | (value >> 6 & 0x3F) as u8, 0x80 | (value & 0x3F) as u8]),
    }
}
