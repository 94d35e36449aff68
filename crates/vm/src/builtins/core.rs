//! Builtin functions that reach into the machine: compiling and running text, imports.

use super::import::Wanted;
use crate::heap::{Kind, Ref};
use crate::host::{CompileMode, SyntaxProblem};
use crate::objects::{Class, CodeObject, Dict, Exception, Function, Str, tuple};
use crate::types::text_of;
use crate::value::Value;
use crate::{Args, Asks, Request, Res, Restartable, Thrown, Vm, class_of, names, restartable, types};

/// Enters these functions into the builtins.
pub fn install(vm: &mut Vm) {
    let functions: &[(&'static str, crate::objects::NativeFn)] = &[
        ("__build_class__", crate::class::build_class),
        ("__import__", import),
        ("compile", restartable!(compile)),
        ("eval", restartable!(eval)),
        ("exec", restartable!(exec)),
        ("globals", globals),
        ("locals", locals),
    ];
    for &(name, function) in functions {
        let native = vm.native_function("builtins", name, function);
        vm.builtins.set(name, native);
    }
}

fn import(vm: &mut Vm, args: Args<'_>) -> Res {
    let [name, globals, _, fromlist, level] =
        args.bind(vm, "__import__", ["name", "globals", "locals", "fromlist", "level"], 1)?;
    let name = name.cloned().unwrap_or(Value::NONE);
    if !name.is_kind(Kind::Str) {
        return Err(vm.type_error("module name must be a string"));
    }
    let globals = globals.and_then(|g| g.as_ref::<Dict>()).unwrap_or_else(Dict::create);
    let level = level.and_then(Value::as_i64).unwrap_or(0);
    if level < 0 {
        return Err(vm.value_error("level must be >= 0"));
    }
    let fromlist = fromlist.cloned().unwrap_or(Value::NONE);
    let wanted = Wanted { name: &text_of(&name), fromlist: &fromlist, level: level.min(255) as u8 };
    super::import::import_by_name(vm, &globals, wanted)
}

/// Raises a SyntaxError that the host found.
pub fn raise_syntax(vm: &mut Vm, problem: &SyntaxProblem, filename: &str) -> Thrown {
    let exceptions = &types().exceptions;
    let class = match problem.class {
        "IndentationError" => &exceptions.IndentationError,
        "TabError" => &exceptions.TabError,
        "RecursionError" => &exceptions.RecursionError,
        "MemoryError" => &exceptions.MemoryError,
        "ValueError" => &exceptions.ValueError,
        _ => &exceptions.SyntaxError,
    }
    .clone();
    if !class.is_subclass_of(&exceptions.SyntaxError) {
        return vm.raise(&class, problem.message.clone());
    }
    let message = Value::from(problem.message.as_str());
    if !problem.has_place() {
        return throw_made(vm, &class, &[message]);
    }
    let filename = problem.filename.as_deref().unwrap_or(filename);
    let number = |n: u32| Value::int_unchecked(i64::from(n));
    let text = problem.text.as_deref().map_or(Value::NONE, Value::from);
    let details = tuple(vec![
        Value::from(filename),
        number(problem.line),
        number(problem.column),
        text,
        number(problem.end_line),
        number(problem.end_column),
    ]);
    throw_made(vm, &class, &[message, details])
}

/// Raises what a builtin class of exceptions makes of these arguments.
fn throw_made(vm: &mut Vm, class: &Ref<Class>, args: &[Value]) -> Thrown {
    match vm.call(class.value(), args) {
        Ok(exception) => vm.throw(exception),
        Err(thrown) => thrown,
    }
}

/// The text of source given as str or bytes.
fn source_text(vm: &mut Vm, source: &Value, what: &str) -> Res<String> {
    let text = if let Some(text) = source.downcast::<Str>() {
        match text.as_str() {
            Some(text) => text.to_owned(),
            None => return Err(vm.value_error("source code string cannot contain surrogates")),
        }
    } else if let Some(bytes) = source.as_byte_slice() {
        String::from_utf8_lossy(bytes).into_owned()
    } else {
        return Err(vm.type_error(format!("{what} must be a string, bytes or code object")));
    };
    if text.contains('\0') {
        let class = types().exceptions.SyntaxError.clone();
        return Err(vm.raise(&class, "source code string cannot contain null bytes"));
    }
    Ok(text)
}

/// Compiles text into a code object.
fn compile_text(
    vm: &mut impl Asks,
    text: &str,
    filename: &str,
    mode: CompileMode,
    namespace: bool,
) -> Res<Ref<CodeObject>> {
    let compiled = vm.once(|vm| match vm.host.compile(text, filename, mode, namespace) {
        Ok(code) => {
            let code = CodeObject::create(&code).into_value();
            let warnings: Vec<Value> = vm.host.take_warnings().iter().map(warning_as_tuple).collect();
            Ok(if warnings.is_empty() { code } else { tuple(vec![code, tuple(warnings)]) })
        }
        Err(problem) => Err(raise_syntax(vm, &problem, filename)),
    })?;
    let code = match compiled.as_items() {
        Some([code, warnings]) => {
            for warning in warnings.as_items().unwrap_or_default() {
                give_syntax_warning(vm, warning)?;
            }
            code
        }
        _ => &compiled,
    };
    code.as_ref().ok_or_else(|| vm.vm().system_error("compiling gave no code"))
}

/// Gives the warnings of what was compiled last. One that a filter turns into an error is a SyntaxError.
pub fn give_syntax_warnings(vm: &mut Vm) -> Res<()> {
    for warning in vm.host.take_warnings() {
        give_syntax_warning(vm, &warning_as_tuple(&warning))?;
    }
    Ok(())
}

fn warning_as_tuple(warning: &SyntaxProblem) -> Value {
    let place = [warning.line, warning.column, warning.end_line, warning.end_column];
    let place = place.map(|n| Value::int_unchecked(i64::from(n)));
    let texts = [&Some(warning.message.clone()), &warning.filename, &warning.text];
    let texts = texts.map(|text| text.as_deref().map_or(Value::NONE, Value::from));
    tuple(texts.into_iter().chain(place).collect())
}

fn give_syntax_warning(vm: &mut impl Asks, warning: &Value) -> Res<()> {
    let Some([message, filename, text, line, column, end_line, end_column]) = warning.as_items() else { return Ok(()) };
    let class = types().exceptions.SyntaxWarning.clone();
    let about = vec![message.clone(), class.value().clone(), filename.clone(), line.clone()];
    if vm.once_asked(|vm| super::warning::ask(vm, "warn_explicit", about)).is_ok() {
        return Ok(());
    }
    if !vm.vm().thrown_is(&class) {
        return Err(Thrown);
    }
    drop(vm.vm().catch());
    let details = [filename, line, column, text, end_line, end_column].map(Value::clone).to_vec();
    Err(throw_made(vm.vm(), &types().exceptions.SyntaxError, &[message.clone(), tuple(details)]))
}

fn compile(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let [source, filename, mode, ..] = args.bind(
        vm,
        "compile",
        ["source", "filename", "mode", "flags", "dont_inherit", "optimize", "*_feature_version"],
        3,
    )?;
    let (source, filename, mode) = (source.cloned(), filename.cloned(), mode.cloned());
    let source = source.unwrap_or(Value::NONE);
    let filename = filename.map_or_else(String::new, |f| match f.as_byte_slice() {
        Some(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        None => text_of(&f),
    });
    let mode = match text_of(&mode.unwrap_or(Value::NONE)).as_str() {
        "exec" => CompileMode::Exec,
        "eval" => CompileMode::Eval,
        "single" => CompileMode::Single,
        _ => return Err(vm.value_error("compile() mode must be 'exec', 'eval' or 'single'")),
    };
    let text = source_text(vm, &source, "compile() arg 1")?;
    // Which namespaces it will run in is not known yet: names through a mapping are right for all.
    Ok(compile_text(vm, &text, &filename, mode, true)?.into_value())
}

fn eval(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let [source, globals, locals] = args.bind(vm, "eval", ["/source", "globals", "locals"], 1)?;
    run_source(vm, "eval", CompileMode::Eval, source, globals, locals)
}

fn exec(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let [source, globals, locals, closure] = args.bind(vm, "exec", ["/source", "globals", "locals", "*closure"], 1)?;
    let _ = closure;
    let run = run_source(vm, "exec", CompileMode::Exec, source, globals, locals);
    vm.for_none(run)
}

/// Requests that source or code be run.
fn run_source(
    vm: &mut Restartable<'_>,
    what: &str,
    mode: CompileMode,
    source: Option<&Value>,
    globals: Option<&Value>,
    locals: Option<&Value>,
) -> Res {
    let source = source.cloned().unwrap_or(Value::NONE);
    let given_globals = globals.filter(|g| !g.is_none()).cloned();
    let given_locals = locals.filter(|l| !l.is_none()).cloned();
    let globals = match &given_globals {
        Some(value) => match value.as_ref::<Dict>() {
            Some(dict) => dict,
            None => {
                let got = class_of(value).name_str();
                return Err(vm.type_error(format!("{what}() globals must be a dict, not {got}")));
            }
        },
        None => crate::dispatch::running_globals(vm).unwrap_or_else(Dict::create),
    };
    let namespace = match (given_locals, given_globals) {
        (Some(locals), _) => locals,
        (None, Some(globals)) => globals,
        (None, None) => crate::dispatch::running_locals(vm).unwrap_or_else(|| globals.value().clone()),
    };
    if globals.get_str(&names().__builtins__).is_none() {
        drop(globals.insert_str(&names().__builtins__, vm.builtins.value().clone()));
    }
    let code = match source.as_ref::<CodeObject>() {
        Some(code) => code,
        None => {
            let text = source_text(vm, &source, &format!("{what}() arg 1"))?;
            let text = if mode == CompileMode::Eval { text.trim_start_matches([' ', '\t']).to_owned() } else { text };
            let separate = !namespace.is(globals.value());
            compile_text(vm, &text, "<string>", mode, separate)?
        }
    };
    if !code.code.freevars.is_empty() {
        return Err(vm.type_error(format!("code object passed to {what}() may not contain free variables")));
    }
    let builtins = builtins_of(vm, &globals);
    let function = Function::create(code, globals, builtins);
    Err(vm.request(Request::Body { function, namespace }))
}

/// The builtins that code over these globals sees.
pub fn builtins_of(vm: &Vm, globals: &Dict) -> Ref<Dict> {
    match globals.get_str(&names().__builtins__) {
        Some(value) => match value.downcast::<crate::objects::Module>() {
            Some(module) => module.dict.clone(),
            None => value.as_ref::<Dict>().unwrap_or_else(|| vm.builtins.clone()),
        },
        None => vm.builtins.clone(),
    }
}

fn globals(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "globals", 0, 0)?;
    Ok(crate::dispatch::running_globals(vm).map_or(Value::NONE, |g| g.into_value()))
}

fn locals(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "locals", 0, 0)?;
    Ok(crate::dispatch::running_locals(vm).unwrap_or(Value::NONE))
}

/// The code of a SystemExit as an exit status, and what is to be printed for it.
pub fn exit_status(vm: &mut Vm, exception: &Value) -> (i32, Option<String>) {
    let code = exception.downcast::<Exception>().map_or(Value::NONE, |e| e.value.get().clone());
    let code = if code.is_unset() { Value::NONE } else { code };
    if code.is_none() {
        return (0, None);
    }
    if code.is_int() {
        return (code.as_i64().map_or(-1, |n| n as i32) & 0xFF, None);
    }
    let text = match vm.str(&code) {
        Ok(text) => text.to_string_lossy(),
        Err(_) => {
            drop(vm.catch());
            String::new()
        }
    };
    (1, Some(text))
}
