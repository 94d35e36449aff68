//! Texts of what holds other objects: containers, slices, proxies, bound methods. `nested.rs` makes them.

use super::nested::Template;
use super::push;
use crate::heap::Kind;
use crate::objects::{BoundMethod, Class, ClassMethod, Function, MappingProxy, Slice, StaticMethod, Str};
use crate::types::text_of;
use crate::value::Value;
use crate::{Res, Vm, class_of, names};

impl Vm {
    /// Appends the text of what holds other objects: an object inside itself is shown as `...`.
    pub(super) fn repr_holder(&mut self, out: &mut Vec<u8>, value: &Value, kind: Kind) -> Res<()> {
        if super::nested::is_collection(value) && self.is_being_shown(value) {
            match kind {
                Kind::Tuple => push(out, "(...)"),
                Kind::Dict => push(out, "{...}"),
                Kind::Set | Kind::FrozenSet => push(out, &format!("{}(...)", class_of(value).name_str())),
                Kind::List => push(out, "[...]"),
                _ => push(out, "..."),
            }
            return Ok(());
        }
        let asked = self.ask_repr_builtin(value);
        let text = self.complete(asked)?;
        super::push_text(out, &text);
        Ok(())
    }

    /// The text of what is no collection but holds other objects, and what is being shown meanwhile, or unset.
    pub(super) fn template_of(&mut self, value: &Value) -> Res<(Value, Template)> {
        let mut template = Template::new("");
        if let Some(slice) = value.downcast::<Slice>() {
            template.text("slice(").repr(&slice.start).text(", ").repr(&slice.stop);
            template.text(", ").repr(&slice.step).text(")");
        } else if let Some(method) = value.downcast::<BoundMethod>() {
            let name = self.name_of_method(&method.function)?;
            template.text("<bound method ").text(&name).text(" of ").repr(&method.this).text(">");
        } else if let Some(method) = value.downcast::<StaticMethod>() {
            template.text("<staticmethod(").repr(method.function.get()).text(")>");
        } else if let Some(method) = value.downcast::<ClassMethod>() {
            template.text("<classmethod(").repr(method.function.get()).text(")>");
        } else if let Some(proxy) = value.downcast::<MappingProxy>() {
            template.text("mappingproxy(");
            let shown = match proxy.mapping.downcast::<Class>() {
                Some(class) => self.write_namespace(&proxy.mapping, class, &mut template),
                None => {
                    template.repr(&proxy.mapping);
                    Value::UNSET
                }
            };
            template.text(")");
            return Ok((shown, template));
        }
        Ok((Value::UNSET, template))
    }

    /// Appends the namespace of a class, unless that is being shown already; gives what is being shown meanwhile.
    fn write_namespace(&mut self, holder: &Value, class: &Class, template: &mut Template) -> Value {
        if self.is_being_shown(holder) {
            template.text("{...}");
            return Value::UNSET;
        }
        template.text("{");
        for (i, (name, value)) in class.dict.entries().iter().enumerate() {
            template.text(if i > 0 { ", " } else { "" }).repr(name).text(": ").repr(value);
        }
        template.text("}");
        holder.clone()
    }

    /// `str` of a mapping proxy, where the language's part in it is requested.
    pub(in crate::ops) fn ask_str_of_proxy(&mut self, value: &Value) -> Res {
        let Some(proxy) = value.downcast::<MappingProxy>() else { return Ok(Value::from("")) };
        let Some(class) = proxy.mapping.downcast::<Class>() else { return self.ask_str(&proxy.mapping.clone()) };
        let mut template = Template::new("");
        let shown = self.write_namespace(&proxy.mapping, class, &mut template);
        self.ask_written(&shown, template)
    }

    /// What a method is called where it is bound.
    fn name_of_method(&mut self, function: &Value) -> Res<String> {
        let mut name = match function.downcast::<Function>() {
            Some(function) => Some(function.qualname.get().clone()),
            None => self.find_attr(function, &names().__qualname__)?,
        };
        if name.as_ref().is_none_or(|name| name.downcast::<Str>().is_none()) {
            name = self.find_attr(function, &names().__name__)?;
        }
        Ok(name.filter(|name| name.downcast::<Str>().is_some()).map_or_else(|| "?".into(), |name| text_of(&name)))
    }
}
