//! What was measured, as `--json` writes it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::programs::group_of;
use crate::statistics::geometric_mean;

#[derive(Debug, Default, Deserialize, Serialize)]
pub struct Results {
    /// The processor.
    pub machine: String,
    pub rounds: usize,
    pub scale: f64,
    /// The first is the yardstick.
    pub peers: Vec<Interpreter>,
    pub absent: Vec<String>,
    pub programs: Vec<Measured>,
}

#[derive(Debug, Deserialize, Serialize)]
pub struct Interpreter {
    pub name: String,
    pub version: String,
}

/// A program under all interpreters that ran it.
#[derive(Debug, Deserialize, Serialize)]
pub struct Measured {
    pub name: String,
    pub size: Option<u64>,
    pub outcomes: BTreeMap<String, Outcome>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    Figures(Figures),
    Failed(String),
}

/// Medians over the rounds.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Figures {
    /// Seconds of user and system time.
    pub cpu: f64,
    pub wall: f64,
    /// Bytes of resident memory at its peak.
    pub peak: f64,
    /// Bytes that one more item takes, where that was asked.
    pub bytes_each: Option<f64>,
    /// The seconds of each round.
    pub cpu_runs: Vec<f64>,
}

impl Results {
    pub fn load(path: &Path) -> Result<Results> {
        let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?)
    }

    pub fn yardstick(&self) -> &str {
        self.peers.first().map_or("", |peer| &peer.name)
    }

    /// The programs of a group.
    pub fn group<'a>(&'a self, group: &'a str) -> impl Iterator<Item = &'a Measured> {
        self.programs.iter().filter(move |program| group_of(&program.name) == group)
    }

    /// CPU seconds under an interpreter by those under the yardstick.
    pub fn ratio(&self, program: &Measured, peer: &str) -> Option<f64> {
        let base = program.figures(self.yardstick())?.cpu;
        (base > 0.0).then_some(program.figures(peer)?.cpu / base)
    }

    /// The geometric mean of a group's ratios, and how many there are.
    pub fn mean_ratio(&self, group: &str, peer: &str) -> Option<(f64, usize)> {
        let ratios: Vec<f64> = self.group(group).filter_map(|program| self.ratio(program, peer)).collect();
        Some((geometric_mean(ratios.iter().copied())?, ratios.len()))
    }

    /// What failed: program, interpreter, reason.
    pub fn failures(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.programs.iter().flat_map(|program| {
            program.outcomes.iter().filter_map(|(peer, outcome)| match outcome {
                Outcome::Failed(reason) => Some((program.name.as_str(), peer.as_str(), reason.as_str())),
                Outcome::Figures(_) => None,
            })
        })
    }
}

impl Measured {
    pub fn figures(&self, peer: &str) -> Option<&Figures> {
        match self.outcomes.get(peer)? {
            Outcome::Figures(figures) => Some(figures),
            Outcome::Failed(_) => None,
        }
    }
}

/// Results of two interpreters, for tests.
#[cfg(test)]
pub fn sample() -> Results {
    let figures = |cpu| {
        let peak = 3.0 * f64::from(1 << 20);
        Outcome::Figures(Figures { cpu, wall: cpu, peak, bytes_each: Some(100.0), cpu_runs: vec![cpu] })
    };
    let program = |name: &str, base, weft: Option<f64>| Measured {
        name: name.to_owned(),
        size: Some(10),
        outcomes: BTreeMap::from([
            ("CPython".to_owned(), figures(base)),
            ("Weft".to_owned(), weft.map_or(Outcome::Failed("exit status 1: Oh".to_owned()), figures)),
        ]),
    };
    let peer = |name: &str| Interpreter { name: name.to_owned(), version: "1".to_owned() };
    Results {
        machine: "a <machine> & more".to_owned(),
        rounds: 1,
        scale: 1.0,
        peers: vec![peer("CPython"), peer("Weft")],
        absent: vec!["PyPy".to_owned()],
        programs: vec![
            program("coro_a", 2.0, Some(0.5)),
            program("coro_b", 1.0, Some(1.0)),
            program("mem_c", 1.0, Some(2.0)),
            program("py_d", 1.0, None),
            program("start_e", 0.012, Some(0.003)),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_to_the_yardstick_and_failures_have_none() {
        let results = sample();
        assert_eq!(results.mean_ratio("coro", "Weft"), Some((0.5, 2)));
        assert_eq!(results.mean_ratio("py", "Weft"), None);
        assert_eq!(results.mean_ratio("coro", "PyPy"), None);
        assert_eq!(results.failures().collect::<Vec<_>>(), [("py_d", "Weft", "exit status 1: Oh")]);
    }

    #[test]
    fn what_is_written_can_be_read() -> Result<()> {
        let file = tempfile::NamedTempFile::new()?;
        let text = serde_json::to_string(&sample())?;
        fs::write(file.path(), &text)?;
        assert_eq!(serde_json::to_string(&Results::load(file.path())?)?, text);
        assert!(Results::load(Path::new("/no/such.json")).is_err());
        Ok(())
    }
}
