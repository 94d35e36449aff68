//! One line on the terminal that says what is being done.

use std::io::{self, IsTerminal, Write};

/// A line that is written over; nothing where standard error is no terminal.
pub struct Progress {
    shown: bool,
}

impl Progress {
    pub fn new() -> Progress {
        Progress { shown: io::stderr().is_terminal() }
    }

    pub fn show(&self, text: &str) {
        if self.shown {
            // A terminal that has gone away is told nothing.
            let _ = write!(io::stderr(), "\r\x1b[K{text}");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.show("");
    }
}
