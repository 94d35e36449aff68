//! Texts of containers: an object inside itself is shown as `...`.

use super::{builtin, is_exactly, push};
use crate::heap::Kind;
use crate::objects::{Class, Dict, DictPart, DictView, MappingProxy};
use crate::value::Value;
use crate::{Res, Vm, class_of};

impl Vm {
    pub(super) fn repr_container(&mut self, out: &mut Vec<u8>, value: &Value, kind: Kind) -> Res<()> {
        let id = value.id();
        if self.repr_active.contains(&id) {
            push(
                out,
                &match kind {
                    Kind::Tuple => "(...)".to_owned(),
                    Kind::Dict => "{...}".to_owned(),
                    Kind::Set | Kind::FrozenSet => format!("{}(...)", class_of(value).name_str()),
                    Kind::List => "[...]".to_owned(),
                    _ => "...".to_owned(),
                },
            );
            return Ok(());
        }
        self.enter_native(" while getting the repr of an object")?;
        self.repr_active.push(id);
        let result = match kind {
            Kind::Dict => self.repr_dict(out, value),
            Kind::Set | Kind::FrozenSet => self.repr_set(out, value),
            Kind::DictView => self.repr_view(out, value),
            Kind::MappingProxy => self.repr_proxy(out, value),
            _ => self.repr_sequence(out, value, kind),
        };
        self.repr_active.retain(|active| *active != id);
        self.leave_native();
        result
    }

    fn repr_sequence(&mut self, out: &mut Vec<u8>, value: &Value, kind: Kind) -> Res<()> {
        let (open, close) = if kind == Kind::Tuple { (b'(', b')') } else { (b'[', b']') };
        out.push(open);
        let mut index = 0;
        // A list may change under the hands of its items' `__repr__`.
        while let Some(item) = value.as_items().and_then(|items| items.get(index).cloned()) {
            if index > 0 {
                push(out, ", ");
            }
            self.repr_into(out, &item)?;
            index += 1;
        }
        if kind == Kind::Tuple && index == 1 {
            out.push(b',');
        }
        out.push(close);
        Ok(())
    }

    fn repr_pairs(&mut self, out: &mut Vec<u8>, pairs: Vec<(Value, Value)>) -> Res<()> {
        out.push(b'{');
        for (i, (key, value)) in pairs.into_iter().enumerate() {
            if i > 0 {
                push(out, ", ");
            }
            self.repr_into(out, &key)?;
            push(out, ": ");
            self.repr_into(out, &value)?;
        }
        out.push(b'}');
        Ok(())
    }

    fn repr_dict(&mut self, out: &mut Vec<u8>, value: &Value) -> Res<()> {
        let pairs = value.downcast::<Dict>().map(Dict::entries).unwrap_or_default();
        self.repr_pairs(out, pairs)
    }

    fn repr_list_of(&mut self, out: &mut Vec<u8>, items: Vec<Value>) -> Res<()> {
        for (i, item) in items.into_iter().enumerate() {
            if i > 0 {
                push(out, ", ");
            }
            self.repr_into(out, &item)?;
        }
        Ok(())
    }

    fn repr_set(&mut self, out: &mut Vec<u8>, value: &Value) -> Res<()> {
        let items: Vec<Value> =
            value.as_set_table().map(|table| table.iter().map(|e| e.key.clone()).collect()).unwrap_or_default();
        let named = !is_exactly(value, &builtin().set);
        if items.is_empty() {
            push(out, &format!("{}()", class_of(value).name_str()));
            return Ok(());
        }
        if named {
            push(out, &format!("{}(", class_of(value).name_str()));
        }
        out.push(b'{');
        self.repr_list_of(out, items)?;
        out.push(b'}');
        if named {
            out.push(b')');
        }
        Ok(())
    }

    fn repr_view(&mut self, out: &mut Vec<u8>, value: &Value) -> Res<()> {
        let Some(view) = value.downcast::<DictView>() else { return Ok(()) };
        push(out, &format!("{}([", class_of(value).name_str()));
        let part = view.part;
        let pairs = view.dict.downcast::<Dict>().map(Dict::entries).unwrap_or_default();
        for (i, (key, item)) in pairs.into_iter().enumerate() {
            if i > 0 {
                push(out, ", ");
            }
            match part {
                DictPart::Keys | DictPart::Elements => self.repr_into(out, &key)?,
                DictPart::Values => self.repr_into(out, &item)?,
                DictPart::Items => {
                    out.push(b'(');
                    self.repr_into(out, &key)?;
                    push(out, ", ");
                    self.repr_into(out, &item)?;
                    out.push(b')');
                }
            }
        }
        push(out, "])");
        Ok(())
    }

    fn repr_proxy(&mut self, out: &mut Vec<u8>, value: &Value) -> Res<()> {
        push(out, "mappingproxy(");
        self.proxied_into(out, value)?;
        out.push(b')');
        Ok(())
    }

    /// Appends the text of what a mapping proxy stands for.
    pub(crate) fn proxied_into(&mut self, out: &mut Vec<u8>, value: &Value) -> Res<()> {
        let Some(proxy) = value.downcast::<MappingProxy>() else { return Ok(()) };
        match proxy.mapping.downcast::<Class>() {
            Some(class) => {
                let pairs = class.dict.entries();
                self.repr_pairs(out, pairs)
            }
            None => {
                let mapping = proxy.mapping.clone();
                self.repr_into(out, &mapping)
            }
        }
    }
}
