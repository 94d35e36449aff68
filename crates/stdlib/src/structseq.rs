//! Named tuples of the native modules (`time.struct_time`, `os.stat_result`, `sys.version_info`).

use weft_vm::heap::{Kind, Ref};
use weft_vm::objects::{Class, Tuple, attrs, class_flags, intern, tuple};
use weft_vm::ops::repr::Template;
use weft_vm::types::{Def, add_defs, builtin_class, text_of};
use weft_vm::{Args, Res, Value, Vm, class_of, types};

/// One getter for each position; a getter is a plain function, so each needs its own.
const GETTERS: [fn(&mut Vm, &Value) -> Res; 20] = [
    item::<0>, item::<1>, item::<2>, item::<3>, item::<4>, item::<5>, item::<6>, item::<7>, item::<8>, item::<9>,
    item::<10>, item::<11>, item::<12>, item::<13>, item::<14>, item::<15>, item::<16>, item::<17>, item::<18>,
    item::<19>,
];

fn item<const I: usize>(_vm: &mut Vm, this: &Value) -> Res {
    Ok(this.as_items().and_then(|items| items.get(I)).cloned().unwrap_or(Value::NONE))
}

const DEFS: &[Def] = &[Def::New(new), Def::Slot("__repr__", repr)];

/// A class of tuples whose items have these names.
pub fn class(name: &'static str, fields: &'static [&'static str]) -> Ref<Class> {
    let flags = class_flags::HAS_ATTRS | class_flags::SEQUENCE_PATTERN | class_flags::FINAL;
    let class = builtin_class(name, Kind::Tuple, flags, &types().tuple, DEFS);
    for (&field, &getter) in fields.iter().zip(&GETTERS) {
        add_defs(&class, &[Def::Get(field, getter)]);
    }
    class.dict.set("__match_args__", tuple(fields.iter().map(|f| intern(f.as_bytes())).collect()));
    let count = weft_vm::objects::int(fields.len() as i64);
    class.dict.set("n_sequence_fields", count.clone());
    class.dict.set("n_fields", count);
    // Its `__repr__` is its own, not the one of the layout.
    class.set_flags(class.flags() & !class_flags::BUILTIN);
    class.invalidate();
    class
}

/// An instance.
pub fn make(class: &Ref<Class>, items: Vec<Value>) -> Value {
    Tuple::with_class(class, items).into_value()
}

/// Gives an instance an attribute that is no item.
pub fn set_extra(instance: &Value, name: &str, value: Value) {
    if let Some(attrs) = instance.header().and_then(attrs::of) {
        drop(attrs.set(&intern(name.as_bytes()), value));
    }
}

fn field_names(class: &Class) -> Vec<String> {
    let names = class.find_in_mro(&intern(b"__match_args__"));
    names.and_then(|n| n.as_items().map(|items| items.iter().map(text_of).collect())).unwrap_or_default()
}

fn new(vm: &mut Vm, args: Args<'_>) -> Res {
    let [class, rest @ ..] = args.pos() else { return Err(vm.type_error("__new__(): not enough arguments")) };
    let Some(class) = class.as_ref::<Class>() else { return Err(vm.type_error("__new__(X): X is not a type object")) };
    let name = weft_vm::types::r#type::full_name(&class);
    let [sequence, ..] = rest else {
        return Err(vm.type_error(format!("{name}() missing required argument 'sequence' (pos 1)")));
    };
    let items = vm.collect(sequence)?;
    let wanted = field_names(&class).len();
    if items.len() < wanted {
        let got = items.len();
        return Err(vm.type_error(format!("{name}() takes an at least {wanted}-sequence ({got}-sequence given)")));
    }
    Ok(make(&class, items[..wanted].to_vec()))
}

fn repr(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = &args.pos()[0];
    let class = class_of(this).clone();
    let items = this.as_items().map(<[Value]>::to_vec).unwrap_or_default();
    let mut template = Template::new(&weft_vm::types::r#type::full_name(&class));
    template.text("(");
    for (i, (name, item)) in field_names(&class).iter().zip(&items).enumerate() {
        template.text(if i == 0 { "" } else { ", " }).text(name).text("=").repr(item);
    }
    template.text(")");
    vm.ask_written(&Value::UNSET, template)
}
