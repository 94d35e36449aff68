//! The C3 method resolution order.

use crate::heap::Ref;
use crate::objects::Class;
use crate::{Res, Vm};
use std::collections::VecDeque;

/// The resolution order of a class with these bases, without the class itself.
pub fn linearise(vm: &mut Vm, bases: &[Ref<Class>]) -> Res<Vec<Ref<Class>>> {
    for (i, base) in bases.iter().enumerate() {
        if bases[..i].iter().any(|b| b.is(base)) {
            let name = base.name_str();
            return Err(vm.type_error(format!("duplicate base class {name}")));
        }
    }
    let mut lists: Vec<VecDeque<Ref<Class>>> = bases
        .iter()
        .map(|base| std::iter::once(base.clone()).chain(base.mro_tail.get().iter().cloned()).collect())
        .collect();
    lists.push(bases.iter().cloned().collect());
    let mut order = Vec::new();
    loop {
        lists.retain(|list| !list.is_empty());
        if lists.is_empty() {
            return Ok(order);
        }
        let in_tail = |class: &Ref<Class>| lists.iter().any(|list| list.iter().skip(1).any(|c| c.is(class)));
        let next = lists.iter().map(|list| &list[0]).find(|class| !in_tail(class)).cloned();
        let Some(next) = next else {
            let heads: Vec<String> = bases.iter().map(|b| b.name_str()).collect();
            let message =
                format!("Cannot create a consistent method resolution order (MRO) for bases {}", heads.join(", "));
            return Err(vm.type_error(message));
        };
        for list in &mut lists {
            if list[0].is(&next) {
                list.pop_front();
            }
        }
        order.push(next);
    }
}
