//! Calls from native code: nested runs, bounded by `Vm::enter_native`.

use crate::dispatch::{Called, Delivery, Window, begin, check_receiver, checked_answer, run_nested, settle};
use crate::frame::Mode;
use crate::heap::Kind;
use crate::objects::{BoundMethod, Intrinsic, Native, NativeKind, class_flags};
use crate::value::Value;
use crate::{Args, Request, Res, Vm, class_of, names, types};
use smallvec::SmallVec;

impl Vm {
    /// Calls with positional arguments.
    pub fn call(&mut self, callable: &Value, args: &[Value]) -> Res {
        let mut args: SmallVec<[Value; 4]> = args.iter().cloned().collect();
        self.call_args(callable, &mut args, &[])
    }

    /// Calls with keywords: the last values have these names.
    pub fn call_keywords(&mut self, callable: &Value, values: &[Value], names: &[Value]) -> Res {
        self.call_window(callable, values.to_vec(), names)
    }

    /// Calls with owned arguments; the last ones have the given names.
    pub fn call_window(&mut self, callable: &Value, mut args: Vec<Value>, names: &[Value]) -> Res {
        self.call_args(callable, &mut args, names)
    }

    /// Calls with arguments that may be moved out of their place; the last ones have the given names.
    pub fn call_args(&mut self, callable: &Value, args: &mut [Value], names: &[Value]) -> Res {
        let window = &Window::named(args, names);
        // SAFETY: the slice outlives the call's beginning.
        match unsafe { begin(self, callable.clone(), window, Delivery::mode(Mode::Nested, 0)) }? {
            Called::Value(value) => Ok(value),
            Called::Entered => run_nested(self),
        }
    }

    /// What native code came to; what it requests is carried out by a nested run.
    pub fn complete(&mut self, result: Res) -> Res {
        match (&result, self.request.take()) {
            (Err(_), Some(Request::Ask { method, mut args, question })) => {
                let answer = self.call_args(&method, &mut args, &[])?;
                return checked_answer(self, question, answer);
            }
            (_, request) => self.request = request,
        }
        match settle(self, result, Delivery::mode(Mode::Nested, 0))? {
            Called::Value(value) => Ok(value),
            Called::Entered => run_nested(self),
        }
    }

    /// Calls a native function, or a method of one, without a nested run: what it requests is handed to the caller.
    /// None if it is anything else.
    pub fn call_native(&mut self, callable: &Value, args: &[Value]) -> Option<Result<Res, Request>> {
        let (native, this) = match callable.downcast::<BoundMethod>() {
            Some(method) => (method.function.downcast::<Native>()?, Some(&method.this)),
            None => (callable.downcast::<Native>()?, None),
        };
        if native.intrinsic == Intrinsic::New {
            return None;
        }
        let first = if native.this.is_unset() { this } else { Some(&native.this) };
        let all: SmallVec<[Value; 4]> = first.into_iter().chain(args).cloned().collect();
        let (function, data, held) = (native.function, native.data.clone(), callable.clone());
        let checked = if native.this.is_unset() { check_receiver(self, native, &all) } else { Ok(()) };
        let result = checked.and_then(|()| self.enter_native(" while calling a Python object")).and_then(|()| {
            let result = function(self, Args::new(&all, &[], &data));
            self.leave_native();
            result
        });
        drop(held);
        match (result, self.request.take()) {
            (Err(_), Some(request)) => Some(Err(request.as_answer())),
            (result, _) => Some(Ok(result)),
        }
    }

    /// Calls what was found on an object's class (a special method) with the object as first argument.
    pub fn call_on(&mut self, method: &Value, this: &Value, args: &[Value]) -> Res {
        if args.is_empty()
            && let Some(native) = method.downcast::<Native>()
            && matches!(native.kind, NativeKind::Method | NativeKind::Slot)
            && native.intrinsic == Intrinsic::None
            && native.owner.get().is(class_of(this).value())
        {
            let result = (native.function)(self, Args::new(std::slice::from_ref(this), &[], &native.data));
            return if self.request.is_some() { self.complete(result) } else { result };
        }
        if method.is_kind(Kind::Function) || method.is_kind(Kind::Native) && !crate::ops::attr::is_class_method(method)
        {
            return match args {
                [] => self.call_args(method, &mut [this.clone()], &[]),
                [one] => self.call_args(method, &mut [this.clone(), one.clone()], &[]),
                _ => {
                    let mut all: SmallVec<[Value; 4]> = std::iter::once(this).chain(args).cloned().collect();
                    self.call_args(method, &mut all, &[])
                }
            };
        }
        let bound = self.bind_special(method, this)?;
        self.call(&bound, args)
    }

    /// Calls a method by name.
    pub fn call_method(&mut self, object: &Value, name: &Value, args: &[Value]) -> Res {
        let method = self.get_attr(object, name)?;
        self.call(&method, args)
    }

    /// Binds what was found on the class of `this`, as attribute access would.
    pub fn bind_special(&mut self, method: &Value, this: &Value) -> Res {
        let class = class_of(this).clone();
        match self.bind(method.clone(), Some(this), &class)? {
            crate::ops::attr::Found::Method(function, this) => {
                Ok(crate::heap::new(&types().method, BoundMethod { function, this }).into_value())
            }
            found => self.finish_found(found),
        }
    }

    /// What `__new__` (an implicit static method) is when fetched from a class.
    pub fn bind_static(&mut self, attribute: &Value, owner: &Value) -> Res {
        let Some(class) = owner.as_ref::<crate::objects::Class>() else { return Ok(attribute.clone()) };
        let found = self.bind(attribute.clone(), None, &class)?;
        self.finish_found(found)
    }

    /// Whether the value can be called.
    pub fn is_callable(&mut self, value: &Value) -> bool {
        match value.kind() {
            Some(Kind::Function | Kind::Native | Kind::BoundMethod | Kind::Class) => true,
            Some(_) => self.has_attr_on_class(&class_of(value).clone(), &names().__call__),
            None => false,
        }
    }

    /// The special method of an object's class, bound or not as `call_on` wants it.
    pub fn special(&mut self, object: &Value, name: &Value) -> Option<Value> {
        self.lookup(class_of(object), name)
    }

    /// Whether the object's class was made by the interpreter.
    pub fn is_builtin_instance(&self, object: &Value) -> bool {
        class_of(object).has(class_flags::BUILTIN)
    }
}
