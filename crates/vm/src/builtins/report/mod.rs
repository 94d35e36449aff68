//! Tracebacks as text.
use crate::{Value, Vm};
pub fn format_exception(vm: &mut Vm, exception: &Value) -> String {
    let name = crate::class_of(exception).name_str();
    let text = crate::types::exception_defs::text(vm, exception);
    let mut out = String::from("Traceback (most recent call last):\n");
    let mut tb = exception.downcast::<crate::objects::Exception>().map(|e| e.traceback.get().clone());
    while let Some(t) = tb.and_then(|t| t.as_ref::<crate::objects::Traceback>()) {
        out += &format!("  File \"{}\", line {}, in {}\n", t.code.code.filename, t.loc().line, t.code.code.name);
        tb = Some(t.next.get().clone());
    }
    if text.is_empty() { out + &name + "\n" } else { out + &format!("{name}: {text}\n") }
}
pub fn print_exception(vm: &mut Vm, exception: &Value) {
    let text = format_exception(vm, exception);
    let _ = vm.host.write(2, text.as_bytes());
}
