//! Tracebacks as text.

mod anchors;
mod colours;
mod lines;
mod stack;
mod suggest;
mod syntax;
mod tokens;
mod tree;

use crate::objects::{Exception, Module, Str, intern, tuple};
use crate::value::Value;
use crate::{Outcome, Res, Vm, class_of, names};
use weft_bytecode::Loc;

pub use suggest::suggestion;

/// What is shown for an exception that nothing handled, its causes and contexts first.
pub fn format_exception(vm: &mut Vm, exception: &Value) -> String {
    // Describing an exception may run script code that raises others: they are not to be seen as its contexts.
    let handled = std::mem::replace(&mut vm.handled, Value::NONE);
    let tree = tree::Tree::new(exception);
    let text = tree::Printer::print(vm, &tree);
    vm.handled = handled;
    text
}

/// What is shown for an exception that cannot be raised anywhere: no marks, no causes, no notes.
pub fn format_unraisable(vm: &mut Vm, exception: &Value) -> String {
    let mut out = String::new();
    let entries = stack::entries(vm, exception, stack::Marks::Hidden);
    if !entries.is_empty() {
        out += "Traceback (most recent call last):\n";
        out.extend(entries);
    }
    let message = safe_text(vm, exception);
    out + &format!("{}: {message}\n", full_class_name(exception))
}

/// Source lines as a traceback shows them, with the range (line, end line, column, end column in bytes) marked.
pub fn excerpt(lines: &[String], range: Option<(u32, u32, u32, u32)>) -> String {
    let (line, end_line, col, end_col) = range.unwrap_or_default();
    lines::render(lines, Loc { line, end_line, col, end_col })
}

/// Shows an exception on standard error, as `sys.stderr` is now.
pub fn print_exception(vm: &mut Vm, exception: &Value) {
    let shown = ask_print_exception(vm, exception);
    if vm.complete(shown).is_err() {
        drop(vm.catch());
    }
}

/// The same, where the stream's methods are requested.
pub fn ask_print_exception(vm: &mut Vm, exception: &Value) -> Res {
    let text = format_exception(vm, exception);
    let sys = vm.modules.get_str(&intern(b"sys"));
    let get = |name: &str| sys.as_ref()?.downcast::<Module>()?.dict.get_str(&intern(name.as_bytes()));
    let Some(stream) = get("stderr") else {
        // If standard error is closed there is nobody left to tell.
        let _ = vm.host.write(2, text.as_bytes());
        return Ok(Value::NONE);
    };
    if stream.is_none() {
        return Ok(Value::NONE);
    }
    let original = get("__stderr__").is_some_and(|original| original.is(&stream));
    let text = if original && vm.host.wants_colours() { colours::paint(&text) } else { text };
    let text = Value::from(text.as_str());
    let written = vm.ask_method(&stream, &names().write, std::slice::from_ref(&text));
    let text = if original { text } else { Value::NONE };
    vm.then(written, flush_report, &tuple(vec![stream, text]))
}

/// The text was written, or if not, it goes to the host (unless it is None).
fn flush_report(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let Some([stream, text]) = state.as_items() else { return Ok(Value::NONE) };
    if let (Outcome::Raised(_), Some(text)) = (outcome, text.downcast::<Str>()) {
        let _ = vm.host.write(2, text.as_bytes());
    }
    let flushed = vm.ask_method(stream, &names().flush, &[]);
    vm.then(flushed, forget, &Value::NONE)
}

fn forget(_vm: &mut Vm, _state: &Value, _outcome: Outcome) -> Res {
    Ok(Value::NONE)
}

/// An attribute that is kept in the exception itself, or None.
fn field(exception: &Value, name: &Value) -> Value {
    exception.downcast::<Exception>().and_then(|exception| exception.field(name)).unwrap_or(Value::NONE)
}

/// `str(value)`, or a note that this failed.
fn safe_text(vm: &mut Vm, value: &Value) -> String {
    let found = vm.str(value);
    safe(vm, found, "exception str()")
}

fn safe(vm: &mut Vm, found: crate::Res<crate::heap::Ref<Str>>, what: &str) -> String {
    match found {
        Ok(text) => escape_surrogates(&text),
        Err(_) => {
            drop(vm.catch());
            format!("<{what} failed>")
        }
    }
}

/// The text as standard error shows it: lone surrogates as escapes.
fn escape_surrogates(text: &Str) -> String {
    match text.as_str() {
        Some(text) => text.to_owned(),
        None => text
            .code_points()
            .map(|code| char::from_u32(code).map_or_else(|| format!("\\u{code:04x}"), String::from))
            .collect(),
    }
}

/// The name of an exception's class, after its module unless that goes without saying.
fn full_class_name(exception: &Value) -> String {
    let class = class_of(exception);
    let name = crate::types::text_of(class.qualname.get());
    match class.own(&names().__module__) {
        None => name,
        Some(module) => match module.downcast::<Str>().map(Str::to_string_lossy) {
            Some(module) if module == "builtins" || module == "__main__" => name,
            Some(module) => format!("{module}.{name}"),
            None => format!("<unknown>.{name}"),
        },
    }
}

/// The lines of the notes of an exception.
fn note_lines(vm: &mut Vm, exception: &Value) -> Vec<String> {
    let notes = match vm.find_attr(exception, &names().__notes__) {
        Ok(Some(notes)) => notes,
        Ok(None) => return Vec::new(),
        Err(_) => {
            let error = vm.catch();
            let shown = vm.repr(&error);
            return vec![format!("Ignored error getting __notes__: {}\n", safe(vm, shown, "__notes__ repr()"))];
        }
    };
    if notes.is_none() {
        return Vec::new();
    }
    let Some(items) = notes.as_items().map(<[Value]>::to_vec) else {
        let shown = vm.repr(&notes);
        return vec![safe(vm, shown, "__notes__ repr()") + "\n"];
    };
    let mut out = Vec::new();
    for item in items {
        let text = vm.str(&item);
        out.extend(safe(vm, text, "note str()").split('\n').map(|line| format!("{line}\n")));
    }
    out
}
