//! The code blocks of Markdown documents.

use std::path::Path;

use crate::{End, Outcome, last_line, normalise};

/// A fenced block of Python in a document.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Block {
    /// The line of its first line of code, from 1.
    pub line: usize,
    /// The code.
    pub source: String,
    /// What the document says it prints: the `text` block that follows it.
    pub expected: Option<String>,
}

/// The Python blocks of a document, in order: fences marked `python`, `py` or not at all.
///
/// A `text` block belongs to the block of code before it and says what that prints.
#[must_use]
pub fn blocks(document: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut lines = document.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let Some(fence) = Fence::opening(line) else {
            continue;
        };
        let body: String = lines
            .by_ref()
            .map(|(_, line)| line)
            .take_while(|line| !fence.is_closed_by(line))
            .flat_map(|line| [fence.dedent(line), "\n"])
            .collect();
        match fence.language.as_str() {
            "" | "python" | "py" | "python3" => {
                blocks.push(Block { line: number + 2, source: body, expected: None });
            }
            "text" => {
                if let Some(block) = blocks.last_mut().filter(|block| block.expected.is_none()) {
                    block.expected = Some(body);
                }
            }
            _ => {}
        }
    }
    blocks
}

/// What a document shows for a run: its output and, if it failed, the last line of its error.
impl Block {
    /// The text a document shows for `outcome`.
    #[must_use]
    pub fn shown(outcome: &Outcome, root: &Path) -> String {
        let mut text = outcome.stdout_text();
        if outcome.end != End::Status(0) {
            text.push_str(&last_line(&normalise(&outcome.stderr_text(), root)));
            text.push('\n');
        }
        text
    }
}

/// An opening fence.
struct Fence {
    indent: usize,
    marker: String,
    language: String,
}

impl Fence {
    fn opening(line: &str) -> Option<Self> {
        let text = line.trim_start();
        let mark = text.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
        let length = text.len() - text.trim_start_matches(mark).len();
        let info = text[length..].trim();
        if length < 3 || info.contains('`') {
            return None;
        }
        let language = info.split_whitespace().next().unwrap_or_default().to_lowercase();
        Some(Self { indent: line.len() - text.len(), marker: text[..length].to_owned(), language })
    }

    fn is_closed_by(&self, line: &str) -> bool {
        let text = line.trim();
        text.starts_with(&self.marker) && text.trim_start_matches(&self.marker[..1]).is_empty()
    }

    /// The line without the indentation of the fence, as in a block inside a list.
    fn dedent<'a>(&self, line: &'a str) -> &'a str {
        let blank = line.len() - line.trim_start_matches(' ').len();
        &line[blank.min(self.indent)..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_carry_their_line_and_what_they_print() {
        let document = "# Title\n\n```python\nprint(1)\n```\n\nIt prints:\n\n```text\n1\n```\n\n```sh\nls\n```\n- x\n  ```\n  y = 2\n    z\n  ```\n";
        let found = blocks(document);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].line, found[0].source.as_str()), (4, "print(1)\n"));
        assert_eq!(found[0].expected.as_deref(), Some("1\n"));
        assert_eq!(found[1].source, "y = 2\n  z\n");
        assert_eq!(found[1].expected, None);
    }

    #[test]
    fn a_fence_never_closed_runs_to_the_end() {
        assert_eq!(blocks("~~~py\nx\n").first().map(|block| block.source.as_str()), Some("x\n"));
    }
}
