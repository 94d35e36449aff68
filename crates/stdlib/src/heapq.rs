//! `_heapq`: heaps in lists, for `lib/heapq.py`; searching in sorted lists, for `lib/bisect.py`. The steps compare in the same
//! order as CPython's, so that items that compare equal come out in the same order too. Where only the language can compare they
//! stop and go on with its answer.

use std::marker::PhantomData;
use weft_vm::objects::{List, int};
use weft_vm::ops::compare::{Cmp, plain_compare};
use weft_vm::ops::enquiry::{Asked, Enquiry};
use weft_vm::{Args, Asks, Res, Value, Vm};

use crate::system::{self, Functions};

pub fn init(vm: &mut Vm) -> Res {
    Ok(vm.native_module("_heapq", FUNCTIONS).into_value())
}

const FUNCTIONS: Functions = &[
    ("heappush", push),
    ("heappop", pop_smallest),
    ("heapreplace", |vm, args| replace::<Smallest>(vm, args, "heapreplace")),
    ("heappushpop", push_pop),
    ("heapify", |vm, args| heapify::<Smallest>(vm, args, "heapify")),
    ("_heappop_max", |vm, args| pop::<Largest>(vm, args, "_heappop_max")),
    ("_heapreplace_max", |vm, args| replace::<Largest>(vm, args, "_heapreplace_max")),
    ("bisect_left", |vm, args| search(vm, &args, false)),
    ("bisect_right", |vm, args| search(vm, &args, true)),
    ("_heapify_max", |vm, args| heapify::<Largest>(vm, args, "_heapify_max")),
];

/// Which of two items belongs above the other.
pub trait Order {
    fn above(vm: &mut Vm, a: &Value, b: &Value) -> Res<bool>;
}

/// An order by `<`.
trait Weighs: 'static {
    /// Of which two items the first must be less for `a` to belong above `b`.
    fn sides<'a>(a: &'a Value, b: &'a Value) -> (&'a Value, &'a Value);
}

/// The smallest item is on top.
pub struct Smallest;
struct Largest;

impl Weighs for Smallest {
    fn sides<'a>(a: &'a Value, b: &'a Value) -> (&'a Value, &'a Value) {
        (a, b)
    }
}

impl Weighs for Largest {
    fn sides<'a>(a: &'a Value, b: &'a Value) -> (&'a Value, &'a Value) {
        (b, a)
    }
}

impl<T: Weighs> Order for T {
    fn above(vm: &mut Vm, a: &Value, b: &Value) -> Res<bool> {
        let (less, more) = T::sides(a, b);
        vm.less(less, more)
    }
}

/// The list to work on, and the arguments behind it.
fn heap_of<'a>(vm: &mut Vm, args: Args<'a>, name: &str, count: usize) -> Res<(&'a List, &'a [Value])> {
    args.expect(vm, name, count, count)?;
    let [first, rest @ ..] = args.pos() else { return Err(vm.type_error("a heap was expected")) };
    match first.downcast::<List>() {
        Some(list) => Ok((list, rest)),
        None => {
            let got = system::class_name(first);
            let which = if count == 1 { "argument" } else { "argument 1" };
            Err(vm.type_error(format!("{name}() {which} must be list, not {got}")))
        }
    }
}

/// `heappush(heap, item)`.
pub fn push(vm: &mut Vm, args: Args<'_>) -> Res {
    let (heap, rest) = heap_of(vm, args, "heappush", 2)?;
    heap.push(rest[0].clone());
    Heaping::<Smallest>::new(args, Sift::rising(0, heap.len() - 1), Value::NONE).run(vm)
}

/// `heappop(heap)`.
pub fn pop_smallest(vm: &mut Vm, args: Args<'_>) -> Res {
    pop::<Smallest>(vm, args, "heappop")
}

fn pop<O: Weighs>(vm: &mut Vm, args: Args<'_>, name: &str) -> Res {
    let (heap, _) = heap_of(vm, args, name, 1)?;
    match take_top(vm, heap)? {
        (top, None) => Ok(top),
        (top, Some(sift)) => Heaping::<O>::new(args, sift, top).run(vm),
    }
}

fn replace<O: Weighs>(vm: &mut Vm, args: Args<'_>, name: &str) -> Res {
    let (heap, rest) = heap_of(vm, args, name, 2)?;
    let top = replace_top(vm, heap, &rest[0])?;
    Heaping::<O>::new(args, Sift::sinking(heap, 0), top).run(vm)
}

fn push_pop(vm: &mut Vm, args: Args<'_>) -> Res {
    let (heap, rest) = heap_of(vm, args, "heappushpop", 2)?;
    if heap.is_empty() {
        return Ok(rest[0].clone());
    }
    let weighed = Some(rest[0].clone());
    Heaping::<Smallest> { weighed, ..Heaping::new(args, Sift::default(), Value::NONE) }.run(vm)
}

fn heapify<O: Weighs>(vm: &mut Vm, args: Args<'_>, name: &str) -> Res {
    let (heap, _) = heap_of(vm, args, name, 1)?;
    let unsifted = heap.len() / 2;
    Heaping::<O> { unsifted, ..Heaping::new(args, Sift::default(), Value::NONE) }.run(vm)
}

/// Takes the topmost item out and puts the last one in its place, which has to sink then.
fn take_top(vm: &mut Vm, heap: &List) -> Res<(Value, Option<Sift>)> {
    let Some(last) = heap.items_mut().pop() else { return Err(vm.index_error("index out of range")) };
    if heap.is_empty() {
        return Ok((last, None));
    }
    let top = std::mem::replace(&mut heap.items_mut()[0], last);
    Ok((top, Some(Sift::sinking(heap, 0))))
}

/// Puts an item in the place of the topmost one, which is given.
fn replace_top(vm: &mut Vm, heap: &List, item: &Value) -> Res {
    match heap.items_mut().first_mut() {
        Some(top) => Ok(std::mem::replace(top, item.clone())),
        None => Err(vm.index_error("index out of range")),
    }
}

/// Takes the topmost item out.
pub fn take<O: Order>(vm: &mut Vm, heap: &List) -> Res {
    let (top, sift) = take_top(vm, heap)?;
    if let Some(sift) = sift {
        sift.run::<O>(vm, heap)?;
    }
    Ok(top)
}

/// Makes a heap of a list.
pub fn arrange<O: Order>(vm: &mut Vm, heap: &List) -> Res<()> {
    for position in (0..heap.len() / 2).rev() {
        Sift::sinking(heap, position).run::<O>(vm, heap)?;
    }
    Ok(())
}

/// Moves an item up, at most to `top`, until its parent belongs above it.
pub fn rise<O: Order>(vm: &mut Vm, heap: &List, top: usize, position: usize) -> Res<()> {
    Sift::rising(top, position).run::<O>(vm, heap)
}

/// An item on the way to its place: down to a leaf, then up. That takes fewer comparisons than stopping on the way down,
/// since an item that comes from the end of the heap nearly always belongs near a leaf.
#[derive(Default)]
struct Sift {
    position: usize,
    /// It rises no farther.
    top: usize,
    /// The length of the heap as long as the item sinks; 0 when it rises.
    end: usize,
}

impl Sift {
    fn rising(top: usize, position: usize) -> Sift {
        Sift { position, top, end: 0 }
    }

    fn sinking(heap: &List, top: usize) -> Sift {
        Sift { position: top, top, end: heap.len() }
    }

    /// The next two places that are compared; None if the item is in its place.
    #[inline(always)]
    fn question(&mut self, heap: &List) -> Option<(usize, usize)> {
        while self.end > 0 {
            let child = 2 * self.position + 1;
            match self.end.checked_sub(child) {
                None | Some(0) => self.end = 0,
                Some(1) => self.move_to(heap, child),
                Some(_) => return Some((child, child + 1)),
            }
        }
        (self.position > self.top).then(|| (self.position, (self.position - 1) / 2))
    }

    /// Takes the answer: whether the item in the first place belongs above the other.
    #[inline(always)]
    fn answer(&mut self, heap: &List, (first, second): (usize, usize), above: bool) {
        match (self.end > 0, above) {
            (true, true) => self.move_to(heap, first),
            (true, false) | (false, true) => self.move_to(heap, second),
            (false, false) => self.top = self.position,
        }
    }

    #[inline(always)]
    fn move_to(&mut self, heap: &List, position: usize) {
        heap.items_mut().swap(self.position, position);
        self.position = position;
    }

    fn run<O: Order>(mut self, vm: &mut Vm, heap: &List) -> Res<()> {
        while let Some(places) = self.question(heap) {
            let (a, b, len) = at(heap, places);
            let above = O::above(vm, &a, &b)?;
            check_length(vm, heap, len)?;
            self.answer(heap, places, above);
        }
        Ok(())
    }
}

/// The items in two places, and the length of the heap.
#[inline]
fn at(heap: &List, (a, b): (usize, usize)) -> (Value, Value, usize) {
    let items = heap.items();
    (items[a].clone(), items[b].clone(), items.len())
}

/// A method of the language that compares must leave the heap as long as it is.
fn check_length(vm: &mut Vm, heap: &List, len: usize) -> Res<()> {
    if heap.len() == len { Ok(()) } else { Err(vm.runtime_error("list changed size during iteration")) }
}

/// What is done with a heap, under way.
struct Heaping<O> {
    heap: Value,
    /// An item that takes the place of the topmost one if that is less.
    weighed: Option<Value>,
    sift: Sift,
    /// How many items at the front have to sink yet.
    unsifted: usize,
    /// The places that were asked about, and the length of the heap then.
    asked: Option<((usize, usize), usize)>,
    result: Value,
    order: PhantomData<O>,
}

impl<O: Weighs> Heaping<O> {
    /// Of the heap that is the first argument.
    fn new(args: Args<'_>, sift: Sift, result: Value) -> Heaping<O> {
        let heap = args.pos()[0].clone();
        Heaping { heap, weighed: None, sift, unsifted: 0, asked: None, result, order: PhantomData }
    }

    fn run(mut self, vm: &mut Vm) -> Res {
        match self.go_on(vm, false)? {
            Asked::Done(value) => Ok(value),
            _ => {
                self.asked = None;
                vm.enquire(self)
            }
        }
    }

    /// Whether the item that is weighed stays outside; else it is put in.
    fn weigh(&mut self, vm: &mut Vm, heap: &List, answer: bool) -> Res<Option<Asked>> {
        let Some(item) = self.weighed.clone() else { return Ok(None) };
        let less = match (self.asked.take(), heap.get(0)) {
            (None, Some(top)) => {
                let known = match plain_compare(Cmp::Lt, &top, &item) {
                    None => vm.holds_at_once(Cmp::Lt, &top, &item)?,
                    known => known,
                };
                let Some(less) = known else {
                    self.asked = Some(((0, 0), 0));
                    return Ok(Some(Asked::Whether(Cmp::Lt, top, item)));
                };
                less
            }
            _ => answer,
        };
        if !less {
            return Ok(Some(Asked::Done(item)));
        }
        self.weighed = None;
        self.result = replace_top(vm, heap, &item)?;
        self.sift = Sift::sinking(heap, 0);
        Ok(None)
    }
}

impl<O: Weighs> Enquiry for Heaping<O> {
    fn go_on(&mut self, vm: &mut Vm, answer: bool) -> Res<Asked> {
        let list = self.heap.clone();
        let Some(heap) = list.downcast::<List>() else { return Ok(Asked::Done(Value::NONE)) };
        if let Some(asked) = self.weigh(vm, heap, answer)? {
            return Ok(asked);
        }
        if let Some((places, len)) = self.asked.take() {
            check_length(vm, heap, len)?;
            self.sift.answer(heap, places, answer);
        }
        loop {
            while let Some(places) = self.sift.question(heap) {
                let (a, b) = (&heap.items()[places.0], &heap.items()[places.1]);
                let (less, more) = O::sides(a, b);
                if let Some(above) = plain_compare(Cmp::Lt, less, more) {
                    self.sift.answer(heap, places, above);
                    continue;
                }
                let (a, b, len) = at(heap, places);
                let (less, more) = O::sides(&a, &b);
                match vm.holds_at_once(Cmp::Lt, less, more)? {
                    Some(above) => {
                        check_length(vm, heap, len)?;
                        self.sift.answer(heap, places, above);
                    }
                    None => {
                        self.asked = Some((places, len));
                        return Ok(Asked::Whether(Cmp::Lt, less.clone(), more.clone()));
                    }
                }
            }
            match self.unsifted.checked_sub(1) {
                Some(next) => (self.unsifted, self.sift) = (next, Sift::sinking(heap, next)),
                None => return Ok(Asked::Done(self.result.clone())),
            }
        }
    }
}

/// The search for a place in a sorted list.
struct Bisecting {
    list: Value,
    sought: Value,
    low: i64,
    high: i64,
    /// Behind equal items, not in front of them.
    right: bool,
    asked: bool,
}

impl Bisecting {
    fn middle(&self) -> i64 {
        self.low + (self.high - self.low) / 2
    }

    /// Takes the answer: whether the item in the middle is less; or of the right end, whether it is more.
    fn answer(&mut self, answer: bool) {
        let middle = self.middle();
        if answer == self.right { self.high = middle } else { self.low = middle + 1 }
    }
}

impl Enquiry for Bisecting {
    fn go_on(&mut self, vm: &mut Vm, answer: bool) -> Res<Asked> {
        if std::mem::take(&mut self.asked) {
            self.answer(answer);
        }
        while self.low < self.high {
            let middle = usize::try_from(self.middle()).ok();
            let item = middle.and_then(|i| self.list.downcast::<List>()?.get(i));
            let Some(item) = item else { return Err(vm.index_error("list index out of range")) };
            let (less, more) = if self.right { (&self.sought, &item) } else { (&item, &self.sought) };
            if let Some(answer) = plain_compare(Cmp::Lt, less, more) {
                self.answer(answer);
                continue;
            }
            match vm.holds_at_once(Cmp::Lt, less, more)? {
                Some(answer) => self.answer(answer),
                None => {
                    self.asked = true;
                    return Ok(Asked::Whether(Cmp::Lt, less.clone(), more.clone()));
                }
            }
        }
        Ok(Asked::Done(int(self.low)))
    }
}

/// `bisect_left(list, sought, low, high)`, or to the right of equal items.
fn search(vm: &mut Vm, args: &Args<'_>, right: bool) -> Res {
    args.expect(vm, "bisect", 4, 4)?;
    let [list, sought, low, high] = args.pos() else { return Ok(Value::NONE) };
    let (low, high) = (vm.as_ssize(low)?, vm.as_ssize(high)?);
    let (list, sought) = (list.clone(), sought.clone());
    let mut bisecting = Bisecting { list, sought, low, high, right, asked: false };
    match bisecting.go_on(vm, false)? {
        Asked::Done(place) => Ok(place),
        _ => {
            bisecting.asked = false;
            vm.enquire(bisecting)
        }
    }
}
