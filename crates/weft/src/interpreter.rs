//! An interpreter: a machine with the standard library, and the module `__main__`.

use std::cell::RefCell;
use std::io::{self, Read};
use std::path::Path;
use std::rc::Rc;

use weft_bytecode::Code;
use weft_reactor::{RealClock, SharedClock, VirtualClock};
use weft_stdlib::{Setup, World, atexit, sys};
use weft_vm::builtins::{core, report};
use weft_vm::heap::{Kind, Ref};
use weft_vm::host::{CompileMode, SyntaxProblem};
use weft_vm::objects::{CodeObject, Dict, Function, intern, list};
use weft_vm::{Res, Value, Vm, dispatch, types};

use crate::compile;
use crate::host::{Sources, SystemHost};
use crate::{Clock, Config};

/// The result of a run that an uncaught KeyboardInterrupt ended: the signal's number, negated, which no exit status
/// can be.
pub const INTERRUPTED: i32 = -2;
/// The status when standard output could not be written at the end.
const FLUSH_FAILED: i32 = 120;

/// Runs programs; all of them share `__main__` and `sys.modules`.
pub struct Interpreter {
    pub(crate) vm: Vm,
    pub(crate) main: Ref<Dict>,
    pub(crate) sources: Rc<RefCell<Sources>>,
    pub(crate) world: Rc<World>,
    /// The loop that statements at the prompt await in.
    pub(crate) repl_loop: Option<Value>,
}

impl Interpreter {
    /// Makes an interpreter. One lives on a thread.
    ///
    /// # Errors
    /// The system lacks descriptors.
    pub fn new(config: Config) -> io::Result<Interpreter> {
        let config = with_environment(config);
        let environment = !config.switches.contains(['E', 'I']);
        let optimize = config.switches.matches('O').count().min(2) as u8;
        let sources = Rc::new(RefCell::new(Sources::default()));
        let sys = Rc::new(RefCell::new(None));
        let host =
            SystemHost { sources: sources.clone(), sys: sys.clone(), warnings: Vec::new(), optimize, environment };
        let filtered = !config.warnings.is_empty();
        let mut vm = Vm::new(Box::new(host));
        weft_vm::builtins::install(&mut vm);
        vm.builtins.set("__debug__", Value::bool(optimize == 0));
        let clock: SharedClock = match config.clock {
            Clock::Real => Rc::new(RealClock),
            Clock::Virtual => Rc::new(VirtualClock::default()),
        };
        let executable = std::env::current_exe().map_or_else(|_| String::new(), |path| path.display().to_string());
        if config.implementation.iter().any(|option| option == "frames") {
            vm.shallow = 0;
        }
        let world = weft_stdlib::install(
            &mut vm,
            Setup {
                argv: config.argv,
                clock,
                unbuffered: config.unbuffered,
                warnings: config.warnings,
                implementation: config.implementation,
                switches: config.switches,
                executable,
            },
        )?;
        let builtins = vm.new_module_over("builtins", vm.builtins.clone());
        drop(vm.modules.insert_str(&intern(b"builtins"), builtins.into_value()));
        let module = vm.modules.get_str(&intern(b"sys"));
        let module = module.and_then(|m| m.downcast::<weft_vm::objects::Module>().map(|m| m.dict.clone()));
        sys.replace(module);
        let main = make_main(&mut vm);
        let mut interpreter = Interpreter { vm, main, sources, world, repl_loop: None };
        if filtered && weft_vm::builtins::import::import_module(&mut interpreter.vm, "warnings").is_err() {
            interpreter.report();
        }
        interpreter.vm.stats = config.stats.then(Box::default);
        Ok(interpreter)
    }

    /// Runs a file; reports an uncaught error. Gives the exit status or [`INTERRUPTED`].
    pub fn run_file(&mut self, path: &Path) -> i32 {
        let shown = absolute(path);
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = folder.canonicalize().map_or_else(|_| String::new(), |p| p.display().to_string());
        self.set_search_path(&folder);
        match std::fs::read(path) {
            Ok(bytes) => {
                self.main.set("__file__", shown.as_str());
                self.main.set("__cached__", Value::NONE);
                if self.world.setup.argv.first().is_some_and(|given| Path::new(given).is_dir()) {
                    // A folder was given, and this is its `__main__.py`.
                    self.set_main_spec("__main__", &shown);
                }
                let skipped = if self.world.setup.switches.contains('x') { first_line(&bytes) } else { 0 };
                self.run_bytes(&bytes[skipped..], &shown)
            }
            Err(error) => {
                let _ = self.vm.host.write(2, format!("weft: can't open file '{shown}': {error}\n").as_bytes());
                2
            }
        }
    }

    /// Runs the argument of `-c`.
    pub fn run_command(&mut self, command: &str) -> i32 {
        self.set_search_path("");
        self.sources.borrow_mut().remember("<string>", command);
        self.run_text(command, "<string>")
    }

    /// Runs all of standard input.
    pub fn run_stdin(&mut self) -> i32 {
        self.set_search_path("");
        let mut bytes = Vec::new();
        if let Err(error) = io::stdin().lock().read_to_end(&mut bytes) {
            let _ = self.vm.host.write(2, format!("weft: can't read standard input: {error}\n").as_bytes());
            return 1;
        }
        self.sources.borrow_mut().remember("<stdin>", "");
        self.run_bytes(&bytes, "<stdin>")
    }

    /// Ends the program: runs exit functions and the finalisers of what `__main__` holds, and writes all output, then
    /// what was counted. Gives the status to exit with.
    pub fn finish(&mut self, status: i32) -> i32 {
        if let Some(event_loop) = self.repl_loop.take() {
            let close = intern(b"close");
            if self.vm.call_method(&event_loop, &close, &[]).is_err() {
                self.report();
            }
        }
        atexit::run(&mut self.vm);
        let early = self.flush();
        self.world.finalizing.set(true);
        self.clear_main();
        let late = self.flush();
        if let Some(stats) = self.vm.stats.take() {
            let _ = self.vm.host.write(2, stats.to_string().as_bytes());
        }
        if early && late || status != 0 { status } else { FLUSH_FAILED }
    }

    pub(crate) fn set_search_path(&mut self, first: &str) {
        let switches = &self.world.setup.switches;
        let safe = switches.contains(['P', 'I']);
        let mut entries = if safe { Vec::new() } else { vec![Value::from(first)] };
        let ignored = switches.contains(['E', 'I']);
        if let Some(more) = std::env::var_os("PYTHONPATH").filter(|more| !ignored && !more.is_empty()) {
            entries.extend(std::env::split_paths(&more).map(|path| Value::from(path.display().to_string())));
        }
        if let Some(sys) = self.vm.modules.get_str(&intern(b"sys"))
            && let Some(module) = sys.downcast::<weft_vm::objects::Module>()
        {
            module.dict.set("path", list(entries));
        }
    }

    pub(crate) fn run_bytes(&mut self, bytes: &[u8], filename: &str) -> i32 {
        match compile::decode(bytes, filename) {
            Ok(text) => self.run_text(&text, filename),
            Err(problem) => self.report_problem(&problem, filename),
        }
    }

    pub(crate) fn run_text(&mut self, text: &str, filename: &str) -> i32 {
        match self.vm.host.compile(text, filename, CompileMode::Exec, false) {
            Ok(code) => match core::give_syntax_warnings(&mut self.vm).and_then(|()| self.run_code(&code)) {
                Ok(_) => 0,
                Err(_) => self.report(),
            },
            Err(problem) => self.report_problem(&problem, filename),
        }
    }

    /// Runs code in `__main__`.
    pub(crate) fn run_code(&mut self, code: &Rc<Code>) -> Res {
        let builtins = self.vm.builtins.clone();
        let function = Function::create(CodeObject::create(code), self.main.clone(), builtins);
        let result = dispatch::run_with_namespace(&mut self.vm, function, Value::UNSET);
        self.vm.run_finalizers();
        result
    }

    pub(crate) fn report_problem(&mut self, problem: &SyntaxProblem, filename: &str) -> i32 {
        core::raise_syntax(&mut self.vm, problem, filename);
        self.report()
    }

    /// Shows the exception that ended the program; gives the status to exit with.
    pub(crate) fn report(&mut self) -> i32 {
        let exception = self.vm.catch();
        let class = weft_vm::class_of(&exception).clone();
        let exceptions = &types().exceptions;
        if class.is_subclass_of(&exceptions.SystemExit) {
            let (status, message) = core::exit_status(&mut self.vm, &exception);
            if let Some(message) = message {
                self.flush();
                let _ = self.vm.host.write(2, format!("{message}\n").as_bytes());
            }
            return status;
        }
        self.show(&exception);
        if class.is_subclass_of(&exceptions.KeyboardInterrupt) { INTERRUPTED } else { 1 }
    }

    /// Shows an exception through `sys.excepthook`.
    fn show(&mut self, exception: &Value) {
        let hook = sys::attribute(&self.vm, "excepthook");
        let original = sys::attribute(&self.vm, "__excepthook__");
        let replaced = match (&hook, &original) {
            (Some(hook), Some(original)) if !hook.is(original) => Some(hook.clone()),
            _ => None,
        };
        let Some(hook) = replaced else {
            report::print_exception(&mut self.vm, exception);
            return;
        };
        let class = weft_vm::class_of(exception).value().clone();
        let traceback = exception.downcast::<weft_vm::objects::Exception>();
        let traceback = traceback.map_or(Value::NONE, |e| e.traceback().clone());
        if self.vm.call(&hook, &[class, exception.clone(), traceback]).is_err() {
            let second = self.vm.catch();
            let _ = self.vm.host.write(2, b"Error in sys.excepthook:\n");
            report::print_exception(&mut self.vm, &second);
            let _ = self.vm.host.write(2, b"\nOriginal exception was:\n");
            report::print_exception(&mut self.vm, exception);
        }
    }

    /// Writes buffered output; false if that failed, which is reported.
    pub(crate) fn flush(&mut self) -> bool {
        let replaced = match (sys::attribute(&self.vm, "stdout"), sys::attribute(&self.vm, "__stdout__")) {
            (Some(now), Some(original)) if !now.is(&original) && !now.is_none() => Some(now),
            _ => None,
        };
        if let Some(stream) = replaced
            && self.vm.call_method(&stream, &weft_vm::names().flush, &[]).is_err()
        {
            drop(self.vm.catch());
        }
        let result = self.world.output.borrow_mut().flush();
        let Err(errno) = result else { return true };
        let text = io::Error::from_raw_os_error(errno).to_string();
        let words = text.split(" (os error").next().unwrap_or_default();
        let class = if errno == 32 { "BrokenPipeError" } else { "OSError" };
        let message = format!("Exception ignored on flushing sys.stdout:\n{class}: [Errno {errno}] {words}\n");
        let _ = self.vm.host.write(2, message.as_bytes());
        false
    }

    /// Lets go of what `__main__` holds: data first, so that finalisers still find functions and classes.
    fn clear_main(&mut self) {
        let keep_for_later =
            |value: &Value| matches!(value.kind(), Some(Kind::Function | Kind::Class | Kind::Module | Kind::Native));
        for (name, value) in self.main.entries() {
            if !keep_for_later(&value) && value.is_heap() {
                drop(value);
                drop(self.main.remove_str(&name));
                self.vm.run_finalizers();
            }
        }
        drop(self.main.take());
        self.vm.run_finalizers();
    }
}

/// The path from the root, otherwise as it was given: `__file__` and tracebacks show it.
fn absolute(path: &Path) -> String {
    let whole =
        if path.is_absolute() { path.to_owned() } else { std::env::current_dir().unwrap_or_default().join(path) };
    whole.display().to_string()
}

/// The length of the first line, without its end: line numbers stay.
fn first_line(bytes: &[u8]) -> usize {
    bytes.iter().position(|&byte| byte == b'\n').unwrap_or(bytes.len())
}

/// What the environment adds to the command line.
fn with_environment(mut config: Config) -> Config {
    if config.implementation.iter().any(|option| option == "dev") {
        config.warnings.insert(0, "default".to_owned());
    }
    if config.switches.contains(['E', 'I']) {
        return config;
    }
    if let Ok(filters) = std::env::var("PYTHONWARNINGS") {
        let filters = filters.split(',').filter(|filter| !filter.is_empty()).map(str::to_owned);
        config.warnings.splice(0..0, filters);
    }
    config.unbuffered |= std::env::var_os("PYTHONUNBUFFERED").is_some_and(|value| !value.is_empty());
    config
}

fn make_main(vm: &mut Vm) -> Ref<Dict> {
    let module = vm.new_module("__main__");
    let dict = module.dict.clone();
    dict.set("__annotations__", Dict::create());
    dict.set("__builtins__", vm.modules.get_str(&intern(b"builtins")).unwrap_or(Value::NONE));
    drop(vm.modules.insert_str(&intern(b"__main__"), module.into_value()));
    dict
}
