//! The standard output streams, `sys.stdout` and `sys.stderr`. `print` writes to them without a call.

use std::cell::OnceCell;
use std::rc::Rc;

use weft_vm::builtins::print::NativeStream;
use weft_vm::heap::{self, Kind, Ref};
use weft_vm::objects::{Class, Opaque, Str, class_flags, int};
use weft_vm::types::{Def, builtin_class};
use weft_vm::{Args, Res, Value, Vm, types};

use crate::system::{self, class_name, os_error};
use crate::world::{self, world};

/// The binary side of a standard output stream, `sys.stdout.buffer`.
struct Raw {
    fd: i32,
}

struct Classes {
    text: Ref<Class>,
    raw: Ref<Class>,
}

thread_local! {
    static CLASSES: OnceCell<Rc<Classes>> = const { OnceCell::new() };
}

fn classes() -> Rc<Classes> {
    let make = || {
        Rc::new(Classes {
            text: builtin_class("_io.TextIOWrapper", Kind::Opaque, class_flags::HAS_ATTRS, &types().object, TEXT),
            raw: builtin_class("_io.BufferedWriter", Kind::Opaque, class_flags::HAS_ATTRS, &types().object, RAW),
        })
    };
    CLASSES.with(|cell| cell.get_or_init(make).clone())
}

/// The stream of descriptor 1 or 2.
pub(crate) fn standard(fd: i32) -> Value {
    heap::new(&classes().text, Opaque::new(NativeStream { fd })).into_value()
}

const TEXT: &[Def] = &[
    Def::Method("write", write),
    Def::Method("writelines", writelines),
    Def::Method("flush", flush),
    Def::Method("close", flush),
    Def::Method("isatty", isatty),
    Def::Method("fileno", fileno),
    Def::Method("readable", no),
    Def::Method("writable", yes),
    Def::Method("seekable", no),
    Def::Method("reconfigure", reconfigure),
    Def::Method("read", unreadable),
    Def::Method("readline", unreadable),
    Def::Method("readlines", unreadable),
    Def::Slot("__enter__", enter),
    Def::Slot("__exit__", exit),
    Def::Slot("__repr__", repr),
    Def::Get("buffer", buffer),
    Def::Get("name", name),
    Def::Get("mode", |_, _| Ok(Value::from("w"))),
    Def::Get("encoding", |_, _| Ok(Value::from("utf-8"))),
    Def::Get("errors", errors),
    Def::Get("newlines", |_, _| Ok(Value::NONE)),
    Def::Get("closed", |_, _| Ok(Value::FALSE)),
    Def::Get("line_buffering", line_buffering),
    Def::Get("write_through", |_, _| Ok(Value::FALSE)),
];

const RAW: &[Def] = &[
    Def::Method("write", raw_write),
    Def::Method("flush", flush),
    Def::Method("fileno", fileno),
    Def::Method("isatty", isatty),
    Def::Method("readable", no),
    Def::Method("writable", yes),
    Def::Get("raw", |_, this| Ok(this.clone())),
    Def::Get("name", name),
    Def::Get("mode", |_, _| Ok(Value::from("wb"))),
    Def::Get("closed", |_, _| Ok(Value::FALSE)),
];

fn fd_of(this: &Value) -> i32 {
    let text = this.native_state::<NativeStream>().map(|stream| stream.fd);
    text.or_else(|| this.native_state::<Raw>().map(|raw| raw.fd)).unwrap_or(1)
}

fn yes(_vm: &mut Vm, _args: Args<'_>) -> Res {
    Ok(Value::TRUE)
}

fn no(_vm: &mut Vm, _args: Args<'_>) -> Res {
    Ok(Value::FALSE)
}

fn write(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "write", 1, 1)?;
    let [this, text] = args.pos() else { return Ok(Value::NONE) };
    write_text(vm, fd_of(this), text)?;
    Ok(int(text.downcast::<Str>().map_or(0, Str::len) as i64))
}

fn write_text(vm: &mut Vm, fd: i32, value: &Value) -> Res<()> {
    let Some(text) = value.downcast::<Str>() else {
        let got = class_name(value);
        return Err(vm.type_error(format!("write() argument must be str, not {got}")));
    };
    let result = if text.as_str().is_some() {
        vm.host.write(fd, text.as_bytes())
    } else {
        // Lone surrogates: standard error shows them escaped, standard output refuses them.
        let errors = if fd == 2 { "backslashreplace" } else { "strict" };
        let bytes = vm.encode(value, "utf-8", errors)?;
        vm.host.write(fd, &bytes)
    };
    result.map_err(|errno| os_error(vm, errno))
}

fn writelines(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "writelines", 1, 1)?;
    let fd = fd_of(&args.pos()[0]);
    let iterator = vm.iter(&args.pos()[1])?;
    while let Some(line) = vm.next(&iterator)? {
        write_text(vm, fd, &line)?;
    }
    Ok(Value::NONE)
}

fn raw_write(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "write", 1, 1)?;
    let bytes = system::bytes(vm, &args.pos()[1])?;
    let fd = fd_of(&args.pos()[0]);
    vm.host.write(fd, &bytes).map_err(|errno| os_error(vm, errno))?;
    Ok(int(bytes.len() as i64))
}

fn flush(vm: &mut Vm, args: Args<'_>) -> Res {
    if fd_of(&args.pos()[0]) == 1 {
        flush_output(vm)?;
    }
    Ok(Value::NONE)
}

/// Writes what standard output has buffered.
pub(crate) fn flush_output(vm: &mut Vm) -> Res<()> {
    let result = world(vm)?.output.borrow_mut().flush();
    result.map_err(|errno| os_error(vm, errno))
}

fn isatty(_vm: &mut Vm, args: Args<'_>) -> Res {
    let terminal = match fd_of(&args.pos()[0]) {
        2 => rustix::termios::isatty(rustix::stdio::stderr()),
        _ => rustix::termios::isatty(rustix::stdio::stdout()),
    };
    Ok(Value::bool(terminal))
}

fn fileno(_vm: &mut Vm, args: Args<'_>) -> Res {
    Ok(int(fd_of(&args.pos()[0]).into()))
}

fn reconfigure(vm: &mut Vm, args: Args<'_>) -> Res {
    let params = ["*encoding", "*errors", "*newline", "*line_buffering", "*write_through"];
    let [_, _, _, line_buffering, write_through] = args.rest().bind(vm, "reconfigure", params, 0)?;
    for value in [line_buffering, write_through].into_iter().flatten().filter(|v| !v.is_none()) {
        let lines = vm.truth(value)?;
        if fd_of(&args.pos()[0]) == 1 {
            flush_output(vm)?;
            world(vm)?.output.borrow_mut().set_line_buffered(lines);
        }
    }
    Ok(Value::NONE)
}

fn unreadable(vm: &mut Vm, _args: Args<'_>) -> Res {
    Err(crate::file::unsupported(vm, "not readable"))
}

fn enter(_vm: &mut Vm, args: Args<'_>) -> Res {
    Ok(args.pos()[0].clone())
}

fn exit(vm: &mut Vm, args: Args<'_>) -> Res {
    flush(vm, args)
}

fn name(_vm: &mut Vm, this: &Value) -> Res {
    Ok(Value::from(if fd_of(this) == 2 { "<stderr>" } else { "<stdout>" }))
}

fn errors(_vm: &mut Vm, this: &Value) -> Res {
    Ok(Value::from(if fd_of(this) == 2 { "backslashreplace" } else { "strict" }))
}

fn line_buffering(_vm: &mut Vm, this: &Value) -> Res {
    let lines = world::current().is_some_and(|world| world.output.borrow().is_line_buffered());
    Ok(Value::bool(fd_of(this) == 2 || lines))
}

fn buffer(_vm: &mut Vm, this: &Value) -> Res {
    Ok(heap::new(&classes().raw, Opaque::new(Raw { fd: fd_of(this) })).into_value())
}

fn repr(vm: &mut Vm, args: Args<'_>) -> Res {
    let name = name(vm, &args.pos()[0])?;
    let name = weft_vm::types::text_of(&name);
    Ok(Value::from(format!("<_io.TextIOWrapper name='{name}' mode='w' encoding='utf-8'>")))
}
