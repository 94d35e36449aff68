//! Where a SyntaxError shows the fault.

use super::{field, safe_text};
use crate::value::Value;
use crate::{Vm, names};

/// The text of a SyntaxError: file, line and marks, then the class and the bare message.
pub fn describe(vm: &mut Vm, exception: &Value, class: &str) -> String {
    let names = names();
    let line = field(exception, &names.lineno);
    let filename = field(exception, &names.filename);
    let mut out = String::new();
    let mut suffix = String::new();
    if !line.is_none() {
        let name = if vm.truth(&filename).unwrap_or(false) { safe_text(vm, &filename) } else { "<string>".to_owned() };
        out += &format!("  File \"{name}\", line {}\n", safe_text(vm, &line));
    } else if !filename.is_none() {
        suffix = format!(" ({})", safe_text(vm, &filename));
    }
    let text = field(exception, &names.text);
    if !text.is_none() {
        let text = safe_text(vm, &text);
        let end_line = field(exception, &names.end_lineno);
        let same_line = match (line.as_i64(), end_line.as_i64()) {
            (Some(line), Some(end)) => line == end,
            _ => line.is_none() && end_line.is_none(),
        };
        let number = |name: &Value| field(exception, name).as_i64();
        out += &marked(&text, number(&names.offset), number(&names.end_offset), same_line);
    }
    let message = field(exception, &names.msg);
    let message = if message.is_none() { String::new() } else { safe_text(vm, &message) };
    let message = if message.is_empty() { "<no detail available>" } else { &message };
    out + &format!("{class}: {message}{suffix}\n")
}

/// The faulty line and the marks below it. Offsets count characters from 1.
fn marked(text: &str, offset: Option<i64>, end_offset: Option<i64>, same_line: bool) -> String {
    let line = text.trim_end_matches('\n');
    let code = line.trim_start_matches([' ', '\n', '\x0C']);
    let length = |text: &str| i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    let mut out = format!("    {code}\n");
    let Some(mut offset) = offset else { return out };
    let after = length(line) + 1;
    let mut end = match end_offset {
        _ if !same_line => after,
        None | Some(0) => offset,
        Some(end) => end,
    };
    if !text.is_empty() {
        if offset > length(text) {
            offset = after;
        }
        if end > length(text) {
            end = after;
        }
    }
    if offset >= end || end < 0 {
        end = offset.saturating_add(1);
    }
    let blanks = length(line) - length(code);
    let start = offset.saturating_sub(1).saturating_sub(blanks);
    if let Ok(start) = usize::try_from(start) {
        // Other blanks than spaces are kept, so that the marks stand right below.
        let indent: String = code.chars().take(start).map(|c| if c.is_whitespace() { c } else { ' ' }).collect();
        let marks = usize::try_from(end - offset).unwrap_or(0).min(line.len() + 1);
        out += &format!("    {indent}{}\n", "^".repeat(marks));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::marked;

    #[test]
    fn marks_stand_below_the_fault() {
        assert_eq!(marked("  a b\n", Some(3), Some(6), true), "    a b\n    ^^^\n");
        assert_eq!(marked("x = (\n", Some(5), Some(0), true), "    x = (\n        ^\n");
        assert_eq!(marked("\ta b\n", Some(2), Some(5), true), "    \ta b\n    \t^^^\n");
    }

    #[test]
    fn a_range_over_several_lines_is_marked_to_the_end_of_the_first() {
        assert_eq!(marked("a = 'bc\n", Some(5), Some(2), false), "    a = 'bc\n        ^^^\n");
    }
}
