//! The command line as data.

use std::ffi::OsString;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use lexopt::{Arg, Parser, ValueExt};

pub const USAGE: &str = "\
usage: cargo xtask bench [option] ... [group or program] ...
       cargo xtask linear [option] ... [program] ...
       cargo xtask counts [--update] [--weft FILE] [program] ...
       cargo xtask chart JSON [SVG]

bench runs programs under Weft, CPython and other interpreters it finds, in turn, and compares them:
--programs DIR   : the folder they lie in (benches/programs)
--rounds N       : runs of each by each interpreter (5; the start group five times as many)
--scale X        : multiply the programs' N (1)
--peer NAME=CMD  : one more interpreter; CMD gets the program's path as its last argument
--only NAMES     : run only these interpreters besides the yardstick, with commas between them
--json FILE      : write all figures there
--markdown FILE  : write the tables there
--svg FILE       : draw the chart there
linear checks that the cost of an item stays the same when there are more of them:
--interpreter X  : of another interpreter than Weft
--rounds N       : the best of so many runs counts (3)
counts compares the instructions that programs take with benches/counts.toml, under valgrind:
--update         : records the numbers instead
chart draws what `bench --json` wrote.
all:
--weft FILE      : the release build of Weft (beside this command's own build)
--timeout S      : seconds for one run (120)

WEFT_ORACLE names a CPython 3.13, which is otherwise looked for in PATH and in pyenv's versions; WEFT_UVLOOP a Python
that has uvloop.";

/// What the command line asks for.
#[derive(Debug, PartialEq)]
pub enum Task {
    Bench(Bench),
    Linear(Linear),
    Counts(Counts),
    Chart { json: PathBuf, svg: PathBuf },
    Help,
}

#[derive(Debug, PartialEq)]
pub struct Bench {
    pub programs: PathBuf,
    pub wanted: Vec<String>,
    pub rounds: usize,
    pub scale: f64,
    pub peers: Vec<(String, String)>,
    pub only: Option<Vec<String>>,
    pub json: Option<PathBuf>,
    pub markdown: Option<PathBuf>,
    pub svg: Option<PathBuf>,
    pub weft: Option<PathBuf>,
    pub timeout: Duration,
}

#[derive(Debug, PartialEq)]
pub struct Linear {
    pub wanted: Vec<String>,
    pub interpreter: Option<PathBuf>,
    pub rounds: usize,
    pub weft: Option<PathBuf>,
    pub timeout: Duration,
}

#[derive(Debug, PartialEq)]
pub struct Counts {
    pub wanted: Vec<String>,
    pub update: bool,
    pub weft: Option<PathBuf>,
    pub timeout: Duration,
}

/// Every option any of the tasks knows, as it was given.
#[derive(Default)]
struct Given {
    words: Vec<String>,
    rounds: Option<usize>,
    timeout: Option<Duration>,
    weft: Option<PathBuf>,
    programs: Option<PathBuf>,
    scale: Option<f64>,
    peers: Vec<(String, String)>,
    only: Option<Vec<String>>,
    json: Option<PathBuf>,
    markdown: Option<PathBuf>,
    svg: Option<PathBuf>,
    interpreter: Option<PathBuf>,
    update: bool,
}

/// Reads the arguments that follow the name of the command.
pub fn parse<A: Into<OsString>>(arguments: impl IntoIterator<Item = A>) -> Result<Task, String> {
    let mut parser = Parser::from_args(arguments);
    let task = match parser.next().map_err(text)? {
        Some(Arg::Value(task)) => task.string().map_err(text)?,
        Some(Arg::Short('h') | Arg::Long("help")) => return Ok(Task::Help),
        Some(argument) => return Err(argument.unexpected().to_string()),
        None => return Err("which task?".to_owned()),
    };
    let allowed: &[&str] = match task.as_str() {
        "bench" => &["programs", "rounds", "scale", "peer", "only", "json", "markdown", "svg", "weft", "timeout"],
        "linear" => &["interpreter", "rounds", "weft", "timeout"],
        "counts" => &["update", "weft", "timeout"],
        "chart" => &[],
        "help" => return Ok(Task::Help),
        _ => return Err(format!("there is no task {task}")),
    };
    let Some(given) = read_options(&mut parser, allowed)? else { return Ok(Task::Help) };
    task_of(&task, given)
}

/// None where help is asked for.
fn read_options(parser: &mut Parser, allowed: &[&str]) -> Result<Option<Given>, String> {
    let mut given = Given::default();
    while let Some(argument) = parser.next().map_err(text)? {
        let option = match argument {
            Arg::Value(word) => {
                given.words.push(word.string().map_err(text)?);
                continue;
            }
            Arg::Short('h') | Arg::Long("help") => return Ok(None),
            Arg::Long(option) if allowed.contains(&option) => option.to_owned(),
            other => return Err(other.unexpected().to_string()),
        };
        let path = |parser: &mut Parser| parser.value().map(|value| Some(value.into())).map_err(text);
        match option.as_str() {
            "rounds" => given.rounds = Some(number(parser, 1)?),
            "timeout" => given.timeout = Some(Duration::from_secs(number(parser, 1)?)),
            "scale" => given.scale = Some(number(parser, f64::MIN_POSITIVE)?),
            "programs" => given.programs = path(parser)?,
            "weft" => given.weft = path(parser)?,
            "json" => given.json = path(parser)?,
            "markdown" => given.markdown = path(parser)?,
            "svg" => given.svg = path(parser)?,
            "interpreter" => given.interpreter = path(parser)?,
            "peer" => given.peers.push(peer(&word(parser)?)?),
            "only" => given.only = Some(word(parser)?.split(',').map(str::to_owned).collect()),
            _ => given.update = true,
        }
    }
    Ok(Some(given))
}

fn task_of(task: &str, given: Given) -> Result<Task, String> {
    let Given { words: wanted, weft, .. } = given;
    let timeout = given.timeout.unwrap_or(Duration::from_secs(120));
    match task {
        "bench" => Ok(Task::Bench(Bench {
            programs: given.programs.unwrap_or_else(|| crate::programs::benches().join("programs")),
            wanted,
            rounds: given.rounds.unwrap_or(5),
            scale: given.scale.unwrap_or(1.0),
            peers: given.peers,
            only: given.only,
            json: given.json,
            markdown: given.markdown,
            svg: given.svg,
            weft,
            timeout,
        })),
        "linear" => {
            let rounds = given.rounds.unwrap_or(3);
            Ok(Task::Linear(Linear { wanted, interpreter: given.interpreter, rounds, weft, timeout }))
        }
        "counts" => Ok(Task::Counts(Counts { wanted, update: given.update, weft, timeout })),
        _ => match wanted.as_slice() {
            [json] => Ok(Task::Chart { json: json.into(), svg: "docs/performance.svg".into() }),
            [json, svg] => Ok(Task::Chart { json: json.into(), svg: svg.into() }),
            _ => Err("chart needs the file that `bench --json` wrote".to_owned()),
        },
    }
}

fn word(parser: &mut Parser) -> Result<String, String> {
    parser.value().map_err(text)?.string().map_err(text)
}

fn number<T: FromStr + PartialOrd>(parser: &mut Parser, least: T) -> Result<T, String> {
    let given = word(parser)?;
    match given.parse() {
        Ok(number) if number >= least => Ok(number),
        _ => Err(format!("{given} is no number that makes sense here")),
    }
}

fn peer(given: &str) -> Result<(String, String), String> {
    match given.split_once('=') {
        Some((name, command)) if !name.is_empty() && !command.trim().is_empty() => Ok((name.into(), command.into())),
        _ => Err(format!("--peer wants NAME=COMMAND, not {given}")),
    }
}

fn text(error: lexopt::Error) -> String {
    error.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_takes_its_options_and_words() {
        let Ok(Task::Bench(bench)) = parse([
            "bench",
            "--rounds",
            "3",
            "--scale=0.2",
            "coro",
            "py_*",
            "--json",
            "a.json",
            "--peer",
            "lua=lua5.4 -x",
            "--only",
            "lua,pypy",
        ]) else {
            panic!("not a benchmark")
        };
        assert_eq!((bench.rounds, bench.scale), (3, 0.2));
        assert_eq!(bench.wanted, ["coro", "py_*"]);
        assert_eq!(bench.json, Some("a.json".into()));
        assert_eq!(bench.peers, [("lua".to_owned(), "lua5.4 -x".to_owned())]);
        assert_eq!(bench.only, Some(vec!["lua".to_owned(), "pypy".to_owned()]));
        assert!(bench.programs.ends_with("benches/programs"));
        assert!(matches!(parse(["counts", "--update"]), Ok(Task::Counts(Counts { update: true, .. }))));
        assert!(matches!(parse(["linear", "--help"]), Ok(Task::Help)));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for arguments in [
            &[][..],
            &["dance"],
            &["bench", "--update"],
            &["bench", "--rounds", "0"],
            &["bench", "--scale", "-1"],
            &["bench", "--scale", "big"],
            &["bench", "--peer", "lua"],
            &["linear", "--scale", "2"],
            &["chart"],
        ] {
            assert!(parse(arguments).is_err(), "{arguments:?}");
        }
    }
}
