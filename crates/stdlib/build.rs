//! Compiles the modules in `lib/` to one blob of bytecode and an index of names, which `frozen` includes.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::{env, fs, thread};

use weft_compiler::{CompileOptions, compile};
use weft_source::{Diagnostic, LineIndex};
use weft_syntax::ast::Mode;
use weft_syntax::{ParseOptions, decode, parse};

/// The parser recurses; a build script's main thread is small.
const STACK: usize = 256 << 20;

fn main() {
    println!("cargo::rerun-if-changed=lib");
    let worker = thread::Builder::new().stack_size(STACK).spawn(freeze_all).expect("a thread can be started");
    match worker.join() {
        Ok(Ok(())) => {}
        Ok(Err(message)) => {
            println!("cargo::error={message}");
            std::process::exit(1);
        }
        Err(_) => std::process::exit(1),
    }
}

fn freeze_all() -> Result<(), String> {
    let mut files = Vec::new();
    collect(Path::new("lib"), &mut files)?;
    files.sort();
    let mut blob = Vec::new();
    let mut index = Vec::new();
    for file in &files {
        let start = blob.len();
        blob.extend_from_slice(&freeze(file)?);
        let (name, package) = module_name(file);
        index.push((name, package, start, blob.len() - start));
    }
    index.sort();
    let mut table = String::from("[\n");
    for (name, package, offset, length) in index {
        let _ = writeln!(table, "Entry {{ name: {name:?}, package: {package}, offset: {offset}, length: {length} }},");
    }
    table.push(']');
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("no OUT_DIR")?);
    fs::write(out.join("frozen.bin"), blob).map_err(|e| e.to_string())?;
    fs::write(out.join("frozen.rs"), table).map_err(|e| e.to_string())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    for entry in fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))? {
        let path = entry.map_err(|e| e.to_string())?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|e| e == "py") {
            files.push(path);
        }
    }
    Ok(())
}

/// `lib/asyncio/tasks.py` is `asyncio.tasks`; `lib/asyncio/__init__.py` is the package `asyncio`.
fn module_name(file: &Path) -> (String, bool) {
    let path = file.strip_prefix("lib").unwrap_or(file).with_extension("");
    let mut parts: Vec<String> = path.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    let package = parts.last().is_some_and(|last| last == "__init__");
    if package {
        parts.pop();
    }
    (parts.join("."), package)
}

fn freeze(file: &Path) -> Result<Vec<u8>, String> {
    let shown = file.display();
    let bytes = fs::read(file).map_err(|e| format!("{shown}: {e}"))?;
    let text = decode(&bytes).map_err(|e| format!("{shown}: {}", e.message))?;
    let at = |error: &Diagnostic| {
        let (line, column) = LineIndex::new(&text).line_col(error.span.start);
        format!("{shown}:{line}:{}: {}", column + 1, error.message)
    };
    let parsed = parse(&text, &ParseOptions { mode: Mode::Exec, top_level_await: false })
        .map_err(|errors| errors.first().map_or_else(|| format!("{shown}: not parsed"), at))?;
    let inside = file.strip_prefix("lib").unwrap_or(file);
    let options = CompileOptions {
        filename: Rc::from(format!("<weft>/{}", inside.display())),
        mode: Mode::Exec,
        top_level_await: false,
        has_namespace: false,
        future_annotations: false,
        optimize: 0,
    };
    let (code, _) = compile(&text, &parsed.module, &options).map_err(|error| at(&error))?;
    weft_bytecode::verify(&code).map_err(|error| format!("{shown}: {error:?}"))?;
    Ok(weft_bytecode::encode(&code))
}
