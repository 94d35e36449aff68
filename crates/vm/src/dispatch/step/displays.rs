//! Building and taking apart containers.

use super::*;
use crate::objects::Exception;
use crate::ops::dict::set_plainly;
use crate::ops::keys::Errand;
use crate::vm::Outcome;

#[inline(never)]
pub(in crate::dispatch) fn build_tuple(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let made = match i.c {
        0 => types().empty_tuple.clone(),
        n => Tuple::build(usize::from(n), |item| regs.take(i.b + item as u16)).into_value(),
    };
    regs.set(i.a, made);
    Step::Next
}

#[inline(never)]
pub(in crate::dispatch) fn build_list(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let items = regs.take_run(i.b, i.c);
    regs.set(i.a, list(items));
    Step::Next
}

#[inline(never)]
pub(in crate::dispatch) fn build_set(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let items = regs.take_run(i.b, i.c);
    let set = Set::create(Default::default());
    for (n, item) in items.iter().enumerate() {
        match vm.set_add_plainly(&set, item) {
            Ok(Some(_)) => {}
            Ok(None) => {
                let into = Accumulator::Fill { result: set.value().clone(), set };
                let rest = tuple(items[n..].to_vec());
                let drawn = drain::begin(vm, rest, into, Value::UNSET, None, Delivery::to(i.a));
                return called(vm, i.a, drawn);
            }
            Err(_) => return Step::Raise,
        }
    }
    regs.set(i.a, set.into_value());
    Step::Next
}

#[inline(never)]
pub(in crate::dispatch) fn build_map(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let dict = Dict::create().into_value();
    for pair in 0..i.c {
        let (key, value) = (regs.take(i.b + pair * 2), regs.take(i.b + pair * 2 + 1));
        let value = match dict.downcast().map(|dict| set_plainly(dict, &key, value)) {
            Some(Err(value)) => value,
            _ => continue,
        };
        if let Err(thrown) = vm.ask_key(&dict, &key, Errand::Set { value }) {
            let rest = (pair * 2 + 2..i.c * 2).map(|n| regs.take(i.b + n)).collect();
            let state = tuple(vec![dict, tuple(rest), Value::int_unchecked(0)]);
            let result = vm.and_then(Err(thrown), fill_dict, state);
            return settled(vm, i.a, result);
        }
    }
    regs.set(i.a, dict);
    Step::Next
}

/// The pairs of a display go on with the one whose number stands in the state, behind the dict and all that are left.
fn fill_dict(vm: &mut Vm, state: &Value, outcome: crate::vm::Outcome) -> Res {
    outcome.result(vm)?;
    let Some([dict, rest, number]) = state.as_items() else { return Ok(Value::NONE) };
    let pairs = rest.as_items().unwrap_or_default();
    let mut at = number.as_small_int().unwrap_or_default() as usize;
    while let Some([key, value]) = pairs.get(at..at + 2) {
        at += 2;
        if let Err(thrown) = vm.ask_key(dict, key, Errand::Set { value: value.clone() }) {
            let state = tuple(vec![dict.clone(), rest.clone(), Value::int_unchecked(at as i64)]);
            return vm.then(Err(thrown), fill_dict, &state);
        }
    }
    Ok(dict.clone())
}

#[inline(never)]
pub(in crate::dispatch) fn build_string(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let joined = Str::joined((0..i.c).filter_map(|n| regs.at(i.b + n).downcast::<Str>()));
    for n in 0..i.c {
        drop(regs.take(i.b + n));
    }
    regs.set(i.a, joined.into_value());
    Step::Next
}

#[inline(never)]
pub(in crate::dispatch) fn list_append_many(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let items = regs.take_run(i.b, i.c);
    if let Some(list) = regs.at(i.a).downcast::<List>() {
        list.items_mut().extend(items);
    }
    Step::Next
}

#[inline(never)]
pub(in crate::dispatch) fn set_add(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let item = regs.read(i.b);
    let holder = regs.at(i.a).clone();
    let Some(set) = holder.downcast::<Set>() else { return Step::Next };
    match vm.set_add_plainly(set, &item) {
        Ok(Some(_)) => Step::Next,
        Ok(None) => {
            let result = vm.enquire_key(&holder, &item, Errand::Add);
            done(vm, result)
        }
        Err(_) => Step::Raise,
    }
}

#[inline(never)]
pub(in crate::dispatch) fn map_add(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let (key, value) = (regs.read(i.b), regs.read(i.c));
    let dict = regs.at(i.a).clone();
    let result = vm.ask_key(&dict, &key, Errand::Set { value });
    drop((dict, key));
    done(vm, result)
}

#[inline(never)]
pub(in crate::dispatch) fn list_extend(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let source = regs.read(i.b);
    let Some(list) = regs.at(i.a).as_ref::<List>() else { return Step::Next };
    if vm.collects_from_frames(&source) {
        return draw_into_list(vm, &source, list);
    }
    match vm.collect(&source) {
        Ok(items) => {
            list.items_mut().extend(items);
            Step::Next
        }
        Err(_) => {
            refused_star(vm, &source, None);
            Step::Raise
        }
    }
}

/// An exception flies from what was to be unpacked by `*`: if it is no iterable, says so in the words of the call or display.
fn refused_star(vm: &mut Vm, source: &Value, callee: Option<&Value>) {
    if vm.thrown_is(&types().exceptions.TypeError) && !source_is_iterable(vm, source) {
        drop(vm.catch());
        let class = class_of(source).name_str();
        let subject = match callee {
            Some(callee) => format!("{} argument", callee_name(vm, callee)),
            None => "Value".to_owned(),
        };
        vm.type_error(format!("{subject} after * must be an iterable, not {class}"));
    }
}

/// `f(*source)`: a tuple is taken as it is.
#[inline(never)]
pub(in crate::dispatch) fn star_args(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let source = regs.read(i.b);
    let class = class_of(&source);
    if class.is(&types().tuple) {
        regs.set(i.a, source);
        return Step::Next;
    }
    if vm.collects_from_frames(&source) {
        let list = List::create(Vec::new());
        regs.set(i.a, list.value().clone());
        return draw_into_list(vm, &source, list);
    }
    match vm.collect(&source) {
        Ok(items) => {
            regs.set(i.a, tuple(items));
            Step::Next
        }
        Err(_) => {
            let callee = regs.at(i.a - 1).clone();
            refused_star(vm, &source, Some(&callee));
            Step::Raise
        }
    }
}

/// `f(**source)`: a dict is taken as it is.
#[inline(never)]
pub(in crate::dispatch) fn star_map(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    if class_of(regs.at(i.b)).is(&types().dict) {
        let source = regs.read(i.b);
        regs.set(i.a, source);
        return Step::Next;
    }
    regs.set(i.a, Dict::create().into_value());
    dict_merge(vm, i)
}

fn draw_into_list(vm: &mut Vm, source: &Value, list: Ref<List>) -> Step {
    let drawn = Err(vm.drain_after_hint(source, Accumulator::Extend { list, result: Value::NONE }));
    discarded(native::settle(vm, drawn, Delivery::mode(Mode::Discard, 0)))
}

/// Has as many items drawn as an assignment can tell apart; `unpack_drawn` goes on with the list of them.
fn draw_for_unpack(vm: &mut Vm, i: Instr, source: Value, most: Option<usize>) -> Step {
    let into = match most {
        Some(most) => Accumulator::Few { items: Vec::new(), most },
        None => Accumulator::List(Vec::new()),
    };
    let delivery = Delivery::holding(Mode::Operator, 0, Question::Items.held(None));
    match drain::begin(vm, source, into, Value::UNSET, None, delivery) {
        Ok(Called::Value(items)) => unpack_drawn(vm, i, &items),
        Ok(Called::Entered) => Step::Enter,
        Err(_) => Step::Raise,
    }
}

/// `UnpackSequence` or `UnpackEx` has the items.
pub(in crate::dispatch) fn unpack_drawn(vm: &mut Vm, i: Instr, items: &Value) -> Step {
    if i.op == Op::UnpackEx { unpack_ex_of(vm, i, items) } else { unpack_sequence_of(vm, i, items) }
}

pub(in crate::dispatch) fn source_is_iterable(vm: &mut Vm, source: &Value) -> bool {
    let class = class_of(source).clone();
    vm.has_attr_on_class(&class, &names().__iter__) || vm.has_attr_on_class(&class, &names().__getitem__)
}

#[inline(never)]
pub(in crate::dispatch) fn set_update(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let source = regs.read(i.b);
    let Some(set) = regs.at(i.a).as_ref::<Set>() else { return Step::Next };
    if vm.draws_from_frames(&source) {
        let into = Accumulator::Fill { set, result: Value::NONE };
        return discarded(drain::begin(vm, source, into, Value::UNSET, None, Delivery::mode(Mode::Discard, 0)));
    }
    let result = crate::ops::sets::fill(vm, set, &source, Value::NONE);
    done(vm, result)
}

#[inline(never)]
pub(in crate::dispatch) fn dict_update(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let source = regs.read(i.b);
    let dict = regs.at(i.a).clone();
    let mut result = crate::types::dict::merge(vm, &dict, &source, Value::NONE);
    if result.is_err() && !source.is_kind(Kind::Dict) {
        result = vm.then(result, say_no_mapping, &source);
    }
    done(vm, result)
}

/// What was to be unpacked by `**` in a display had no such attribute.
fn say_no_mapping(vm: &mut Vm, source: &Value, outcome: Outcome) -> Res {
    let result = outcome.result(vm);
    if result.is_err() && vm.thrown_is(&types().exceptions.AttributeError) {
        drop(vm.catch());
        let class = class_of(source).name_str();
        return Err(vm.type_error(format!("'{class}' object is not a mapping")));
    }
    result
}

#[inline(never)]
pub(in crate::dispatch) fn dict_merge(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let source = regs.read(i.b);
    let callee = regs.at(i.c).clone();
    let dict = regs.at(i.a).clone();
    let result = crate::types::dict::merge_keywords(vm, &dict, &source);
    if result.is_ok() {
        return Step::Next;
    }
    let result = vm.then(result, refused_keywords, &tuple(vec![callee, source]));
    done(vm, result)
}

/// An exception flies from what was to be unpacked by `**` in a call: says in its words that it is no mapping, or that an
/// argument was given twice.
fn refused_keywords(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let result = outcome.result(vm);
    let Some([callee, source]) = state.as_items().filter(|_| result.is_err()) else { return result };
    if vm.thrown_is(&types().exceptions.AttributeError) {
        drop(vm.catch());
        let (name, class) = (callee_name(vm, callee), class_of(source).name_str());
        return Err(vm.type_error(format!("{name} argument after ** must be a mapping, not {class}")));
    }
    if vm.thrown_is(&types().exceptions.KeyError)
        && let Some(exception) = vm.thrown.downcast::<Exception>()
        && let Some([key]) = exception.args().as_items()
    {
        let key = key.clone();
        drop(vm.catch());
        let (name, key) = (callee_name(vm, callee), vm.str(&key)?.to_string_lossy());
        return Err(vm.type_error(format!("{name} got multiple values for keyword argument '{key}'")));
    }
    result
}

/// A callee as messages name it: `__main__.f()`.
pub(in crate::dispatch) fn callee_name(vm: &mut Vm, callee: &Value) -> String {
    if let Some(function) = callee.downcast::<Function>() {
        let name = crate::types::text_of(function.qualname.get());
        let module = crate::types::text_of(function.module.get());
        return if module.is_empty() || module == "builtins" {
            format!("{name}()")
        } else {
            format!("{module}.{name}()")
        };
    }
    match vm.find_attr(callee, &names().__qualname__) {
        Ok(Some(name)) => {
            let module = vm.find_attr(callee, &names().__module__).ok().flatten();
            let module = module.map_or_else(String::new, |m| crate::types::text_of(&m));
            let name = crate::types::text_of(&name);
            if module.is_empty() || module == "builtins" { format!("{name}()") } else { format!("{module}.{name}()") }
        }
        _ => {
            if vm.thrown_is(&types().exceptions.BaseException) {
                drop(vm.catch());
            }
            match vm.str(callee) {
                Ok(text) => text.to_string_lossy(),
                Err(_) => {
                    drop(vm.catch());
                    format!("{} object", class_of(callee).name_str())
                }
            }
        }
    }
}

#[inline(never)]
pub(in crate::dispatch) fn list_to_tuple(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let source = regs.read(i.b);
    let items = source.as_items().map(<[Value]>::to_vec).unwrap_or_default();
    drop(source);
    regs.set(i.a, tuple(items));
    Step::Next
}

#[inline(never)]
pub(in crate::dispatch) fn unpack_sequence(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let source = regs.read(i.b);
    if let Some(tuple) = source.downcast::<Tuple>()
        && tuple.len() == usize::from(i.c)
        && crate::types::slots::shares(vm, class_of(&source), &types().tuple, &names().__iter__)
    {
        for (n, item) in tuple.items().iter().enumerate() {
            regs.set(i.a + n as u16, item.clone());
        }
        return Step::Next;
    }
    if vm.draws_from_frames(&source) {
        return draw_for_unpack(vm, i, source, Some(usize::from(i.c) + 1));
    }
    unpack_sequence_of(vm, i, &source)
}

fn unpack_sequence_of(vm: &mut Vm, i: Instr, source: &Value) -> Step {
    match unpack(vm, source, usize::from(i.c), None) {
        Ok(items) => {
            let regs = Regs::of(vm);
            for (n, item) in items.into_iter().enumerate() {
                regs.set(i.a + n as u16, item);
            }
            Step::Next
        }
        Err(_) => Step::Raise,
    }
}

#[inline(never)]
pub(in crate::dispatch) fn unpack_ex(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let source = regs.read(i.b);
    if vm.draws_from_frames(&source) {
        return draw_for_unpack(vm, i, source, None);
    }
    unpack_ex_of(vm, i, &source)
}

fn unpack_ex_of(vm: &mut Vm, i: Instr, source: &Value) -> Step {
    let (before, after) = (usize::from(i.c), usize::from(i.x));
    match unpack(vm, source, before, Some(after)) {
        Ok(mut items) => {
            let regs = Regs::of(vm);
            let tail = items.split_off(items.len() - after);
            let middle = items.split_off(before);
            for (n, item) in items.into_iter().chain([list(middle)]).chain(tail).enumerate() {
                regs.set(i.a + n as u16, item);
            }
            Step::Next
        }
        Err(_) => Step::Raise,
    }
}

/// The items of an assignment's right side: exactly `want`, or with `after` at least `want + after`.
pub(in crate::dispatch) fn unpack(vm: &mut Vm, source: &Value, want: usize, after: Option<usize>) -> Res<Vec<Value>> {
    let builtin = source.as_items().filter(|_| is_builtin(source)).map(<[Value]>::to_vec);
    let least = want + after.unwrap_or(0);
    let items = match builtin {
        Some(items) => items,
        None => {
            if !source_is_iterable(vm, source) {
                let class = class_of(source).name_str();
                return Err(vm.type_error(format!("cannot unpack non-iterable {class} object")));
            }
            let iterator = vm.iter(source)?;
            let mut items = Vec::new();
            while after.is_some() || items.len() <= want {
                match vm.next(&iterator)? {
                    Some(item) => items.push(item),
                    None => break,
                }
            }
            items
        }
    };
    if items.len() < least {
        let got = items.len();
        return Err(match after {
            None => vm.value_error(format!("not enough values to unpack (expected {want}, got {got})")),
            Some(_) => vm.value_error(format!("not enough values to unpack (expected at least {least}, got {got})")),
        });
    }
    if after.is_none() && items.len() > want {
        return Err(vm.value_error(format!("too many values to unpack (expected {want})")));
    }
    Ok(items)
}
