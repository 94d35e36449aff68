//! The scripts under `programs/`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{fs, io};

use crate::{Detail, Invocation, Outcome, Subject};

/// The first line of a program whose order depends on sleeping: Weft then runs it on the virtual clock.
const VIRTUAL_CLOCK: &str = "# clock: virtual";

/// The topic whose programs never end by themselves: they have a suite of their own.
const SERVERS: &str = "servers";

/// One script.
#[derive(Clone, Debug)]
pub struct Program {
    /// The folder that holds it, which is its topic.
    pub topic: String,
    /// Its file name without the extension: a sentence.
    pub name: String,
    /// Its text.
    pub source: String,
    root: PathBuf,
}

/// As `find_programs`, for a suite, which fails where they cannot be read and says so.
///
/// # Errors
/// What the suite's process is to exit with.
pub fn programs_of_suite(root: &Path) -> Result<Vec<Program>, ExitCode> {
    find_programs(root).map_err(|error| {
        eprintln!("{}: {error}", root.display());
        ExitCode::FAILURE
    })
}

/// All programs below `root` that run to an end, by topic and name.
pub fn find_programs(root: &Path) -> io::Result<Vec<Program>> {
    let mut programs = Vec::new();
    for topic in fs::read_dir(root)? {
        let topic = topic?;
        if !topic.file_type()?.is_dir() || topic.file_name() == SERVERS {
            continue;
        }
        for file in fs::read_dir(topic.path())? {
            let path = file?.path();
            if path.extension().is_some_and(|extension| extension == "py") {
                programs.push(Program {
                    topic: topic.file_name().to_string_lossy().into_owned(),
                    name: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
                    source: fs::read_to_string(&path)?,
                    root: root.to_owned(),
                });
            }
        }
    }
    programs.sort_by(|a, b| (&a.topic, &a.name).cmp(&(&b.topic, &b.name)));
    Ok(programs)
}

impl Program {
    /// Where it lies, from the root of the programs.
    #[must_use]
    pub fn path(&self) -> String {
        format!("{}/{}.py", self.topic, self.name)
    }

    /// Programs in `errors/` are about their messages, so all of standard error counts.
    #[must_use]
    pub fn detail(&self) -> Detail {
        if self.topic == "errors" { Detail::WholeStderr } else { Detail::LastStderrLine }
    }

    /// The command that runs it.
    #[must_use]
    pub fn invocation(&self, subject: &Subject) -> Invocation {
        let virtual_clock = !subject.is_oracle() && self.source.starts_with(VIRTUAL_CLOCK);
        let mut arguments = if virtual_clock { vec!["--clock", "virtual"] } else { Vec::new() };
        let path = self.path();
        arguments.push(&path);
        subject.invoke(arguments).directory(&self.root)
    }

    /// Runs it.
    pub fn run(&self, subject: &Subject) -> io::Result<Outcome> {
        self.invocation(subject).run()
    }
}
