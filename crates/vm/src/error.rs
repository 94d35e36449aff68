//! Raising the builtin exceptions: one constructor each for the messages that several places share.

use crate::heap::Ref;
use crate::objects::{Class, Exception};
use crate::types::class_of;
use crate::value::Value;
use crate::{Thrown, Vm, types};

macro_rules! raisers {
    ($($function:ident: $class:ident;)*) => {
        impl Vm {
            $(
                /// Raises the exception with this message.
                #[cold]
                pub fn $function(&mut self, message: impl Into<String>) -> Thrown {
                    let class = types().exceptions.$class.clone();
                    self.raise(&class, message)
                }
            )*
        }
    };
}

raisers! {
    type_error: TypeError;
    value_error: ValueError;
    runtime_error: RuntimeError;
    name_error: NameError;
    index_error: IndexError;
    overflow_error: OverflowError;
    zero_division_error: ZeroDivisionError;
    system_error: SystemError;
    memory_error: MemoryError;
    import_error: ImportError;
    not_implemented_error: NotImplementedError;
    assertion_error: AssertionError;
    buffer_error: BufferError;
    reference_error: ReferenceError;
    lookup_error: LookupError;
}

impl Vm {
    /// Raises an exception of `class` with one message argument, or with none for an empty message.
    #[cold]
    pub fn raise(&mut self, class: &Ref<Class>, message: impl Into<String>) -> Thrown {
        let message = message.into();
        let args = if message.is_empty() { Vec::new() } else { vec![Value::from(message)] };
        let exception = Exception::create(class, args);
        self.throw(exception.into_value())
    }

    /// Raises an exception of `class` with these arguments.
    #[cold]
    pub fn raise_with(&mut self, class: &Ref<Class>, args: Vec<Value>) -> Thrown {
        let exception = Exception::create(class, args);
        self.throw(exception.into_value())
    }

    /// RecursionError, saying what was under way (`" while calling a Python object"`, or empty).
    #[cold]
    pub fn recursion_error(&mut self, what: &str) -> Thrown {
        let class = types().exceptions.RecursionError.clone();
        self.raise(&class, format!("maximum recursion depth exceeded{what}"))
    }

    /// KeyError with the key itself as argument.
    #[cold]
    pub fn key_error(&mut self, key: &Value) -> Thrown {
        let class = types().exceptions.KeyError.clone();
        self.raise_with(&class, vec![key.clone()])
    }

    /// StopIteration with a value.
    pub fn stop_iteration(&mut self, value: Value) -> Thrown {
        let exception = crate::heap::new(&types().exceptions.StopIteration, Exception::stop(value));
        self.throw(exception.into_value())
    }

    /// `'X' object has no attribute 'y'`, with `name` and `obj` set.
    #[cold]
    pub fn attribute_error(&mut self, object: &Value, name: &Value) -> Thrown {
        let attribute = crate::types::text_of(name);
        let message = if let Some(class) = object.downcast::<Class>() {
            format!("type object '{}' has no attribute '{attribute}'", class.name_str())
        } else if let Some(module) = object.downcast::<crate::objects::Module>() {
            crate::builtins::import::missing_in_module(self, module, &attribute)
        } else {
            format!("'{}' object has no attribute '{attribute}'", class_of(object).name_str())
        };
        self.attribute_error_with(message, object, name)
    }

    /// AttributeError with this message, `name` and `obj` set.
    #[cold]
    pub fn attribute_error_with(&mut self, message: String, object: &Value, name: &Value) -> Thrown {
        let class = types().exceptions.AttributeError.clone();
        let exception = Exception::create(&class, vec![Value::from(message)]);
        exception.set_field(&crate::names().name, name.clone());
        exception.set_field(&crate::names().obj, object.clone());
        self.throw(exception.into_value())
    }

    /// NameError for a name that is nowhere, with `name` set.
    #[cold]
    pub fn name_not_defined(&mut self, name: &Value) -> Thrown {
        let class = types().exceptions.NameError.clone();
        let text = crate::types::text_of(name);
        self.named_error(&class, format!("name '{text}' is not defined"), name)
    }

    /// A NameError of this class, with `name` set.
    #[cold]
    pub fn named_error(&mut self, class: &Ref<Class>, message: String, name: &Value) -> Thrown {
        let exception = Exception::create(class, vec![Value::from(message)]);
        exception.set_field(&crate::names().name, name.clone());
        self.throw(exception.into_value())
    }
}
