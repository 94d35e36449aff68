//! The `weft` command: runs a program, or reads statements at a prompt.
#![forbid(unsafe_code)]

mod engine;
mod help;
mod options;
mod repl;
mod script;

use std::io::{self, IsTerminal, Write};
use std::process::exit;
use std::thread;

use nix::sys::signal::SigSet;
use signal_hook::consts::SIGINT;
use signal_hook::low_level::emulate_default_handler;

use engine::{Engine, INTERRUPTED};
use options::{Action, Run, Source};

/// The status of a command line that cannot be followed.
const BAD_USAGE: i32 = 2;
/// The status of a fault of Weft's own.
const INTERNAL_FAULT: i32 = 70;
/// The stacks to try for the thread that works, best first. They are only reserved: pages come into use when
/// touched. The interpreter itself does not recurse, but parsing and dropping deeply nested data do.
const STACKS: [usize; 3] = [1 << 30, 256 << 20, 64 << 20];

fn main() {
    for size in STACKS {
        if let Ok(worker) = thread::Builder::new().name("weft".to_owned()).stack_size(size).spawn(command) {
            // Signals go to the thread that works: only there do they end its waits.
            let _ = SigSet::all().thread_block();
            leave(worker.join().unwrap_or(INTERNAL_FAULT));
        }
    }
    leave(command());
}

/// Ends the process. After an interrupt it dies of the signal, as CPython does, so that a shell stops its script too.
fn leave(status: i32) -> ! {
    if status == INTERRUPTED {
        // It comes back only if the signal could not be sent.
        let _ = emulate_default_handler(SIGINT);
        exit(128 + SIGINT);
    }
    exit(status);
}

/// Does what the command line asks for; returns the exit status.
fn command() -> i32 {
    match options::parse(std::env::args_os().skip(1)) {
        Ok(Action::Run(run)) => run_program(&run),
        Ok(Action::Disassemble(path)) => match script::locate(&path) {
            Ok(path) => print_or_fail(engine::disassemble(&path)),
            Err(fault) => fail(&fault.message, fault.status),
        },
        Ok(Action::Version) => print_or_fail(Ok(format!("{}\n", help::VERSION))),
        Ok(Action::Help) => print_or_fail(Ok(format!("{}\n{}\n", help::USAGE, help::OPTIONS))),
        Err(error) => {
            eprintln!("{error}\n{}\nTry `weft -h' for more information.", help::USAGE);
            BAD_USAGE
        }
    }
}

/// Runs a program, and goes on at the prompt where that is asked for.
fn run_program(run: &Run) -> i32 {
    let file = match &run.source {
        Source::File(path) => match script::locate(path) {
            Ok(path) => Some(path),
            Err(fault) => return fail(&fault.message, fault.status),
        },
        _ => None,
    };
    let mut engine = match engine::start(run) {
        Ok(engine) => engine,
        Err(message) => return fail(&message, INTERNAL_FAULT),
    };
    let status = match (&run.source, file) {
        (_, Some(path)) => engine.run_file(&path),
        (Source::Command(command), _) => engine.run_command(command),
        (Source::Module(name), _) => engine.run_module(name),
        (Source::Unnamed, _) if run.inspect || io::stdin().is_terminal() => {
            let status = prompt(engine.as_mut(), run.quiet);
            return engine.finish(status);
        }
        _ => engine.run_stdin(),
    };
    let status = if run.inspect { prompt(engine.as_mut(), true) } else { status };
    engine.finish(status)
}

/// Reads statements from the terminal, or from standard input if that is none.
fn prompt(engine: &mut dyn Engine, quiet: bool) -> i32 {
    if !quiet {
        eprintln!("{}\nStatements may use await. Leave with Ctrl-D or exit.", help::VERSION);
    }
    if io::stdin().is_terminal() && io::stdout().is_terminal() {
        match repl::Terminal::open() {
            Ok(mut terminal) => return repl::repl(engine, &mut terminal),
            Err(error) => eprintln!("weft: line editing is not available: {error}"),
        }
    }
    repl::repl(engine, &mut repl::Plain::new(io::stdin().lock()))
}

/// Writes a text to standard output. A reader that has gone away is no error of ours.
fn print_or_fail(text: Result<String, String>) -> i32 {
    match text {
        Ok(text) => match io::stdout().write_all(text.as_bytes()) {
            Ok(()) => 0,
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => 0,
            Err(error) => fail(&error.to_string(), 1),
        },
        Err(message) => {
            eprintln!("{}", message.trim_end());
            1
        }
    }
}

fn fail(message: &str, status: i32) -> i32 {
    eprintln!("weft: {message}");
    status
}
