//! A script and the endings that are right for it.

use std::borrow::Cow;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use libtest_mimic::Failed;
use weft_testkit::{End, Outcome, Subject, last_line};

/// Ten megabytes of source are allowed to take a while, in a debug build on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// A script and the endings that are right for it: CPython's first.
pub struct Case {
    /// Its name, and that of its file.
    pub name: &'static str,
    /// Its text.
    pub source: Source,
    /// The endings that are right.
    pub endings: &'static [Ending],
}

/// The text of a script.
pub enum Source {
    /// As it stands.
    Text(&'static str),
    /// As it stands, and perhaps no text at all.
    Bytes(&'static [u8]),
    /// Too long to be written down.
    Made(fn() -> Vec<u8>),
}

impl Source {
    fn bytes(&self) -> Cow<'static, [u8]> {
        match *self {
            Self::Text(text) => text.as_bytes().into(),
            Self::Bytes(bytes) => bytes.into(),
            Self::Made(make) => make().into(),
        }
    }
}

/// A right way to end.
#[derive(Debug)]
pub enum Ending {
    /// Status 0, nothing on standard error, and this on standard output.
    Prints(&'static str),
    /// Status 1, and a last line of standard error that starts like this.
    Fails(&'static str),
}

/// How CPython answers source that is nested too deeply for its parser or its compiler.
pub const TOO_DEEP: Ending = Ending::Fails("RecursionError: maximum recursion depth exceeded during compilation");
/// The same, earlier.
pub const TOO_COMPLEX: Ending = Ending::Fails("MemoryError");

impl Case {
    /// Runs the script and compares.
    pub fn check(&self, group: &str, subject: &Subject) -> Result<(), Failed> {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(group);
        fs::create_dir_all(&folder)?;
        let file = folder.join(format!("{}.py", self.name));
        fs::write(&file, self.source.bytes())?;
        let outcome = subject.invoke([&file]).patience(PATIENCE).run()?;
        survived(&outcome)?;
        if self.endings.iter().any(|ending| ending.matches(&outcome)) {
            return Ok(());
        }
        Err(format!("{}\nright would be: {:?}", describe(&outcome), self.endings).into())
    }
}

impl Ending {
    fn matches(&self, outcome: &Outcome) -> bool {
        match self {
            Self::Prints(text) => {
                outcome.end == End::Status(0) && outcome.stderr.is_empty() && outcome.stdout == text.as_bytes()
            }
            Self::Fails(start) => outcome.end == End::Status(1) && last_line(&outcome.stderr_text()).starts_with(start),
        }
    }
}

/// Whatever the input: no signal, no hang, no panic.
pub fn survived(outcome: &Outcome) -> Result<(), Failed> {
    let panicked = outcome.stderr_text().contains("panicked at");
    match outcome.end {
        End::Status(_) if !panicked => Ok(()),
        _ => Err(describe(outcome).into()),
    }
}

/// The outcome in a few lines.
pub fn describe(outcome: &Outcome) -> String {
    let head: String = outcome.stdout_text().chars().take(200).collect();
    let stderr = outcome.stderr_text();
    let tail: Vec<&str> = stderr.lines().rev().take(5).collect();
    format!("{}\nstdout: {head:?}\nstderr, last line first: {tail:#?}", outcome.end)
}
