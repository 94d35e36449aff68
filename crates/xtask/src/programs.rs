//! The programs to measure: files `group_name.py`, whose line `N = …` says how much they do.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Result;

/// The groups in the order in which they are shown.
pub const GROUPS: [&str; 5] = ["coro", "loop", "mem", "py", "start"];

/// A program.
#[derive(Clone, Debug)]
pub struct Program {
    pub name: String,
    pub path: PathBuf,
    text: String,
    /// Its N.
    pub size: Option<u64>,
}

/// The folder of the repository's own programs.
pub fn benches() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).join("benches")
}

/// What stands before the first underscore.
pub fn group_of(name: &str) -> &str {
    name.split('_').next().unwrap_or(name)
}

impl Program {
    pub fn load(path: &Path) -> Result<Program> {
        let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let name = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
        let size = text.lines().find_map(size_in);
        Ok(Program { name, path: path.to_owned(), text, size })
    }

    pub fn group(&self) -> &str {
        group_of(&self.name)
    }

    /// What `name = …` at the beginning of a line gives.
    pub fn constant(&self, name: &str) -> Option<u64> {
        let value = |line: &str| number(line.strip_prefix(name)?.strip_prefix(" = ")?);
        self.text.lines().find_map(value)
    }

    /// N at another scale.
    pub fn size_at(&self, scale: f64) -> Option<u64> {
        self.size.map(|size| ((size as f64 * scale).round() as u64).max(1))
    }

    /// A copy of the program with another N; the program itself if it has none or that one.
    pub fn sized(&self, size: Option<u64>, folder: &Path) -> Result<PathBuf> {
        let Some(wanted) = size.filter(|_| size != self.size && self.size.is_some()) else {
            return Ok(self.path.clone());
        };
        let mut changed = false;
        let lines = self.text.lines().map(|line| match size_in(line) {
            Some(_) if !std::mem::replace(&mut changed, true) => format!("N = {wanted}\n"),
            _ => format!("{line}\n"),
        });
        let folder = folder.join(wanted.to_string());
        fs::create_dir_all(&folder)?;
        let copy = folder.join(format!("{}.py", self.name));
        fs::write(&copy, lines.collect::<String>())?;
        Ok(copy)
    }
}

fn size_in(line: &str) -> Option<u64> {
    number(line.strip_prefix("N = ")?)
}

fn number(text: &str) -> Option<u64> {
    text.trim().replace('_', "").parse().ok()
}

/// The programs of a folder that fit one of the words, all if there are none, by groups. A word is a group, a name, or
/// a pattern with `*`.
pub fn find(folder: &Path, wanted: &[String], groups: &[&str]) -> Result<Vec<Program>> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "py"));
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        found.push(Program::load(&path)?);
    }
    if !groups.is_empty() {
        found.retain(|program| groups.contains(&program.group()));
        found.sort_by_key(|program| groups.iter().position(|group| *group == program.group()));
    }
    for word in wanted {
        if !found.iter().any(|program| fits(program, word)) {
            return Err(format!("no program in {} fits {word}", folder.display()).into());
        }
    }
    found.retain(|program| wanted.is_empty() || wanted.iter().any(|word| fits(program, word)));
    if found.is_empty() { Err(format!("no programs in {}", folder.display()).into()) } else { Ok(found) }
}

fn fits(program: &Program, word: &str) -> bool {
    let word = word.strip_suffix(".py").unwrap_or(word);
    program.group() == word || matches(&program.name, word)
}

/// Whether a name fits a pattern, in which `*` stands for anything.
fn matches(name: &str, pattern: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return name == pattern };
    let Some(name) = name.strip_prefix(start) else { return false };
    (0..=name.len()).filter_map(|i| name.get(i..)).any(|tail| matches(tail, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_anything() {
        for (pattern, fits) in [
            ("py_fib", true),
            ("py", false),
            ("py_*", true),
            ("*fib", true),
            ("p*_*b", true),
            ("*z*", false),
            ("*", true),
        ] {
            assert_eq!(matches("py_fib", pattern), fits, "{pattern}");
        }
    }

    #[test]
    fn a_copy_differs_in_its_size_only() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("py_small.py");
        fs::write(&path, "# N = 1\nN = 2_000\nTOTAL = 50\nM = N\nN = 3\n")?;
        let program = Program::load(&path)?;
        assert_eq!((program.name.as_str(), program.group()), ("py_small", "py"));
        assert_eq!((program.size, program.size_at(0.1), program.size_at(0.0)), (Some(2000), Some(200), Some(1)));
        assert_eq!((program.constant("TOTAL"), program.constant("M")), (Some(50), None));
        assert_eq!(program.sized(Some(2000), folder.path())?, path);
        let copy = program.sized(Some(7), folder.path())?;
        assert_eq!(fs::read_to_string(copy)?, "# N = 1\nN = 7\nTOTAL = 50\nM = N\nN = 3\n");
        Ok(())
    }

    #[test]
    fn the_programs_of_this_repository_are_found_by_groups() -> Result<()> {
        let folder = benches().join("programs");
        let all = find(&folder, &[], &GROUPS)?;
        assert!(all.len() >= 30);
        assert!(all.iter().all(|program| program.size.is_some() || program.group() == "start"));
        let some = find(&folder, &["start".to_owned(), "coro_*_with".to_owned()], &GROUPS)?;
        assert_eq!(some.first().map(|program| program.name.as_str()), Some("coro_async_with"));
        assert!(some.iter().skip(1).all(|program| program.group() == "start"));
        assert!(find(&folder, &["no_such".to_owned()], &GROUPS).is_err());
        Ok(())
    }
}
