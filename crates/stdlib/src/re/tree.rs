//! What a regular expression says, as a tree.

/// Flag bits, as scripts see them.
pub const IGNORECASE: u32 = 2;
pub const LOCALE: u32 = 4;
pub const MULTILINE: u32 = 8;
pub const DOTALL: u32 = 16;
pub const UNICODE: u32 = 32;
pub const VERBOSE: u32 = 64;
pub const ASCII: u32 = 256;
/// Flags that say what letters and digits are: at most one of them holds.
pub const KINDS: u32 = LOCALE | UNICODE | ASCII;

/// No upper limit of repetitions.
pub const UNLIMITED: u32 = u32::MAX;

/// How letters are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    Exact,
    Ascii,
    Unicode,
}

/// Places between characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// `\A`, and `^` without MULTILINE.
    Start,
    LineStart,
    /// `$` without MULTILINE.
    End,
    LineEnd,
    /// `\Z`.
    VeryEnd,
    /// `\b`; whether letters are ASCII.
    Boundary(bool),
    /// `\B`.
    Inside(bool),
}

/// `\d`, `\s`, `\w`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Digit,
    Space,
    Word,
}

#[derive(Clone, Debug)]
pub enum Item {
    Range(u32, u32),
    Class { class: Class, negated: bool, ascii: bool },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Greed {
    Greedy,
    Lazy,
    Possessive,
}

pub type Sequence = Vec<Node>;

#[derive(Clone, Debug)]
pub enum Node {
    Char(u32, Fold),
    /// `.`; whether line breaks count too.
    Any(bool),
    Set {
        items: Vec<Item>,
        negated: bool,
        fold: Fold,
    },
    At(At),
    /// A group, numbered if it captures.
    Group(Option<usize>, Sequence),
    Branch(Vec<Sequence>),
    Repeat {
        min: u32,
        max: u32,
        greed: Greed,
        body: Sequence,
    },
    Atomic(Sequence),
    Look {
        behind: bool,
        negated: bool,
        body: Sequence,
    },
    Backreference(usize, Fold),
    /// `(?(group)yes|no)`.
    Conditional {
        group: usize,
        yes: Sequence,
        no: Sequence,
    },
}

impl Node {
    /// The least and greatest number of characters that the node takes; `widths` are those of the groups.
    pub fn width(&self, widths: &[(u64, u64)]) -> (u64, u64) {
        match self {
            Node::Char(..) | Node::Any(_) | Node::Set { .. } => (1, 1),
            Node::At(_) | Node::Look { .. } => (0, 0),
            Node::Group(_, body) | Node::Atomic(body) => sequence_width(body, widths),
            Node::Branch(branches) => branches
                .iter()
                .map(|b| sequence_width(b, widths))
                .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
                .unwrap_or((0, 0)),
            Node::Repeat { min, max, body, .. } => {
                let (low, high) = sequence_width(body, widths);
                (low.saturating_mul(u64::from(*min)), high.saturating_mul(u64::from(*max)))
            }
            Node::Backreference(group, _) => widths.get(*group).copied().unwrap_or((0, u64::from(UNLIMITED))),
            Node::Conditional { yes, no, .. } => {
                let (a, b) = (sequence_width(yes, widths), sequence_width(no, widths));
                (a.0.min(b.0), a.1.max(b.1))
            }
        }
    }
}

/// The width of nodes one after the other.
pub fn sequence_width(nodes: &[Node], widths: &[(u64, u64)]) -> (u64, u64) {
    nodes.iter().map(|node| node.width(widths)).fold((0, 0), |a, b| (a.0.saturating_add(b.0), a.1.saturating_add(b.1)))
}
