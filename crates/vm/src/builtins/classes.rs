//! `isinstance` and `issubclass`.

use crate::heap::Kind;
use crate::objects::{Class, NativeFn, Tuple, intern};
use crate::ops::restart;
use crate::types::alias;
use crate::value::Value;
use crate::vm::Question::AnyTruth;
use crate::{Args, Asks, Res, Vm, class_of, names, types};

pub const FUNCTIONS: &[(&str, NativeFn)] = &[("isinstance", isinstance), ("issubclass", issubclass)];

fn isinstance(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "isinstance", 2, 2)?;
    let (object, info) = (&args.pos()[0], &args.pos()[1]);
    if class_of(object).value().is(info) {
        return Ok(Value::TRUE);
    }
    if let Some(asked) = vm.ask_special(info, &names().__instancecheck__, object.clone(), AnyTruth) {
        return Err(asked);
    }
    restart::begin(vm, args, |vm, args| is_instance(vm, &args.pos()[0], &args.pos()[1]).map(Value::bool))
}

fn issubclass(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "issubclass", 2, 2)?;
    let (class, info) = (&args.pos()[0], &args.pos()[1]);
    if let Some(asked) = vm.ask_special(info, &names().__subclasscheck__, class.clone(), AnyTruth) {
        return Err(asked);
    }
    restart::begin(vm, args, |vm, args| is_subclass(vm, &args.pos()[0], &args.pos()[1]).map(Value::bool))
}

/// `isinstance(object, info)`: a class, a union, or a tuple of such.
pub fn is_instance(vm: &mut impl Asks, object: &Value, info: &Value) -> Res<bool> {
    check(vm, Question::Instance, object, info)
}

/// `issubclass(class, info)`.
pub fn is_subclass(vm: &mut impl Asks, class: &Value, info: &Value) -> Res<bool> {
    check(vm, Question::Subclass, class, info)
}

/// Which of the two is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Question {
    Instance,
    Subclass,
}

impl Question {
    fn hook(self) -> &'static Value {
        match self {
            Question::Instance => &names().__instancecheck__,
            Question::Subclass => &names().__subclasscheck__,
        }
    }

    /// How a RecursionError names it.
    fn while_what(self) -> &'static str {
        match self {
            Question::Instance => " in __instancecheck__",
            Question::Subclass => " in __subclasscheck__",
        }
    }
}

/// The classes of a tuple or union; None if it is neither.
fn members_of(info: &Value) -> Option<Vec<Value>> {
    match info.downcast::<Tuple>() {
        Some(members) => Some(members.items().to_vec()),
        None => alias::is_union(info).then(|| alias::union_members(info)),
    }
}

fn check(vm: &mut impl Asks, question: Question, object: &Value, info: &Value) -> Res<bool> {
    if question == Question::Instance && class_of(object).value().is(info) {
        return Ok(true);
    }
    let meta = class_of(info).clone();
    if meta.is(&types().r#type) {
        return check_plainly(vm, question, object, info);
    }
    if let Some(members) = members_of(info) {
        for member in &members {
            if vm.bounded(question.while_what(), |vm| check(vm, question, object, member))? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    // The hook may be the one that `type` itself has.
    let own = types().r#type.own(question.hook());
    let hook = vm.vm().lookup(&meta, question.hook());
    if hook.is_none_or(|hook| own.is_some_and(|own| own.is(&hook))) {
        return check_plainly(vm, question, object, info);
    }
    match vm.bounded("", |vm| vm.ask(info, question.hook(), std::slice::from_ref(object)))? {
        Some(answer) => vm.is_true(&answer),
        None => check_plainly(vm, question, object, info),
    }
}

/// The answer without hooks of metaclasses, as `type.__instancecheck__` and `type.__subclasscheck__` give it.
fn check_plainly(vm: &mut impl Asks, question: Question, object: &Value, info: &Value) -> Res<bool> {
    match question {
        Question::Instance => is_instance_plainly(vm, object, info),
        Question::Subclass => is_subclass_plainly(vm, object, info),
    }
}

/// `type.__instancecheck__(info, object)`.
pub fn is_instance_plainly(vm: &mut impl Asks, object: &Value, info: &Value) -> Res<bool> {
    if let Some(target) = info.downcast::<Class>() {
        let own = class_of(object).clone();
        if own.is_subclass_of(target) {
            return Ok(true);
        }
        // `__class__` may claim another class.
        if !object.is_heap() || own.has(crate::objects::class_flags::BUILTIN) && !object.is_kind(Kind::WeakRef) {
            return Ok(false);
        }
        let claimed = vm.attr(object, &names().__class__)?.filter(|class| !class.is(own.value()));
        return Ok(claimed.is_some_and(|c| c.downcast::<Class>().is_some_and(|c| c.is_subclass_of(target))));
    }
    check_is_class(vm, info, "isinstance() arg 2 must be a type, a tuple of types, or a union")?;
    match vm.attr(object, &names().__class__)? {
        Some(class) => derives_by_bases(vm, &class, info),
        None => Ok(false),
    }
}

/// `type.__subclasscheck__(info, class)`.
pub fn is_subclass_plainly(vm: &mut impl Asks, class: &Value, info: &Value) -> Res<bool> {
    if let (Some(class), Some(target)) = (class.downcast::<Class>(), info.downcast::<Class>()) {
        return Ok(class.is_subclass_of(target));
    }
    check_is_class(vm, class, "issubclass() arg 1 must be a class")?;
    check_is_class(vm, info, "issubclass() arg 2 must be a class, a tuple of classes, or a union")?;
    derives_by_bases(vm, class, info)
}

/// `__bases__` of a class, or of something that acts as one.
fn bases_of(vm: &mut impl Asks, class: &Value) -> Res<Option<Vec<Value>>> {
    let found = vm.attr(class, &intern(b"__bases__"))?;
    Ok(found.and_then(|bases| bases.downcast::<Tuple>().map(|bases| bases.items().to_vec())))
}

/// TypeError unless it has `__bases__`.
fn check_is_class(vm: &mut impl Asks, class: &Value, message: &str) -> Res<()> {
    match bases_of(vm, class)? {
        Some(_) => Ok(()),
        None => Err(vm.vm().type_error(message)),
    }
}

fn derives_by_bases(vm: &mut impl Asks, class: &Value, target: &Value) -> Res<bool> {
    if class.is(target) {
        return Ok(true);
    }
    for base in bases_of(vm, class)?.unwrap_or_default() {
        if vm.bounded("", |vm| derives_by_bases(vm, &base, target))? {
            return Ok(true);
        }
    }
    Ok(false)
}
