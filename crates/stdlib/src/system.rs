//! What natives of several modules need: errors, arguments, tables of functions and constants.

use std::os::fd::RawFd;

use weft_reactor::Nanos;
use weft_vm::heap::Ref;
use weft_vm::objects::{Bytes, Class, Module, NativeFn, Str, int, intern};
use weft_vm::{Asks, Res, Thrown, Value, Vm, class_of, types};

/// OSError, or the subclass that stands for the number.
#[cold]
pub fn os_error(vm: &mut Vm, errno: i32) -> Thrown {
    os_error_with(vm, vec![int(errno.into()), Value::from(strerror(errno))])
}

/// The same, naming a file.
#[cold]
pub fn os_error_path(vm: &mut Vm, errno: i32, path: &Value) -> Thrown {
    os_error_with(vm, vec![int(errno.into()), Value::from(strerror(errno)), path.clone()])
}

fn os_error_with(vm: &mut Vm, args: Vec<Value>) -> Thrown {
    let class = types().exceptions.OSError.value().clone();
    match vm.call(&class, &args) {
        Ok(exception) => vm.throw(exception),
        Err(thrown) => thrown,
    }
}

/// An error of Rust's library as OSError.
#[cold]
pub fn io_error(vm: &mut Vm, error: &std::io::Error) -> Thrown {
    match error.raw_os_error() {
        Some(errno) => os_error(vm, errno),
        None => os_error_with(vm, vec![Value::from(error.to_string())]),
    }
}

/// An error of a system call.
#[cold]
pub fn errno_error(vm: &mut Vm, errno: rustix::io::Errno) -> Thrown {
    os_error(vm, errno.raw_os_error())
}

/// The system's words for an error number.
pub fn strerror(errno: i32) -> String {
    let text = std::io::Error::from_raw_os_error(errno).to_string();
    text.rsplit_once(" (os error").map_or(text.as_str(), |(words, _)| words).to_owned()
}

/// The name of a value's class, for messages.
pub fn class_name(value: &Value) -> String {
    class_of(value).name_str()
}

/// An argument that must be a str.
pub fn text(vm: &mut Vm, what: &str, value: &Value) -> Res<String> {
    match value.downcast::<Str>() {
        Some(text) => Ok(text.to_string_lossy()),
        None => {
            let got = class_name(value);
            Err(vm.type_error(format!("{what} must be str, not {got}")))
        }
    }
}

/// The bytes of an argument that must be bytes-like.
pub fn byte_slice<'a>(vm: &mut Vm, value: &'a Value) -> Res<&'a [u8]> {
    match value.as_byte_slice() {
        Some(bytes) => Ok(bytes),
        None => {
            let got = class_name(value);
            Err(vm.type_error(format!("a bytes-like object is required, not '{got}'")))
        }
    }
}

/// A copy of the same.
pub fn bytes(vm: &mut Vm, value: &Value) -> Res<Vec<u8>> {
    byte_slice(vm, value).map(<[u8]>::to_vec)
}

/// An integer argument as a C int.
pub fn c_int(vm: &mut impl Asks, value: &Value) -> Res<i32> {
    let n = vm.as_index(value)?;
    let vm = vm.vm();
    match i32::try_from(n) {
        Ok(n) => Ok(n),
        Err(_) if n > 0 => Err(vm.overflow_error("signed integer is greater than maximum")),
        Err(_) => Err(vm.overflow_error("signed integer is less than minimum")),
    }
}

/// A float or integer argument.
pub fn number(vm: &mut impl Asks, value: &Value) -> Res<f64> {
    if let Some(x) = value.as_float() {
        return Ok(x);
    }
    if let Some(n) = value.as_i64() {
        return Ok(n as f64);
    }
    weft_vm::ops::number::real(vm, value)
}

/// Seconds, as a timeout; None stands for no limit.
pub fn timeout(vm: &mut impl Asks, value: &Value) -> Res<Option<Nanos>> {
    if value.is_none() {
        return Ok(None);
    }
    let secs = number(vm, value)?;
    if secs.is_nan() {
        return Err(vm.vm().value_error("Invalid value NaN (not a number)"));
    }
    Ok(Some(weft_reactor::secs_to_nanos(secs)))
}

/// The descriptor of an int or of an object with `fileno()`.
pub fn descriptor(vm: &mut Vm, value: &Value) -> Res<RawFd> {
    let number = if value.is_int() {
        value.clone()
    } else {
        match vm.find_attr(value, &intern(b"fileno"))? {
            Some(method) => vm.call(&method, &[])?,
            None => return Err(vm.type_error("argument must be an int, or have a fileno() method.")),
        }
    };
    if !number.is_int() {
        return Err(vm.type_error("fileno() returned a non-integer"));
    }
    let fd = c_int(vm, &number)?;
    if fd < 0 {
        return Err(vm.value_error(format!("file descriptor cannot be a negative integer ({fd})")));
    }
    Ok(fd)
}

/// A path argument: str, bytes or an object with `__fspath__`.
pub fn path(vm: &mut Vm, what: &str, value: &Value) -> Res<std::path::PathBuf> {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;
    let mut value = value.clone();
    if value.downcast::<Str>().is_none()
        && value.downcast::<Bytes>().is_none()
        && let Some(method) = vm.special(&value, &intern(b"__fspath__"))
    {
        value = vm.call_on(&method, &value, &[])?;
    }
    let raw = if let Some(text) = value.downcast::<Str>() {
        text.as_bytes().to_vec()
    } else if let Some(bytes) = value.downcast::<Bytes>() {
        bytes.as_bytes().to_vec()
    } else {
        let got = class_name(&value);
        return Err(vm.type_error(format!("{what} should be string, bytes or os.PathLike, not {got}")));
    };
    if raw.contains(&0) {
        return Err(vm.value_error("embedded null byte"));
    }
    Ok(OsString::from_vec(raw).into())
}

/// Enters integer constants.
pub fn add_constants(module: &Ref<Module>, constants: &[(&str, i64)]) {
    for &(name, number) in constants {
        module.dict.set(name, int(number));
    }
}

/// Enters a class under its own name.
pub fn add_class(module: &Ref<Module>, class: &Ref<Class>) {
    module.dict.set(&class.short_name(), class.value().clone());
}

/// Natives that take no part in the state of the module.
pub type Functions = &'static [(&'static str, NativeFn)];

/// Whether the keyword or positional argument is true, with a default.
pub fn flag(vm: &mut Vm, value: Option<&Value>, default: bool) -> Res<bool> {
    match value {
        Some(value) => vm.truth(value),
        None => Ok(default),
    }
}

/// A parameter that `bind` has found to be there.
pub fn required(value: Option<&Value>) -> &Value {
    const NONE: &Value = &Value::NONE;
    value.unwrap_or(NONE)
}
