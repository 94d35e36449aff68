//! The matcher: tries alternatives one after the other, with a stack of its own for what is still to be tried.

use super::chars::{Text, is_word, lower, same};
use super::program::{Inst, Program, Single};
use super::tree::{At, Fold, Greed};
use std::sync::atomic::Ordering;
use weft_vm::{Res, Vm};

/// Where a group begins or ends when it took no part.
pub const NOWHERE: usize = usize::MAX;

/// What is to be tried, or undone, when a try fails.
enum Later {
    Branch {
        pc: usize,
        at: usize,
    },
    /// A greedy run ended at `at` and may end earlier, not before `least`; then `pc`.
    Shorter {
        pc: usize,
        least: usize,
        at: usize,
    },
    /// A lazy run, the instruction `pc`, ended at `at` after `count` characters and may go on.
    Longer {
        pc: usize,
        at: usize,
        count: u32,
    },
    Mark {
        slot: usize,
        old: usize,
    },
    Last {
        old: usize,
    },
    Loop {
        slot: usize,
        old: (u32, usize),
    },
}

pub struct Matcher<'a> {
    program: &'a Program,
    text: Text<'a>,
    /// The end of what is searched.
    end: usize,
    /// The match must reach the end.
    full: bool,
    /// The match must not be empty and stand here.
    refused: Option<usize>,
    /// Begin and end of each group, from the first on.
    pub marks: Vec<usize>,
    /// The group that closed last, or 0.
    pub last: usize,
    /// Counter of each loop, and where its last round began.
    loops: Vec<(u32, usize)>,
    later: Vec<Later>,
    steps: u32,
}

impl<'a> Matcher<'a> {
    pub fn new(program: &'a Program, text: Text<'a>, end: usize, full: bool) -> Matcher<'a> {
        Matcher {
            program,
            text: Text { data: &text.data[..end], wide: text.wide },
            end,
            full,
            refused: None,
            marks: vec![NOWHERE; (program.groups + 1) * 2],
            last: 0,
            loops: vec![(0, NOWHERE); program.loops],
            later: Vec::new(),
            steps: 0,
        }
    }

    /// Matches at `start`; gives the end.
    pub fn match_at(&mut self, vm: &mut Vm, start: usize) -> Res<Option<usize>> {
        self.marks.fill(NOWHERE);
        self.last = 0;
        let found = self.run(vm, 0, start);
        self.later.clear();
        found
    }

    /// `match_at`; with `refuse_empty`, not an empty match.
    pub fn match_once(&mut self, vm: &mut Vm, start: usize, refuse_empty: bool) -> Res<Option<usize>> {
        self.refused = if refuse_empty { Some(start) } else { None };
        self.match_at(vm, start)
    }

    /// The first match from `start` on: begin and end. With `refuse_empty`, not an empty one right there.
    pub fn search(&mut self, vm: &mut Vm, start: usize, refuse_empty: bool) -> Res<Option<(usize, usize)>> {
        self.refused = if refuse_empty { Some(start) } else { None };
        let mut at = start;
        loop {
            match self.program.insts.first() {
                Some(Inst::Single(Single::Char(c))) if *c < 0x80 => {
                    match self.text.data[at..].iter().position(|&b| u32::from(b) == *c) {
                        Some(offset) => at += offset,
                        None => return Ok(None),
                    }
                }
                Some(Inst::At(At::Start)) if at > 0 => return Ok(None),
                _ => {}
            }
            if let Some(end) = self.match_at(vm, at)? {
                return Ok(Some((at, end)));
            }
            if at >= self.end {
                return Ok(None);
            }
            at = self.text.after(at).1;
        }
    }

    fn mark(&mut self, slot: usize, at: usize) {
        let old = std::mem::replace(&mut self.marks[slot], at);
        self.later.push(Later::Mark { slot, old });
        if slot % 2 == 1 {
            self.later.push(Later::Last { old: self.last });
            self.last = slot / 2;
        }
    }

    fn set_loop(&mut self, slot: usize, new: (u32, usize)) {
        let old = std::mem::replace(&mut self.loops[slot], new);
        self.later.push(Later::Loop { slot, old });
    }

    /// Signals are looked at now and then: some expressions take for ever.
    fn poll(&mut self, vm: &mut Vm) -> Res<()> {
        self.steps = 0;
        if vm.interrupt.swap(false, Ordering::Relaxed)
            && let Some(handler) = vm.host.on_interrupt()
        {
            return handler(vm);
        }
        Ok(())
    }

    /// Runs from an instruction on; gives where the match ended. What was pushed stays for the caller.
    fn run(&mut self, vm: &mut Vm, mut pc: usize, mut at: usize) -> Res<Option<usize>> {
        let base = self.later.len();
        loop {
            self.steps += 1;
            if self.steps > 20_000 {
                self.poll(vm)?;
            }
            let next = match &self.program.insts[pc] {
                Inst::Done => return Ok(Some(at)),
                Inst::Match => {
                    if (!self.full || at == self.end) && self.refused != Some(at) {
                        return Ok(Some(at));
                    }
                    None
                }
                Inst::Look { behind, negated, next } => {
                    self.look(vm, pc, at, *behind, *negated)?.then_some((*next, at))
                }
                Inst::Atomic { next } => {
                    let inner = self.later.len();
                    let found = self.run(vm, pc + 1, at)?;
                    self.commit(inner);
                    found.map(|end| (*next, end))
                }
                _ => self.step(pc, at),
            };
            match next.or_else(|| self.backtrack(base)) {
                Some(place) => (pc, at) = place,
                None => return Ok(None),
            }
        }
    }

    /// Whether what the look asks for holds.
    fn look(&mut self, vm: &mut Vm, pc: usize, at: usize, behind: Option<usize>, negated: bool) -> Res<bool> {
        let mut start = at;
        if !self.text.wide && behind.unwrap_or(0) > at {
            return Ok(negated);
        }
        if !self.text.wide {
            start -= behind.unwrap_or(0);
        }
        for _ in 0..behind.filter(|_| self.text.wide).unwrap_or(0) {
            if start == 0 {
                return Ok(negated);
            }
            start = self.text.back(start);
        }
        let inner = self.later.len();
        let found = self.run(vm, pc + 1, start)?.is_some();
        if found && negated {
            while self.later.len() > inner {
                self.undo_one();
            }
        } else {
            self.commit(inner);
        }
        Ok(found != negated)
    }

    /// Forgets alternatives, not what must be undone.
    fn commit(&mut self, base: usize) {
        let mut kept = base;
        for i in base..self.later.len() {
            if matches!(self.later[i], Later::Mark { .. } | Later::Last { .. } | Later::Loop { .. }) {
                self.later.swap(kept, i);
                kept += 1;
            }
        }
        self.later.truncate(kept);
    }

    fn undo_one(&mut self) {
        match self.later.pop() {
            Some(Later::Mark { slot, old }) => self.marks[slot] = old,
            Some(Later::Last { old }) => self.last = old,
            Some(Later::Loop { slot, old }) => self.loops[slot] = old,
            _ => {}
        }
    }

    /// The next thing to try, down to `base`.
    fn backtrack(&mut self, base: usize) -> Option<(usize, usize)> {
        while self.later.len() > base {
            match self.later.pop()? {
                Later::Branch { pc, at } => return Some((pc, at)),
                Later::Shorter { pc, least, mut at } => {
                    while at > least {
                        at = self.text.back(at);
                        if !self.starts_wrong(pc, at) {
                            if at > least {
                                self.later.push(Later::Shorter { pc, least, at });
                            }
                            return Some((pc, at));
                        }
                    }
                }
                Later::Longer { pc, at, count } => {
                    if let Inst::Run { single, max, .. } = &self.program.insts[pc]
                        && count < *max
                        && let Some(after) = self.takes(single, at)
                    {
                        self.later.push(Later::Longer { pc, at: after, count: count + 1 });
                        return Some((pc + 1, after));
                    }
                }
                Later::Mark { slot, old } => self.marks[slot] = old,
                Later::Last { old } => self.last = old,
                Later::Loop { slot, old } => self.loops[slot] = old,
            }
        }
        None
    }

    /// Whether the instruction needs a character that does not stand there.
    fn starts_wrong(&self, pc: usize, at: usize) -> bool {
        match &self.program.insts[pc] {
            Inst::Single(Single::Char(c)) => at >= self.end || self.text.after(at).0 != *c,
            _ => false,
        }
    }

    /// Where the character that begins at `at` ends, if it is one of these.
    #[inline]
    fn takes(&self, single: &Single, at: usize) -> Option<usize> {
        if at >= self.end {
            return None;
        }
        let (found, after) = self.text.after(at);
        let good = match single {
            Single::Char(c) => found == *c,
            Single::Folded(c, fold) => same(found, *c, *fold),
            Single::Any => found != 10,
            Single::Everything => true,
            Single::Set(set) => set.contains(found),
        };
        good.then_some(after)
    }

    /// One instruction that needs no run of its own: where to go on, or None if it fails.
    fn step(&mut self, pc: usize, at: usize) -> Option<(usize, usize)> {
        match &self.program.insts[pc] {
            Inst::Single(single) => self.takes(single, at).map(|after| (pc + 1, after)),
            Inst::At(place) => self.stands(*place, at).then_some((pc + 1, at)),
            Inst::Save(slot) => {
                self.mark(*slot, at);
                Some((pc + 1, at))
            }
            Inst::Split(first, second) => {
                self.later.push(Later::Branch { pc: *second, at });
                Some((*first, at))
            }
            Inst::Jump(to) => Some((*to, at)),
            Inst::Run { single, min, max, greed } => self.repeat(pc, at, single, *min, *max, *greed),
            Inst::LoopStart(slot) => {
                self.set_loop(*slot, (0, NOWHERE));
                Some((pc + 1, at))
            }
            Inst::Loop { slot, min, max, greedy, exit } => {
                Some(self.round(pc, at, *slot, (*min, *max), *greedy, *exit)).flatten()
            }
            Inst::LoopNext { slot, start } => {
                let (count, began) = self.loops[*slot];
                self.set_loop(*slot, (count.saturating_add(1), began));
                Some((*start, at))
            }
            Inst::Backreference(group, fold) => self.repeated_group(*group, *fold, at).map(|after| (pc + 1, after)),
            Inst::Conditional(group, other) => {
                let known = self.marks.get(group * 2 + 1).is_some_and(|&end| end != NOWHERE);
                Some((if known { pc + 1 } else { *other }, at))
            }
            Inst::Done | Inst::Match | Inst::Look { .. } | Inst::Atomic { .. } => None,
        }
    }

    /// At the head of a loop: another round, or out.
    fn round(
        &mut self,
        pc: usize,
        at: usize,
        slot: usize,
        (min, max): (u32, u32),
        greedy: bool,
        exit: usize,
    ) -> Option<(usize, usize)> {
        let (count, began) = self.loops[slot];
        let moved = began != at;
        if count < min && moved {
            self.set_loop(slot, (count, at));
            return Some((pc + 1, at));
        }
        if count >= max || !moved {
            return Some((exit, at));
        }
        if greedy {
            self.later.push(Later::Branch { pc: exit, at });
            self.set_loop(slot, (count, at));
            return Some((pc + 1, at));
        }
        // Undone in this order: first the exit is tried, then a round with its beginning noted.
        self.later.push(Later::Branch { pc: pc + 1, at });
        self.later.push(Later::Loop { slot, old: (count, at) });
        Some((exit, at))
    }

    fn repeat(
        &mut self,
        pc: usize,
        start: usize,
        single: &'a Single,
        min: u32,
        max: u32,
        greed: Greed,
    ) -> Option<(usize, usize)> {
        let (mut at, mut count) = (start, 0);
        while count < min {
            at = self.takes(single, at)?;
            count += 1;
        }
        if greed == Greed::Lazy {
            self.later.push(Later::Longer { pc, at, count });
            return Some((pc + 1, at));
        }
        let least = at;
        while count < max {
            let Some(after) = self.takes(single, at) else { break };
            at = after;
            count += 1;
        }
        if greed == Greed::Greedy && at > least {
            self.later.push(Later::Shorter { pc: pc + 1, least, at });
        }
        Some((pc + 1, at))
    }

    fn repeated_group(&self, group: usize, fold: Fold, mut at: usize) -> Option<usize> {
        let (start, end) = (self.marks[group * 2], self.marks[group * 2 + 1]);
        if start == NOWHERE || end == NOWHERE || start > end {
            return None;
        }
        let mut from = start;
        while from < end {
            if at >= self.end {
                return None;
            }
            let (wanted, after_wanted) = self.text.after(from);
            let (found, after) = self.text.after(at);
            if lower(wanted, fold) != lower(found, fold) {
                return None;
            }
            (from, at) = (after_wanted, after);
        }
        Some(at)
    }

    fn stands(&self, place: At, at: usize) -> bool {
        match place {
            At::Start => at == 0,
            At::LineStart => at == 0 || self.text.data[at - 1] == b'\n',
            At::VeryEnd => at == self.end,
            At::End => at == self.end || at + 1 == self.end && self.text.data[at] == b'\n',
            At::LineEnd => at == self.end || self.text.data[at] == b'\n',
            At::Boundary(ascii) => self.end > 0 && self.at_boundary(at, ascii),
            At::Inside(ascii) => self.end > 0 && !self.at_boundary(at, ascii),
        }
    }

    fn at_boundary(&self, at: usize, ascii: bool) -> bool {
        let before = at > 0 && is_word(self.text.before(at), ascii);
        let after = at < self.end && is_word(self.text.after(at).0, ascii);
        before != after
    }
}
