//! Objects as text: `repr`, `str`, `ascii`, `format`.

use crate::heap::{Kind, Ref};
use crate::objects::str::push_code_point;
use crate::objects::{Class, Str, class_flags};
use crate::ops::format::{decimal_digits, format_complex, format_float, format_int, format_str};
use crate::ops::repr::nested::is_container;
use crate::value::Value;
use crate::vm::{Outcome, Question};
use crate::{Args, Request, Res, Thrown, Vm, class_of, names, types};
use smallvec::smallvec;

/// Payload bytes beyond which a result is a MemoryError instead.
pub const MAX_SIZE: usize = 4 << 30;

/// Whether what the interpreter knows of the layout decides, not a method of the class.
pub(super) fn is_native(class: &Class, value: &Value) -> bool {
    class.has(class_flags::BUILTIN)
        && !matches!(
            value.kind(),
            Some(
                Kind::Opaque
                    | Kind::Context
                    | Kind::GenericAlias
                    | Kind::Instance
                    | Kind::Exception
                    | Kind::Future
                    | Kind::Task
                    | Kind::Handle
            )
        )
}

impl Vm {
    /// MemoryError if a result of this many bytes is out of the question.
    pub fn check_size(&mut self, bytes: Option<usize>) -> Res<usize> {
        match bytes {
            Some(bytes) if bytes <= MAX_SIZE => Ok(bytes),
            _ => Err(self.memory_error("")),
        }
    }

    /// `repr(value)`.
    pub fn repr(&mut self, value: &Value) -> Res<Ref<Str>> {
        if let Some(n) = value.as_small_int() {
            let mut buffer = [0; 20];
            let digits = decimal_digits(n, &mut buffer);
            return Ok(Str::from_parts(digits, digits.len()));
        }
        let class = class_of(value);
        if !is_native(class, value)
            && let Some(method) = self.lookup(class, &names().__repr__)
        {
            return self.text_by(&method, value, "__repr__");
        }
        let mut out = Vec::new();
        self.repr_into(&mut out, value)?;
        Ok(Str::from_wtf8(&out))
    }

    /// As `repr`, where the language's part in it is requested.
    pub fn ask_repr(&mut self, value: &Value) -> Res {
        if !value.is_heap() {
            return self.repr(value).map(Ref::into_value);
        }
        let class = class_of(value);
        if is_native(class, value) {
            return self.ask_repr_builtin(value);
        }
        match self.lookup(class, &names().__repr__) {
            Some(method) if method.is_kind(Kind::Function) => Err(self.ask_text(method, value, Question::Repr)),
            Some(method) if crate::types::slots::is_repr(&method) => self.ask_repr_builtin(value),
            Some(method) => match self.call_native(&method, std::slice::from_ref(value)) {
                Some(Ok(text)) => text.and_then(|text| self.checked_text("__repr__", text)),
                Some(Err(request)) => {
                    let requested = Err(self.request(request));
                    self.and_then(requested, check_repr, Value::NONE)
                }
                None => self.repr(value).map(Ref::into_value),
            },
            None => self.repr(value).map(Ref::into_value),
        }
    }

    /// As `str`, where the language's part in it is requested.
    pub fn ask_str(&mut self, value: &Value) -> Res {
        let class = class_of(value);
        if is_native(class, value) {
            return match value.kind() {
                Some(Kind::MappingProxy) => self.ask_str_of_proxy(value),
                _ if is_container(value) => self.ask_repr_builtin(value),
                _ => self.str(value).map(Ref::into_value),
            };
        }
        match self.lookup(class, &names().__str__) {
            Some(method) if method.is_kind(Kind::Function) => Err(self.ask_text(method, value, Question::Str)),
            Some(method) if !crate::types::object::is_default_str(&method) => {
                match self.call_native(&method, std::slice::from_ref(value)) {
                    Some(Ok(text)) => text.and_then(|text| self.checked_text("__str__", text)),
                    Some(Err(request)) => {
                        let requested = Err(self.request(request));
                        self.and_then(requested, check_str, Value::NONE)
                    }
                    None => self.str(value).map(Ref::into_value),
                }
            }
            _ => self.ask_repr(value),
        }
    }

    /// As `ascii`, where the language's part in it is requested.
    pub fn ask_ascii(&mut self, value: &Value) -> Res {
        match self.ask_repr(value) {
            Ok(text) => Ok(in_ascii(text)),
            requested => self.and_then(requested, to_ascii, Value::NONE),
        }
    }

    /// As `format`, where the language's part in it is requested; the specification is a `str`.
    pub fn ask_format(&mut self, value: &Value, spec: &Value) -> Res {
        let class = class_of(value);
        let method = if is_native(class, value) { None } else { self.lookup(class, &names().__format__) };
        match method {
            Some(method) if method.is_kind(Kind::Function) => {
                let args = smallvec![value.clone(), spec.clone()];
                Err(self.request(Request::Ask { method, args, question: Question::Format }))
            }
            Some(method) => match self.call_native(&method, &[value.clone(), spec.clone()]) {
                Some(Ok(text)) => text.and_then(|text| self.checked_format(text)),
                Some(Err(request)) => {
                    let requested = Err(self.request(request));
                    self.and_then(requested, check_format, Value::NONE)
                }
                None => {
                    let text = self.call_on(&method, value, std::slice::from_ref(spec))?;
                    self.checked_format(text)
                }
            },
            None => match spec.downcast::<Str>() {
                Some(spec) => self.ask_format_builtin(value, spec),
                None => Ok(value.clone()),
            },
        }
    }

    /// As `format_builtin`, where the language's part in it is requested.
    pub fn ask_format_builtin(&mut self, value: &Value, spec: &Str) -> Res {
        if spec.is_empty() { self.ask_str(value) } else { self.format_builtin(value, spec).map(Ref::into_value) }
    }

    fn ask_text(&mut self, method: Value, value: &Value, question: Question) -> Thrown {
        self.request(Request::Ask { method, args: smallvec![value.clone()], question })
    }

    /// Appends `repr(value)`.
    pub fn repr_into(&mut self, out: &mut Vec<u8>, value: &Value) -> Res<()> {
        let class = class_of(value);
        if is_native(class, value) {
            return self.repr_builtin_into(out, value);
        }
        match self.lookup(class, &names().__repr__) {
            Some(method) => {
                let text = self.text_by(&method, value, "__repr__")?;
                out.extend_from_slice(text.as_bytes());
                Ok(())
            }
            None => {
                self.default_repr_into(out, value);
                Ok(())
            }
        }
    }

    /// What the builtin base type of an object gives as `repr`.
    pub fn repr_builtin(&mut self, value: &Value) -> Res<Ref<Str>> {
        let mut out = Vec::new();
        self.repr_builtin_into(&mut out, value)?;
        Ok(Str::from_wtf8(&out))
    }

    /// Calls `__repr__` or `__str__`, which must give a string.
    fn text_by(&mut self, method: &Value, value: &Value, name: &str) -> Res<Ref<Str>> {
        self.enter_native(" while getting the repr of an object")?;
        let result = self.call_on(method, value, &[]);
        self.leave_native();
        let result = result?;
        match result.as_ref::<Str>() {
            Some(text) => Ok(text),
            None => Err(self.not_text(&format!("{name} returned non-string"), &result)),
        }
    }

    /// What `__str__` or `__repr__` (`name`) returned, which must be a string.
    pub fn checked_text(&mut self, name: &str, result: Value) -> Res {
        if result.is_kind(Kind::Str) {
            return Ok(result);
        }
        Err(self.not_text(&format!("{name} returned non-string"), &result))
    }

    /// What `__format__` returned, which must be a string.
    pub fn checked_format(&mut self, result: Value) -> Res {
        if result.is_kind(Kind::Str) {
            return Ok(result);
        }
        let class = class_of(&result).name_str();
        Err(self.type_error(format!("__format__ must return a str, not {class}")))
    }

    #[cold]
    fn not_text(&mut self, what: &str, got: &Value) -> Thrown {
        let class = class_of(got).name_str();
        self.type_error(format!("{what} (type {class})"))
    }

    /// `str(value)`.
    pub fn str(&mut self, value: &Value) -> Res<Ref<Str>> {
        if value.is_small_int() {
            return self.repr(value);
        }
        let class = class_of(value);
        if is_native(class, value) {
            return match value.as_ref::<Str>() {
                Some(text) => Ok(text),
                None => self.str_of_builtin(value),
            };
        }
        match self.lookup(class, &names().__str__) {
            Some(method) => self.text_by(&method, value, "__str__"),
            None => self.repr(value),
        }
    }

    /// `str` of what is no string, by the builtin base type.
    fn str_of_builtin(&mut self, value: &Value) -> Res<Ref<Str>> {
        match value.kind() {
            Some(Kind::MappingProxy) => {
                let asked = self.ask_str_of_proxy(value);
                let text = self.complete(asked)?;
                match text.as_ref::<Str>() {
                    Some(text) => Ok(text),
                    None => self.repr(value),
                }
            }
            _ => self.repr(value),
        }
    }

    /// `format(value, spec)`.
    pub fn format(&mut self, value: &Value, spec: &Str) -> Res<Ref<Str>> {
        let class = class_of(value);
        if is_native(class, value) {
            return self.format_builtin(value, spec);
        }
        let Some(method) = self.lookup(class, &names().__format__) else {
            return self.format_builtin(value, spec);
        };
        let spec = Str::from_parts(spec.as_bytes(), spec.len()).into_value();
        self.enter_native(" while formatting an object")?;
        let result = self.call_on(&method, value, &[spec]);
        self.leave_native();
        let result = result?;
        match result.as_ref::<Str>() {
            Some(text) => Ok(text),
            None => {
                let class = class_of(&result).name_str();
                Err(self.type_error(format!("__format__ must return a str, not {class}")))
            }
        }
    }

    /// The formatting that the builtin base type of an object knows.
    pub fn format_builtin(&mut self, value: &Value, spec: &Str) -> Res<Ref<Str>> {
        if spec.is_empty() {
            return self.str(value);
        }
        if value.is_kind(Kind::Str) {
            return format_str(self, value, spec);
        }
        if value.is_int() {
            return format_int(self, value, spec);
        }
        if value.as_float().is_some() {
            return format_float(self, value, spec);
        }
        if value.is_kind(Kind::Complex) {
            return format_complex(self, value, spec);
        }
        self.format_object(value, spec)
    }

    /// `object.__format__`.
    pub fn format_object(&mut self, value: &Value, spec: &Str) -> Res<Ref<Str>> {
        if spec.is_empty() {
            return self.str(value);
        }
        let class = class_of(value).name_str();
        Err(self.type_error(format!("unsupported format string passed to {class}.__format__")))
    }

    /// The text of an argument that must be a `str`: of `name()`, and `what` says which argument.
    pub fn expect_str<'a>(&mut self, value: &'a Value, name: &str, what: &str) -> Res<&'a Str> {
        match value.downcast::<Str>() {
            Some(text) => Ok(text),
            None => {
                let class = class_name(value);
                Err(self.type_error(format!("{name}() {what} must be str, not {class}")))
            }
        }
    }
}

fn check_repr(vm: &mut Vm, _state: &Value, outcome: Outcome) -> Res {
    let text = outcome.result(vm)?;
    vm.checked_text("__repr__", text)
}

fn check_str(vm: &mut Vm, _state: &Value, outcome: Outcome) -> Res {
    let text = outcome.result(vm)?;
    vm.checked_text("__str__", text)
}

fn check_format(vm: &mut Vm, _state: &Value, outcome: Outcome) -> Res {
    let text = outcome.result(vm)?;
    vm.checked_format(text)
}

/// The `repr` of an object has come.
fn to_ascii(vm: &mut Vm, _state: &Value, outcome: Outcome) -> Res {
    outcome.result(vm).map(in_ascii)
}

/// A text with escapes in place of what is not ASCII.
fn in_ascii(value: Value) -> Value {
    let Some(text) = value.downcast::<Str>().filter(|text| !text.is_ascii()) else { return value };
    let mut out = Vec::with_capacity(text.as_bytes().len() * 2);
    for code in text.code_points() {
        match code {
            0..0x80 => push_code_point(&mut out, code),
            _ => out.extend(super::codec::backslashed(code).bytes()),
        }
    }
    Str::from_wtf8(&out).into_value()
}

/// The class's name for messages that call `None` by its value.
pub fn class_name(value: &Value) -> String {
    if value.is_none() { "None".into() } else { class_of(value).name_str() }
}

/// The string as an exact `str`: instances of subclasses are copied.
pub fn exact(text: Ref<Str>) -> Ref<Str> {
    if text.header().class_value().is(types().str.value()) {
        return text;
    }
    Str::from_parts(text.as_bytes(), text.len())
}

/// `__format__` of `str` and the numbers.
pub fn format_slot(vm: &mut Vm, args: Args<'_>) -> Res {
    let spec = format_spec(vm, args)?;
    vm.ask_format_builtin(&args.pos()[0], spec)
}

fn format_spec<'a>(vm: &mut Vm, args: Args<'a>) -> Res<&'a Str> {
    args.rest().expect(vm, "__format__", 1, 1)?;
    vm.expect_str(&args.pos()[1], "__format__", "argument")
}
