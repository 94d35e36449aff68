//! `_heapq`: heaps in lists, for `lib/heapq.py`; searching in sorted lists, for `lib/bisect.py`. The steps compare in the
//! same order as CPython's, so that items that compare equal come out in the same order too.

use weft_vm::objects::{List, int};
use weft_vm::{Args, Res, Thrown, Value, Vm, class_of};

pub fn init(vm: &mut Vm) -> Res {
    let functions = &[
        ("heappush", push as weft_vm::objects::NativeFn),
        ("heappop", pop),
        ("heapreplace", replace),
        ("heappushpop", push_pop),
        ("heapify", heapify),
        ("bisect_left", bisect_left),
        ("bisect_right", bisect_right),
    ];
    Ok(vm.native_module("_heapq", functions).into_value())
}

/// The heap that a function is called with, and `count` arguments in all.
fn heap<'a>(vm: &mut Vm, args: &Args<'a>, name: &str, count: usize) -> Res<&'a List> {
    args.expect(vm, name, count, count)?;
    match args.pos()[0].downcast::<List>() {
        Some(list) => Ok(list),
        None => {
            let got = class_of(&args.pos()[0]).name_str();
            let which = if count == 1 { "argument" } else { "argument 1" };
            Err(vm.type_error(format!("{name}() {which} must be list, not {got}")))
        }
    }
}

fn out_of_range(vm: &mut Vm) -> Thrown {
    vm.index_error("index out of range")
}

/// `heap[left] < heap[right]`. The comparison may run code that changes the list, which is an error.
fn less(vm: &mut Vm, heap: &List, left: usize, right: usize) -> Res<bool> {
    let size = heap.len();
    let (Some(a), Some(b)) = (heap.get(left), heap.get(right)) else { return Err(changed(vm)) };
    let less = vm.less(&a, &b)?;
    if heap.len() == size { Ok(less) } else { Err(changed(vm)) }
}

#[cold]
fn changed(vm: &mut Vm) -> Thrown {
    vm.runtime_error("list changed size during iteration")
}

/// Moves an item up, at most to `top`, until its parent is not above it.
fn rise(vm: &mut Vm, heap: &List, top: usize, mut position: usize) -> Res<()> {
    while position > top {
        let parent = (position - 1) / 2;
        if !less(vm, heap, position, parent)? {
            break;
        }
        heap.items_mut().swap(position, parent);
        position = parent;
    }
    Ok(())
}

/// Moves an item down to a leaf, then up to its place: an item from the end of the heap nearly always belongs near one.
fn sink(vm: &mut Vm, heap: &List, top: usize) -> Res<()> {
    let end = heap.len();
    let mut position = top;
    while position < end / 2 {
        let mut child = 2 * position + 1;
        if child + 1 < end && !less(vm, heap, child, child + 1)? {
            child += 1;
        }
        heap.items_mut().swap(position, child);
        position = child;
    }
    rise(vm, heap, top, position)
}

fn push(vm: &mut Vm, args: Args<'_>) -> Res {
    let heap = heap(vm, &args, "heappush", 2)?;
    heap.push(args.pos()[1].clone());
    rise(vm, heap, 0, heap.len() - 1)?;
    Ok(Value::NONE)
}

fn pop(vm: &mut Vm, args: Args<'_>) -> Res {
    let heap = heap(vm, &args, "heappop", 1)?;
    let Some(last) = heap.items_mut().pop() else { return Err(out_of_range(vm)) };
    let Some(first) = heap.items_mut().first_mut() else { return Ok(last) };
    let smallest = std::mem::replace(first, last);
    sink(vm, heap, 0)?;
    Ok(smallest)
}

fn replace(vm: &mut Vm, args: Args<'_>) -> Res {
    let heap = heap(vm, &args, "heapreplace", 2)?;
    let Some(first) = heap.items_mut().first_mut() else { return Err(out_of_range(vm)) };
    let smallest = std::mem::replace(first, args.pos()[1].clone());
    sink(vm, heap, 0)?;
    Ok(smallest)
}

fn push_pop(vm: &mut Vm, args: Args<'_>) -> Res {
    let heap = heap(vm, &args, "heappushpop", 2)?;
    let item = args.pos()[1].clone();
    let Some(smallest) = heap.get(0) else { return Ok(item) };
    if !vm.less(&smallest, &item)? {
        return Ok(item);
    }
    let Some(first) = heap.items_mut().first_mut() else { return Err(out_of_range(vm)) };
    let smallest = std::mem::replace(first, item);
    sink(vm, heap, 0)?;
    Ok(smallest)
}

fn heapify(vm: &mut Vm, args: Args<'_>) -> Res {
    let heap = heap(vm, &args, "heapify", 1)?;
    for position in (0..heap.len() / 2).rev() {
        sink(vm, heap, position)?;
    }
    Ok(Value::NONE)
}

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
