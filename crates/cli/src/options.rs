//! The command line as data.
//!
//! Like Python's: the first argument that is no option, or the command after `-c`, ends Weft's own options, and
//! all that follows belongs to the script.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use lexopt::{Arg, Parser};

/// What the command line asks for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Action {
    /// Run a program, or read statements from the terminal.
    Run(Run),
    /// Print the bytecode of a file.
    Disassemble(PathBuf),
    /// Print the version.
    Version,
    /// Print all options.
    Help,
}

/// A program and the way to run it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Run {
    /// Where the program comes from.
    pub source: Source,
    /// What the program finds in `sys.argv`.
    pub argv: Vec<String>,
    /// The clock that sleeping and timers go by.
    pub clock: Clock,
    /// `-i`: go on at the prompt when the program has ended.
    pub inspect: bool,
    /// `-q`: no banner.
    pub quiet: bool,
    /// `-u`: write output at once.
    pub unbuffered: bool,
    /// The arguments of each `-W`.
    pub warnings: Vec<String>,
    /// The arguments of each `-X`.
    pub implementation: Vec<String>,
    /// The letters of the options without arguments, as often as they were given.
    pub switches: String,
    /// `--stats`: count instructions and calls of natives, and print the counts at the end.
    pub stats: bool,
}

/// Where a program comes from.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Source {
    /// A file.
    File(PathBuf),
    /// The argument of `-c`.
    Command(String),
    /// The argument of `-m`: a module to run.
    Module(String),
    /// `-`: standard input, even if it is a terminal.
    Stdin,
    /// Nothing was said: standard input, or the prompt if that is a terminal.
    #[default]
    Unnamed,
}

/// The clock that sleeping and timers go by.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Clock {
    /// Time passes.
    #[default]
    Real,
    /// When there is nothing left to do but wait, time jumps.
    Virtual,
}

/// A command line that cannot be followed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Error {
    /// `-z`
    UnknownShort(char),
    /// `--zzz`
    UnknownLong(String),
    /// An option that needs an argument stands last.
    MissingArgument(String),
    /// `--clock lunar`
    UnknownClock(String),
    /// Whatever else the splitter of arguments refuses.
    Other(String),
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::UnknownShort(option) => write!(f, "Unknown option: -{option}"),
            Self::UnknownLong(option) => write!(f, "unknown option --{option}"),
            Self::MissingArgument(option) => write!(f, "Argument expected for the {option} option"),
            Self::UnknownClock(clock) => write!(f, "unknown clock {clock}: expected 'real' or 'virtual'"),
            Self::Other(message) => f.write_str(message),
        }
    }
}

/// The options of one letter that take no argument; some are for things Weft does not have.
const SWITCHES: &str = "BEIOPRSbdiqsuvx";

/// Reads the arguments that follow the name of the command.
pub fn parse<A: Into<OsString>>(arguments: impl IntoIterator<Item = A>) -> Result<Action, Error> {
    let mut parser = Parser::from_args(arguments);
    parser.set_short_equals(false);
    let mut run = Run::default();
    while let Some(argument) = parser.next().map_err(other)? {
        match argument {
            Arg::Short('h' | '?') | Arg::Long("help") => return Ok(Action::Help),
            Arg::Short('V') | Arg::Long("version") => return Ok(Action::Version),
            Arg::Short('c') => {
                let command = value(&mut parser, "-c")?;
                return finish(run, Source::Command(command), "-c".into(), parser);
            }
            Arg::Short('m') => {
                let module = value(&mut parser, "-m")?;
                return finish(run, Source::Module(module), "-m".into(), parser);
            }
            Arg::Short('W') => run.warnings.push(value(&mut parser, "-W")?),
            Arg::Short('X') => run.implementation.push(value(&mut parser, "-X")?),
            Arg::Short(switch) if SWITCHES.contains(switch) => {
                run.switches.push(switch);
                run.inspect |= switch == 'i';
                run.quiet |= switch == 'q';
                run.unbuffered |= switch == 'u';
            }
            Arg::Short(unknown) => return Err(Error::UnknownShort(unknown)),
            Arg::Long("clock") => run.clock = clock(&value(&mut parser, "--clock")?)?,
            Arg::Long("stats") => run.stats = true,
            Arg::Long("dis") => {
                let file = parser.value().map_err(|_| Error::MissingArgument("--dis".into()))?;
                return Ok(Action::Disassemble(file.into()));
            }
            Arg::Long(unknown) => return Err(Error::UnknownLong(unknown.to_owned())),
            Arg::Value(dash) if dash == "-" => return finish(run, Source::Stdin, "-".into(), parser),
            Arg::Value(file) => {
                let name = text(&file);
                return finish(run, Source::File(file.into()), name, parser);
            }
        }
    }
    run.argv = vec![String::new()];
    Ok(Action::Run(run))
}

fn finish(mut run: Run, source: Source, name: String, mut parser: Parser) -> Result<Action, Error> {
    run.source = source;
    run.argv = vec![name];
    run.argv.extend(parser.raw_args().map_err(other)?.map(|argument| text(&argument)));
    Ok(Action::Run(run))
}

fn value(parser: &mut Parser, option: &str) -> Result<String, Error> {
    let value = parser.value().map_err(|_| Error::MissingArgument(option.to_owned()))?;
    Ok(text(&value))
}

fn clock(name: &str) -> Result<Clock, Error> {
    match name {
        "real" => Ok(Clock::Real),
        "virtual" => Ok(Clock::Virtual),
        _ => Err(Error::UnknownClock(name.to_owned())),
    }
}

/// Arguments that are not UTF-8 show U+FFFD: the language's strings hold no other bytes yet.
fn text(argument: &OsStr) -> String {
    argument.to_string_lossy().into_owned()
}

fn other(error: lexopt::Error) -> Error {
    Error::Other(error.to_string())
}

#[cfg(test)]
mod tests;
