//! Exception groups, and `except*`.

use super::super::bootstrap::Def;
use super::{field, is_exception_class, payload, set_field};
use crate::heap::Kind;
use crate::objects::{Class, Exception, attrs, list, tuple};
use crate::value::Value;
use crate::{Args, Asks, Request, Res, Restartable, Vm, class_of, names, restartable, types};

pub const DEFS: &[Def] = &[
    Def::New(restartable!(new)),
    Def::Slot("__init__", init),
    Def::Slot("__str__", restartable!(to_str)),
    Def::Method("subgroup", restartable!(subgroup)),
    Def::Method("split", restartable!(split_method)),
    Def::Method("derive", derive),
    Def::Class("__class_getitem__", crate::types::slots::class_getitem),
    Def::Get("message", message),
    Def::Get("exceptions", exceptions),
];

fn new(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let [class, message, given] = args.pos() else {
        let got = args.len().saturating_sub(1);
        return Err(vm.type_error(format!("BaseExceptionGroup.__new__() takes exactly 2 arguments ({got} given)")));
    };
    if !message.is_kind(Kind::Str) {
        let got = class_of(message).name_str();
        return Err(vm.type_error(format!("argument 1 must be str, not {got}")));
    }
    let own = class_of(given).clone();
    if !vm.has_attr_on_class(&own, &names().__getitem__) || given.is_kind(Kind::Dict) || given.is_kind(Kind::Str) {
        return Err(vm.type_error("second argument (exceptions) must be a sequence"));
    }
    let items = vm.once_asked(|vm| vm.ask_items(given))?;
    let items = items.as_items().map(<[Value]>::to_vec).unwrap_or_default();
    if items.is_empty() {
        return Err(vm.value_error("second argument (exceptions) must be a non-empty sequence"));
    }
    if let Some(i) = items.iter().position(|e| !e.is_kind(Kind::Exception)) {
        return Err(vm.value_error(format!("Item {i} of second argument (exceptions) is not an exception")));
    }
    let exceptions = &types().exceptions;
    let all_plain = items.iter().all(|e| class_of(e).is_subclass_of(&exceptions.Exception));
    let Some(mut class) = class.as_ref::<Class>() else { return Err(vm.type_error("X is not a type object")) };
    if class.is(&exceptions.BaseExceptionGroup) && all_plain {
        class = exceptions.ExceptionGroup.clone();
    } else if class.is_subclass_of(&exceptions.Exception) && !all_plain {
        return Err(if class.is(&exceptions.ExceptionGroup) {
            vm.type_error("Cannot nest BaseExceptions in an ExceptionGroup")
        } else {
            let name = class.name_str();
            vm.type_error(format!("Cannot nest BaseExceptions in '{name}'"))
        });
    }
    let group = crate::heap::new(&class, Exception::new(tuple(vec![message.clone(), given.clone()]))).into_value();
    set_field(&group, &names().message, message.clone());
    set_field(&group, &names().exceptions, tuple(items));
    Ok(group)
}

fn init(vm: &mut Vm, args: Args<'_>) -> Res {
    if args.has_keywords() {
        let name = class_of(&args.pos()[0]).name_str();
        return Err(vm.type_error(format!("{name}() takes no keyword arguments")));
    }
    payload(&args.pos()[0]).set_args(tuple(args.pos()[1..].to_vec()));
    Ok(Value::NONE)
}

fn message(_vm: &mut Vm, this: &Value) -> Res {
    Ok(field(this, &names().message))
}

fn exceptions(_vm: &mut Vm, this: &Value) -> Res {
    Ok(field(this, &names().exceptions))
}

fn to_str(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let this = &args.pos()[0];
    let count = members(this).len();
    let text = crate::types::text_of(&vm.once_asked(|vm| vm.ask_str(&field(this, &names().message)))?);
    let plural = if count == 1 { "" } else { "s" };
    Ok(Value::from(format!("{text} ({count} sub-exception{plural})")))
}

/// The exceptions of a group.
pub fn members(group: &Value) -> Vec<Value> {
    field(group, &names().exceptions).as_items().map(<[Value]>::to_vec).unwrap_or_default()
}

fn is_group(value: &Value) -> bool {
    class_of(value).is_subclass_of(&types().exceptions.BaseExceptionGroup)
}

/// What decides whether an exception belongs to the part that is wanted.
enum Condition<'a> {
    Classes(&'a Value),
    Predicate(&'a Value),
    OneOf(&'a [Value]),
}

impl Condition<'_> {
    fn holds(&self, vm: &mut Restartable<'_>, exception: &Value) -> Res<bool> {
        match self {
            Condition::Classes(classes) => super::matches(vm, exception, classes),
            Condition::Predicate(function) => {
                let args = vec![exception.clone()];
                let callable = (*function).clone();
                let result = vm.once_asked(|vm| Err(vm.request(Request::Call { callable, args })))?;
                vm.is_true(&result)
            }
            Condition::OneOf(leaves) => Ok(leaves.iter().any(|leaf| leaf.is(exception))),
        }
    }
}

fn condition<'a>(vm: &mut Restartable<'_>, given: &'a Value) -> Res<Condition<'a>> {
    let classes = given.is_kind(Kind::Tuple) && given.as_items().is_some_and(|i| i.iter().all(is_exception_class));
    if is_exception_class(given) || classes {
        return Ok(Condition::Classes(given));
    }
    if vm.is_callable(given) && !given.is_kind(Kind::Class) {
        return Ok(Condition::Predicate(given));
    }
    Err(vm.type_error("expected an exception type, a tuple of exception types, or a callable (other than a class)"))
}

/// A new group like `group` with these members.
fn derived(vm: &mut Restartable<'_>, group: &Value, members: Vec<Value>) -> Res {
    if members.is_empty() {
        return Ok(Value::NONE);
    }
    let derive = vm.once_asked(|vm| vm.ask_attr(group, &crate::objects::intern(b"derive")))?;
    let args = vec![list(members)];
    let made = vm.once_asked(|vm| Err(vm.request(Request::Call { callable: derive, args })))?;
    if !is_group(&made) {
        return Err(vm.type_error("derive must return an instance of BaseExceptionGroup"));
    }
    let (from, to) = (payload(group), payload(&made));
    to.set_traceback(from.traceback().clone());
    to.context.set(from.context.get().clone());
    to.cause.set(from.cause.get().clone());
    to.suppress_context.set(from.suppress_context.get());
    let notes = group.header().and_then(attrs::of).and_then(|own| own.get(&names().__notes__));
    if let Some(notes) = notes {
        let copy = vm.once_asked(|vm| vm.ask_items(&notes))?;
        let copy = copy.as_items().map(<[Value]>::to_vec).unwrap_or_default();
        if let Some(own) = made.header().and_then(attrs::of) {
            drop(own.set(&names().__notes__, list(copy)));
        }
    }
    Ok(made)
}

/// The part of an exception for which the condition holds, and the rest if that is wanted; None for nothing.
fn split(
    vm: &mut Restartable<'_>,
    exception: &Value,
    condition: &Condition<'_>,
    wants_rest: bool,
) -> Res<(Value, Value)> {
    if condition.holds(vm, exception)? {
        return Ok((exception.clone(), Value::NONE));
    }
    if !is_group(exception) {
        return Ok((Value::NONE, exception.clone()));
    }
    let (mut yes, mut no) = (Vec::new(), Vec::new());
    for member in members(exception) {
        let (matched, rest) =
            vm.bounded(" in exceptiongroup_split_recursive", |vm| split(vm, &member, condition, wants_rest))?;
        if !matched.is_none() {
            yes.push(matched);
        }
        if wants_rest && !rest.is_none() {
            no.push(rest);
        }
    }
    Ok((derived(vm, exception, yes)?, derived(vm, exception, no)?))
}

fn subgroup(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    args.rest().expect(vm, "BaseExceptionGroup.subgroup", 1, 1)?;
    let condition = condition(vm, &args.pos()[1])?;
    split(vm, &args.pos()[0], &condition, false).map(|(yes, _)| yes)
}

fn split_method(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    args.rest().expect(vm, "BaseExceptionGroup.split", 1, 1)?;
    let condition = condition(vm, &args.pos()[1])?;
    split(vm, &args.pos()[0], &condition, true).map(|(yes, no)| tuple(vec![yes, no]))
}

fn derive(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "BaseExceptionGroup.derive", 1, 1)?;
    let message = field(&args.pos()[0], &names().message);
    let class = types().exceptions.BaseExceptionGroup.value().clone();
    vm.call(&class, &[message, args.pos()[1].clone()])
}

/// `except* classes`: the part of the exception that matches, as a group, and the rest; None for nothing.
///
/// The arguments are the exception and the classes, the result is a tuple of the two.
pub fn match_star(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let (matched, rest) = match_classes(vm, &args.pos()[0], &args.pos()[1])?;
    Ok(tuple(vec![matched, rest]))
}

fn match_classes(vm: &mut Restartable<'_>, exception: &Value, classes: &Value) -> Res<(Value, Value)> {
    if exception.is_none() {
        return Ok((Value::NONE, Value::NONE));
    }
    let single = [classes.clone()];
    let all = if classes.is_kind(Kind::Tuple) { classes.as_items().unwrap_or(&[]) } else { &single[..] };
    if !all.iter().all(is_exception_class) {
        return Err(vm.type_error("catching classes that do not inherit from BaseException is not allowed"));
    }
    let group_class = &types().exceptions.BaseExceptionGroup;
    if all.iter().any(|c| c.downcast::<Class>().is_some_and(|c| c.is_subclass_of(group_class))) {
        return Err(vm.type_error("catching ExceptionGroup with except* is not allowed. Use except instead."));
    }
    if !is_group(exception) {
        if !super::matches(vm, exception, classes)? {
            return Ok((Value::NONE, exception.clone()));
        }
        // A bare exception is wrapped, with its own traceback.
        let class = group_class.value().clone();
        let group = vm.call(&class, &[Value::from(""), list(vec![exception.clone()])])?;
        payload(&group).set_traceback(payload(exception).traceback().clone());
        return Ok((group, Value::NONE));
    }
    split(vm, exception, &Condition::Classes(classes), true)
}

/// What is to be raised after all `except*` clauses. The arguments are the exception and what they raised and nobody caught.
pub fn prepare_reraise(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let (original, results) = (&args.pos()[0], &args.pos()[1]);
    let results: Vec<Value> = results.as_items().unwrap_or(&[]).iter().filter(|r| !r.is_none()).cloned().collect();
    if results.is_empty() {
        return Ok(Value::NONE);
    }
    if !is_group(original) {
        return Ok(results[0].clone());
    }
    let (mut raised, mut kept) = (Vec::new(), Vec::new());
    for result in results {
        if same_origin(original, &result) { kept.push(result) } else { raised.push(result) }
    }
    let mut leaves = Vec::new();
    for part in &kept {
        collect_leaves(vm, part, &mut leaves)?;
    }
    let (again, _) = split(vm, original, &Condition::OneOf(&leaves), false)?;
    if raised.is_empty() {
        return Ok(again);
    }
    if !again.is_none() {
        raised.push(again);
    }
    if raised.len() == 1 {
        return Ok(raised.remove(0));
    }
    let class = types().exceptions.BaseExceptionGroup.value().clone();
    vm.call(&class, &[Value::from(""), list(raised)])
}

/// Whether a result is a part of the original group that was passed on, not something raised anew.
fn same_origin(original: &Value, result: &Value) -> bool {
    let (a, b) = (payload(original), payload(result));
    is_group(result)
        && a.traceback().is(b.traceback())
        && a.cause.get().is(b.cause.get())
        && a.context.get().is(b.context.get())
}

fn collect_leaves(vm: &mut Vm, exception: &Value, out: &mut Vec<Value>) -> Res<()> {
    if !is_group(exception) {
        out.push(exception.clone());
        return Ok(());
    }
    vm.enter_native("")?;
    let result = members(exception).iter().try_for_each(|member| collect_leaves(vm, member, out));
    vm.leave_native();
    result
}
