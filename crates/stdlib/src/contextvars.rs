//! `_contextvars`: contexts, their variables and tokens.
//!
//! A context's content is shared until it changes, so copying one costs nothing.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

use weft_vm::heap::{self, Kind, Ref, VmCell};
use weft_vm::objects::{Class, Context, Opaque, Str, class_flags, int, list, tuple};
use weft_vm::ops::repr::Template;
use weft_vm::types::{Def, builtin_class};
use weft_vm::{Args, Outcome, Request, Res, Thrown, Value, Vm, types};

use crate::system::{self, Functions};

/// The pairs of a context, in the order they were first set.
type Content = Rc<Vec<(Value, Value)>>;

struct ContextVar {
    name: Value,
    default: Option<Value>,
}

struct Token {
    var: Value,
    context: Value,
    old: Option<Value>,
    used: Cell<bool>,
}

/// `Token.MISSING`.
struct Missing;

struct Classes {
    context: Ref<Class>,
    var: Ref<Class>,
    token: Ref<Class>,
    missing: Value,
}

thread_local! {
    static CLASSES: OnceCell<&'static Classes> = const { OnceCell::new() };
    /// The contexts that have been entered; the last one is current.
    static STACK: RefCell<Vec<Value>> = const { RefCell::new(Vec::new()) };
}

fn classes() -> &'static Classes {
    CLASSES.with(|cell| *cell.get_or_init(|| Box::leak(Box::new(make_classes()))))
}

fn make_classes() -> Classes {
    let object = &types().object;
    let make_as = |kind, name, defs| builtin_class(name, kind, class_flags::FINAL, object, defs);
    let make = |name, defs| make_as(Kind::Opaque, name, defs);
    let missing_class = make("_contextvars.Token.MISSING", &[Def::Slot("__repr__", missing_repr)]);
    let missing = heap::new(&missing_class, Opaque::new(Missing)).into_value();
    let token = make("_contextvars.Token", TOKEN);
    token.dict.set("MISSING", missing.clone());
    token.invalidate();
    Classes {
        context: make_as(Kind::Context, "_contextvars.Context", CONTEXT),
        var: make("_contextvars.ContextVar", VAR),
        token,
        missing,
    }
}

pub fn init(vm: &mut Vm) -> Res {
    let module = vm.native_module("_contextvars", FUNCTIONS);
    let classes = classes();
    for class in [&classes.context, &classes.var, &classes.token] {
        system::add_class(&module, class);
    }
    Ok(module.into_value())
}

const FUNCTIONS: Functions = &[("copy_context", copy_context)];

const CONTEXT: &[Def] = &[
    Def::New(context_new),
    Def::Method("run", context_run),
    Def::Method("copy", context_copy),
    Def::Method("get", context_get),
    Def::Method("keys", context_keys),
    Def::Method("values", context_values),
    Def::Method("items", context_items),
    Def::Slot("__getitem__", context_getitem),
    Def::Slot("__contains__", context_contains),
    Def::Slot("__len__", context_len),
    Def::Slot("__iter__", context_iter),
    Def::Slot("__eq__", context_eq),
    Def::Value("__hash__", || Value::NONE),
];

const VAR: &[Def] = &[
    Def::New(var_new),
    Def::Method("get", var_get),
    Def::Method("set", var_set),
    Def::Method("reset", var_reset),
    Def::Get("name", |_, this| Ok(this.native_state::<ContextVar>().map_or(Value::NONE, |v| v.name.clone()))),
    Def::Class("__class_getitem__", class_getitem),
    Def::Slot("__repr__", var_repr),
];

const TOKEN: &[Def] = &[
    Def::New(token_new),
    Def::Get("var", |_, this| Ok(this.native_state::<Token>().map_or(Value::NONE, |t| t.var.clone()))),
    Def::Get("old_value", token_old_value),
    Def::Class("__class_getitem__", class_getitem),
    Def::Slot("__repr__", token_repr),
    Def::Value("__hash__", || Value::NONE),
];

fn class_getitem(vm: &mut Vm, args: Args<'_>) -> Res {
    let [class, item] = args.pos() else { return Err(vm.type_error("__class_getitem__() takes exactly one argument")) };
    let alias = types().generic_alias.value().clone();
    vm.call(&alias, &[class.clone(), item.clone()])
}

// Contexts.

fn make_context(content: Content) -> Value {
    let context = Context { pairs: VmCell::new(content), entered: Cell::new(false) };
    heap::new(&classes().context, context).into_value()
}

/// The current context; a first one is made where nothing was entered yet.
fn current() -> Value {
    STACK.with_borrow_mut(|stack| match stack.last() {
        Some(context) => context.clone(),
        None => {
            let context = make_context(Content::default());
            stack.push(context.clone());
            context
        }
    })
}

fn copy_context(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "copy_context", 0, 0)?;
    Ok(make_context(content(&current())))
}

/// A copy of the current context.
pub(crate) fn copy_current() -> Value {
    make_context(content(&current()))
}

/// Makes a context the current one; RuntimeError if it has been entered already.
pub(crate) fn enter(vm: &mut Vm, context: &Value) -> Res<()> {
    let Some(state) = context.downcast::<Context>() else { return Err(vm.type_error("a Context was expected")) };
    if state.entered.replace(true) {
        let shown = vm.repr(context)?.to_string_lossy();
        return Err(vm.runtime_error(format!("cannot enter context: {shown} is already entered")));
    }
    STACK.with_borrow_mut(|stack| stack.push(context.clone()));
    Ok(())
}

/// Undoes `enter`.
pub(crate) fn leave(context: &Value) {
    let Some(state) = context.downcast::<Context>() else { return };
    let left = STACK.with_borrow_mut(|stack| {
        let place = stack.iter().rposition(|entered| entered.is(context))?;
        Some(stack.remove(place))
    });
    drop(left);
    state.entered.set(false);
}

fn content(context: &Value) -> Content {
    context.downcast::<Context>().map(|c| c.pairs.get().clone()).unwrap_or_default()
}

fn find(content: &Content, var: &Value) -> Option<Value> {
    content.iter().find(|(key, _)| key.is(var)).map(|(_, value)| value.clone())
}

/// Sets or removes a variable; the old value is returned, so that it dies outside.
fn change(context: &Value, var: &Value, value: Option<Value>) -> Option<Value> {
    let state = context.downcast::<Context>()?;
    let pairs = Rc::make_mut(state.pairs.get_mut());
    let at = pairs.iter().position(|(key, _)| key.is(var));
    match (at, value) {
        (Some(i), Some(value)) => Some(std::mem::replace(&mut pairs[i].1, value)),
        (Some(i), None) => Some(pairs.remove(i).1),
        (None, Some(value)) => {
            pairs.push((var.clone(), value));
            None
        }
        (None, None) => None,
    }
}

fn context_new(vm: &mut Vm, args: Args<'_>) -> Res {
    if args.len() > 1 || args.has_keywords() {
        return Err(vm.type_error("Context() does not accept any arguments"));
    }
    Ok(make_context(Content::default()))
}

fn context_run(vm: &mut Vm, args: Args<'_>) -> Res {
    let (values, keyword_names) = args.raw();
    let (this, rest) = (&args.pos()[0], &values[1..]);
    if args.len() < 2 {
        return Err(vm.type_error("run() missing 1 required positional argument"));
    }
    enter(vm, this)?;
    let (callable, args) = (rest[0].clone(), rest[1..].to_vec());
    let call = vm.request(Request::CallKeywords { callable, args, names: keyword_names.to_vec() });
    vm.and_then(Err(call), run_ended, this.clone())
}

/// Leaves the context that `run` entered.
fn run_ended(vm: &mut Vm, context: &Value, outcome: Outcome) -> Res {
    leave(context);
    match outcome {
        Outcome::Value(result) | Outcome::Returned(result) => Ok(result),
        Outcome::Raised(exception) => Err(vm.rethrow(exception)),
    }
}

fn context_copy(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "copy", 0, 0)?;
    Ok(make_context(content(&args.pos()[0])))
}

fn expect_var(vm: &mut Vm, value: &Value) -> Res<()> {
    if value.native_state::<ContextVar>().is_some() {
        return Ok(());
    }
    let shown = vm.repr(value)?.to_string_lossy();
    Err(vm.type_error(format!("a ContextVar key was expected, got {shown}")))
}

fn context_get(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "get", 1, 2)?;
    let [this, var, rest @ ..] = args.pos() else { return Ok(Value::NONE) };
    expect_var(vm, var)?;
    Ok(find(&content(this), var).or_else(|| rest.first().cloned()).unwrap_or(Value::NONE))
}

fn context_getitem(vm: &mut Vm, args: Args<'_>) -> Res {
    let [this, var] = args.pos() else { return Err(vm.type_error("expected 1 argument")) };
    expect_var(vm, var)?;
    match find(&content(this), var) {
        Some(value) => Ok(value),
        None => Err(vm.key_error(var)),
    }
}

fn context_contains(vm: &mut Vm, args: Args<'_>) -> Res {
    let [this, var] = args.pos() else { return Err(vm.type_error("expected 1 argument")) };
    expect_var(vm, var)?;
    Ok(Value::bool(find(&content(this), var).is_some()))
}

fn context_len(_vm: &mut Vm, args: Args<'_>) -> Res {
    Ok(int(content(&args.pos()[0]).len() as i64))
}

fn context_iter(vm: &mut Vm, args: Args<'_>) -> Res {
    let keys = context_keys(vm, args)?;
    vm.iter(&keys)
}

fn context_keys(_vm: &mut Vm, args: Args<'_>) -> Res {
    Ok(list(content(&args.pos()[0]).iter().map(|(var, _)| var.clone()).collect()))
}

fn context_values(_vm: &mut Vm, args: Args<'_>) -> Res {
    Ok(list(content(&args.pos()[0]).iter().map(|(_, value)| value.clone()).collect()))
}

fn context_items(_vm: &mut Vm, args: Args<'_>) -> Res {
    Ok(list(content(&args.pos()[0]).iter().map(|(var, value)| tuple(vec![var.clone(), value.clone()])).collect()))
}

fn context_eq(vm: &mut Vm, args: Args<'_>) -> Res {
    let [a, b] = args.pos() else { return Ok(Value::NOT_IMPLEMENTED) };
    if b.downcast::<Context>().is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (a, b) = (content(a), content(b));
    if a.len() != b.len() {
        return Ok(Value::FALSE);
    }
    for (var, value) in a.iter() {
        match find(&b, var) {
            Some(other) if vm.same(value, &other)? => {}
            _ => return Ok(Value::FALSE),
        }
    }
    Ok(Value::TRUE)
}

// Variables.

fn var_new(vm: &mut Vm, args: Args<'_>) -> Res {
    let [name, default] = args.rest().bind(vm, "ContextVar", ["/name", "*default"], 1)?;
    let name = name.cloned().unwrap_or(Value::NONE);
    if name.downcast::<Str>().is_none() {
        return Err(vm.type_error("context variable name must be a str"));
    }
    let state = ContextVar { name, default: default.cloned() };
    Ok(heap::new(&classes().var, Opaque::new(state)).into_value())
}

fn var_get(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "get", 0, 1)?;
    let this = &args.pos()[0];
    if let Some(value) = find(&content(&current()), this) {
        return Ok(value);
    }
    if let Some(default) = args.pos().get(1) {
        return Ok(default.clone());
    }
    match this.native_state::<ContextVar>().and_then(|var| var.default.clone()) {
        Some(default) => Ok(default),
        None => {
            let class = types().exceptions.LookupError.clone();
            Err(vm.raise_with(&class, vec![this.clone()]))
        }
    }
}

fn var_set(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "set", 1, 1)?;
    let [this, value] = args.pos() else { return Ok(Value::NONE) };
    let context = current();
    let old = change(&context, this, Some(value.clone()));
    let token = Token { var: this.clone(), context, old, used: Cell::new(false) };
    Ok(heap::new(&classes().token, Opaque::new(token)).into_value())
}

fn var_reset(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "reset", 1, 1)?;
    let [this, token] = args.pos() else { return Ok(Value::NONE) };
    let Some(state) = token.native_state::<Token>() else {
        let shown = system::class_name(token);
        return Err(vm.type_error(format!("expected an instance of Token, got {shown}")));
    };
    if state.used.get() {
        return Err(refuse(vm, token, "has already been used once", true));
    }
    if !state.var.is(this) {
        return Err(refuse(vm, token, "was created by a different ContextVar", false));
    }
    let context = current();
    if !state.context.is(&context) {
        return Err(refuse(vm, token, "was created in a different Context", false));
    }
    state.used.set(true);
    drop(change(&context, this, state.old.clone()));
    Ok(Value::NONE)
}

fn refuse(vm: &mut Vm, token: &Value, why: &str, used: bool) -> Thrown {
    let shown = match vm.repr(token) {
        Ok(shown) => shown.to_string_lossy(),
        Err(thrown) => return thrown,
    };
    let message = format!("{shown} {why}");
    if used { vm.runtime_error(message) } else { vm.value_error(message) }
}

fn var_repr(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = &args.pos()[0];
    let Some(var) = this.native_state::<ContextVar>() else { return Ok(Value::from("<ContextVar>")) };
    let mut template = Template::new("<ContextVar name=");
    template.repr(&var.name);
    if let Some(default) = &var.default {
        template.text(" default=").repr(default);
    }
    template.text(&format!(" at {:#014x}>", this.id()));
    vm.ask_written(this, template)
}

// Tokens.

fn token_new(vm: &mut Vm, _args: Args<'_>) -> Res {
    Err(vm.runtime_error("Tokens can only be created by ContextVars"))
}

fn token_old_value(_vm: &mut Vm, this: &Value) -> Res {
    let old = this.native_state::<Token>().and_then(|token| token.old.clone());
    Ok(old.unwrap_or_else(|| classes().missing.clone()))
}

fn token_repr(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = &args.pos()[0];
    let Some(token) = this.native_state::<Token>() else { return Ok(Value::from("<Token>")) };
    let used = if token.used.get() { " used" } else { "" };
    let mut template = Template::new(&format!("<Token{used} var="));
    template.repr(&token.var).text(&format!(" at {:#014x}>", this.id()));
    vm.ask_written(this, template)
}

fn missing_repr(_vm: &mut Vm, _args: Args<'_>) -> Res {
    Ok(Value::from("<Token.MISSING>"))
}
