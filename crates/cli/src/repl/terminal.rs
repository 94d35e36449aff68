//! Where the prompt's lines come from: a terminal, edited with rustyline, or a plain stream.

use std::io::{self, BufRead, Write};
use std::path::PathBuf;

use rustyline::config::Configurer;
use rustyline::error::ReadlineError;
use rustyline::history::DefaultHistory;
use rustyline::{Config, Editor};

use super::{Input, Lines};

/// The file in the home directory that keeps what was typed.
const HISTORY: &str = ".weft_history";
/// How many statements it keeps.
const HISTORY_SIZE: usize = 5_000;

/// A terminal with line editing and a history.
pub struct Terminal {
    editor: Editor<(), DefaultHistory>,
    history: Option<PathBuf>,
}

impl Terminal {
    /// Takes over the terminal and loads the history.
    pub fn open() -> rustyline::Result<Self> {
        let config = Config::builder().tab_stop(4).indent_size(4).build();
        let mut editor = Editor::with_config(config)?;
        editor.set_max_history_size(HISTORY_SIZE)?;
        let history = std::env::home_dir().map(|home| home.join(HISTORY));
        if let Some(path) = &history {
            // The first session has no history yet, and one that cannot be read is no reason to stop.
            let _ = editor.load_history(path);
        }
        Ok(Self { editor, history })
    }
}

impl Lines for Terminal {
    fn read(&mut self, prompt: &str, indent: &str) -> Input {
        match self.editor.readline_with_initial(prompt, (indent, "")) {
            Ok(line) => Input::Line(line),
            Err(ReadlineError::Interrupted) => Input::Interrupted,
            Err(_) => Input::End,
        }
    }

    fn remember(&mut self, statement: &str) {
        // Nothing is lost but the convenience of finding it again.
        let _ = self.editor.add_history_entry(statement);
        if let Some(path) = &self.history {
            let _ = self.editor.append_history(path);
        }
    }

    fn notice(&mut self, text: &str) {
        println!("{text}");
    }
}

/// A stream of lines that is no terminal, as under `weft -i < file`.
pub struct Plain<R> {
    reader: R,
}

impl<R: BufRead> Plain<R> {
    /// Reads from `reader`.
    pub fn new(reader: R) -> Self {
        Self { reader }
    }
}

impl<R: BufRead> Lines for Plain<R> {
    fn read(&mut self, prompt: &str, _indent: &str) -> Input {
        // As CPython does when there is no terminal: prompts go to standard error.
        let mut stderr = io::stderr();
        let _ = write!(stderr, "{prompt}").and_then(|()| stderr.flush());
        let mut line = String::new();
        match self.reader.read_line(&mut line) {
            Ok(1..) => {
                let end = line.trim_end_matches(['\n', '\r']).len();
                line.truncate(end);
                Input::Line(line)
            }
            Ok(0) | Err(_) => Input::End,
        }
    }

    fn remember(&mut self, _statement: &str) {}

    fn notice(&mut self, text: &str) {
        let _ = writeln!(io::stderr(), "{text}");
    }
}
