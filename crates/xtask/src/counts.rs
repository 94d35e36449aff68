//! `cargo xtask counts`: the machine instructions that programs take, held against what was recorded.
//!
//! Times on shared machines say little about a change of a few per cent; these numbers hardly vary from run to run.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;

use crate::options::Counts;
use crate::programs::{self, Program};
use crate::progress::Progress;
use crate::{Result, peers, process, report};

/// How far a number may be off what was recorded.
const TOLERANCE: f64 = 0.03;

const HEAD: &str = "\
# Machine instructions of whole runs, start and compilation included, counted by `cargo xtask counts --update`.
# A program runs with the `n` given here; other compilers make other code, and what they count is only shown.
";

/// What is kept in `benches/counts.toml`.
#[derive(Debug, Default, Deserialize)]
struct Recorded {
    /// Of what compiler, for what processors.
    compiler: String,
    #[serde(flatten)]
    programs: BTreeMap<String, Entry>,
}

#[derive(Clone, Debug, Deserialize, PartialEq)]
struct Entry {
    n: Option<u64>,
    instructions: Option<u64>,
}

/// Counts, and shows or records the numbers. False if one differs by more than it may.
pub fn run(options: &Counts) -> Result<bool> {
    let file = programs::benches().join("counts.toml");
    let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let mut recorded: Recorded = toml::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))?;
    let weft = peers::weft(options.weft.as_deref())?;
    let compiler = compiler()?;
    let counted = count_all(options, &weft, &recorded)?;
    print!("{}", table(&recorded, &counted));
    if options.update {
        for (name, count) in &counted {
            recorded.programs.entry(name.clone()).and_modify(|entry| entry.instructions = Some(*count));
        }
        recorded.compiler = compiler;
        fs::write(&file, written(&recorded)).map_err(|error| format!("{}: {error}", file.display()))?;
        return Ok(true);
    }
    let off: Vec<&String> =
        counted.iter().filter(|(name, count)| !is_near(&recorded.programs[*name], **count)).map(|(n, _)| n).collect();
    if off.is_empty() {
        return Ok(true);
    }
    let names = off.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
    println!("more than {:.0} % off what was recorded: {names}", TOLERANCE * 100.0);
    if recorded.compiler != compiler {
        println!("that is no failure: {} is recorded, and this is {compiler}", recorded.compiler);
        return Ok(true);
    }
    println!("if this is meant: cargo xtask counts --update");
    Ok(false)
}

fn count_all(options: &Counts, weft: &Path, recorded: &Recorded) -> Result<BTreeMap<String, u64>> {
    let folder = tempfile::tempdir()?;
    let progress = Progress::new();
    let names: Vec<String> = recorded.programs.keys().cloned().collect();
    if let Some(unknown) = options.wanted.iter().find(|word| !names.contains(word)) {
        return Err(format!("{unknown} does not stand in counts.toml").into());
    }
    let mut counted = BTreeMap::new();
    for name in names.into_iter().filter(|name| options.wanted.is_empty() || options.wanted.contains(name)) {
        progress.show(&name);
        let program = Program::load(&programs::benches().join("programs").join(format!("{name}.py")))?;
        let path = program.sized(recorded.programs[&name].n, folder.path())?;
        let count = count(options, weft, &path).map_err(|error| format!("{name}: {error}"))?;
        counted.insert(name, count);
    }
    Ok(counted)
}

fn count(options: &Counts, weft: &Path, program: &Path) -> Result<u64> {
    let log = tempfile::NamedTempFile::new()?;
    let mut command = Command::new("valgrind");
    command.args(["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]);
    command.arg(format!("--log-file={}", log.path().display())).arg(weft).arg(program);
    // The environment is fixed: it is copied and searched. So are the C library's functions for memory, which it
    // chooses by processor.
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env("PYTHONHASHSEED", "0").env("GLIBC_TUNABLES", "glibc.cpu.hwcaps=-AVX2,-AVX,-ERMS,-FSRM");
    process::run(command, options.timeout)?;
    let log = fs::read_to_string(log.path())?;
    Ok(references(&log).ok_or("valgrind told no number")?)
}

/// The number of instructions in what cachegrind tells: `==1== I   refs:      23,877,890`.
fn references(log: &str) -> Option<u64> {
    let mut lines = log.lines().map(|line| line.split_whitespace().skip(1).collect::<Vec<_>>());
    let found = lines.rfind(|words| words.starts_with(&["I", "refs:"]))?;
    found.get(2)?.replace(',', "").parse().ok()
}

fn compiler() -> Result<String> {
    let output = Command::new("rustc").arg("--version").output().map_err(|error| format!("rustc: {error}"))?;
    Ok(format!("{}, {}", String::from_utf8_lossy(&output.stdout).trim(), std::env::consts::ARCH))
}

fn is_near(entry: &Entry, count: u64) -> bool {
    entry.instructions.is_some_and(|recorded| change(recorded, count).abs() <= TOLERANCE)
}

fn change(recorded: u64, count: u64) -> f64 {
    count as f64 / recorded.max(1) as f64 - 1.0
}

fn table(recorded: &Recorded, counted: &BTreeMap<String, u64>) -> String {
    let mut rows = vec![["instructions", "recorded", "counted", "change"].map(str::to_owned).to_vec()];
    for (name, count) in counted {
        let before = recorded.programs.get(name).and_then(|entry| entry.instructions);
        let change = before.map_or_else(String::new, |before| format!("{:+.2} %", change(before, *count) * 100.0));
        let before = before.map_or_else(String::new, |before| before.to_string());
        rows.push(vec![name.clone(), before, count.to_string(), change]);
    }
    report::table(&rows)
}

fn written(recorded: &Recorded) -> String {
    let mut text = format!("{HEAD}compiler = {:?}\n", recorded.compiler);
    for (name, entry) in &recorded.programs {
        let _ = writeln!(text, "\n[{name}]");
        for (key, value) in [("n", entry.n), ("instructions", entry.instructions)] {
            if let Some(value) = value {
                let _ = writeln!(text, "{key} = {value}");
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_is_found_in_what_valgrind_tells() {
        let log = "==7== Cachegrind\n==7== \n==7== I   refs:      23,877,890\n";
        assert_eq!(references(log), Some(23_877_890));
        assert_eq!(references("==7== I refs:        1,234"), Some(1234));
        assert_eq!(references("==7== nothing"), None);
    }

    #[test]
    fn what_is_written_can_be_read() -> Result<()> {
        let text = format!(
            "{HEAD}compiler = \"rustc 1, x86_64\"\n\n[py_a]\nn = 5\ninstructions = 100\n\n[start_b]\ninstructions = 7\n"
        );
        let recorded: Recorded = toml::from_str(&text)?;
        assert_eq!(recorded.programs["py_a"], Entry { n: Some(5), instructions: Some(100) });
        assert_eq!(written(&recorded), text);
        Ok(())
    }

    #[test]
    fn numbers_may_be_off_by_a_little() {
        let entry = Entry { n: None, instructions: Some(1000) };
        for (count, near) in [(1000, true), (1029, true), (971, true), (1031, false), (969, false)] {
            assert_eq!(is_near(&entry, count), near, "{count}");
        }
        assert!(!is_near(&Entry { n: None, instructions: None }, 5));
    }

    #[test]
    fn the_recorded_programs_exist() -> Result<()> {
        let recorded: Recorded = toml::from_str(&fs::read_to_string(programs::benches().join("counts.toml"))?)?;
        assert!(recorded.programs.len() >= 6);
        for (name, entry) in &recorded.programs {
            let program = Program::load(&programs::benches().join("programs").join(format!("{name}.py")))?;
            assert_eq!(program.size.is_some(), entry.n.is_some(), "{name}");
        }
        Ok(())
    }
}
