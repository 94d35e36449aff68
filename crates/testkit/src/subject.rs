//! The interpreter a suite runs, and one run of it.

use std::ffi::{OsStr, OsString};
use std::io::{self, Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use wait_timeout::ChildExt;

/// How long one run may take before it counts as a deadlock.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long after its sign a program is interrupted: by then it has left the call that printed it.
const SETTLE: Duration = Duration::from_millis(100);

/// The interpreter under test.
#[derive(Clone, Debug)]
pub enum Subject {
    /// A `weft` binary.
    Weft(PathBuf),
    /// The CPython 3.13 that says what is right.
    Oracle(PathBuf),
}

impl Subject {
    /// CPython when `WEFT_ORACLE` names one, the binary in `WEFT_BIN` when that is set, otherwise `built`.
    #[must_use]
    pub fn from_env(built: &str) -> Self {
        let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        if let Some(oracle) = set("WEFT_ORACLE") {
            return Self::Oracle(oracle);
        }
        Self::Weft(set("WEFT_BIN").unwrap_or_else(|| PathBuf::from(built)))
    }

    /// Whether this is CPython.
    #[must_use]
    pub fn is_oracle(&self) -> bool {
        matches!(self, Self::Oracle(_))
    }

    fn executable(&self) -> &Path {
        match self {
            Self::Weft(path) | Self::Oracle(path) => path,
        }
    }

    /// A run with `arguments`, to be refined and started.
    pub fn invoke<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Invocation {
        Invocation {
            executable: self.executable().to_owned(),
            arguments: arguments.into_iter().map(|argument| argument.as_ref().to_owned()).collect(),
            input: Vec::new(),
            directory: None,
            patience: PATIENCE,
            interrupt_after: None,
        }
    }
}

/// One run of an interpreter, not yet started.
#[derive(Clone, Debug)]
pub struct Invocation {
    executable: PathBuf,
    arguments: Vec<OsString>,
    input: Vec<u8>,
    directory: Option<PathBuf>,
    patience: Duration,
    interrupt_after: Option<String>,
}

impl Invocation {
    /// What the run reads from its standard input; nothing by default.
    #[must_use]
    pub fn input(mut self, input: impl Into<Vec<u8>>) -> Self {
        self.input = input.into();
        self
    }

    /// The directory the run starts in.
    #[must_use]
    pub fn directory(mut self, directory: impl Into<PathBuf>) -> Self {
        self.directory = Some(directory.into());
        self
    }

    /// How long the run may take.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Sends an interrupt, as Ctrl-C does, shortly after standard output contains `marker`.
    #[must_use]
    pub fn interrupt_after(mut self, marker: impl Into<String>) -> Self {
        self.interrupt_after = Some(marker.into());
        self
    }

    /// The command, with an environment in which output is UTF-8 and nothing of the user's settings is seen.
    #[must_use]
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.executable);
        command.args(&self.arguments).env("LC_ALL", "C.UTF-8").process_group(0);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PYTHON") {
                command.env_remove(name);
            }
        }
        if let Some(directory) = &self.directory {
            command.current_dir(directory);
        }
        command
    }

    /// Runs to the end, or to the end of patience.
    pub fn run(self) -> io::Result<Outcome> {
        let mut command = self.command();
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        let writer = child.stdin.take().map(|mut pipe| {
            let input = self.input;
            // A run that ends without reading its input closes the pipe: not an error of the test.
            thread::spawn(move || drop(pipe.write_all(&input)))
        });
        let pid = Pid::from_child(&child);
        let stdout = child.stdout.take().map(|pipe| collect(pipe, self.interrupt_after, pid));
        let stderr = child.stderr.take().map(|pipe| collect(pipe, None, pid));
        let end = wait(&mut child, self.patience)?;
        if let Some(writer) = writer {
            drop(writer.join());
        }
        Ok(Outcome { stdout: joined(stdout), stderr: joined(stderr), end })
    }
}

/// Sends an interrupt, as Ctrl-C does.
pub fn interrupt(child: &Child) {
    // A process that has ended already is not there to be interrupted.
    let _ = kill_process(Pid::from_child(child), Signal::INT);
}

/// Waits for the end of a process in its own group; kills the group when patience ends first.
pub fn wait(child: &mut Child, patience: Duration) -> io::Result<End> {
    if let Some(status) = child.wait_timeout(patience)? {
        return Ok(End::from(status));
    }
    // The whole group, so that a grandchild does not keep the pipes open.
    let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
    child.wait()?;
    Ok(End::TimedOut(patience))
}

/// Reads a pipe to its end on a thread; interrupts `pid` once the text read so far contains `marker`.
fn collect(mut pipe: impl Read + Send + 'static, mut marker: Option<String>, pid: Pid) -> JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut all = Vec::new();
        let mut chunk = vec![0; 64 * 1024];
        while let Ok(count @ 1..) = pipe.read(&mut chunk) {
            all.extend_from_slice(&chunk[..count]);
            if marker.as_ref().is_some_and(|marker| String::from_utf8_lossy(&all).contains(marker.as_str())) {
                marker = None;
                thread::sleep(SETTLE);
                let _ = kill_process(pid, Signal::INT);
            }
        }
        all
    })
}

fn joined(reader: Option<JoinHandle<Vec<u8>>>) -> Vec<u8> {
    reader.and_then(|reader| reader.join().ok()).unwrap_or_default()
}

/// How a run ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum End {
    /// It exited with this status.
    Status(i32),
    /// A signal killed it.
    Signal(i32),
    /// It was killed after this long.
    TimedOut(Duration),
}

impl From<ExitStatus> for End {
    fn from(status: ExitStatus) -> Self {
        match (status.code(), status.signal()) {
            (Some(code), _) => Self::Status(code),
            (None, signal) => Self::Signal(signal.unwrap_or_default()),
        }
    }
}

impl std::fmt::Display for End {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Status(code) => write!(f, "status {code}"),
            Self::Signal(signal) => write!(f, "killed by signal {signal}"),
            Self::TimedOut(patience) => write!(f, "no end within {} s", patience.as_secs()),
        }
    }
}

/// What a run wrote and how it ended.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// All of standard output.
    pub stdout: Vec<u8>,
    /// All of standard error.
    pub stderr: Vec<u8>,
    /// How it ended.
    pub end: End,
}

impl Outcome {
    /// Standard output as text; bytes that are not UTF-8 show as U+FFFD.
    #[must_use]
    pub fn stdout_text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// Standard error as text; bytes that are not UTF-8 show as U+FFFD.
    #[must_use]
    pub fn stderr_text(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }
}
