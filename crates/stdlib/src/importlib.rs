//! `importlib`: importing by name.

use weft_vm::builtins::import;
use weft_vm::{Args, Res, Value, Vm};

use crate::system::{self, Functions};

const FUNCTIONS: Functions = &[("import_module", import_module), ("invalidate_caches", invalidate_caches)];

pub fn init(vm: &mut Vm) -> Res {
    Ok(vm.native_module("importlib", FUNCTIONS).into_value())
}

fn import_module(vm: &mut Vm, args: Args<'_>) -> Res {
    let [name, package] = args.bind(vm, "import_module", ["name", "package"], 1)?;
    let name = system::text(vm, "import_module() argument 'name'", system::required(name))?;
    let rest = name.trim_start_matches('.');
    let dots = name.len() - rest.len();
    if dots == 0 {
        return import::import_module(vm, &name);
    }
    let Some(package) = package.filter(|p| !p.is_none()) else {
        return Err(
            vm.type_error(format!("the 'package' argument is required to perform a relative import for '{name}'"))
        );
    };
    let mut base = system::text(vm, "import_module() argument 'package'", package)?;
    for _ in 1..dots {
        match base.rsplit_once('.') {
            Some((parent, _)) => base = parent.to_owned(),
            None => return Err(vm.import_error("attempted relative import beyond top-level package")),
        }
    }
    let absolute = if rest.is_empty() { base } else { format!("{base}.{rest}") };
    import::import_module(vm, &absolute)
}

fn invalidate_caches(_vm: &mut Vm, _args: Args<'_>) -> Res {
    Ok(Value::NONE)
}
