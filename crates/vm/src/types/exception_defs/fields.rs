//! What single exception classes keep beyond their arguments.

use super::super::bootstrap::Def;
use super::{field, init, payload, set_field, stop_value, to_str};
use crate::heap::Kind;
use crate::objects::{Class, Exception, intern, tuple};
use crate::value::Value;
use crate::{Args, Res, Vm, class_of, names, types};

/// Attributes that default to None when the constructor did not set them.
macro_rules! none_fields {
    ($($const:ident: $($name:ident),*;)*) => {
        $(
            mod $const {
                $(
                    pub fn $name(vm: &mut crate::Vm, this: &crate::Value) -> crate::Res {
                        let _ = vm;
                        Ok(super::field(this, &crate::objects::intern(stringify!($name).as_bytes())))
                    }
                )*
                pub mod set {
                    $(
                        pub fn $name(vm: &mut crate::Vm, this: &crate::Value, value: Option<crate::Value>) -> crate::Res<()> {
                            let _ = vm;
                            let value = value.unwrap_or(crate::Value::NONE);
                            super::super::set_field(this, &crate::objects::intern(stringify!($name).as_bytes()), value);
                            Ok(())
                        }
                    )*
                }
            }
        )*
    };
}

none_fields! {
    attribute: name, obj;
    import: name, path, msg, name_from;
    os: errno, strerror, filename, filename2;
    syntax: msg, filename, lineno, offset, text, end_lineno, end_offset, print_file_and_line;
    unicode: encoding, object, start, end, reason;
}

pub const STOP_ITERATION: &[Def] = &[Def::Slot("__init__", stop_init), Def::GetSet("value", value, set_value)];
pub const SYSTEM_EXIT: &[Def] = &[Def::Slot("__init__", exit_init), Def::GetSet("code", value, set_value)];
pub const KEY_ERROR: &[Def] = &[Def::Slot("__str__", key_str)];
pub const ATTRIBUTE_ERROR: &[Def] = &[
    Def::Slot("__init__", attribute_init),
    Def::GetSet("name", attribute::name, attribute::set::name),
    Def::GetSet("obj", attribute::obj, attribute::set::obj),
];
pub const NAME_ERROR: &[Def] =
    &[Def::Slot("__init__", name_init), Def::GetSet("name", attribute::name, attribute::set::name)];
pub const IMPORT_ERROR: &[Def] = &[
    Def::Slot("__init__", import_init),
    Def::Slot("__str__", import_str),
    Def::GetSet("name", import::name, import::set::name),
    Def::GetSet("path", import::path, import::set::path),
    Def::GetSet("msg", import::msg, import::set::msg),
    Def::GetSet("name_from", import::name_from, import::set::name_from),
];
pub const OS_ERROR: &[Def] = &[
    Def::New(os_new),
    Def::Slot("__init__", os_init),
    Def::Slot("__str__", os_str),
    Def::GetSet("errno", os::errno, os::set::errno),
    Def::GetSet("strerror", os::strerror, os::set::strerror),
    Def::GetSet("filename", os::filename, os::set::filename),
    Def::GetSet("filename2", os::filename2, os::set::filename2),
];
pub const SYNTAX_ERROR: &[Def] = &[
    Def::Slot("__init__", syntax_init),
    Def::Slot("__str__", syntax_str),
    Def::GetSet("msg", syntax::msg, syntax::set::msg),
    Def::GetSet("filename", syntax::filename, syntax::set::filename),
    Def::GetSet("lineno", syntax::lineno, syntax::set::lineno),
    Def::GetSet("offset", syntax::offset, syntax::set::offset),
    Def::GetSet("text", syntax::text, syntax::set::text),
    Def::GetSet("end_lineno", syntax::end_lineno, syntax::set::end_lineno),
    Def::GetSet("end_offset", syntax::end_offset, syntax::set::end_offset),
    Def::GetSet("print_file_and_line", syntax::print_file_and_line, syntax::set::print_file_and_line),
];
macro_rules! unicode_table {
    ($name:ident, $init:ident, $str:ident) => {
        pub const $name: &[Def] = &[
            Def::Slot("__init__", $init),
            Def::Slot("__str__", $str),
            Def::GetSet("encoding", unicode::encoding, unicode::set::encoding),
            Def::GetSet("object", unicode::object, unicode::set::object),
            Def::GetSet("start", unicode::start, unicode::set::start),
            Def::GetSet("end", unicode::end, unicode::set::end),
            Def::GetSet("reason", unicode::reason, unicode::set::reason),
        ];
    };
}
unicode_table!(UNICODE_DECODE_ERROR, decode_init, decode_str);
unicode_table!(UNICODE_ENCODE_ERROR, encode_init, encode_str);
unicode_table!(UNICODE_TRANSLATE_ERROR, translate_init, encode_str);

fn stop_init(vm: &mut Vm, args: Args<'_>) -> Res {
    init(vm, args)?;
    payload(&args.pos()[0]).value.set(args.pos().get(1).cloned().unwrap_or(Value::NONE));
    Ok(Value::NONE)
}

fn exit_init(vm: &mut Vm, args: Args<'_>) -> Res {
    init(vm, args)?;
    let code = match args.pos() {
        [_] => Value::NONE,
        [_, one] => one.clone(),
        [_, all @ ..] => tuple(all.to_vec()),
        [] => Value::NONE,
    };
    payload(&args.pos()[0]).value.set(code);
    Ok(Value::NONE)
}

fn value(_vm: &mut Vm, this: &Value) -> Res {
    Ok(stop_value(this))
}

fn set_value(_vm: &mut Vm, this: &Value, new: Option<Value>) -> Res<()> {
    let exception = payload(this);
    // The arguments must not follow from what is set later.
    exception.args();
    exception.value.set(new.unwrap_or(Value::NONE));
    Ok(())
}

fn key_str(vm: &mut Vm, args: Args<'_>) -> Res {
    let items = payload(&args.pos()[0]).args().clone();
    match items.as_items() {
        Some([one]) => vm.ask_repr(one),
        _ => to_str(vm, args),
    }
}

/// Positional arguments as `BaseException`, and the keywords that the class allows as fields.
fn keyword_init(vm: &mut Vm, args: Args<'_>, allowed: &[&str]) -> Res {
    let this = &args.pos()[0];
    payload(this).set_args(tuple(args.pos()[1..].to_vec()));
    for (key, value) in args.keywords() {
        let text = crate::types::text_of(key);
        if !allowed.contains(&text.as_str()) {
            let name = class_of(this).name_str();
            return Err(vm.type_error(format!("{name}() got an unexpected keyword argument '{text}'")));
        }
        set_field(this, key, value.clone());
    }
    Ok(Value::NONE)
}

fn attribute_init(vm: &mut Vm, args: Args<'_>) -> Res {
    keyword_init(vm, args, &["name", "obj"])
}

fn name_init(vm: &mut Vm, args: Args<'_>) -> Res {
    keyword_init(vm, args, &["name"])
}

fn import_init(vm: &mut Vm, args: Args<'_>) -> Res {
    keyword_init(vm, args, &["name", "path", "name_from"])?;
    if let [this, msg] = args.pos() {
        set_field(this, &names().msg, msg.clone());
    }
    Ok(Value::NONE)
}

fn import_str(vm: &mut Vm, args: Args<'_>) -> Res {
    let msg = field(&args.pos()[0], &names().msg);
    if super::is_str(&msg) { Ok(msg) } else { to_str(vm, args) }
}

/// The subclass of OSError that an errno stands for (Linux numbers).
pub fn os_class(errno: i64) -> Option<&'static crate::heap::Ref<Class>> {
    let e = &types().exceptions;
    Some(match errno {
        11 | 114 | 115 => &e.BlockingIOError,
        10 => &e.ChildProcessError,
        32 | 108 => &e.BrokenPipeError,
        103 => &e.ConnectionAbortedError,
        111 => &e.ConnectionRefusedError,
        104 => &e.ConnectionResetError,
        17 => &e.FileExistsError,
        2 => &e.FileNotFoundError,
        4 => &e.InterruptedError,
        21 => &e.IsADirectoryError,
        20 => &e.NotADirectoryError,
        1 | 13 => &e.PermissionError,
        3 => &e.ProcessLookupError,
        110 => &e.TimeoutError,
        _ => return None,
    })
}

fn os_new(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = args.pos().first().and_then(|c| c.as_ref::<Class>());
    let exact = class.as_ref().is_some_and(|c| c.is(&types().exceptions.OSError));
    let number = if args.len() >= 3 { args.pos()[1].as_i64() } else { None };
    let chosen = if exact { number.and_then(os_class) } else { None };
    let exception = match chosen {
        Some(class) => crate::heap::new(class, Exception::new(tuple(args.pos()[1..].to_vec()))).into_value(),
        None => super::new(vm, args)?,
    };
    os_fill(&exception, &args.pos()[1..]);
    Ok(exception)
}

fn os_fill(this: &Value, given: &[Value]) {
    if !(2..=5).contains(&given.len()) {
        return;
    }
    let names = names();
    set_field(this, &names.errno, given[0].clone());
    set_field(this, &names.strerror, given[1].clone());
    if let Some(filename) = given.get(2).filter(|f| !f.is_none()) {
        set_field(this, &names.filename, filename.clone());
        if let Some(second) = given.get(4) {
            set_field(this, &names.filename2, second.clone());
        }
        payload(this).set_args(tuple(given[..2].to_vec()));
    }
}

fn os_init(vm: &mut Vm, args: Args<'_>) -> Res {
    if args.has_keywords() {
        let name = class_of(&args.pos()[0]).name_str();
        return Err(vm.type_error(format!("{name}() takes no keyword arguments")));
    }
    payload(&args.pos()[0]).set_args(tuple(args.pos()[1..].to_vec()));
    os_fill(&args.pos()[0], &args.pos()[1..]);
    Ok(Value::NONE)
}

fn os_str(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = &args.pos()[0];
    let names = names();
    let (number, message) = (field(this, &names.errno), field(this, &names.strerror));
    let (first, second) = (field(this, &names.filename), field(this, &names.filename2));
    if number.is_none() && message.is_none() {
        return to_str(vm, args);
    }
    let (number, message) = (vm.str(&number)?.to_string_lossy(), vm.str(&message)?.to_string_lossy());
    if first.is_none() {
        return Ok(Value::from(format!("[Errno {number}] {message}")));
    }
    let first = vm.repr(&first)?.to_string_lossy();
    if second.is_none() {
        return Ok(Value::from(format!("[Errno {number}] {message}: {first}")));
    }
    let second = vm.repr(&second)?.to_string_lossy();
    Ok(Value::from(format!("[Errno {number}] {message}: {first} -> {second}")))
}

fn syntax_init(vm: &mut Vm, args: Args<'_>) -> Res {
    init(vm, args)?;
    let this = &args.pos()[0];
    if let Some(msg) = args.pos().get(1) {
        set_field(this, &names().msg, msg.clone());
    }
    if let Some(details) = args.pos().get(2) {
        let items = vm.collect(details)?;
        let fields = ["filename", "lineno", "offset", "text", "end_lineno", "end_offset"];
        if items.len() != 4 && items.len() != 6 {
            return Err(vm.type_error(format!("function takes at least 4 arguments ({} given)", items.len())));
        }
        for (name, item) in fields.iter().zip(items) {
            set_field(this, &intern(name.as_bytes()), item);
        }
    }
    Ok(Value::NONE)
}

fn syntax_str(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = &args.pos()[0];
    let msg = field(this, &names().msg);
    let (file, line) = (field(this, &names().filename), field(this, &names().lineno));
    let text = vm.str(&msg)?.to_string_lossy();
    let base = super::is_str(&file).then(|| {
        let path = crate::types::text_of(&file);
        path.rsplit('/').next().unwrap_or(&path).to_owned()
    });
    Ok(Value::from(match (base, line.as_i64()) {
        (Some(file), Some(line)) => format!("{text} ({file}, line {line})"),
        (Some(file), None) => format!("{text} ({file})"),
        (None, Some(line)) => format!("{text} (line {line})"),
        (None, None) => text,
    }))
}

fn unicode_init(vm: &mut Vm, args: Args<'_>, fields: &[&str], bytes: bool) -> Res {
    init(vm, args)?;
    let this = &args.pos()[0];
    let given = &args.pos()[1..];
    if given.len() != fields.len() {
        let (want, got) = (fields.len(), given.len());
        return Err(vm.type_error(format!("function takes exactly {want} arguments ({got} given)")));
    }
    for (i, (name, value)) in fields.iter().zip(given).enumerate() {
        let right = match *name {
            "object" if bytes => value.as_byte_slice().is_some(),
            "start" | "end" => value.is_int(),
            _ => value.is_kind(Kind::Str),
        };
        if !right {
            let want = match *name {
                "object" if bytes => "a bytes-like object is required, not",
                "start" | "end" => "",
                _ => "must be str, not",
            };
            let got = class_of(value).name_str();
            return Err(match *name {
                "object" if bytes => vm.type_error(format!("{want} '{got}'")),
                "start" | "end" => vm.type_error(format!("'{got}' object cannot be interpreted as an integer")),
                _ => vm.type_error(format!("argument {} {want} {got}", i + 1)),
            });
        }
        set_field(this, &intern(name.as_bytes()), value.clone());
    }
    Ok(Value::NONE)
}

fn decode_init(vm: &mut Vm, args: Args<'_>) -> Res {
    unicode_init(vm, args, &["encoding", "object", "start", "end", "reason"], true)
}

fn encode_init(vm: &mut Vm, args: Args<'_>) -> Res {
    unicode_init(vm, args, &["encoding", "object", "start", "end", "reason"], false)
}

fn translate_init(vm: &mut Vm, args: Args<'_>) -> Res {
    unicode_init(vm, args, &["object", "start", "end", "reason"], false)
}

struct Unicode {
    encoding: String,
    start: i64,
    end: i64,
    reason: String,
}

fn unicode_fields(this: &Value) -> Unicode {
    let names = names();
    Unicode {
        encoding: crate::types::text_of(&field(this, &names.encoding)),
        start: field(this, &names.start).as_i64().unwrap_or(0),
        end: field(this, &names.end).as_i64().unwrap_or(0),
        reason: crate::types::text_of(&field(this, &names.reason)),
    }
}

fn decode_str(_vm: &mut Vm, args: Args<'_>) -> Res {
    let this = &args.pos()[0];
    let u = unicode_fields(this);
    let object = field(this, &names().object);
    let byte = object.as_byte_slice().and_then(|b| b.get(usize::try_from(u.start).ok()?).copied());
    Ok(Value::from(match byte {
        Some(byte) if u.end == u.start + 1 => {
            format!("'{}' codec can't decode byte 0x{byte:02x} in position {}: {}", u.encoding, u.start, u.reason)
        }
        _ => {
            format!("'{}' codec can't decode bytes in position {}-{}: {}", u.encoding, u.start, u.end - 1, u.reason)
        }
    }))
}

fn encode_str(_vm: &mut Vm, args: Args<'_>) -> Res {
    let this = &args.pos()[0];
    let u = unicode_fields(this);
    let object = field(this, &names().object);
    let code = object.downcast::<crate::objects::Str>().and_then(|s| s.code_point(usize::try_from(u.start).ok()?));
    let what = if u.encoding.is_empty() {
        "can't translate".to_owned()
    } else {
        format!("'{}' codec can't encode", u.encoding)
    };
    Ok(Value::from(match code {
        Some(code) if u.end == u.start + 1 => {
            let shown = match code {
                0..=0xFF => format!("\\x{code:02x}"),
                0x100..=0xFFFF => format!("\\u{code:04x}"),
                _ => format!("\\U{code:08x}"),
            };
            format!("{what} character '{shown}' in position {}: {}", u.start, u.reason)
        }
        _ => format!("{what} characters in position {}-{}: {}", u.start, u.end - 1, u.reason),
    }))
}
