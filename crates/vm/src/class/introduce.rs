//! What the language hears of a class that `type.__new__` has made: `mro`, `__set_name__`, `__init_subclass__`.

use super::{Recipe, refresh_flags};
use crate::heap::{Kind, Ref, VmCell};
use crate::objects::{Class, Opaque, Property, class_flags, intern};
use crate::value::Value;
use crate::vm::Outcome;
use crate::{Request, Res, Vm, class_of, names, types};
use std::cell::RefCell;

struct Introduction {
    class: Ref<Class>,
    /// Names and values that are still to be told their name, the last first.
    attributes: RefCell<Vec<(Value, Value)>>,
    /// The one that is being told.
    current: VmCell<(Value, Value)>,
    values: Vec<Value>,
    keywords: Vec<Value>,
}

/// Tells what has to be told; gives the class.
pub(super) fn begin(vm: &mut Vm, class: Ref<Class>, recipe: &Recipe) -> Res {
    let own_order = class_of(class.value()).find_in_mro(&intern(b"mro")).filter(|method| !method.is_kind(Kind::Native));
    if own_order.is_none() {
        refresh_flags(&class);
        let attributes = attributes_to_tell(&class);
        if attributes.is_empty() && hook_of(&class, &recipe.keywords).is_none() {
            return Ok(class.into_value());
        }
        let state = Introduction::begin(class, attributes, recipe);
        return tell_names(vm, &state);
    }
    let this = class.value().clone();
    let state = Introduction::begin(class, Vec::new(), recipe);
    let order = own_order.map_or(Ok(Value::NONE), |method| call_special(vm, method, this, Vec::new()));
    vm.then(order, list_order, &state)
}

impl Introduction {
    fn begin(class: Ref<Class>, attributes: Vec<(Value, Value)>, recipe: &Recipe) -> Value {
        Opaque::state(Introduction {
            class,
            attributes: RefCell::new(attributes),
            current: VmCell::new((Value::UNSET, Value::UNSET)),
            values: recipe.values.clone(),
            keywords: recipe.keywords.clone(),
        })
    }
}

/// Requests a call of what was found on the class of `this`.
fn call_special(vm: &mut Vm, method: Value, this: Value, mut args: Vec<Value>) -> Res {
    if method.is_kind(Kind::Function) {
        args.insert(0, this);
        return Err(vm.request(Request::Call { callable: method, args }));
    }
    let callable = vm.bind_special(&method, &this)?;
    Err(vm.request(Request::Call { callable, args }))
}

fn list_order(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let order = outcome.result(vm)?;
    let items = vm.ask_items(&order);
    vm.then(items, take_order, state)
}

/// The resolution order that a metaclass's own `mro()` gives.
fn take_order(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let order = outcome.result(vm)?;
    let introduction = vm.state_of::<Introduction>(state)?;
    let class = &introduction.class;
    let mut tail = Vec::new();
    for item in order.as_items().unwrap_or_default() {
        let Some(base) = item.as_ref::<Class>() else {
            let got = class_of(item).name_str();
            return Err(vm.type_error(format!("mro() returned a non-class ('{got}')")));
        };
        if base.layout != Kind::Instance && base.layout != class.layout {
            let name = base.name_str();
            return Err(vm.type_error(format!("mro() returned base with unsuitable layout ('{name}')")));
        }
        if !base.is(class) {
            tail.push(base);
        }
    }
    drop(class.mro_tail.replace(tail));
    class.invalidate();
    refresh_flags(class);
    drop(introduction.attributes.replace(attributes_to_tell(class)));
    tell_names(vm, state)
}

/// The attributes that may want to know their name, the last first. Properties are told at once.
fn attributes_to_tell(class: &Class) -> Vec<(Value, Value)> {
    let mut attributes = Vec::new();
    for entry in class.dict.table().iter() {
        let (name, value) = (&entry.key, &entry.value);
        if !value.is_heap() || value.is_kind(Kind::Function) {
            continue;
        }
        let own = class_of(value);
        if own.is(&types().property) {
            if let Some(property) = value.downcast::<Property>() {
                property.name.set(name.clone());
            }
        } else if !own.has(class_flags::BUILTIN) || value.is_kind(Kind::Opaque) {
            attributes.push((name.clone(), value.clone()));
        }
    }
    attributes.reverse();
    attributes
}

fn tell_names(vm: &mut Vm, state: &Value) -> Res {
    let introduction = vm.state_of::<Introduction>(state)?;
    loop {
        let Some((name, value)) = introduction.attributes.borrow_mut().pop() else { break };
        let Some(method) = vm.special(&value, &names().__set_name__) else { continue };
        introduction.current.set((name.clone(), value.clone()));
        let told = call_special(vm, method, value, vec![introduction.class.value().clone(), name]);
        return vm.then(told, name_told, state);
    }
    find_hook(vm, state)
}

fn name_told(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let Outcome::Raised(exception) = outcome else { return tell_names(vm, state) };
    let introduction = vm.state_of::<Introduction>(state)?;
    let (name, value) = introduction.current.get();
    let (name, what, class) =
        (vm.repr(&name.clone())?.to_string_lossy(), class_of(value).name_str(), introduction.class.name_str());
    let note = format!("Error calling __set_name__ on '{what}' instance {name} in '{class}'");
    crate::types::exception_defs::add_note(&exception, &note);
    Err(vm.rethrow(exception))
}

/// `__init_subclass__` of the bases, unless it is the one that does nothing.
fn hook_of(class: &Ref<Class>, keywords: &[Value]) -> Option<Value> {
    let hook = crate::ops::attr::find_after(class, class, &names().__init_subclass__);
    hook.filter(|hook| !hook.is_kind(Kind::Native) || !keywords.is_empty())
}

fn find_hook(vm: &mut Vm, state: &Value) -> Res {
    let introduction = vm.state_of::<Introduction>(state)?;
    let class = &introduction.class;
    let Some(hook) = hook_of(class, &introduction.keywords) else { return Ok(class.value().clone()) };
    let hook = vm.bind(hook, None, class).and_then(|found| vm.ask_found(found));
    vm.then(hook, call_hook, state)
}

fn call_hook(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let callable = outcome.result(vm)?;
    let introduction = vm.state_of::<Introduction>(state)?;
    let (args, names) = (introduction.values.clone(), introduction.keywords.clone());
    let called = Err(vm.request(Request::CallKeywords { callable, args, names }));
    vm.then(called, give_class, state)
}

fn give_class(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    outcome.result(vm)?;
    Ok(vm.state_of::<Introduction>(state)?.class.value().clone())
}
