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
    /// `Traceback` or None; what `raised_in` says stands before it.
    traceback: VmCell<Value>,
    /// Function and code of the last frame that the exception went through, until somebody asks for its traceback; unset if
    /// that says it all.
    raised_in: VmCell<Value>,
    raised_code: VmCell<Value>,
    /// The instruction of that frame.
    raised_at: Cell<u32>,
    pub suppress_context: Cell<bool>,
    /// The value of StopIteration, the code of SystemExit; unset elsewhere.
    pub value: VmCell<Value>,
    /// What is particular to its class, by interned names; `__dict__` does not show it.
    fields: VmCell<Option<Box<Fields>>>,
}

type Fields = Vec<(Value, Value)>;

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

/// A `frame`, as tracebacks, generators and `sys._getframe` show it: a picture taken when it is asked for. One that is being
/// traced has an object of its own, which is kept up to date.
pub struct FrameObject {
    pub function: Value,
    pub code: Ref<CodeObject>,
    pub pc: Cell<u32>,
    pub locals: VmCell<Value>,
    pub back: Value,
    /// `f_trace`, and whether it is told of lines.
    pub trace: VmCell<Value>,
    pub trace_lines: Cell<bool>,
}

impl Exception {
    pub fn new(args: Value) -> Exception {
        Exception {
            args: VmCell::new(args),
            cause: VmCell::new(Value::NONE),
            context: VmCell::new(Value::NONE),
            traceback: VmCell::new(Value::NONE),
            raised_in: VmCell::new(Value::UNSET),
            raised_code: VmCell::new(Value::UNSET),
            raised_at: Cell::new(0),
            suppress_context: Cell::new(false),
            value: VmCell::new(Value::UNSET),
            fields: VmCell::new(None),
        }
    }

    /// The `Traceback`, or None.
    pub fn traceback(&self) -> &Value {
        if !self.raised_in.get().is_unset() {
            let newest = Traceback {
                next: VmCell::new(self.traceback.replace(Value::NONE)),
                function: self.raised_in.replace(Value::UNSET),
                code: Ref::from_value_unchecked(self.raised_code.replace(Value::UNSET)),
                pc: self.raised_at.get(),
                frame: VmCell::new(Value::UNSET),
            };
            self.traceback.set(crate::heap::new(&crate::types().traceback, newest).into_value());
        }
        self.traceback.get()
    }

    /// Sets the traceback; `traceback` is one, or None.
    pub fn set_traceback(&self, traceback: Value) {
        self.raised_in.set(Value::UNSET);
        self.raised_code.set(Value::UNSET);
        self.traceback.set(traceback);
    }

    pub fn has_traceback(&self) -> bool {
        !self.raised_in.get().is_unset() || !self.traceback.get().is_none()
    }

    /// Puts a frame before the traceback: the exception goes through it.
    pub fn passes(&self, function: &Value, code: &Ref<CodeObject>, pc: u32) {
        if !self.raised_in.get().is_unset() {
            self.traceback();
        }
        self.raised_in.set(function.clone());
        self.raised_code.set(code.value().clone());
        self.raised_at.set(pc);
    }

    /// A field that has been set.
    pub fn field(&self, name: &Value) -> Option<Value> {
        let fields = self.fields.get().as_deref()?;
        fields.iter().find(|(known, _)| known.is(name)).map(|(_, value)| value.clone())
    }

    /// Sets a field; the name is interned.
    pub fn set_field(&self, name: &Value, value: Value) {
        let fields = self.fields.get_mut().get_or_insert_default();
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
    pub fn new(function: Value, code: Ref<CodeObject>, pc: u32, locals: Value, back: Value) -> FrameObject {
        FrameObject {
            function,
            code,
            pc: Cell::new(pc),
            locals: VmCell::new(locals),
            back,
            trace: VmCell::new(Value::NONE),
            trace_lines: Cell::new(true),
        }
    }

    pub fn loc(&self) -> Loc {
        location(&self.code, self.pc.get())
    }

    pub fn globals(&self) -> Option<Ref<Dict>> {
        self.function.downcast::<Function>().map(|f| f.globals.clone())
    }
}
