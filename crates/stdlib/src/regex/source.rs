//! A pattern as a row of characters with a place in it, and what can be wrong with it.

/// What is wrong with a pattern, in CPython's words, and where.
#[derive(Debug)]
pub struct Problem {
    pub message: String,
    pub at: Option<usize>,
}

pub type Result<T> = std::result::Result<T, Problem>;

/// A problem at a place.
pub fn problem<T>(message: impl Into<String>, at: usize) -> Result<T> {
    Err(Problem { message: message.into(), at: Some(at) })
}

/// The characters of a pattern.
pub struct Source {
    chars: Vec<char>,
    pub at: usize,
}

impl Source {
    pub fn new(pattern: &str) -> Source {
        Source { chars: pattern.chars().collect(), at: 0 }
    }

    pub fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    pub fn next(&mut self) -> Option<char> {
        let next = self.peek();
        self.at += usize::from(next.is_some());
        next
    }

    /// Takes the next character if it is this one.
    pub fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    /// Takes up to `most` characters of a kind.
    pub fn take_while(&mut self, most: usize, kind: impl Fn(char) -> bool) -> String {
        let mut text = String::new();
        while text.len() < most
            && let Some(c) = self.peek().filter(|&c| kind(c))
        {
            text.push(c);
            self.at += 1;
        }
        text
    }

    /// The characters up to `end`, which is taken too.
    pub fn until(&mut self, end: char, what: &str) -> Result<String> {
        let start = self.at;
        let mut text = String::new();
        loop {
            match self.next() {
                Some(c) if c == end && text.is_empty() => return problem(format!("missing {what}"), self.at - 1),
                Some(c) if c == end => return Ok(text),
                Some(c) => text.push(c),
                None if text.is_empty() => return problem(format!("missing {what}"), start),
                None => return problem(format!("missing {end}, unterminated name"), start),
            }
        }
    }

    /// The text between two places.
    pub fn text(&self, from: usize, to: usize) -> String {
        self.chars.get(from..to).unwrap_or_default().iter().collect()
    }
}
