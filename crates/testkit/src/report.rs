//! The outcome of a run as text that is the same on every machine.

use std::fmt::Write;
use std::path::Path;

use crate::Outcome;

/// How much of standard error is compared.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Detail {
    /// Its last line: the name and the message of the error.
    LastStderrLine,
    /// All of it: the traceback too.
    WholeStderr,
}

/// Source, output and status of a run, for a snapshot.
#[must_use]
pub fn report(source: &str, outcome: &Outcome, detail: Detail, root: &Path) -> String {
    let stderr = match detail {
        Detail::WholeStderr => normalise(&outcome.stderr_text(), root),
        Detail::LastStderrLine => last_line(&normalise(&outcome.stderr_text(), root)),
    };
    let mut text = String::new();
    for (heading, part) in [("source", source), ("stdout", &outcome.stdout_text()), ("stderr", &stderr)] {
        if !part.is_empty() {
            let newline = if part.ends_with('\n') { "" } else { "\n" };
            let _ = write!(text, "--- {heading}\n{part}{newline}");
        }
    }
    let _ = write!(text, "--- {}", outcome.end);
    text
}

/// The last line that is not blank.
#[must_use]
pub fn last_line(text: &str) -> String {
    text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default().to_owned()
}

/// Makes `root` relative, hides addresses, and leaves out the frames of the standard library, which an
/// interpreter may cut differently.
#[must_use]
pub fn normalise(stderr: &str, root: &Path) -> String {
    let root = format!("{}/", root.display());
    let mut text = String::new();
    let mut library_frame_at = None;
    for line in stderr.lines() {
        let indent = line.len() - line.trim_start_matches(MARGIN).len();
        if library_frame_at.is_some_and(|start| indent > start) {
            continue;
        }
        library_frame_at = is_library_frame(&line[indent..], &root).then_some(indent);
        if library_frame_at.is_none() {
            text.push_str(&hide_addresses(&line.replace(&root, "")));
            text.push('\n');
        }
    }
    text
}

/// What may stand before a line of a traceback: tracebacks of exception groups are drawn behind bars.
const MARGIN: [char; 3] = [' ', '|', '+'];

/// Whether a line opens a frame, whose further lines are indented more, of a file outside `root`.
fn is_library_frame(line: &str, root: &str) -> bool {
    line.strip_prefix("File \"").is_some_and(|rest| {
        let own = rest.starts_with(root) || rest.starts_with("<string>") || rest.starts_with("<stdin>");
        !own && rest.contains("\", line ") && rest.contains(", in ")
    })
}

/// `0x7f…` becomes `0x…`.
#[must_use]
pub fn hide_addresses(line: &str) -> String {
    let mut text = String::new();
    let mut rest = line;
    while let Some(start) = rest.find("0x") {
        let digits = &rest[start + 2..];
        let length = digits.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(digits.len());
        text.push_str(&rest[..start + 2]);
        text.push_str(if length >= 8 { "…" } else { &digits[..length] });
        rest = &digits[length..];
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn library_frames_and_their_code_are_left_out() {
        let stderr = "Traceback (most recent call last):\n  File \"/r/a.py\", line 1, in <module>\n    run()\n    ~~~^^\n  \
                      File \"/lib/b.py\", line 2, in run\n    go()\n    ~~^^\n  File \"/r/a.py\", line 3, in go\n    1 / 0\nE: m\n";
        let expected = "Traceback (most recent call last):\n  File \"a.py\", line 1, in <module>\n    run()\n    ~~~^^\n  \
                        File \"a.py\", line 3, in go\n    1 / 0\nE: m\n";
        assert_eq!(normalise(stderr, Path::new("/r")), expected);
    }

    #[test]
    fn addresses_are_hidden_and_numbers_are_not() {
        assert_eq!(hide_addresses("<f at 0x7f1234567890> 0x1f 0x"), "<f at 0x…> 0x1f 0x");
    }

    #[test]
    fn the_last_line_is_not_blank() {
        assert_eq!(last_line("a\nb\n\n"), "b");
        assert_eq!(last_line(""), "");
    }
}
