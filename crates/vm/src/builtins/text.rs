//! The builtin functions that have to do with text: `repr`, `ascii`, `chr`, `ord`, `format`, `print`, `input`.

use crate::objects::str::char_value;
use crate::objects::{Exception, Module, NativeFn, Opaque, Str, int, intern, tuple};
use crate::ops::arith::is_builtin;
use crate::ops::text::class_name;
use crate::value::Value;
use crate::vm::Outcome;
use crate::{Args, Asks, Res, Restartable, Thrown, Vm, class_of, names, restartable, types};

/// The state of a stream object that stands for a file descriptor of the host: `print` writes to it without a call.
pub struct NativeStream {
    pub fd: i32,
}

const FUNCTIONS: &[(&str, NativeFn)] = &[
    ("ascii", ascii),
    ("chr", restartable!(chr)),
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
    vm.ask_repr(&args.pos()[0])
}

fn ascii(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "ascii", 1, 1)?;
    vm.ask_ascii(&args.pos()[0])
}

fn chr(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
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
    vm.ask_format(&args.pos()[0], &text)
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

/// How `print` writes: what stands between and behind values, whether it flushes, and where it writes to.
#[derive(Clone, Copy, Default)]
struct Manner<'a> {
    separator: Option<&'a Value>,
    end: Option<&'a Value>,
    flush: Option<&'a Value>,
    file: Option<&'a Value>,
}

/// What `print` has still to write behind a text that it waits for.
struct Printing {
    manner: [Option<Value>; 4],
    values: Value,
    at: std::cell::Cell<usize>,
}

fn print(vm: &mut Vm, args: Args<'_>) -> Res {
    let mut manner = Manner::default();
    for (key, value) in args.keywords() {
        let slot = match key.downcast::<Str>().map(Str::as_bytes) {
            Some(b"sep") => &mut manner.separator,
            Some(b"end") => &mut manner.end,
            Some(b"file") => &mut manner.file,
            Some(b"flush") => &mut manner.flush,
            _ => {
                let key = crate::types::text_of(key);
                return Err(vm.type_error(format!("print() got an unexpected keyword argument '{key}'")));
            }
        };
        *slot = Some(value);
    }
    let stdout;
    if manner.file.is_none_or(Value::is_none) {
        stdout = sys_attribute(vm, "stdout");
        manner.file = stdout.as_ref();
    }
    text_option(vm, manner.separator, "sep")?;
    text_option(vm, manner.end, "end")?;
    // Without an output stream there is nothing to do.
    if manner.file.is_some_and(Value::is_none) {
        return Ok(Value::NONE);
    }
    let Err((at, thrown)) = print_from(vm, manner, args.pos(), 0) else { return finish_printing(vm, manner) };
    let waiting = Err(thrown);
    if vm.request.is_none() {
        return waiting;
    }
    let manner = [manner.separator, manner.end, manner.flush, manner.file].map(Option::<&Value>::cloned);
    let state = Printing { manner, values: tuple(args.pos().to_vec()), at: std::cell::Cell::new(at) };
    vm.then(waiting, print_text, &Opaque::state(state))
}

/// The text of a value has come.
fn print_text(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let text = outcome.result(vm)?;
    let Printing { manner: [separator, end, flush, file], values, at } = vm.state_of::<Printing>(state)?;
    let (separator, end) = (separator.as_ref(), end.as_ref());
    let manner = Manner { separator, end, flush: flush.as_ref(), file: file.as_ref() };
    if let Some(text) = text.downcast::<Str>() {
        manner.sink().write(vm, text)?;
    }
    match print_from(vm, manner, values.as_items().unwrap_or_default(), at.get() + 1) {
        Ok(()) => finish_printing(vm, manner),
        Err((number, thrown)) => {
            let waiting = Err(thrown);
            if vm.request.is_none() {
                return waiting;
            }
            at.set(number);
            vm.then(waiting, print_text, state)
        }
    }
}

impl Manner<'_> {
    fn sink(self) -> Sink {
        self.file.map_or(Sink::Host(1), sink_of)
    }
}

fn finish_printing(vm: &mut Vm, manner: Manner<'_>) -> Res {
    if let Some(flush) = manner.flush
        && vm.truth(flush)?
        && let Some(file) = manner.file
    {
        vm.call_method(file, &names().flush, &[])?;
    }
    Ok(Value::NONE)
}

/// Writes values from one on, and what ends them; an error comes with the number of the value whose text may have been
/// requested.
fn print_from(vm: &mut Vm, manner: Manner<'_>, values: &[Value], from: usize) -> Result<(), (usize, Thrown)> {
    let separator = manner.separator.and_then(|text| text.downcast::<Str>());
    let end = manner.end.and_then(|text| text.downcast::<Str>());
    match manner.sink() {
        Sink::Host(fd) => print_host(vm, fd, values, from, separator, end),
        sink => print_object(vm, &sink, values, from, separator, end),
    }
}

/// Collects the text and writes it at once; what comes before an object whose `__str__` is script code goes out first.
fn print_host(
    vm: &mut Vm,
    fd: i32,
    values: &[Value],
    from: usize,
    separator: Option<&Str>,
    end: Option<&Str>,
) -> Result<(), (usize, Thrown)> {
    let mut out = Vec::new();
    for (i, value) in values.iter().enumerate().skip(from) {
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
            write_host(vm, fd, &out).map_err(|thrown| (i, thrown))?;
            out.clear();
        }
        let text = vm.ask_str(value).map_err(|thrown| (i, thrown))?;
        out.extend_from_slice(text.downcast::<Str>().map_or(&[], Str::as_bytes));
    }
    out.extend_from_slice(end.map_or(b"\n", |e| e.as_bytes()));
    write_host(vm, fd, &out).map_err(|thrown| (values.len(), thrown))
}

fn print_object(
    vm: &mut Vm,
    sink: &Sink,
    values: &[Value],
    from: usize,
    separator: Option<&Str>,
    end: Option<&Str>,
) -> Result<(), (usize, Thrown)> {
    let (space, newline) = (Str::from_parts(b" ", 1), Str::from_parts(b"\n", 1));
    for (i, value) in values.iter().enumerate().skip(from) {
        let mut show = || {
            if i > 0 {
                sink.write(vm, separator.unwrap_or(&space))?;
            }
            let text = vm.ask_str(value)?;
            text.downcast::<Str>().map_or(Ok(()), |text| sink.write(vm, text))
        };
        show().map_err(|thrown| (i, thrown))?;
    }
    sink.write(vm, end.unwrap_or(&newline)).map_err(|thrown| (values.len(), thrown))
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
