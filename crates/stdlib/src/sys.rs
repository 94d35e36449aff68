//! `sys`.

use weft_vm::dispatch::{self, Watcher};
use weft_vm::heap::{Kind, Ref};
use weft_vm::objects::{Module, Str, float, int, intern, intern_value, list, tuple};
use weft_vm::{Args, Asks, Outcome, Res, Restartable, Value, Vm, class_of, restartable, types};

use crate::structseq;
use crate::system::{self, Functions, class_name};
use crate::world::{self, Setup};
use crate::{file, stream};

const VERSION: &str = concat!("3.13.0 (weft ", env!("CARGO_PKG_VERSION"), ") [Rust]");
const HEX_VERSION: i64 = 0x030d_00f0;

const FUNCTIONS: Functions = &[
    ("exit", exit),
    ("exc_info", exc_info),
    ("exception", exception),
    ("getrecursionlimit", getrecursionlimit),
    ("setrecursionlimit", restartable!(setrecursionlimit)),
    ("getrefcount", getrefcount),
    ("getsizeof", getsizeof),
    ("intern", intern_text),
    ("set_asyncgen_hooks", set_asyncgen_hooks),
    ("get_asyncgen_hooks", get_asyncgen_hooks),
    ("set_coroutine_origin_tracking_depth", restartable!(set_origin_depth)),
    ("get_coroutine_origin_tracking_depth", get_origin_depth),
    ("_getframe", restartable!(getframe)),
    ("_getframemodulename", restartable!(getframemodulename)),
    ("displayhook", restartable!(displayhook)),
    ("excepthook", excepthook),
    ("unraisablehook", unraisablehook),
    ("settrace", |vm, args| watch(vm, args, "settrace", Watcher::Trace)),
    ("setprofile", |vm, args| watch(vm, args, "setprofile", Watcher::Profile)),
    ("gettrace", |vm, _| Ok(vm.watcher(Watcher::Trace))),
    ("getprofile", |vm, _| Ok(vm.watcher(Watcher::Profile))),
    ("getfilesystemencoding", utf8),
    ("getfilesystemencodeerrors", surrogateescape),
    ("getdefaultencoding", utf8),
    ("getswitchinterval", getswitchinterval),
    ("setswitchinterval", restartable!(setswitchinterval)),
    ("get_int_max_str_digits", get_int_max_str_digits),
    ("set_int_max_str_digits", restartable!(set_int_max_str_digits)),
    ("is_finalizing", is_finalizing),
    ("call_tracing", call_tracing),
    ("audit", audit),
    ("_is_gil_enabled", gil_enabled),
];

/// Makes the module and enters it into `sys.modules`: natives look there for the streams.
pub(crate) fn install(vm: &mut Vm, setup: &Setup) {
    let module = vm.native_module("sys", FUNCTIONS);
    let dict = module.dict.clone();
    let strings = |items: &[String]| list(items.iter().map(|s| Value::from(s.as_str())).collect());
    dict.set("argv", strings(&setup.argv));
    let mut orig = vec![setup.executable.clone()];
    orig.extend(setup.argv.iter().cloned());
    dict.set("orig_argv", strings(&orig));
    dict.set("path", list(Vec::new()));
    dict.set("modules", vm.modules.value().clone());
    dict.set("warnoptions", strings(&setup.warnings));
    dict.set("executable", setup.executable.as_str());
    dict.set("stdin", file::standard_input());
    dict.set("stdout", stream::standard(1));
    dict.set("stderr", stream::standard(2));
    for (name, original) in [("__stdin__", "stdin"), ("__stdout__", "stdout"), ("__stderr__", "stderr")] {
        copy(&module, name, original);
    }
    for (name, original) in
        [("__displayhook__", "displayhook"), ("__excepthook__", "excepthook"), ("__unraisablehook__", "unraisablehook")]
    {
        copy(&module, name, original);
    }
    add_facts(&module);
    add_structures(vm, &module, setup);
    add_quitters(vm);
    drop(vm.modules.insert_str(&intern(b"sys"), module.into_value()));
}

fn copy(module: &Ref<Module>, name: &str, original: &str) {
    let value = module.dict.get_str(&intern(original.as_bytes())).unwrap_or(Value::NONE);
    module.dict.set(name, value);
}

fn add_facts(module: &Ref<Module>) {
    let dict = &module.dict;
    for (name, text) in [
        ("version", VERSION),
        ("copyright", "Weft's copyright is its authors'."),
        ("platform", "linux"),
        ("byteorder", if cfg!(target_endian = "little") { "little" } else { "big" }),
        ("prefix", ""),
        ("base_prefix", ""),
        ("exec_prefix", ""),
        ("base_exec_prefix", ""),
        ("platlibdir", "lib"),
        ("float_repr_style", "short"),
        ("abiflags", ""),
    ] {
        dict.set(name, text);
    }
    for (name, number) in
        [("hexversion", HEX_VERSION), ("maxsize", i64::MAX), ("maxunicode", 0x10_ffff), ("api_version", 1013)]
    {
        dict.set(name, int(number));
    }
    dict.set("dont_write_bytecode", Value::TRUE);
    dict.set("pycache_prefix", Value::NONE);
    for name in ["meta_path", "path_hooks"] {
        dict.set(name, list(Vec::new()));
    }
    dict.set("path_importer_cache", weft_vm::objects::Dict::create());
    let mut names: Vec<&str> = crate::frozen::names().chain(crate::NATIVE.iter().map(|(name, _)| *name)).collect();
    names.extend(["builtins", "sys"]);
    names.sort_unstable();
    dict.set("stdlib_module_names", tuple(names.iter().map(|n| Value::from(*n)).collect()));
    let builtin = crate::NATIVE.iter().map(|(name, _)| *name).chain(["builtins", "sys"]);
    dict.set("builtin_module_names", tuple(builtin.map(Value::from).collect()));
}

/// Names and values of a structure of numbers.
type Structure = (&'static str, &'static str, &'static [&'static str], fn() -> Vec<Value>);

const STRUCTURES: &[Structure] = &[
    (
        "float_info",
        "sys.float_info",
        &[
            "max",
            "max_exp",
            "max_10_exp",
            "min",
            "min_exp",
            "min_10_exp",
            "dig",
            "mant_dig",
            "epsilon",
            "radix",
            "rounds",
        ],
        || {
            let mut values = vec![float(f64::MAX), int(1024), int(308), float(f64::MIN_POSITIVE)];
            values.extend([-1021, -307, 15, 53].map(int));
            values.push(float(f64::EPSILON));
            values.extend([2, 1].map(int));
            values
        },
    ),
    (
        "int_info",
        "sys.int_info",
        &["bits_per_digit", "sizeof_digit", "default_max_str_digits", "str_digits_check_threshold"],
        || [30, 4, 4300, 640].map(int).to_vec(),
    ),
    (
        "hash_info",
        "sys.hash_info",
        &["width", "modulus", "inf", "nan", "imag", "algorithm", "hash_bits", "seed_bits", "cutoff"],
        || {
            let mut values = [64, (1 << 61) - 1, 314_159, 0, 1_000_003].map(int).to_vec();
            values.push(Value::from("foldhash"));
            values.extend([64, 64, 0].map(int));
            values
        },
    ),
    ("thread_info", "sys.thread_info", &["name", "lock", "version"], || vec![Value::NONE, Value::NONE, Value::NONE]),
    ("version_info", "sys.version_info", &["major", "minor", "micro", "releaselevel", "serial"], || {
        vec![int(3), int(13), int(0), Value::from("final"), int(0)]
    }),
];

const FLAGS: &[&str] = &[
    "debug",
    "inspect",
    "interactive",
    "optimize",
    "dont_write_bytecode",
    "no_user_site",
    "no_site",
    "ignore_environment",
    "verbose",
    "bytes_warning",
    "quiet",
    "hash_randomization",
    "isolated",
    "dev_mode",
    "utf8_mode",
    "warn_default_encoding",
    "safe_path",
    "int_max_str_digits",
];

const UNRAISABLE_FIELDS: &[&str] = &["exc_type", "exc_value", "exc_traceback", "err_msg", "object"];

fn add_structures(vm: &mut Vm, module: &Ref<Module>, setup: &Setup) {
    for (name, full, fields, values) in STRUCTURES {
        module.dict.set(name, structseq::make(&structseq::class(full, fields), values()));
    }
    let dev_mode = setup.implementation.iter().any(|option| option == "dev");
    let given = |letter: char| setup.switches.matches(letter).count();
    let flags = FLAGS.iter().map(|&name| match name {
        "debug" => int(given('d') as i64),
        "inspect" | "interactive" => int(given('i') as i64),
        "optimize" => int(given('O') as i64),
        "dont_write_bytecode" => int(1),
        "no_user_site" => int(i64::from(given('s') + given('I') > 0)),
        "no_site" => int(given('S') as i64),
        "ignore_environment" => int(i64::from(given('E') + given('I') > 0)),
        "verbose" => int(given('v') as i64),
        "bytes_warning" => int(given('b') as i64),
        "quiet" => int(given('q') as i64),
        "isolated" => int(given('I') as i64),
        "dev_mode" => Value::bool(dev_mode),
        "safe_path" => Value::bool(given('P') + given('I') > 0),
        "int_max_str_digits" => int(4300),
        _ => int(0),
    });
    module.dict.set("flags", structseq::make(&structseq::class("sys.flags", FLAGS), flags.collect()));
    let unraisable = structseq::class("UnraisableHookArgs", UNRAISABLE_FIELDS);
    vm.unraisable_class = unraisable.value().clone();
    let version = module.dict.get_str(&intern(b"version_info")).unwrap_or(Value::NONE);
    let names = ["name", "cache_tag", "version", "hexversion"].map(Value::from);
    let values = [Value::from("weft"), Value::from("weft-313"), version, int(HEX_VERSION)];
    let namespace = types().simple_namespace.value().clone();
    match vm.call_keywords(&namespace, &values, &names) {
        Ok(implementation) => module.dict.set("implementation", implementation),
        Err(_) => drop(vm.catch()),
    }
    let options = weft_vm::objects::Dict::create();
    for option in &setup.implementation {
        match option.split_once('=') {
            Some((name, value)) => options.set(name, value),
            None => options.set(option, Value::TRUE),
        }
    }
    module.dict.set("_xoptions", options);
}

fn exit(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "exit", 0, 1)?;
    let class = types().exceptions.SystemExit.value().clone();
    Err(vm.ask_raise(&class, args.pos()))
}

fn exc_info(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "exc_info", 0, 0)?;
    let handled = vm.handled.clone();
    let Some(exception) = handled.downcast::<weft_vm::objects::Exception>() else {
        return Ok(tuple(vec![Value::NONE, Value::NONE, Value::NONE]));
    };
    let traceback = exception.traceback().clone();
    Ok(tuple(vec![class_of(&handled).value().clone(), handled.clone(), traceback]))
}

fn exception(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "exception", 0, 0)?;
    Ok(vm.handled.clone())
}

fn getrecursionlimit(vm: &mut Vm, _args: Args<'_>) -> Res {
    Ok(int(vm.recursion_limit.into()))
}

fn setrecursionlimit(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    args.expect(vm, "setrecursionlimit", 1, 1)?;
    let limit = system::c_int(vm, &args.pos()[0])?;
    if limit < 1 {
        return Err(vm.value_error("recursion limit must be greater or equal than 1"));
    }
    vm.recursion_limit = limit as u32;
    Ok(Value::NONE)
}

fn getrefcount(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "getrefcount", 1, 1)?;
    Ok(int(args.pos()[0].header().map_or(i64::from(u32::MAX), |header| i64::from(header.count()))))
}

fn getsizeof(vm: &mut Vm, args: Args<'_>) -> Res {
    let [object, default] = args.bind(vm, "getsizeof", ["object", "default"], 1)?;
    let object = object.cloned().unwrap_or(Value::NONE);
    if let Some(method) = vm.special(&object, &intern(b"__sizeof__")) {
        let size = vm.ask_on(&method, &object, &[]);
        return match default {
            Some(default) => vm.then(size, or_default, default),
            None => size,
        };
    }
    let items = object.as_items().map_or(0, <[Value]>::len) * 8;
    let text = object.downcast::<Str>().map_or(0, |s| s.as_bytes().len());
    let bytes = object.as_byte_slice().map_or(0, <[u8]>::len);
    let fixed = object.kind().map_or(8, Kind::fixed_size);
    Ok(int((fixed + items + text + bytes) as i64))
}

/// The size, or the default in place of a TypeError.
fn or_default(vm: &mut Vm, default: &Value, outcome: Outcome) -> Res {
    match outcome {
        Outcome::Raised(error) if class_of(&error).is_subclass_of(&types().exceptions.TypeError) => Ok(default.clone()),
        outcome => outcome.result(vm),
    }
}

fn intern_text(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "intern", 1, 1)?;
    let text = &args.pos()[0];
    if !class_of(text).is(&types().str) {
        let got = class_name(text);
        let message = if text.is_kind(Kind::Str) {
            format!("can't intern {got}")
        } else {
            format!("intern() argument must be str, not {got}")
        };
        return Err(vm.type_error(message));
    }
    Ok(intern_value(text))
}

fn set_asyncgen_hooks(vm: &mut Vm, args: Args<'_>) -> Res {
    let hooks = args.bind(vm, "set_asyncgen_hooks", ["firstiter", "finalizer"], 0)?;
    for (hook, name) in hooks.iter().zip(["firstiter", "finalizer"]) {
        if let Some(hook) = hook
            && !hook.is_none()
            && !vm.is_callable(hook)
        {
            let got = class_name(hook);
            return Err(vm.type_error(format!("callable {name} expected, got {got}")));
        }
    }
    if let Some(hook) = hooks[0] {
        drop(std::mem::replace(&mut vm.asyncgen_hooks.firstiter, hook.clone()));
    }
    if let Some(hook) = hooks[1] {
        drop(std::mem::replace(&mut vm.asyncgen_hooks.finalizer, hook.clone()));
    }
    Ok(Value::NONE)
}

fn get_asyncgen_hooks(vm: &mut Vm, _args: Args<'_>) -> Res {
    thread_local! {
        static CLASS: std::cell::OnceCell<Ref<weft_vm::objects::Class>> = const { std::cell::OnceCell::new() };
    }
    let make = || structseq::class("sys.asyncgen_hooks", &["firstiter", "finalizer"]);
    let class = CLASS.with(|cell| cell.get_or_init(make).clone());
    let hooks = &vm.asyncgen_hooks;
    Ok(structseq::make(&class, vec![hooks.firstiter.clone(), hooks.finalizer.clone()]))
}

thread_local! {
    /// Weft records no origins, but gives back the depth it was told.
    static ORIGIN_DEPTH: std::cell::Cell<i64> = const { std::cell::Cell::new(0) };
    static SWITCH_INTERVAL: std::cell::Cell<f64> = const { std::cell::Cell::new(0.005) };
}

fn set_origin_depth(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let [depth] = args.bind(vm, "set_coroutine_origin_tracking_depth", ["depth"], 1)?;
    let depth = vm.as_index(depth.unwrap_or(&Value::NONE))?;
    if depth < 0 {
        return Err(vm.value_error("depth must be >= 0"));
    }
    ORIGIN_DEPTH.set(depth);
    Ok(Value::NONE)
}

fn get_origin_depth(_vm: &mut Vm, _args: Args<'_>) -> Res {
    Ok(int(ORIGIN_DEPTH.get()))
}

fn frame_depth(vm: &mut Restartable<'_>, args: Args<'_>, name: &str) -> Res<usize> {
    args.expect(vm, name, 0, 1)?;
    match args.pos().first() {
        Some(depth) => Ok(usize::try_from(vm.as_index(depth)?).unwrap_or(0)),
        None => Ok(0),
    }
}

fn getframe(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let depth = frame_depth(vm, args, "_getframe")?;
    match dispatch::frame_picture(vm, depth) {
        Some(frame) => Ok(frame),
        None => Err(vm.value_error("call stack is not deep enough")),
    }
}

fn getframemodulename(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let depth = match args.bind(vm, "_getframemodulename", ["depth"], 0)? {
        [Some(depth)] => usize::try_from(vm.as_index(depth)?).unwrap_or(0),
        [None] => 0,
    };
    let frame = dispatch::frame_picture(vm, depth);
    let globals = frame.and_then(|f| f.downcast::<weft_vm::objects::FrameObject>().and_then(|f| f.globals()));
    Ok(globals.and_then(|g| g.get_str(&weft_vm::names().__name__)).unwrap_or(Value::NONE))
}

fn displayhook(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    args.expect(vm, "displayhook", 1, 1)?;
    let value = &args.pos()[0];
    if value.is_none() {
        return Ok(Value::NONE);
    }
    let name = intern(b"_");
    vm.once(|vm| {
        drop(vm.builtins.insert_str(&name, Value::NONE));
        Ok(Value::NONE)
    })?;
    let out = vm.once(|vm| Ok(attribute(vm, "stdout").unwrap_or(Value::NONE)))?;
    if out.is_none() {
        return Err(vm.runtime_error("lost sys.stdout"));
    }
    let text = vm.once_asked(|vm| vm.ask_repr(value))?;
    let write = &weft_vm::names().write;
    vm.once_asked(|vm| vm.ask_method(&out, write, &[text]))?;
    vm.once_asked(|vm| vm.ask_method(&out, write, &[Value::from("\n")]))?;
    drop(vm.builtins.insert_str(&name, value.clone()));
    Ok(Value::NONE)
}

/// An attribute of `sys` as it is now.
pub fn attribute(vm: &Vm, name: &str) -> Option<Value> {
    let sys = vm.modules.get_str(&intern(b"sys"))?;
    sys.downcast::<Module>()?.dict.get_str(&intern(name.as_bytes()))
}

fn excepthook(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "excepthook", 3, 3)?;
    let exception = &args.pos()[1];
    if exception.is_kind(Kind::Exception) {
        return weft_vm::builtins::report::ask_print_exception(vm, exception);
    }
    let got = class_name(exception);
    let text = format!("TypeError: print_exception(): Exception expected for value, {got} found\n");
    let _ = vm.host.write(2, text.as_bytes());
    Ok(Value::NONE)
}

fn unraisablehook(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "unraisablehook", 1, 1)?;
    let report = &args.pos()[0];
    let mut field = |name: &str| vm.get_attr(report, &intern(name.as_bytes()));
    let (exception, message, object) = (field("exc_value")?, field("err_msg")?, field("object")?);
    let message = if message.is_none() { None } else { Some(weft_vm::types::text_of(&message)) };
    weft_vm::builtins::warning::unraisable(vm, &exception, message.as_deref(), &object);
    Ok(Value::NONE)
}

fn watch(vm: &mut Vm, args: Args<'_>, name: &str, watcher: Watcher) -> Res {
    match args.pos() {
        [function] if !args.has_keywords() => vm.watch(watcher, function.clone()),
        [..] if args.has_keywords() => Err(vm.type_error(format!("sys.{name}() takes no keyword arguments"))),
        given => {
            let got = given.len();
            Err(vm.type_error(format!("sys.{name}() takes exactly one argument ({got} given)")))
        }
    }
}

fn utf8(_vm: &mut Vm, _args: Args<'_>) -> Res {
    Ok(Value::from("utf-8"))
}

fn surrogateescape(_vm: &mut Vm, _args: Args<'_>) -> Res {
    Ok(Value::from("surrogateescape"))
}

fn getswitchinterval(_vm: &mut Vm, _args: Args<'_>) -> Res {
    Ok(float(SWITCH_INTERVAL.get()))
}

fn setswitchinterval(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    args.expect(vm, "setswitchinterval", 1, 1)?;
    let interval = system::number(vm, &args.pos()[0])?;
    if interval <= 0.0 {
        return Err(vm.value_error("switch interval must be strictly positive"));
    }
    SWITCH_INTERVAL.set(interval);
    Ok(Value::NONE)
}

fn get_int_max_str_digits(_vm: &mut Vm, _args: Args<'_>) -> Res {
    Ok(int(weft_vm::ops::number::parse::max_str_digits() as i64))
}

fn set_int_max_str_digits(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let [digits] = args.bind(vm, "set_int_max_str_digits", ["maxdigits"], 1)?;
    let digits = system::c_int(vm, digits.unwrap_or(&Value::NONE))?;
    if digits != 0 && digits < 640 {
        return Err(vm.value_error("maxdigits must be 0 or larger than 640"));
    }
    weft_vm::ops::number::parse::set_max_str_digits(usize::try_from(digits).unwrap_or(0));
    Ok(Value::NONE)
}

fn is_finalizing(_vm: &mut Vm, _args: Args<'_>) -> Res {
    Ok(Value::bool(world::current().is_some_and(|world| world.finalizing.get())))
}

fn call_tracing(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "call_tracing", 2, 2)?;
    let arguments = vm.collect(&args.pos()[1])?;
    vm.ask_call(&args.pos()[0], &arguments)
}

fn audit(_vm: &mut Vm, _args: Args<'_>) -> Res {
    Ok(Value::NONE)
}

fn gil_enabled(_vm: &mut Vm, _args: Args<'_>) -> Res {
    Ok(Value::TRUE)
}

/// `exit` and `quit`, which say how to leave when they are shown.
struct Quitter {
    name: &'static str,
}

const QUITTER: &[weft_vm::types::Def] = &[
    weft_vm::types::Def::Slot("__call__", quit),
    weft_vm::types::Def::Slot("__repr__", |_, args| {
        let name = args.pos()[0].native_state::<Quitter>().map_or("exit", |quitter| quitter.name);
        Ok(Value::from(format!("Use {name}() or Ctrl-D (i.e. EOF) to exit")))
    }),
];

/// Enters `exit` and `quit` into the builtins.
fn add_quitters(vm: &mut Vm) {
    let class = weft_vm::types::builtin_class("_sitebuiltins.Quitter", Kind::Opaque, 0, &types().object, QUITTER);
    for name in ["exit", "quit"] {
        let quitter = weft_vm::heap::new(&class, weft_vm::objects::Opaque::new(Quitter { name }));
        vm.builtins.set(name, quitter);
    }
}

fn quit(vm: &mut Vm, args: Args<'_>) -> Res {
    let [code] = args.rest().bind(vm, "Quitter.__call__", ["code"], 0)?;
    let class = types().exceptions.SystemExit.value().clone();
    Err(vm.ask_raise(&class, &[code.cloned().unwrap_or(Value::NONE)]))
}
