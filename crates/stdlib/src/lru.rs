//! What `functools.lru_cache` makes of a function: a native that keeps results.

use crate::native::{class_argument, object, this};
use std::cell::Cell;
use weft_vm::heap::{Ref, VmCell};
use weft_vm::objects::{BoundMethod, Dict, Opaque, int, tuple};
use weft_vm::types::{Def, object as object_type};
use weft_vm::{Args, Asks, Outcome, Request, Res, Restartable, Value, Vm, class_of, restartable, types};

/// No slot.
const NOWHERE: usize = usize::MAX;

/// A result, in a list from the one unused for longest to the one used last.
struct Slot {
    key: Value,
    result: Value,
    older: usize,
    newer: usize,
}

/// What is kept where there is a limit.
struct Recent {
    slots: Vec<Slot>,
    oldest: usize,
    newest: usize,
}

struct Cache {
    function: Value,
    /// None: no limit.
    limit: Option<usize>,
    typed: bool,
    /// Makes the answer of `cache_info`.
    inform: Value,
    /// Stands in keys between positional arguments and those by name.
    mark: Value,
    /// Results by key, or with a limit the numbers of slots.
    known: Ref<Dict>,
    recent: VmCell<Recent>,
    hits: Cell<u64>,
    misses: Cell<u64>,
    /// How often the cache was cleared: what was found before that is not used after it.
    cleared: Cell<u64>,
}

pub const DEFS: &[Def] = &[
    Def::New(restartable!(new)),
    Def::Slot("__call__", call),
    Def::Slot("__get__", get),
    // Instances have one of their own.
    Def::Value("__doc__", || Value::NONE),
    Def::Method("cache_info", cache_info),
    Def::Method("cache_clear", cache_clear),
    Def::Method("__copy__", |_, args| Ok(args.pos()[0].clone())),
    Def::Method("__deepcopy__", |_, args| Ok(args.pos()[0].clone())),
    Def::Method("__reduce__", reduce),
    Def::GetSet("__dict__", object_type::get_dict, object_type::set_dict),
];

impl Recent {
    const fn new() -> Recent {
        Recent { slots: Vec::new(), oldest: NOWHERE, newest: NOWHERE }
    }

    /// Takes a slot out of the list.
    fn unlink(&mut self, number: usize) {
        let (older, newer) = (self.slots[number].older, self.slots[number].newer);
        match self.slots.get_mut(older) {
            Some(slot) => slot.newer = newer,
            None => self.oldest = newer,
        }
        match self.slots.get_mut(newer) {
            Some(slot) => slot.older = older,
            None => self.newest = older,
        }
    }

    /// Enters a slot as the one used last.
    fn link(&mut self, number: usize) {
        (self.slots[number].older, self.slots[number].newer) = (self.newest, NOWHERE);
        match self.slots.get_mut(self.newest) {
            Some(slot) => slot.newer = number,
            None => self.oldest = number,
        }
        self.newest = number;
    }

    fn use_slot(&mut self, number: usize) -> Option<Value> {
        let result = self.slots.get(number)?.result.clone();
        if self.newest != number {
            self.unlink(number);
            self.link(number);
        }
        Some(result)
    }
}

/// `_lru_cache_wrapper(function, limit, typed, inform)`; a limit of None is none.
fn new(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    args.rest().expect(vm, "_lru_cache_wrapper", 4, 4)?;
    let [_, function, limit, typed, inform] = args.pos() else { return Ok(Value::NONE) };
    if !vm.is_callable(function) {
        return Err(vm.type_error("the first argument must be callable"));
    }
    let limit = if limit.is_none() { None } else { Some(vm.as_ssize(limit)?.max(0) as usize) };
    let cache = Cache {
        function: function.clone(),
        limit,
        typed: vm.is_true(typed)?,
        inform: inform.clone(),
        mark: Opaque::state(()),
        known: Dict::create(),
        recent: VmCell::new(Recent::new()),
        hits: Cell::new(0),
        misses: Cell::new(0),
        cleared: Cell::new(0),
    };
    Ok(object(&class, cache))
}

/// A call as a key: a single integer or string is its own, as it equals no tuple.
fn key_of(cache: &Cache, args: &Args<'_>) -> Value {
    let simple =
        |value: &Value| value.is_small_int() || class_of(value).is(&types().str) || class_of(value).is(&types().int);
    match args.pos() {
        [only] if !cache.typed && !args.has_keywords() && simple(only) => return only.clone(),
        _ => {}
    }
    let mut parts = args.pos().to_vec();
    if args.has_keywords() {
        parts.push(cache.mark.clone());
        parts.extend(args.keywords().flat_map(|(name, value)| [name.clone(), value.clone()]));
    }
    if cache.typed {
        let (values, _) = args.raw();
        parts.extend(values.iter().map(|value| class_of(value).value().clone()));
    }
    tuple(parts)
}

/// The kept result of a key with this hash.
fn find(vm: &mut Vm, cache: &Cache, hash: u64, key: &Value) -> Res<Option<Value>> {
    let cleared = cache.cleared.get();
    let Some(entry) = vm.dict_find_hashed(&cache.known, hash, key)? else { return Ok(None) };
    if cleared != cache.cleared.get() {
        return Ok(None);
    }
    let found = cache.known.table().entry(entry).value.clone();
    if cache.limit.is_none() {
        return Ok(Some(found));
    }
    let number = found.as_small_int().map_or(NOWHERE, |number| number as usize);
    Ok(cache.recent.get_mut().use_slot(number))
}

fn call(vm: &mut Vm, args: Args<'_>) -> Res {
    let cache = this::<Cache>(vm, &args)?;
    let given = args.rest();
    let (values, names) = given.raw();
    let request = |values: &[Value]| match names {
        [] => Request::Call { callable: cache.function.clone(), args: values.to_vec() },
        _ => Request::CallKeywords { callable: cache.function.clone(), args: values.to_vec(), names: names.to_vec() },
    };
    if cache.limit == Some(0) {
        cache.misses.set(cache.misses.get() + 1);
        return Err(vm.request(request(values)));
    }
    let key = key_of(cache, &given);
    let hash = vm.hash(&key)?;
    if let Some(result) = find(vm, cache, hash, &key)? {
        cache.hits.set(cache.hits.get() + 1);
        return Ok(result);
    }
    cache.misses.set(cache.misses.get() + 1);
    let state = tuple(vec![args.pos()[0].clone(), key, int(hash as i64)]);
    Err(vm.request(Request::Then { first: Box::new(request(values)), then: keep, state }))
}

/// Keeps the result of a call; state is the cache, the key and its hash.
fn keep(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let result = outcome.result(vm)?;
    let Some([holder, key, hash]) = state.as_items() else { return Ok(result) };
    let (Some(cache), Some(hash)) = (holder.native_state::<Cache>(), hash.as_i64()) else { return Ok(result) };
    let hash = hash as u64;
    let Some(limit) = cache.limit else {
        vm.dict_set_hashed(&cache.known, hash, key, result.clone())?;
        return Ok(result);
    };
    // The call itself may have kept a result for this key.
    if vm.dict_find_hashed(&cache.known, hash, key)?.is_some() {
        return Ok(result);
    }
    let slot = Slot { key: key.clone(), result: result.clone(), older: NOWHERE, newer: NOWHERE };
    let recent = cache.recent.get_mut();
    if recent.slots.len() < limit {
        let number = recent.slots.len();
        recent.slots.push(slot);
        recent.link(number);
        vm.dict_set_hashed(&cache.known, hash, key, int(number as i64))?;
        return Ok(result);
    }
    let number = recent.oldest;
    recent.unlink(number);
    let forgotten = std::mem::replace(&mut recent.slots[number], slot);
    recent.link(number);
    let cleared = cache.cleared.get();
    vm.dict_remove(&cache.known, &forgotten.key)?;
    if cleared == cache.cleared.get() {
        vm.dict_set_hashed(&cache.known, hash, key, int(number as i64))?;
    }
    Ok(result)
}

/// As an attribute of a class, it is a method.
fn get(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "__get__", 1, 2)?;
    let (function, this) = (args.pos()[0].clone(), args.pos()[1].clone());
    if this.is_none() {
        return Ok(function);
    }
    Ok(weft_vm::heap::new(&types().method, BoundMethod { function, this }).into_value())
}

fn cache_info(vm: &mut Vm, args: Args<'_>) -> Res {
    let cache = this::<Cache>(vm, &args)?;
    let limit = cache.limit.map_or(Value::NONE, |limit| int(limit as i64));
    let counts = [cache.hits.get(), cache.misses.get()].map(|n| int(n as i64));
    let args = counts.into_iter().chain([limit, int(cache.known.len() as i64)]).collect();
    Err(vm.request(Request::Call { callable: cache.inform.clone(), args }))
}

fn cache_clear(vm: &mut Vm, args: Args<'_>) -> Res {
    let cache = this::<Cache>(vm, &args)?;
    cache.hits.set(0);
    cache.misses.set(0);
    cache.cleared.set(cache.cleared.get() + 1);
    // Both are empty before anything of what was in them dies.
    let old = (cache.recent.replace(Recent::new()), cache.known.take());
    drop(old);
    Ok(Value::NONE)
}

fn reduce(vm: &mut Vm, args: Args<'_>) -> Res {
    vm.get_attr(&args.pos()[0], &weft_vm::names().__qualname__)
}
