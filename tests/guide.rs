//! Every code block of the guide runs, and prints what the document says it prints.
#![forbid(unsafe_code)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{fs, io};

use libtest_mimic::{Arguments, Failed, Trial};
use weft_testkit::{Block, Subject, blocks, workspace_root};

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(2);

    let folder = workspace_root().join("docs/guide");
    let subject = Subject::from_env(env!("CARGO_BIN_EXE_weft"));
    match trials(&folder, &subject) {
        Ok(trials) => libtest_mimic::run(&arguments, trials).exit_code(),
        Err(error) => {
            eprintln!("{}: {error}", folder.display());
            ExitCode::FAILURE
        }
    }
}

/// One trial for each block of each document in `folder`.
fn trials(folder: &Path, subject: &Subject) -> io::Result<Vec<Trial>> {
    let mut documents: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    documents.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    documents.sort();
    let mut trials = Vec::new();
    for document in documents {
        let stem = document.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        for block in blocks(&fs::read_to_string(&document)?) {
            let subject = subject.clone();
            trials.push(Trial::test(format!("{stem}/line_{}", block.line), move || check(&block, &subject)));
        }
    }
    Ok(trials)
}

fn check(block: &Block, subject: &Subject) -> Result<(), Failed> {
    let outcome = subject.invoke(["-"]).input(block.source.as_str()).run()?;
    let shown = Block::shown(&outcome, Path::new("/"));
    match &block.expected {
        Some(expected) if *expected == shown => Ok(()),
        Some(expected) => Err(format!("the document says:\n{expected}\nthe block prints:\n{shown}").into()),
        None if shown.is_empty() => Ok(()),
        None => Err(format!("the document does not show what the block prints:\n{shown}").into()),
    }
}
