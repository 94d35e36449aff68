//! Exceptions and tracebacks.

use super::{Class, CodeObject, Dict, Function, Tuple};
use crate::heap::{Ref, VmCell};
use crate::value::Value;
use std::cell::Cell;
use weft_bytecode::Loc;

/// An instance of a subclass of BaseException. What is particular to a class (`errno`, `name`, …) is a field.
pub struct Exception {
    /// Unset in a StopIteration that nobody has asked for it: see `args`.
    args: VmCell<Value>,
    pub cause: VmCell<Value>,
    pub context: VmCell<Value>,
    /// `Traceback` or None.
    pub traceback: VmCell<Value>,
    pub suppress_context: Cell<bool>,
    /// The value of StopIteration, the code of SystemExit; unset elsewhere.
    pub value: VmCell<Value>,
    /// What is particular to its class, by interned names; `__dict__` does not show it.
    fields: VmCell<Vec<(Value, Value)>>,
}

/// A `traceback`: one frame that an exception went through.
pub struct Traceback {
    /// Towards the frame where the exception was raised.
    pub next: VmCell<Value>,
    pub function: Value,
    pub code: Ref<CodeObject>,
    /// The instruction that raised or called.
    pub pc: u32,
    /// The frame object, once asked for; unset before.
    pub frame: VmCell<Value>,
}

/// A `frame`, as tracebacks, generators and `sys._getframe` show it: a picture taken when it is asked for.
pub struct FrameObject {
    pub function: Value,
    pub code: Ref<CodeObject>,
    pub pc: u32,
    pub locals: VmCell<Value>,
    pub back: Value,
}

impl Exception {
    pub fn new(args: Value) -> Exception {
        Exception {
            args: VmCell::new(args),
            cause: VmCell::new(Value::NONE),
            context: VmCell::new(Value::NONE),
            traceback: VmCell::new(Value::NONE),
            suppress_context: Cell::new(false),
            value: VmCell::new(Value::UNSET),
            fields: VmCell::new(Vec::new()),
        }
    }

    /// A field that has been set.
    pub fn field(&self, name: &Value) -> Option<Value> {
        self.fields.get().iter().find(|(known, _)| known.is(name)).map(|(_, value)| value.clone())
    }

    /// Sets a field; the name is interned.
    pub fn set_field(&self, name: &Value, value: Value) {
        let fields = self.fields.get_mut();
        let old = match fields.iter_mut().find(|(known, _)| known.is(name)) {
            Some((_, place)) => Some(std::mem::replace(place, value)),
            None => {
                fields.push((name.clone(), value));
                None
            }
        };
        // Only now may its death run anything.
        drop(old);
    }

    /// A StopIteration: its arguments follow from the value once somebody asks for them.
    pub fn stop(value: Value) -> Exception {
        let exception = Exception::new(Value::UNSET);
        exception.value.set(value);
        exception
    }

    /// The tuple of arguments.
    pub fn args(&self) -> &Value {
        if self.args.get().is_unset() {
            let value = self.value.get();
            let args = Tuple::build(usize::from(!value.is_none()), |_| value.clone());
            self.args.set(args.into_value());
        }
        self.args.get()
    }

    pub fn set_args(&self, args: Value) {
        self.args.set(args);
    }

    /// An exception of `class` with these arguments, without running a constructor.
    pub fn create(class: &Ref<Class>, args: Vec<Value>) -> Ref<Exception> {
        crate::heap::new(class, Exception::new(super::tuple(args)))
    }
}

/// Stands for the instruction of a frame that has not begun.
pub const NOT_BEGUN: u32 = u32::MAX;

/// Where an instruction stands; what has not begun stands in its first line.
fn location(code: &CodeObject, pc: u32) -> Loc {
    match pc {
        NOT_BEGUN => Loc { line: code.code.first_line, end_line: code.code.first_line, col: 0, end_col: 0 },
        _ => code.code.location(pc),
    }
}

impl Traceback {
    pub fn loc(&self) -> Loc {
        location(&self.code, self.pc)
    }
}

impl FrameObject {
    pub fn loc(&self) -> Loc {
        location(&self.code, self.pc)
    }

    pub fn globals(&self) -> Option<Ref<Dict>> {
        self.function.downcast::<Function>().map(|f| f.globals.clone())
    }
}
