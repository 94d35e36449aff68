//! Values, heap, object model, core types, frames, dispatch, suspension. Knows no files, sockets, clocks or terminal.

mod args;
pub mod builtins;
pub mod class;
pub mod dispatch;
mod error;
pub mod frame;
pub mod heap;
pub mod host;
mod names;
pub mod objects;
pub mod ops;
pub mod types;
pub mod value;
mod vm;

pub use args::Args;
pub use host::Host;
pub use ops::restart::{Asks, Restartable};
pub use types::{class_of, names, types};
pub use value::Value;
pub use vm::{AsyncGenHooks, FutureHooks, Outcome, Question, Request, Res, Resume, Then, Thrown, Vm};
