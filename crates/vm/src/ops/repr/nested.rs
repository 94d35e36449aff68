//! The text of containers whose items may have a `__repr__` in the language: a list of what is open in place of recursion, so
//! that it can stop at each such item and go on with its text (`dispatch/enquiry.rs`).

use super::{builtin, is_exactly, push, push_str_repr};
use crate::heap::Kind;
use crate::objects::{Dict, DictPart, DictView, Str};
use crate::ops::arith::is_builtin;
use crate::ops::enquiry::{Asked, Enquiry};
use crate::ops::text::is_native;
use crate::value::Value;
use crate::{Res, Vm, class_of, names};

/// A container that is being shown.
struct Level {
    holder: Value,
    /// The items of what may change meanwhile without being seen to; a list is looked at anew each time.
    items: Option<Vec<Value>>,
    at: usize,
    parts: Parts,
}

/// How the items of a container stand together.
enum Parts {
    Single,
    /// Keys and values.
    Pairs,
    /// The items of a dict's view.
    Tuples,
    /// With texts of their own between them.
    Written(Template),
}

/// A text that holds those of objects.
pub struct Template {
    text: Vec<u8>,
    /// The objects whose `repr` is still to come, and where in the text.
    values: Vec<(usize, Value)>,
}

impl Template {
    pub fn new(text: &str) -> Template {
        Template { text: text.as_bytes().to_vec(), values: Vec::new() }
    }

    /// Appends a text.
    pub fn text(&mut self, text: &str) -> &mut Template {
        push(&mut self.text, text);
        self
    }

    /// Appends the `repr` of an object.
    pub fn repr(&mut self, value: &Value) -> &mut Template {
        if !value.is_heap() {
            super::push_immediate(&mut self.text, value);
        } else if let Some(text) = value.downcast::<Str>().filter(|_| is_builtin(value)) {
            push_str_repr(&mut self.text, text.as_bytes());
        } else {
            self.values.push((self.text.len(), value.clone()));
        }
        self
    }

    /// What stands before the object with this number: text up to there.
    fn text_before(&self, number: usize) -> &[u8] {
        let place = |number: usize| self.values.get(number).map_or(self.text.len(), |(place, _)| *place);
        let from = if number == 0 { 0 } else { place(number - 1) };
        self.text.get(from..place(number)).unwrap_or_default()
    }
}

impl Level {
    /// Appends what stands before the next item, and gives that.
    fn next(&mut self, out: &mut Vec<u8>) -> Option<Value> {
        if let Parts::Written(template) = &self.parts {
            out.extend_from_slice(template.text_before(self.at));
            self.at += 1;
            return template.values.get(self.at - 1).map(|(_, value)| value.clone());
        }
        let item = match &self.items {
            Some(items) => items.get(self.at).cloned(),
            None => self.holder.as_items().and_then(|items| items.get(self.at)).cloned(),
        };
        let (first, second) = (self.at == 0, self.at % 2 == 1);
        let between = match (&self.parts, item.is_some()) {
            (Parts::Tuples, false) if !first => ")",
            (_, false) => "",
            (Parts::Tuples, true) if first => "(",
            (Parts::Tuples, true) if !second => "), (",
            _ if first => "",
            (Parts::Pairs, true) if second => ": ",
            _ => ", ",
        };
        push(out, between);
        self.at += 1;
        item
    }

    fn close(&self, out: &mut Vec<u8>) {
        if matches!(self.parts, Parts::Written(_)) {
            return;
        }
        let end = match self.holder.kind() {
            // One more than there are items.
            Some(Kind::Tuple) if self.at == 2 => ",)",
            Some(Kind::Tuple) => ")",
            Some(Kind::List) => "]",
            Some(Kind::DictView) => "])",
            Some(Kind::Set | Kind::FrozenSet) if self.at == 1 => "",
            Some(Kind::Set | Kind::FrozenSet) if !is_exactly(&self.holder, &builtin().set) => "})",
            _ => "}",
        };
        push(out, end);
    }
}

const WHILE_SHOWING: &str = " while getting the repr of an object";

/// Whether the text of a value is made of those of its items here.
pub(in crate::ops) fn is_container(value: &Value) -> bool {
    is_collection(value)
        || matches!(
            value.kind(),
            Some(Kind::Slice | Kind::MappingProxy | Kind::BoundMethod | Kind::StaticMethod | Kind::ClassMethod)
        )
}

/// Whether a value is shown in its items as `...`.
pub(super) fn is_collection(value: &Value) -> bool {
    matches!(value.kind(), Some(Kind::List | Kind::Tuple | Kind::Dict | Kind::Set | Kind::FrozenSet | Kind::DictView))
}

/// Whether a native of its class makes the text of an object, which may ask the language for a part of it.
fn is_native_method(method: &Value) -> bool {
    method.is_kind(Kind::Native) && !crate::types::object::is_default_repr(method)
}

struct Showing {
    out: Vec<u8>,
    levels: Vec<Level>,
    /// What is to be shown next.
    next: Option<Value>,
}

impl Showing {
    /// Shows what is next, unless its `__repr__` must be asked for.
    fn show(&mut self, vm: &mut Vm, value: &Value) -> Res<Option<Value>> {
        let class = class_of(value);
        if is_native(class, value) {
            if is_container(value) {
                return self.open(vm, value).map(|()| None);
            }
            return vm.repr_builtin_into(&mut self.out, value).map(|()| None);
        }
        match vm.lookup(class, &names().__repr__) {
            Some(method) if is_container(value) && crate::types::slots::is_repr(&method) => {
                self.open(vm, value).map(|()| None)
            }
            Some(method) if method.is_kind(Kind::Function) || is_native_method(&method) => Ok(Some(method)),
            _ => vm.repr_into(&mut self.out, value).map(|()| None),
        }
    }

    fn check_depth(&self, vm: &mut Vm) -> Res<()> {
        if vm.native_depth as usize + self.levels.len() >= vm.native_limit() as usize {
            return Err(vm.recursion_error(WHILE_SHOWING));
        }
        Ok(())
    }

    /// Begins to write a template, in which the holder is being shown unless that is unset.
    fn write(&mut self, vm: &mut Vm, holder: Value, template: Template) -> Res<()> {
        if template.values.is_empty() {
            self.out.extend_from_slice(&template.text);
            return Ok(());
        }
        self.check_depth(vm)?;
        if !holder.is_unset() {
            vm.repr_active.push(holder.id());
        }
        self.levels.push(Level { holder, items: None, at: 0, parts: Parts::Written(template) });
        Ok(())
    }

    /// Begins to show a container, unless it is being shown already.
    fn open(&mut self, vm: &mut Vm, value: &Value) -> Res<()> {
        if !is_collection(value) {
            let (holder, template) = vm.template_of(value)?;
            return self.write(vm, holder, template);
        }
        if vm.repr_active.contains(&value.id()) {
            return vm.repr_builtin_into(&mut self.out, value);
        }
        self.check_depth(vm)?;
        let (mut items, mut parts) = (None, Parts::Single);
        match value.kind() {
            Some(Kind::Tuple) => self.out.push(b'('),
            Some(Kind::List) => self.out.push(b'['),
            Some(Kind::Dict) => {
                self.out.push(b'{');
                (items, parts) = (value.downcast::<Dict>().map(flattened), Parts::Pairs);
            }
            Some(Kind::DictView) => {
                let Some(view) = value.downcast::<DictView>() else { return Ok(()) };
                push(&mut self.out, &format!("{}([", class_of(value).name_str()));
                let dict = view.dict.downcast::<Dict>();
                (items, parts) = match view.part {
                    DictPart::Items => (dict.map(flattened), Parts::Tuples),
                    DictPart::Values => (dict.map(|dict| dict.entries().into_iter().map(|e| e.1).collect()), parts),
                    _ => (dict.map(Dict::keys), parts),
                };
            }
            _ => {
                let elements =
                    value.as_set_table().map(|table| table.iter().map(|e| e.key.clone()).collect::<Vec<_>>());
                let empty = elements.as_ref().is_none_or(Vec::is_empty);
                let named = empty || !is_exactly(value, &builtin().set);
                if named {
                    push(&mut self.out, &class_of(value).name_str());
                    self.out.push(b'(');
                }
                self.out.push(if empty { b')' } else { b'{' });
                items = Some(elements.unwrap_or_default());
            }
        }
        vm.repr_active.push(value.id());
        self.levels.push(Level { holder: value.clone(), items, at: 0, parts });
        Ok(())
    }
}

/// A container is not being shown any more.
fn forget(vm: &mut Vm, holder: &Value) {
    if holder.is_unset() {
        return;
    }
    let id = holder.id();
    if vm.repr_active.last() == Some(&id) {
        vm.repr_active.pop();
    } else {
        vm.repr_active.retain(|active| *active != id);
    }
}

fn flattened(dict: &Dict) -> Vec<Value> {
    dict.entries().into_iter().flat_map(|(key, value)| [key, value]).collect()
}

impl Enquiry for Showing {
    fn go_on(&mut self, vm: &mut Vm, _answer: bool) -> Res<Asked> {
        // What was asked about has not been answered yet.
        if let Some(value) = self.next.take()
            && let Some(method) = self.show(vm, &value)?
        {
            self.next = Some(value.clone());
            return Ok(Asked::Method(method, value));
        }
        loop {
            let Some(level) = self.levels.last_mut() else {
                return Ok(Asked::Done(Str::from_wtf8(&self.out).into_value()));
            };
            let Some(item) = level.next(&mut self.out) else {
                level.close(&mut self.out);
                if let Some(level) = self.levels.pop() {
                    forget(vm, &level.holder);
                }
                continue;
            };
            if let Some(text) = item.downcast::<Str>()
                && is_builtin(&item)
            {
                push_str_repr(&mut self.out, text.as_bytes());
            } else if !item.is_heap() {
                super::push_immediate(&mut self.out, &item);
            } else if let Some(method) = self.show(vm, &item)? {
                self.next = Some(item.clone());
                return Ok(Asked::Method(method, item));
            }
        }
    }

    fn take_answer(&mut self, vm: &mut Vm, answer: Value) -> Res<()> {
        let text = vm.checked_text("__repr__", answer)?;
        self.out.extend_from_slice(text.downcast::<Str>().map_or(&[], Str::as_bytes));
        self.next = None;
        Ok(())
    }

    fn give_up(&mut self, vm: &mut Vm) {
        for level in self.levels.drain(..) {
            forget(vm, &level.holder);
        }
    }

    fn while_what(&self) -> &'static str {
        WHILE_SHOWING
    }
}

impl Vm {
    /// What the builtin base type of an object gives as `repr`, where the language's part in it is requested.
    pub fn ask_repr_builtin(&mut self, value: &Value) -> Res {
        if !is_container(value) {
            return self.repr_builtin(value).map(crate::heap::Ref::into_value);
        }
        self.show(|showing, vm| showing.open(vm, value))
    }

    /// The text that a template comes to; meanwhile the holder is being shown, unless that is unset.
    pub fn ask_written(&mut self, holder: &Value, template: Template) -> Res {
        if template.values.is_empty() {
            return Ok(Str::from_wtf8(&template.text).into_value());
        }
        self.show(|showing, vm| showing.write(vm, holder.clone(), template))
    }

    /// Whether an object is being shown, so that it is shown as `...` within.
    pub fn is_being_shown(&self, value: &Value) -> bool {
        self.repr_active.contains(&value.id())
    }

    fn show(&mut self, open: impl FnOnce(&mut Showing, &mut Vm) -> Res<()>) -> Res {
        // Natives that make the texts of their items in this way may hold one another.
        self.guarded_as(WHILE_SHOWING, |vm| {
            let mut showing = Showing { out: Vec::new(), levels: Vec::new(), next: None };
            let shown = open(&mut showing, vm).and_then(|()| showing.go_on(vm, false));
            match shown {
                Ok(Asked::Done(text)) => Ok(text),
                Ok(_) => vm.enquire(showing),
                Err(thrown) => {
                    showing.give_up(vm);
                    Err(thrown)
                }
            }
        })
    }
}
