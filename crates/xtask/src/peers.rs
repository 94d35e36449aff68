//! The interpreters to compare: Weft, CPython 3.13 as the yardstick, and others where they are found.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::Result;
use crate::process;

/// An interpreter.
#[derive(Clone, Debug, PartialEq)]
pub struct Peer {
    pub name: String,
    pub version: String,
    /// The command, to which the program's path is added.
    pub command: Vec<OsString>,
    /// The only group it is measured with, if it is not for all.
    pub group: Option<&'static str>,
}

/// The yardstick first, then Weft, then the others; and the names of those that were not found.
pub struct Found {
    pub peers: Vec<Peer>,
    pub absent: Vec<String>,
}

const YARDSTICK: &str = "CPython";
/// Prints what an interpreter is.
const WHO: &str = "import sys; print(sys.implementation.name, '%d.%d.%d' % sys.version_info[:3], sys.executable)";
/// Runs a program with the other event loop.
const UVLOOP: &str = "import runpy, sys, uvloop; uvloop.install(); sys.argv[:] = sys.argv[1:]; \
                      runpy.run_path(sys.argv[0], run_name='__main__')";

impl Peer {
    /// The command that runs a program, always with the same seed for hashes.
    pub fn command(&self, program: &Path) -> Command {
        let mut words = self.command.iter();
        let mut command = Command::new(words.next().map_or_else(OsString::new, Clone::clone));
        command.args(words).arg(program).env("PYTHONHASHSEED", "0");
        command
    }

    fn simple(name: &str, version: String, executable: PathBuf) -> Peer {
        Peer { name: name.to_owned(), version, command: vec![executable.into()], group: None }
    }
}

/// The release build of Weft: the one named, or that beside the build of this command.
pub fn weft(named: Option<&Path>) -> Result<PathBuf> {
    let path = match named {
        Some(path) => path.to_owned(),
        None => {
            let own = env::current_exe()?;
            own.ancestors().nth(2).ok_or("this command lies nowhere")?.join("release").join("weft")
        }
    };
    if path.is_file() {
        return Ok(path);
    }
    Err(format!("there is no {}: build it with `cargo build --release -p weft-cli`", path.display()).into())
}

/// Finds all of them. `only` leaves out others than the yardstick and those it names.
pub fn find(named: Option<&Path>, more: &[(String, String)], only: Option<&[String]>) -> Result<Found> {
    let weft = weft(named)?;
    let (python, version) = yardstick()?;
    let mut found = Found { peers: vec![Peer::simple(YARDSTICK, version, python.clone())], absent: Vec::new() };
    let version = ask(&weft, &["--version"]).unwrap_or_default();
    let version = version.strip_prefix("Weft ").unwrap_or(&version).to_owned();
    found.peers.push(Peer::simple("Weft", version, weft));
    let mut others: Vec<(&str, Option<Peer>)> = vec![
        ("PyPy", search(&["pypy3", "pypy"], "pypy").map(|(path, version)| Peer::simple("PyPy", version, path))),
        ("uvloop", uvloop(&python)),
        ("RustPython", search(&["rustpython"], "rustpython").map(|(path, v)| Peer::simple("RustPython", v, path))),
    ];
    for (name, command) in more {
        let command = command.split_whitespace().map(OsString::from).collect();
        others.push((name, Some(Peer { name: name.clone(), version: String::new(), command, group: None })));
    }
    let wanted = |name: &str| only.is_none_or(|only| only.iter().any(|one| one.eq_ignore_ascii_case(name)));
    if let Some(unknown) = only.unwrap_or_default().iter().find(|one| !is_known(one, &others)) {
        return Err(format!("--only: there is no interpreter called {unknown}").into());
    }
    found.peers.retain(|peer| peer.name == YARDSTICK || wanted(&peer.name));
    for (name, peer) in others {
        match peer {
            _ if !wanted(name) => {}
            Some(peer) => found.peers.push(peer),
            None => found.absent.push(name.to_owned()),
        }
    }
    Ok(found)
}

fn is_known(name: &str, others: &[(&str, Option<Peer>)]) -> bool {
    let mut names = [YARDSTICK, "Weft"].into_iter().chain(others.iter().map(|other| other.0));
    names.any(|one| one.eq_ignore_ascii_case(name))
}

fn yardstick() -> Result<(PathBuf, String)> {
    let named = env::var_os("WEFT_ORACLE").map(PathBuf::from);
    let candidates = named.into_iter().chain(candidates(&["python3.13", "python3", "python"]));
    let fits = |(path, version): (PathBuf, String)| version.starts_with("3.13.").then_some((path, version));
    let found = candidates.filter_map(|path| identify(&path, "cpython").and_then(fits)).next();
    found.ok_or_else(|| "there is no CPython 3.13 to compare with: name one in WEFT_ORACLE".into())
}

fn uvloop(python: &Path) -> Option<Peer> {
    let named = env::var_os("WEFT_UVLOOP").map(PathBuf::from);
    let of_venv = env::var_os("VIRTUAL_ENV").map(|venv| PathBuf::from(venv).join("bin/python"));
    let candidates = named.into_iter().chain(of_venv).chain([python.to_owned()]);
    let version = |path: &Path| ask(path, &["-c", "import uvloop; print(uvloop.__version__)"]);
    let (path, version) = candidates.filter_map(|path| version(&path).map(|version| (path, version))).next()?;
    let command = vec![path.into(), "-c".into(), UVLOOP.into()];
    Some(Peer { name: "uvloop".to_owned(), version, command, group: Some("loop") })
}

fn search(names: &[&str], implementation: &str) -> Option<(PathBuf, String)> {
    candidates(names).into_iter().find_map(|path| identify(&path, implementation))
}

/// Programs of these names in PATH, then among pyenv's versions, the newest first, then where cargo installs.
fn candidates(names: &[&str]) -> Vec<PathBuf> {
    let home = env::var_os("HOME").map(PathBuf::from);
    let mut folders: Vec<PathBuf> = env::var_os("PATH").iter().flat_map(env::split_paths).collect();
    let pyenv = env::var_os("PYENV_ROOT").map(PathBuf::from).or(home.as_ref().map(|home| home.join(".pyenv")));
    let versions = pyenv.and_then(|root| root.join("versions").read_dir().ok());
    let mut versions: Vec<PathBuf> = versions.into_iter().flatten().filter_map(|e| Some(e.ok()?.path())).collect();
    versions.sort();
    folders.extend(versions.iter().rev().map(|version| version.join("bin")));
    folders.extend(home.map(|home| home.join(".cargo/bin")));
    let paths = |folder: &PathBuf| names.iter().map(|name| folder.join(name)).collect::<Vec<_>>();
    folders.iter().flat_map(paths).filter(|path| path.is_file()).collect()
}

/// Path and version of an interpreter, if it is of this implementation. The path is the one it gives itself, so that
/// no shim is measured.
fn identify(path: &Path, implementation: &str) -> Option<(PathBuf, String)> {
    let answer = ask(path, &["-c", WHO])?;
    let (name, rest) = answer.split_once(' ')?;
    let (version, executable) = rest.split_once(' ').unwrap_or((rest, ""));
    let executable = Path::new(executable);
    let path = if executable.is_file() { executable } else { path };
    (name == implementation).then(|| (path.to_owned(), version.to_owned()))
}

fn ask(path: &Path, arguments: &[&str]) -> Option<String> {
    let mut command = Command::new(path);
    command.args(arguments);
    process::run(command, Duration::from_secs(20)).ok().map(|run| run.output)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_missing_build_is_named_with_its_command() {
        let error = weft(Some(Path::new("/no/such/weft"))).unwrap_err().to_string();
        assert_eq!(error, "there is no /no/such/weft: build it with `cargo build --release -p weft-cli`");
    }

    #[test]
    fn what_answers_wrongly_is_no_interpreter() {
        assert_eq!(identify(Path::new("/bin/echo"), "cpython"), None);
        assert_eq!(identify(Path::new("/no/such/python"), "cpython"), None);
    }
}
