//! Runs scripts and the code blocks of documents, under Weft or under CPython, and says what happened in a form
//! that can be pinned.
//!
//! The same suites serve both ways: by default they run the `weft` just built; with `WEFT_ORACLE` naming a
//! CPython 3.13 they run that instead, which is how the pinned results are made and how they are checked.
#![forbid(unsafe_code)]

mod document;
mod known;
mod program;
mod report;
mod subject;

pub use document::{Block, blocks};
pub use known::guard;
pub use program::{Program, find_programs, programs_of_suite};
pub use report::{Detail, hide_addresses, last_line, normalise, report};
pub use subject::{End, Invocation, Outcome, Subject, interrupt, wait};

use std::path::PathBuf;

/// The root of the workspace.
#[must_use]
pub fn workspace_root() -> PathBuf {
    let mut root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.pop();
    root.pop();
    root
}
