//! All programs, once as ever and once with native code that waits in frames wherever it can (`-X frames`): that must come to the
//! same. What still has the language run within native code, finalisers aside, is pinned in `nested_runs.txt`, which
//! `INSTA_UPDATE=always` writes anew.
#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use libtest_mimic::{Arguments, Failed, Trial};
use weft_testkit::{Detail, Outcome, Program, Subject, programs_of_suite, report, workspace_root};

/// Trace functions run within native code, and are compared elsewhere.
const LEFT_OUT: &str = "tracing";

const TABLE: &str = "tests/nested_runs.txt";

/// What stands in front of the counts.
const COUNTS: &str = "             count  share  instruction\n";
const NESTED_RUNS: &str = "             count  share  nested run\n";

const PATIENCE: Duration = Duration::from_secs(120);

/// The rows of nested runs of each program that has any.
type Rows = BTreeMap<String, Vec<String>>;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let folder = workspace_root().join("programs");
    let programs = match programs_of_suite(&folder) {
        Ok(programs) => programs,
        Err(failure) => return failure,
    };
    let pinned = Arc::new(read_table());
    let seen = Arc::new(Mutex::new(Rows::clone(&pinned)));
    let updates = std::env::var("INSTA_UPDATE").is_ok_and(|how| how == "always");
    let trials = programs.into_iter().filter(|program| program.topic != LEFT_OUT).map(|program| {
        let (pinned, seen) = (pinned.clone(), seen.clone());
        let name = format!("{}/{}", program.topic, program.name);
        Trial::test(name.clone(), move || {
            let rows = compare(&program)?;
            let expected = pinned.get(&name).cloned().unwrap_or_default();
            if updates {
                note(&seen, name, rows);
            } else if rows != expected {
                return Err(format!("nested runs: {rows:#?}, where {TABLE} has {expected:#?}").into());
            }
            Ok(())
        })
    });
    let conclusion = libtest_mimic::run(&arguments, trials.collect());
    if updates && let Ok(rows) = seen.lock() {
        write_table(&rows);
    }
    conclusion.exit_code()
}

/// Runs a program both ways; gives its nested runs.
fn compare(program: &Program) -> Result<Vec<String>, Failed> {
    let plain = run(program, &[])?;
    let mut framed = run(program, &["-X", "frames", "--stats"])?;
    let Some(at) = framed.stderr_text().rfind(COUNTS) else { return Err("no counts were printed".into()) };
    let counts = framed.stderr.split_off(at);
    let root = workspace_root().join("programs");
    let [plain, framed] = [plain, framed].map(|outcome| report("", &outcome, Detail::WholeStderr, &root));
    if plain != framed {
        return Err(format!("as ever:\n{plain}\nwith frames only:\n{framed}").into());
    }
    let counts = String::from_utf8_lossy(&counts).into_owned();
    let rows = counts.split_once(NESTED_RUNS).map_or("", |(_, rows)| rows);
    // Each line is a count, a share and what was counted.
    let row = |line: &str| {
        let mut words = line.split_whitespace();
        let count = words.next().unwrap_or_default();
        let what: Vec<&str> = words.skip(1).collect();
        format!("{count} {}", what.join(" "))
    };
    let counted = |line: &&str| !line.ends_with(" (all)") && !line.contains("%  finaliser ");
    Ok(rows.lines().filter(counted).map(row).collect())
}

fn run(program: &Program, options: &[&str]) -> Result<Outcome, Failed> {
    let folder = workspace_root().join("programs");
    let path = program.path();
    let arguments = [options, &["--clock", "virtual", &path]].concat().into_iter().map(str::to_owned);
    let subject = Subject::Weft(env!("CARGO_BIN_EXE_weft").into());
    Ok(subject.invoke(arguments).directory(&folder).patience(PATIENCE).run()?)
}

fn note(seen: &Mutex<Rows>, name: String, rows: Vec<String>) {
    if let Ok(mut seen) = seen.lock() {
        if rows.is_empty() {
            seen.remove(&name);
        } else {
            seen.insert(name, rows);
        }
    }
}

fn read_table() -> Rows {
    let text = std::fs::read_to_string(workspace_root().join(TABLE)).unwrap_or_default();
    let mut rows = Rows::new();
    let mut name = "";
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.strip_prefix("  ") {
            Some(row) => rows.entry(name.to_owned()).or_default().push(row.to_owned()),
            None => name = line,
        }
    }
    rows
}

fn write_table(rows: &Rows) {
    let mut text = String::from(
        "# Where native code still has the language run within itself (docs/architecture.md says why): the instruction in \
         whose\n# course, and the function that runs. Written by `INSTA_UPDATE=always cargo test -p weft-cli --test frames`.\n",
    );
    for (name, rows) in rows {
        let _ = writeln!(text, "{name}\n  {}", rows.join("\n  "));
    }
    if let Err(error) = std::fs::write(workspace_root().join(TABLE), text) {
        eprintln!("{TABLE}: {error}");
    }
}
