//! The world as the machine sees it: files, modules, the terminal.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use weft_bytecode::Code;
use weft_stdlib::{frozen, signal, world};
use weft_vm::heap::Ref;
use weft_vm::host::{CompileMode, FoundModule, Host, SyntaxProblem};
use weft_vm::objects::{Dict, intern};
use weft_vm::types::text_of;
use weft_vm::{Res, Vm};

use crate::compile::{self, Request};

/// Lines of source files, for tracebacks; shared with whoever runs text that is in no file.
#[derive(Default)]
pub struct Sources {
    files: HashMap<String, Option<Rc<[String]>>>,
}

impl Sources {
    /// Text that tracebacks are to show under this name.
    pub fn remember(&mut self, filename: &str, text: &str) {
        self.files.insert(filename.to_owned(), Some(lines(text)));
    }

    fn line(&mut self, filename: &str, line: u32) -> Option<String> {
        if !self.files.contains_key(filename) {
            let text = std::fs::read(filename).ok().and_then(|bytes| compile::decode(&bytes, filename).ok());
            self.files.insert(filename.to_owned(), text.as_deref().map(lines));
        }
        let lines = self.files.get(filename)?.as_ref()?;
        lines.get((line as usize).checked_sub(1)?).cloned()
    }
}

fn lines(text: &str) -> Rc<[String]> {
    text.lines().map(str::to_owned).collect()
}

/// The host of a program run by the command or an embedder.
pub struct SystemHost {
    pub sources: Rc<RefCell<Sources>>,
    /// The namespace of `sys`, for `sys.path`.
    pub sys: Rc<RefCell<Option<Ref<Dict>>>>,
    /// SyntaxWarnings that have not been given yet.
    pub warnings: Vec<SyntaxProblem>,
    /// As `-O` has it.
    pub optimize: u8,
    /// The environment's wishes for Python count.
    pub environment: bool,
}

impl SystemHost {
    fn search_path(&self) -> Vec<PathBuf> {
        let sys = self.sys.borrow();
        let path = sys.as_ref().and_then(|dict| dict.get_str(&intern(b"path")));
        let entries = path.and_then(|path| path.as_items().map(<[_]>::to_vec)).unwrap_or_default();
        entries.iter().map(text_of).map(|entry| if entry.is_empty() { ".".into() } else { entry.into() }).collect()
    }

    fn load(&mut self, file: &Path, package: bool) -> Result<FoundModule, SyntaxProblem> {
        let path = std::path::absolute(file).unwrap_or_else(|_| file.to_owned()).display().to_string();
        let bytes = std::fs::read(file).unwrap_or_default();
        let named = |problem| SyntaxProblem { filename: Some(path.clone()), ..problem };
        let text = compile::decode(&bytes, &path).map_err(named)?;
        let code = self.compile(&text, &path, CompileMode::Exec, false).map_err(named)?;
        Ok(FoundModule::Code { code, path, package })
    }

    /// Looks in the folders of `sys.path`.
    fn find_file(&mut self, name: &str) -> Option<Result<FoundModule, SyntaxProblem>> {
        let inside: PathBuf = name.split('.').collect();
        for folder in self.search_path() {
            let base = folder.join(&inside);
            let init = base.join("__init__.py");
            if init.is_file() {
                return Some(self.load(&init, true));
            }
            let file = base.with_extension("py");
            if file.is_file() {
                return Some(self.load(&file, false));
            }
        }
        None
    }

    /// A folder without `__init__.py` is a package too.
    fn find_folder(&mut self, name: &str) -> Option<Result<FoundModule, SyntaxProblem>> {
        let inside: PathBuf = name.split('.').collect();
        let folder = self.search_path().into_iter().map(|folder| folder.join(&inside)).find(|base| base.is_dir())?;
        let path = folder.join("__init__.py").display().to_string();
        let code = self.compile("", &path, CompileMode::Exec, false);
        Some(code.map(|code| FoundModule::Code { code, path, package: true }))
    }
}

fn find_frozen(name: &str) -> Option<FoundModule> {
    let module = frozen::find(name)?;
    let path = module.code.filename.to_string();
    Some(FoundModule::Code { code: module.code, path, package: module.package })
}

/// Modules the interpreter itself relies on: a script's file of the same name doesn't replace them.
fn is_internal(name: &str) -> bool {
    name.starts_with('_') || matches!(name, "abc" | "io" | "os" | "posixpath" | "types" | "warnings" | "weakref")
}

impl Host for SystemHost {
    fn compile(
        &mut self,
        text: &str,
        filename: &str,
        mode: CompileMode,
        namespace: bool,
    ) -> Result<Rc<Code>, SyntaxProblem> {
        let request = Request { filename, mode, namespace, top_level_await: false, optimize: self.optimize };
        let compiled = compile::compile(text, &request)?;
        let named = |warning| SyntaxProblem { filename: Some(filename.to_owned()), ..warning };
        self.warnings.extend(compiled.warnings.into_iter().map(named));
        Ok(compiled.code)
    }

    fn wants_colours(&self) -> bool {
        let wish = std::env::var("PYTHON_COLORS").ok().filter(|_| self.environment);
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        match wish.as_deref() {
            Some("0") => false,
            Some("1") => true,
            _ if is_set("NO_COLOR") => false,
            _ if is_set("FORCE_COLOR") => true,
            _ => std::env::var_os("TERM").is_none_or(|term| term != "dumb") && std::io::stderr().is_terminal(),
        }
    }

    fn take_warnings(&mut self) -> Vec<SyntaxProblem> {
        std::mem::take(&mut self.warnings)
    }

    fn find_module(&mut self, name: &str) -> Option<Result<FoundModule, SyntaxProblem>> {
        if is_internal(name)
            && let Some(found) = find_frozen(name)
        {
            return Some(Ok(found));
        }
        self.find_file(name).or_else(|| find_frozen(name).map(Ok)).or_else(|| self.find_folder(name))
    }

    fn source_line(&mut self, filename: &str, line: u32) -> Option<String> {
        self.sources.borrow_mut().line(filename, line)
    }

    fn write(&mut self, fd: i32, bytes: &[u8]) -> Result<(), i32> {
        world::write_standard(fd, bytes)
    }

    fn on_interrupt(&mut self) -> Option<fn(&mut Vm) -> Res<()>> {
        Some(signal::run_handlers)
    }
}
