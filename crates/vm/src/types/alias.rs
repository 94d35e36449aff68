//! `types.GenericAlias` (`list[int]`) and `types.UnionType` (`int | str`). A union is a `GenericAlias` payload without
//! an origin; its class tells.

use super::bootstrap::Def;
use super::slots::{self, class_argument, operand, receiver, this};
use crate::builtins::classes;
use crate::heap::{self, Kind, Ref};
use crate::objects::{Class, GenericAlias, Str, Tuple, int, intern, tuple};
use crate::ops::arith::BinOp;
use crate::ops::compare::Cmp;
use crate::ops::hash::combine;
use crate::ops::restart;
use crate::value::Value;
use crate::vm::Outcome;
use crate::{Args, Asks, Request, Res, Restartable, Vm, class_of, names, restartable, types};

pub const DEFS: &[Def] = &[
    Def::New(new),
    Def::Slot("__repr__", restartable!(repr)),
    Def::Slot("__hash__", restartable!(hash)),
    Def::Slot("__eq__", restartable!(eq)),
    Def::Slot("__call__", call),
    Def::Slot("__getitem__", restartable!(getitem)),
    Def::Slot("__getattr__", getattr),
    Def::Slot("__iter__", slots::iter),
    Def::Slot("__or__", slots::or),
    Def::Slot("__ror__", slots::ror),
    Def::Method("__mro_entries__", mro_entries),
    Def::Method("__instancecheck__", refuse_instance),
    Def::Method("__subclasscheck__", refuse_subclass),
    Def::Get("__origin__", |vm, v| part(vm, v, |a| a.origin.clone())),
    Def::Get("__args__", |vm, v| part(vm, v, |a| a.args.clone())),
    Def::Get("__unpacked__", |vm, v| part(vm, v, |a| Value::bool(a.starred))),
    Def::Get("__parameters__", parameters),
];

pub const UNION_DEFS: &[Def] = &[
    Def::Slot("__repr__", restartable!(repr)),
    Def::Slot("__hash__", restartable!(hash)),
    Def::Slot("__eq__", restartable!(eq)),
    Def::Slot("__getitem__", restartable!(getitem)),
    Def::Slot("__or__", slots::or),
    Def::Slot("__ror__", slots::ror),
    Def::Method("__instancecheck__", restartable!(union_instance)),
    Def::Method("__subclasscheck__", restartable!(union_subclass)),
    Def::Get("__args__", |vm, v| part(vm, v, |a| a.args.clone())),
    Def::Get("__parameters__", parameters),
];

fn part(vm: &mut Vm, value: &Value, pick: fn(&GenericAlias) -> Value) -> Res {
    match value.downcast::<GenericAlias>() {
        Some(alias) => Ok(pick(alias)),
        None => Err(vm.type_error("descriptor needs a generic alias")),
    }
}

/// Whether this is a `types.UnionType`.
pub fn is_union(value: &Value) -> bool {
    class_of(value).is(&types().union_type)
}

/// The arguments as a tuple's items: one that is no tuple stands for itself.
fn arguments(key: &Value) -> Vec<Value> {
    match key.downcast::<Tuple>() {
        Some(items) => items.items().to_vec(),
        None => vec![key.clone()],
    }
}

fn create(class: &Ref<Class>, origin: &Value, args: Vec<Value>, starred: bool) -> Value {
    heap::new(class, GenericAlias { origin: origin.clone(), args: tuple(args), starred }).into_value()
}

/// `origin[key]`.
pub fn make(_: &mut Vm, origin: &Value, key: &Value) -> Res {
    Ok(create(&types().generic_alias, origin, arguments(key), false))
}

fn new(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    args.rest().expect(vm, "GenericAlias", 2, 2)?;
    Ok(create(&class, &args.pos()[1], arguments(&args.pos()[2]), false))
}

/// What a member of a union contributes; None if the value can't be one.
fn members(value: &Value) -> Option<Vec<Value>> {
    if value.is_none() {
        return Some(vec![types().none.value().clone()]);
    }
    if is_union(value) {
        return value.downcast::<GenericAlias>().map(|u| arguments(&u.args));
    }
    matches!(value.kind(), Some(Kind::Class | Kind::GenericAlias)).then(|| vec![value.clone()])
}

/// `a | b` of classes; NotImplemented for others. Or the request for whether two members are equal.
pub fn union_of(vm: &mut Vm, a: &Value, b: &Value) -> Res {
    restart::begin(vm, Args::positional(&[a.clone(), b.clone()]), unite)
}

fn unite(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let (a, b) = operand(vm, &args)?;
    if a.is_none() && b.is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (Some(left), Some(right)) = (members(a), members(b)) else { return Ok(Value::NOT_IMPLEMENTED) };
    let mut all: Vec<Value> = Vec::new();
    for member in left.into_iter().chain(right) {
        let mut known = false;
        for earlier in &all {
            known = known || earlier.is(&member) || vm.is_same(earlier, &member)?;
        }
        if !known {
            all.push(member);
        }
    }
    match all.as_slice() {
        [only] => Ok(only.clone()),
        _ => Ok(create(&types().union_type, &Value::NONE, all, false)),
    }
}

/// `iter(alias)`: gives `*alias` once. Unions are not iterable.
pub fn iter(alias: &GenericAlias) -> Option<Res> {
    if alias.origin.is_none() {
        return None;
    }
    let starred = create(&types().generic_alias, &alias.origin, arguments(&alias.args), true);
    Some(Ok(super::iter::from_items(vec![starred])))
}

/// How an argument is shown: classes by name, without `builtins.`.
fn show(vm: &mut impl Asks, value: &Value, in_union: bool) -> Res<String> {
    if value.is(&Value::ELLIPSIS) {
        return Ok("...".into());
    }
    if in_union && value.is(types().none.value()) {
        return Ok("None".into());
    }
    if let Some(items) = value.downcast::<crate::objects::List>() {
        let shown: Res<Vec<String>> = items.items().clone().iter().map(|item| show(vm, item, in_union)).collect();
        return Ok(format!("[{}]", shown?.join(", ")));
    }
    if let Some(class) = value.downcast::<Class>() {
        let name = super::text_of(class.qualname.get());
        let module = class.own(&names().__module__).map_or_else(String::new, |m| super::text_of(&m));
        return Ok(if module == "builtins" || module.is_empty() { name } else { format!("{module}.{name}") });
    }
    Ok(super::text_of(&vm.once_asked(|vm| vm.ask_repr(value))?))
}

/// The text of an alias or union.
fn text(vm: &mut impl Asks, value: &Value) -> Res<String> {
    let Some(alias) = value.downcast::<GenericAlias>() else { return Ok(String::new()) };
    let union = is_union(value);
    let args = arguments(&alias.args);
    let mut shown = Vec::with_capacity(args.len());
    for arg in &args {
        shown.push(show(vm, arg, union)?);
    }
    if union {
        return Ok(shown.join(" | "));
    }
    let origin = show(vm, &alias.origin, false)?;
    let inner = if shown.is_empty() { "()".to_owned() } else { shown.join(", ") };
    Ok(format!("{}{origin}[{inner}]", if alias.starred { "*" } else { "" }))
}

fn repr(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let value = receiver(vm, &args)?;
    text(vm, value).map(Value::from)
}

fn hash(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let alias = this::<GenericAlias>(vm, &args)?;
    let mut hashes = Vec::new();
    for arg in arguments(&alias.args) {
        hashes.push(hash_of(vm, &arg)?);
    }
    if alias.origin.is_none() {
        // The order of a union's members doesn't matter.
        hashes.sort_unstable();
        return Ok(int(combine(hashes.into_iter()) as i64));
    }
    let origin = hash_of(vm, &alias.origin)?;
    Ok(int((origin ^ combine(hashes.into_iter())) as i64))
}

fn hash_of(vm: &mut Restartable<'_>, value: &Value) -> Res<u64> {
    let hash = vm.once_asked(|vm| vm.ask_hash(value))?;
    vm.hash_of_result(&hash)
}

fn eq(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let (a, b) = operand(vm, &args)?;
    let (Some(x), Some(y)) = (a.downcast::<GenericAlias>(), b.downcast::<GenericAlias>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if is_union(a) != is_union(b) || x.starred != y.starred {
        return Ok(Value::FALSE);
    }
    if !is_union(a) {
        let pair = |alias: &GenericAlias| tuple(vec![alias.origin.clone(), alias.args.clone()]);
        return vm.ask_compare(Cmp::Eq, &pair(x), &pair(y));
    }
    let (mine, theirs) = (arguments(&x.args), arguments(&y.args));
    if mine.len() != theirs.len() {
        return Ok(Value::FALSE);
    }
    for member in &mine {
        if !vm.once_asked(|vm| vm.ask_contains(&y.args, member))?.is_true() {
            return Ok(Value::FALSE);
        }
    }
    Ok(Value::TRUE)
}

fn call(vm: &mut Vm, args: Args<'_>) -> Res {
    let alias = this::<GenericAlias>(vm, &args)?;
    let (values, keywords) = args.rest().raw();
    let (callable, names) = (alias.origin.clone(), keywords.to_vec());
    let first = Box::new(Request::CallKeywords { callable, args: values.to_vec(), names });
    Err(vm.request(Request::Then { first, then: remember_class, state: args.pos()[0].clone() }))
}

/// What was made of an alias remembers it.
fn remember_class(vm: &mut Vm, alias: &Value, outcome: Outcome) -> Res {
    let object = outcome.result(vm)?;
    let remembered = vm.ask_set_attr(&object, &intern(b"__orig_class__"), alias.clone());
    vm.then(remembered, give_object, &object)
}

fn give_object(vm: &mut Vm, object: &Value, outcome: Outcome) -> Res {
    if outcome.result(vm).is_err() {
        // Instances of classes without attributes just don't remember.
        let errors = [&types().exceptions.AttributeError, &types().exceptions.TypeError];
        if !errors.into_iter().any(|class| vm.thrown_is(class)) {
            return Err(crate::Thrown);
        }
        drop(vm.catch());
    }
    Ok(object.clone())
}

/// What is never looked for on the origin.
const OWN_ATTRIBUTES: &[&str] = &[
    "__class__",
    "__bases__",
    "__copy__",
    "__deepcopy__",
    "__reduce__",
    "__reduce_ex__",
    "__typing_unpacked_tuple_args__",
];

fn getattr(vm: &mut Vm, args: Args<'_>) -> Res {
    let (this, name) = operand(vm, &args)?;
    let Some(alias) = this.downcast::<GenericAlias>() else { return Err(vm.attribute_error(this, name)) };
    let text = super::text_of(name);
    if alias.origin.is_none() || OWN_ATTRIBUTES.contains(&text.as_str()) {
        return Err(vm.attribute_error(this, name));
    }
    vm.ask_attr(&alias.origin, name)
}

fn mro_entries(vm: &mut Vm, args: Args<'_>) -> Res {
    let alias = this::<GenericAlias>(vm, &args)?;
    Ok(tuple(vec![alias.origin.clone()]))
}

fn refuse_instance(vm: &mut Vm, _: Args<'_>) -> Res {
    Err(vm.type_error("isinstance() argument 2 cannot be a parameterized generic"))
}

fn refuse_subclass(vm: &mut Vm, _: Args<'_>) -> Res {
    Err(vm.type_error("issubclass() argument 2 cannot be a parameterized generic"))
}

/// The members of a union.
pub fn union_members(union: &Value) -> Vec<Value> {
    union.downcast::<GenericAlias>().map(|u| arguments(&u.args)).unwrap_or_default()
}

fn union_instance(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let (union, object) = operand(vm, &args)?;
    for member in union_members(union) {
        if classes::is_instance(vm, object, &member)? {
            return Ok(Value::TRUE);
        }
    }
    Ok(Value::FALSE)
}

fn union_subclass(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let (union, class) = operand(vm, &args)?;
    for member in union_members(union) {
        if classes::is_subclass(vm, class, &member)? {
            return Ok(Value::TRUE);
        }
    }
    Ok(Value::FALSE)
}

/// Whether a value is a type parameter (`TypeVar` and the like).
fn is_parameter(vm: &mut impl Asks, value: &Value) -> bool {
    value.downcast::<Class>().is_none() && vm.asks(value, &intern(b"__typing_subst__"))
}

/// The type parameters within an argument, in order.
fn parameters_of(vm: &mut impl Asks, argument: &Value) -> Res<Vec<Value>> {
    if is_parameter(vm, argument) {
        return Ok(vec![argument.clone()]);
    }
    if argument.downcast::<Class>().is_some() || !argument.is_heap() || argument.downcast::<Str>().is_some() {
        return Ok(Vec::new());
    }
    match vm.attr(argument, &intern(b"__parameters__"))? {
        Some(found) => Ok(found.downcast::<Tuple>().map(|t| t.items().to_vec()).unwrap_or_default()),
        None => Ok(Vec::new()),
    }
}

fn all_parameters(vm: &mut impl Asks, args: &[Value]) -> Res<Vec<Value>> {
    let mut all: Vec<Value> = Vec::new();
    for arg in args {
        for parameter in parameters_of(vm, arg)? {
            if !all.iter().any(|known| known.is(&parameter)) {
                all.push(parameter);
            }
        }
    }
    Ok(all)
}

fn parameters(vm: &mut Vm, value: &Value) -> Res {
    let args = value.downcast::<GenericAlias>().map(|a| arguments(&a.args)).unwrap_or_default();
    Ok(tuple(all_parameters(vm, &args)?))
}

/// `alias[key]`: puts types in the place of parameters; or the request for what its parameters are asked.
pub fn subscript(vm: &mut Vm, alias: &Value, key: &Value) -> Res {
    restart::begin(vm, Args::positional(&[alias.clone(), key.clone()]), getitem)
}

fn getitem(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let (object, key) = operand(vm, &args)?;
    let Some(alias) = object.downcast::<GenericAlias>() else { return Err(vm.type_error("not a generic class")) };
    let args = arguments(&alias.args);
    let parameters = all_parameters(vm, &args)?;
    let given = arguments(key);
    if parameters.is_empty() {
        let shown = text(vm, object)?;
        return Err(vm.type_error(format!("{shown} is not a generic class")));
    }
    if parameters.len() != given.len() {
        let word = if given.len() > parameters.len() { "many" } else { "few" };
        let (shown, n, wanted) = (text(vm, object)?, given.len(), parameters.len());
        return Err(vm.type_error(format!("Too {word} arguments for {shown}; actual {n}, expected {wanted}")));
    }
    let mut filled = Vec::with_capacity(args.len());
    for arg in &args {
        filled.push(substitute(vm, arg, &parameters, &given)?);
    }
    if is_union(object) {
        let mut all = filled.into_iter();
        let mut result = all.next().unwrap_or(Value::NONE);
        for member in all {
            result = vm.once_asked(|vm| vm.ask_binary(BinOp::Or, &result, &member))?;
        }
        return Ok(result);
    }
    Ok(create(class_of(object), &alias.origin, filled, alias.starred))
}

fn substitute(vm: &mut Restartable<'_>, arg: &Value, parameters: &[Value], given: &[Value]) -> Res {
    if let Some(i) = parameters.iter().position(|p| p.is(arg)) {
        let answer = vm.ask(arg, &intern(b"__typing_subst__"), std::slice::from_ref(&given[i]))?;
        return Ok(answer.unwrap_or_else(|| arg.clone()));
    }
    let inner = parameters_of(vm, arg)?;
    if inner.is_empty() {
        return Ok(arg.clone());
    }
    let chosen = inner.iter().filter_map(|p| parameters.iter().position(|q| q.is(p))).map(|i| given[i].clone());
    let key = tuple(chosen.collect());
    vm.once_asked(|vm| vm.ask_item(arg, &key))
}
