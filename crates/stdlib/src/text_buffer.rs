//! `_text_buffer`: the text of an `io.StringIO`, and where in it one stands.

use std::cell::{OnceCell, RefCell};

use weft_vm::heap::{self, Kind, Ref};
use weft_vm::objects::str::{char_width, count_chars};
use weft_vm::objects::{Class, Exception, Opaque, Str, int};
use weft_vm::types::{Def, builtin_class};
use weft_vm::{Args, Asks, Res, Restartable, Value, Vm, restartable, types};

use crate::system::class_name;

thread_local! {
    static CLASS: OnceCell<Ref<Class>> = const { OnceCell::new() };
}

const DEFS: &[Def] = &[
    Def::New(new),
    Def::Method("_begin", begin),
    Def::Method("_end", end),
    Def::Method("getvalue", getvalue),
    Def::Method("read", restartable!(read)),
    Def::Method("readline", restartable!(readline)),
    Def::Method("seek", restartable!(seek)),
    Def::Method("tell", tell),
    Def::Method("truncate", restartable!(truncate)),
    Def::Method("write", write),
];

pub fn init(vm: &mut Vm) -> Res {
    let module = vm.native_module("_text_buffer", &[]);
    let make = || builtin_class("_text_buffer.TextBuffer", Kind::Opaque, 0, &types().object, DEFS);
    let class = CLASS.with(|cell| cell.get_or_init(make).clone());
    module.dict.set("TextBuffer", class.into_value());
    Ok(module.into_value())
}

/// The most code points that a text may have.
const MOST: usize = 1 << 32;

/// How lines end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Newline {
    /// All that ends lines becomes `\n` when written.
    Universal,
    /// `\n`, `\r` and `\r\n` end lines, and stay.
    Any,
    /// This does; `\n` becomes it when written.
    Mark(&'static str),
}

struct TextBuffer(RefCell<Text>);

/// Text as WTF-8. Positions count code points, offsets bytes.
struct Text {
    bytes: Vec<u8>,
    chars: usize,
    /// Where one stands; perhaps behind the end.
    position: usize,
    /// The same; not behind the end.
    offset: usize,
    newline: Newline,
    closed: bool,
}

impl Text {
    fn new(newline: Newline) -> Text {
        Text { bytes: Vec::new(), chars: 0, position: 0, offset: 0, newline, closed: false }
    }

    /// The offset of the code point `count` behind the one at `offset`, or the end.
    fn offset_behind(&self, offset: usize, count: usize) -> usize {
        if self.bytes.len() == self.chars {
            return offset.saturating_add(count).min(self.chars);
        }
        let mut at = offset;
        for _ in 0..count {
            match self.bytes.get(at) {
                Some(&first) => at += char_width(first),
                None => break,
            }
        }
        at.min(self.bytes.len())
    }

    fn count(&self, from: usize, to: usize) -> usize {
        if self.bytes.len() == self.chars { to - from } else { count_chars(&self.bytes[from..to]) }
    }

    fn seek(&mut self, position: usize) {
        self.position = position;
        self.offset = self.offset_behind(0, position);
    }

    /// Writes over what is there, and goes behind it.
    fn put(&mut self, text: &[u8], chars: usize) {
        if self.position < self.chars {
            let over = chars.min(self.chars - self.position);
            let end = self.offset_behind(self.offset, over);
            self.bytes.splice(self.offset..end, text.iter().copied());
            self.chars += chars - over;
        } else if chars > 0 {
            let missing = self.position - self.chars;
            self.bytes.resize(self.bytes.len() + missing, 0);
            self.offset = self.bytes.len();
            self.bytes.extend_from_slice(text);
            self.chars += missing + chars;
        } else {
            return;
        }
        self.position += chars;
        self.offset += text.len();
    }

    /// Takes the text up to an offset, of so many code points.
    fn take(&mut self, end: usize, chars: usize) -> Value {
        let taken = Str::from_parts(&self.bytes[self.offset..end], chars).into_value();
        self.position += chars;
        self.offset = end;
        taken
    }

    /// The offset behind the end of the line one stands in.
    fn line_end(&self) -> usize {
        let rest = &self.bytes[self.offset..];
        let length = match self.newline {
            Newline::Mark(mark) => memchr::memmem::find(rest, mark.as_bytes()).map(|at| at + mark.len()),
            Newline::Universal => memchr::memchr(b'\n', rest).map(|at| at + 1),
            Newline::Any => memchr::memchr2(b'\n', b'\r', rest).map(|at| {
                let both = rest[at] == b'\r' && rest.get(at + 1) == Some(&b'\n');
                at + 1 + usize::from(both)
            }),
        };
        self.offset + length.unwrap_or(rest.len())
    }
}

fn new(vm: &mut Vm, args: Args<'_>) -> Res {
    match args.pos().first().and_then(|class| class.as_ref::<Class>()) {
        Some(class) => {
            let text = TextBuffer(RefCell::new(Text::new(Newline::Mark("\n"))));
            Ok(heap::new(&class, Opaque::new(text)).into_value())
        }
        None => Err(vm.type_error("TextBuffer.__new__(X): X is not a type object")),
    }
}

/// The open text of the first argument.
fn open<'a>(vm: &mut Vm, args: &Args<'a>) -> Res<std::cell::RefMut<'a, Text>> {
    let Some(TextBuffer(text)) = args.pos()[0].native_state::<TextBuffer>() else {
        return Err(vm.type_error("a TextBuffer was expected"));
    };
    let text = text.borrow_mut();
    if text.closed { Err(vm.value_error("I/O operation on closed file")) } else { Ok(text) }
}

/// `_begin(newline)`: empties it, for text with lines that end so.
fn begin(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "_begin", 1, 1)?;
    let newline = match args.pos()[1].downcast::<Str>().and_then(Str::as_str) {
        None => Newline::Universal,
        Some("") => Newline::Any,
        Some("\r") => Newline::Mark("\r"),
        Some("\r\n") => Newline::Mark("\r\n"),
        Some(_) => Newline::Mark("\n"),
    };
    if let Some(TextBuffer(text)) = args.pos()[0].native_state::<TextBuffer>() {
        *text.borrow_mut() = Text::new(newline);
    }
    Ok(Value::NONE)
}

/// `_end()`: drops the text; nothing can be done with it any more.
fn end(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "_end", 0, 0)?;
    if let Some(TextBuffer(text)) = args.pos()[0].native_state::<TextBuffer>() {
        let mut text = text.borrow_mut();
        *text = Text { closed: true, ..Text::new(text.newline) };
    }
    Ok(Value::NONE)
}

/// Whether text of so many code points can be written at a position: what is missing before it is filled up.
fn check_room(vm: &mut Vm, position: usize, chars: usize) -> Res<()> {
    let end = position.saturating_add(chars);
    match end {
        _ if end <= MOST => Ok(()),
        _ if end > i64::MAX as usize => Err(vm.overflow_error("new position too large")),
        _ if end > i64::MAX as usize / 4 => Err(vm.overflow_error("new buffer size too large")),
        _ => Err(vm.memory_error("")),
    }
}

fn write(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "write", 1, 1)?;
    let mut text = open(vm, &args)?;
    let Some(written) = args.pos()[1].downcast::<Str>() else {
        let got = class_name(&args.pos()[1]);
        return Err(vm.type_error(format!("string argument expected, got '{got}'")));
    };
    if !written.is_empty() {
        // A newline may become two characters.
        check_room(vm, text.position, 2 * written.len())?;
    }
    let bytes = written.as_bytes();
    match text.newline {
        Newline::Universal if bytes.contains(&b'\r') => {
            let translated = replaced(&replaced(bytes, b"\r\n", b"\n"), b"\r", b"\n");
            text.put(&translated, count_chars(&translated));
        }
        Newline::Mark(mark) if mark != "\n" && bytes.contains(&b'\n') => {
            let translated = replaced(bytes, b"\n", mark.as_bytes());
            text.put(&translated, count_chars(&translated));
        }
        _ => text.put(bytes, written.len()),
    }
    Ok(int(written.len() as i64))
}

fn replaced(text: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut from = 0;
    for at in memchr::memmem::find_iter(text, old) {
        out.extend_from_slice(&text[from..at]);
        out.extend_from_slice(new);
        from = at + old.len();
    }
    out.extend_from_slice(&text[from..]);
    out
}

fn getvalue(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "getvalue", 0, 0)?;
    let text = open(vm, &args)?;
    Ok(Str::from_parts(&text.bytes, text.chars).into_value())
}

/// The number of code points that an argument gives, if there is one.
fn size(vm: &mut Restartable<'_>, args: Args<'_>, name: &str) -> Res<Option<i64>> {
    args.rest().expect(vm, name, 0, 1)?;
    // What is closed refuses before it asks.
    drop(open(vm, &args)?);
    let Some(size) = args.pos().get(1).filter(|size| !size.is_none()) else { return Ok(None) };
    if !vm.has_index(size) {
        let got = class_name(size);
        return Err(vm.type_error(format!("argument should be integer or None, not '{got}'")));
    }
    vm.as_ssize(size).map(Some)
}

fn read(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let size = size(vm, args, "read")?;
    let mut text = open(vm, &args)?;
    let left = text.chars.saturating_sub(text.position);
    let chars = size.and_then(|size| usize::try_from(size).ok()).map_or(left, |size| size.min(left));
    let end = text.offset_behind(text.offset, chars);
    Ok(text.take(end, chars))
}

fn readline(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let size = size(vm, args, "readline")?;
    let mut text = open(vm, &args)?;
    let (mut end, start) = (text.line_end(), text.offset);
    if let Some(size) = size.and_then(|size| usize::try_from(size).ok()) {
        end = end.min(text.offset_behind(start, size));
    }
    let chars = text.count(start, end);
    Ok(text.take(end, chars))
}

fn seek(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    args.rest().expect(vm, "seek", 1, 2)?;
    drop(open(vm, &args)?);
    let position = vm.as_ssize(&args.pos()[1])?;
    let whence = args.pos().get(2).map_or(Ok(0), |whence| vm.as_ssize(whence))?;
    let mut text = open(vm, &args)?;
    let position = match (whence, usize::try_from(position)) {
        (0, Ok(position)) => position,
        (0, Err(_)) => return Err(vm.value_error(format!("Negative seek position {position}"))),
        (1, Ok(0)) => text.position,
        (2, Ok(0)) => text.chars,
        (1 | 2, _) => {
            drop(text);
            let message = Value::from("Can't do nonzero cur-relative seeks");
            let error = Exception::create(&types().exceptions.OSError, vec![message]);
            return Err(vm.throw(error.into_value()));
        }
        _ => return Err(vm.value_error(format!("Invalid whence ({whence}, should be 0, 1 or 2)"))),
    };
    text.seek(position);
    Ok(int(position as i64))
}

fn tell(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "tell", 0, 0)?;
    Ok(int(open(vm, &args)?.position as i64))
}

fn truncate(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let here = open(vm, &args)?.position as i64;
    let size = size(vm, args, "truncate")?.unwrap_or(here);
    let Ok(chars) = usize::try_from(size) else {
        return Err(vm.value_error(format!("Negative size value {size}")));
    };
    let mut text = open(vm, &args)?;
    if chars < text.chars {
        let end = text.offset_behind(0, chars);
        text.bytes.truncate(end);
        text.chars = chars;
        text.offset = text.offset.min(end);
    }
    Ok(int(size))
}
