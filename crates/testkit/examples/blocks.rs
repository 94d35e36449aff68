//! Runs the Python blocks of documents one by one and shows what each prints and how it ends.
//!
//! `WEFT_BIN=weft cargo run -p weft-testkit --example blocks -- FILE…`; with `WEFT_ORACLE=python3.13` as well,
//! each block runs under both, and only differences are shown.
#![forbid(unsafe_code)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, io};

use weft_testkit::{Block, Outcome, Subject, blocks, hide_addresses, last_line, normalise};

fn main() -> ExitCode {
    let subjects: Vec<Subject> =
        [("WEFT_BIN", Subject::Weft as fn(PathBuf) -> Subject), ("WEFT_ORACLE", Subject::Oracle)]
            .into_iter()
            .filter_map(|(name, subject)| env::var_os(name).map(|path| subject(PathBuf::from(path))))
            .collect();
    if subjects.is_empty() {
        eprintln!("set WEFT_BIN, WEFT_ORACLE or both");
        return ExitCode::from(2);
    }
    let mut differing = 0;
    for file in env::args().skip(1) {
        match show(Path::new(&file), &subjects) {
            Ok(count) => differing += count,
            Err(error) => {
                eprintln!("{file}: {error}");
                return ExitCode::FAILURE;
            }
        }
    }
    if differing == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs the blocks of a document; returns how many of them the subjects disagree about.
fn show(file: &Path, subjects: &[Subject]) -> io::Result<usize> {
    let mut differing = 0;
    for block in blocks(&fs::read_to_string(file)?) {
        let place = format!("{}:{}", file.display(), block.line);
        let shown: Vec<String> = subjects.iter().map(|subject| run(&block, subject)).collect::<io::Result<_>>()?;
        if let [weft, oracle] = &shown[..] {
            let same = weft == oracle;
            println!("{place}: {}", if same { "same" } else { "DIFFERENT" });
            if !same {
                differing += 1;
                println!("--- weft\n{weft}--- cpython\n{oracle}");
            }
        } else {
            println!("{place}\n{}", shown.concat());
        }
    }
    Ok(differing)
}

/// Output, last line of the error and status: what two interpreters are to agree about.
fn run(block: &Block, subject: &Subject) -> io::Result<String> {
    let file = env::temp_dir().join(format!("weft-block-{}.py", std::process::id()));
    fs::write(&file, &block.source)?;
    let outcome: Outcome = subject.invoke([&file]).run()?;
    fs::remove_file(&file)?;
    let error = last_line(&normalise(&outcome.stderr_text(), &env::temp_dir()));
    let newline = if error.is_empty() { "" } else { "\n" };
    Ok(format!("{}{error}{newline}({})\n", hide_addresses(&outcome.stdout_text()), outcome.end))
}
