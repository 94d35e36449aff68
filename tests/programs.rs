//! Every script under `programs/`: its output, its status and its last error line (in `errors/`, its whole
//! traceback) are pinned beside its source, as CPython 3.13 gave them.
//!
//! `WEFT_ORACLE=python3.13 cargo test -p weft-cli --test programs` repeats the comparison with CPython itself;
//! with `INSTA_UPDATE=always` it writes the snapshots. No snapshot is ever taken from Weft's own output.
#![forbid(unsafe_code)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use weft_testkit::{Program, Subject, guard, programs_of_suite, report, workspace_root};

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // Two at a time: the programs that sleep under CPython need the machine to be calm.
    arguments.test_threads.get_or_insert(2);

    let root = workspace_root();
    let folder = root.join("programs");
    let subject = Subject::from_env(env!("CARGO_BIN_EXE_weft"));
    let programs = match programs_of_suite(&folder) {
        Ok(programs) => programs,
        Err(failure) => return failure,
    };
    let paths: Vec<String> = programs.iter().map(Program::path).collect();
    let snapshots = root.join("tests/snapshots/programs");
    let mut trials: Vec<Trial> =
        programs.into_iter().map(|program| trial(program, &folder, &snapshots, &subject)).collect();
    trials.push(Trial::test("every_snapshot_has_its_program", move || no_orphans(&snapshots, &paths)));
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn trial(program: Program, folder: &Path, snapshots: &Path, subject: &Subject) -> Trial {
    let (folder, subject) = (folder.to_owned(), subject.clone());
    let snapshots = snapshots.join(&program.topic);
    let name = format!("{}/{}", program.topic, program.name);
    Trial::test(name.clone(), move || guard("programs", &name, || check(&program, &folder, snapshots, &subject)))
}

fn check(program: &Program, folder: &Path, snapshots: PathBuf, subject: &Subject) -> Result<(), Failed> {
    let outcome = program.run(subject)?;
    let text = report(&program.source, &outcome, program.detail(), folder);
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(snapshots);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(program.name.as_str(), text));
    Ok(())
}

/// A program that was renamed or removed takes its snapshot with it.
fn no_orphans(snapshots: &Path, paths: &[String]) -> Result<(), Failed> {
    for topic in fs::read_dir(snapshots)? {
        let topic = topic?;
        for snapshot in fs::read_dir(topic.path())? {
            let path = snapshot?.path();
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            let program = format!("{}/{stem}.py", topic.file_name().to_string_lossy());
            if path.extension().is_some_and(|extension| extension == "snap") && !paths.contains(&program) {
                return Err(format!("{} belongs to no program", path.display()).into());
            }
        }
    }
    Ok(())
}
