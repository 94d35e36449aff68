//! The prompt: reads statements line by line and has them run.
//!
//! It knows the terminal only as a source of lines, so it is tested without one.

mod terminal;

pub use terminal::{Plain, Terminal};

use crate::engine::{Engine, ReplOutcome};

/// The prompt before a statement.
pub const FIRST: &str = ">>> ";
/// The prompt before its further lines.
pub const FURTHER: &str = "... ";

/// What reading a line gave.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Input {
    /// A line, without its end.
    Line(String),
    /// Ctrl-C: forget what was typed of this statement.
    Interrupted,
    /// Ctrl-D, or the end of the file.
    End,
}

/// Where lines come from.
pub trait Lines {
    /// Asks for a line, with `indent` already typed where the source can do that.
    fn read(&mut self, prompt: &str, indent: &str) -> Input;
    /// A whole statement has been read.
    fn remember(&mut self, statement: &str);
    /// Something to say that is no output of the program.
    fn notice(&mut self, text: &str);
}

/// Reads and runs until the end of the lines or until the program exits; returns the status.
pub fn repl(engine: &mut dyn Engine, lines: &mut dyn Lines) -> i32 {
    let mut statement = String::new();
    loop {
        let prompt = if statement.is_empty() { FIRST } else { FURTHER };
        match lines.read(prompt, &indent_after(&statement)) {
            Input::Line(line) => add_line(&mut statement, &line),
            Input::Interrupted => {
                lines.notice("KeyboardInterrupt");
                statement.clear();
                continue;
            }
            Input::End if statement.is_empty() => {
                lines.notice("");
                return 0;
            }
            // The rest is missing for good: running it says what is wrong.
            Input::End => {
                lines.notice("");
                return finish(engine, &statement);
            }
        }
        match statement.trim() {
            "" => continue,
            "exit" | "quit" => return 0,
            _ => {}
        }
        match engine.repl_push(&statement) {
            ReplOutcome::Incomplete => continue,
            ReplOutcome::Done => lines.remember(statement.trim_end()),
            ReplOutcome::Exit(status) => return status,
        }
        statement.clear();
    }
}

/// Runs a statement that the end of the input cut short, closed by a blank line.
fn finish(engine: &mut dyn Engine, statement: &str) -> i32 {
    match engine.repl_push(&format!("{statement}\n")) {
        ReplOutcome::Exit(status) => status,
        ReplOutcome::Incomplete | ReplOutcome::Done => 0,
    }
}

/// A line of blanks counts as empty: it ends a block though the indentation was typed for the user.
fn add_line(statement: &mut String, line: &str) {
    let line = if line.trim().is_empty() { "" } else { line };
    if line.is_empty() && statement.is_empty() {
        return;
    }
    statement.push_str(line);
    statement.push('\n');
}

/// The indentation the next line most likely has: that of the last line, and more after a colon.
fn indent_after(statement: &str) -> String {
    let Some(last) = statement.lines().last() else { return String::new() };
    let blanks = last.len() - last.trim_start_matches(' ').len();
    let deeper = if last.trim_end().ends_with(':') { 4 } else { 0 };
    " ".repeat(blanks + deeper)
}

#[cfg(test)]
mod tests;
