//! Many keys one after the other: those of a dict or set, whose hashes are known, or the items of any iterable. What is plain is
//! done in a native loop, which stops where the language hashes or compares and goes on with its answer.

use super::seek::{Seek, Sought};
use crate::args::unset;
use crate::heap::VmCell;
use crate::objects::{Accumulator, Dict, Opaque, SetTable, Wanted, int};
use crate::ops::arith::BinOp;
use crate::ops::compare::{Cmp, plain_compare};
use crate::ops::dict::{Looked, Table, add_plainly, find_hashed};
use crate::ops::enquiry::{Asked, Enquiry, known_same};
use crate::ops::hash::hash_plain;
use crate::value::Value;
use crate::{Request, Res, Vm};

/// What is done with each key.
#[derive(Clone)]
pub struct Deed {
    /// The dict or set that is searched for it.
    pub holder: Value,
    pub act: Act,
    /// The set it is then added to if it was there, or if it was not.
    pub adds: Option<(bool, Value)>,
    /// That it was there, or was not, is the end, of which this comes.
    pub ends: Option<(bool, Value)>,
}

/// What is done where a key is searched for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Act {
    Find,
    Add,
    TakeOut,
    /// Sets its value.
    Set,
    /// Compares its value: that it is another is an end as that the key was not there.
    Compare,
    /// Makes its value one more; at first it is one.
    Count,
}

impl Deed {
    pub fn new(holder: &Value, act: Act) -> Deed {
        Deed { holder: holder.clone(), act, adds: None, ends: None }
    }

    /// Adds to a set what was there, or was not.
    pub fn adding(self, when: bool, to: &Value) -> Deed {
        Deed { adds: Some((when, to.clone())), ..self }
    }

    /// Ends where one was there, or was not.
    pub fn ending(self, when: bool, result: Value) -> Deed {
        Deed { ends: Some((when, result)), ..self }
    }
}

/// How far a key has come.
enum Stage {
    /// It is searched for.
    Search,
    /// It is searched for in the set that it is added to.
    Adding(Value),
    /// Its value in the other dict is compared.
    Values(Value),
    /// Its count has been made one more, and is set.
    Counted(Value),
}

/// What comes of a key.
enum Flow {
    Next,
    Ends(Value),
    /// It has come as far as this, and only the language can tell more.
    Stops(Stage),
    /// This is done next.
    Goes(Stage),
}

/// A key, and the value that belongs to it.
#[derive(Clone, Copy)]
struct Pair<'a> {
    hash: u64,
    key: &'a Value,
    value: &'a Value,
}

impl Deed {
    /// Does all that native code can do with a key.
    #[inline]
    fn run(&self, vm: &mut Vm, pair: &Pair<'_>) -> Res<Flow> {
        if self.act == Act::Add {
            return self.add(vm, pair, &self.holder);
        }
        let Some(table) = Table::of(&self.holder) else { return Ok(Flow::Next) };
        let place = match vm.look_up_hashed(table, pair.hash, pair.key)? {
            Looked::At(_, place) => Some(place),
            Looked::Absent(_) => None,
            Looked::Unsure => return Ok(Flow::Stops(Stage::Search)),
        };
        match self.found(vm, pair, place)? {
            Flow::Goes(Stage::Adding(to)) => self.add(vm, pair, &to),
            Flow::Goes(Stage::Values(theirs)) => match known_same(vm, &theirs, pair.value)? {
                None if vm.is_shallow() => Ok(self.unless(vm.same(&theirs, pair.value)?)),
                None => Ok(Flow::Stops(Stage::Values(theirs))),
                Some(same) => Ok(self.unless(same)),
            },
            Flow::Goes(Stage::Counted(count)) => self.set_count(vm, pair, count),
            flow => Ok(flow),
        }
    }

    /// Adds a key to a set.
    fn add(&self, vm: &mut Vm, pair: &Pair<'_>, to: &Value) -> Res<Flow> {
        let Some(cell) = to.as_set_cell() else { return Ok(Flow::Next) };
        Ok(match vm.add_hashed_plainly(cell, pair.hash, pair.key)? {
            Some(_) => Flow::Next,
            None if self.act == Act::Add => Flow::Stops(Stage::Search),
            None => Flow::Stops(Stage::Adding(to.clone())),
        })
    }

    fn set_count(&self, vm: &mut Vm, pair: &Pair<'_>, count: Value) -> Res<Flow> {
        let Some(table) = Table::of(&self.holder) else { return Ok(Flow::Next) };
        let place = match vm.look_up_hashed(table, pair.hash, pair.key)? {
            Looked::At(_, place) => Some(place),
            Looked::Absent(_) => None,
            Looked::Unsure => return Ok(Flow::Stops(Stage::Counted(count))),
        };
        set_value(&self.holder, &Pair { value: &count, ..*pair }, place);
        Ok(Flow::Next)
    }

    /// What comes of a comparison of values.
    fn unless(&self, same: bool) -> Flow {
        match &self.ends {
            Some((_, result)) if !same => Flow::Ends(result.clone()),
            _ => Flow::Next,
        }
    }

    /// The search for a key is over: does what is done there, and says what is next.
    fn found(&self, vm: &mut Vm, pair: &Pair<'_>, place: Option<usize>) -> Res<Flow> {
        let there = place.is_some();
        match (self.act, place, self.holder.downcast::<Dict>()) {
            (Act::TakeOut, Some(place), _) => take_out(&self.holder, place),
            (Act::Add, None, _) => push(self.holder.as_set_cell(), pair),
            (Act::Set, place, _) => set_value(&self.holder, pair, place),
            (Act::Compare, Some(place), Some(dict)) => {
                return Ok(Flow::Goes(Stage::Values(dict.table().entry(place).value.clone())));
            }
            (Act::Count, place, Some(dict)) => {
                let one = Value::int_unchecked(1);
                let count = match place {
                    Some(place) => {
                        let count = dict.table().entry(place).value.clone();
                        vm.binary(BinOp::Add, &count, &one)?
                    }
                    None => one,
                };
                return Ok(Flow::Goes(Stage::Counted(count)));
            }
            _ => {}
        }
        match (&self.ends, &self.adds) {
            (Some((when, result)), _) if *when == there => Ok(Flow::Ends(result.clone())),
            (_, Some((when, to))) if *when == there => Ok(Flow::Goes(Stage::Adding(to.clone()))),
            _ => Ok(Flow::Next),
        }
    }
}

fn push(cell: Option<&VmCell<SetTable>>, pair: &Pair<'_>) {
    if let Some(cell) = cell {
        cell.get_mut().push_new(pair.hash, pair.key.clone());
    }
}

fn set_value(holder: &Value, pair: &Pair<'_>, place: Option<usize>) {
    let Some(dict) = holder.downcast::<Dict>() else { return };
    let value = pair.value.clone();
    match place {
        Some(place) => drop(std::mem::replace(&mut dict.table_mut().entry_mut(place).value, value)),
        None => dict.table_mut().push_new(pair.hash, pair.key.clone(), value),
    }
}

fn take_out(holder: &Value, place: usize) {
    match (holder.downcast::<Dict>(), holder.as_set_cell()) {
        (Some(dict), _) => drop(dict.table_mut().remove_entry(place)),
        (None, Some(cell)) => drop(cell.get_mut().remove(place)),
        (None, None) => {}
    }
}

/// What comes of a key that needs nothing but native code.
enum Plain {
    Next,
    Ends,
    /// It needs more; nothing was done.
    Stops,
}

/// A deed for keys that are plain, with what it works on looked up once.
struct PlainDeed<'a> {
    act: Act,
    table: Table<'a>,
    dict: Option<&'a Dict>,
    set: Option<&'a VmCell<SetTable>>,
    adds: Option<(bool, &'a VmCell<SetTable>)>,
    ends: Option<bool>,
}

impl Deed {
    /// None if there is nothing that native code could do by itself.
    fn plainly(&self) -> Option<PlainDeed<'_>> {
        Some(PlainDeed {
            act: self.act,
            table: Table::of(&self.holder)?,
            dict: self.holder.downcast::<Dict>(),
            set: self.holder.as_set_cell(),
            adds: match &self.adds {
                Some((when, to)) => Some((*when, to.as_set_cell()?)),
                None => None,
            },
            ends: self.ends.as_ref().map(|(when, _)| *when),
        })
    }
}

impl PlainDeed<'_> {
    #[inline(always)]
    fn run(&self, hash: u64, key: &Value, value: &Value) -> Plain {
        if self.act == Act::Add {
            return match self.set.and_then(|set| add_plainly(set, hash, key)) {
                Some(_) => Plain::Next,
                None => Plain::Stops,
            };
        }
        let place = match find_hashed(self.table, hash, key) {
            Looked::At(_, place) => Some(place),
            Looked::Absent(_) => None,
            Looked::Unsure => return Plain::Stops,
        };
        let there = place.is_some();
        if self.ends == Some(there) {
            return Plain::Ends;
        }
        if let Some((when, to)) = self.adds
            && when == there
        {
            return if add_plainly(to, hash, key).is_some() { Plain::Next } else { Plain::Stops };
        }
        match (self.act, place) {
            (Act::Find, _) | (Act::TakeOut, None) => Plain::Next,
            (Act::TakeOut, Some(place)) => self.take_out(place),
            (Act::Set, place) => self.set_value(hash, key, value.clone(), place),
            (Act::Compare, Some(place)) => self.compare(value, place),
            (Act::Count, place) => self.count(hash, key, place),
            (Act::Compare | Act::Add, _) => Plain::Stops,
        }
    }

    fn take_out(&self, place: usize) -> Plain {
        let Some(set) = self.set else { return Plain::Stops };
        drop(set.get_mut().remove(place));
        Plain::Next
    }

    #[inline(always)]
    fn set_value(&self, hash: u64, key: &Value, value: Value, place: Option<usize>) -> Plain {
        let Some(dict) = self.dict else { return Plain::Stops };
        match place {
            Some(place) => drop(std::mem::replace(&mut dict.table_mut().entry_mut(place).value, value)),
            None => dict.table_mut().push_new(hash, key.clone(), value),
        }
        Plain::Next
    }

    #[inline(always)]
    fn compare(&self, value: &Value, place: usize) -> Plain {
        let Some(dict) = self.dict else { return Plain::Stops };
        let theirs = &dict.table().entry(place).value;
        match if theirs.is(value) { Some(true) } else { plain_compare(Cmp::Eq, theirs, value) } {
            Some(true) => Plain::Next,
            Some(false) => Plain::Ends,
            None => Plain::Stops,
        }
    }

    fn count(&self, hash: u64, key: &Value, place: Option<usize>) -> Plain {
        let Some(dict) = self.dict else { return Plain::Stops };
        let counted = place.map_or(Some(0), |place| dict.table().entry(place).value.as_small_int());
        match counted {
            Some(count) => self.set_value(hash, key, int(count + 1), place),
            None => Plain::Stops,
        }
    }
}

/// A key that the language has a say in.
struct One {
    key: Value,
    value: Value,
    hash: Option<u64>,
    seek: Seek,
    stage: Stage,
    /// The values were asked about.
    asked: bool,
}

impl One {
    fn new(key: Value, value: Value, hash: Option<u64>, stage: Stage) -> One {
        One { key, value, hash, seek: Seek::hashed(hash), stage, asked: false }
    }

    /// Goes on with a key: what comes of it, or what must be asked.
    fn go_on(&mut self, vm: &mut Vm, deed: &Deed, mut answer: bool) -> Res<Result<Flow, Asked>> {
        loop {
            let holder = match &self.stage {
                Stage::Values(_) if std::mem::take(&mut self.asked) => return Ok(Ok(deed.unless(answer))),
                Stage::Values(theirs) => {
                    if let Some(same) = known_same(vm, theirs, &self.value)? {
                        return Ok(Ok(deed.unless(same)));
                    }
                    self.asked = true;
                    return Ok(Err(Asked::Whether(Cmp::Eq, theirs.clone(), self.value.clone())));
                }
                Stage::Adding(to) => to,
                Stage::Search | Stage::Counted(_) => &deed.holder,
            };
            let (hash, place) = match self.seek.go_on(vm, holder, &self.key, std::mem::take(&mut answer))? {
                Sought::Known(hash, place) => (hash, place),
                Sought::Asks(asked) => return Ok(Err(asked)),
            };
            let pair = Pair { hash, key: &self.key, value: &self.value };
            let flow = match &self.stage {
                Stage::Search => deed.found(vm, &pair, place)?,
                Stage::Adding(to) => {
                    if place.is_none() {
                        push(to.as_set_cell(), &pair);
                    }
                    Flow::Next
                }
                Stage::Counted(count) => {
                    set_value(&deed.holder, &Pair { value: count, ..pair }, place);
                    Flow::Next
                }
                Stage::Values(_) => Flow::Next,
            };
            let (Flow::Goes(stage) | Flow::Stops(stage)) = flow else { return Ok(Ok(flow)) };
            (self.stage, self.hash, self.seek) = (stage, Some(hash), Seek::hashed(Some(hash)));
        }
    }

    /// Whatever was asked will be asked anew.
    fn pause(&mut self) {
        self.asked = false;
        self.seek = Seek::hashed(self.hash);
    }
}

/// A dict or set whose keys are gone through; what comparisons change there shows.
pub struct Source {
    holder: Value,
    at: usize,
    /// The size it must keep.
    size: Option<usize>,
    /// What takes the place of the values.
    value: Option<Value>,
}

impl Source {
    /// The keys of a set, a frozenset or a dict, and the values of the dict.
    pub fn of(holder: &Value) -> Source {
        Source { holder: holder.clone(), at: 0, size: None, value: None }
    }

    /// The keys, with one value for all.
    pub fn with_value(holder: &Value, value: Value) -> Source {
        Source { value: Some(value), ..Source::of(holder) }
    }

    /// The keys and values of a dict that must keep its size.
    pub fn steady(holder: &Value) -> Source {
        Source { size: holder.downcast::<Dict>().map(Dict::len), ..Source::of(holder) }
    }

    /// Goes on as long as keys are plain: to the last one, to one that ends it, or to one that needs more.
    fn run_plainly(&mut self, deed: &Deed) -> Plain {
        if deed.holder.is(&self.holder) {
            return Plain::Stops;
        }
        let Some(deed) = deed.plainly() else { return Plain::Stops };
        if let Some(table) = self.holder.as_set_table() {
            let value = self.value.as_ref().unwrap_or(unset());
            while let Some((at, entry)) = table.next_from(self.at) {
                match deed.run(entry.hash, &entry.key, value) {
                    Plain::Next => self.at = at + 1,
                    Plain::Ends => return Plain::Ends,
                    Plain::Stops => return Plain::Stops,
                }
            }
        } else if let Some(dict) = self.holder.downcast::<Dict>() {
            let rest = dict.table().raw_entries().get(self.at..).unwrap_or_default();
            for entry in rest {
                if !entry.key.is_unset() {
                    match deed.run(entry.hash, &entry.key, self.value.as_ref().unwrap_or(&entry.value)) {
                        Plain::Next => {}
                        Plain::Ends => return Plain::Ends,
                        Plain::Stops => return Plain::Stops,
                    }
                }
                self.at += 1;
            }
        }
        Plain::Next
    }

    #[inline]
    pub(super) fn next(&mut self, vm: &mut Vm) -> Res<Option<(u64, Value, Value)>> {
        let Some(dict) = self.holder.downcast::<Dict>() else {
            let next = self.holder.as_set_table().and_then(|table| table.next_from(self.at));
            return Ok(next.map(|(at, entry)| {
                self.at = at + 1;
                (entry.hash, entry.key.clone(), self.value.clone().unwrap_or(Value::NONE))
            }));
        };
        if self.size.is_some_and(|size| size != dict.len()) {
            return Err(vm.runtime_error("dict mutated during update"));
        }
        let rest = dict.table().raw_entries().get(self.at..).unwrap_or_default();
        let next = rest.iter().position(|entry| !entry.key.is_unset());
        Ok(next.map(|passed| {
            self.at += passed + 1;
            let entry = &rest[passed];
            (entry.hash, entry.key.clone(), self.value.as_ref().unwrap_or(&entry.value).clone())
        }))
    }
}

/// The keys of a source, under way.
struct Round {
    source: Source,
    deed: Deed,
    one: Option<One>,
    result: Value,
}

impl Enquiry for Round {
    fn go_on(&mut self, vm: &mut Vm, mut answer: bool) -> Res<Asked> {
        loop {
            if let Some(one) = &mut self.one {
                let flow = one.go_on(vm, &self.deed, std::mem::take(&mut answer))?;
                match flow {
                    Ok(Flow::Ends(result)) => return Ok(Asked::Done(result)),
                    Ok(_) => self.one = None,
                    Err(asked) => return Ok(asked),
                }
            }
            let Some((hash, key, value)) = self.source.next(vm)? else { return Ok(Asked::Done(self.result.clone())) };
            match self.deed.run(vm, &Pair { hash, key: &key, value: &value })? {
                Flow::Next => {}
                Flow::Ends(result) => return Ok(Asked::Done(result)),
                Flow::Stops(stage) | Flow::Goes(stage) => self.one = Some(One::new(key, value, Some(hash), stage)),
            }
        }
    }

    fn while_what(&self) -> &'static str {
        if matches!(self.deed.act, Act::Compare | Act::Find) { " in comparison" } else { "" }
    }
}

/// A key of which nothing is known yet. What comes of it is None if the next one may come.
struct Single {
    deed: Deed,
    one: One,
}

impl Enquiry for Single {
    fn go_on(&mut self, vm: &mut Vm, answer: bool) -> Res<Asked> {
        Ok(match self.one.go_on(vm, &self.deed, answer)? {
            Ok(Flow::Ends(result)) => Asked::Done(result),
            Ok(_) => Asked::Done(Value::NONE),
            Err(asked) => asked,
        })
    }

    fn take_answer(&mut self, vm: &mut Vm, answer: Value) -> Res<()> {
        self.one.seek.take_hash(vm, &answer)
    }

    fn while_what(&self) -> &'static str {
        ""
    }
}

/// What is done with items that come out of frames.
struct Taking {
    deed: Deed,
    value: Value,
}

fn take_item(vm: &mut Vm, state: &Value, item: Value) -> Res {
    let Taking { deed, value } = vm.state_of::<Taking>(state)?;
    match vm.do_with_key(deed, &item, value)? {
        Flow::Ends(result) => Ok(result),
        Flow::Next => Ok(Value::NONE),
        Flow::Stops(stage) | Flow::Goes(stage) => Err(vm.request_single(deed, item, value, stage)),
    }
}

impl Vm {
    /// Does something with each key of a dict or set, of which `result` comes unless it ends before.
    pub fn each_key_of(&mut self, mut source: Source, deed: Deed, result: Value) -> Res {
        match source.run_plainly(&deed) {
            Plain::Next => return Ok(result),
            Plain::Ends => return Ok(deed.ends.map_or(Value::NONE, |(_, result)| result)),
            Plain::Stops => {}
        }
        let mut round = Round { source, deed, one: None, result };
        match round.go_on(self, false)? {
            Asked::Done(result) => Ok(result),
            _ => {
                if let Some(one) = &mut round.one {
                    one.pause();
                }
                Err(self.request(Request::Enquire(Box::new(round))))
            }
        }
    }

    /// Does something with each item of an iterable and this value, of which `result` comes unless it ends before.
    pub fn each_key_in(&mut self, iterable: &Value, value: Value, deed: Deed, result: Value) -> Res {
        if self.draws_from_frames(iterable) {
            let state = Opaque::state(Taking { deed, value });
            return Err(self.drain(iterable, Accumulator::Each { take: take_item, state, result }));
        }
        let iterator = self.iter(iterable)?;
        let plain = deed.plainly();
        while let Some(item) = self.next(&iterator)? {
            if let Some(plain) = &plain
                && let Some(hash) = hash_plain(&item)
            {
                match plain.run(hash, &item, &value) {
                    Plain::Next => continue,
                    Plain::Ends => return Ok(deed.ends.map_or(Value::NONE, |(_, result)| result)),
                    Plain::Stops => {}
                }
            }
            let stage = match self.do_with_key(&deed, &item, &value)? {
                Flow::Next => continue,
                Flow::Ends(result) => return Ok(result),
                Flow::Stops(stage) | Flow::Goes(stage) => stage,
            };
            self.request_single(&deed, item, &value, stage);
            let asked = self.request.take().map(|request| Box::new(Wanted::Request { request }));
            let state = Opaque::state(Taking { deed, value });
            let into = Accumulator::Each { take: take_item, state, result };
            return Err(self.request(Request::Drain { iterable: iterator, into, key: unset().clone(), asked }));
        }
        Ok(result)
    }

    /// Does all that native code can do with a key that is not hashed yet.
    #[inline]
    fn do_with_key(&mut self, deed: &Deed, key: &Value, value: &Value) -> Res<Flow> {
        let hash = match self.hash_plainly(key)? {
            Some(hash) => hash,
            None if self.is_shallow() => self.hash(key)?,
            None => return Ok(Flow::Stops(Stage::Search)),
        };
        deed.run(self, &Pair { hash, key, value })
    }

    fn request_single(&mut self, deed: &Deed, key: Value, value: &Value, stage: Stage) -> crate::Thrown {
        let one = One::new(key, value.clone(), None, stage);
        self.request(Request::Enquire(Box::new(Single { deed: deed.clone(), one })))
    }
}
