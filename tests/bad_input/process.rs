//! What happens around the program: names that lead nowhere, wrong options, pipes that close, signals.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use libtest_mimic::Failed;
use weft_testkit::{End, Outcome, Subject, last_line};

use crate::case::{describe, survived};

/// A name and a check.
pub type ProcessCase = (&'static str, fn(&Subject) -> Result<(), Failed>);

/// What may happen around a program.
pub const CASES: &[ProcessCase] = &[
    ("a_missing_file", missing_file),
    ("a_folder", folder),
    ("a_path_through_a_file", not_a_folder),
    ("wrong_options", wrong_options),
    ("a_reader_that_leaves", broken_pipe),
    ("a_disk_that_is_full", full_disk),
    ("no_input", no_input),
    ("exit_statuses", exit_statuses),
    ("an_interrupt_in_a_loop", |subject| interrupted(subject, "print('go', flush=True)\nwhile True: pass", "go\n")),
    ("an_interrupt_in_a_generator", |subject| interrupted(subject, ENDLESS_GENERATOR, "go\n")),
    ("an_interrupt_in_a_sleep", |subject| {
        interrupted(subject, "import time\nprint('go', flush=True)\ntime.sleep(60)", "go\n")
    }),
    ("an_interrupt_runs_finally", |subject| interrupted(subject, FINALLY, "go\ntidy\n")),
    ("an_interrupt_cancels_the_main_task", |subject| interrupted(subject, SLEEPING_TASK, "go\ncancelled\n")),
    ("an_interrupt_in_a_busy_task", |subject| interrupted(subject, BUSY_TASK, "go\n")),
    ("an_interrupt_may_be_caught", caught_interrupt),
];

const ENDLESS_GENERATOR: &str = "def g():\n    while True: yield\nprint('go', flush=True)\nfor _ in g(): pass";
const FINALLY: &str = "print('go', flush=True)\ntry:\n    while True: pass\nfinally:\n    print('tidy')";
const SLEEPING_TASK: &str = "\
import asyncio
async def main():
    print('go', flush=True)
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        print('cancelled')
        raise
asyncio.run(main())";
const BUSY_TASK: &str = "\
import asyncio
async def main():
    print('go', flush=True)
    while True:
        await asyncio.sleep(0)
asyncio.run(main())";

/// Compares the status and the end of the last line of standard error: what is before it names the interpreter.
fn expect(outcome: &Outcome, status: i32, error: &str) -> Result<(), Failed> {
    survived(outcome)?;
    if outcome.end == End::Status(status) && last_line(&outcome.stderr_text()).ends_with(error) {
        return Ok(());
    }
    Err(format!("{}\nright would be: status {status}, {error:?}", describe(outcome)).into())
}

fn missing_file(subject: &Subject) -> Result<(), Failed> {
    let folder = fs::canonicalize(env!("CARGO_TARGET_TMPDIR"))?;
    let outcome = subject.invoke(["nope.py"]).directory(&folder).run()?;
    let path = folder.join("nope.py");
    expect(&outcome, 2, &format!(": can't open file '{}': [Errno 2] No such file or directory", path.display()))
}

fn folder(subject: &Subject) -> Result<(), Failed> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("folder");
    fs::create_dir_all(&folder)?;
    let outcome = subject.invoke([&folder]).run()?;
    expect(&outcome, 1, &format!(": can't find '__main__' module in '{}'", folder.display()))
}

fn not_a_folder(subject: &Subject) -> Result<(), Failed> {
    // Permissions do not stop root, so the path leads through something that is no folder.
    let path = Path::new("/dev/null/nope.py");
    let outcome = subject.invoke([path]).run()?;
    expect(&outcome, 2, ": can't open file '/dev/null/nope.py': [Errno 20] Not a directory")
}

fn wrong_options(subject: &Subject) -> Result<(), Failed> {
    for (arguments, message) in [
        (&["-z"][..], "Unknown option: -z"),
        (&["--nonsense"], "unknown option --nonsense"),
        (&["-c"], "Argument expected for the -c option"),
        (&["-X"], "Argument expected for the -X option"),
    ] {
        let outcome = subject.invoke(arguments).run()?;
        let stderr = outcome.stderr_text();
        if stderr.lines().next() != Some(message) || !stderr.contains("\nusage: ") {
            return Err(describe(&outcome).into());
        }
        expect(&outcome, 2, " -h' for more information.")?;
    }
    Ok(())
}

/// As under `weft … | head -1`.
fn broken_pipe(subject: &Subject) -> Result<(), Failed> {
    let invocation = subject.invoke(["-c", "for i in range(10**6): print(i)"]);
    let mut child = invocation.command().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let mut reader = BufReader::new(child.stdout.take().ok_or("no pipe")?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    drop(reader);
    let mut stderr = Vec::new();
    child.stderr.take().ok_or("no pipe")?.read_to_end(&mut stderr)?;
    let outcome = Outcome { stdout: line.into_bytes(), stderr, end: child.wait()?.into() };
    if outcome.stdout != b"0\n" {
        return Err(describe(&outcome).into());
    }
    expect(&outcome, 1, "BrokenPipeError: [Errno 32] Broken pipe")
        .or_else(|_| expect(&outcome, 120, "BrokenPipeError: [Errno 32] Broken pipe"))
}

fn full_disk(subject: &Subject) -> Result<(), Failed> {
    let full = fs::File::options().write(true).open("/dev/full")?;
    let output = subject.invoke(["-c", "print('x' * 100000)"]).command().stdin(Stdio::null()).stdout(full).output()?;
    let outcome = Outcome { stdout: output.stdout, stderr: output.stderr, end: output.status.into() };
    expect(&outcome, 1, "OSError: [Errno 28] No space left on device")
        .or_else(|_| expect(&outcome, 120, "OSError: [Errno 28] No space left on device"))
}

fn no_input(subject: &Subject) -> Result<(), Failed> {
    expect(&subject.invoke(["-c", "input()"]).run()?, 1, "EOFError: EOF when reading a line")
}

fn exit_statuses(subject: &Subject) -> Result<(), Failed> {
    for (argument, status, message) in [
        ("", 0, ""),
        ("0", 0, ""),
        ("7", 7, ""),
        ("300", 44, ""),
        ("-1", 255, ""),
        ("True", 1, ""),
        ("'gone'", 1, "gone"),
        ("[1, 2]", 1, "[1, 2]"),
    ] {
        let outcome = subject.invoke(["-c", &format!("import sys; sys.exit({argument})")]).run()?;
        expect(&outcome, status, message)?;
    }
    Ok(())
}

/// Ctrl-C once `go` has been printed. CPython then dies of the signal, which a shell shows as status 130.
fn interrupted(subject: &Subject, program: &str, stdout: &str) -> Result<(), Failed> {
    let outcome = subject.invoke(["-c", program]).interrupt_after("go\n").run()?;
    let ended = matches!(outcome.end, End::Signal(2) | End::Status(130));
    if ended && outcome.stdout_text() == stdout && last_line(&outcome.stderr_text()) == "KeyboardInterrupt" {
        return Ok(());
    }
    Err(describe(&outcome).into())
}

fn caught_interrupt(subject: &Subject) -> Result<(), Failed> {
    let program = "\
try:
    print('go', flush=True)
    while True: pass
except KeyboardInterrupt as error:
    print('caught', repr(error))";
    let outcome = subject.invoke(["-c", program]).interrupt_after("go\n").run()?;
    expect(&outcome, 0, "")?;
    if outcome.stdout_text() == "go\ncaught KeyboardInterrupt()\n" { Ok(()) } else { Err(describe(&outcome).into()) }
}
