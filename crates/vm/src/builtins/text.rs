//! The builtin functions that have to do with text: `repr`, `ascii`, `chr`, `ord`, `format`, `print`, `input`.

use crate::heap::Ref;
use crate::objects::str::char_value;
use crate::objects::{Exception, Module, NativeFn, Str, int, intern};
use crate::ops::arith::is_builtin;
use crate::ops::text::class_name;
use crate::value::Value;
use crate::vm::Question;
use crate::{Args, Res, Thrown, Vm, class_of, names, types};

/// The state of a stream object that stands for a file descriptor of the host: `print` writes to it without a call.
pub struct NativeStream {
    pub fd: i32,
}

const FUNCTIONS: &[(&str, NativeFn)] = &[
    ("ascii", ascii),
    ("chr", chr),
    ("format", format),
    ("input", input),
    ("ord", ord),
    ("print", print),
    ("repr", repr),
];

/// Enters the functions into the builtins.
pub fn install(vm: &mut Vm) {
    for &(name, function) in FUNCTIONS {
        let native = vm.native_function("builtins", name, function);
        vm.builtins.set(name, native);
    }
}

fn repr(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "repr", 1, 1)?;
    if let Some(asked) = vm.ask_special(&args.pos()[0], &names().__repr__, Value::UNSET, Question::Repr) {
        return Err(asked);
    }
    vm.repr(&args.pos()[0]).map(Ref::into_value)
}

fn ascii(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "ascii", 1, 1)?;
    vm.ascii(&args.pos()[0]).map(Ref::into_value)
}

fn chr(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "chr", 1, 1)?;
    let code = vm.to_index(&args.pos()[0])?;
    match code.as_i64().and_then(|n| u32::try_from(n).ok()).filter(|code| *code < 0x11_0000) {
        Some(code) => Ok(char_value(code)),
        None => Err(vm.value_error("chr() arg not in range(0x110000)")),
    }
}

fn ord(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "ord", 1, 1)?;
    let value = &args.pos()[0];
    let len = match (value.downcast::<Str>(), value.as_byte_slice()) {
        (Some(text), _) if text.len() == 1 => return Ok(int(text.code_point(0).unwrap_or_default().into())),
        (_, Some(&[byte])) => return Ok(int(byte.into())),
        (Some(text), _) => text.len(),
        (_, Some(bytes)) => bytes.len(),
        _ => {
            let class = class_of(value).name_str();
            return Err(vm.type_error(format!("ord() expected string of length 1, but {class} found")));
        }
    };
    Err(vm.type_error(format!("ord() expected a character, but string of length {len} found")))
}

fn format(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "format", 1, 2)?;
    let empty;
    let spec = match args.pos().get(1) {
        Some(spec) => vm.expect_str(spec, "format", "argument 2")?,
        None => {
            empty = Str::from_parts(b"", 0);
            &*empty
        }
    };
    let own = args.pos().get(1).filter(|spec| is_builtin(spec)).cloned();
    let text = own.unwrap_or_else(|| Str::from_parts(spec.as_bytes(), spec.len()).into_value());
    if let Some(asked) = vm.ask_special(&args.pos()[0], &names().__format__, text, Question::Format) {
        return Err(asked);
    }
    vm.format(&args.pos()[0], spec).map(Ref::into_value)
}

/// Where `print` writes.
enum Sink {
    Host(i32),
    /// An object with a `write` method.
    Object(Value),
}

/// The value of an attribute of the `sys` module.
fn sys_attribute(vm: &Vm, name: &str) -> Option<Value> {
    let sys = vm.modules.get_str(&intern(b"sys"))?;
    sys.downcast::<Module>()?.dict.get_str(&intern(name.as_bytes()))
}

fn sink_of(file: &Value) -> Sink {
    match file.native_state::<NativeStream>() {
        Some(stream) => Sink::Host(stream.fd),
        None => Sink::Object(file.clone()),
    }
}

impl Sink {
    fn write(&self, vm: &mut Vm, text: &Str) -> Res<()> {
        match self {
            Sink::Host(fd) => write_host(vm, *fd, text.as_bytes()),
            Sink::Object(file) => {
                let text = Str::from_parts(text.as_bytes(), text.len()).into_value();
                vm.call_method(file, &names().write, &[text]).map(drop)
            }
        }
    }
}

/// Writes text to the host, which takes UTF-8: a lone surrogate is an error, but shown escaped among errors.
fn write_host(vm: &mut Vm, fd: i32, text: &[u8]) -> Res<()> {
    if text.is_empty() {
        return Ok(());
    }
    if std::str::from_utf8(text).is_err() {
        let text = Str::from_wtf8(text).into_value();
        let bytes = vm.encode(&text, "utf-8", if fd == 2 { "backslashreplace" } else { "strict" })?;
        return write_bytes(vm, fd, &bytes);
    }
    write_bytes(vm, fd, text)
}

fn write_bytes(vm: &mut Vm, fd: i32, bytes: &[u8]) -> Res<()> {
    match vm.host.write(fd, bytes) {
        Ok(()) => Ok(()),
        Err(errno) => Err(os_error(vm, errno)),
    }
}

/// OSError, or the subclass that stands for an error number.
#[cold]
pub fn os_error(vm: &mut Vm, errno: i32) -> Thrown {
    use std::io::ErrorKind;
    let error = std::io::Error::from_raw_os_error(errno);
    let classes = &types().exceptions;
    let class = match error.kind() {
        ErrorKind::BrokenPipe => &classes.BrokenPipeError,
        ErrorKind::WouldBlock => &classes.BlockingIOError,
        ErrorKind::Interrupted => &classes.InterruptedError,
        ErrorKind::PermissionDenied => &classes.PermissionError,
        ErrorKind::NotFound => &classes.FileNotFoundError,
        ErrorKind::ConnectionReset => &classes.ConnectionResetError,
        _ => &classes.OSError,
    };
    let text = error.to_string();
    let text = Value::from(text.split(" (os error").next().unwrap_or_default());
    let number = int(errno.into());
    let exception = Exception::create(class, vec![number.clone(), text.clone()]);
    exception.set_field(&names().errno, number);
    exception.set_field(&names().strerror, text);
    vm.throw(exception.into_value())
}

/// `sep` or `end`: None means the default.
fn text_option<'a>(vm: &mut Vm, value: Option<&'a Value>, name: &str) -> Res<Option<&'a Str>> {
    let Some(value) = value.filter(|value| !value.is_none()) else { return Ok(None) };
    match value.downcast::<Str>() {
        Some(text) => Ok(Some(text)),
        None => {
            let class = class_name(value);
            Err(vm.type_error(format!("{name} must be None or a string, not {class}")))
        }
    }
}

fn print(vm: &mut Vm, args: Args<'_>) -> Res {
    let (mut separator, mut end, mut file, mut flush) = (None, None, None, None);
    for (key, value) in args.keywords() {
        let slot = match key.downcast::<Str>().map(Str::as_bytes) {
            Some(b"sep") => &mut separator,
            Some(b"end") => &mut end,
            Some(b"file") => &mut file,
            Some(b"flush") => &mut flush,
            _ => {
                let key = crate::types::text_of(key);
                return Err(vm.type_error(format!("print() got an unexpected keyword argument '{key}'")));
            }
        };
        *slot = Some(value);
    }
    let file = match file.filter(|file| !file.is_none()) {
        Some(file) => Some(file.clone()),
        None => sys_attribute(vm, "stdout"),
    };
    let separator = text_option(vm, separator, "sep")?;
    let end = text_option(vm, end, "end")?;
    let sink = match &file {
        // Without an output stream there is nothing to do.
        Some(file) if file.is_none() => return Ok(Value::NONE),
        Some(file) => sink_of(file),
        None => Sink::Host(1),
    };
    match &sink {
        Sink::Host(fd) => print_host(vm, *fd, args.pos(), separator, end)?,
        Sink::Object(_) => print_object(vm, &sink, args.pos(), separator, end)?,
    }
    if let Some(flush) = flush
        && vm.truth(flush)?
        && let Some(file) = &file
    {
        vm.call_method(file, &names().flush, &[])?;
    }
    Ok(Value::NONE)
}

/// Collects the text and writes it at once; what comes before an object whose `__str__` is script code goes out first.
fn print_host(vm: &mut Vm, fd: i32, values: &[Value], separator: Option<&Str>, end: Option<&Str>) -> Res<()> {
    let mut out = Vec::new();
    for (i, value) in values.iter().enumerate() {
        if i > 0 {
            out.extend_from_slice(separator.map_or(b" ", |s| s.as_bytes()));
        }
        if let Some(text) = value.downcast::<Str>()
            && class_of(value).is(&types().str)
        {
            out.extend_from_slice(text.as_bytes());
            continue;
        }
        if value.is_heap() {
            write_host(vm, fd, &out)?;
            out.clear();
        }
        let text = vm.str(value)?;
        out.extend_from_slice(text.as_bytes());
    }
    out.extend_from_slice(end.map_or(b"\n", |e| e.as_bytes()));
    write_host(vm, fd, &out)
}

fn print_object(vm: &mut Vm, sink: &Sink, values: &[Value], separator: Option<&Str>, end: Option<&Str>) -> Res<()> {
    let (space, newline) = (Str::from_parts(b" ", 1), Str::from_parts(b"\n", 1));
    for (i, value) in values.iter().enumerate() {
        if i > 0 {
            sink.write(vm, separator.unwrap_or(&space))?;
        }
        let text = vm.str(value)?;
        sink.write(vm, &text)?;
    }
    sink.write(vm, end.unwrap_or(&newline))
}

fn input(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "input", 0, 1)?;
    let mut stream = |name: &str| match sys_attribute(vm, name).filter(|stream| !stream.is_none()) {
        Some(stream) => Ok(stream),
        None => Err(vm.runtime_error(format!("input(): lost sys.{name}"))),
    };
    let (stdin, stdout) = (stream("stdin")?, stream("stdout")?);
    if let Some(prompt) = args.pos().first() {
        let text = vm.str(prompt)?;
        sink_of(&stdout).write(vm, &text)?;
    }
    vm.call_method(&stdout, &names().flush, &[])?;
    let line = vm.call_method(&stdin, &names().readline, &[])?;
    let Some(text) = line.downcast::<Str>() else {
        return Err(vm.type_error("object.readline() returned non-string"));
    };
    match text.as_bytes() {
        [] => {
            let class = types().exceptions.EOFError.clone();
            Err(vm.raise(&class, "EOF when reading a line"))
        }
        [line @ .., b'\n'] => Ok(Str::from_wtf8(line).into_value()),
        line => Ok(Str::from_wtf8(line).into_value()),
    }
}
