//! One turn of a loop: waits for events and timers, and runs what is ready then.

use weft_vm::objects::List;
use weft_vm::{Args, Asks, Request, Res, Value, Vm};

use super::event_loop::{self, Waiting};
use super::support::names;
use super::{timers, turn};
use crate::collections::Deque;
use crate::{loop_core, system};

/// The longest wait, in seconds.
const LONGEST: f64 = 24.0 * 3600.0;

/// `loop._run_once()`.
pub fn run_once(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "_run_once", 0, 0)?;
    let this = &args.pos()[0];
    if let Some(waiting) = event_loop::waiting(vm, this)
        && wait(vm, &waiting)?
    {
        return turn::start(vm, this, &waiting.queue);
    }
    let callable = vm.get_attr(this, &names()._run_once_checked)?;
    Err(vm.request(Request::Call { callable, args: Vec::new() }))
}

/// Waits, and queues what became ready. False, with nothing done, if natives can't do that for this loop.
fn wait(vm: &mut Vm, waiting: &Waiting<'_>) -> Res<bool> {
    let Some(queue) = waiting.queue.native_state::<Deque>().filter(|queue| queue.is_unbounded()) else {
        return Ok(false);
    };
    let (Some(heap), Some(cancelled)) = (waiting.scheduled.downcast::<List>(), waiting.cancelled()) else {
        return Ok(false);
    };
    if !heap.is_empty() {
        match timers::drop_cancelled(vm, heap, cancelled)? {
            Some(0) => {}
            Some(gone) => waiting.set_cancelled(cancelled - gone),
            None => return Ok(false),
        }
    }
    let timeout = if queue.len() != 0 || waiting.stopping() {
        Some(0.0)
    } else {
        match timers::first_time(vm, heap)? {
            Some(when) => Some((system::number(vm, &when)? - waiting.core.now()).clamp(0.0, LONGEST)),
            None => None,
        }
    };
    loop_core::poll_into(vm, waiting.core, timeout, &mut |handle| drop(queue.push_back(handle)))?;
    if !heap.is_empty() {
        let end = waiting.core.now() + loop_core::RESOLUTION;
        while let Some(timer) = timers::take_due(vm, heap, end)? {
            drop(queue.push_back(timer));
        }
    }
    Ok(true)
}

/// `loop._add_callback(handle)`.
pub fn add_callback(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "_add_callback", 1, 1)?;
    let [this, handle, ..] = args.pos() else { return Ok(Value::NONE) };
    let cancelled = vm.get_attr(handle, &names()._cancelled)?;
    if !vm.truth(&cancelled)? {
        let queue = vm.get_attr(this, &names()._queue)?;
        match queue.native_state::<Deque>() {
            Some(deque) => drop(deque.push_back(handle.clone())),
            None => drop(vm.call_method(&queue, &names().append, std::slice::from_ref(handle))?),
        }
    }
    Ok(Value::NONE)
}

/// `loop._process_events(events)`: queues the handles of what a selector found, as pairs of key and mask.
pub fn process_events(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "_process_events", 1, 1)?;
    let [this, events, ..] = args.pos() else { return Ok(Value::NONE) };
    for event in vm.collect(events)? {
        let [key, mask] = two(vm, &event)?;
        let mask = vm.as_index(&mask)?;
        let data = vm.get_attr(&key, &names().data)?;
        let handles = two(vm, &data)?;
        let removers = [&names()._remove_reader, &names()._remove_writer];
        for ((handle, remove), bit) in handles.iter().zip(removers).zip([1, 2]) {
            if mask & bit == 0 || handle.is_none() {
                continue;
            }
            let cancelled = vm.get_attr(handle, &names()._cancelled)?;
            if vm.truth(&cancelled)? {
                let fd = vm.get_attr(&key, &names().fd)?;
                vm.call_method(this, remove, &[fd])?;
            } else {
                vm.call_method(this, &names()._add_callback, std::slice::from_ref(handle))?;
            }
        }
    }
    Ok(Value::NONE)
}

fn two(vm: &mut Vm, value: &Value) -> Res<[Value; 2]> {
    match <[Value; 2]>::try_from(vm.collect(value)?) {
        Ok(both) => Ok(both),
        Err(_) => Err(vm.value_error("a pair was expected")),
    }
}
