//! What `str` says of exceptions.

use super::push;
use crate::heap::Ref;
use crate::objects::str::decode_char;
use crate::objects::{Class, Exception, Str, attrs};
use crate::ops::codec::backslashed;
use crate::value::Value;
use crate::{Res, Vm, class_of, names, types};

/// An attribute in the exception itself; None if it is absent or None.
fn own(value: &Value, name: &Value) -> Option<Value> {
    value.header().and_then(attrs::of)?.get(name).filter(|found| !found.is_none())
}

impl Vm {
    /// `str(exception)` as the builtin classes define it.
    pub fn exception_str(&mut self, value: &Value) -> Res<Ref<Str>> {
        let classes = &types().exceptions;
        let class = class_of(value).clone();
        let is = |other: &Ref<Class>| class.is_subclass_of(other);
        let special = if is(&classes.KeyError) {
            self.key_error_text(value)?
        } else if is(&classes.OSError) {
            self.os_error_text(value)?
        } else if is(&classes.UnicodeError) {
            self.unicode_error_text(value, &class)?
        } else if is(&classes.SyntaxError) {
            self.syntax_error_text(value)?
        } else if is(&classes.ImportError) {
            own(value, &names().msg).and_then(|msg| msg.as_ref::<Str>())
        } else if is(&classes.BaseExceptionGroup) {
            self.group_text(value)?
        } else {
            None
        };
        match special {
            Some(text) => Ok(text),
            None => self.arguments_text(value),
        }
    }

    /// Nothing, the only argument, or all arguments.
    fn arguments_text(&mut self, value: &Value) -> Res<Ref<Str>> {
        let Some(exception) = value.downcast::<Exception>() else { return Ok(Str::from_wtf8(b"")) };
        let args = exception.args.get().clone();
        match args.as_items() {
            Some([]) => Ok(Str::from_wtf8(b"")),
            Some([only]) => {
                let only = only.clone();
                self.enter_native(" while getting the str of an object")?;
                let result = self.str(&only);
                self.leave_native();
                result
            }
            _ => self.str(&args),
        }
    }

    fn key_error_text(&mut self, value: &Value) -> Res<Option<Ref<Str>>> {
        let args = value.downcast::<Exception>().map(|e| e.args.get().clone());
        match args.as_ref().and_then(Value::as_items) {
            Some([key]) => self.repr(key).map(Some),
            _ => Ok(None),
        }
    }

    fn os_error_text(&mut self, value: &Value) -> Res<Option<Ref<Str>>> {
        let n = names();
        let args = value.downcast::<Exception>().map(|e| e.args.get().clone());
        let arg = |i: usize| args.as_ref().and_then(Value::as_items).filter(|a| a.len() > 1)?.get(i).cloned();
        let errno = own(value, &n.errno).or_else(|| arg(0));
        let message = own(value, &n.strerror).or_else(|| arg(1));
        let file = own(value, &n.filename);
        let (Some(errno), Some(message)) = (errno, message) else {
            return Ok(None);
        };
        let mut out = b"[Errno ".to_vec();
        out.extend_from_slice(self.str(&errno)?.as_bytes());
        push(&mut out, "] ");
        out.extend_from_slice(self.str(&message)?.as_bytes());
        if let Some(file) = file {
            push(&mut out, ": ");
            self.repr_into(&mut out, &file)?;
            if let Some(second) = own(value, &n.filename2) {
                push(&mut out, " -> ");
                self.repr_into(&mut out, &second)?;
            }
        }
        Ok(Some(Str::from_wtf8(&out)))
    }

    fn unicode_error_text(&mut self, value: &Value, class: &Class) -> Res<Option<Ref<Str>>> {
        let (n, classes) = (names(), &types().exceptions);
        let position = |name: &Value| own(value, name).and_then(|v| v.as_i64());
        let (Some(object), Some(start), Some(end)) = (own(value, &n.object), position(&n.start), position(&n.end))
        else {
            return Ok(None);
        };
        let encoding = own(value, &n.encoding);
        let reason = own(value, &n.reason).unwrap_or(Value::NONE);
        let translating = class.is_subclass_of(&classes.UnicodeTranslateError);
        let decoding = class.is_subclass_of(&classes.UnicodeDecodeError);
        let mut out = Vec::new();
        if !translating {
            out.push(b'\'');
            out.extend_from_slice(self.str(&encoding.unwrap_or(Value::NONE))?.as_bytes());
            push(&mut out, "' codec ");
        }
        push(&mut out, if decoding { "can't decode byte" } else if translating { "can't translate character" } else { "can't encode character" });
        match culprit(&object, start).filter(|_| end == start + 1) {
            Some(wrong) => push(&mut out, &format!(" {wrong} in position {start}: ")),
            None => push(&mut out, &format!("s in position {start}-{}: ", end - 1)),
        }
        out.extend_from_slice(self.str(&reason)?.as_bytes());
        Ok(Some(Str::from_wtf8(&out)))
    }

    fn syntax_error_text(&mut self, value: &Value) -> Res<Option<Ref<Str>>> {
        let n = names();
        let message = own(value, &n.msg).unwrap_or(Value::NONE);
        let file = own(value, &n.filename).filter(|f| f.downcast::<Str>().is_some());
        let line = own(value, &n.lineno).filter(Value::is_int);
        if message.is_none() && own(value, &n.msg).is_none() && value.header().and_then(attrs::of).is_none() {
            return Ok(None);
        }
        let mut out = self.str(&message)?.as_bytes().to_vec();
        let file = file.map(|file| {
            let text = crate::types::text_of(&file);
            text.rsplit('/').next().unwrap_or_default().to_owned()
        });
        let place = match (file, line.and_then(|line| line.as_i64())) {
            (Some(file), Some(line)) => format!(" ({file}, line {line})"),
            (Some(file), None) => format!(" ({file})"),
            (None, Some(line)) => format!(" (line {line})"),
            (None, None) => String::new(),
        };
        push(&mut out, &place);
        Ok(Some(Str::from_wtf8(&out)))
    }

    fn group_text(&mut self, value: &Value) -> Res<Option<Ref<Str>>> {
        let args = value.downcast::<Exception>().map(|e| e.args.get().clone());
        let Some([message, members]) = args.as_ref().and_then(Value::as_items) else { return Ok(None) };
        let members = own(value, &names().exceptions).unwrap_or_else(|| members.clone());
        let count = members.as_items().map_or(0, <[Value]>::len);
        let mut out = self.str(message)?.as_bytes().to_vec();
        push(&mut out, &format!(" ({count} sub-exception{})", if count == 1 { "" } else { "s" }));
        Ok(Some(Str::from_wtf8(&out)))
    }
}

/// The byte or character at fault.
fn culprit(object: &Value, start: i64) -> Option<String> {
    let start = usize::try_from(start).ok()?;
    if let Some(bytes) = object.as_byte_slice() {
        return bytes.get(start).map(|byte| format!("0x{byte:02x}"));
    }
    let text = object.downcast::<Str>()?;
    (start < text.len()).then(|| format!("'{}'", backslashed(decode_char(&text.as_bytes()[text.byte_offset(start)..]))))
}
