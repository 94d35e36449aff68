//! `_asyncio`: futures, tasks, handles, and the turn of an event loop.
//!
//! Nothing here re-enters the machine for what usually happens: a turn of the loop and a task's step wait for the
//! frames they run by `Request::Then`. A loop, future or task that overrides one of the methods involved is asked
//! through that method instead.

mod buffers;
mod combine;
mod current;
mod event_loop;
mod future;
mod handle;
mod queue;
mod step;
mod support;
mod task;
mod timers;
mod turn;
mod waiting;

use weft_vm::{FutureHooks, Res, Value, Vm};

/// Makes the module.
pub fn init(vm: &mut Vm) -> Res {
    support::reset();
    vm.futures = FutureHooks { wait: future::wait, result: future::take_result, give_way: Value::UNSET };
    let module = vm.native_module("_asyncio", current::FUNCTIONS);
    for (name, function) in turn::FUNCTIONS.iter().chain(combine::FUNCTIONS).chain(buffers::FUNCTIONS) {
        module.dict.set(name, vm.native_function("_asyncio", name, *function));
    }
    let classes = support::classes();
    for class in [&classes.future, &classes.task, &classes.handle] {
        module.dict.set(&class.short_name(), class.value().clone());
    }
    event_loop::fill(&module);
    queue::fill(&module);
    Ok(module.into_value())
}
