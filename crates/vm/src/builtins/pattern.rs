//! What `match` asks of mapping and class patterns.

use super::classes::is_instance;
use crate::heap::{Kind, Ref};
use crate::objects::{Class, Dict, Instance, Str, tuple};
use crate::ops::arith::is_builtin;
use crate::ops::keys::Errand;
use crate::value::Value;
use crate::{Args, Asks, Request, Res, Restartable, class_of, names, types};

/// The subject's values at the keys, as a tuple; None if one is missing. The arguments are subject and keys.
pub fn match_keys(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let (subject, keys) = (&args.pos()[0], &args.pos()[1]);
    let keys = keys.as_items().unwrap_or_default().to_vec();
    let mut values = Vec::with_capacity(keys.len());
    let seen = vm.once(|_| Ok(Dict::create().into_value()))?;
    // A default that no mapping holds.
    let missing = vm.once(|_| Ok(crate::heap::new(&types().object, Instance).into_value()))?;
    let get = match is_builtin(subject) && subject.is_kind(Kind::Dict) {
        true => None,
        false => Some(vm.once_asked(|vm| vm.ask_attr(subject, &names().get))?),
    };
    for key in &keys {
        let known = vm.once_asked(|vm| vm.ask_key(&seen, key, Errand::Has))?;
        if known.is_true() {
            let shown = vm.once_asked(|vm| vm.ask_repr(key))?;
            let shown = crate::types::text_of(&shown);
            return Err(vm.value_error(format!("mapping pattern checks duplicate key ({shown})")));
        }
        vm.once_asked(|vm| vm.ask_set_item_builtin(&seen, key, Value::NONE))?;
        let found = match &get {
            None => vm.once_asked(|vm| vm.ask_key(subject, key, Errand::Get { default: missing.clone() }))?,
            Some(get) => {
                let args = vec![key.clone(), missing.clone()];
                vm.once_asked(|vm| Err(vm.request(Request::Call { callable: get.clone(), args })))?
            }
        };
        let found = Some(found).filter(|found| !found.is(&missing));
        match found {
            Some(value) => values.push(value),
            None => return Ok(Value::NONE),
        }
    }
    Ok(tuple(values))
}

/// The attributes that a class pattern looks at: `positional` ones, then those named; None if the subject is no instance
/// or lacks one. The arguments are subject, class, the number of positional ones, and the names.
pub fn match_class(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let [subject, class, positional, keywords] = args.pos() else { return Ok(Value::NONE) };
    let positional = positional.as_small_int().unwrap_or_default() as usize;
    let Some(target) = class.as_ref::<Class>() else {
        return Err(vm.type_error("called match pattern must be a class"));
    };
    if !is_instance(vm, subject, class)? {
        return Ok(Value::NONE);
    }
    let mut found = Found { vm, subject, target, seen: Vec::new(), values: Vec::new() };
    if positional > 0 && !found.positional(positional)? {
        return Ok(Value::NONE);
    }
    for name in keywords.as_items().unwrap_or_default().to_vec() {
        if !found.attribute(&name)? {
            return Ok(Value::NONE);
        }
    }
    Ok(tuple(found.values))
}

/// The match of a class pattern under way.
struct Found<'a, 'b> {
    vm: &'a mut Restartable<'b>,
    subject: &'a Value,
    target: Ref<Class>,
    /// Names looked at; each may appear once.
    seen: Vec<Value>,
    values: Vec<Value>,
}

impl Found<'_, '_> {
    /// Takes the positional sub-patterns; false if the subject doesn't match.
    fn positional(&mut self, count: usize) -> Res<bool> {
        let declared = self.vm.attr(self.target.value(), &names().__match_args__)?;
        let Some(declared) = declared else {
            let whole = matches_itself(&self.target);
            self.check_count(usize::from(whole), count)?;
            self.values.push(self.subject.clone());
            return Ok(true);
        };
        if !declared.is_kind(Kind::Tuple) {
            let (name, got) = (self.target.name_str(), class_of(&declared).name_str());
            return Err(self.vm.type_error(format!("{name}.__match_args__ must be a tuple (got {got})")));
        }
        let declared = declared.as_items().unwrap_or_default().to_vec();
        self.check_count(declared.len(), count)?;
        for name in &declared[..count] {
            if name.downcast::<Str>().is_none() {
                let got = class_of(name).name_str();
                return Err(self.vm.type_error(format!("__match_args__ elements must be strings (got {got})")));
            }
            if !self.attribute(name)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn check_count(&mut self, allowed: usize, given: usize) -> Res<()> {
        if given <= allowed {
            return Ok(());
        }
        let (name, plural) = (self.target.name_str(), if allowed == 1 { "" } else { "s" });
        let message = format!("{name}() accepts {allowed} positional sub-pattern{plural} ({given} given)");
        Err(self.vm.type_error(message))
    }

    /// Takes an attribute; false if the subject lacks it.
    fn attribute(&mut self, name: &Value) -> Res<bool> {
        let name = crate::objects::intern_value(name);
        if self.seen.iter().any(|seen| seen.is(&name)) {
            let (class, text) = (self.target.name_str(), crate::types::text_of(&name));
            let message = format!("{class}() got multiple sub-patterns for attribute '{text}'");
            return Err(self.vm.type_error(message));
        }
        self.seen.push(name.clone());
        match self.vm.attr(self.subject, &name)? {
            Some(value) => {
                self.values.push(value);
                Ok(true)
            }
            None => Ok(false),
        }
    }
}

/// Whether the single positional sub-pattern stands for the subject itself: so for some builtin types and what derives
/// from them.
fn matches_itself(class: &Class) -> bool {
    let t = types();
    let selves =
        [&t.bool, &t.bytearray, &t.bytes, &t.dict, &t.float, &t.frozenset, &t.int, &t.list, &t.set, &t.str, &t.tuple];
    selves.iter().any(|own| class.is_subclass_of(own))
}
