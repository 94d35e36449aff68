//! Attributes: lookup by the rules of descriptors, setting, deleting.

use crate::heap::Kind;
use crate::heap::Ref;
use crate::objects::{
    BoundMethod, Class, ClassMethod, Function, GetSet, Module, Native, NativeKind, Property, StaticMethod, attrs,
    class_flags,
};
use crate::value::Value;
use crate::{Res, Thrown, Vm, class_of, names, types};

/// What an attribute turned out to be.
pub enum Found {
    Value(Value),
    /// A function and the object it would be bound to.
    Method(Value, Value),
    /// The attribute is what this call gives.
    Call(Value, Vec<Value>),
    Missing,
}

/// Whether a native found on a class binds to the class.
pub fn is_class_method(value: &Value) -> bool {
    value.downcast::<Native>().is_some_and(|n| n.kind == NativeKind::ClassMethod)
}

impl Vm {
    /// `object.name`.
    pub fn get_attr(&mut self, object: &Value, name: &Value) -> Res {
        let found = self.resolve(object, name)?;
        match found {
            Found::Missing => self.missing_attr(object, name),
            Found::Call(..) if class_of(object).has(class_flags::HAS_GETATTR) => {
                let result = self.finish_found(found);
                self.or_getattr(object, name, result)
            }
            _ => self.finish_found(found),
        }
    }

    /// `object.name`, or None where that is an AttributeError.
    pub fn find_attr(&mut self, object: &Value, name: &Value) -> Res<Option<Value>> {
        let result = match self.resolve(object, name) {
            Ok(Found::Missing) if !self.has_missing_hook(object) => return Ok(None),
            Ok(Found::Missing) => self.missing_attr(object, name),
            // A native attribute may itself raise AttributeError.
            found => {
                let result = found.and_then(|found| self.finish_found(found));
                self.or_getattr(object, name, result)
            }
        };
        match result {
            Ok(value) => Ok(Some(value)),
            Err(_) if self.thrown_is(&types().exceptions.AttributeError) => {
                drop(self.catch());
                Ok(None)
            }
            Err(thrown) => Err(thrown),
        }
    }

    fn has_missing_hook(&self, object: &Value) -> bool {
        class_of(object).has(class_flags::HAS_GETATTR) || object.is_kind(Kind::Module)
    }

    /// If an AttributeError flies and the class has `__getattr__`, asks that.
    fn or_getattr(&mut self, object: &Value, name: &Value, result: Res) -> Res {
        if result.is_ok()
            || !class_of(object).has(class_flags::HAS_GETATTR)
            || !self.thrown_is(&types().exceptions.AttributeError)
        {
            return result;
        }
        drop(self.catch());
        self.missing_attr(object, name)
    }

    /// What a failed lookup gives: `__getattr__` of the class or module, or AttributeError.
    fn missing_attr(&mut self, object: &Value, name: &Value) -> Res {
        match self.missing_call(object, name)? {
            Found::Call(function, args) => self.call_window(&function, args, &[]),
            _ => Err(self.attribute_error(object, name)),
        }
    }

    /// The call of `__getattr__` that a failed lookup leads to, or Missing.
    pub fn missing_call(&mut self, object: &Value, name: &Value) -> Res<Found> {
        let class = class_of(object).clone();
        if class.has(class_flags::HAS_GETATTR)
            && let Some(hook) = self.lookup(&class, &names().__getattr__)
        {
            return Ok(Found::Call(hook, vec![object.clone(), name.clone()]));
        }
        if let Some(module) = object.downcast::<Module>()
            && let Some(hook) = module.dict.get_str(&names().__getattr__)
        {
            return Ok(Found::Call(hook, vec![name.clone()]));
        }
        Ok(Found::Missing)
    }

    /// Makes a value of what was found.
    pub fn finish_found(&mut self, found: Found) -> Res {
        match found {
            Found::Value(value) => Ok(value),
            Found::Method(function, this) => Ok(bound_method(function, this)),
            Found::Call(function, args) => self.call_window(&function, args, &[]),
            Found::Missing => Err(self.type_error("attribute is missing")),
        }
    }

    /// Finds an attribute without running script code, except where Found::Call says so.
    pub fn resolve(&mut self, object: &Value, name: &Value) -> Res<Found> {
        let class = class_of(object).clone();
        if class.has(class_flags::HAS_GETATTRIBUTE)
            && let Some(hook) = self.lookup(&class, &names().__getattribute__)
            && !hook.is_kind(Kind::Native)
        {
            return Ok(Found::Call(hook, vec![object.clone(), name.clone()]));
        }
        let found = self.resolve_default(object, &class, name);
        if found.is_err() && class.has(class_flags::HAS_GETATTR) && self.thrown_is(&types().exceptions.AttributeError) {
            // A native attribute that isn't there (an empty slot): `__getattr__` is asked.
            drop(self.catch());
            return Ok(Found::Missing);
        }
        found
    }

    /// `object.__getattribute__`, or `type.__getattribute__` for classes.
    pub fn resolve_default(&mut self, object: &Value, class: &Ref<Class>, name: &Value) -> Res<Found> {
        if let Some(target) = object.as_ref::<Class>() {
            return self.resolve_on_class(&target, class, name);
        }
        if let Some(sup) = object.as_ref::<crate::objects::SuperObject>() {
            return self.resolve_super(&sup, object, class, name);
        }
        let on_class = self.lookup(class, name);
        if let Some(attribute) = &on_class
            && is_data_descriptor(self, attribute)
        {
            return self.bind(attribute.clone(), Some(object), class);
        }
        if let Some(value) = own_attribute(object, name) {
            return Ok(Found::Value(value));
        }
        if let Some(attribute) = on_class {
            return self.bind(attribute, Some(object), class);
        }
        if let Some(method) = object.downcast::<BoundMethod>() {
            let function = method.function.clone();
            return self.resolve(&function, name);
        }
        Ok(Found::Missing)
    }

    fn resolve_on_class(&mut self, target: &Ref<Class>, metaclass: &Ref<Class>, name: &Value) -> Res<Found> {
        let on_meta = self.lookup(metaclass, name);
        if let Some(attribute) = &on_meta
            && is_data_descriptor(self, attribute)
        {
            return self.bind(attribute.clone(), Some(target.value()), metaclass);
        }
        if let Some(attribute) = self.lookup(target, name) {
            return self.bind(attribute, None, target);
        }
        if let Some(attribute) = on_meta {
            return self.bind(attribute, Some(target.value()), metaclass);
        }
        Ok(Found::Missing)
    }

    fn resolve_super(
        &mut self,
        sup: &Ref<crate::objects::SuperObject>,
        object: &Value,
        class: &Ref<Class>,
        name: &Value,
    ) -> Res<Found> {
        if !name.is(&names().__class__)
            && let Some(start) = sup.object_class.get().as_ref::<Class>()
            && let Some(after) = sup.class.get().as_ref::<Class>()
            && let Some(attribute) = find_after(&start, &after, name)
        {
            let this = sup.object.get().clone();
            let unbound = this.is(start.value());
            return self.bind(attribute, if unbound { None } else { Some(&this) }, &start);
        }
        match self.lookup(class, name) {
            Some(attribute) => self.bind(attribute, Some(object), class),
            None => Ok(Found::Missing),
        }
    }

    /// The descriptor protocol's `__get__`: `object` is None for access through the class.
    pub fn bind(&mut self, attribute: Value, object: Option<&Value>, class: &Ref<Class>) -> Res<Found> {
        let Some(kind) = attribute.kind() else { return Ok(Found::Value(attribute)) };
        match (kind, object) {
            (Kind::Function, Some(object)) => Ok(Found::Method(attribute, object.clone())),
            (Kind::Native, _) => Ok(bind_native(attribute, object, class)),
            (Kind::ClassMethod, _) if is_exact(&attribute, &types().classmethod) => {
                let inner = attribute.downcast::<ClassMethod>().map(|c| c.function.get().clone());
                let inner = inner.unwrap_or(Value::NONE);
                if inner.is_kind(Kind::Function) || inner.is_kind(Kind::Native) {
                    return Ok(Found::Method(inner, class.value().clone()));
                }
                Ok(Found::Value(bound_method(inner, class.value().clone())))
            }
            (Kind::StaticMethod, _) if is_exact(&attribute, &types().staticmethod) => {
                let inner = attribute.downcast::<StaticMethod>().map(|s| s.function.get().clone());
                Ok(Found::Value(inner.unwrap_or(Value::NONE)))
            }
            (Kind::Property, Some(object)) if is_exact(&attribute, &types().property) => {
                let getter = attribute.downcast::<Property>().map(|p| p.get.get().clone()).unwrap_or(Value::NONE);
                if getter.is_none() {
                    return Err(self.no_accessor(&attribute, object, "getter"));
                }
                Ok(Found::Call(getter, vec![object.clone()]))
            }
            (Kind::GetSet, Some(object)) => self.get_native(&attribute, object).map(Found::Value),
            (
                Kind::Function
                | Kind::GetSet
                | Kind::Property
                | Kind::Str
                | Kind::Tuple
                | Kind::List
                | Kind::Dict
                | Kind::BoundMethod
                | Kind::Cell
                | Kind::Code
                | Kind::Module,
                _,
            ) if class_of(&attribute).has(class_flags::BUILTIN) => Ok(Found::Value(attribute)),
            _ => self.bind_by_class(attribute, object, class),
        }
    }

    fn bind_by_class(&mut self, attribute: Value, object: Option<&Value>, class: &Ref<Class>) -> Res<Found> {
        let own = class_of(&attribute).clone();
        match self.lookup(&own, &names().__get__) {
            Some(get) => {
                let object = object.cloned().unwrap_or(Value::NONE);
                Ok(Found::Call(get, vec![attribute, object, class.value().clone()]))
            }
            None => Ok(Found::Value(attribute)),
        }
    }

    fn get_native(&mut self, attribute: &Value, object: &Value) -> Res {
        let Some(getset) = attribute.as_ref::<GetSet>() else { return Ok(Value::NONE) };
        crate::types::descriptor::check_receiver(self, attribute, object)?;
        if getset.member {
            let value = object.header().and_then(attrs::of).and_then(|a| a.get(&getset.name));
            return value.ok_or_else(|| self.attribute_error(object, &getset.name));
        }
        match getset.get {
            Some(get) => get(self, object),
            None => Err(self.attribute_error(object, &getset.name)),
        }
    }

    /// AttributeError for a property without the accessor that is wanted.
    pub(crate) fn no_accessor(&mut self, property: &Value, object: &Value, what: &str) -> Thrown {
        let name = property.downcast::<Property>().map_or(Value::NONE, |p| p.name.get().clone());
        let class = crate::types::text_of(class_of(object).qualname.get());
        let message = match name.is_none() || name.is_unset() {
            true => format!("property of '{class}' object has no {what}"),
            false => format!("property '{}' of '{class}' object has no {what}", crate::types::text_of(&name)),
        };
        let class = types().exceptions.AttributeError.clone();
        self.raise(&class, message)
    }

    /// `object.name = value`.
    pub fn set_attr(&mut self, object: &Value, name: &Value, value: Value) -> Res<()> {
        let class = class_of(object).clone();
        if class.has(class_flags::HAS_SETATTR)
            && let Some(hook) = self.lookup(&class, &names().__setattr__)
            && !hook.is_kind(Kind::Native)
        {
            self.call_on(&hook, object, &[name.clone(), value])?;
            return Ok(());
        }
        self.set_attr_default(object, name, Some(value))
    }

    /// `del object.name`.
    pub fn del_attr(&mut self, object: &Value, name: &Value) -> Res<()> {
        let class = class_of(object).clone();
        if class.has(class_flags::HAS_SETATTR)
            && let Some(hook) = self.lookup(&class, &names().__delattr__)
            && !hook.is_kind(Kind::Native)
        {
            self.call_on(&hook, object, std::slice::from_ref(name))?;
            return Ok(());
        }
        self.set_attr_default(object, name, None)
    }

    /// `object.__setattr__` (value) and `object.__delattr__` (None).
    pub fn set_attr_default(&mut self, object: &Value, name: &Value, value: Option<Value>) -> Res<()> {
        let name = &crate::objects::intern_value(name);
        let class = class_of(object).clone();
        if let Some(target) = object.as_ref::<Class>()
            && target.has(class_flags::BUILTIN)
        {
            let (attribute, class) = (crate::types::text_of(name), target.name_str());
            return Err(self.type_error(format!("cannot set '{attribute}' attribute of immutable type '{class}'")));
        }
        if let Some(attribute) = self.lookup(&class, name)
            && is_data_descriptor(self, &attribute)
        {
            return self.set_by_descriptor(&attribute, object, name, value);
        }
        if let Some(target) = object.as_ref::<Class>() {
            return self.set_on_class(&target, name, value);
        }
        self.set_own(object, &class, name, value)
    }

    pub(crate) fn set_by_descriptor(
        &mut self,
        attribute: &Value,
        object: &Value,
        name: &Value,
        value: Option<Value>,
    ) -> Res<()> {
        if let Some(property) = attribute.as_ref::<Property>() {
            let (accessor, what) = match value {
                Some(_) => (property.set.get().clone(), "setter"),
                None => (property.delete.get().clone(), "deleter"),
            };
            if accessor.is_none() {
                return Err(self.no_accessor(attribute, object, what));
            }
            let mut args = vec![object.clone()];
            args.extend(value);
            self.call_window(&accessor, args, &[])?;
            return Ok(());
        }
        if let Some(getset) = attribute.as_ref::<GetSet>() {
            crate::types::descriptor::check_receiver(self, attribute, object)?;
            if getset.member {
                return self.set_own_slot(object, &getset.name, value);
            }
            return match getset.set {
                Some(set) => set(self, object, value),
                None => {
                    let (attribute, class) = (crate::types::text_of(name), class_of(object).name_str());
                    let message = format!("attribute '{attribute}' of '{class}' objects is not writable");
                    let class = types().exceptions.AttributeError.clone();
                    Err(self.raise(&class, message))
                }
            };
        }
        let own = class_of(attribute).clone();
        let (hook, args) = match value {
            Some(value) => (&names().__set__, vec![object.clone(), value]),
            None => (&names().__delete__, vec![object.clone()]),
        };
        match self.lookup(&own, hook) {
            Some(method) => self.call_on(&method, attribute, &args).map(drop),
            None => {
                let class = types().exceptions.AttributeError.clone();
                Err(self.raise(&class, crate::types::text_of(hook)))
            }
        }
    }

    fn set_own_slot(&mut self, object: &Value, name: &Value, value: Option<Value>) -> Res<()> {
        let Some(own) = object.header().and_then(attrs::of) else { return Err(self.attribute_error(object, name)) };
        match value {
            Some(value) => {
                if own.shape().lacks_room_for(name) {
                    class_of(object).give_room(own.shape().capacity());
                }
                let old = own.set(name, value);
                drop(old);
                Ok(())
            }
            None => match own.delete(name) {
                Some(old) => {
                    drop(old);
                    Ok(())
                }
                None => Err(self.attribute_error(object, name)),
            },
        }
    }

    fn set_own(&mut self, object: &Value, class: &Ref<Class>, name: &Value, value: Option<Value>) -> Res<()> {
        if let Some(module) = object.downcast::<Module>() {
            return set_in_dict(self, &module.dict.clone(), object, name, value);
        }
        if let Some(function) = object.downcast::<Function>() {
            let dict = function_dict(function);
            return set_in_dict(self, &dict, object, name, value);
        }
        if !class.has(class_flags::NO_DICT) && object.header().and_then(attrs::of).is_some() {
            return self.set_own_slot(object, name, value);
        }
        if self.has_attr_on_class(class, name) {
            let (attribute, class) = (crate::types::text_of(name), class.name_str());
            let message = format!("'{class}' object attribute '{attribute}' is read-only");
            return Err(self.attribute_error_with(message, object, name));
        }
        let (attribute, class) = (crate::types::text_of(name), class.name_str());
        let message =
            format!("'{class}' object has no attribute '{attribute}' and no __dict__ for setting new attributes");
        Err(self.attribute_error_with(message, object, name))
    }

    fn set_on_class(&mut self, target: &Ref<Class>, name: &Value, value: Option<Value>) -> Res<()> {
        let old = match value {
            Some(value) => target.dict.insert_str(name, value),
            None => match target.dict.remove_str(name) {
                Some(old) => Some(old),
                None => return Err(self.attribute_error(target.value(), name)),
            },
        };
        target.invalidate();
        crate::class::refresh_flags(target);
        drop(old);
        Ok(())
    }
}

fn set_in_dict(
    vm: &mut Vm,
    dict: &crate::objects::Dict,
    object: &Value,
    name: &Value,
    value: Option<Value>,
) -> Res<()> {
    match value {
        Some(value) => {
            drop(dict.insert_str(name, value));
            Ok(())
        }
        None => match dict.remove_str(name) {
            Some(_) => Ok(()),
            None => Err(vm.attribute_error(object, name)),
        },
    }
}

fn is_exact(value: &Value, class: &Ref<Class>) -> bool {
    class_of(value).is(class)
}

/// A `method` object.
pub fn bound_method(function: Value, this: Value) -> Value {
    if let Some(native) = function.downcast::<Native>() {
        return bound_native(native, this);
    }
    crate::heap::new(&types().method, BoundMethod { function, this }).into_value()
}

fn bound_native(native: &Native, this: Value) -> Value {
    let bound = Native {
        name: native.name,
        function: native.function,
        kind: NativeKind::Function,
        intrinsic: native.intrinsic,
        owner: crate::heap::VmCell::new(native.owner.get().clone()),
        this,
        module: crate::heap::VmCell::new(Value::NONE),
        doc: native.doc,
        data: native.data.clone(),
    };
    let class = if native.kind == NativeKind::Slot { &types().method_wrapper } else { &types().builtin_function };
    crate::heap::new(class, bound).into_value()
}

fn bind_native(attribute: Value, object: Option<&Value>, class: &Ref<Class>) -> Found {
    let kind = attribute.downcast::<Native>().map_or(NativeKind::Function, |n| n.kind);
    match (kind, object) {
        (NativeKind::Method | NativeKind::Slot, Some(object)) => Found::Method(attribute, object.clone()),
        (NativeKind::ClassMethod, _) => Found::Method(attribute, class.value().clone()),
        _ => Found::Value(attribute),
    }
}

/// Whether an attribute found on a class goes before the instance's own.
pub fn is_data_descriptor(vm: &mut Vm, attribute: &Value) -> bool {
    match attribute.kind() {
        None | Some(Kind::Function | Kind::Native | Kind::Str | Kind::Tuple) => false,
        Some(Kind::Property | Kind::GetSet) => true,
        Some(_) => {
            let class = class_of(attribute).clone();
            !class.has(class_flags::BUILTIN)
                && (vm.has_attr_on_class(&class, &names().__set__) || vm.has_attr_on_class(&class, &names().__delete__))
        }
    }
}

/// The attribute of an object's own dict.
pub fn own_attribute(object: &Value, name: &Value) -> Option<Value> {
    let header = object.header()?;
    if let Some(own) = attrs::of(header) {
        let found = own.get(name);
        if found.is_some() {
            return found;
        }
    }
    match header.kind() {
        Kind::Module => object.downcast::<Module>()?.dict.get_str(name),
        Kind::Function => {
            let dict = object.downcast::<Function>()?.dict.get().as_ref::<crate::objects::Dict>()?;
            dict.get_str(name)
        }
        _ => None,
    }
}

/// The function's `__dict__`, made when first needed.
pub fn function_dict(function: &Function) -> Ref<crate::objects::Dict> {
    if let Some(dict) = function.dict.get().as_ref() {
        return dict;
    }
    let dict = crate::objects::Dict::create();
    function.dict.set(dict.value().clone());
    dict
}

/// The attribute found in the resolution order of `start` behind `after`.
pub fn find_after(start: &Ref<Class>, after: &Ref<Class>, name: &Value) -> Option<Value> {
    let mut passed = start.is(after);
    for class in start.mro_tail.get() {
        if passed {
            if let Some(found) = class.own(name) {
                return Some(found);
            }
        } else if class.is(after) {
            passed = true;
        }
    }
    None
}
