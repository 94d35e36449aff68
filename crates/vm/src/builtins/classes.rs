//! `isinstance` and `issubclass`.

use crate::heap::{Kind, VmCell};
use crate::objects::{Class, NativeFn, Opaque, Tuple, intern};
use crate::types::alias;
use crate::value::Value;
use crate::vm::{Outcome, Question::AnyTruth};
use crate::{Args, Res, Vm, class_of, names, types};

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
    vm.check_members(Question::Instance, object, info)
}

fn issubclass(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "issubclass", 2, 2)?;
    let (class, info) = (&args.pos()[0], &args.pos()[1]);
    if let Some(asked) = vm.ask_special(info, &names().__subclasscheck__, class.clone(), AnyTruth) {
        return Err(asked);
    }
    vm.check_members(Question::Subclass, class, info)
}

/// Which of the two is asked.
#[derive(Clone, Copy)]
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
}

/// A tuple of classes or a union under way.
struct Members {
    question: Question,
    object: Value,
    /// Those that were not asked, the next one at the end.
    rest: VmCell<Vec<Value>>,
}

/// The classes of a tuple or union in reverse order; None if it is neither.
fn members_of(info: &Value) -> Option<Vec<Value>> {
    let mut members = match info.downcast::<Tuple>() {
        Some(members) => members.items().to_vec(),
        None if alias::is_union(info) => alias::union_members(info),
        None => return None,
    };
    members.reverse();
    Some(members)
}

/// A member has answered.
fn ask_next(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let answer = outcome.result(vm)?;
    if answer.is_true() {
        return Ok(answer);
    }
    let Members { question, object, rest } = vm.state_of::<Members>(state)?;
    while let Some(member) = rest.get_mut().pop() {
        if let Some(inner) = members_of(&member) {
            rest.get_mut().extend(inner);
            continue;
        }
        if matches!(question, Question::Instance) && class_of(object).value().is(&member) {
            return Ok(Value::TRUE);
        }
        if let Some(asked) = vm.ask_special(&member, question.hook(), object.clone(), AnyTruth) {
            return Err(asked);
        }
        if vm.ask(*question, object, &member)? {
            return Ok(Value::TRUE);
        }
    }
    Ok(Value::FALSE)
}

impl Vm {
    /// The answer of a class, a union or a tuple of such; deep down, hooks of members are asked in frames.
    fn check_members(&mut self, question: Question, object: &Value, info: &Value) -> Res {
        let members = if self.is_shallow() { None } else { members_of(info) };
        let hooked = members.filter(|members| members.iter().any(|class| !class_of(class).is(&types().r#type)));
        let Some(rest) = hooked else { return self.ask(question, object, info).map(Value::bool) };
        let state = Opaque::state(Members { question, object: object.clone(), rest: VmCell::new(rest) });
        let result = ask_next(self, &state, Outcome::Value(Value::FALSE));
        self.and_then(result, ask_next, state)
    }

    /// `isinstance(object, info)`: a class, a union, or a tuple of such.
    pub fn is_instance(&mut self, object: &Value, info: &Value) -> Res<bool> {
        if class_of(object).value().is(info) {
            return Ok(true);
        }
        self.ask(Question::Instance, object, info)
    }

    /// `issubclass(class, info)`.
    pub fn is_subclass(&mut self, class: &Value, info: &Value) -> Res<bool> {
        self.ask(Question::Subclass, class, info)
    }

    fn ask(&mut self, question: Question, object: &Value, info: &Value) -> Res<bool> {
        let meta = class_of(info).clone();
        if meta.is(&types().r#type) {
            return self.ask_plainly(question, object, info);
        }
        if alias::is_union(info) {
            return self.ask_members(question, object, info);
        }
        if let Some(members) = info.downcast::<Tuple>() {
            let members = members.items().to_vec();
            for member in &members {
                let what = match question {
                    Question::Instance => " in __instancecheck__",
                    Question::Subclass => " in __subclasscheck__",
                };
                if self.guarded_as(what, |vm| match question {
                    Question::Instance => vm.is_instance(object, member),
                    Question::Subclass => vm.is_subclass(object, member),
                })? {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
        let hook = question.hook();
        match self.lookup(&meta, hook) {
            Some(method) if !self.is_own_check(&method, hook) => {
                let answer = self.guarded_as("", |vm| vm.call_on(&method, info, std::slice::from_ref(object)))?;
                self.truth(&answer)
            }
            _ => self.ask_plainly(question, object, info),
        }
    }

    /// Whether the hook is the one that `type` itself has.
    fn is_own_check(&self, method: &Value, hook: &Value) -> bool {
        types().r#type.own(hook).is_some_and(|own| own.is(method))
    }

    fn ask_members(&mut self, question: Question, object: &Value, info: &Value) -> Res<bool> {
        let answer = self.call_method(info, question.hook(), std::slice::from_ref(object))?;
        self.truth(&answer)
    }

    /// The answer without hooks of metaclasses, as `type.__instancecheck__` and `type.__subclasscheck__` give it.
    fn ask_plainly(&mut self, question: Question, object: &Value, info: &Value) -> Res<bool> {
        match question {
            Question::Instance => self.is_instance_plainly(object, info),
            Question::Subclass => self.is_subclass_plainly(object, info),
        }
    }

    /// `type.__instancecheck__(info, object)`.
    pub fn is_instance_plainly(&mut self, object: &Value, info: &Value) -> Res<bool> {
        if let Some(target) = info.downcast::<Class>() {
            let own = class_of(object).clone();
            if own.is_subclass_of(target) {
                return Ok(true);
            }
            // `__class__` may claim another class.
            if !object.is_heap() || own.has(crate::objects::class_flags::BUILTIN) && !object.is_kind(Kind::WeakRef) {
                return Ok(false);
            }
            let claimed = self.find_attr(object, &names().__class__)?;
            return Ok(claimed
                .as_ref()
                .filter(|c| !c.is(own.value()))
                .and_then(|c| c.downcast::<Class>())
                .is_some_and(|c| c.is_subclass_of(target)));
        }
        let message = "isinstance() arg 2 must be a type, a tuple of types, or a union";
        self.bases_of(info, message)?;
        match self.find_attr(object, &names().__class__)? {
            Some(class) => self.derives_by_bases(&class, info),
            None => Ok(false),
        }
    }

    /// `type.__subclasscheck__(info, class)`.
    pub fn is_subclass_plainly(&mut self, class: &Value, info: &Value) -> Res<bool> {
        if let (Some(class), Some(target)) = (class.downcast::<Class>(), info.downcast::<Class>()) {
            return Ok(class.is_subclass_of(target));
        }
        self.bases_of(class, "issubclass() arg 1 must be a class")?;
        self.bases_of(info, "issubclass() arg 2 must be a class, a tuple of classes, or a union")?;
        self.derives_by_bases(class, info)
    }

    /// `__bases__` of something that is no class but acts as one.
    fn bases_of(&mut self, class: &Value, message: &str) -> Res<Vec<Value>> {
        let found = self.find_attr(class, &intern(b"__bases__"))?;
        match found.as_ref().and_then(|bases| bases.downcast::<Tuple>()) {
            Some(bases) => Ok(bases.items().to_vec()),
            None => Err(self.type_error(message)),
        }
    }

    fn derives_by_bases(&mut self, class: &Value, target: &Value) -> Res<bool> {
        if class.is(target) {
            return Ok(true);
        }
        let bases = match self.find_attr(class, &intern(b"__bases__"))? {
            Some(bases) => bases.downcast::<Tuple>().map(|t| t.items().to_vec()).unwrap_or_default(),
            None => return Ok(false),
        };
        for base in &bases {
            if self.guarded(|vm| vm.derives_by_bases(base, target))? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
