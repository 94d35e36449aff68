//! Runs a command to its end and tells what it cost.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};
use wait4::Wait4;

/// A run that ended well.
#[derive(Clone, Debug)]
pub struct Run {
    /// User and system time of the process, in seconds.
    pub cpu: f64,
    /// The user time alone.
    pub user: f64,
    pub wall: f64,
    /// The peak of resident memory, in bytes.
    pub peak: u64,
    pub output: String,
}

/// Runs a command; what it prints goes to files, so that nothing has to be read while it runs. The error says why there
/// is nothing to measure.
pub fn run(mut command: Command, timeout: Duration) -> Result<Run, String> {
    let capture = || tempfile::tempfile().map_err(|error| format!("no temporary file: {error}"));
    let (mut out, mut err) = (capture()?, capture()?);
    let share = |file: &File| file.try_clone().map(Stdio::from).map_err(|error| error.to_string());
    command.stdin(Stdio::null()).stdout(share(&out)?).stderr(share(&err)?).process_group(0);
    let begun = Instant::now();
    let child = command.spawn().map_err(|error| format!("{}: {error}", command.get_program().display()))?;
    let (ended, wait) = mpsc::channel::<()>();
    let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let watch = thread::spawn(move || {
        let late = wait.recv_timeout(timeout) == Err(mpsc::RecvTimeoutError::Timeout);
        if late && let Some(group) = group {
            // Where it is gone already, there is nobody to stop.
            let _ = kill_process_group(group, Signal::KILL);
        }
        late
    });
    let used = child.wait4();
    let wall = begun.elapsed().as_secs_f64();
    drop(ended);
    let late = watch.join().unwrap_or(false);
    let used = used.map_err(|error| error.to_string())?;
    if late {
        return Err(format!("no end after {} s", timeout.as_secs()));
    }
    if !used.status.success() {
        let code = match (used.status.code(), used.status.signal()) {
            (Some(code), _) => format!("exit status {code}"),
            (None, signal) => format!("signal {}", signal.unwrap_or_default()),
        };
        return Err(format!("{code}: {}", last_line(&read_back(&mut err))));
    }
    let user = used.rusage.utime.as_secs_f64();
    let cpu = user + used.rusage.stime.as_secs_f64();
    Ok(Run { cpu, user, wall, peak: used.rusage.maxrss, output: read_back(&mut out).trim_end().to_owned() })
}

fn read_back(file: &mut File) -> String {
    let mut bytes = Vec::new();
    let read = file.rewind().and_then(|()| file.read_to_end(&mut bytes));
    let read: io::Result<usize> = read;
    match read {
        Ok(_) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) => format!("(unreadable: {error})"),
    }
}

fn last_line(text: &str) -> String {
    let line = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("no message");
    line.trim().chars().take(160).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str, timeout: u64) -> Result<Run, String> {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        run(command, Duration::from_secs(timeout))
    }

    #[test]
    fn output_and_cost_are_told() {
        let done = shell("printf 'one\\ntwo\\n'; echo aside >&2", 60).expect("a run");
        assert_eq!(done.output, "one\ntwo");
        assert!(done.cpu < 60.0 && done.wall < 60.0 && done.peak > 100_000, "{done:?}");
    }

    #[test]
    fn the_reason_of_a_failure_is_told() {
        assert_eq!(shell("echo no luck >&2; echo >&2; exit 3", 60).unwrap_err(), "exit status 3: no luck");
        assert_eq!(shell("kill -9 $$", 60).unwrap_err(), "signal 9: no message");
        assert_eq!(shell("sleep 60", 1).unwrap_err(), "no end after 1 s");
        assert!(run(Command::new("/no/such/command"), Duration::from_secs(1)).is_err());
    }
}
