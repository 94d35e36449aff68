use std::collections::VecDeque;
use std::path::Path;

use super::*;

/// Takes a statement for complete when it is one line that opens no block, or ends in a blank line.
#[derive(Default)]
struct Recorder {
    ran: Vec<String>,
}

impl Engine for Recorder {
    fn run_file(&mut self, _path: &Path) -> i32 {
        0
    }

    fn run_command(&mut self, _command: &str) -> i32 {
        0
    }

    fn run_module(&mut self, _name: &str) -> i32 {
        0
    }

    fn run_stdin(&mut self) -> i32 {
        0
    }

    fn repl_push(&mut self, statement: &str) -> ReplOutcome {
        let open = statement.trim_end().ends_with(':') || statement.lines().count() > 1;
        if open && !statement.ends_with("\n\n") {
            return ReplOutcome::Incomplete;
        }
        self.ran.push(statement.to_owned());
        match statement.trim().strip_prefix("leave ") {
            Some(status) => ReplOutcome::Exit(status.parse().unwrap_or(1)),
            None => ReplOutcome::Done,
        }
    }
}

struct Script {
    input: VecDeque<Input>,
    log: Vec<String>,
}

impl Lines for Script {
    fn read(&mut self, prompt: &str, indent: &str) -> Input {
        self.log.push(format!("{prompt}{indent}"));
        self.input.pop_front().unwrap_or(Input::End)
    }

    fn remember(&mut self, statement: &str) {
        self.log.push(format!("remember {statement:?}"));
    }

    fn notice(&mut self, text: &str) {
        self.log.push(format!("notice {text:?}"));
    }
}

/// Types `lines` (`^C` is an interrupt); returns what ran, what the terminal saw and the status.
fn session(lines: &[&str]) -> (Vec<String>, Vec<String>, i32) {
    let mut engine = Recorder::default();
    let typed = |&line: &&str| match line {
        "^C" => Input::Interrupted,
        line => Input::Line(line.to_owned()),
    };
    let mut script = Script { input: lines.iter().map(typed).collect(), log: Vec::new() };
    let status = repl(&mut engine, &mut script);
    (engine.ran, script.log, status)
}

#[test]
fn a_statement_runs_at_the_end_of_its_line() {
    let (ran, log, status) = session(&["x = 1", "x"]);
    assert_eq!(ran, ["x = 1\n", "x\n"]);
    assert_eq!(log, [">>> ", "remember \"x = 1\"", ">>> ", "remember \"x\"", ">>> ", "notice \"\""]);
    assert_eq!(status, 0);
}

#[test]
fn a_block_runs_at_its_blank_line_and_is_remembered_whole() {
    let (ran, log, _) = session(&["if x:", "    y", "    "]);
    assert_eq!(ran, ["if x:\n    y\n\n"]);
    assert_eq!(&log[..4], [">>> ", "...     ", "...     ", "remember \"if x:\\n    y\""]);
}

#[test]
fn an_interrupt_forgets_the_statement() {
    let (ran, log, _) = session(&["if x:", "^C", "y"]);
    assert_eq!(ran, ["y\n"]);
    assert!(log.contains(&"notice \"KeyboardInterrupt\"".to_owned()));
}

#[test]
fn blank_lines_alone_run_nothing() {
    let (ran, ..) = session(&["", "   ", "1"]);
    assert_eq!(ran, ["1\n"]);
}

#[test]
fn exit_and_quit_need_no_call() {
    for word in ["exit", "quit"] {
        let (ran, _, status) = session(&[word, "never"]);
        assert_eq!((ran.len(), status), (0, 0), "{word}");
    }
}

#[test]
fn the_program_may_choose_the_status() {
    let (ran, _, status) = session(&["leave 7", "never"]);
    assert_eq!((ran.len(), status), (1, 7));
}

#[test]
fn the_end_inside_a_block_closes_it() {
    let (ran, ..) = session(&["if x:", "    y"]);
    assert_eq!(ran, ["if x:\n    y\n\n"]);
}
