//! Colours for reports on terminals, put on the finished text.

const RESET: &str = "\x1b[0m";
const PLACE: &str = "\x1b[35m";
const CLASS: &str = "\x1b[1;35m";
const RANGE: &str = "\x1b[31m";
const FAULT: &str = "\x1b[1;31m";

/// What may stand before a line in the drawing of an exception group.
const MARGIN: [char; 3] = [' ', '|', '+'];

/// The text of a report with colours.
pub fn paint(text: &str) -> String {
    let mut out: Vec<String> = Vec::new();
    let mut plain_before = "";
    // After a frame, the next line that is not indented names the exception.
    let mut in_frames = false;
    // CPython leaves the members of groups as they are.
    let mut in_members = false;
    for line in text.lines() {
        let bars = line.trim_start().starts_with('|');
        let margin = if bars { line.find('|').map_or(0, |at| (at + 2).min(line.len())) } else { 0 };
        let (before, content) = line.split_at(margin);
        in_members = line.trim_start_matches(MARGIN).starts_with('-') && line.contains("+-")
            || in_members && line.starts_with(' ');
        let indented = content.starts_with(' ');
        if in_members {
            out.push(line.to_owned());
        } else if let Some(place) = content.strip_prefix("  File \"").and_then(painted_place) {
            in_frames = true;
            out.push(format!("{before}  File {place}"));
        } else if in_frames && is_marks(content) {
            if let Some(source) = out.last_mut() {
                *source = painted_ranges(plain_before, line);
            }
            out.push(painted_ranges(line, line));
        } else if in_frames && !indented && !content.is_empty() {
            in_frames = false;
            out.push(format!("{before}{}", painted_class(content)));
        } else {
            out.push(line.to_owned());
        }
        plain_before = line;
    }
    let mut text = out.join("\n");
    text.push('\n');
    text
}

/// The rest of a line that names a file, behind the first quote.
fn painted_place(rest: &str) -> Option<String> {
    let (file, rest) = rest.split_once("\", line ")?;
    let (number, name) = rest.split_once(", in ").map_or((rest, None), |(number, name)| (number, Some(name)));
    let name = name.map_or_else(String::new, |name| format!(", in {PLACE}{name}{RESET}"));
    Some(format!("{PLACE}\"{file}\"{RESET}, line {PLACE}{number}{RESET}{name}"))
}

fn is_marks(content: &str) -> bool {
    let marks = content.trim();
    content.starts_with("    ") && !marks.is_empty() && marks.chars().all(|c| matches!(c, '^' | '~' | ' '))
}

/// A line with the colours of the marks that stand in the same columns.
fn painted_ranges(line: &str, marks: &str) -> String {
    let mut out = String::new();
    let mut marks = marks.chars();
    let mut colour = "";
    for c in line.chars() {
        let wanted = match marks.next() {
            Some('^') => FAULT,
            Some('~') => RANGE,
            _ => "",
        };
        if wanted != colour {
            if !colour.is_empty() {
                out.push_str(RESET);
            }
            out.push_str(wanted);
            colour = wanted;
        }
        out.push(c);
    }
    if !colour.is_empty() {
        out.push_str(RESET);
    }
    // What is missing at the end of a line is marked behind it.
    if colour.is_empty() && marks.next() == Some('^') {
        out.push_str(FAULT);
        out.push_str(RESET);
    }
    out
}

fn painted_class(content: &str) -> String {
    match content.split_once(": ") {
        Some((class, message)) => format!("{CLASS}{class}{RESET}: {PLACE}{message}{RESET}"),
        None => format!("{CLASS}{content}{RESET}"),
    }
}

#[cfg(test)]
mod tests {
    use super::paint;

    #[test]
    fn places_ranges_and_classes_have_colours() {
        let plain =
            "Traceback (most recent call last):\n  File \"a.py\", line 2, in f\n    x / 0\n    ~~^~~\nE: text\n";
        let painted = "Traceback (most recent call last):\n  File \x1b[35m\"a.py\"\x1b[0m, line \x1b[35m2\x1b[0m, in \
                       \x1b[35mf\x1b[0m\n    \x1b[31mx \x1b[0m\x1b[1;31m/\x1b[0m\x1b[31m 0\x1b[0m\n    \
                       \x1b[31m~~\x1b[0m\x1b[1;31m^\x1b[0m\x1b[31m~~\x1b[0m\n\x1b[1;35mE\x1b[0m: \x1b[35mtext\x1b[0m\n";
        assert_eq!(paint(plain), painted);
    }
}
