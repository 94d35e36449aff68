//! The items that one of two dicts has and the other has not: `a.items() ^ b.items()`.

use super::round::Source;
use super::seek::{Seek, Sought};
use crate::heap;
use crate::objects::{Dict, DictPart, DictView, Set, SetTable, tuple};
use crate::ops::compare::Cmp;
use crate::ops::enquiry::{Asked, Enquiry, known_same};
use crate::ops::sets;
use crate::value::Value;
use crate::vm::Outcome;
use crate::{Res, Vm, types};

/// How far the item at hand has come.
enum Stage {
    /// There is none yet.
    Next,
    /// Its key is searched for in what is left of the first dict.
    Finds,
    /// The value there is compared with its own; whether that was asked.
    Compares(Value, bool),
    /// It is in both: it is searched for anew to be taken out.
    TakesOut,
    /// It is in the second dict only: the pair that is added.
    Adds(Value),
}

/// The items of the second dict, under way.
struct Toggling {
    source: Source,
    /// A copy of the first dict, of which what is in the second too is taken out.
    rest: Value,
    result: Value,
    hash: u64,
    key: Value,
    value: Value,
    seek: Seek,
    stage: Stage,
}

impl Toggling {
    fn go_to(&mut self, stage: Stage) {
        let known = if matches!(stage, Stage::Adds(_)) { None } else { Some(self.hash) };
        (self.seek, self.stage) = (Seek::hashed(known), stage);
    }

    /// What comes of the comparison of two values.
    fn compared(&mut self, same: bool) {
        let next = if same { Stage::TakesOut } else { Stage::Adds(self.pair()) };
        self.go_to(next);
    }

    fn pair(&self) -> Value {
        tuple(vec![self.key.clone(), self.value.clone()])
    }

    /// Where the search ended: in the first dict, or for a pair in the result.
    fn found(&mut self, hash: u64, place: Option<usize>) {
        let dict = self.rest.downcast::<Dict>();
        let next = match (&self.stage, place, dict) {
            (Stage::Finds, Some(place), Some(dict)) => Stage::Compares(dict.table().entry(place).value.clone(), false),
            (Stage::Finds, ..) => Stage::Adds(self.pair()),
            (Stage::TakesOut, Some(place), Some(dict)) => {
                let gone = dict.table_mut().remove_entry(place);
                drop(gone);
                Stage::Next
            }
            (Stage::Adds(pair), None, _) => {
                if let Some(cell) = self.result.as_set_cell() {
                    cell.get_mut().push_new(hash, pair.clone());
                }
                Stage::Next
            }
            _ => Stage::Next,
        };
        self.go_to(next);
    }
}

impl Enquiry for Toggling {
    fn go_on(&mut self, vm: &mut Vm, mut answer: bool) -> Res<Asked> {
        loop {
            let (holder, key) = match &mut self.stage {
                Stage::Next => {
                    let Some((hash, key, value)) = self.source.next(vm)? else { return Ok(Asked::Done(Value::NONE)) };
                    (self.hash, self.key, self.value) = (hash, key, value);
                    self.go_to(Stage::Finds);
                    continue;
                }
                Stage::Compares(_, true) => {
                    self.compared(std::mem::take(&mut answer));
                    continue;
                }
                Stage::Compares(theirs, asked) => {
                    let theirs = theirs.clone();
                    *asked = true;
                    let Some(same) = known_same(vm, &theirs, &self.value)? else {
                        return Ok(Asked::Whether(Cmp::Eq, theirs, self.value.clone()));
                    };
                    self.compared(same);
                    continue;
                }
                Stage::Finds | Stage::TakesOut => (&self.rest, &self.key),
                Stage::Adds(pair) => (&self.result, &*pair),
            };
            match self.seek.go_on(vm, holder, key, std::mem::take(&mut answer))? {
                Sought::Known(hash, place) => self.found(hash, place),
                Sought::Asks(asked) => return Ok(asked),
            }
        }
    }

    fn take_answer(&mut self, vm: &mut Vm, answer: Value) -> Res<()> {
        self.seek.take_hash(vm, &answer)
    }
}

/// The second dict is done with: what is left of the first is added.
fn add_rest(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    outcome.result(vm)?;
    let Some([result, rest]) = state.as_items() else { return Ok(Value::NONE) };
    let view = DictView { dict: rest.clone(), part: DictPart::Items };
    let rest = heap::new(&types().dict_items, view).into_value();
    let added = sets::update(vm, result, &rest, result.clone());
    vm.last_act(added)
}

/// A set of the items that are in one of two dicts only, or the request for it.
pub fn toggle_items(vm: &mut Vm, first: &Value, second: &Value) -> Res {
    let copy = Dict::create();
    if let Some(first) = first.downcast::<Dict>() {
        *copy.table_mut() = first.table().copy();
    }
    let (rest, result) = (copy.into_value(), Set::create(SetTable::default()).into_value());
    let toggling = Toggling {
        source: Source::of(second),
        rest: rest.clone(),
        result: result.clone(),
        hash: 0,
        key: Value::UNSET,
        value: Value::UNSET,
        seek: Seek::default(),
        stage: Stage::Next,
    };
    let toggled = vm.enquire(toggling);
    vm.then(toggled, add_rest, &tuple(vec![result, rest]))
}
