//! Sorting, stable. Keys that are numbers, strings or tuples of these are ranked and sorted natively; for others a merge
//! sort asks whether one is less than another.

mod merge;
mod rank;

use crate::heap::Kind;
use crate::objects::{Class, class_flags};
use crate::ops::compare::Cmp;
use crate::value::Value;
use crate::{Res, Vm, class_of};
use merge::merge_sort;
use rank::{Ranked, Tie};

/// Sorts items by their keys.
pub fn sort(vm: &mut Vm, items: &mut Vec<Value>, key: Option<&Value>, reverse: bool) -> Res<()> {
    let Some(key) = key else {
        return sort_by_own_order(vm, items, reverse);
    };
    let mut keys = Vec::with_capacity(items.len());
    for item in items.iter() {
        keys.push(vm.call(key, std::slice::from_ref(item))?);
    }
    sort_by_ranks(vm, items, &keys, reverse)
}

/// Sorts items by what a key function made of each.
pub fn sort_by_ranks(vm: &mut Vm, items: &mut Vec<Value>, keys: &[Value], reverse: bool) -> Res<()> {
    let (order, outcome) = order_of(vm, keys, reverse);
    apply(items, order);
    outcome
}

fn sort_by_own_order(vm: &mut Vm, items: &mut Vec<Value>, reverse: bool) -> Res<()> {
    if items.iter().all(Value::is_small_int) {
        // The bits are in the numbers' order.
        if reverse {
            items.sort_by_key(|n| std::cmp::Reverse(n.bits() as i64));
        } else {
            items.sort_by_key(|n| n.bits() as i64);
        }
        return Ok(());
    }
    let (order, outcome) = order_of(vm, items, reverse);
    apply(items, order);
    outcome
}

/// Brings the items into the order of positions, which is a permutation.
fn apply(items: &mut Vec<Value>, order: Vec<Ranked>) {
    let mut old: Vec<Option<Value>> = std::mem::take(items).into_iter().map(Some).collect();
    items.extend(order.into_iter().filter_map(|ranked| old[ranked.at].take()));
}

/// The positions in sorted order. After an error: some order, with all positions in it.
fn order_of(vm: &mut Vm, keys: &[Value], reverse: bool) -> (Vec<Ranked>, Res<()>) {
    let (mut order, tie) = rank::ranks(keys);
    match tie {
        Tie::Equal => order.sort_by(|a, b| if reverse { b.rank.cmp(&a.rank) } else { a.rank.cmp(&b.rank) }),
        Tie::Order(columns) => order.sort_by(|a, b| {
            let (a, b) = if reverse { (b, a) } else { (a, b) };
            a.rank.cmp(&b.rank).then_with(|| rank::compare(&columns, &keys[a.at], &keys[b.at]))
        }),
        Tie::Ask => return ask_for_order(vm, keys, order, reverse),
    }
    (order, Ok(()))
}

/// As `order_of`, where keys of equal ranks have to be asked.
fn ask_for_order(vm: &mut Vm, keys: &[Value], mut order: Vec<Ranked>, reverse: bool) -> (Vec<Ranked>, Res<()>) {
    let method = common_method(vm, keys);
    // Reversing twice keeps equal items in their order.
    if reverse {
        order.reverse();
    }
    let outcome = merge_sort(&mut order, &mut |a, b| {
        if a.rank != b.rank {
            return Ok(a.rank < b.rank);
        }
        let (a, b) = (&keys[a.at], &keys[b.at]);
        match &method {
            Some(method) => method.less(vm, a, b),
            None => vm.less(a, b),
        }
    });
    if reverse {
        order.reverse();
    }
    (order, outcome)
}

/// `__lt__` of the class of all keys, a function of the language.
struct CommonMethod {
    function: Value,
    version: u32,
}

/// The method that all keys are asked by, if their classes and that method are of the language.
fn common_method(vm: &mut Vm, keys: &[Value]) -> Option<CommonMethod> {
    let class = class_of(keys.first()?).clone();
    if class.has(class_flags::BUILTIN) || !keys.iter().all(|key| class_of(key).is(&class)) {
        return None;
    }
    let function = vm.lookup(&class, Cmp::Lt.method()).filter(|method| method.is_kind(Kind::Function))?;
    Some(CommonMethod { function, version: class.version() })
}

impl CommonMethod {
    /// `a < b`, as the general way would answer it.
    fn less(&self, vm: &mut Vm, a: &Value, b: &Value) -> Res<bool> {
        let unchanged = |key: &Value| {
            let class: &Class = class_of(key);
            class.version() == self.version
        };
        if !unchanged(a) || !unchanged(b) {
            return vm.less(a, b);
        }
        let answer = vm.call_args(&self.function, &mut [a.clone(), b.clone()], &[])?;
        if answer.is_not_implemented() {
            return vm.less_by_reflection(a, b);
        }
        if answer.is_bool() { Ok(answer.is_true()) } else { vm.truth(&answer) }
    }
}
