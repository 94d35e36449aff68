//! Binding arguments to parameters, with the messages of TypeError.

use super::call::Window;
use crate::objects::{CodeObject, Dict, Function, Str, Tuple};
use crate::value::Value;
use crate::{Res, Vm};
use std::ops::Range;
use weft_bytecode::flags;

/// Moves the arguments of a call into the registers of the new frame.
///
/// # Safety
/// `registers` are the unset registers of a frame for `code`; the window as in `call::begin`.
#[inline(always)]
pub(crate) unsafe fn bind_arguments(
    vm: &mut Vm,
    function: &Function,
    code: &CodeObject,
    window: &Window<'_>,
    registers: *mut Value,
) -> Res<()> {
    let args = usize::from(code.args);
    if code.simple && window.names.is_empty() && window.len <= args {
        // SAFETY: parameters are the first registers; overwriting an unset value drops nothing.
        unsafe {
            if window.len == args {
                for i in 0..args {
                    std::ptr::write(registers.add(i), window.take(i));
                }
                return Ok(());
            }
            let defaults = function.defaults.get().as_items().unwrap_or_default();
            if let Some(first) = (window.len + defaults.len()).checked_sub(args) {
                for i in 0..window.len {
                    std::ptr::write(registers.add(i), window.take(i));
                }
                for (i, value) in defaults[first..].iter().enumerate() {
                    std::ptr::write(registers.add(window.len + i), value.clone());
                }
                return Ok(());
            }
        }
    }
    // SAFETY: passed on.
    unsafe { Binder { vm, function, code, window, registers }.bind() }
}

struct Binder<'a> {
    vm: &'a mut Vm,
    function: &'a Function,
    code: &'a CodeObject,
    window: &'a Window<'a>,
    registers: *mut Value,
}

impl Binder<'_> {
    /// # Safety
    /// As `bind_arguments`.
    #[inline(never)]
    unsafe fn bind(&mut self) -> Res<()> {
        let args = usize::from(self.code.args);
        let kwonly = usize::from(self.code.code.kwonly);
        let named = self.window.names.len();
        let given = self.window.len - named;
        let has_varargs = self.code.flags & flags::VARARGS != 0;
        let has_varkw = self.code.flags & flags::VARKEYWORDS != 0;
        // SAFETY: register and argument numbers stay below their counts.
        unsafe {
            for i in 0..given.min(args) {
                *self.slot(i) = self.window.take(i);
            }
            if has_varargs {
                let first = args.min(given);
                let rest = Tuple::build(given - first, |i| self.window.take(first + i));
                *self.slot(args + kwonly) = rest.into_value();
            }
            let varkw = if has_varkw {
                let dict = Dict::create();
                *self.slot(args + kwonly + usize::from(has_varargs)) = dict.value().clone();
                Some(dict)
            } else {
                None
            };
            // Most are named in the order of the parameters, and names are interned.
            let in_order = self.named_in_order(given);
            for k in 0..in_order {
                std::ptr::write(self.slot(given + k), self.window.take(given + k));
            }
            if given <= args && in_order == named && given + in_order == args + kwonly {
                return Ok(());
            }
            for k in in_order..named {
                let value = self.window.take(given + k);
                self.bind_keyword(k, value, varkw.as_deref())?;
            }
            if given > args && !has_varargs {
                return Err(self.too_many(given));
            }
            self.fill_defaults(given)
        }
    }

    /// How many keywords name the parameters behind the given ones, in their order.
    #[inline(always)]
    fn named_in_order(&self, given: usize) -> usize {
        let code = &self.code.code;
        if given < usize::from(code.posonly) || given > usize::from(code.args) {
            return 0;
        }
        let parameters = self.code.parameters.get(given..usize::from(code.args + code.kwonly)).unwrap_or_default();
        parameters.iter().zip(self.window.names).take_while(|(parameter, name)| parameter.is(name)).count()
    }

    /// # Safety
    /// `i` is below the number of registers.
    #[expect(clippy::mut_from_ref, reason = "registers belong to the new frame alone")]
    unsafe fn slot(&self, i: usize) -> &mut Value {
        // SAFETY: promised by the caller.
        unsafe { &mut *self.registers.add(i) }
    }

    unsafe fn bind_keyword(&mut self, k: usize, value: Value, varkw: Option<&Dict>) -> Res<()> {
        let key = &self.window.names[k];
        let posonly = usize::from(self.code.code.posonly);
        let parameters = usize::from(self.code.args) + usize::from(self.code.code.kwonly);
        let Some(text) = key.downcast::<Str>() else {
            return Err(self.vm.type_error("keywords must be strings"));
        };
        let locals = &self.code.code.locals;
        let names = &self.code.parameters;
        let found = (posonly..parameters)
            .find(|&i| names[i].is(key))
            .or_else(|| (posonly..parameters).find(|&i| locals[i].name.as_bytes() == text.as_bytes()));
        if let Some(i) = found {
            // SAFETY: parameters are registers.
            let slot = unsafe { self.slot(i) };
            if slot.is_unset() {
                *slot = value;
                return Ok(());
            }
            let (name, text) = (self.name(), text.to_string_lossy());
            return Err(self.vm.type_error(format!("{name}() got multiple values for argument '{text}'")));
        }
        if let Some(dict) = varkw {
            drop(dict.insert_str(key, value));
            return Ok(());
        }
        if (0..posonly).any(|i| locals[i].name.as_bytes() == text.as_bytes()) {
            let given: Vec<String> = (0..posonly)
                .filter(|&i| {
                    self.window
                        .names
                        .iter()
                        .any(|n| n.downcast::<Str>().is_some_and(|s| s.as_bytes() == locals[i].name.as_bytes()))
                })
                .map(|i| locals[i].name.to_string())
                .collect();
            let name = self.name();
            return Err(self.vm.type_error(format!(
                "{name}() got some positional-only arguments passed as keyword arguments: '{}'",
                given.join(", ")
            )));
        }
        let (name, text) = (self.name(), text.to_string_lossy());
        let suggestion = closest(&text, (posonly..parameters).map(|i| &*locals[i].name));
        let hint = suggestion.map_or_else(String::new, |s| format!(". Did you mean '{s}'?"));
        Err(self.vm.type_error(format!("{name}() got an unexpected keyword argument '{text}'{hint}")))
    }

    unsafe fn fill_defaults(&mut self, given: usize) -> Res<()> {
        let args = usize::from(self.code.args);
        let kwonly = usize::from(self.code.code.kwonly);
        if given < args {
            let defaults = self.function.defaults.get().as_items().unwrap_or_default();
            let first = args - defaults.len().min(args);
            let skip = defaults.len().saturating_sub(args);
            // SAFETY: parameters are registers.
            unsafe {
                if (given..first).any(|i| self.slot(i).is_unset()) {
                    return Err(self.missing(given..first, "positional"));
                }
                for i in first.max(given)..args {
                    let slot = self.slot(i);
                    if slot.is_unset() {
                        std::ptr::write(slot, defaults[skip + i - first].clone());
                    }
                }
            }
        }
        // SAFETY: passed on.
        if kwonly > 0 { unsafe { self.fill_keyword_only(args..args + kwonly) } } else { Ok(()) }
    }

    /// # Safety
    /// `parameters` are registers.
    unsafe fn fill_keyword_only(&mut self, parameters: Range<usize>) -> Res<()> {
        let defaults = self.function.kwdefaults.get().downcast::<Dict>();
        let mut complete = true;
        for (n, i) in parameters.clone().enumerate() {
            // SAFETY: promised by the caller.
            let slot = unsafe { self.slot(i) };
            if !slot.is_unset() {
                continue;
            }
            let name = &self.code.parameters[i];
            // If all have defaults, these stand in the order of the parameters.
            let found = defaults.and_then(|dict| match dict.table().entry_at(n) {
                Some(entry) if entry.key.is(name) => Some(entry.value.clone()),
                _ => dict.get_str(name),
            });
            match found {
                Some(value) => *slot = value,
                None => complete = false,
            }
        }
        // SAFETY: promised by the caller.
        if complete { Ok(()) } else { Err(unsafe { self.missing(parameters, "keyword-only") }) }
    }

    fn name(&self) -> String {
        crate::types::text_of(self.function.qualname.get())
    }

    /// TypeError for those of the parameters that were given nothing.
    ///
    /// # Safety
    /// `parameters` are registers.
    #[cold]
    unsafe fn missing(&mut self, parameters: Range<usize>, kind: &str) -> crate::Thrown {
        // SAFETY: promised by the caller.
        let missing: Vec<usize> = parameters.filter(|&i| unsafe { self.slot(i).is_unset() }).collect();
        let names: Vec<String> = missing.iter().map(|&i| format!("'{}'", self.code.code.locals[i].name)).collect();
        let list = match names.as_slice() {
            [one] => one.clone(),
            [one, two] => format!("{one} and {two}"),
            [most @ .., last] => format!("{}, and {last}", most.join(", ")),
            [] => String::new(),
        };
        let plural = if missing.len() == 1 { "" } else { "s" };
        let (name, count) = (self.name(), missing.len());
        self.vm.type_error(format!("{name}() missing {count} required {kind} argument{plural}: {list}"))
    }

    #[cold]
    fn too_many(&mut self, given: usize) -> crate::Thrown {
        let args = usize::from(self.code.args);
        let defaults = self.function.defaults.get().downcast::<Tuple>().map_or(0, Tuple::len).min(args);
        let kwonly = usize::from(self.code.code.kwonly);
        // SAFETY: parameters are registers.
        let kw_given = (args..args + kwonly).filter(|&i| unsafe { !self.slot(i).is_unset() }).count();
        let takes = if defaults > 0 { format!("from {} to {args}", args - defaults) } else { args.to_string() };
        let plural = if args == 1 && defaults == 0 { "" } else { "s" };
        let name = self.name();
        if kw_given > 0 {
            let s = if given == 1 { "" } else { "s" };
            let ks = if kw_given == 1 { "" } else { "s" };
            return self.vm.type_error(format!(
                "{name}() takes {takes} positional argument{plural} but {given} positional argument{s} (and {kw_given} \
                 keyword-only argument{ks}) were given"
            ));
        }
        let was = if given == 1 { "was" } else { "were" };
        self.vm.type_error(format!("{name}() takes {takes} positional argument{plural} but {given} {was} given"))
    }
}

/// The candidate most like a misspelt name, as CPython suggests it: at most a third of the letters differ.
pub fn closest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates.take(750) {
        if candidate == name || candidate.len() > 40 || name.len() > 40 {
            continue;
        }
        let limit = (name.len() + candidate.len() + 3) * 2 / 6;
        let cost = edit_cost(name.as_bytes(), candidate.as_bytes());
        if cost <= limit && best.is_none_or(|(c, _)| cost < c) {
            best = Some((cost, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Edit distance where moving costs 2 and a change of case 1.
fn edit_cost(a: &[u8], b: &[u8]) -> usize {
    let change = |x: u8, y: u8| match () {
        () if x == y => 0,
        () if x.eq_ignore_ascii_case(&y) => 1,
        () => 2,
    };
    let mut row: Vec<usize> = (0..=b.len()).map(|i| i * 2).collect();
    for (i, &x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = (i + 1) * 2;
        for (j, &y) in b.iter().enumerate() {
            let next = (diagonal + change(x, y)).min(row[j] + 2).min(row[j + 1] + 2);
            diagonal = row[j + 1];
            row[j + 1] = next;
        }
    }
    row[b.len()]
}
