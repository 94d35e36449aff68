//! The source lines of a traceback entry, with the marks below them.

use super::anchors;
use std::collections::BTreeSet;
use unicode_width::UnicodeWidthChar;
use weft_bytecode::Loc;

/// A place in the shown lines: line from 0, column in characters.
type Place = (usize, usize);

/// The lines of an entry and what is to be marked in them.
struct Excerpt {
    lines: Vec<String>,
    /// Columns in characters: in the first line, and in the last.
    start: usize,
    end: usize,
    /// What is marked `^` while the rest is marked `~`; columns as shown.
    anchor: Option<(Place, Place)>,
    marked: bool,
}

/// The text below a `File` line: source lines `loc.line..=loc.end_line`, marked where the range does not stand alone.
pub fn render(source: &[String], loc: Loc) -> String {
    let trimmed: Vec<&str> = source.iter().map(|line| line.trim_end()).collect();
    let lines = dedent(&trimmed);
    if lines.iter().all(String::is_empty) {
        return String::new();
    }
    if loc.end_line < loc.line || loc.end_line == loc.line && loc.end_col <= loc.col {
        return format!("    {}\n", trimmed[0].trim());
    }
    let excerpt = Excerpt::new(&trimmed, lines, loc);
    let shown = excerpt.show();
    let shown: Vec<&str> = shown.iter().map(String::as_str).collect();
    dedent(&shown).iter().map(|line| format!("    {line}\n")).collect()
}

impl Excerpt {
    fn new(original: &[&str], lines: Vec<String>, loc: Loc) -> Excerpt {
        let last = lines.len() - 1;
        let removed = chars(original[0]) - chars(&lines[0]);
        let start = characters_before(original[0], loc.col as usize).saturating_sub(removed);
        let end = characters_before(original[last], loc.end_col as usize).saturating_sub(removed);
        let mut excerpt = Excerpt { lines, start, end, anchor: None, marked: false };
        let text = excerpt.lines.join("\n");
        let last_line_start = text.len() - excerpt.lines[last].len();
        let from = byte_of(&text, start);
        let to = last_line_start + byte_of(&excerpt.lines[last], end);
        if from < to {
            let segment = &text[from..to];
            excerpt.anchor = anchors::shape(segment).map(|shape| {
                let (left, right) = shape.range();
                (excerpt.place(from + left), excerpt.place(from + right))
            });
        }
        excerpt.marked = excerpt.needs_marks(&text, last_line_start);
        excerpt
    }

    /// The line and shown column of a byte of the whole text.
    fn place(&self, mut offset: usize) -> Place {
        for (number, line) in self.lines.iter().enumerate() {
            if offset <= line.len() {
                return (number, width(&line[..offset]));
            }
            offset -= line.len() + 1;
        }
        (self.lines.len() - 1, 0)
    }

    fn needs_marks(&self, text: &str, last_line_start: usize) -> bool {
        if anchors::is_mere_call(text, self.start, self.end, last_line_start) {
            return false;
        }
        let (first, last) = (&self.lines[0], &self.lines[self.lines.len() - 1]);
        self.anchor.is_some()
            || !first[..byte_of(first, self.start)].trim_start().is_empty()
            || !last[byte_of(last, self.end)..].trim_end().is_empty()
    }

    /// The first and the last line and those around the anchor; gaps of several lines are only counted.
    fn show(&self) -> Vec<String> {
        let last = self.lines.len() - 1;
        let mut wanted = BTreeSet::from([0, last]);
        if let Some(((left, _), (right, _))) = self.anchor {
            for line in [left, right] {
                wanted.extend(line.saturating_sub(1)..=(line + 1).min(last));
            }
        }
        let mut out = Vec::new();
        let mut next = 0;
        for line in wanted {
            match line - next.min(line) {
                0 => {}
                1 => self.push_line(&mut out, next),
                gap => out.push(format!("...<{gap} lines>...")),
            }
            self.push_line(&mut out, line);
            next = line + 1;
        }
        out
    }

    fn push_line(&self, out: &mut Vec<String>, number: usize) {
        let line = &self.lines[number];
        out.push(line.clone());
        if !self.marked {
            return;
        }
        let last = self.lines.len() - 1;
        let stop = if number == last { width(&line[..byte_of(line, self.end)]) } else { width(line) };
        let blanks = chars(line) - chars(line.trim_start());
        let begin = if number == 0 { width(&line[..byte_of(line, self.start)]) } else { 0 };
        let mark = |column: usize| match self.anchor {
            _ if column < blanks.max(begin) => ' ',
            Some((left, right)) if (number, column) < left || (number, column) >= right => '~',
            _ => '^',
        };
        out.push((0..stop).map(mark).collect());
    }
}

fn chars(text: &str) -> usize {
    text.chars().count()
}

/// Where the character of this number begins, or the end of the line's text.
fn byte_of(line: &str, character: usize) -> usize {
    line.char_indices().nth(character).map_or(line.len(), |(at, _)| at)
}

fn characters_before(line: &str, byte: usize) -> usize {
    line.char_indices().take_while(|(at, _)| *at < byte).count()
}

/// The columns a text takes on a terminal: two for wide characters, one for all others.
fn width(text: &str) -> usize {
    text.chars().map(|c| if c.width() == Some(2) { 2 } else { 1 }).sum()
}

/// The lines without the blanks that all of them begin with; a line of nothing but blanks is empty.
fn dedent(lines: &[&str]) -> Vec<String> {
    let blank = |line: &str| line.trim_matches([' ', '\t']).is_empty();
    let indent = |line: &'_ str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let mut margin: Option<&str> = None;
    for line in lines.iter().filter(|line| !blank(line)) {
        let own = &line[..indent(line)];
        margin = Some(match margin {
            Some(margin) => {
                let same = margin.bytes().zip(own.bytes()).take_while(|(a, b)| a == b).count();
                &own[..same]
            }
            None => own,
        });
    }
    let margin = margin.map_or(0, str::len);
    lines.iter().map(|line| if blank(line) { String::new() } else { line[margin..].to_owned() }).collect()
}

#[cfg(test)]
mod tests;
