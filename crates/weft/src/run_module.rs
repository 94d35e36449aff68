//! Running a module by its name, as `-m` does.

use weft_vm::builtins::{core, import};
use weft_vm::host::FoundModule;
use weft_vm::objects::{CodeObject, Function, List, intern};
use weft_vm::{Value, dispatch, types};

use crate::Interpreter;

/// Why a module cannot be run.
enum Refusal {
    /// A line for the terminal.
    Message(String),
    /// An exception is in flight.
    Thrown,
}

impl Interpreter {
    /// Runs a module by its name; reports an uncaught error. Gives the exit status or [`crate::INTERRUPTED`].
    pub fn run_module(&mut self, name: &str) -> i32 {
        let folder = std::env::current_dir().map_or_else(|_| String::new(), |path| path.display().to_string());
        self.set_search_path(&folder);
        match self.find_main(name) {
            Ok((name, FoundModule::Code { code, path, .. })) => {
                self.describe_main(&name, &path);
                let builtins = self.vm.builtins.clone();
                let function = Function::create(CodeObject::create(&code), self.main.clone(), builtins);
                let given = core::give_syntax_warnings(&mut self.vm);
                let result =
                    given.and_then(|()| dispatch::run_with_namespace(&mut self.vm, function, Value::UNSET).map(drop));
                self.vm.run_finalizers();
                if result.is_ok() { 0 } else { self.report() }
            }
            Err(Refusal::Message(message)) => {
                let program = self.world.setup.executable.clone();
                let _ = self.vm.host.write(2, format!("{program}: {message}\n").as_bytes());
                1
            }
            Err(Refusal::Thrown) => self.report(),
        }
    }

    /// The module to run: the one of this name, or `__main__` of the package.
    fn find_main(&mut self, name: &str) -> Result<(String, FoundModule), Refusal> {
        if name.starts_with('.') {
            return Err(Refusal::Message("Relative module names not supported".to_owned()));
        }
        self.import_parents(name)?;
        if name.ends_with('.') {
            return Err(Refusal::Message(format!("No module named {name}")));
        }
        match self.find(name)? {
            Some(FoundModule::Code { package: true, .. }) => {
                let main = format!("{name}.__main__");
                self.import_parents(&main)?;
                match self.find(&main)? {
                    Some(found) => Ok((main, found)),
                    None => Err(Refusal::Message(format!(
                        "No module named {main}; '{name}' is a package and cannot be directly executed"
                    ))),
                }
            }
            Some(found) => Ok((name.to_owned(), found)),
            None if self.vm.native_modules.contains_key(name) || name == "sys" || name == "builtins" => {
                Err(Refusal::Message(format!("No code object available for {name}")))
            }
            None => Err(Refusal::Message(format!("No module named {name}"))),
        }
    }

    fn find(&mut self, name: &str) -> Result<Option<FoundModule>, Refusal> {
        match self.vm.host.find_module(name) {
            None => Ok(None),
            Some(Ok(found)) => Ok(Some(found)),
            Some(Err(problem)) => {
                core::raise_syntax(&mut self.vm, &problem, name);
                Err(Refusal::Thrown)
            }
        }
    }

    /// Imports the packages a module is in.
    fn import_parents(&mut self, name: &str) -> Result<(), Refusal> {
        let Some((parent, _)) = name.rsplit_once('.') else { return Ok(()) };
        if import::import_module(&mut self.vm, parent).is_ok() {
            return Ok(());
        }
        if !self.vm.thrown_is(&types().exceptions.ModuleNotFoundError) {
            return Err(Refusal::Thrown);
        }
        let exception = self.vm.catch();
        let missing = self.vm.find_attr(&exception, &intern(b"name")).ok().flatten();
        let missing = missing.map_or_else(String::new, |name| weft_vm::types::text_of(&name));
        if parent != missing && !parent.starts_with(&format!("{missing}.")) {
            let _ = self.vm.rethrow(exception);
            return Err(Refusal::Thrown);
        }
        let text = self.vm.str(&exception).map_or_else(|_| String::new(), |text| text.to_string_lossy());
        Err(Refusal::Message(format!(
            "Error while finding module specification for '{name}' (ModuleNotFoundError: {text})"
        )))
    }

    /// Tells `__main__` and `sys.argv` what is run.
    fn describe_main(&mut self, name: &str, path: &str) {
        self.set_main_spec(name, path);
        let argv = weft_stdlib::sys::attribute(&self.vm, "argv");
        if let Some(first) = argv.as_ref().and_then(|argv| argv.downcast::<List>())
            && let Some(first) = first.items_mut().first_mut()
        {
            *first = Value::from(path);
        }
    }

    /// Tells `__main__` its name as a module and its file.
    pub(crate) fn set_main_spec(&mut self, name: &str, path: &str) {
        let package = name.rsplit_once('.').map_or("", |(package, _)| package);
        self.main.set("__file__", path);
        self.main.set("__cached__", Value::NONE);
        self.main.set("__package__", package);
        let values = [name, package, path].map(Value::from);
        let names = ["name", "parent", "origin"].map(Value::from);
        let namespace = types().simple_namespace.value().clone();
        match self.vm.call_keywords(&namespace, &values, &names) {
            Ok(spec) => self.main.set("__spec__", spec),
            Err(_) => drop(self.vm.catch()),
        }
    }
}
