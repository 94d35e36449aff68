//! `atexit`: calls to be made when the program ends.

use weft_vm::{Args, Res, Value, Vm};

use crate::system::Functions;
use crate::world::{self, ExitCall, world};

pub fn init(vm: &mut Vm) -> Res {
    Ok(vm.native_module("atexit", FUNCTIONS).into_value())
}

const FUNCTIONS: Functions = &[
    ("register", register),
    ("unregister", unregister),
    ("_run_exitfuncs", run_exit_functions),
    ("_clear", clear),
    ("_ncallbacks", count),
];

fn register(vm: &mut Vm, args: Args<'_>) -> Res {
    let (values, names) = args.raw();
    let Some(callable) = args.pos().first() else {
        return Err(vm.type_error("register() takes at least 1 argument (0 given)"));
    };
    if !vm.is_callable(callable) {
        return Err(vm.type_error("the first argument must be callable"));
    }
    let call = ExitCall { callable: callable.clone(), args: values[1..].to_vec(), names: names.to_vec() };
    world(vm)?.exit_calls.borrow_mut().push(call);
    Ok(callable.clone())
}

fn unregister(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "unregister", 1, 1)?;
    let world = world(vm)?;
    let calls = world.exit_calls.borrow().clone();
    let mut kept = Vec::new();
    for call in calls {
        if !vm.equals(&call.callable, &args.pos()[0])? {
            kept.push(call);
        }
    }
    drop(world.exit_calls.replace(kept));
    Ok(Value::NONE)
}

fn clear(vm: &mut Vm, _args: Args<'_>) -> Res {
    drop(world(vm)?.exit_calls.take());
    Ok(Value::NONE)
}

fn count(vm: &mut Vm, _args: Args<'_>) -> Res {
    let count = world(vm)?.exit_calls.borrow().len();
    Ok(weft_vm::objects::int(count as i64))
}

fn run_exit_functions(vm: &mut Vm, _args: Args<'_>) -> Res {
    run(vm);
    Ok(Value::NONE)
}

/// Makes the calls, the last registered first; what they raise is reported.
pub fn run(vm: &mut Vm) {
    let Some(world) = world::current() else { return };
    loop {
        let Some(call) = world.exit_calls.borrow_mut().pop() else { return };
        if vm.call_window(&call.callable, call.args, &call.names).is_err() {
            let exception = vm.catch();
            let shown = match vm.repr(&call.callable) {
                Ok(text) => text.to_string_lossy(),
                Err(_) => {
                    drop(vm.catch());
                    "<object repr() failed>".to_owned()
                }
            };
            let message = format!("Exception ignored in atexit callback {shown}");
            weft_vm::builtins::warning::report_unraisable(vm, &exception, Some(&message), &Value::NONE);
        }
    }
}
