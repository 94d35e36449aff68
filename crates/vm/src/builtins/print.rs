//! `print`, and what it writes to: a descriptor of the host, or an object with methods.

use crate::objects::str::char_value;
use crate::objects::{Exception, Opaque, Str, int, tuple};
use crate::ops::restart;
use crate::ops::text::class_name;
use crate::ops::truth::plain_truth;
use crate::value::Value;
use crate::vm::Outcome;
use crate::{Args, Asks, Res, Thrown, Vm, class_of, names, types};
use std::cell::Cell;

use super::text::sys_attribute;
use crate::heap::VmCell;

/// The state of a stream object that stands for a file descriptor of the host: `print` writes to it without a call.
pub struct NativeStream {
    pub fd: i32,
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
fn os_error(vm: &mut Vm, errno: i32) -> Thrown {
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

/// What is printed, and how.
struct Manner<'a> {
    separator: Option<&'a Str>,
    end: Option<&'a Str>,
    flush: bool,
    file: &'a Value,
}

pub(super) fn print(vm: &mut Vm, args: Args<'_>) -> Res {
    print_as(vm, args, None)
}

/// `flushed` is the truth of `flush`, if a method was asked for it.
fn print_as(vm: &mut Vm, args: Args<'_>, flushed: Option<bool>) -> Res {
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
    let Some(flush) = flushed.or_else(|| flush.map_or(Some(false), plain_truth)) else {
        return restart::begin(vm, args, |vm, args| {
            let flush = args.keyword("flush").map_or(Ok(false), |flush| vm.is_true(flush))?;
            print_as(vm, args, Some(flush))
        });
    };
    let stdout;
    let file = match file.filter(|file| !file.is_none()) {
        Some(file) => file,
        None => {
            let Some(found) = sys_attribute(vm, "stdout") else { return Err(vm.runtime_error("lost sys.stdout")) };
            // Without an output stream there is nothing to do.
            if found.is_none() {
                return Ok(Value::NONE);
            }
            stdout = found;
            &stdout
        }
    };
    let manner =
        Manner { separator: text_option(vm, separator, "sep")?, end: text_option(vm, end, "end")?, flush, file };
    match file.native_state::<NativeStream>() {
        Some(stream) => print_to_host(vm, stream.fd, &manner, args.pos()),
        None => print_to_object(vm, [separator, end], &manner, args.pos()),
    }
}

// To the host.

/// What is still to be written behind a text that has to be waited for.
struct Waiting {
    fd: i32,
    separator: Value,
    end: Value,
    values: Value,
    at: Cell<usize>,
    /// What is to be flushed at the end, or None.
    flushed: Value,
}

fn print_to_host(vm: &mut Vm, fd: i32, manner: &Manner<'_>, values: &[Value]) -> Res {
    let flushed = if manner.flush { manner.file.clone() } else { Value::NONE };
    let Err((at, thrown)) = write_from(vm, fd, values, 0, manner.separator, manner.end) else {
        return flush(vm, &flushed);
    };
    if !vm.has_request() {
        return Err(thrown);
    }
    let text = |text: Option<&Str>| text.map_or(Value::NONE, |text| Str::from_wtf8(text.as_bytes()).into_value());
    let (separator, end) = (text(manner.separator), text(manner.end));
    let state = Waiting { fd, separator, end, values: tuple(values.to_vec()), at: Cell::new(at), flushed };
    vm.and_then(Err(thrown), text_came, Opaque::state(state))
}

/// The text of a value has come.
fn text_came(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let text = outcome.result(vm)?;
    let Waiting { fd, separator, end, values, at, flushed } = vm.state_of(state)?;
    write_host(vm, *fd, text.downcast::<Str>().map_or(&[], Str::as_bytes))?;
    let values = values.as_items().unwrap_or_default();
    match write_from(vm, *fd, values, at.get() + 1, separator.downcast(), end.downcast()) {
        Ok(()) => {
            let result = flush(vm, flushed);
            vm.last_act(result)
        }
        Err((number, thrown)) => {
            at.set(number);
            vm.stays(Err(thrown))
        }
    }
}

/// Flushes a stream, unless it is None.
fn flush(vm: &mut Vm, file: &Value) -> Res {
    if file.is_none() {
        return Ok(Value::NONE);
    }
    let flushed = vm.ask_method(file, &names().flush, &[]);
    vm.for_none(flushed)
}

/// Collects the text of values from one on and writes it at once; what comes before an object whose `__str__` is script code goes
/// out first. An error comes with the number of the value whose text may have been requested.
fn write_from(
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

// To an object.

/// What is written to an object, one piece after the other: for each its method is looked up, its text asked for, and the
/// method called with that.
struct Writing {
    file: Value,
    /// Values, separators and what ends them.
    pieces: Vec<Value>,
    /// It is to be flushed yet.
    flush: Cell<bool>,
    at: Cell<usize>,
    /// The method and the text, as far as they have come for this piece; or unset.
    method: VmCell<Value>,
    text: VmCell<Value>,
}

/// `str(value)` is written to a stream.
pub(super) fn write(vm: &mut Vm, file: &Value, value: &Value) -> Res {
    match file.native_state::<NativeStream>() {
        Some(stream) => print_to_host(
            vm,
            stream.fd,
            &Manner { separator: None, end: Some(&Str::from_wtf8(b"")), flush: false, file },
            std::slice::from_ref(value),
        ),
        None => Writing::new(file, vec![value.clone()], false).begin(vm),
    }
}

fn print_to_object(vm: &mut Vm, given: [Option<&Value>; 2], manner: &Manner<'_>, values: &[Value]) -> Res {
    let [separator, end] = given.map(|text| text.filter(|text| !text.is_none()).cloned());
    let mut pieces = Vec::with_capacity(values.len() * 2 + 1);
    for (i, value) in values.iter().enumerate() {
        if i > 0 {
            pieces.push(separator.clone().unwrap_or_else(|| char_value(' '.into())));
        }
        pieces.push(value.clone());
    }
    pieces.push(end.unwrap_or_else(|| char_value('\n'.into())));
    Writing::new(manner.file, pieces, manner.flush).begin(vm)
}

impl Writing {
    fn new(file: &Value, pieces: Vec<Value>, flush: bool) -> Writing {
        let unset = || VmCell::new(Value::UNSET);
        Writing {
            file: file.clone(),
            pieces,
            flush: Cell::new(flush),
            at: Cell::new(0),
            method: unset(),
            text: unset(),
        }
    }

    fn begin(self, vm: &mut Vm) -> Res {
        let result = self.go_on(vm);
        if result.is_err() && vm.has_request() {
            return vm.and_then(result, piece_came, Opaque::state(self));
        }
        result
    }

    fn go_on(&self, vm: &mut Vm) -> Res {
        while let Some(piece) = self.pieces.get(self.at.get()) {
            let came = if self.method.get().is_unset() {
                vm.ask_attr(&self.file, &names().write)
            } else if self.text.get().is_unset() {
                vm.ask_str(piece)
            } else {
                vm.ask_call(self.method.get(), std::slice::from_ref(self.text.get()))
            }?;
            self.take(came);
        }
        if self.flush.replace(false) {
            vm.ask_method(&self.file, &names().flush, &[])?;
        }
        Ok(Value::NONE)
    }

    /// Takes what was asked for.
    fn take(&self, came: Value) {
        if self.at.get() == self.pieces.len() {
            // It was flushed.
        } else if self.method.get().is_unset() {
            drop(self.method.replace(came));
        } else if self.text.get().is_unset() {
            drop(self.text.replace(came));
        } else {
            drop((self.method.replace(Value::UNSET), self.text.replace(Value::UNSET)));
            self.at.set(self.at.get() + 1);
        }
    }
}

fn piece_came(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let came = outcome.result(vm)?;
    let writing: &Writing = vm.state_of(state)?;
    writing.take(came);
    let result = writing.go_on(vm);
    vm.stays(result)
}
