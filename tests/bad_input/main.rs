//! Hostile and broken input: each ends in the error CPython gives, or a clear one; never in a panic, an abort,
//! a hang or an overflow of the native stack.
//!
//! The endings were seen on CPython 3.13; `WEFT_ORACLE=python3.13 cargo test -p weft-cli --test bad_input` sees
//! them again. Where CPython stops at a limit of its own making, getting further is right too.
#![forbid(unsafe_code)]

mod case;
mod files;
mod nesting;
mod process;
mod recursion;
mod sizes;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};
use weft_testkit::Subject;

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // Some cases take a gigabyte.
    arguments.test_threads.get_or_insert(2);

    let subject = Subject::from_env(env!("CARGO_BIN_EXE_weft"));
    let groups = [
        ("files", files::CASES),
        ("nesting", nesting::CASES),
        ("recursion", recursion::CASES),
        ("sizes", sizes::CASES),
    ];
    let scripts = groups.into_iter().flat_map(|(group, cases)| {
        let subject = subject.clone();
        cases.iter().map(move |case| {
            let subject = subject.clone();
            let name = format!("{group}/{}", case.name);
            Trial::test(name.clone(), move || weft_testkit::guard("bad_input", &name, || case.check(group, &subject)))
        })
    });
    let processes = process::CASES.iter().map(|&(name, check)| {
        let subject = subject.clone();
        let name = format!("process/{name}");
        Trial::test(name.clone(), move || weft_testkit::guard("bad_input", &name, || check(&subject)))
    });
    let trials = scripts.chain(processes).collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}
