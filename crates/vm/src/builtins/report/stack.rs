//! The entries of a traceback.

use super::lines;
use crate::Vm;
use crate::heap::Ref;
use crate::objects::{Exception, Module, Traceback, intern};
use crate::value::Value;
use weft_bytecode::Loc;

/// Equal entries in a row that are shown before the rest is counted.
const SHOWN_REPEATS: usize = 3;

/// Whether the failing part of a line is marked.
#[derive(Clone, Copy)]
pub enum Marks {
    Shown,
    Hidden,
}

/// The text of an exception's traceback, one string for each entry; empty if it has none.
pub fn entries(vm: &mut Vm, exception: &Value, marks: Marks) -> Vec<String> {
    let first = traceback_of(exception);
    let mut out = Vec::new();
    let mut last: Option<(Value, Loc)> = None;
    let mut repeats = 0;
    let mut skip = limit(vm).map_or(0, |limit| from(&first).count().saturating_sub(limit));
    for traceback in from(&first) {
        if skip > 0 {
            skip -= 1;
            continue;
        }
        let loc = traceback.loc();
        let same = last.as_ref().is_some_and(|(before, at)| at.line == loc.line && same_code(before, &traceback));
        if !same {
            push_repeats(&mut out, repeats);
            repeats = 0;
        }
        repeats += 1;
        if repeats <= SHOWN_REPEATS {
            let loc = match marks {
                Marks::Shown => loc,
                Marks::Hidden => Loc { end_line: loc.line, end_col: loc.col, ..loc },
            };
            out.push(entry(vm, &traceback, loc));
        }
        last = Some((traceback.value().clone(), loc));
    }
    push_repeats(&mut out, repeats);
    out
}

/// The traceback of an exception, or None.
pub fn traceback_of(exception: &Value) -> Value {
    exception.downcast::<Exception>().map_or(Value::NONE, |e| e.traceback().clone())
}

/// The entries of a traceback, outermost first.
pub fn from(traceback: &Value) -> impl Iterator<Item = Ref<Traceback>> {
    std::iter::successors(traceback.as_ref::<Traceback>(), |traceback| traceback.next.get().as_ref::<Traceback>())
}

/// `sys.tracebacklimit`: how many of the innermost entries are shown.
fn limit(vm: &Vm) -> Option<usize> {
    let sys = vm.modules.get_str(&intern(b"sys"))?;
    let limit = sys.downcast::<Module>()?.dict.get_str(&intern(b"tracebacklimit"))?;
    limit.as_i64().map(|n| usize::try_from(n).unwrap_or(0))
}

fn same_code(before: &Value, traceback: &Traceback) -> bool {
    before.downcast::<Traceback>().is_some_and(|before| {
        let (a, b) = (&before.code.code, &traceback.code.code);
        a.filename == b.filename && a.name == b.name
    })
}

fn push_repeats(out: &mut Vec<String>, repeats: usize) {
    if repeats > SHOWN_REPEATS {
        let more = repeats - SHOWN_REPEATS;
        let plural = if more > 1 { "s" } else { "" };
        out.push(format!("  [Previous line repeated {more} more time{plural}]\n"));
    }
}

fn entry(vm: &mut Vm, traceback: &Traceback, loc: Loc) -> String {
    let code = &traceback.code.code;
    let mut text = format!("  File \"{}\", line {}, in {}\n", code.filename, loc.line, code.name);
    let last = loc.end_line.max(loc.line);
    if vm.host.source_line(&code.filename, loc.line).is_some() {
        let source: Vec<String> =
            (loc.line..=last).map(|line| vm.host.source_line(&code.filename, line).unwrap_or_default()).collect();
        text += &lines::render(&source, loc);
    }
    text
}
