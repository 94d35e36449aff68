//! What is told of on the side: warnings, and exceptions that cannot be raised anywhere.

use super::import::{ask_module, import_module};
use crate::heap::Ref;
use crate::objects::{Class, Exception, Opaque, intern, tuple};
use crate::value::Value;
use crate::vm::Outcome;
use crate::{Request, Res, Vm, class_of, types};

/// A call of a function of the module `warnings` that is not imported yet.
struct Telling {
    function: &'static str,
    args: Vec<Value>,
}

/// Gives a warning through the module `warnings`, as from the line that is running; or the request that comes to it.
pub fn ask_warn(vm: &mut Vm, class: &Ref<Class>, message: &str) -> Res {
    ask(vm, "warn", about(class, message, &Value::NONE))
}

/// Requests the call of a function of the module `warnings`.
pub fn ask(vm: &mut Vm, function: &'static str, args: Vec<Value>) -> Res {
    let module = ask_module(vm, "warnings");
    vm.then(module, tell, &Opaque::state(Telling { function, args }))
}

fn tell(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let module = outcome.result(vm)?;
    let telling = vm.state_of::<Telling>(state)?;
    let callable = vm.get_attr(&module, &intern(telling.function.as_bytes()))?;
    let requested = Err(vm.request(Request::Call { callable, args: telling.args.clone() }));
    vm.last_act(requested)
}

/// The arguments of `warnings.warn`.
fn about(class: &Ref<Class>, message: &str, source: &Value) -> Vec<Value> {
    vec![Value::from(message), class.value().clone(), Value::int_unchecked(1), source.clone()]
}

/// The warning for a coroutine that dies without having been awaited, by a nested run as all that finalisers do.
pub fn warn_never_awaited(vm: &mut Vm, coroutine: &Value) -> Res<()> {
    let module = import_module(vm, "warnings")?;
    if let Some(hook) = vm.find_attr(&module, &intern(b"_warn_unawaited_coroutine"))? {
        vm.call(&hook, std::slice::from_ref(coroutine))?;
        return Ok(());
    }
    let name = crate::types::generator::qualname_text(coroutine);
    let message = format!("coroutine '{name}' was never awaited");
    let warn = vm.get_attr(&module, &intern(b"warn"))?;
    vm.call(&warn, &about(&types().exceptions.RuntimeWarning, &message, coroutine)).map(drop)
}

/// Gives an exception that cannot be raised anywhere to `sys.unraisablehook`.
pub fn report_unraisable(vm: &mut Vm, exception: &Value, message: Option<&str>, culprit: &Value) {
    let Some((hook, class)) = unraisable_hook(vm) else {
        unraisable(vm, exception, message, culprit);
        return;
    };
    let traceback = exception.downcast::<Exception>().map_or(Value::NONE, |e| e.traceback().clone());
    let message = message.map_or(Value::NONE, Value::from);
    let kind = class_of(exception).value().clone();
    let fields = tuple(vec![kind, exception.clone(), traceback, message, culprit.clone()]);
    let reported = vm.call(&class, &[fields]).and_then(|report| vm.call(&hook, &[report]));
    if reported.is_err() {
        let second = vm.catch();
        unraisable(vm, &second, Some("Exception ignored in sys.unraisablehook"), &hook);
    }
}

/// The hook that a script has set instead of the default, and the class of what it is given.
fn unraisable_hook(vm: &Vm) -> Option<(Value, Value)> {
    let sys = vm.modules.get_str(&intern(b"sys"))?;
    let dict = sys.downcast::<crate::objects::Module>()?.dict.clone();
    let hook = dict.get_str(&intern(b"unraisablehook"))?;
    let original = dict.get_str(&intern(b"__unraisablehook__"));
    if hook.is_none() || original.is_some_and(|original| original.is(&hook)) {
        return None;
    }
    Some((hook, vm.unraisable_class.clone()))
}

/// What `sys.unraisablehook` does by default.
pub fn unraisable(vm: &mut Vm, exception: &Value, message: Option<&str>, culprit: &Value) {
    let heading = if culprit.is_none() {
        message.map_or_else(String::new, |message| format!("{message}:\n"))
    } else {
        let shown = match vm.repr(culprit) {
            Ok(text) => text.to_string_lossy(),
            Err(_) => {
                drop(vm.catch());
                "<object repr() failed>".to_owned()
            }
        };
        format!("{}: {shown}\n", message.unwrap_or("Exception ignored in"))
    };
    let text = super::report::format_unraisable(vm, exception);
    let _ = vm.host.write(2, format!("{heading}{text}").as_bytes());
}
