//! Programs about suspension, run with a trace function and without: the short ways of the dispatch loop must come to the same
//! in the instance that tells trace functions, and telling must leave no trace.
#![forbid(unsafe_code)]

use std::process::ExitCode;
use std::time::Duration;

use libtest_mimic::{Arguments, Failed, Trial};
use weft_testkit::{Detail, Program, Subject, programs_of_suite, report, workspace_root};

const TOPICS: [&str; 7] =
    ["async_generators", "asyncio", "coroutines", "delegation", "exceptions", "functions", "generators"];

/// Trace functions cost their time, above all in a debug build.
const PATIENCE: Duration = Duration::from_secs(120);

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let folder = workspace_root().join("programs");
    let programs = match programs_of_suite(&folder) {
        Ok(programs) => programs,
        Err(failure) => return failure,
    };
    let trials = programs.into_iter().filter(|program| TOPICS.contains(&program.topic.as_str())).map(trial).collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn trial(program: Program) -> Trial {
    let name = format!("{}/{}", program.topic, program.name);
    Trial::test(name, move || {
        let (plain, traced) = (run(&program, "plain")?, run(&program, "traced")?);
        if plain != traced {
            return Err(format!("without a trace function:\n{plain}\nwith one:\n{traced}").into());
        }
        Ok(())
    })
}

fn run(program: &Program, mode: &str) -> Result<String, Failed> {
    let root = workspace_root();
    let wrapper = root.join("tests/traced.py");
    let folder = root.join("programs");
    let path = program.path();
    let arguments = ["--clock", "virtual", &wrapper.to_string_lossy(), &path, mode].map(str::to_owned);
    let subject = Subject::Weft(env!("CARGO_BIN_EXE_weft").into());
    let outcome = subject.invoke(arguments).directory(&folder).patience(PATIENCE).run()?;
    Ok(report("", &outcome, Detail::WholeStderr, &folder))
}
