//! `_io`: files. One state serves text files, buffered and raw binary ones; the class tells which it is.

mod buffer;
mod open;

use std::cell::OnceCell;
use std::rc::Rc;

use rustix::fs::SeekFrom;
use weft_vm::heap::{self, Kind, Ref};
use weft_vm::objects::{Class, Opaque, Str, bytes, class_flags, int, list, tuple};
use weft_vm::types::{Def, builtin_class};
use weft_vm::{Args, Asks, Outcome, Request, Res, Restartable, Thrown, Value, Vm, class_of, restartable, types};

use crate::system::{self, Functions, class_name, errno_error};
use crate::{descriptors, stream};
use buffer::{File, Flavour, Newline, Text};

struct Classes {
    text: Ref<Class>,
    reader: Ref<Class>,
    writer: Ref<Class>,
    random: Ref<Class>,
    raw: Ref<Class>,
}

thread_local! {
    static CLASSES: OnceCell<Rc<Classes>> = const { OnceCell::new() };
}

fn classes() -> Rc<Classes> {
    let make = |name| {
        let class = builtin_class(name, Kind::Opaque, class_flags::HAS_ATTRS, &types().object, FILE);
        if name == "_io.TextIOWrapper" {
            weft_vm::types::add_defs(&class, TEXT);
        }
        class
    };
    CLASSES.with(|cell| {
        let all = || {
            Rc::new(Classes {
                text: make("_io.TextIOWrapper"),
                reader: make("_io.BufferedReader"),
                writer: make("_io.BufferedWriter"),
                random: make("_io.BufferedRandom"),
                raw: make("_io.FileIO"),
            })
        };
        cell.get_or_init(all).clone()
    })
}

const FUNCTIONS: Functions = &[("open", open::open), ("text_encoding", text_encoding)];

pub fn init(vm: &mut Vm) -> Res {
    let module = vm.native_module("_io", FUNCTIONS);
    let classes = classes();
    for class in [&classes.text, &classes.reader, &classes.writer, &classes.random, &classes.raw] {
        system::add_class(&module, class);
    }
    let unsupported = unsupported_class(vm)?;
    module.dict.set("UnsupportedOperation", unsupported);
    module.dict.set("BlockingIOError", types().exceptions.BlockingIOError.value().clone());
    module.dict.set("DEFAULT_BUFFER_SIZE", int(buffer::SIZE as i64));
    Ok(module.into_value())
}

/// Enters `open` into the builtins.
pub(crate) fn install(vm: &mut Vm) {
    let native = vm.native_function("_io", "open", open::open);
    vm.builtins.set("open", native);
}

fn text_encoding(_vm: &mut Vm, args: Args<'_>) -> Res {
    Ok(args.pos().first().filter(|v| !v.is_none()).cloned().unwrap_or_else(|| Value::from("utf-8")))
}

/// `io.UnsupportedOperation`, which is an OSError and a ValueError.
fn unsupported_class(vm: &mut Vm) -> Res {
    thread_local! {
        static CLASS: OnceCell<Value> = const { OnceCell::new() };
    }
    if let Some(class) = CLASS.with(|cell| cell.get().cloned()) {
        return Ok(class);
    }
    let exceptions = &types().exceptions;
    let bases = tuple(vec![exceptions.OSError.value().clone(), exceptions.ValueError.value().clone()]);
    let namespace = weft_vm::objects::Dict::create();
    namespace.set("__module__", "io");
    let metaclass = types().r#type.value().clone();
    let class = vm.call(&metaclass, &[Value::from("UnsupportedOperation"), bases, namespace.into_value()])?;
    Ok(CLASS.with(|cell| cell.get_or_init(|| class).clone()))
}

/// Raises UnsupportedOperation.
#[cold]
pub(crate) fn unsupported(vm: &mut Vm, message: &str) -> Thrown {
    let exception = unsupported_class(vm).and_then(|class| vm.call(&class, &[Value::from(message)]));
    match exception {
        Ok(exception) => vm.throw(exception),
        Err(thrown) => thrown,
    }
}

fn create(file: File) -> Value {
    let classes = classes();
    let class = match file.flavour {
        Flavour::Text => &classes.text,
        Flavour::Reader => &classes.reader,
        Flavour::Writer => &classes.writer,
        Flavour::Random => &classes.random,
        Flavour::Raw => &classes.raw,
    };
    heap::new(class, Opaque::new(file)).into_value()
}

/// `sys.stdin`.
pub(crate) fn standard_input() -> Value {
    let text = Text { encoding: "utf-8".into(), errors: "strict".into(), newline: Newline::Universal };
    let mut file = File::new(0, Flavour::Text, Value::from("<stdin>"), "r", Some(text));
    file.readable = true;
    file.close_fd = false;
    file.may_block = true;
    create(file)
}

const FILE: &[Def] = &[
    Def::Method("read", restartable!(read)),
    Def::Method("read1", restartable!(read)),
    Def::Method("readinto", readinto),
    Def::Method("readall", restartable!(read)),
    Def::Method("readline", restartable!(readline)),
    Def::Method("readlines", restartable!(readlines)),
    Def::Method("write", write),
    Def::Method("writelines", writelines),
    Def::Method("flush", flush),
    Def::Method("close", close),
    Def::Method("seek", restartable!(seek)),
    Def::Method("tell", tell),
    Def::Method("truncate", restartable!(truncate)),
    Def::Method("fileno", fileno),
    Def::Method("isatty", isatty),
    Def::Method("readable", |vm, args| Ok(Value::bool(open_file(vm, args)?.readable))),
    Def::Method("writable", |vm, args| Ok(Value::bool(open_file(vm, args)?.writable))),
    Def::Method("seekable", seekable),
    Def::Slot("__enter__", enter),
    Def::Slot("__exit__", exit),
    Def::Slot("__iter__", enter),
    Def::Slot("__next__", next),
    Def::Slot("__repr__", repr),
    Def::Get("closed", |_, this| Ok(Value::bool(this.native_state::<File>().is_none_or(File::is_closed)))),
    Def::Get("name", |_, this| Ok(this.native_state::<File>().map_or(Value::NONE, |f| f.name.clone()))),
    Def::Get("mode", |_, this| Ok(this.native_state::<File>().map_or(Value::NONE, |f| Value::from(f.mode.as_str())))),
];

const TEXT: &[Def] = &[
    Def::Method("reconfigure", reconfigure),
    Def::Get("encoding", |_, this| Ok(text_of(this).map_or(Value::NONE, |t| Value::from(t.encoding.as_str())))),
    Def::Get("errors", |_, this| Ok(text_of(this).map_or(Value::NONE, |t| Value::from(t.errors.as_str())))),
    Def::Get("newlines", |_, _| Ok(Value::NONE)),
    Def::Get("buffer", buffer_of),
    Def::Get("line_buffering", |_, this| Ok(Value::bool(this.native_state::<File>().is_some_and(|f| f.line_buffered)))),
];

fn text_of(this: &Value) -> Option<&Text> {
    this.native_state::<File>()?.text.as_ref()
}

fn state<'a>(vm: &mut Vm, this: &'a Value) -> Res<&'a File> {
    match this.native_state::<File>() {
        Some(file) => Ok(file),
        None => {
            let got = class_name(this);
            Err(vm.type_error(format!("a file was expected, got '{got}'")))
        }
    }
}

/// The file, which must be open.
fn open_file<'a>(vm: &mut Vm, args: Args<'a>) -> Res<&'a File> {
    let file = state(vm, &args.pos()[0])?;
    if file.is_closed() {
        let stop = if file.text.is_some() || file.flavour == Flavour::Raw { "." } else { "" };
        return Err(vm.value_error(format!("I/O operation on closed file{stop}")));
    }
    Ok(file)
}

fn readable<'a>(vm: &mut Vm, args: Args<'a>) -> Res<&'a File> {
    let file = open_file(vm, args)?;
    if !file.readable {
        let message = match file.flavour {
            Flavour::Text => "not readable",
            Flavour::Raw => "File not open for reading",
            _ => "read",
        };
        return Err(unsupported(vm, message));
    }
    // Whoever is asked for input is to see what was printed before.
    if file.fd() == 0 {
        stream::flush_output(vm)?;
    }
    file.flush(vm)?;
    Ok(file)
}

fn writable<'a>(vm: &mut Vm, args: Args<'a>) -> Res<&'a File> {
    let file = open_file(vm, args)?;
    if file.writable {
        return Ok(file);
    }
    let message = match file.flavour {
        Flavour::Text => "not writable",
        Flavour::Raw => "File not open for writing",
        _ => "write",
    };
    Err(unsupported(vm, message))
}

/// The optional size argument; None: no limit.
fn size(vm: &mut Restartable<'_>, args: Args<'_>, name: &str) -> Res<Option<usize>> {
    args.rest().expect(vm, name, 0, 1)?;
    let Some(value) = args.pos().get(1).filter(|v| !v.is_none()) else { return Ok(None) };
    if !value.is_int() && vm.special(value, &weft_vm::names().__index__).is_none() {
        let got = class_name(value);
        return Err(vm.type_error(format!("argument should be integer or None, not '{got}'")));
    }
    Ok(usize::try_from(vm.as_index(value)?).ok())
}

fn read(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let limit = size(vm, args, "read")?;
    let file = readable(vm, args)?;
    match &file.text {
        Some(_) => file.read_text(vm, limit).map(Ref::into_value),
        None => {
            let content = file.read_bytes(vm, limit)?;
            Ok(bytes(&content))
        }
    }
}

fn readinto(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "readinto", 1, 1)?;
    let file = readable(vm, args)?;
    let target = &args.pos()[1];
    let Some(room) = target.as_byte_slice_mut().map(|place| place.len()) else {
        let got = class_name(&args.pos()[1]);
        return Err(vm.type_error(format!("readinto() argument must be read-write bytes-like object, not {got}")));
    };
    let content = file.read_bytes(vm, Some(room))?;
    let place = target.as_byte_slice_mut().unwrap_or_default();
    let count = content.len().min(place.len());
    place[..count].copy_from_slice(&content[..count]);
    Ok(int(count as i64))
}

/// The next line, empty at the end.
fn line(vm: &mut Vm, file: &File, limit: Option<usize>) -> Res {
    let content = file.read_line(vm, limit)?;
    match &file.text {
        Some(_) => file.decode_line(vm, &content).map(Ref::into_value),
        None => Ok(bytes(&content)),
    }
}

fn is_empty(line: &Value) -> bool {
    line.downcast::<Str>().map_or_else(|| line.as_byte_slice().is_none_or(<[u8]>::is_empty), Str::is_empty)
}

fn readline(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let limit = size(vm, args, "readline")?;
    let file = readable(vm, args)?;
    line(vm, file, limit)
}

fn readlines(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let hint = size(vm, args, "readlines")?.filter(|n| *n > 0);
    let file = readable(vm, args)?;
    let (mut lines, mut total) = (Vec::new(), 0);
    loop {
        let next = line(vm, file, None)?;
        if is_empty(&next) {
            return Ok(list(lines));
        }
        total += next.downcast::<Str>().map_or_else(|| next.as_byte_slice().map_or(0, <[u8]>::len), Str::len);
        lines.push(next);
        if hint.is_some_and(|hint| total >= hint) {
            return Ok(list(lines));
        }
    }
}

fn next(vm: &mut Vm, args: Args<'_>) -> Res {
    let file = readable(vm, args)?;
    let next = line(vm, file, None)?;
    if is_empty(&next) { Err(vm.stop_iteration(Value::NONE)) } else { Ok(next) }
}

fn write(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "write", 1, 1)?;
    let file = writable(vm, args)?;
    write_value(vm, file, &args.pos()[1]).map(|n| int(n as i64))
}

fn write_value(vm: &mut Vm, file: &File, value: &Value) -> Res<usize> {
    if file.text.is_none() {
        let content = system::bytes(vm, value)?;
        file.write(vm, &content)?;
        return Ok(content.len());
    }
    let Some(text) = value.downcast::<Str>() else {
        let got = class_name(value);
        return Err(vm.type_error(format!("write() argument must be str, not {got}")));
    };
    file.write_text(vm, value)?;
    Ok(text.len())
}

fn writelines(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "writelines", 1, 1)?;
    let file = writable(vm, args)?;
    let lines = &args.pos()[1];
    if vm.draws_from_frames(lines) {
        let iterator = vm.ask_iter(lines);
        return vm.then(iterator, draw_lines, &args.pos()[0]);
    }
    let iterator = vm.iter(lines)?;
    while let Some(line) = vm.next(&iterator)? {
        write_value(vm, file, &line)?;
    }
    Ok(Value::NONE)
}

/// There is an iterator of lines that come out of frames.
fn draw_lines(vm: &mut Vm, file: &Value, outcome: Outcome) -> Res {
    let iterator = outcome.result(vm)?;
    let first = Err(vm.request(Request::Next { iterator: iterator.clone() }));
    vm.then(first, write_drawn, &tuple(vec![file.clone(), iterator]))
}

/// A line has come, or the end.
fn write_drawn(vm: &mut Vm, drawing: &Value, outcome: Outcome) -> Res {
    let Some([file, iterator]) = drawing.as_items() else { return Ok(Value::NONE) };
    let line = match outcome {
        Outcome::Value(line) => line,
        Outcome::Returned(_) => return Ok(Value::NONE),
        Outcome::Raised(error) if class_of(&error).is_subclass_of(&types().exceptions.StopIteration) => {
            return Ok(Value::NONE);
        }
        Outcome::Raised(error) => return Err(vm.rethrow(error)),
    };
    let file = writable(vm, Args::positional(std::slice::from_ref(file)))?;
    write_value(vm, file, &line)?;
    Err(vm.request(Request::Next { iterator: iterator.clone() }))
}

fn flush(vm: &mut Vm, args: Args<'_>) -> Res {
    open_file(vm, args)?.flush(vm)?;
    Ok(Value::NONE)
}

fn close(vm: &mut Vm, args: Args<'_>) -> Res {
    let file = state(vm, &args.pos()[0])?;
    let result = file.flush(vm);
    file.close();
    result?;
    Ok(Value::NONE)
}

fn seek(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    args.rest().expect(vm, "seek", 1, 2)?;
    let file = open_file(vm, args)?;
    let offset = vm.as_index(&args.pos()[1])?;
    let whence = match args.pos().get(2) {
        Some(value) => vm.as_index(value)?,
        None => 0,
    };
    if file.text.is_some() && whence != 0 && offset != 0 {
        let from = if whence == 1 { "cur" } else { "end" };
        return Err(unsupported(vm, &format!("can't do nonzero {from}-relative seeks")));
    }
    let position = match whence {
        0 if offset < 0 => return Err(vm.value_error(format!("negative seek position {offset}"))),
        0 => SeekFrom::Start(offset as u64),
        1 => SeekFrom::Start((file.tell(vm)? as i64 + offset).max(0) as u64),
        2 => SeekFrom::End(offset),
        _ => return Err(vm.value_error(format!("invalid whence ({whence}, should be 0, 1 or 2)"))),
    };
    file.seek(vm, position).map(|n| int(n as i64))
}

fn tell(vm: &mut Vm, args: Args<'_>) -> Res {
    open_file(vm, args)?.tell(vm).map(|n| int(n as i64))
}

fn truncate(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    args.rest().expect(vm, "truncate", 0, 1)?;
    let file = writable(vm, args)?;
    file.flush(vm)?;
    let length = match args.pos().get(1).filter(|v| !v.is_none()) {
        Some(value) => vm.as_index(value)?.max(0) as u64,
        None => file.tell(vm)?,
    };
    let fd = descriptors::get(vm, file.fd())?;
    match rustix::fs::ftruncate(&*fd, length) {
        Ok(()) => Ok(int(length as i64)),
        Err(errno) => Err(errno_error(vm, errno)),
    }
}

fn fileno(vm: &mut Vm, args: Args<'_>) -> Res {
    Ok(int(open_file(vm, args)?.fd().into()))
}

fn isatty(vm: &mut Vm, args: Args<'_>) -> Res {
    let fd = open_file(vm, args)?.fd();
    let fd = descriptors::get(vm, fd)?;
    Ok(Value::bool(rustix::termios::isatty(&*fd)))
}

fn seekable(vm: &mut Vm, args: Args<'_>) -> Res {
    let fd = open_file(vm, args)?.fd();
    let fd = descriptors::get(vm, fd)?;
    Ok(Value::bool(rustix::fs::tell(&*fd).is_ok()))
}

fn enter(vm: &mut Vm, args: Args<'_>) -> Res {
    open_file(vm, args)?;
    Ok(args.pos()[0].clone())
}

fn exit(vm: &mut Vm, args: Args<'_>) -> Res {
    close(vm, args)
}

fn reconfigure(vm: &mut Vm, args: Args<'_>) -> Res {
    open_file(vm, args)?.flush(vm)?;
    Ok(Value::NONE)
}

/// The binary side: a file of its own over the same descriptor.
fn buffer_of(vm: &mut Vm, this: &Value) -> Res {
    let file = state(vm, this)?;
    file.flush(vm)?;
    let flavour = if file.readable { Flavour::Reader } else { Flavour::Writer };
    let mode = if file.readable { "rb" } else { "wb" };
    let mut raw = File::new(file.fd(), flavour, file.name.clone(), mode, None);
    raw.readable = file.readable;
    raw.writable = file.writable;
    raw.may_block = file.may_block;
    raw.close_fd = false;
    Ok(create(raw))
}

fn repr(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = &args.pos()[0];
    let file = state(vm, this)?;
    let name = vm.repr(&file.name)?.to_string_lossy();
    let (class, mode) = (class_name(this), &file.mode);
    Ok(Value::from(match (&file.text, file.flavour) {
        (Some(text), _) => format!("<_io.{class} name={name} mode='{mode}' encoding='{}'>", text.encoding),
        (None, Flavour::Raw) if file.is_closed() => "<_io.FileIO [closed]>".to_owned(),
        (None, Flavour::Raw) => {
            let closes = if file.close_fd { "True" } else { "False" };
            format!("<_io.FileIO name={name} mode='{mode}' closefd={closes}>")
        }
        _ => format!("<_io.{class} name={name}>"),
    }))
}
