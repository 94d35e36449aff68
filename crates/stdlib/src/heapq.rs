//! `_heapq`: heaps in lists, for `lib/heapq.py`; searching in sorted lists, for `lib/bisect.py`. The steps compare in the same order as CPython's, so that items that compare equal come
//! out in the same order too.

use weft_vm::objects::{List, int};
use weft_vm::{Args, Asks, Res, Value, Vm};

use crate::system::{self, Functions};

pub fn init(vm: &mut Vm) -> Res {
    Ok(vm.native_module("_heapq", FUNCTIONS).into_value())
}

const FUNCTIONS: Functions = &[
    ("heappush", |vm, args| push(vm, args)),
    ("heappop", |vm, args| pop::<Smallest>(vm, args, "heappop")),
    ("heapreplace", |vm, args| replace::<Smallest>(vm, args, "heapreplace")),
    ("heappushpop", push_pop),
    ("heapify", |vm, args| heapify::<Smallest>(vm, args, "heapify")),
    ("_heappop_max", |vm, args| pop::<Largest>(vm, args, "_heappop_max")),
    ("_heapreplace_max", |vm, args| replace::<Largest>(vm, args, "_heapreplace_max")),
    ("bisect_left", bisect_left),
    ("bisect_right", bisect_right),
    ("_heapify_max", |vm, args| heapify::<Largest>(vm, args, "_heapify_max")),
];

/// Which of two items belongs above the other.
pub trait Order {
    fn above(vm: &mut Vm, a: &Value, b: &Value) -> Res<bool>;
}

/// The smallest item is on top.
pub struct Smallest;
struct Largest;

impl Order for Smallest {
    fn above(vm: &mut Vm, a: &Value, b: &Value) -> Res<bool> {
        vm.less(a, b)
    }
}

impl Order for Largest {
    fn above(vm: &mut Vm, a: &Value, b: &Value) -> Res<bool> {
        vm.less(b, a)
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

fn push(vm: &mut Vm, args: Args<'_>) -> Res {
    let (heap, rest) = heap_of(vm, args, "heappush", 2)?;
    heap.push(rest[0].clone());
    rise::<Smallest>(vm, heap, 0, heap.len() - 1)?;
    Ok(Value::NONE)
}

fn pop<O: Order>(vm: &mut Vm, args: Args<'_>, name: &str) -> Res {
    let (heap, _) = heap_of(vm, args, name, 1)?;
    take::<O>(vm, heap)
}

/// Takes the topmost item out.
pub fn take<O: Order>(vm: &mut Vm, heap: &List) -> Res {
    let Some(last) = heap.items_mut().pop() else { return Err(vm.index_error("index out of range")) };
    if heap.is_empty() {
        return Ok(last);
    }
    let top = std::mem::replace(&mut heap.items_mut()[0], last);
    sink::<O>(vm, heap, 0)?;
    Ok(top)
}

fn replace<O: Order>(vm: &mut Vm, args: Args<'_>, name: &str) -> Res {
    let (heap, rest) = heap_of(vm, args, name, 2)?;
    if heap.is_empty() {
        return Err(vm.index_error("index out of range"));
    }
    let top = std::mem::replace(&mut heap.items_mut()[0], rest[0].clone());
    sink::<O>(vm, heap, 0)?;
    Ok(top)
}

fn push_pop(vm: &mut Vm, args: Args<'_>) -> Res {
    let (heap, rest) = heap_of(vm, args, "heappushpop", 2)?;
    let Some(top) = heap.get(0) else { return Ok(rest[0].clone()) };
    if !vm.less(&top, &rest[0])? {
        return Ok(rest[0].clone());
    }
    if heap.is_empty() {
        return Err(vm.index_error("index out of range"));
    }
    let top = std::mem::replace(&mut heap.items_mut()[0], rest[0].clone());
    sink::<Smallest>(vm, heap, 0)?;
    Ok(top)
}

fn heapify<O: Order>(vm: &mut Vm, args: Args<'_>, name: &str) -> Res {
    let (heap, _) = heap_of(vm, args, name, 1)?;
    arrange::<O>(vm, heap)?;
    Ok(Value::NONE)
}

/// Makes a heap of a list.
pub fn arrange<O: Order>(vm: &mut Vm, heap: &List) -> Res<()> {
    for position in (0..heap.len() / 2).rev() {
        sink::<O>(vm, heap, position)?;
    }
    Ok(())
}

/// Compares two items; the method of one may be a script's, which must leave the list as long as it is.
fn above<O: Order>(vm: &mut Vm, heap: &List, a: usize, b: usize) -> Res<bool> {
    let items = heap.items();
    let (first, second, len) = (items[a].clone(), items[b].clone(), items.len());
    let answer = O::above(vm, &first, &second)?;
    if heap.len() != len {
        return Err(vm.runtime_error("list changed size during iteration"));
    }
    Ok(answer)
}

/// Moves an item up, at most to `top`, until its parent belongs above it.
pub fn rise<O: Order>(vm: &mut Vm, heap: &List, top: usize, mut position: usize) -> Res<()> {
    while position > top {
        let parent = (position - 1) / 2;
        if !above::<O>(vm, heap, position, parent)? {
            break;
        }
        heap.items_mut().swap(position, parent);
        position = parent;
    }
    Ok(())
}

/// Moves an item down to a leaf, then up to its place. That takes fewer comparisons than stopping on the way down,
/// since an item that comes from the end of the heap nearly always belongs near a leaf.
fn sink<O: Order>(vm: &mut Vm, heap: &List, top: usize) -> Res<()> {
    let end = heap.len();
    let mut position = top;
    while 2 * position + 1 < end {
        let mut child = 2 * position + 1;
        if child + 1 < end && !above::<O>(vm, heap, child, child + 1)? {
            child += 1;
        }
        heap.items_mut().swap(position, child);
        position = child;
    }
    rise::<O>(vm, heap, top, position)
}

// Sorted lists.

/// The place in a sorted list, from `low` to `high`, before which `goes_on` says true.
fn search(vm: &mut Vm, args: &Args<'_>, goes_on: fn(&mut Vm, item: &Value, sought: &Value) -> Res<bool>) -> Res {
    args.expect(vm, "bisect", 4, 4)?;
    let [list, sought, low, high] = args.pos() else { return Ok(Value::NONE) };
    let (mut low, mut high) = (vm.as_ssize(low)?, vm.as_ssize(high)?);
    while low < high {
        let middle = low + (high - low) / 2;
        let item = usize::try_from(middle).ok().and_then(|i| list.downcast::<List>()?.get(i));
        let Some(item) = item else { return Err(vm.index_error("list index out of range")) };
        if goes_on(vm, &item, sought)? {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(int(low))
}

fn bisect_left(vm: &mut Vm, args: Args<'_>) -> Res {
    search(vm, &args, |vm, item, sought| vm.less(item, sought))
}

fn bisect_right(vm: &mut Vm, args: Args<'_>) -> Res {
    search(vm, &args, |vm, item, sought| vm.less(sought, item).map(|less| !less))
}
