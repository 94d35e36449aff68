//! The standard library: native modules here, one file each; the rest in the language, in `lib/`, compiled when Weft
//! is built.
#![forbid(unsafe_code)]

mod abc;
mod asyncio;
pub mod atexit;
mod codecs;
mod collections;
mod contextvars;
mod descriptors;
mod errno;
mod file;
pub mod frozen;
mod functools;
mod heapq;
mod itertools;
mod json;
mod loop_core;
mod lru;
pub mod math;
mod naming;
mod native;
mod operator;
mod posix;
pub mod random;
mod re;
mod select;
pub mod signal;
mod socket;
mod stream;
mod structs;
mod structseq;
pub mod sys;
mod system;
mod text_buffer;
mod time;
mod tracebacks;
mod weakref;
pub mod world;

use std::io;
use std::rc::Rc;

use weft_vm::{Res, Vm};

pub use world::{Setup, World};

/// Makes a native module.
type Init = fn(&mut Vm) -> Res;

/// The native modules, which are made when first imported.
const NATIVE: &[(&str, Init)] = &[
    ("_abc", abc::init),
    ("_asyncio", asyncio::init),
    ("_codecs", codecs::init),
    ("_collections", collections::init),
    ("_contextvars", contextvars::init),
    ("_functools", functools::init),
    ("_heapq", heapq::init),
    ("_io", file::init),
    ("_json", json::init),
    ("_loop", loop_core::init),
    ("_naming", naming::init),
    ("_operator", operator::init),
    ("_posix", posix::init),
    ("_random", random::init),
    ("_re", re::init),
    ("_signal", signal::init),
    ("_socket", socket::init),
    ("_traceback", tracebacks::init),
    ("_struct", structs::init),
    ("_text_buffer", text_buffer::init),
    ("_weakref", weakref::init),
    ("atexit", atexit::init),
    ("errno", errno::init),
    ("itertools", itertools::init),
    ("math", math::init),
    ("select", select::init),
    ("time", time::init),
];

/// Gives a machine its standard library and its access to the system.
///
/// # Errors
/// What the system says when it lacks descriptors.
pub fn install(vm: &mut Vm, setup: Setup) -> io::Result<Rc<World>> {
    let world = world::create(setup)?;
    signal::start(&world)?;
    vm.interrupt = world.interrupt_flag();
    vm.native_modules.extend(NATIVE.iter().copied());
    sys::install(vm, &world.setup);
    file::install(vm);
    Ok(world)
}
