//! What `weft --stats` counts. Only the counting instance of the dispatch loop comes here: the other knows nothing of it.

use crate::Vm;
use crate::heap::Kind;
use crate::objects::{BoundMethod, Class, Native, Str, class_flags};
use crate::value::Value;
use std::collections::HashMap;
use std::fmt;
use weft_bytecode::{Instr, Op};

/// Pairs and natives shown; what is left of them is summed up in a line.
const SHOWN: usize = 30;

/// How often instructions were carried out, which followed which, and which natives bytecode called.
///
/// An instruction that another carries out with itself (the `ForIter` of a `ForLoop`) is not counted again.
pub struct Stats {
    /// The counts of `next` after `previous`, at `previous * OPS + next`.
    pairs: Box<[u64]>,
    previous: usize,
    natives: HashMap<Callee, (String, u64)>,
    /// By the instruction whose native code could not wait in a frame, and the function that was run for it.
    nested_runs: HashMap<String, u64>,
}

/// What tells natives apart, of which there may be several objects: function, name and owner, as addresses.
type Callee = (usize, usize, u64);

const OPS: usize = Op::ALL.len();

impl Default for Stats {
    fn default() -> Stats {
        // The row behind the last is for what comes first of all.
        Stats {
            pairs: vec![0; (OPS + 1) * OPS].into_boxed_slice(),
            previous: OPS,
            natives: HashMap::new(),
            nested_runs: HashMap::new(),
        }
    }
}

/// Counts an instruction that comes next, and the native it calls.
///
/// # Safety
/// `registers` are those of the running frame, and `instr` belongs to its code.
#[inline(never)]
pub(super) unsafe fn count(vm: &mut Vm, instr: Instr, registers: *const Value) {
    let Some(stats) = &mut vm.stats else { return };
    let op = instr.op as usize;
    stats.pairs[stats.previous * OPS + op] += 1;
    stats.previous = op;
    if matches!(instr.op, Op::Call | Op::CallMethod | Op::CallKw | Op::CallEx) {
        // SAFETY: the verifier checked the register; all of them are initialised.
        stats.count_call(unsafe { &*registers.add(usize::from(instr.a)) });
    }
}

/// Counts a run of the dispatch loop within another, which begins with the running frame.
#[cold]
#[inline(never)]
pub(super) fn count_nested_run(vm: &mut Vm) {
    // SAFETY: the running frame and its callers are alive; what a caller's pc stands behind is an instruction of its code.
    let name = unsafe {
        let frame = &*vm.frame;
        let function = frame.function().code().code.qualname.clone();
        let caller = super::visible(frame.prev);
        match () {
            () if vm.finalizing => format!("finaliser {function}"),
            () if caller.is_null() => function.to_string(),
            () => format!("{} {function}", (*caller).code().instrs[(*caller).current() as usize].op.name()),
        }
    };
    if let Some(stats) = &mut vm.stats {
        *stats.nested_runs.entry(name).or_default() += 1;
    }
}

impl Stats {
    fn count_call(&mut self, callee: &Value) {
        let native = match callee.downcast::<BoundMethod>() {
            Some(method) => &method.function,
            None => callee,
        };
        let Some(key) = key_of(native) else { return };
        self.natives.entry(key).or_insert_with(|| (name_of(native), 0)).1 += 1;
    }

    /// How often each instruction was carried out, the most frequent first.
    pub fn instructions(&self) -> Vec<(String, u64)> {
        let count = |op: usize| self.pairs.iter().skip(op).step_by(OPS).sum::<u64>();
        sorted(Op::ALL.iter().map(|&op| (op.name().to_owned(), count(op as usize))))
    }

    /// How often an instruction came after another.
    pub fn pairs(&self) -> Vec<(String, u64)> {
        let both = self.pairs[..OPS * OPS].iter().enumerate();
        let name = |i: usize| format!("{} {}", Op::ALL[i / OPS].name(), Op::ALL[i % OPS].name());
        sorted(both.filter(|(_, count)| **count > 0).map(|(i, &count)| (name(i), count)))
    }

    /// How often native code had a function run while it waited on the native stack.
    pub fn nested_runs(&self) -> Vec<(String, u64)> {
        sorted(self.nested_runs.iter().map(|(name, &count)| (name.clone(), count)))
    }

    /// How often bytecode called each native function or builtin class.
    pub fn natives(&self) -> Vec<(String, u64)> {
        sorted(self.natives.values().cloned())
    }
}

/// None for what is not native.
fn key_of(callee: &Value) -> Option<Callee> {
    match callee.kind() {
        Some(Kind::Native) => {
            let native = callee.downcast::<Native>()?;
            Some((native.function as usize, native.name.as_ptr() as usize, native.owner.get().bits()))
        }
        Some(Kind::Class) => {
            let class = callee.downcast::<Class>()?;
            class.has(class_flags::BUILTIN).then(|| (0, 0, callee.bits()))
        }
        _ => callee.is(&Value::SEND).then_some((0, 0, 0)),
    }
}

fn name_of(callee: &Value) -> String {
    if let Some(class) = callee.downcast::<Class>() {
        return class.name_str();
    }
    let Some(native) = callee.downcast::<Native>() else { return "generator.send".to_owned() };
    if let Some(owner) = native.owner.get().downcast::<Class>() {
        return format!("{}.{}", owner.name_str(), native.name);
    }
    match native.module.get().downcast::<Str>() {
        Some(module) => format!("{}.{}", module.to_string_lossy(), native.name),
        None => native.name.to_owned(),
    }
}

/// Without what never happened; equal counts by name.
fn sorted(counts: impl Iterator<Item = (String, u64)>) -> Vec<(String, u64)> {
    let mut counts: Vec<(String, u64)> = counts.filter(|(_, count)| *count > 0).collect();
    counts.sort_by(|(a, x), (b, y)| y.cmp(x).then_with(|| a.cmp(b)));
    counts
}

impl fmt::Display for Stats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        table(f, "instruction", &self.instructions(), usize::MAX)?;
        table(f, "pair of instructions", &self.pairs(), SHOWN)?;
        table(f, "native called", &self.natives(), SHOWN)?;
        table(f, "nested run", &self.nested_runs(), SHOWN)
    }
}

fn table(f: &mut fmt::Formatter<'_>, what: &str, rows: &[(String, u64)], shown: usize) -> fmt::Result {
    let total: u64 = rows.iter().map(|(_, count)| count).sum();
    let (first, rest) = rows.split_at(shown.min(rows.len()));
    let row = |f: &mut fmt::Formatter<'_>, name: &str, count: u64| {
        writeln!(f, "{:>18} {:5.1}%  {name}", grouped(count), count as f64 * 100.0 / total.max(1) as f64)
    };
    writeln!(f, "{:>18}  share  {what}", "count")?;
    for (name, count) in first {
        row(f, name, *count)?;
    }
    if !rest.is_empty() {
        row(f, &format!("({} more)", rest.len()), rest.iter().map(|(_, count)| count).sum())?;
    }
    row(f, "(all)", total)
}

/// A number with commas between its thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn the_most_frequent_come_first_and_equals_by_name() {
        let counts = [("b", 1), ("none", 0), ("a", 1), ("c", 7)];
        let names: Vec<String> =
            sorted(counts.iter().map(|&(n, c)| (n.to_owned(), c))).into_iter().map(|r| r.0).collect();
        assert_eq!(names, ["c", "a", "b"]);
    }

    #[test]
    fn long_tables_are_cut_and_keep_their_sum() {
        struct Shown;
        impl fmt::Display for Shown {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                table(f, "thing", &[("x".into(), 6), ("y".into(), 3), ("z".into(), 1)], 1)
            }
        }
        let text = Shown.to_string();
        let rows: Vec<&str> = text.lines().map(str::trim).collect();
        assert_eq!(rows, ["count  share  thing", "6  60.0%  x", "4  40.0%  (2 more)", "10 100.0%  (all)"]);
    }
}
