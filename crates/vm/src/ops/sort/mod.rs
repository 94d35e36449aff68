//! Sorting, stable. Keys that are numbers, strings or tuples of these are ranked and sorted natively; for others a merge
//! sort asks whether one is less than another, which may take frames, and stops at the first error.

mod merge;
mod rank;

use super::compare::Cmp;
use super::enquiry::{Asked, Enquiry, compares_plainly};
use crate::heap::Ref;
use crate::objects::List;
use crate::value::Value;
use crate::{Request, Res, Vm};
use merge::MergeSort;
use rank::{Ranked, Tie};

/// Sorts what a list held, by ranks if there are any, and puts it back; gives `result`, or the request for it where the
/// language compares.
pub fn sort(vm: &mut Vm, mut sorting: Sorting) -> Res {
    let reverse = sorting.reverse;
    if sorting.ranks.is_none() && sorting.items.iter().all(Value::is_small_int) {
        // The bits are in the numbers' order.
        if reverse {
            sorting.items.sort_by_key(|n| std::cmp::Reverse(n.bits() as i64));
        } else {
            sorting.items.sort_by_key(|n| n.bits() as i64);
        }
        return sorting.put_back(vm, Ok(()));
    }
    let keys = sorting.keys();
    let (mut order, tie) = rank::ranks(keys);
    match tie {
        Tie::Equal => order.sort_by(|a, b| if reverse { b.rank.cmp(&a.rank) } else { a.rank.cmp(&b.rank) }),
        Tie::Order(columns) => order.sort_by(|a, b| {
            let (a, b) = if reverse { (b, a) } else { (a, b) };
            a.rank.cmp(&b.rank).then_with(|| rank::compare(&columns, &keys[a.at], &keys[b.at]))
        }),
        Tie::Ask => {
            let plain = keys.iter().all(|key| compares_plainly(vm, key));
            let merging = Merging::begin(sorting, order);
            return if plain { merging.run(vm) } else { Err(vm.request(Request::Enquire(Box::new(merging)))) };
        }
    }
    apply(&mut sorting.items, order);
    sorting.put_back(vm, Ok(()))
}

/// Brings the items into the order of positions, which is a permutation.
fn apply(items: &mut Vec<Value>, order: Vec<Ranked>) {
    let mut old: Vec<Option<Value>> = std::mem::take(items).into_iter().map(Some).collect();
    items.extend(order.into_iter().filter_map(|ranked| old[ranked.at].take()));
}

/// A list that is being sorted.
pub struct Sorting {
    /// Scripts see it empty meanwhile.
    pub list: Ref<List>,
    pub items: Vec<Value>,
    /// What a key function made of the items.
    pub ranks: Option<Vec<Value>>,
    pub reverse: bool,
    pub result: Value,
}

impl Sorting {
    /// Puts the items back; that a script has put anything into the list meanwhile is an error.
    pub fn put_back(&mut self, vm: &mut Vm, outcome: Res<()>) -> Res {
        let intruders = std::mem::replace(self.list.items_mut(), std::mem::take(&mut self.items));
        outcome?;
        // Room that was made shows even if everything was taken out again.
        if intruders.capacity() > 0 {
            return Err(vm.value_error("list modified during sort"));
        }
        Ok(self.result.clone())
    }

    fn keys(&self) -> &[Value] {
        self.ranks.as_ref().unwrap_or(&self.items)
    }
}

/// A list that is being sorted by a merge sort, which asks about keys of equal rank.
struct Merging {
    sort: MergeSort,
    sorting: Sorting,
}

impl Merging {
    fn begin(sorting: Sorting, mut order: Vec<Ranked>) -> Merging {
        // Reversing twice keeps equal items in their order.
        if sorting.reverse {
            order.reverse();
        }
        Merging { sort: MergeSort::new(order), sorting }
    }

    /// The next two keys that have to be asked, if any.
    fn next(&mut self, mut answer: bool) -> Option<(&Value, &Value)> {
        loop {
            let (a, b) = self.sort.next(answer)?;
            if a.rank == b.rank {
                let keys = self.sorting.keys();
                return Some((&keys[a.at], &keys[b.at]));
            }
            answer = a.rank < b.rank;
        }
    }

    /// Brings the items into the order that was found so far.
    fn arrange(&mut self) {
        let mut order = self.sort.take_order();
        if self.sorting.reverse {
            order.reverse();
        }
        apply(&mut self.sorting.items, order);
    }

    /// Sorts keys that native code can compare.
    fn run(mut self, vm: &mut Vm) -> Res {
        let (mut answer, mut outcome) = (false, Ok(()));
        while let Some((a, b)) = self.next(answer) {
            match vm.less(a, b) {
                Ok(less) => answer = less,
                Err(thrown) => {
                    outcome = Err(thrown);
                    break;
                }
            }
        }
        self.arrange();
        self.sorting.put_back(vm, outcome)
    }
}

impl Enquiry for Merging {
    fn go_on(&mut self, vm: &mut Vm, answer: bool) -> Res<Asked> {
        if let Some((a, b)) = self.next(answer) {
            return Ok(Asked::Whether(Cmp::Lt, a.clone(), b.clone()));
        }
        self.arrange();
        self.sorting.put_back(vm, Ok(())).map(Asked::Done)
    }

    fn give_up(&mut self, _vm: &mut Vm) {
        // At the end, nothing is left to put back.
        if !self.sorting.items.is_empty() {
            self.arrange();
            let items = std::mem::take(&mut self.sorting.items);
            drop(std::mem::replace(self.sorting.list.items_mut(), items));
        }
    }
}
