//! `_operator`: `itemgetter` and `attrgetter`.

use crate::native::{add_class, class_argument, object, this, tuple_of};
use std::cell::Cell;
use weft_vm::heap::VmCell;
use weft_vm::objects::{Opaque, Str, intern_value, tuple};
use weft_vm::ops::repr::Template;
use weft_vm::types::Def;
use weft_vm::{Args, Outcome, Question, Res, Value, Vm, class_of, names};

/// Makes the module.
pub fn init(vm: &mut Vm) -> Res {
    let module = vm.native_module("_operator", &[]);
    add_class(&module, "operator.itemgetter", 0, ITEM_DEFS);
    add_class(&module, "operator.attrgetter", 0, ATTRIBUTE_DEFS);
    Ok(module.into_value())
}

/// What takes things out of objects: of each path, what the last step comes to.
struct Getter {
    /// As given.
    args: Value,
    paths: Vec<Vec<Value>>,
    step: fn(&mut Vm, &Value, &Value) -> Res,
}

/// A getter that waits for a method in the language.
struct Progress {
    getter: Value,
    object: Value,
    /// What the paths behind it came to.
    done: VmCell<Vec<Value>>,
    /// Where on the present path it is, and how many steps that took.
    current: VmCell<Value>,
    steps: Cell<usize>,
}

const ITEM_DEFS: &[Def] = &[
    Def::New(new_itemgetter),
    Def::Slot("__call__", call),
    Def::Slot("__repr__", repr),
    Def::Method("__reduce__", reduce),
];

const ATTRIBUTE_DEFS: &[Def] = &[
    Def::New(new_attrgetter),
    Def::Slot("__call__", call),
    Def::Slot("__repr__", repr),
    Def::Method("__reduce__", reduce),
];

fn item(vm: &mut Vm, object: &Value, key: &Value) -> Res {
    if let Some(index) = key.as_small_int()
        && vm.is_builtin_instance(object)
        && let Some(found) = object.as_items().and_then(|items| items.get(usize::try_from(index).ok()?))
    {
        return Ok(found.clone());
    }
    match vm.ask_special(object, &names().__getitem__, key.clone(), Question::Anything) {
        Some(asked) => Err(asked),
        None => vm.get_item(object, key),
    }
}

fn attribute(vm: &mut Vm, object: &Value, name: &Value) -> Res {
    vm.ask_attr(object, name)
}

/// The arguments of a constructor behind the class, of which there must be one.
fn given<'a>(vm: &mut Vm, args: &Args<'a>, name: &str) -> Res<&'a [Value]> {
    if args.has_keywords() {
        return Err(vm.type_error(format!("{name}() takes no keyword arguments")));
    }
    match args.rest().pos() {
        [] => Err(vm.type_error(format!("{name} expected 1 argument, got 0"))),
        given => Ok(given),
    }
}

fn new_itemgetter(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    let items = given(vm, &args, "itemgetter")?;
    let paths = items.iter().map(|item| vec![item.clone()]).collect();
    Ok(object(&class, Getter { args: tuple(items.to_vec()), paths, step: item }))
}

fn new_attrgetter(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    let names = given(vm, &args, "attrgetter")?;
    let mut paths = Vec::with_capacity(names.len());
    for name in names {
        let Some(text) = name.downcast::<Str>() else {
            return Err(vm.type_error("attribute name must be a string"));
        };
        let parts = text.as_bytes().split(|&byte| byte == b'.');
        paths.push(parts.map(|part| intern_value(Str::from_wtf8(part).value())).collect());
    }
    Ok(object(&class, Getter { args: tuple(names.to_vec()), paths, step: attribute }))
}

fn call(vm: &mut Vm, args: Args<'_>) -> Res {
    let getter = this::<Getter>(vm, &args)?;
    let [_, object] = args.pos() else {
        let (name, got) = (class_of(&args.pos()[0]).short_name(), args.rest().len());
        return Err(vm.type_error(format!("{name} expected 1 argument, got {got}")));
    };
    if args.has_keywords() {
        let name = class_of(&args.pos()[0]).short_name();
        return Err(vm.type_error(format!("{name}() takes no keyword arguments")));
    }
    if let [path] = getter.paths.as_slice()
        && let [key] = path.as_slice()
    {
        return (getter.step)(vm, object, key);
    }
    let progress = Progress {
        getter: args.pos()[0].clone(),
        object: object.clone(),
        done: VmCell::new(Vec::with_capacity(getter.paths.len())),
        current: VmCell::new(object.clone()),
        steps: Cell::new(0),
    };
    let result = advance(vm, &progress);
    if result.is_ok() {
        return result;
    }
    vm.and_then(result, go_on, Opaque::state(progress))
}

/// Takes steps until one has to be waited for, or all are done.
fn advance(vm: &mut Vm, progress: &Progress) -> Res {
    let Some(getter) = progress.getter.native_state::<Getter>() else { return Ok(Value::NONE) };
    while let Some(path) = getter.paths.get(progress.done.get().len()) {
        match path.get(progress.steps.get()) {
            Some(key) => {
                let current = progress.current.get().clone();
                let next = (getter.step)(vm, &current, key)?;
                take_step(progress, next);
            }
            None => {
                let found = progress.current.replace(progress.object.clone());
                progress.done.get_mut().push(found);
                progress.steps.set(0);
            }
        }
    }
    let mut done = progress.done.replace(Vec::new());
    if let [only] = done.as_slice() {
        return Ok(only.clone());
    }
    Ok(tuple_of(done.len(), |n| std::mem::replace(&mut done[n], Value::UNSET)))
}

fn take_step(progress: &Progress, next: Value) {
    drop(progress.current.replace(next));
    progress.steps.set(progress.steps.get() + 1);
}

/// A method in the language has answered.
fn go_on(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let next = outcome.result(vm)?;
    let Some(progress) = state.native_state::<Progress>() else { return Ok(next) };
    take_step(progress, next);
    advance(vm, progress)
}

fn repr(vm: &mut Vm, args: Args<'_>) -> Res {
    let getter = this::<Getter>(vm, &args)?;
    let mut template = Template::new(&class_of(&args.pos()[0]).name_str());
    for (i, arg) in getter.args.as_items().unwrap_or_default().iter().enumerate() {
        template.text(if i == 0 { "(" } else { ", " }).repr(arg);
    }
    template.text(")");
    vm.ask_written(&Value::UNSET, template)
}

fn reduce(vm: &mut Vm, args: Args<'_>) -> Res {
    let getter = this::<Getter>(vm, &args)?;
    Ok(tuple(vec![class_of(&args.pos()[0]).value().clone(), getter.args.clone()]))
}
