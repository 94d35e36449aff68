//! Texts of functions, methods, descriptors, generators and whatever has no text of its own.

use super::{address, push, push_text};
use crate::frame::Generator;
use crate::heap::Kind;
use crate::objects::{CellObject, Class, Function, GetSet, Native, NativeKind, Str, SuperObject};
use crate::value::Value;
use crate::{Res, Vm, class_of};

impl Vm {
    pub(super) fn repr_callable(&mut self, out: &mut Vec<u8>, value: &Value, kind: Kind) -> Res<()> {
        match kind {
            Kind::Function => {
                push(out, "<function ");
                push_text(out, value.downcast::<Function>().map_or(&Value::NONE, |f| f.qualname.get()));
                push(out, &format!(" at {}>", address(value)));
            }
            Kind::Native => repr_native(out, value),
            Kind::Generator => {
                push(out, &format!("<{} object ", class_of(value).name_str()));
                push_text(out, &generator_name(value));
                push(out, &format!(" at {}>", address(value)));
            }
            Kind::Cell => repr_cell(out, value),
            Kind::GetSet => {
                let Some(getset) = value.downcast::<GetSet>() else { return Ok(()) };
                let word = if getset.member { "member" } else { "attribute" };
                push(out, &format!("<{word} '"));
                push_text(out, &getset.name);
                push(out, &format!("' of '{}' objects>", owner_name(&getset.owner)));
            }
            Kind::Super => repr_super(out, value),
            _ => self.default_repr_into(out, value),
        }
        Ok(())
    }
}

fn owner_name(owner: &Value) -> String {
    owner.downcast::<Class>().map_or_else(|| "?".into(), Class::name_str)
}

fn repr_native(out: &mut Vec<u8>, value: &Value) {
    let Some(native) = value.downcast::<Native>() else { return };
    let (name, this) = (native.name, &native.this);
    if !this.is_unset() && !this.is_kind(Kind::Module) {
        let place = format!("of {} object at {}", class_of(this).name_str(), address(this));
        let words = if class_of(value).is(&crate::types().method_wrapper) {
            format!("<method-wrapper '{name}' {place}>")
        } else {
            format!("<built-in method {name} {place}>")
        };
        return push(out, &words);
    }
    let owner = native.owner.get();
    let words = match native.kind {
        NativeKind::Slot => format!("<slot wrapper '{name}' of '{}' objects>", owner_name(owner)),
        NativeKind::Method | NativeKind::ClassMethod => format!("<method '{name}' of '{}' objects>", owner_name(owner)),
        NativeKind::Function if owner.is_kind(Kind::Class) => {
            format!("<built-in method {name} of type object at {}>", address(owner))
        }
        NativeKind::Function => format!("<built-in function {name}>"),
    };
    push(out, &words);
}

fn generator_name(value: &Value) -> Value {
    let Some(generator) = value.downcast::<Generator>() else { return Value::NONE };
    let own = generator.extra().and_then(|extra| extra.as_items()?.get(1).cloned());
    match own {
        Some(name) if name.downcast::<Str>().is_some() => name,
        _ => {
            let function = generator.frame.get().function.clone();
            function.downcast::<Function>().map_or(Value::NONE, |f| f.qualname.get().clone())
        }
    }
}

fn repr_cell(out: &mut Vec<u8>, value: &Value) {
    let Some(cell) = value.downcast::<CellObject>() else { return };
    let content = cell.content.get();
    let inside = if content.is_unset() {
        "empty".to_owned()
    } else {
        format!("{} object at {}", class_of(content).name_str(), address(content))
    };
    push(out, &format!("<cell at {}: {inside}>", address(value)));
}

fn repr_super(out: &mut Vec<u8>, value: &Value) {
    let Some(parent) = value.downcast::<SuperObject>() else { return };
    let class = match parent.class.get().downcast::<Class>() {
        Some(class) => class.name_str(),
        None => "NULL".into(),
    };
    let object = match parent.object_class.get().downcast::<Class>() {
        Some(object_class) => format!("<{} object>", object_class.name_str()),
        None => "NULL".into(),
    };
    push(out, &format!("<super: <class '{class}'>, {object}>"));
}
