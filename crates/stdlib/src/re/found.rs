//! `re.Match`.

use super::matcher::NOWHERE;
use super::pattern::{PatternState, Subject, expand};
use crate::native::{native_class, object, this};
use weft_vm::heap::Ref;
use weft_vm::objects::{Class, Dict, Str, class_flags, int, tuple};
use weft_vm::ops::restart::Restartable;
use weft_vm::types::{Def, slots, text_of};
use weft_vm::{Args, Asks, Res, Value, Vm, restartable};

pub struct MatchState {
    pub pattern: Value,
    pub subject: Subject,
    /// Offsets: begin and end of each group, the whole match first.
    pub marks: Vec<usize>,
    pub last: usize,
    pub pos: usize,
    pub endpos: usize,
}

const DEFS: &[Def] = &[
    Def::New(|vm, _| Err(vm.type_error("cannot create 're.Match' instances"))),
    Def::Method("group", restartable!(group)),
    Def::Method("groups", groups),
    Def::Method("groupdict", groupdict),
    Def::Method("start", restartable!(|vm, args| place(vm, args, "start", |span| int(span.0)))),
    Def::Method("end", restartable!(|vm, args| place(vm, args, "end", |span| int(span.1)))),
    Def::Method("span", restartable!(|vm, args| place(vm, args, "span", |span| tuple(vec![int(span.0), int(span.1)])))),
    Def::Method("expand", |vm, args| {
        args.rest().expect(vm, "Match.expand", 1, 1)?;
        let found = this::<MatchState>(vm, &args)?;
        expand(vm, found, &args.pos()[1])
    }),
    Def::Method("__copy__", |_, args| Ok(args.pos()[0].clone())),
    Def::Method("__deepcopy__", |_, args| Ok(args.pos()[0].clone())),
    Def::Slot("__getitem__", restartable!(item)),
    Def::Slot("__repr__", show),
    Def::Class("__class_getitem__", slots::class_getitem),
    Def::Get("string", |vm, v| get(vm, v, |found| found.subject.original.clone())),
    Def::Get("re", |vm, v| get(vm, v, |found| found.pattern.clone())),
    Def::Get("pos", |vm, v| get(vm, v, |found| int(found.pos as i64))),
    Def::Get("endpos", |vm, v| get(vm, v, |found| int(found.endpos as i64))),
    Def::Get("lastindex", |vm, v| {
        get(vm, v, |found| if found.last == 0 { Value::NONE } else { int(found.last as i64) })
    }),
    Def::Get("lastgroup", |vm, v| get(vm, v, lastgroup)),
    Def::Get("regs", |vm, v| {
        get(vm, v, |found| {
            let spans = (0..found.marks.len() / 2).map(|group| found.span(group));
            tuple(spans.map(|(start, end)| tuple(vec![int(start), int(end)])).collect())
        })
    }),
];

thread_local! {
    pub static MATCH: Ref<Class> = native_class("re.Match", class_flags::FINAL, DEFS);
}

/// The object of a match.
pub fn make(state: MatchState) -> Value {
    object(&MATCH.with(Clone::clone), state)
}

fn get(vm: &mut Vm, value: &Value, pick: impl Fn(&MatchState) -> Value) -> Res {
    match value.native_state::<MatchState>() {
        Some(found) => Ok(pick(found)),
        None => Err(vm.type_error("descriptor needs a match")),
    }
}

impl MatchState {
    pub fn is_text(&self) -> bool {
        self.subject.original.downcast::<Str>().is_some()
    }

    fn names(&self) -> &[(String, usize)] {
        self.pattern.native_state::<PatternState>().map_or(&[], |pattern| &pattern.names)
    }

    fn offsets(&self, group: usize) -> Option<(usize, usize)> {
        let (start, end) = (self.marks[group * 2], self.marks[group * 2 + 1]);
        if start == NOWHERE || end == NOWHERE { None } else { Some((start, end)) }
    }

    /// What a group matched, if it took part.
    pub fn group(&self, group: usize) -> Option<Value> {
        self.offsets(group).map(|(start, end)| self.subject.part(start, end))
    }

    pub fn group_or_empty(&self, group: usize) -> Value {
        self.group(group).unwrap_or_else(|| self.subject.part(0, 0))
    }

    /// Indexes of a group; -1 if it took no part.
    fn span(&self, group: usize) -> (i64, i64) {
        match self.offsets(group) {
            Some((start, end)) => (self.subject.index(start) as i64, self.subject.index(end) as i64),
            None => (-1, -1),
        }
    }

    /// The number of a group given by number or name.
    fn number(&self, vm: &mut Restartable<'_>, key: &Value) -> Res<usize> {
        let found = if key.downcast::<Str>().is_some() {
            let name = text_of(key);
            self.names().iter().find(|(known, _)| *known == name).map(|(_, group)| *group)
        } else if vm.has_index(key) {
            let number = vm.to_index(key)?.as_i64();
            number.and_then(|n| usize::try_from(n).ok()).filter(|&group| group < self.marks.len() / 2)
        } else {
            None
        };
        found.ok_or_else(|| vm.index_error("no such group"))
    }
}

fn item(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let found = this::<MatchState>(vm, &args)?;
    let number = found.number(vm, args.pos().get(1).unwrap_or(&Value::NONE))?;
    Ok(found.group(number).unwrap_or(Value::NONE))
}

fn group(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let found = this::<MatchState>(vm, &args)?;
    if args.has_keywords() {
        return Err(vm.type_error("Match.group() takes no keyword arguments"));
    }
    let mut out = Vec::new();
    for key in args.rest().pos() {
        let number = found.number(vm, key)?;
        out.push(found.group(number).unwrap_or(Value::NONE));
    }
    match out.len() {
        0 => Ok(found.group(0).unwrap_or(Value::NONE)),
        1 => Ok(out.remove(0)),
        _ => Ok(tuple(out)),
    }
}

fn groups(vm: &mut Vm, args: Args<'_>) -> Res {
    let found = this::<MatchState>(vm, &args)?;
    let [default] = args.rest().bind(vm, "groups", ["default"], 0)?;
    let default = default.cloned().unwrap_or(Value::NONE);
    let all = 1..found.marks.len() / 2;
    Ok(tuple(all.map(|group| found.group(group).unwrap_or_else(|| default.clone())).collect()))
}

fn groupdict(vm: &mut Vm, args: Args<'_>) -> Res {
    let found = this::<MatchState>(vm, &args)?;
    let [default] = args.rest().bind(vm, "groupdict", ["default"], 0)?;
    let default = default.cloned().unwrap_or(Value::NONE);
    let out = Dict::create();
    for (name, group) in found.names() {
        out.set(name, found.group(*group).unwrap_or_else(|| default.clone()));
    }
    Ok(out.into_value())
}

fn place(vm: &mut Restartable<'_>, args: Args<'_>, name: &str, pick: fn((i64, i64)) -> Value) -> Res {
    let found = this::<MatchState>(vm, &args)?;
    args.rest().expect(vm, name, 0, 1)?;
    let number = match args.pos().get(1) {
        Some(key) => found.number(vm, key)?,
        None => 0,
    };
    Ok(pick(found.span(number)))
}

fn lastgroup(found: &MatchState) -> Value {
    let name = found.names().iter().find(|(_, group)| found.last != 0 && *group == found.last);
    name.map_or(Value::NONE, |(name, _)| Value::from(name.as_str()))
}

fn show(vm: &mut Vm, args: Args<'_>) -> Res {
    let found = this::<MatchState>(vm, &args)?;
    let text = found.group(0).unwrap_or(Value::NONE);
    let text = vm.repr(&text)?.to_string_lossy();
    let shown: String = text.chars().take(50).collect();
    let (start, end) = found.span(0);
    Ok(Value::from(format!("<re.Match object; span=({start}, {end}), match={shown}>")))
}
