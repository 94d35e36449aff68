//! `cargo xtask bench`: all programs under all interpreters.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::options::Bench;
use crate::peers::{self, Peer};
use crate::process::{self, Run};
use crate::programs::{self, GROUPS, Program};
use crate::progress::Progress;
use crate::results::{Figures, Interpreter, Measured, Outcome, Results};
use crate::statistics::median;
use crate::{Result, chart, report};

/// The programs of the start group run so many times more often: they are short.
const START_RUNS: usize = 5;

/// Measures, shows the tables and writes what was asked for. False if what programs print differs, or if Weft or the
/// yardstick could not run one.
pub fn run(options: &Bench) -> Result<bool> {
    let programs = programs::find(&options.programs, &options.wanted, &GROUPS)?;
    let found = peers::find(options.weft.as_deref(), &options.peers, options.only.as_deref())?;
    for name in &found.absent {
        eprintln!("xtask: {name} was not found and is left out");
    }
    let results = measure_all(options, &programs, &found)?;
    let text = report::markdown(&results);
    print!("{text}");
    if let Some(path) = &options.json {
        write(path, &format!("{}\n", serde_json::to_string_pretty(&results)?))?;
    }
    if let Some(path) = &options.markdown {
        write(path, &text)?;
    }
    if let Some(path) = &options.svg {
        write(path, &chart::draw(&results))?;
    }
    let counts = |peer: &str| peer == results.yardstick() || peer == "Weft";
    let bad = results.failures().any(|(_, peer, reason)| counts(peer) || reason.starts_with(DIFFERENT));
    Ok(!bad)
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()).into())
}

fn measure_all(options: &Bench, programs: &[Program], found: &peers::Found) -> Result<Results> {
    let progress = Progress::new();
    let folder = tempfile::tempdir()?;
    let interpreter = |peer: &Peer| Interpreter { name: peer.name.clone(), version: peer.version.clone() };
    let mut results = Results {
        machine: processor(),
        rounds: options.rounds,
        scale: options.scale,
        peers: found.peers.iter().map(interpreter).collect(),
        absent: found.absent.clone(),
        programs: Vec::new(),
    };
    for (i, program) in programs.iter().enumerate() {
        let peers = found.peers.iter().filter(|peer| peer.group.is_none_or(|group| group == program.group()));
        let mut rounds = Rounds::new(options, program, peers.collect(), folder.path())?;
        for turn in 0..rounds.count() {
            let place = format!("{} of {}: {}", i + 1, programs.len(), program.name);
            rounds.turn(turn, &|peer| progress.show(&format!("{place}, round {}, {peer}", turn + 1)));
        }
        results.programs.push(rounds.finish());
    }
    Ok(results)
}

fn processor() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    format!("{} ({cores} cores)", model.map_or(std::env::consts::ARCH, |(_, name)| name))
}

/// How the reason of a failure begins where the output differs.
const DIFFERENT: &str = "printed";

/// The rounds of one program.
struct Rounds<'a> {
    options: &'a Bench,
    program: &'a Program,
    path: std::path::PathBuf,
    /// The program with a tenth of N, where bytes for each item are asked for.
    smaller: Option<std::path::PathBuf>,
    contenders: Vec<Contender<'a>>,
    /// What the yardstick printed.
    expected: Option<String>,
}

struct Contender<'a> {
    peer: &'a Peer,
    runs: Vec<Run>,
    /// Peaks of memory with a tenth of N.
    less: Vec<f64>,
    failure: Option<String>,
}

impl<'a> Rounds<'a> {
    fn new(options: &'a Bench, program: &'a Program, peers: Vec<&'a Peer>, folder: &Path) -> Result<Rounds<'a>> {
        let contender = |peer| Contender { peer, runs: Vec::new(), less: Vec::new(), failure: None };
        let smaller = match program.group() {
            "mem" => Some(program.sized(program.size_at(options.scale / 10.0), folder)?),
            _ => None,
        };
        let path = program.sized(program.size_at(options.scale), folder)?;
        let contenders = peers.into_iter().map(contender).collect();
        Ok(Rounds { options, program, path, smaller, contenders, expected: None })
    }

    fn count(&self) -> usize {
        self.options.rounds * if self.program.group() == "start" { START_RUNS } else { 1 }
    }

    /// Runs each once. The order turns from round to round; the yardstick is first in the first, because the others
    /// are held against what it prints.
    fn turn(&mut self, turn: usize, show: &dyn Fn(&str)) {
        let count = self.contenders.len();
        for i in 0..count {
            let contender = &mut self.contenders[(turn + i) % count];
            if contender.failure.is_some() {
                continue;
            }
            show(&contender.peer.name);
            let done = process::run(contender.peer.command(&self.path), self.options.timeout);
            let done = done.and_then(|run| {
                let expected = self.expected.get_or_insert_with(|| run.output.clone());
                if run.output == *expected { Ok(run) } else { Err(difference(&run.output, expected)) }
            });
            match done {
                Ok(run) => contender.runs.push(run),
                Err(reason) => contender.failure = Some(reason),
            }
            if let Some(path) = &self.smaller
                && let Ok(run) = process::run(contender.peer.command(path), self.options.timeout)
            {
                contender.less.push(run.peak as f64);
            }
        }
    }

    fn finish(self) -> Measured {
        let size = self.program.size_at(self.options.scale);
        let tenth = self.program.size_at(self.options.scale / 10.0);
        let more = size.zip(tenth).map(|(size, tenth)| size.saturating_sub(tenth));
        let outcome = |contender: Contender| {
            let outcome = match contender.failure {
                Some(reason) => Outcome::Failed(reason),
                None => contender.figures(more),
            };
            (contender.peer.name.clone(), outcome)
        };
        let outcomes: BTreeMap<String, Outcome> = self.contenders.into_iter().map(outcome).collect();
        Measured { name: self.program.name.clone(), size, outcomes }
    }
}

impl Contender<'_> {
    /// `more`: by how many items the runs differ from the smaller ones.
    fn figures(&self, more: Option<u64>) -> Outcome {
        let of = |value: fn(&Run) -> f64| median(self.runs.iter().map(value));
        let (Some(cpu), Some(wall), Some(peak)) = (of(|run| run.cpu), of(|run| run.wall), of(|run| run.peak as f64))
        else {
            return Outcome::Failed("no run".to_owned());
        };
        let less = median(self.less.iter().copied());
        let bytes_each = less.zip(more.filter(|more| *more > 0)).map(|(less, more)| (peak - less) / more as f64);
        let cpu_runs = self.runs.iter().map(|run| run.cpu).collect();
        Outcome::Figures(Figures { cpu, wall, peak, bytes_each, cpu_runs })
    }
}

fn difference(printed: &str, expected: &str) -> String {
    let start = |text: &str| text.chars().take(60).collect::<String>();
    format!("{DIFFERENT} {:?}, not {:?}", start(printed), start(expected))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contender(peaks: &[u64], less: &[f64], peer: &Peer) -> Outcome {
        let run = |(i, &peak): (usize, &u64)| Run { cpu: i as f64, user: 0.0, wall: 1.0, peak, output: String::new() };
        let runs = peaks.iter().enumerate().map(run).collect();
        Contender { peer, runs, less: less.to_vec(), failure: None }.figures(Some(9))
    }

    #[test]
    fn bytes_for_each_item_come_from_two_sizes() {
        let peer = Peer { name: "x".into(), version: String::new(), command: Vec::new(), group: None };
        let Outcome::Figures(figures) = contender(&[1000, 1900, 1600], &[700.0], &peer) else { panic!("failed") };
        assert_eq!((figures.cpu, figures.peak, figures.bytes_each), (1.0, 1600.0, Some(100.0)));
        assert!(matches!(contender(&[], &[], &peer), Outcome::Failed(_)));
        let Outcome::Figures(figures) = contender(&[5], &[], &peer) else { panic!("failed") };
        assert_eq!(figures.bytes_each, None);
    }

    #[test]
    fn other_output_and_failures_are_told() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("py_echo.py");
        fs::write(&path, "N = 10\n")?;
        let program = Program::load(&path)?;
        let words = ["bench", "--rounds", "2", "--scale", "0.5"];
        let Ok(crate::options::Task::Bench(options)) = crate::options::parse(words) else { panic!("no options") };
        let peer = |name: &str, script: &str| Peer {
            name: name.into(),
            version: String::new(),
            command: ["sh", "-c", script].map(Into::into).to_vec(),
            group: None,
        };
        let peers = [peer("first", "cat $0"), peer("same", "cat $0"), peer("other", "echo hm"), peer("bad", "exit 4")];
        let mut rounds = Rounds::new(&options, &program, peers.iter().collect(), folder.path())?;
        for turn in 0..rounds.count() {
            rounds.turn(turn, &|_| {});
        }
        let measured = rounds.finish();
        assert_eq!(measured.figures("same").map(|figures| figures.cpu_runs.len()), Some(2));
        let failed = |name: &str| match &measured.outcomes[name] {
            Outcome::Failed(reason) => reason.clone(),
            Outcome::Figures(_) => String::new(),
        };
        assert_eq!(failed("first"), "");
        assert_eq!(failed("other"), "printed \"hm\", not \"N = 5\"");
        assert_eq!(failed("bad"), "exit status 4: no message");
        Ok(())
    }
}
