//! Attributes, with their inline caches.

use super::*;

/// Where an attribute was found, as far as an inline cache can use it.
pub(in crate::dispatch) fn cache_attr(vm: &mut Vm, object: &Value, name: &Value, method: bool) -> Option<Cache> {
    let header = object.header()?;
    let class = header.class();
    if class.has(class_flags::HAS_GETATTRIBUTE) || matches!(header.kind(), Kind::Class | Kind::Super | Kind::Module) {
        return None;
    }
    let on_class = vm.lookup(class, name);
    let own = attrs::of(header);
    let shape = own.map(|a| a.shape());
    if shape.is_some_and(|s| s.is_dict()) || header.kind() == Kind::Function {
        return None;
    }
    let version = class.version();
    match on_class {
        None => {
            let index = shape?.slot(name)?;
            Some(Cache { version, kind: CacheKind::Slot, index: index as u16, shape, ..Cache::EMPTY })
        }
        Some(attribute) => {
            if let Some(getset) = attribute.downcast::<GetSet>()
                && getset.member
                && let Some(index) = shape?.slot(name)
            {
                return Some(Cache { version, kind: CacheKind::Slot, index: index as u16, shape, ..Cache::EMPTY });
            }
            if let Some(property) = attribute.downcast::<crate::objects::Property>()
                && class_of(&attribute).is(&types().property)
                && property.get.get().is_kind(Kind::Function)
                && !class.has(class_flags::HAS_GETATTR)
            {
                let value = property.get.get().bits();
                return Some(Cache { version, kind: CacheKind::Property, value, ..Cache::EMPTY });
            }
            if crate::ops::attr::is_data_descriptor(vm, &attribute) {
                return None;
            }
            if let Some(index) = shape.and_then(|s| s.slot(name)) {
                return Some(Cache { version, kind: CacheKind::Slot, index: index as u16, shape, ..Cache::EMPTY });
            }
            let binds = attribute.is_kind(Kind::Function)
                || attribute.is_kind(Kind::Native)
                    && !crate::ops::attr::is_class_method(&attribute)
                    && attribute.downcast::<Native>().is_some_and(|n| n.kind != crate::objects::NativeKind::Function);
            let value = attribute.bits();
            if binds {
                if !method {
                    return None;
                }
                let kind = if shape.is_some() { CacheKind::Method } else { CacheKind::BareMethod };
                return Some(Cache { version, kind, shape, value, ..Cache::EMPTY });
            }
            let plain = !attribute.is_heap()
                || matches!(
                    attribute.kind(),
                    Some(Kind::Str | Kind::Tuple | Kind::List | Kind::Dict | Kind::BigInt | Kind::Float | Kind::Set)
                );
            if !plain || shape.is_none() {
                return None;
            }
            Some(Cache { version, kind: CacheKind::ClassValue, shape, value, ..Cache::EMPTY })
        }
    }
}

pub(in crate::dispatch) fn load_attr(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let site = usize::from(i.c);
    let name = regs.code().site_names[site].clone();
    let object = regs.read(i.b);
    if let Some(cache) = cache_attr(vm, &object, &name, false) {
        *regs.cache(site) = cache;
    }
    let step = load_attr_of(vm, i.a, &object, &name);
    drop(object);
    step
}

pub(in crate::dispatch) fn load_attr_of(vm: &mut Vm, dst: u16, object: &Value, name: &Value) -> Step {
    let found = match vm.resolve(object, name) {
        Ok(Found::Missing) => vm.missing_call(object, name),
        found => found,
    };
    let regs = Regs::of(vm);
    match found {
        Ok(Found::Value(value)) => {
            regs.set(dst, value);
            Step::Next
        }
        Ok(Found::Method(function, this)) => {
            regs.set(dst, crate::ops::attr::bound_method(function, this));
            Step::Next
        }
        // `__getattr__` must be asked if this raises AttributeError: a nested run sees to it.
        Ok(Found::Call(function, args)) if class_of(object).has(class_flags::HAS_GETATTR) => {
            drop((function, args));
            let result = vm.get_attr(object, name);
            store(&regs, dst, result)
        }
        Ok(Found::Call(function, mut args)) => {
            // SAFETY: the vector outlives the call's beginning.
            let result = unsafe { begin(vm, function, Window::of(&mut args), Delivery::to(dst)) };
            called(vm, dst, result)
        }
        Ok(Found::Missing) => {
            vm.attribute_error(object, name);
            Step::Raise
        }
        Err(_) => Step::Raise,
    }
}

pub(in crate::dispatch) fn load_method(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let site = usize::from(i.c);
    let name = regs.code().site_names[site].clone();
    let object = regs.read(i.b);
    if let Some(cache) = cache_attr(vm, &object, &name, true) {
        *regs.cache(site) = cache;
    }
    match vm.resolve(&object, &name) {
        Ok(Found::Method(function, this)) => {
            regs.set(i.a, function);
            regs.set(i.a + 1, this);
            drop(object);
            Step::Next
        }
        Ok(Found::Value(value)) => {
            regs.set(i.a, value);
            regs.set(i.a + 1, Value::UNSET);
            drop(object);
            Step::Next
        }
        Ok(_) => {
            regs.set(i.a + 1, Value::UNSET);
            load_attr_of(vm, i.a, &object, &name)
        }
        Err(_) => Step::Raise,
    }
}

pub(in crate::dispatch) fn store_attr(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let site = usize::from(i.c);
    let name = regs.code().site_names[site].clone();
    let object = regs.read(i.a);
    let value = regs.read(i.b);
    let before = cacheable_store(vm, &object, &name);
    let class = class_of(&object).clone();
    let hook = if class.has(class_flags::HAS_SETATTR) { vm.lookup(&class, &names().__setattr__) } else { None };
    if let Some(hook) = hook
        && hook.is_kind(Kind::Function)
    {
        let mut args = vec![object, name, value];
        // SAFETY: the vector outlives the call's beginning.
        let result = unsafe { begin(vm, hook, Window::of(&mut args), Delivery::mode(Mode::Discard, 0)) };
        return discarded(result);
    }
    if let Some(setter) = python_setter(vm, &class, &name) {
        let mut args = vec![object, value];
        // SAFETY: the vector outlives the call's beginning.
        let result = unsafe { begin(vm, setter, Window::of(&mut args), Delivery::mode(Mode::Discard, 0)) };
        return discarded(result);
    }
    let result = vm.set_attr(&object, &name, value);
    if let (Ok(()), Some(before)) = (&result, before)
        && let Some(own) = object.header().and_then(attrs::of)
        && !own.shape().is_dict()
        && let Some(index) = own.shape().slot(&name)
    {
        let (shape, next) = (Some(before), Some(own.shape()));
        let kind = if std::ptr::eq(before, own.shape()) { CacheKind::Slot } else { CacheKind::Extend };
        *regs.cache(site) =
            Cache { version: class.version(), kind, index: index as u16, shape, next_shape: next, ..Cache::EMPTY };
    }
    drop(object);
    Step::of(result)
}

/// The shape before a store that an inline cache could repeat.
pub(in crate::dispatch) fn cacheable_store(vm: &mut Vm, object: &Value, name: &Value) -> Option<&'static attrs::Shape> {
    let header = object.header()?;
    let class = header.class();
    if class.has(class_flags::HAS_SETATTR) || header.kind() == Kind::Class {
        return None;
    }
    let own = attrs::of(header)?;
    let shape = own.shape();
    if shape.is_dict() {
        return None;
    }
    match vm.lookup(class, name) {
        Some(attribute) => match attribute.downcast::<GetSet>() {
            Some(getset) if getset.member => Some(shape),
            Some(_) => None,
            None if crate::ops::attr::is_data_descriptor(vm, &attribute) => None,
            None if class.has(class_flags::NO_DICT) => None,
            None => Some(shape),
        },
        None if class.has(class_flags::NO_DICT) => None,
        None => Some(shape),
    }
}

pub(in crate::dispatch) fn python_setter(vm: &mut Vm, class: &Class, name: &Value) -> Option<Value> {
    let attribute = vm.lookup(class, name)?;
    let property = attribute.downcast::<crate::objects::Property>()?;
    let setter = property.set.get().clone();
    if setter.is_kind(Kind::Function) { Some(setter) } else { None }
}

pub(in crate::dispatch) fn discarded(result: Res<Called>) -> Step {
    match result {
        Ok(Called::Value(_)) => Step::Next,
        Ok(Called::Entered) => Step::Enter,
        Err(_) => Step::Raise,
    }
}

pub(in crate::dispatch) fn delete_attr(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let name = regs.code().site_names[usize::from(i.c)].clone();
    let object = regs.read(i.a);
    let result = vm.del_attr(&object, &name);
    drop(object);
    Step::of(result)
}

pub(in crate::dispatch) fn load_super_attr(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let name = regs.code().site_names[usize::from(i.c)].clone();
    let (callable, class, this) = (regs.take(i.b), regs.take(i.b + 1), regs.take(i.b + 2));
    let method = i.x & 1 != 0;
    if method {
        regs.set(i.a + 1, Value::UNSET);
    }
    if callable.is(types().super_.value()) && !name.is(&names().__class__) {
        match super_lookup(vm, &class, &this, &name) {
            Ok(Some(Found::Method(function, this))) if method => {
                regs.set(i.a, function);
                regs.set(i.a + 1, this);
                return Step::Next;
            }
            Ok(Some(found)) => {
                let result = vm.finish_found(found);
                return store(&regs, i.a, result);
            }
            Ok(None) => {}
            Err(_) => return Step::Raise,
        }
    }
    let args: &[Value] = if i.x & 2 != 0 && !callable.is(types().super_.value()) { &[] } else { &[class, this] };
    let result = vm.call(&callable, args).and_then(|object| vm.get_attr(&object, &name));
    store(&regs, i.a, result)
}

/// The attribute behind `class` in the resolution order of `this`; None if it takes a real `super` object to tell.
pub(in crate::dispatch) fn super_lookup(vm: &mut Vm, class: &Value, this: &Value, name: &Value) -> Res<Option<Found>> {
    let Some(after) = class.as_ref::<Class>() else { return Ok(None) };
    let start = class_of(this).clone();
    if start.is_subclass_of(&after) {
        return match crate::ops::attr::find_after(&start, &after, name) {
            Some(attribute) => vm.bind(attribute, Some(this), &start).map(Some),
            None => Ok(None),
        };
    }
    let Some(start) = this.as_ref::<Class>() else { return Ok(None) };
    if !start.is_subclass_of(&after) {
        return Ok(None);
    }
    match crate::ops::attr::find_after(&start, &after, name) {
        Some(attribute) => vm.bind(attribute, None, &start).map(Some),
        None => Ok(None),
    }
}
