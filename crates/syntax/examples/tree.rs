//! Prints the tree of a file, with the place of each node.

#[path = "../tests/dump/mod.rs"]
mod dump;

use weft_source::LineIndex;
use weft_syntax::{ParseOptions, ast::Mode, decode, parse};

fn main() {
    let options = ParseOptions { mode: Mode::Exec, top_level_await: false };
    for path in std::env::args().skip(1) {
        let text = std::fs::read(&path).ok().and_then(|bytes| decode(&bytes).ok());
        match text.as_deref().map(|text| (text, parse(text, &options))) {
            Some((text, Ok(parsed))) => print!("{}", dump::dump(&parsed.module, Some(&LineIndex::new(text)))),
            Some((_, Err(problems))) => println!("{problems:?}"),
            None => println!("{path}: cannot be read"),
        }
    }
}
