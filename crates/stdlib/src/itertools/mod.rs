//! `itertools`: each iterator is a native state with one step.

mod combine;
mod endless;
mod group;
mod select;

use crate::native::{add_class, itself, next, next_by_steps, step};
use weft_vm::ops::steps::advance;
use weft_vm::types::{Def, slots};
use weft_vm::{Res, Vm, restartable};

/// The methods of an iterator class: how it is made and how it steps.
macro_rules! iterator_defs {
    ($new:expr, $state:ty) => {
        &[
            Def::New($new),
            Def::Slot("__iter__", itself),
            Def::Slot("__next__", next::<$state>),
            Def::Step(step::<$state>),
        ]
    };
}

/// The same of an iterator that may have to ask the language.
macro_rules! steps_defs {
    ($new:expr, $state:ty $(, $def:expr)*) => {
        &[
            Def::New($new),
            Def::Slot("__iter__", itself),
            Def::Slot("__next__", next_by_steps::<$state>),
            Def::Steps(advance::<$state>),
            $($def,)*
        ]
    };
}

/// Makes the module.
pub fn init(vm: &mut Vm) -> Res {
    let module = vm.native_module("itertools", &[("tee", restartable!(group::tee))]);
    let classes: &[(&'static str, &[Def])] = &[
        ("itertools.count", steps_defs!(endless::count, endless::Count, Def::Slot("__repr__", endless::count_repr))),
        (
            "itertools.repeat",
            &[
                Def::New(restartable!(endless::repeat)),
                Def::Slot("__iter__", itself),
                Def::Slot("__next__", next::<endless::Repeat>),
                Def::Step(step::<endless::Repeat>),
                Def::Slot("__repr__", endless::repeat_repr),
                Def::Method("__length_hint__", endless::repeat_hint),
            ],
        ),
        ("itertools.cycle", steps_defs!(endless::cycle, endless::Cycle)),
        (
            "itertools.chain",
            steps_defs!(
                endless::chain,
                endless::Chain,
                Def::Class("from_iterable", endless::chain_from_iterable),
                Def::Class("__class_getitem__", slots::class_getitem)
            ),
        ),
        ("itertools.islice", steps_defs!(restartable!(select::islice), select::Islice)),
        ("itertools.takewhile", steps_defs!(select::takewhile, select::TakeWhile)),
        ("itertools.dropwhile", steps_defs!(select::dropwhile, select::DropWhile)),
        ("itertools.filterfalse", steps_defs!(select::filterfalse, select::FilterFalse)),
        ("itertools.compress", steps_defs!(select::compress, select::Compress)),
        ("itertools.starmap", steps_defs!(select::starmap, select::StarMap)),
        ("itertools.accumulate", steps_defs!(select::accumulate, select::Accumulate)),
        ("itertools.pairwise", steps_defs!(select::pairwise, select::Pairwise)),
        ("itertools.batched", steps_defs!(restartable!(select::batched), select::Batched)),
        ("itertools.zip_longest", steps_defs!(combine::zip_longest, combine::ZipLongest)),
        ("itertools.product", iterator_defs!(restartable!(combine::product), combine::Product)),
        ("itertools.permutations", iterator_defs!(restartable!(combine::permutations), combine::Permutations)),
        ("itertools.combinations", iterator_defs!(restartable!(combine::combinations), combine::Combinations)),
        (
            "itertools.combinations_with_replacement",
            iterator_defs!(restartable!(combine::combinations_with_replacement), combine::Combinations),
        ),
        ("itertools.groupby", steps_defs!(group::groupby, group::GroupBy)),
    ];
    for (name, defs) in classes {
        add_class(&module, name, 0, defs);
    }
    group::add_tee_class(&module);
    Ok(module.into_value())
}
