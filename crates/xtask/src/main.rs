//! `cargo xtask`: measures Weft against other interpreters, checks that costs grow linearly, and that the numbers of
//! instructions it takes stay as recorded.
#![forbid(unsafe_code)]

mod bench;
mod chart;
mod counts;
mod linear;
mod options;
mod peers;
mod process;
mod programs;
mod progress;
mod report;
mod results;
mod statistics;

use std::process::ExitCode;

use options::Task;

/// What goes wrong is shown to whoever typed the command, and to nobody else.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let task = match options::parse(std::env::args_os().skip(1)) {
        Ok(task) => task,
        Err(error) => {
            eprintln!("xtask: {error}\n\n{}", options::USAGE);
            return ExitCode::from(2);
        }
    };
    let done = match &task {
        Task::Help => {
            println!("{}", options::USAGE);
            Ok(true)
        }
        Task::Bench(options) => bench::run(options),
        Task::Linear(options) => linear::run(options),
        Task::Counts(options) => counts::run(options),
        Task::Chart { json, svg } => chart::run(json, svg).map(|()| true),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}
