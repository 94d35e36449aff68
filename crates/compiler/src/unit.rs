//! One code object under construction: registers, instructions, labels, tables.
//!
//! Temporaries are numbered from [`TEMP`] while the code grows, because only at the end is it known where they begin;
//! [`Unit::finish`] moves them down.

use crate::constants::{self, Constants};
use crate::scope::ScopeId;
use crate::{Res, too_large};
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;
use weft_bytecode::{Code, Const, Handler, Instr, Loc, LocEntry, Op, Operand, Site};

pub(crate) type Reg = u16;

/// Number of the first temporary during construction.
pub(crate) const TEMP: Reg = 0x8000;

pub(crate) fn is_temp(reg: Reg) -> bool {
    reg >= TEMP
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Label(u32);

/// Which plain locals certainly hold a value at the current point.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct BoundSet(Vec<u64>);

impl BoundSet {
    pub(crate) fn contains(&self, reg: Reg) -> bool {
        self.0.get(usize::from(reg) / 64).is_some_and(|word| word >> (reg % 64) & 1 == 1)
    }

    pub(crate) fn insert(&mut self, reg: Reg) {
        let word = usize::from(reg) / 64;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= 1 << (reg % 64);
    }

    pub(crate) fn remove(&mut self, reg: Reg) {
        if let Some(word) = self.0.get_mut(usize::from(reg) / 64) {
            *word &= !(1 << (reg % 64));
        }
    }

    fn intersect(&mut self, other: &BoundSet) {
        self.0.truncate(other.0.len());
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a &= b);
    }
}

#[derive(Default)]
struct LabelState {
    position: Option<u32>,
    /// What is bound on every jump to it; None: no jump seen yet.
    bound: Option<BoundSet>,
}

/// A range of instructions under one handler, while its end is not known. Early exits punch holes into it.
#[derive(Default)]
pub(crate) struct Region {
    start: Option<u32>,
    ranges: Vec<(u32, u32)>,
}

pub(crate) struct Unit {
    pub scope: ScopeId,
    pub code: Code,
    constants: Constants,
    global_sites: FxHashMap<u32, u32>,
    attribute_sites: FxHashMap<u32, u16>,
    locs: Vec<Loc>,
    labels: Vec<LabelState>,
    fixups: Vec<(u32, Label)>,
    /// What is emitted next belongs to this place.
    pub loc: Loc,
    /// Nothing is emitted where control can't come.
    pub reachable: bool,
    pub bound: BoundSet,
    /// Registers that something in this code unbinds: never counted as bound across a join that comes later.
    pub deletable: Vec<Reg>,
    temp_top: u16,
    temp_max: u16,
    hidden_next: u32,
    hidden_free: Vec<Reg>,
    /// Hidden registers handed out so far that an exception can leave full.
    pub hidden_log: Vec<Reg>,
    regions: Vec<Region>,
    /// Temporaries that hold a value now; kept only where the code has asynchronous comprehensions.
    pub live_temps: Option<FxHashSet<Reg>>,
}

impl Unit {
    pub(crate) fn new(scope: ScopeId, track_temps: bool) -> Unit {
        Unit {
            scope,
            code: Code::default(),
            constants: Constants::default(),
            global_sites: FxHashMap::default(),
            attribute_sites: FxHashMap::default(),
            locs: Vec::new(),
            labels: Vec::new(),
            fixups: Vec::new(),
            loc: Loc::default(),
            reachable: true,
            bound: BoundSet::default(),
            deletable: Vec::new(),
            temp_top: 0,
            temp_max: 0,
            hidden_next: 0,
            hidden_free: Vec::new(),
            hidden_log: Vec::new(),
            regions: Vec::new(),
            live_temps: track_temps.then(FxHashSet::default),
        }
    }

    // Registers.

    /// A register for a named local; only before the first hidden one.
    pub(crate) fn named(&mut self) -> Res<Reg> {
        let reg = u16::try_from(self.hidden_next).ok().filter(|r| *r < TEMP).ok_or_else(too_large)?;
        self.hidden_next += 1;
        Ok(reg)
    }

    pub(crate) fn hidden(&mut self) -> Res<Reg> {
        match self.hidden_free.pop() {
            Some(reg) => Ok(reg),
            None => self.named(),
        }
    }

    /// A hidden register whose value an exception must not keep alive past the handler.
    pub(crate) fn hidden_value(&mut self) -> Res<Reg> {
        let reg = self.hidden()?;
        self.hidden_log.push(reg);
        Ok(reg)
    }

    /// Two neighbours.
    pub(crate) fn hidden_pair(&mut self) -> Res<Reg> {
        let found = self.hidden_free.windows(2).position(|pair| pair[1] + 1 == pair[0]);
        if let Some(at) = found {
            let first = self.hidden_free[at + 1];
            self.hidden_free.drain(at..at + 2);
            return Ok(first);
        }
        let first = self.named()?;
        self.named()?;
        Ok(first)
    }

    /// Several neighbours, all logged.
    pub(crate) fn hidden_run(&mut self, count: usize) -> Res<Reg> {
        let first = self.hidden_next as Reg;
        for _ in 0..count {
            let reg = self.named()?;
            self.hidden_log.push(reg);
        }
        Ok(first)
    }

    pub(crate) fn free_hidden(&mut self, reg: Reg) {
        self.hidden_free.push(reg);
    }

    pub(crate) fn free_pair(&mut self, first: Reg) {
        self.hidden_free.extend([first + 1, first]);
    }

    pub(crate) fn temp(&mut self) -> Res<Reg> {
        let reg = TEMP.checked_add(self.temp_top).filter(|r| *r < u16::MAX - 8).ok_or_else(too_large)?;
        self.temp_top += 1;
        self.temp_max = self.temp_max.max(self.temp_top);
        Ok(reg)
    }

    pub(crate) fn temps(&mut self, count: usize) -> Res<Reg> {
        let base = TEMP + self.temp_top;
        for _ in 0..count {
            self.temp()?;
        }
        Ok(base)
    }

    pub(crate) fn mark(&self) -> u16 {
        self.temp_top
    }

    pub(crate) fn release(&mut self, mark: u16) {
        self.temp_top = mark;
    }

    // Constants and sites.

    pub(crate) fn constant(&mut self, value: Const) -> u32 {
        self.constants.add(value)
    }

    pub(crate) fn short_constant(&mut self, value: Const) -> Res<u16> {
        self.constants.add_short(value)
    }

    pub(crate) fn name(&mut self, name: &str) -> Res<u16> {
        self.short_constant(constants::string(name))
    }

    /// Globals of one name share a site.
    pub(crate) fn global_site(&mut self, name: &str) -> u32 {
        let name = self.constant(constants::string(name));
        let sites = &mut self.code.sites;
        *self.global_sites.entry(name).or_insert_with(|| {
            sites.push(Site { name });
            sites.len() as u32 - 1
        })
    }

    /// Every attribute access has a site of its own, as long as there are numbers left.
    pub(crate) fn attribute_site(&mut self, name: &str) -> Res<u16> {
        let name = self.constant(constants::string(name));
        match u16::try_from(self.code.sites.len()) {
            Ok(site) => {
                self.code.sites.push(Site { name });
                self.attribute_sites.insert(name, site);
                Ok(site)
            }
            Err(_) => self.attribute_sites.get(&name).copied().ok_or_else(too_large),
        }
    }

    // Instructions.

    pub(crate) fn position(&self) -> u32 {
        self.code.instrs.len() as u32
    }

    pub(crate) fn emit(&mut self, op: Op, x: u8, a: Reg, b: u16, c: u16) {
        if !self.reachable {
            return;
        }
        let instr = Instr::new(op, x, a, b, c);
        if let Some(live) = &mut self.live_temps {
            track(live, instr);
        }
        self.code.instrs.push(instr);
        self.locs.push(self.loc);
        if matches!(
            op,
            Op::Return | Op::ReturnNone | Op::Raise | Op::Reraise | Op::Jump | Op::ForLoop | Op::EndAsyncFor
        ) {
            self.reachable = false;
        }
    }

    /// The temporary holds nothing on the path that begins here.
    pub(crate) fn not_live(&mut self, reg: Reg) {
        if let Some(live) = &mut self.live_temps {
            live.remove(&reg);
        }
    }

    pub(crate) fn emit_bc(&mut self, op: Op, a: Reg, bc: u32) {
        let instr = Instr::new(op, 0, a, 0, 0).with_bc(bc);
        self.emit(op, 0, a, instr.b, instr.c);
    }

    /// Emits unless source and destination are the same register.
    pub(crate) fn move_to(&mut self, dst: Reg, src: Reg) {
        if dst != src {
            self.emit(Op::Move, 0, dst, src, 0);
        }
    }

    pub(crate) fn label(&mut self) -> Label {
        self.labels.push(LabelState::default());
        Label(self.labels.len() as u32 - 1)
    }

    pub(crate) fn is_bound(&self, label: Label) -> bool {
        self.labels[label.0 as usize].position.is_some()
    }

    /// A jump: `op` has a JumpBC or JumpXC operand.
    pub(crate) fn jump(&mut self, op: Op, a: Reg, b: u16, target: Label) {
        if !self.reachable {
            return;
        }
        self.fixups.push((self.position(), target));
        self.merge_into(target);
        self.emit(op, 0, a, b, 0);
    }

    /// A jump to the label from a state like this one comes, or has come.
    pub(crate) fn merge_into(&mut self, target: Label) {
        let state = &mut self.labels[target.0 as usize];
        match &mut state.bound {
            Some(bound) => bound.intersect(&self.bound),
            None => state.bound = Some(self.bound.clone()),
        }
    }

    /// Here the label stands: reachable if the code before falls through or something jumps here.
    pub(crate) fn bind(&mut self, label: Label) {
        let position = self.position();
        let state = &mut self.labels[label.0 as usize];
        state.position = Some(position);
        if let Some(bound) = &state.bound {
            if self.reachable {
                self.bound.intersect(bound);
            } else {
                self.bound = bound.clone();
                self.reachable = true;
            }
        }
    }

    /// A label that later code jumps back to: what that code unbinds doesn't count as bound.
    pub(crate) fn bind_loop(&mut self, label: Label) {
        self.bind(label);
        self.forget_deletable();
    }

    pub(crate) fn forget_deletable(&mut self) {
        for &reg in &self.deletable {
            self.bound.remove(reg);
        }
    }

    // Handlers.

    pub(crate) fn open_region(&mut self) {
        let start = Some(self.position());
        self.regions.push(Region { start, ranges: Vec::new() });
    }

    /// Ends the innermost region here, or interrupts it: see [`Unit::reopen_region`].
    pub(crate) fn close_region(&mut self) -> Region {
        let mut region = self.regions.pop().unwrap_or_default();
        let position = self.position();
        if let Some(start) = region.start.take()
            && start < position
        {
            region.ranges.push((start, position));
        }
        region
    }

    /// The region goes on after a hole.
    pub(crate) fn reopen_region(&mut self, mut region: Region) {
        region.start = Some(self.position());
        self.regions.push(region);
    }

    /// The handler of a region starts here, with the exception in `exc`. False if nothing can raise into it.
    pub(crate) fn begin_handler(&mut self, regions: &[&Region], exc: Reg, bound: &BoundSet) -> bool {
        let target = self.position();
        let mut any = false;
        for (start, end) in regions.iter().flat_map(|region| &region.ranges) {
            self.code.handlers.push(Handler { start: *start, end: *end, target, exc });
            any = true;
        }
        if any {
            self.bound = if self.reachable {
                let mut both = self.bound.clone();
                both.intersect(bound);
                both
            } else {
                bound.clone()
            };
            self.forget_deletable();
            self.reachable = true;
            if let Some(live) = &mut self.live_temps {
                live.clear();
            }
        }
        any
    }

    // The end.

    /// Patches jumps, moves temporaries down and writes the tables.
    pub(crate) fn finish(mut self) -> Res<Rc<Code>> {
        self.patch()?;
        let first_temp = self.hidden_next as u16;
        let registers = self.hidden_next + u32::from(self.temp_max);
        self.code.registers = u16::try_from(registers).map_err(|_| too_large())?;
        self.code.first_temp = first_temp;
        for instr in &mut self.code.instrs {
            rebase(instr, first_temp);
        }
        for (start, &loc) in self.locs.iter().enumerate() {
            if self.code.locations.last().is_none_or(|last| last.loc != loc) {
                self.code.locations.push(LocEntry { start: start as u32, loc });
            }
        }
        self.code.consts = self.constants.into_list();
        Ok(Rc::new(self.code))
    }

    fn patch(&mut self) -> Res {
        let targets: Vec<(u32, u32)> =
            self.fixups.iter().map(|(at, label)| (*at, self.labels[label.0 as usize].position.unwrap_or(0))).collect();
        let jumps: FxHashMap<u32, u32> = targets
            .iter()
            .filter(|(at, _)| self.code.instrs[*at as usize].op == Op::Jump)
            .map(|(at, target)| (*at, *target))
            .collect();
        for (at, target) in targets {
            let op = self.code.instrs[at as usize].op;
            let offset = i64::from(threaded(op, at, target, &jumps)) - i64::from(at) - 1;
            let offset = i32::try_from(offset).map_err(|_| too_large())?;
            let instr = &mut self.code.instrs[at as usize];
            *instr = if op.operands().contains(&Operand::JumpBC) {
                instr.with_bc(offset as u32)
            } else {
                instr.with_xc(offset).ok_or_else(too_large)?
            };
        }
        Ok(())
    }
}

/// Jumps to jumps go straight to the end of the chain, if they may go that way.
fn threaded(op: Op, at: u32, mut target: u32, jumps: &FxHashMap<u32, u32>) -> u32 {
    for _ in 0..8 {
        match jumps.get(&target) {
            Some(&next) if next != target && (next > at || goes_back(op)) => target = next,
            _ => break,
        }
    }
    target
}

/// Whether a jump instruction may go backwards, or forwards just as well.
pub(crate) fn goes_back(op: Op) -> bool {
    op != Op::ForLoop && op.may_jump_back()
}

fn rebase(instr: &mut Instr, first_temp: u16) {
    let fix = |reg: &mut u16| {
        if is_temp(*reg) {
            *reg = *reg - TEMP + first_temp;
        }
    };
    for operand in instr.op.operands() {
        use Operand::*;
        match operand {
            DstA | SrcA | KeepA | AccA | BaseA => fix(&mut instr.a),
            DstB | SrcB | KeepB | BaseB => fix(&mut instr.b),
            DstC | SrcC | KeepC | BaseC => fix(&mut instr.c),
            _ => {}
        }
    }
}

/// What an instruction does to the set of live temporaries.
fn track(live: &mut FxHashSet<Reg>, instr: Instr) {
    use Operand::*;
    for operand in instr.op.operands() {
        let (base, count) = match operand {
            SrcA => (instr.a, 1),
            SrcB => (instr.b, 1),
            SrcC => (instr.c, 1),
            BaseA | BaseB | BaseC => window(instr),
            _ => continue,
        };
        live.retain(|reg| *reg < base || *reg >= base + count);
    }
    if matches!(instr.op, Op::JumpIfTrueKeep | Op::JumpIfFalseKeep | Op::Clear) {
        live.remove(&instr.a);
        return;
    }
    if instr.op == Op::CallKw {
        live.insert(instr.a);
    }
    for operand in instr.op.operands() {
        let first = match operand {
            DstA => instr.a,
            DstB => instr.b,
            DstC => instr.c,
            _ => continue,
        };
        live.extend((first..first + written(instr)).filter(|r| is_temp(*r)));
    }
}

/// The registers a windowed instruction consumes.
fn window(instr: Instr) -> (Reg, u16) {
    match instr.op {
        Op::Call => (instr.a, instr.b + 1),
        Op::CallMethod => (instr.a, instr.b + 2),
        Op::CallKw => (instr.a, instr.b + 1 + u16::from(instr.x & 1)),
        Op::CallEx => (instr.a, 3),
        Op::MakeFunction => (instr.c, instr.x.count_ones() as u16),
        Op::MatchClass => (instr.c, 2),
        Op::BuildMap => (instr.b, 2 * instr.c),
        Op::BuildSlice | Op::LoadSuperAttr => (instr.b, 3),
        _ => (instr.b, instr.c),
    }
}

/// How many registers it writes from its destination on.
fn written(instr: Instr) -> u16 {
    match instr.op {
        Op::UnpackSequence => instr.c,
        Op::UnpackEx => instr.c + 1 + u16::from(instr.x),
        Op::LoadMethod | Op::LoadSpecial => 2,
        Op::LoadSuperAttr => 1 + u16::from(instr.x & 1),
        Op::ExcTriple => 3,
        _ => 1,
    }
}
