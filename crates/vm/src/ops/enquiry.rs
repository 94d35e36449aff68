//! Algorithms over items that only the language can compare, written so that they may stop at each comparison and go on
//! with its answer (`dispatch/enquiry.rs`).

use super::compare::{Cmp, plain_compare, same_plain};
use super::keys::Errand;
use crate::heap::Kind;
use crate::objects::{Accumulator, DictPart, DictView, List, MappingProxy, Tuple, int};
use crate::types::object::is_default_compare;
use crate::value::Value;
use crate::vm::{Outcome, Question};
use crate::{Request, Res, Vm, names};
use smallvec::smallvec;

/// What an algorithm wants next.
pub enum Asked {
    /// Whether `a op b` is true.
    Whether(Cmp, Value, Value),
    /// `a op b`, which is its result.
    Ends(Cmp, Value, Value),
    /// What a method in the language gives of an object, which `take_answer` is given.
    Method(Value, Value),
    Done(Value),
}

/// An algorithm that compares.
pub trait Enquiry {
    /// Goes on with the answer to the last question; at first that is nothing.
    fn go_on(&mut self, vm: &mut Vm, answer: bool) -> Res<Asked>;

    /// Takes what the method gave that was asked for.
    fn take_answer(&mut self, _vm: &mut Vm, _answer: Value) -> Res<()> {
        Ok(())
    }

    /// An exception ends it: puts right what has to be.
    fn give_up(&mut self, _vm: &mut Vm) {}

    /// How a RecursionError names what was under way.
    fn while_what(&self) -> &'static str {
        " in comparison"
    }
}

impl Vm {
    /// Whether nested runs are not deep yet.
    #[inline]
    pub fn is_shallow(&self) -> bool {
        self.native_depth < self.shallow
    }

    /// What an enquiry comes to.
    pub fn enquire(&mut self, mut enquiry: impl Enquiry + 'static) -> Res {
        if !self.is_shallow() {
            return Err(self.request(Request::Enquire(Box::new(enquiry))));
        }
        let result = self.answer_at_once(&mut enquiry);
        if result.is_err() {
            let exception = self.catch();
            enquiry.give_up(self);
            self.rethrow(exception);
        }
        result
    }

    fn answer_at_once(&mut self, enquiry: &mut impl Enquiry) -> Res {
        let mut answer = false;
        loop {
            match enquiry.go_on(self, answer)? {
                Asked::Whether(op, left, right) => answer = self.holds(op, &left, &right)?,
                Asked::Ends(op, left, right) => return self.compare(op, &left, &right),
                Asked::Method(method, object) => {
                    let given = self.call_on(&method, &object, &[])?;
                    enquiry.take_answer(self, given)?;
                    answer = false;
                }
                Asked::Done(value) => return Ok(value),
            }
        }
    }
}

/// How deep sequences in sequences are looked into.
const LEVELS: u32 = 4;

/// Whether native code can compare a value with its like: nothing of it is the language's.
pub fn compares_plainly(vm: &mut Vm, value: &Value) -> bool {
    is_plain(vm, value, LEVELS)
}

fn is_plain(vm: &mut Vm, value: &Value, levels: u32) -> bool {
    match value.kind() {
        Some(Kind::List | Kind::Tuple) => {
            let native =
                super::arith::is_builtin(value) || COMPARISONS.iter().all(|op| compares_natively(vm, value, *op));
            native && levels > 0 && items_are_plain(vm, value, levels - 1)
        }
        Some(Kind::Set | Kind::FrozenSet | Kind::Dict | Kind::DictView | Kind::Slice) => false,
        Some(kind) if has_method_of_its_own(kind) => {
            super::arith::is_builtin(value) && is_compared_by_identity(vm, value)
        }
        _ => super::arith::is_builtin(value),
    }
}

const COMPARISONS: [Cmp; 6] = [Cmp::Lt, Cmp::Le, Cmp::Eq, Cmp::Ne, Cmp::Gt, Cmp::Ge];

fn compares_natively(vm: &mut Vm, value: &Value, op: Cmp) -> bool {
    vm.special(value, op.method()).is_some_and(|method| method.is_kind(Kind::Native))
}

fn is_compared_by_identity(vm: &mut Vm, value: &Value) -> bool {
    vm.special(value, &names().__eq__).is_none_or(|method| is_default_compare(&method))
}

fn items_are_plain(vm: &mut Vm, sequence: &Value, levels: u32) -> bool {
    // Nothing of the language runs meanwhile that could change the items.
    let items = sequence.as_items().unwrap_or_default();
    items.iter().all(|item| !item.is_heap() || is_plain(vm, item, levels))
}

/// Whether two items are the same or equal, if native code can tell.
pub(super) fn known_same(vm: &mut Vm, x: &Value, y: &Value) -> Res<Option<bool>> {
    if x.is(y) {
        return Ok(Some(true));
    }
    match plain_compare(Cmp::Eq, x, y) {
        None if is_set(x) => vm.holds_plainly(Cmp::Eq, x, y),
        None if compares_plainly(vm, x) && compares_plainly(vm, y) => vm.equals(x, y).map(Some),
        known => Ok(known),
    }
}

fn is_set(value: &Value) -> bool {
    matches!(value.kind(), Some(Kind::Set | Kind::FrozenSet))
}

/// The comparison of two lists or two tuples: by the first items that differ, then by length.
struct Sequences {
    op: Cmp,
    left: Value,
    right: Value,
    at: usize,
    /// The items that were asked about.
    asked: Option<(Value, Value)>,
}

impl Sequences {
    fn lengths(&self) -> (usize, usize) {
        let length = |value: &Value| value.as_items().map_or(0, <[Value]>::len);
        (length(&self.left), length(&self.right))
    }

    fn differ(&self, x: Value, y: Value) -> Asked {
        match self.op {
            Cmp::Eq | Cmp::Ne => Asked::Done(Value::bool(self.op == Cmp::Ne)),
            op => Asked::Ends(op, x, y),
        }
    }
}

impl Enquiry for Sequences {
    fn go_on(&mut self, vm: &mut Vm, answer: bool) -> Res<Asked> {
        if let Some((x, y)) = self.asked.take() {
            let (left, right) = self.lengths();
            // Comparing may have shortened one of them.
            if !answer && self.at < left && self.at < right {
                return Ok(self.differ(x, y));
            }
            self.at = if answer { self.at + 1 } else { usize::MAX };
        }
        loop {
            let item = |value: &Value| value.as_items().and_then(|items| items.get(self.at)).cloned();
            let (Some(x), Some(y)) = (item(&self.left), item(&self.right)) else { break };
            match known_same(vm, &x, &y)? {
                Some(true) => self.at += 1,
                Some(false) => return Ok(self.differ(x, y)),
                None => {
                    self.asked = Some((x.clone(), y.clone()));
                    return Ok(Asked::Whether(Cmp::Eq, x, y));
                }
            }
        }
        let (left, right) = self.lengths();
        Ok(Asked::Done(Value::bool(self.op.accepts(left.cmp(&right)))))
    }
}

/// The comparison of two objects.
struct Comparison(Cmp, Value, Value);

impl Enquiry for Comparison {
    fn go_on(&mut self, _vm: &mut Vm, _answer: bool) -> Res<Asked> {
        Ok(Asked::Ends(self.0, self.1.clone(), self.2.clone()))
    }
}

/// Whether two objects are the same or equal.
struct Sameness {
    left: Value,
    right: Value,
    asked: bool,
}

impl Enquiry for Sameness {
    fn go_on(&mut self, vm: &mut Vm, answer: bool) -> Res<Asked> {
        if std::mem::replace(&mut self.asked, true) {
            return Ok(Asked::Done(Value::bool(answer)));
        }
        Ok(match known_same(vm, &self.left, &self.right)? {
            Some(same) => Asked::Done(Value::bool(same)),
            None => Asked::Whether(Cmp::Eq, self.left.clone(), self.right.clone()),
        })
    }
}

/// What is wanted of the items of a list or tuple that equal a value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Search {
    /// Whether there is one.
    Contains,
    /// Where the first is, as far as `to`.
    Index { to: usize },
    /// How many there are.
    Count,
    /// That the first be taken out.
    Remove,
}

struct Searching {
    search: Search,
    sequence: Value,
    wanted: Value,
    at: usize,
    found: i64,
    asked: bool,
}

impl Searching {
    /// The item at hand is equal: what comes of it, if that is the end.
    fn hit(&mut self) -> Option<Value> {
        let at = self.at;
        self.at += 1;
        self.found += 1;
        match self.search {
            Search::Contains => Some(Value::TRUE),
            Search::Index { .. } => Some(int(at as i64)),
            Search::Count => None,
            Search::Remove => {
                if let Some(list) = self.sequence.downcast::<List>()
                    && at < list.len()
                {
                    drop(list.items_mut().remove(at));
                }
                Some(Value::NONE)
            }
        }
    }

    fn end(&self, vm: &mut Vm) -> Res {
        match self.search {
            Search::Contains => Ok(Value::FALSE),
            Search::Count => Ok(int(self.found)),
            Search::Remove => Err(vm.value_error("list.remove(x): x not in list")),
            Search::Index { .. } => Err(not_in(vm, &self.sequence, &self.wanted)?),
        }
    }
}

/// ValueError of `index`.
pub fn not_in(vm: &mut Vm, sequence: &Value, wanted: &Value) -> Res<crate::Thrown> {
    if sequence.is_kind(Kind::Tuple) {
        return Ok(vm.value_error("tuple.index(x): x not in tuple"));
    }
    let shown = crate::types::text_of(vm.repr(wanted)?.value());
    Ok(vm.value_error(format!("{shown} is not in list")))
}

impl Enquiry for Searching {
    fn go_on(&mut self, vm: &mut Vm, answer: bool) -> Res<Asked> {
        if std::mem::take(&mut self.asked) {
            if !answer {
                self.at += 1;
            } else if let Some(value) = self.hit() {
                return Ok(Asked::Done(value));
            }
        }
        let to = if let Search::Index { to } = self.search { to } else { usize::MAX };
        while self.at < to {
            let Some(item) = self.sequence.as_items().and_then(|items| items.get(self.at)).cloned() else { break };
            match known_same(vm, &item, &self.wanted)? {
                Some(true) => {
                    if let Some(value) = self.hit() {
                        return Ok(Asked::Done(value));
                    }
                }
                Some(false) => self.at += 1,
                None => {
                    self.asked = true;
                    return Ok(Asked::Whether(Cmp::Eq, item, self.wanted.clone()));
                }
            }
        }
        self.end(vm).map(Asked::Done)
    }
}

/// Whether objects of this kind are compared by natives of their class.
fn has_method_of_its_own(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Opaque
            | Kind::MappingProxy
            | Kind::WeakRef
            | Kind::Cell
            | Kind::GenericAlias
            | Kind::Instance
            | Kind::Context
    )
}

/// The comparison of two lists or two tuples, if it is plain where they differ.
fn items_compare_plainly(op: Cmp, a: &Value, b: &Value) -> Option<bool> {
    let (x, y) = (a.as_items()?, b.as_items()?);
    let at = x.iter().zip(y).take_while(|(x, y)| same_plain(x, y)).count();
    match (x.get(at), y.get(at)) {
        (Some(x), Some(y)) => plain_compare(op, x, y),
        _ => Some(op.accepts(x.len().cmp(&y.len()))),
    }
}

/// The value of a key has come, or the item in its place.
fn compare_found(vm: &mut Vm, item: &Value, outcome: Outcome) -> Res {
    let found = outcome.result(vm)?;
    match item.as_items() {
        Some([_, value]) if !found.is(item) => {
            let same = vm.ask_same(&found, value);
            vm.last_act(same)
        }
        _ => Ok(Value::FALSE),
    }
}

impl Vm {
    /// The comparison that `a`'s builtin base type knows, or NotImplemented; what only the language can compare is requested.
    pub fn ask_compare_builtin(&mut self, op: Cmp, a: &Value, b: &Value) -> Res {
        match (a.kind(), b.kind()) {
            (Some(Kind::List), Some(Kind::List)) | (Some(Kind::Tuple), Some(Kind::Tuple)) => {
                self.ask_compare_items(op, a, b)
            }
            (Some(Kind::Dict), _) => crate::types::dict::ask_compare(self, op, a, b),
            (Some(Kind::Set | Kind::FrozenSet), _) => crate::types::set::ask_compare(self, op, a, b),
            (Some(Kind::DictView), _) => crate::types::dictview::ask_compare(self, op, a, b),
            (Some(Kind::Slice), _) => crate::types::slice::ask_compare(self, op, a, b),
            (Some(kind), _) if has_method_of_its_own(kind) => {
                match self.own_native(a, op.method(), &[a.clone(), b.clone()]) {
                    Some(result) => result,
                    None => self.compare_builtin(op, a, b),
                }
            }
            _ => self.compare_builtin(op, a, b),
        }
    }

    /// What the special method of an object's class gives if it is a native, or what that requests.
    fn own_native(&mut self, object: &Value, name: &Value, args: &[Value]) -> Option<Res> {
        let turns_round = name.is(&names().__ne__);
        let method = self.special(object, name).filter(|method| turns_round || !is_default_compare(method))?;
        match self.call_native(&method, args)? {
            Ok(result) => Some(result),
            Err(request) => Some(Err(self.request(request))),
        }
    }

    /// As `ask_compare_builtin`, of two lists or two tuples.
    fn ask_compare_items(&mut self, op: Cmp, a: &Value, b: &Value) -> Res {
        let (x, y) = (a.as_items().unwrap_or_default(), b.as_items().unwrap_or_default());
        let at = x.iter().zip(y).take_while(|(x, y)| same_plain(x, y)).count();
        let mut sequences = Sequences { op, left: a.clone(), right: b.clone(), at, asked: None };
        let (left, right) = sequences.lengths();
        if matches!(op, Cmp::Eq | Cmp::Ne) && left != right {
            return Ok(Value::bool(op == Cmp::Ne));
        }
        // As far as it can be told at once, it is.
        match sequences.go_on(self, false)? {
            Asked::Done(value) => Ok(value),
            Asked::Ends(op, x, y) if compares_plainly(self, &x) && compares_plainly(self, &y) => {
                self.compare(op, &x, &y)
            }
            _ => {
                sequences.asked = None;
                self.enquire(sequences)
            }
        }
    }

    /// `a op b`, or the request for it.
    pub fn ask_compare(&mut self, op: Cmp, a: &Value, b: &Value) -> Res {
        match plain_compare(op, a, b) {
            Some(result) => Ok(Value::bool(result)),
            None => self.enquire(Comparison(op, a.clone(), b.clone())),
        }
    }

    /// Whether two objects are the same or equal, as an object, or the request for it.
    pub fn ask_same(&mut self, a: &Value, b: &Value) -> Res {
        match known_same(self, a, b)? {
            Some(same) => Ok(Value::bool(same)),
            None => self.enquire(Sameness { left: a.clone(), right: b.clone(), asked: false }),
        }
    }

    /// Whether `a op b` is true, if native code can tell.
    pub fn holds_plainly(&mut self, op: Cmp, a: &Value, b: &Value) -> Res<Option<bool>> {
        if let Some(result) = plain_compare(op, a, b) {
            return Ok(Some(result));
        }
        let sequence = |value: &Value| matches!(value.kind(), Some(Kind::List | Kind::Tuple));
        let alike = sequence(a) && a.kind() == b.kind() || is_set(a) && is_set(b);
        if alike && super::arith::is_builtin(a) && super::arith::is_builtin(b) {
            if let Some(result) = items_compare_plainly(op, a, b) {
                return Ok(Some(result));
            }
            let result = self.ask_compare_builtin(op, a, b);
            // Nothing of the language has run: what would be requested can as well begin anew.
            return match (result, self.request.take()) {
                (Ok(result), _) => Ok(result.is_bool().then(|| result.is_true())),
                (Err(_), Some(_)) => Ok(None),
                (Err(thrown), None) => Err(thrown),
            };
        }
        if compares_plainly(self, a) && compares_plainly(self, b) { self.holds(op, a, b).map(Some) } else { Ok(None) }
    }

    /// Whether `a op b` is true where `plain_compare` does not know: by nested runs while few are under way, then only if
    /// native code can tell.
    #[inline]
    pub fn holds_at_once(&mut self, op: Cmp, a: &Value, b: &Value) -> Res<Option<bool>> {
        if self.is_shallow() { self.holds_by_class(op, a, b).map(Some) } else { self.holds_plainly(op, a, b) }
    }

    /// As `contains_builtin`, where items of sequences are compared by request.
    pub fn ask_contains_builtin(&mut self, container: &Value, item: &Value) -> Res {
        match container.kind() {
            Some(Kind::List | Kind::Tuple) => {
                let items = container.as_items().unwrap_or_default();
                let differs = |other: &&Value| !other.is(item) && plain_compare(Cmp::Eq, other, item) == Some(false);
                match items.iter().take_while(differs).count() {
                    all if all == items.len() => Ok(Value::FALSE),
                    at => self.ask_search(Search::Contains, container, item, at),
                }
            }
            Some(Kind::Dict) => self.ask_key(container, item, Errand::Has),
            Some(Kind::Set | Kind::FrozenSet) => self.ask_element(container, item, Errand::Has),
            Some(Kind::Bytes | Kind::ByteArray) if !super::arith::is_builtin(item) => {
                self.ask_bytes_contain(container, item)
            }
            Some(Kind::Str | Kind::Bytes | Kind::ByteArray) => self.contains_builtin(container, item).map(Value::bool),
            Some(Kind::Range) if item.is_int() && super::arith::is_builtin(item) => {
                self.contains_builtin(container, item).map(Value::bool)
            }
            Some(Kind::DictView) => match container.downcast::<DictView>() {
                Some(view) if view.part == DictPart::Keys => self.ask_key(&view.dict, item, Errand::Has),
                Some(view) if view.part == DictPart::Items => self.ask_pair(&view.dict, item),
                _ => self.ask_contains_by_iteration(container, item),
            },
            Some(Kind::MappingProxy) => {
                let mapping = container.downcast::<MappingProxy>().map_or(Value::NONE, |p| p.mapping.clone());
                if mapping.is_kind(Kind::Class) {
                    self.ask_key(&mapping, item, Errand::Has)
                } else {
                    self.ask_contains(&mapping, item)
                }
            }
            Some(Kind::Opaque | Kind::Context) => {
                match self.own_native(container, &names().__contains__, &[container.clone(), item.clone()]) {
                    Some(result) => result,
                    None => self.contains_builtin(container, item).map(Value::bool),
                }
            }
            _ => self.ask_contains_by_iteration(container, item),
        }
    }

    /// Whether a dict has this key with this value.
    fn ask_pair(&mut self, dict: &Value, item: &Value) -> Res {
        let Some([key, _]) = item.downcast::<Tuple>().map(Tuple::items) else { return Ok(Value::FALSE) };
        // The item stands for no such key.
        let found = self.ask_key(dict, key, Errand::Get { default: item.clone() });
        self.then(found, compare_found, item)
    }

    /// `item in container`, where the language's part in it is requested.
    pub fn ask_contains(&mut self, container: &Value, item: &Value) -> Res {
        if super::arith::is_builtin(container) {
            return self.ask_contains_builtin(container, item);
        }
        match self.special(container, &names().__contains__) {
            Some(method) if matches!(method.kind(), Some(Kind::Function | Kind::Native)) => {
                let args = smallvec![container.clone(), item.clone()];
                Err(self.request(Request::Ask { method, args, question: Question::AnyTruth }))
            }
            Some(_) => self.contains(container, item).map(Value::bool),
            None => self.ask_contains_by_iteration(container, item),
        }
    }

    fn ask_contains_by_iteration(&mut self, container: &Value, item: &Value) -> Res {
        let search = Accumulator::Search { wanted: item.clone() };
        if self.draws_from_frames(container) {
            return Err(self.drain(container, search));
        }
        let iterator = self.iter_for_search(container)?;
        self.accumulate(&iterator, search, crate::args::unset())
    }

    /// What is wanted of the items of a list or tuple that equal a value, from a position on; or the request for it.
    pub fn ask_search(&mut self, search: Search, sequence: &Value, wanted: &Value, from: usize) -> Res {
        let (sequence, wanted) = (sequence.clone(), wanted.clone());
        let mut searching = Searching { search, sequence, wanted, at: from, found: 0, asked: false };
        match searching.go_on(self, false)? {
            Asked::Done(value) => Ok(value),
            _ => {
                searching.asked = false;
                self.enquire(searching)
            }
        }
    }
}
