//! Attributes, with their inline caches.

use super::*;
use crate::dispatch::attr_cache::{Key, Use};

/// Where an attribute of an instance was found, as far as an inline cache can use it.
fn instance_cache(vm: &mut Vm, object: &Value, name: &Value, usage: Use) -> Option<Cache> {
    let header = object.header()?;
    let class = header.class();
    let shape = attrs::of(header).map(|own| own.shape());
    if class.has(class_flags::HAS_GETATTRIBUTE) || shape.is_some_and(|s| s.is_dict()) {
        return None;
    }
    let cache = Cache { version: class.version(), shape, ..Cache::EMPTY };
    let slot = |index: usize| Some(Cache { kind: CacheKind::Slot, index: index as u16, ..cache });
    let own = shape.and_then(|s| s.slot(name));
    let Some(attribute) = vm.lookup(class, name) else { return slot(own?) };
    let value = attribute.bits();
    if let Some(getset) = attribute.downcast::<GetSet>() {
        return match own {
            Some(index) if getset.member => slot(index),
            _ if getset.member || getset.get.is_none() || class.has(class_flags::HAS_GETATTR) => None,
            _ => Some(Cache { kind: CacheKind::Native, value, ..cache }),
        };
    }
    if let Some(property) = attribute.downcast::<crate::objects::Property>()
        && class_of(&attribute).is(&types().property)
        && property.get.get().is_kind(Kind::Function)
        && !class.has(class_flags::HAS_GETATTR)
    {
        return Some(Cache { kind: CacheKind::Property, value: property.get.get().bits(), ..cache });
    }
    if let Some(property) = attribute.downcast::<crate::objects::Property>()
        && class_of(&attribute).is(&types().property)
        && let Some(index) = crate::types::tuple::field_index(property.get.get())
        && object.is_kind(Kind::Tuple)
        && !class.has(class_flags::HAS_GETATTR)
    {
        return Some(Cache { kind: CacheKind::Item, index, ..cache });
    }
    if crate::ops::attr::is_data_descriptor(vm, &attribute) {
        return None;
    }
    if let Some(index) = own {
        return slot(index);
    }
    if binds(&attribute) {
        let kind = match (usage, shape) {
            (Use::Call, Some(_)) => CacheKind::Method,
            (Use::Call, None) => CacheKind::BareMethod,
            _ => CacheKind::Bound,
        };
        let sends = attribute.downcast::<Native>().is_some_and(|native| native.intrinsic == Intrinsic::Send);
        let value =
            if sends && usage == Use::Call && object.is_kind(Kind::Generator) { Value::SEND.bits() } else { value };
        return Some(Cache { kind, value, ..cache });
    }
    if let Some(inner) = attribute.downcast::<crate::objects::StaticMethod>()
        && class_of(&attribute).is(&types().staticmethod)
        && shape.is_some()
        && inner.function.get().is_kind(Kind::Function)
    {
        return Some(Cache { kind: CacheKind::ClassValue, value: inner.function.get().bits(), ..cache });
    }
    if is_plain_value(&attribute) && shape.is_some() {
        return Some(Cache { kind: CacheKind::ClassValue, value, ..cache });
    }
    None
}

/// Whether what stands on a class becomes a method of its instances.
fn binds(attribute: &Value) -> bool {
    use crate::objects::NativeKind;
    attribute.is_kind(Kind::Function)
        || attribute.downcast::<Native>().is_some_and(|n| n.kind != NativeKind::Function)
            && !crate::ops::attr::is_class_method(attribute)
}

/// Whether what stands on a class is no descriptor, whatever its class may define later.
fn is_plain_value(attribute: &Value) -> bool {
    use Kind::{BigInt, Dict, Float, List, Set, Str, Tuple};
    match attribute.kind() {
        Some(Str | Tuple | List | Dict | BigInt | Float | Set) => is_builtin(attribute),
        Some(_) => false,
        None => true,
    }
}

/// As `instance_cache`, for an attribute of a class.
fn class_cache(vm: &mut Vm, object: &Value, name: &Value) -> Option<Cache> {
    let target = object.as_ref::<Class>()?;
    let metaclass = class_of(object);
    if metaclass.has(class_flags::HAS_GETATTRIBUTE) {
        return None;
    }
    if let Some(before) = vm.lookup(metaclass, name) {
        let read = before.downcast::<GetSet>().is_some_and(|getset| getset.get.is_some() && !getset.member);
        if read && !metaclass.has(class_flags::HAS_GETATTR) {
            let version = metaclass.version();
            return Some(Cache { kind: CacheKind::Native, value: before.bits(), version, ..Cache::EMPTY });
        }
        if crate::ops::attr::is_data_descriptor(vm, &before) {
            return None;
        }
    }
    let attribute = vm.lookup(&target, name)?;
    let mut version3 = 0;
    let value = match attribute.downcast::<crate::objects::StaticMethod>() {
        Some(inner) if class_of(&attribute).is(&types().staticmethod) => inner.function.get().bits(),
        // An object of the language, as members of enumerations are.
        _ if attribute.is_kind(Kind::Instance) && vm.special(&attribute, &names().__get__).is_none() => {
            version3 = class_of(&attribute).version();
            attribute.bits()
        }
        _ if attribute.is_kind(Kind::Function) || is_plain_value(&attribute) => attribute.bits(),
        _ if attribute.is_kind(Kind::Native) && !crate::ops::attr::is_class_method(&attribute) => attribute.bits(),
        _ => return None,
    };
    let (version, version2) = (target.version(), metaclass.version());
    Some(Cache { kind: CacheKind::Class, version, version2, version3, value, ..Cache::EMPTY })
}

/// As `instance_cache`, for an attribute of a module.
fn module_cache(vm: &mut Vm, object: &Value, name: &Value) -> Option<Cache> {
    let module = object.downcast::<crate::objects::Module>()?;
    let class = class_of(object);
    if !class.is(&types().module) || vm.has_attr_on_class(class, name) {
        return None;
    }
    let table = module.dict.table_mut();
    let index = u16::try_from(table.find_str(name)?).ok()?;
    Some(Cache { kind: CacheKind::Module, version: table.cacheable_version(), index, ..Cache::EMPTY })
}

/// Whether an object that stands on a class is still what the class gives: its own class is as it was.
#[inline(always)]
fn is_no_descriptor(cache: &Cache, value: &Value) -> bool {
    cache.version3 == 0 || value.header().is_some_and(|header| header.class().version() == cache.version3)
}

/// What a cache knows about an object's attribute.
enum Hit {
    /// The attribute, or the exception of a native getter.
    Value(Res),
    /// A function that becomes a method of the object.
    Method(Value),
    /// A property's getter.
    Getter(Value),
}

fn by_cache(vm: &mut Vm, cache: &Cache, object: &Value) -> Option<Hit> {
    // SAFETY: what `value` refers to lives as long as the versions stay, which every way below checks first.
    let value = || unsafe { (*std::mem::ManuallyDrop::new(Value::from_bits(cache.value))).clone() };
    let header = object.header()?;
    match cache.kind {
        CacheKind::Module => {
            let module = object.downcast::<crate::objects::Module>()?;
            let table = module.dict.table();
            let fits = table.version() == cache.version && cache.version != 0;
            return fits.then(|| Hit::Value(Ok(table.entry(usize::from(cache.index)).value.clone())));
        }
        CacheKind::Class => {
            let target = object.downcast::<Class>()?;
            let fits = target.version() == cache.version && header.class().version() == cache.version2;
            return fits.then(value).filter(|value| is_no_descriptor(cache, value)).map(|value| Hit::Value(Ok(value)));
        }
        _ if header.class().version() != cache.version => return None,
        CacheKind::Native => {
            let attribute = value();
            let get = attribute.downcast::<GetSet>()?.get?;
            return Some(Hit::Value(get(vm, object)));
        }
        CacheKind::Item => {
            let items = object.downcast::<Tuple>()?.items();
            return items.get(usize::from(cache.index)).map(|item| Hit::Value(Ok(item.clone())));
        }
        CacheKind::Property => return Some(Hit::Getter(value())),
        CacheKind::BareMethod => return Some(Hit::Method(value())),
        _ => {}
    }
    let own = attrs::of(header);
    if own.map(|own| std::ptr::from_ref(own.shape())) != cache.shape.map(std::ptr::from_ref) {
        return None;
    }
    match cache.kind {
        CacheKind::Slot => {
            let value = own?.slot(usize::from(cache.index)).get().clone();
            if value.is_unset() { None } else { Some(Hit::Value(Ok(value))) }
        }
        CacheKind::ClassValue => Some(Hit::Value(Ok(value()))),
        CacheKind::Method | CacheKind::Bound => Some(Hit::Method(value())),
        _ => None,
    }
}

/// A native attribute that the site's cache knows.
#[inline]
fn native_by_cache(vm: &mut Vm, regs: &Regs, site: usize, object: &Value) -> Option<Res> {
    let cache = regs.cache(site);
    if cache.kind != CacheKind::Native || object.header()?.class().version() != cache.version {
        return None;
    }
    // SAFETY: the attribute lives as long as the version stays; the getter, a native's, is copied out first.
    let get = unsafe { std::mem::ManuallyDrop::new(Value::from_bits(cache.value)).downcast::<GetSet>()?.get? };
    Some(get(vm, object))
}

/// An attribute of a module or a class, or an item of a tuple by its name, that the site's cache knows.
#[inline(always)]
fn value_by_cache(regs: &Regs, site: usize, object: &Value) -> Option<Value> {
    let cache = regs.cache(site);
    match cache.kind {
        CacheKind::Module => {
            let table = object.downcast::<crate::objects::Module>()?.dict.table();
            let fits = table.version() == cache.version && cache.version != 0;
            fits.then(|| table.entry(usize::from(cache.index)).value.clone())
        }
        CacheKind::Class => {
            let fits = object.downcast::<Class>()?.version() == cache.version
                && object.header()?.class().version() == cache.version2;
            // SAFETY: the value lives as long as the versions stay.
            let value = fits.then(|| unsafe { cached_value(cache) })?;
            is_no_descriptor(cache, &value).then_some(value)
        }
        CacheKind::Item if object.header()?.class().version() == cache.version => {
            object.downcast::<Tuple>()?.items().get(usize::from(cache.index)).cloned()
        }
        _ => None,
    }
}

/// What the common cache knows about an attribute, and whether the site is to learn it.
#[inline(always)]
fn shared<'a>(vm: &'a mut Vm, regs: &Regs, i: Instr, object: &Value, usage: Use) -> Option<&'a Cache> {
    let site = usize::from(i.c);
    let key = Key::of(object, &regs.code().site_names[site], usage)?;
    let (cache, often) = vm.attr_cache.get(key)?;
    // Sites that see several classes in turn would only push the entries to and fro.
    if often {
        *regs.cache(site) = *cache;
    }
    Some(cache)
}

/// Bits of a cache as a value.
///
/// # Safety
/// The cache holds a value, and the versions that keep it alive were checked.
#[inline(always)]
unsafe fn cached_value(cache: &Cache) -> Value {
    // SAFETY: promised by the caller.
    unsafe { (*std::mem::ManuallyDrop::new(Value::from_bits(cache.value))).clone() }
}

/// A load that the common cache knows, of a slot or of a value that stands on the class.
#[inline(always)]
fn load_shared(vm: &mut Vm, regs: &Regs, i: Instr) -> bool {
    let object = regs.at(i.b);
    let Some(cache) = shared(vm, regs, i, object, Use::Value) else { return false };
    let value = match (cache.kind, object.header().and_then(attrs::of)) {
        (CacheKind::Slot, Some(own)) => own.slot(usize::from(cache.index)).get().clone(),
        // SAFETY: an entry is only found for the versions it was made for.
        (CacheKind::ClassValue, _) => unsafe { cached_value(cache) },
        _ => return false,
    };
    if value.is_unset() {
        return false;
    }
    regs.done_with(i.b);
    regs.set(i.a, value);
    true
}

/// Looks an attribute up in the site's cache and in the common one; learns where it is if need be.
fn known(vm: &mut Vm, regs: &Regs, site: usize, object: &Value, name: &Value, usage: Use) -> Option<Hit> {
    let here = regs.cache(site);
    if !matches!(here.kind, CacheKind::Empty | CacheKind::Slot | CacheKind::Method | CacheKind::ClassValue)
        && let Some(hit) = by_cache(vm, here, object)
    {
        return Some(hit);
    }
    let key = Key::of(object, name, usage)?;
    if let Some((&cache, often)) = vm.attr_cache.get(key)
        && let Some(hit) = by_cache(vm, &cache, object)
    {
        // Sites that see several classes in turn would only push the entries to and fro.
        if often {
            *regs.cache(site) = cache;
        }
        return Some(hit);
    }
    let cache = match object.kind()? {
        Kind::Class => class_cache(vm, object, name)?,
        Kind::Module => module_cache(vm, object, name)?,
        Kind::Super | Kind::Function => return None,
        _ => {
            let cache = instance_cache(vm, object, name, usage)?;
            vm.attr_cache.put(key, cache);
            cache
        }
    };
    *regs.cache(site) = cache;
    by_cache(vm, &cache, object)
}

#[inline(never)]
pub(in crate::dispatch) fn load_attr(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let site = usize::from(i.c);
    let early = match regs.cache(site).kind {
        CacheKind::Native => native_by_cache(vm, &regs, site, regs.at(i.b)),
        CacheKind::Module | CacheKind::Class | CacheKind::Item => value_by_cache(&regs, site, regs.at(i.b)).map(Ok),
        _ => None,
    };
    if let Some(result) = early {
        regs.done_with(i.b);
        return store(&regs, i.a, result);
    }
    if load_shared(vm, &regs, i) {
        return Step::Next;
    }
    let object = regs.read(i.b);
    let name = regs.code().site_names[site].clone();
    let value = match known(vm, &regs, site, &object, &name, Use::Value) {
        Some(Hit::Value(result)) => result,
        Some(Hit::Method(function)) => Ok(crate::ops::attr::bound_method(function, object.clone())),
        Some(Hit::Getter(getter)) => {
            // SAFETY: the array outlives the call's beginning.
            let result = unsafe { begin(vm, getter, &Window::of(&mut [object]), Delivery::to(i.a)) };
            return called(vm, i.a, result);
        }
        None => return load_attr_of(vm, i.a, &object, &name),
    };
    drop(object);
    store(&regs, i.a, value)
}

fn load_attr_of(vm: &mut Vm, dst: u16, object: &Value, name: &Value) -> Step {
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
        // `__getattr__` must be asked if this raises AttributeError.
        Ok(Found::Call(function, args)) if class_of(object).has(class_flags::HAS_GETATTR) => {
            drop((function, args));
            let result = vm.ask_attr(object, name);
            let result = native::settle(vm, result, Delivery::to(dst));
            called(vm, dst, result)
        }
        Ok(Found::Call(function, mut args)) => {
            // SAFETY: the vector outlives the call's beginning.
            let result = unsafe { begin(vm, function, &Window::of(&mut args), Delivery::to(dst)) };
            called(vm, dst, result)
        }
        Ok(Found::Missing) => {
            vm.attribute_error(object, name);
            Step::Raise
        }
        Err(_) => Step::Raise,
    }
}

#[inline(never)]
pub(in crate::dispatch) fn load_method(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let site = usize::from(i.c);
    if let Some(value) = value_by_cache(&regs, site, regs.at(i.b)) {
        regs.done_with(i.b);
        regs.set(i.a, value);
        regs.set(i.a + 1, Value::UNSET);
        return Step::Next;
    }
    if let Some(cache) = shared(vm, &regs, i, regs.at(i.b), Use::Call)
        && matches!(cache.kind, CacheKind::Method | CacheKind::BareMethod)
    {
        // SAFETY: an entry is only found for the versions it was made for.
        let function = unsafe { cached_value(cache) };
        let object = regs.read(i.b);
        regs.set(i.a, function);
        regs.set(i.a + 1, object);
        return Step::Next;
    }
    let object = regs.read(i.b);
    let name = regs.code().site_names[site].clone();
    match known(vm, &regs, site, &object, &name, Use::Call) {
        Some(Hit::Method(function)) => {
            regs.set(i.a, function);
            regs.set(i.a + 1, object);
            return Step::Next;
        }
        Some(Hit::Value(result)) => {
            regs.set(i.a + 1, Value::UNSET);
            drop(object);
            return store(&regs, i.a, result);
        }
        Some(Hit::Getter(getter)) => {
            regs.set(i.a + 1, Value::UNSET);
            // SAFETY: the array outlives the call's beginning.
            let result = unsafe { begin(vm, getter, &Window::of(&mut [object]), Delivery::to(i.a)) };
            return called(vm, i.a, result);
        }
        None => {}
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

#[inline(never)]
pub(in crate::dispatch) fn store_attr(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let site = usize::from(i.c);
    if let Some(cache) = shared(vm, &regs, i, regs.at(i.a), Use::Store)
        && let Some(own) = regs.at(i.a).header().and_then(attrs::of)
    {
        let value = regs.read(i.b);
        match cache.next_shape {
            Some(next) if cache.kind == CacheKind::Extend => own.extend(next, usize::from(cache.index), value),
            _ => own.slot(usize::from(cache.index)).set(value),
        }
        regs.done_with(i.a);
        return Step::Next;
    }
    let name = regs.code().site_names[site].clone();
    let key = Key::of(regs.at(i.a), &name, Use::Store);
    let object = regs.read(i.a);
    let value = regs.read(i.b);
    let before = cacheable_store(vm, &object, &name);
    let class = class_of(&object).clone();
    if let Some(call) = vm.store_call(&object, &name, Some(&value)) {
        drop((object, value));
        return discarded_call(vm, call);
    }
    let result = vm.set_attr(&object, &name, value);
    if let (Ok(()), Some(before)) = (&result, before)
        && let Some(own) = object.header().and_then(attrs::of)
        && !own.shape().is_dict()
        && let Some(index) = own.shape().slot(&name)
    {
        let (shape, next) = (Some(before), Some(own.shape()));
        let kind = if std::ptr::eq(before, own.shape()) { CacheKind::Slot } else { CacheKind::Extend };
        let cache =
            Cache { version: class.version(), kind, index: index as u16, shape, next_shape: next, ..Cache::EMPTY };
        *regs.cache(site) = cache;
        if let Some(key) = key {
            vm.attr_cache.put(key, cache);
        }
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

pub(super) fn discarded_call(vm: &mut Vm, (callable, mut args): (Value, Vec<Value>)) -> Step {
    // SAFETY: the vector outlives the call's beginning.
    let result = unsafe { begin(vm, callable, &Window::of(&mut args), Delivery::mode(Mode::Discard, 0)) };
    discarded(result)
}

pub(in crate::dispatch) fn discarded(result: Res<Called>) -> Step {
    match result {
        Ok(Called::Value(_)) => Step::Next,
        Ok(Called::Entered) => Step::Enter,
        Err(_) => Step::Raise,
    }
}

#[inline(never)]
pub(in crate::dispatch) fn delete_attr(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let name = regs.code().site_names[usize::from(i.c)].clone();
    let object = regs.read(i.a);
    if let Some(call) = vm.store_call(&object, &name, None) {
        drop(object);
        return discarded_call(vm, call);
    }
    let result = vm.del_attr(&object, &name);
    drop(object);
    Step::of(result)
}

#[inline(never)]
pub(in crate::dispatch) fn load_super_attr(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let site = usize::from(i.c);
    let name = regs.code().site_names[site].clone();
    let (callable, class, this) = (regs.take(i.b), regs.take(i.b + 1), regs.take(i.b + 2));
    let method = i.x & 1 != 0;
    let of_super = callable.is(types().super_.value());
    if method
        && of_super
        && let Some(function) = super_by_cache(regs.cache(site), &class, &this)
    {
        regs.set(i.a, function);
        regs.set(i.a + 1, this);
        return Step::Next;
    }
    if method {
        regs.set(i.a + 1, Value::UNSET);
    }
    if of_super && !name.is(&names().__class__) {
        match super_lookup(vm, &class, &this, &name) {
            Ok(Some(Found::Method(function, this))) if method => {
                if let Some(after) = class.downcast::<Class>()
                    && class_of(&this).is_subclass_of(after)
                {
                    let (version, version2) = (class_of(&this).version(), after.version());
                    let value = function.bits();
                    *regs.cache(site) = Cache { kind: CacheKind::Super, version, version2, value, ..Cache::EMPTY };
                }
                regs.set(i.a, function);
                regs.set(i.a + 1, this);
                return Step::Next;
            }
            Ok(Some(found)) => {
                let result = vm.ask_found(found);
                let result = native::settle(vm, result, Delivery::to(i.a));
                return called(vm, i.a, result);
            }
            Ok(None) => {}
            Err(_) => return Step::Raise,
        }
    }
    let args: &[Value] = if i.x & 2 != 0 && !of_super { &[] } else { &[class, this] };
    let result = vm.call(&callable, args).and_then(|object| vm.get_attr(&object, &name));
    store(&regs, i.a, result)
}

/// The function that the cache knows for `super().name` with these arguments.
fn super_by_cache(cache: &Cache, class: &Value, this: &Value) -> Option<Value> {
    let fits = cache.kind == CacheKind::Super
        && class_of(this).version() == cache.version
        && class.downcast::<Class>()?.version() == cache.version2;
    // SAFETY: the function lives as long as the versions stay.
    fits.then(|| unsafe { (*std::mem::ManuallyDrop::new(Value::from_bits(cache.value))).clone() })
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
