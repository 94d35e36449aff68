//! Searching in deques and comparing them, which stops where only the language can compare and goes on with its answer.

use super::Deque;
use weft_vm::objects::int;
use weft_vm::ops::compare::{Cmp, plain_compare};
pub(super) use weft_vm::ops::enquiry::Search;
use weft_vm::ops::enquiry::{Asked, Enquiry};
use weft_vm::{Res, Thrown, Value, Vm};

/// A search under way, in a deque that must keep its length.
struct Searching {
    search: Search,
    deque: Value,
    wanted: Value,
    at: usize,
    found: i64,
    version: u64,
    asked: bool,
}

/// What is wanted of the items of a deque that equal a value, from a position on; or the request for it.
pub(super) fn search(vm: &mut Vm, search: Search, deque: &Value, wanted: &Value, from: usize) -> Res {
    let version = deque.native_state::<Deque>().map_or(0, |deque| deque.version.get());
    let (deque, wanted) = (deque.clone(), wanted.clone());
    let mut searching = Searching { search, deque, wanted, at: from, found: 0, version, asked: false };
    match searching.go_on(vm, false)? {
        Asked::Done(value) => Ok(value),
        _ => {
            searching.asked = false;
            vm.enquire(searching)
        }
    }
}

fn mutated(vm: &mut Vm, search: Search) -> Thrown {
    let message = "deque mutated during iteration";
    if search == Search::Remove { vm.index_error(message) } else { vm.runtime_error(message) }
}

impl Searching {
    /// The item at hand was compared: what comes of it, if that is the end.
    fn take(&mut self, vm: &mut Vm, deque: &Deque, same: bool) -> Res<Option<Value>> {
        let at = self.at;
        match self.search {
            Search::Contains if same => return Ok(Some(Value::TRUE)),
            Search::Index { .. } if same => return Ok(Some(int(at as i64))),
            search if deque.version.get() != self.version => return Err(mutated(vm, search)),
            Search::Remove if same => {
                deque.changed();
                drop(deque.items.get_mut().remove(at));
                return Ok(Some(Value::NONE));
            }
            _ => {}
        }
        self.at += 1;
        self.found += i64::from(same);
        Ok(None)
    }

    /// Goes past items that native code knows to be others.
    fn pass_plainly(&mut self, deque: &Deque, to: usize) {
        let differs =
            |item: &&Value| !item.is(&self.wanted) && plain_compare(Cmp::Eq, item, &self.wanted) == Some(false);
        let rest = deque.items.get().iter().skip(self.at).take(to.saturating_sub(self.at));
        self.at += rest.take_while(differs).count();
    }

    fn end(&self, vm: &mut Vm) -> Res {
        match self.search {
            Search::Contains => Ok(Value::FALSE),
            Search::Count => Ok(int(self.found)),
            Search::Index { .. } | Search::Remove => {
                let shown = weft_vm::types::text_of(vm.repr(&self.wanted)?.value());
                Err(vm.value_error(format!("{shown} is not in deque")))
            }
        }
    }
}

impl Enquiry for Searching {
    fn go_on(&mut self, vm: &mut Vm, answer: bool) -> Res<Asked> {
        let holder = self.deque.clone();
        let Some(deque) = holder.native_state::<Deque>() else { return Ok(Asked::Done(Value::NONE)) };
        if std::mem::take(&mut self.asked)
            && let Some(value) = self.take(vm, deque, answer)?
        {
            return Ok(Asked::Done(value));
        }
        let to = if let Search::Index { to } = self.search { to } else { usize::MAX };
        self.pass_plainly(deque, to);
        while self.at < to
            && let Some(item) = deque.items.get().get(self.at)
        {
            let known = if item.is(&self.wanted) { Some(true) } else { plain_compare(Cmp::Eq, item, &self.wanted) };
            let same = match known {
                Some(same) => same,
                None => {
                    let item = item.clone();
                    let Some(same) = vm.holds_at_once(Cmp::Eq, &item, &self.wanted)? else {
                        self.asked = true;
                        return Ok(Asked::Whether(Cmp::Eq, item, self.wanted.clone()));
                    };
                    same
                }
            };
            if let Some(value) = self.take(vm, deque, same)? {
                return Ok(Asked::Done(value));
            }
        }
        self.end(vm).map(Asked::Done)
    }
}

/// The comparison of two deques under way: by the first items that differ, then by which ends first.
struct Comparing {
    op: Cmp,
    left: Value,
    right: Value,
    versions: (u64, u64),
    at: usize,
    asked: Option<Pair>,
}

/// Two items that are compared: whether they are equal, and then as the deques are.
struct Pair {
    items: (Value, Value),
    last: bool,
}

/// `left op right` of two deques, or the request for it.
pub(super) fn compare(vm: &mut Vm, op: Cmp, left: &Value, right: &Value) -> Res {
    let (Some(a), Some(b)) = (left.native_state::<Deque>(), right.native_state::<Deque>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if matches!(op, Cmp::Eq | Cmp::Ne) && (left.is(right) || a.len() != b.len()) {
        return Ok(Value::bool(left.is(right) == (op == Cmp::Eq)));
    }
    let same = |(x, y): &(&Value, &Value)| x.is(y) || plain_compare(Cmp::Eq, x, y) == Some(true);
    let at = a.items.get().iter().zip(b.items.get()).take_while(same).count();
    let versions = (a.version.get(), b.version.get());
    let (left, right) = (left.clone(), right.clone());
    let mut comparing = Comparing { op, left, right, versions, at, asked: None };
    match comparing.go_on(vm, false)? {
        Asked::Done(value) => Ok(value),
        _ => {
            comparing.asked = None;
            vm.enquire(comparing)
        }
    }
}

impl Comparing {
    /// The next item of one of them.
    fn next(&self, vm: &mut Vm, deque: &Value, version: u64) -> Res<Option<Value>> {
        match deque.native_state::<Deque>() {
            Some(deque) if deque.version.get() != version => Err(mutated(vm, Search::Contains)),
            Some(deque) => Ok(deque.get(self.at)),
            None => Ok(None),
        }
    }

    fn op_of(&self, pair: &Pair) -> Cmp {
        if pair.last { self.op } else { Cmp::Eq }
    }

    /// What is known of two items; None if only the language can tell.
    fn tell(&self, vm: &mut Vm, pair: &Pair) -> Res<Option<bool>> {
        let (x, y) = &pair.items;
        if !pair.last && x.is(y) {
            return Ok(Some(true));
        }
        let op = self.op_of(pair);
        match plain_compare(op, x, y) {
            None => vm.holds_at_once(op, x, y),
            known => Ok(known),
        }
    }
}

impl Enquiry for Comparing {
    fn go_on(&mut self, vm: &mut Vm, answer: bool) -> Res<Asked> {
        let mut answered = self.asked.take().map(|pair| (pair, answer));
        loop {
            let pair = match answered.take() {
                Some((Pair { last: true, .. }, answer)) => return Ok(Asked::Done(Value::bool(answer))),
                Some((Pair { items, .. }, false)) => Pair { items, last: true },
                next => {
                    self.at += usize::from(next.is_some());
                    let x = self.next(vm, &self.left, self.versions.0)?;
                    let y = self.next(vm, &self.right, self.versions.1)?;
                    let lengths = x.is_some().cmp(&y.is_some());
                    let (Some(x), Some(y)) = (x, y) else {
                        return Ok(Asked::Done(Value::bool(self.op.accepts(lengths))));
                    };
                    Pair { items: (x, y), last: false }
                }
            };
            match self.tell(vm, &pair)? {
                Some(answer) => answered = Some((pair, answer)),
                None => {
                    let (x, y) = pair.items.clone();
                    let op = self.op_of(&pair);
                    self.asked = Some(pair);
                    return Ok(Asked::Whether(op, x, y));
                }
            }
        }
    }
}
