//! Arguments of native functions.

use crate::objects::Str;
use crate::value::Value;
use crate::{Res, Vm};

/// What a native function is called with: positional values, then the values of keywords.
#[derive(Clone, Copy)]
pub struct Args<'a> {
    values: &'a [Value],
    /// Names of the last values, as strings.
    names: &'a [Value],
    /// What the native was made around (`Native::with_data`), or unset.
    pub data: &'a Value,
}

/// An unset value that lives for ever.
#[inline(always)]
pub fn unset() -> &'static Value {
    const UNSET: &Value = &Value::UNSET;
    UNSET
}

impl<'a> Args<'a> {
    /// Positional arguments only.
    #[inline(always)]
    pub fn positional(values: &'a [Value]) -> Args<'a> {
        Args { values, names: &[], data: unset() }
    }

    /// The last `names.len()` values are keyword arguments.
    #[inline(always)]
    pub fn new(values: &'a [Value], names: &'a [Value], data: &'a Value) -> Args<'a> {
        Args { values, names, data }
    }

    /// The positional arguments.
    #[inline(always)]
    pub fn pos(&self) -> &'a [Value] {
        &self.values[..self.values.len() - self.names.len()]
    }

    /// The number of positional arguments.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.values.len() - self.names.len()
    }

    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Names and values of the keyword arguments.
    pub fn keywords(&self) -> impl Iterator<Item = (&'a Value, &'a Value)> {
        self.names.iter().zip(&self.values[self.values.len() - self.names.len()..])
    }

    pub fn has_keywords(&self) -> bool {
        !self.names.is_empty()
    }

    /// The keyword argument of this name.
    pub fn keyword(&self, name: &str) -> Option<&'a Value> {
        self.keywords()
            .find(|(n, _)| n.downcast::<Str>().is_some_and(|s| s.as_bytes() == name.as_bytes()))
            .map(|(_, v)| v)
    }

    /// Without the keywords.
    pub fn positional_only(&self) -> Args<'a> {
        Args { values: self.pos(), names: &[], data: self.data }
    }

    /// Without the first argument (`self`).
    pub fn rest(&self) -> Args<'a> {
        Args { values: &self.values[1..], names: self.names, data: self.data }
    }

    /// All values and the names of the last ones.
    pub fn raw(&self) -> (&'a [Value], &'a [Value]) {
        (self.values, self.names)
    }

    /// Between `min` and `max` positional arguments and no keywords, else CPython's TypeError. Counts exclude `self` for methods:
    /// pass `rest()`.
    #[inline(always)]
    pub fn expect(&self, vm: &mut Vm, name: &str, min: usize, max: usize) -> Res<()> {
        if self.names.is_empty() && (min..=max).contains(&self.values.len()) {
            return Ok(());
        }
        self.refuse(vm, name, min, max)
    }

    #[cold]
    #[inline(never)]
    fn refuse(&self, vm: &mut Vm, name: &str, min: usize, max: usize) -> Res<()> {
        if self.has_keywords() {
            return Err(vm.type_error(format!("{name}() takes no keyword arguments")));
        }
        let n = self.len();
        let plural = |k: usize| if k == 1 { "" } else { "s" };
        Err(vm.type_error(match (min, max) {
            (0, 0) => format!("{name}() takes no arguments ({n} given)"),
            _ if min == max && min == 1 => format!("{name}() takes exactly one argument ({n} given)"),
            _ if min == max => format!("{name} expected {min} argument{}, got {n}", plural(min)),
            _ if n < min => format!("{name} expected at least {min} argument{}, got {n}", plural(min)),
            _ => format!("{name} expected at most {max} argument{}, got {n}", plural(max)),
        }))
    }

    /// Binds positional and keyword arguments to parameters; a name that begins with `/` is positional-only, one that
    /// begins with `*` keyword-only. The first `required` must be there. Gives one entry for each parameter.
    #[inline]
    pub fn bind<const N: usize>(
        &self,
        vm: &mut Vm,
        name: &str,
        params: [&str; N],
        required: usize,
    ) -> Res<[Option<&'a Value>; N]> {
        let given = self.len();
        let plain = !self.has_keywords() && (required..=N).contains(&given);
        if plain && (given == 0 || !params[given - 1].starts_with('*')) {
            let mut out = [None; N];
            for (slot, value) in out.iter_mut().zip(self.values) {
                *slot = Some(value);
            }
            return Ok(out);
        }
        self.bind_any(vm, name, params, required)
    }

    #[inline(never)]
    fn bind_any<const N: usize>(
        &self,
        vm: &mut Vm,
        name: &str,
        params: [&str; N],
        required: usize,
    ) -> Res<[Option<&'a Value>; N]> {
        let mut out = [None; N];
        let max_pos = params.iter().filter(|p| !p.starts_with('*')).count();
        if self.len() > max_pos {
            let given = self.len();
            let plural = if max_pos == 1 { "" } else { "s" };
            let bound = if required < max_pos { "at most" } else { "exactly" };
            return Err(vm.type_error(format!("{name}() takes {bound} {max_pos} argument{plural} ({given} given)")));
        }
        for (slot, value) in out.iter_mut().zip(self.pos()) {
            *slot = Some(value);
        }
        for (key, value) in self.keywords() {
            let key = key.downcast::<Str>().map_or_else(String::new, Str::to_string_lossy);
            match params.iter().position(|p| !p.starts_with('/') && p.trim_start_matches('*') == key) {
                Some(i) if out[i].is_some() => {
                    return Err(vm.type_error(format!(
                        "argument for {name}() given by name ('{key}') and position ({})",
                        i + 1
                    )));
                }
                Some(i) => out[i] = Some(value),
                None => {
                    return Err(vm.type_error(format!("{name}() got an unexpected keyword argument '{key}'")));
                }
            }
        }
        if let Some(i) = out.iter().take(required).position(Option::is_none) {
            if params[i].starts_with('/') {
                let needed = params.iter().take(required).filter(|p| p.starts_with('/')).count();
                let bound = if needed == max_pos { "exactly" } else { "at least" };
                let (plural, given) = (if needed == 1 { "" } else { "s" }, self.len());
                let message = format!("{name}() takes {bound} {needed} positional argument{plural} ({given} given)");
                return Err(vm.type_error(message));
            }
            let param = params[i].trim_start_matches(['/', '*']);
            return Err(vm.type_error(format!("{name}() missing required argument '{param}' (pos {})", i + 1)));
        }
        Ok(out)
    }
}
