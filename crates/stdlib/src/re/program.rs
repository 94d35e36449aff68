//! From the tree to instructions for the matcher.

use super::chars::Set;
use super::tree::{At, Fold, Greed, Node, UNLIMITED, sequence_width};

/// What takes exactly one character.
pub enum Single {
    Char(u32),
    Folded(u32, Fold),
    Any,
    Everything,
    Set(Set),
}

pub enum Inst {
    Single(Single),
    At(At),
    /// Notes a group's begin (even) or end (odd).
    Save(usize),
    /// Goes on here, and there if that fails.
    Split(usize, usize),
    Jump(usize),
    /// A single character, repeated.
    Run {
        single: Single,
        min: u32,
        max: u32,
        greed: Greed,
    },
    /// Begins a loop: its counter is zero. The `Loop` follows.
    LoopStart(usize),
    /// The body follows; behind it a `LoopNext`.
    Loop {
        slot: usize,
        min: u32,
        max: u32,
        greedy: bool,
        exit: usize,
    },
    LoopNext {
        slot: usize,
        start: usize,
    },
    /// The body follows, up to a `Done`; goes on at `next`. `behind`: so many characters before.
    Look {
        behind: Option<usize>,
        negated: bool,
        next: usize,
    },
    /// As `Look`, but takes what the body takes.
    Atomic {
        next: usize,
    },
    Backreference(usize, Fold),
    /// Goes on if the group matched, and jumps otherwise.
    Conditional(usize, usize),
    /// The end of a look or an atomic group.
    Done,
    Match,
}

pub struct Program {
    pub insts: Vec<Inst>,
    pub loops: usize,
    pub groups: usize,
}

struct Builder<'a> {
    insts: Vec<Inst>,
    loops: usize,
    /// How many characters each group takes.
    widths: &'a [(u64, u64)],
}

/// Instructions for an expression; its groups have these widths, the whole first.
pub fn build(nodes: &[Node], widths: &[(u64, u64)]) -> Program {
    let mut builder = Builder { insts: Vec::new(), loops: 0, widths };
    builder.sequence(nodes);
    builder.insts.push(Inst::Match);
    Program { insts: builder.insts, loops: builder.loops, groups: widths.len().saturating_sub(1) }
}

fn single(node: &Node) -> Option<Single> {
    Some(match node {
        Node::Char(c, Fold::Exact) => Single::Char(*c),
        Node::Char(c, fold) => Single::Folded(*c, *fold),
        Node::Any(false) => Single::Any,
        Node::Any(true) => Single::Everything,
        Node::Set { items, negated, fold } => Single::Set(Set::new(items.clone(), *negated, *fold)),
        _ => return None,
    })
}

impl Builder<'_> {
    fn sequence(&mut self, nodes: &[Node]) {
        for node in nodes {
            self.node(node);
        }
    }

    /// Leaves room for an instruction that is known later.
    fn hole(&mut self) -> usize {
        self.insts.push(Inst::Done);
        self.insts.len() - 1
    }

    fn node(&mut self, node: &Node) {
        if let Some(single) = single(node) {
            self.insts.push(Inst::Single(single));
            return;
        }
        match node {
            Node::At(at) => self.insts.push(Inst::At(*at)),
            Node::Group(None, body) => self.sequence(body),
            Node::Group(Some(group), body) => {
                self.insts.push(Inst::Save(group * 2));
                self.sequence(body);
                self.insts.push(Inst::Save(group * 2 + 1));
            }
            Node::Branch(branches) => self.branch(branches),
            Node::Repeat { min, max, greed, body } => self.repeat(*min, *max, *greed, body),
            Node::Atomic(body) => self.atomic(|builder| builder.sequence(body)),
            Node::Look { behind, negated, body } => {
                let hole = self.hole();
                self.sequence(body);
                self.insts.push(Inst::Done);
                let width = usize::try_from(sequence_width(body, self.widths).0).unwrap_or(usize::MAX);
                let behind = if *behind { Some(width) } else { None };
                self.insts[hole] = Inst::Look { behind, negated: *negated, next: self.insts.len() };
            }
            Node::Backreference(group, fold) => self.insts.push(Inst::Backreference(*group, *fold)),
            Node::Conditional { group, yes, no } => {
                let hole = self.hole();
                self.sequence(yes);
                let end = self.hole();
                self.insts[hole] = Inst::Conditional(*group, self.insts.len());
                self.sequence(no);
                self.insts[end] = Inst::Jump(self.insts.len());
            }
            Node::Char(..) | Node::Any(_) | Node::Set { .. } => {}
        }
    }

    fn branch(&mut self, branches: &[Vec<Node>]) {
        let mut ends = Vec::new();
        for (i, branch) in branches.iter().enumerate() {
            if i + 1 == branches.len() {
                self.sequence(branch);
                break;
            }
            let split = self.hole();
            self.sequence(branch);
            ends.push(self.hole());
            self.insts[split] = Inst::Split(split + 1, self.insts.len());
        }
        for end in ends {
            self.insts[end] = Inst::Jump(self.insts.len());
        }
    }

    fn atomic(&mut self, body: impl FnOnce(&mut Self)) {
        let hole = self.hole();
        body(self);
        self.insts.push(Inst::Done);
        self.insts[hole] = Inst::Atomic { next: self.insts.len() };
    }

    fn repeat(&mut self, min: u32, max: u32, greed: Greed, body: &[Node]) {
        if let [node] = body
            && let Some(single) = single(node)
        {
            self.insts.push(Inst::Run { single, min, max, greed });
            return;
        }
        if greed == Greed::Possessive {
            self.atomic(|builder| builder.repeat(min, max, Greed::Greedy, body));
            return;
        }
        if (min, max) == (0, 1) {
            let split = self.hole();
            self.sequence(body);
            let end = self.insts.len();
            self.insts[split] = match greed {
                Greed::Lazy => Inst::Split(end, split + 1),
                _ => Inst::Split(split + 1, end),
            };
            return;
        }
        let slot = self.loops;
        self.loops += 1;
        self.insts.push(Inst::LoopStart(slot));
        let start = self.hole();
        self.sequence(body);
        self.insts.push(Inst::LoopNext { slot, start });
        let max = if max == UNLIMITED { u32::MAX } else { max };
        self.insts[start] = Inst::Loop { slot, min, max, greedy: greed == Greed::Greedy, exit: self.insts.len() };
    }
}
