//! `re.Pattern`.

use super::chars::Text;
use super::escapes::{Part, TemplateProblem, template};
use super::found::{self, MatchState};
use super::matcher::{Matcher, NOWHERE};
use super::parse::Problem;
use super::program::Program;
use super::tree;
use crate::native::{Step, itself, native_class, next, object, this};
use std::cell::Cell;
use weft_vm::heap::Ref;
use weft_vm::objects::str::push_code_point;
use weft_vm::objects::{Bytes, Class, Dict, MappingProxy, Str, bytes, class_flags, int, intern, list, tuple};
use weft_vm::types::{Def, slots};
use weft_vm::{Args, Asks, Res, Thrown, Value, Vm, class_of, types};

pub struct PatternState {
    pub source: Value,
    pub flags: u32,
    pub program: Program,
    pub names: Vec<(String, usize)>,
    /// A pattern for `str`, or (None) whatever is searched.
    pub text: bool,
}

const DEFS: &[Def] = &[
    Def::New(|vm, _| Err(vm.type_error("cannot create 're.Pattern' instances"))),
    Def::Method("match", |vm, args| single(vm, args, "match", Way::Match)),
    Def::Method("fullmatch", |vm, args| single(vm, args, "fullmatch", Way::Full)),
    Def::Method("search", |vm, args| single(vm, args, "search", Way::Search)),
    Def::Method("findall", findall),
    Def::Method("finditer", finditer),
    Def::Method("split", split),
    Def::Method("sub", |vm, args| replace(vm, args, "sub")),
    Def::Method("subn", |vm, args| replace(vm, args, "subn")),
    Def::Method("scanner", scanner),
    Def::Method("__copy__", itself),
    Def::Method("__reduce__", reduce),
    Def::Method("__deepcopy__", |_, args| Ok(args.pos()[0].clone())),
    Def::Slot("__repr__", show),
    Def::Slot("__eq__", equals),
    Def::Slot("__hash__", hash),
    Def::Class("__class_getitem__", slots::class_getitem),
    Def::Get("pattern", |vm, v| Ok(state(vm, v)?.source.clone())),
    Def::Get("flags", |vm, v| Ok(int(state(vm, v)?.flags.into()))),
    Def::Get("groups", |vm, v| Ok(int(state(vm, v)?.program.groups as i64))),
    Def::Get("groupindex", groupindex),
];

const SCANNER_DEFS: &[Def] = &[
    Def::Method("match", |vm, args| scan(vm, args, Way::Match)),
    Def::Method("search", |vm, args| scan(vm, args, Way::Search)),
    Def::Get("pattern", |vm, v| match v.native_state::<Search>() {
        Some(search) => Ok(search.pattern.clone()),
        None => Err(vm.type_error("descriptor needs a scanner")),
    }),
];

const FINDER_DEFS: &[Def] = &[Def::Slot("__iter__", itself), Def::Slot("__next__", next::<Search>)];

thread_local! {
    pub static PATTERN: Ref<Class> = native_class("re.Pattern", class_flags::FINAL, DEFS);
    static SCANNER: Ref<Class> = native_class("_sre.SRE_Scanner", class_flags::FINAL, SCANNER_DEFS);
    static FINDER: Ref<Class> = native_class("callable_iterator", class_flags::FINAL, FINDER_DEFS);
}

fn state<'a>(vm: &mut Vm, value: &'a Value) -> Res<&'a PatternState> {
    match value.native_state::<PatternState>() {
        Some(state) => Ok(state),
        None => Err(vm.type_error("descriptor needs a pattern")),
    }
}

/// The characters of a string or of bytes.
pub fn codes(value: &Value) -> Vec<u32> {
    match value.downcast::<Str>() {
        Some(text) => text.code_points().collect(),
        None => value.as_byte_slice().unwrap_or_default().iter().map(|&b| u32::from(b)).collect(),
    }
}

/// What is searched. The text stays as it is while it is: bytes that may change are copied.
#[derive(Clone)]
pub struct Subject {
    pub original: Value,
    held: Value,
}

impl Subject {
    pub fn new(vm: &mut Vm, pattern: &PatternState, value: &Value) -> Res<Subject> {
        let is_text = value.downcast::<Str>().is_some();
        let held = match value.as_byte_slice() {
            _ if is_text => value.clone(),
            Some(_) if value.downcast::<Bytes>().is_some() => value.clone(),
            Some(content) => bytes(content),
            None => {
                let got = class_of(value).name_str();
                return Err(vm.type_error(format!("expected string or bytes-like object, got '{got}'")));
            }
        };
        match (pattern.text, is_text) {
            (true, false) => Err(vm.type_error("cannot use a string pattern on a bytes-like object")),
            (false, true) => Err(vm.type_error("cannot use a bytes pattern on a string-like object")),
            _ => Ok(Subject { original: value.clone(), held }),
        }
    }

    pub fn text(&self) -> Text<'_> {
        match self.held.downcast::<Str>() {
            Some(text) => Text { data: text.as_bytes(), wide: !text.is_ascii() },
            None => Text { data: self.held.as_byte_slice().unwrap_or_default(), wide: false },
        }
    }

    pub fn len(&self) -> usize {
        self.held.downcast::<Str>().map_or_else(|| self.text().data.len(), Str::len)
    }

    fn offset(&self, index: usize) -> usize {
        self.held.downcast::<Str>().map_or(index, |text| text.byte_offset(index))
    }

    pub fn index(&self, offset: usize) -> usize {
        self.held.downcast::<Str>().map_or(offset, |text| text.char_index(offset))
    }

    /// A part, between two offsets.
    pub fn part(&self, start: usize, end: usize) -> Value {
        if !self.held.is(&self.original) {
            // A bytearray may have changed since.
            let now = self.original.as_byte_slice().unwrap_or_default();
            let end = end.min(now.len());
            return bytes(&now[start.min(end)..end]);
        }
        let data = self.text().data;
        if start == 0 && end == data.len() && vm_exact(&self.held) {
            return self.held.clone();
        }
        self.make(&data[start..end])
    }

    /// A string, or bytes, with this content.
    fn make(&self, content: &[u8]) -> Value {
        if self.held.downcast::<Str>().is_some() { Str::from_wtf8(content).into_value() } else { bytes(content) }
    }
}

/// Whether the value is no instance of a subclass.
fn vm_exact(value: &Value) -> bool {
    class_of(value).is(&types().str) || class_of(value).is(&types().bytes)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Match,
    Full,
    Search,
}

/// `pos` and `endpos` as offsets, with `endpos` as number of characters.
struct Span {
    start: usize,
    end: usize,
    pos: usize,
    endpos: usize,
}

fn span(vm: &mut Vm, subject: &Subject, pos: Option<&Value>, endpos: Option<&Value>) -> Res<Span> {
    let length = subject.len() as i64;
    let mut limit = |value: Option<&Value>, default: i64| match value {
        Some(value) => vm.slice_bound(value).map(|n| n.unwrap_or(default).clamp(0, length)),
        None => Ok(default),
    };
    let pos = limit(pos, 0)? as usize;
    let endpos = limit(endpos, length)? as usize;
    let start = subject.offset(pos.min(endpos));
    Ok(Span { start, end: subject.offset(endpos), pos, endpos })
}

fn run(
    vm: &mut Vm,
    pattern: &Value,
    subject: &Subject,
    span: &Span,
    start: usize,
    way: Way,
    refuse_empty: bool,
) -> Res<Option<MatchState>> {
    let compiled = state(vm, pattern)?;
    if span.pos > span.endpos {
        return Ok(None);
    }
    let mut matcher = Matcher::new(&compiled.program, subject.text(), span.end, way == Way::Full);
    let found = match way {
        Way::Search => matcher.search(vm, start, refuse_empty)?,
        _ => matcher.match_once(vm, start, refuse_empty)?.map(|end| (start, end)),
    };
    let Some((start, end)) = found else { return Ok(None) };
    let mut marks = matcher.marks;
    (marks[0], marks[1]) = (start, end);
    Ok(Some(MatchState {
        pattern: pattern.clone(),
        subject: subject.clone(),
        marks,
        last: matcher.last,
        pos: span.pos,
        endpos: span.endpos,
    }))
}

fn wrap(found: Option<MatchState>) -> Value {
    found.map_or(Value::NONE, found::make)
}

fn single(vm: &mut Vm, args: Args<'_>, name: &str, way: Way) -> Res {
    let pattern = this::<PatternState>(vm, &args)?;
    let [string, pos, endpos] = args.rest().bind(vm, name, ["string", "pos", "endpos"], 1)?;
    let subject = Subject::new(vm, pattern, string.unwrap_or(&Value::NONE))?;
    let span = span(vm, &subject, pos, endpos)?;
    run(vm, &args.pos()[0], &subject, &span, span.start, way, false).map(wrap)
}

/// A search that goes on behind each match.
struct Search {
    pattern: Value,
    subject: Subject,
    span: Span,
    at: Cell<usize>,
    /// The last match was empty: the next one may not be, there.
    stuck: Cell<bool>,
    over: Cell<bool>,
}

impl Search {
    fn begin(vm: &mut Vm, pattern: &Value, args: Args<'_>, name: &str) -> Res<Search> {
        let [string, pos, endpos] = args.rest().bind(vm, name, ["string", "pos", "endpos"], 1)?;
        let compiled = state(vm, pattern)?;
        let subject = Subject::new(vm, compiled, string.unwrap_or(&Value::NONE))?;
        let span = span(vm, &subject, pos, endpos)?;
        Ok(Search::over(pattern, subject, span))
    }

    fn over(pattern: &Value, subject: Subject, span: Span) -> Search {
        let at = Cell::new(span.start);
        Search { pattern: pattern.clone(), subject, span, at, stuck: Cell::new(false), over: Cell::new(false) }
    }

    fn advance(&self, vm: &mut Vm, way: Way) -> Res<Option<MatchState>> {
        if self.over.get() {
            return Ok(None);
        }
        let found = run(vm, &self.pattern, &self.subject, &self.span, self.at.get(), way, self.stuck.get())?;
        match &found {
            Some(found) => {
                self.stuck.set(found.marks[0] == found.marks[1]);
                self.at.set(found.marks[1]);
            }
            None => self.over.set(true),
        }
        Ok(found)
    }
}

impl Step for Search {
    fn step(&self, vm: &mut Vm) -> Res<Option<Value>> {
        Ok(self.advance(vm, Way::Search)?.map(found::make))
    }
}

fn finditer(vm: &mut Vm, args: Args<'_>) -> Res {
    this::<PatternState>(vm, &args)?;
    let search = Search::begin(vm, &args.pos()[0], args, "finditer")?;
    Ok(object(&FINDER.with(Clone::clone), search))
}

fn scanner(vm: &mut Vm, args: Args<'_>) -> Res {
    this::<PatternState>(vm, &args)?;
    let search = Search::begin(vm, &args.pos()[0], args, "scanner")?;
    Ok(object(&SCANNER.with(Clone::clone), search))
}

fn scan(vm: &mut Vm, args: Args<'_>, way: Way) -> Res {
    let search = this::<Search>(vm, &args)?;
    args.rest().expect(vm, "scan", 0, 0)?;
    search.advance(vm, way).map(wrap)
}

fn findall(vm: &mut Vm, args: Args<'_>) -> Res {
    let pattern = this::<PatternState>(vm, &args)?;
    let search = Search::begin(vm, &args.pos()[0], args, "findall")?;
    let mut out = Vec::new();
    while let Some(found) = search.advance(vm, Way::Search)? {
        out.push(match pattern.program.groups {
            0 => found.group(0).unwrap_or(Value::NONE),
            1 => found.group_or_empty(1),
            groups => tuple((1..=groups).map(|group| found.group_or_empty(group)).collect()),
        });
    }
    Ok(list(out))
}

fn split(vm: &mut Vm, args: Args<'_>) -> Res {
    let pattern = this::<PatternState>(vm, &args)?;
    let [string, most] = args.rest().bind(vm, "split", ["string", "maxsplit"], 1)?;
    let subject = Subject::new(vm, pattern, string.unwrap_or(&Value::NONE))?;
    let most = most.map_or(Ok(0), |most| vm.as_ssize(most))?;
    let whole = span(vm, &subject, None, None)?;
    let search = Search::over(&args.pos()[0], subject.clone(), whole);
    let (mut out, mut from, mut count) = (Vec::new(), 0, 0);
    while most == 0 || count < most {
        let Some(found) = search.advance(vm, Way::Search)? else { break };
        out.push(subject.part(from, found.marks[0]));
        out.extend((1..=pattern.program.groups).map(|group| found.group(group).unwrap_or(Value::NONE)));
        from = found.marks[1];
        count += 1;
    }
    out.push(subject.part(from, subject.text().data.len()));
    Ok(list(out))
}

/// What is put in the place of a match.
enum Replacement {
    Parts(Vec<Part>),
    Call(Value),
}

fn replacement(vm: &mut Vm, pattern: &PatternState, value: &Value) -> Res<Replacement> {
    if vm.is_callable(value) {
        return Ok(Replacement::Call(value.clone()));
    }
    let is_text = value.downcast::<Str>().is_some();
    if !is_text && value.as_byte_slice().is_none() {
        let got = class_of(value).name_str();
        return Err(vm.type_error(format!("decoding to str: need a bytes-like object, {got} found")));
    }
    let source = codes(value);
    match template(&source, is_text, pattern.program.groups, &pattern.names) {
        Ok(parts) => Ok(Replacement::Parts(parts)),
        Err(TemplateProblem::Unknown(name)) => {
            Err(vm.index_error(format!("unknown group name {}", super::parse::quote(&name))))
        }
        Err(TemplateProblem::Pattern(problem)) => Err(raise(vm, problem, value)),
    }
}

/// Raises what is wrong with an expression.
pub fn raise(vm: &mut Vm, problem: Problem, source: &Value) -> Thrown {
    let (message, position) = match problem {
        Problem::Pattern(message, position) => (message, position),
        Problem::Value(message) => return vm.value_error(message),
        Problem::Overflow => return vm.overflow_error("the repetition number is too large"),
    };
    let position = if position == usize::MAX { Value::NONE } else { int(position as i64) };
    let made = weft_vm::builtins::import::import_module(vm, "re")
        .and_then(|module| vm.get_attr(&module, &intern(b"PatternError")))
        .and_then(|class| vm.call(&class, &[Value::from(message), source.clone(), position]));
    match made {
        Ok(exception) => vm.throw(exception),
        Err(thrown) => thrown,
    }
}

/// A template filled with the groups of a match.
pub fn fill(parts: &[Part], found: &MatchState, out: &mut Vec<u8>) {
    let data = found.subject.text().data;
    for part in parts {
        match part {
            Part::Text(codes) => push_codes(codes, found.is_text(), out),
            Part::Group(group) => {
                let (start, end) = (found.marks[group * 2], found.marks[group * 2 + 1]);
                if start != NOWHERE && end != NOWHERE {
                    out.extend_from_slice(&data[start..end]);
                }
            }
        }
    }
}

fn push_codes(codes: &[u32], is_text: bool, out: &mut Vec<u8>) {
    for &code in codes {
        if is_text { push_code_point(out, code) } else { out.push(code as u8) }
    }
}

/// `Match.expand`.
pub fn expand(vm: &mut Vm, found: &MatchState, value: &Value) -> Res {
    let pattern = state(vm, &found.pattern)?;
    match replacement(vm, pattern, value)? {
        Replacement::Parts(parts) => {
            let mut out = Vec::new();
            fill(&parts, found, &mut out);
            Ok(found.subject.make(&out))
        }
        Replacement::Call(_) => Err(vm.type_error("expected a template")),
    }
}

fn replace(vm: &mut Vm, args: Args<'_>, name: &str) -> Res {
    let pattern = this::<PatternState>(vm, &args)?;
    let [value, string, count] = args.rest().bind(vm, name, ["repl", "string", "count"], 2)?;
    let subject = Subject::new(vm, pattern, string.unwrap_or(&Value::NONE))?;
    let most = count.map_or(Ok(0), |count| vm.as_ssize(count))?;
    let Some(repl) = value else { return Err(vm.type_error("a replacement is needed")) };
    let parts_text = repl.downcast::<Str>().is_some();
    let value = replacement(vm, pattern, repl)?;
    let whole = span(vm, &subject, None, None)?;
    let search = Search::over(&args.pos()[0], subject.clone(), whole);
    let (mut out, mut from, mut count) = (Vec::new(), 0, 0);
    while most == 0 || count < most {
        let Some(found) = search.advance(vm, Way::Search)? else { break };
        let (start, end) = (found.marks[0], found.marks[1]);
        out.extend_from_slice(&subject.text().data[from..start]);
        from = end;
        count += 1;
        match &value {
            Replacement::Parts(parts) if parts_text == found.is_text() => fill(parts, &found, &mut out),
            Replacement::Parts(_) => append(vm, &subject, repl, i64::from(start > 0), &mut out)?,
            Replacement::Call(function) => {
                let given = vm.call(function, &[found::make(found)])?;
                append(vm, &subject, &given, count - 1, &mut out)?;
            }
        }
    }
    let result = if count == 0 {
        subject.part(0, subject.text().data.len())
    } else {
        out.extend_from_slice(&subject.text().data[from..]);
        subject.make(&out)
    };
    if name == "subn" { Ok(tuple(vec![result, int(count)])) } else { Ok(result) }
}

/// Adds what a function gave for a match.
fn append(vm: &mut Vm, subject: &Subject, given: &Value, index: i64, out: &mut Vec<u8>) -> Res<()> {
    let is_text = subject.held.downcast::<Str>().is_some();
    let content = match given.downcast::<Str>() {
        Some(text) if is_text => Some(text.as_bytes()),
        None if !is_text => given.as_byte_slice(),
        _ => None,
    };
    match content {
        Some(content) => out.extend_from_slice(content),
        None if given.is_none() => {}
        None => {
            let got = class_of(given).name_str();
            let wanted = if is_text { "str instance" } else { "a bytes-like object" };
            return Err(vm.type_error(format!("sequence item {index}: expected {wanted}, {got} found")));
        }
    }
    Ok(())
}

fn reduce(vm: &mut Vm, args: Args<'_>) -> Res {
    let pattern = this::<PatternState>(vm, &args)?;
    let module = weft_vm::builtins::import::import_module(vm, "re")?;
    let function = vm.get_attr(&module, &intern(b"_compile"))?;
    let given = tuple(vec![pattern.source.clone(), int(pattern.flags.into())]);
    Ok(tuple(vec![function, given]))
}

fn groupindex(vm: &mut Vm, value: &Value) -> Res {
    let names = Dict::create();
    for (name, group) in &state(vm, value)?.names {
        names.set(name, int(*group as i64));
    }
    let proxy = MappingProxy { mapping: names.into_value() };
    Ok(weft_vm::heap::new(&types().mappingproxy, proxy).into_value())
}

fn show(vm: &mut Vm, args: Args<'_>) -> Res {
    const NAMES: [(&str, u32); 8] = [
        ("re.IGNORECASE", tree::IGNORECASE),
        ("re.MULTILINE", tree::MULTILINE),
        ("re.DOTALL", tree::DOTALL),
        ("re.VERBOSE", tree::VERBOSE),
        ("re.DEBUG", 128),
        ("re.ASCII", tree::ASCII),
        ("re.LOCALE", tree::LOCALE),
        ("re.UNICODE", tree::UNICODE),
    ];
    let pattern = this::<PatternState>(vm, &args)?;
    let mut flags = pattern.flags;
    if pattern.text && flags & tree::KINDS == tree::UNICODE {
        flags &= !tree::UNICODE;
    }
    let mut words = Vec::new();
    for (name, flag) in NAMES {
        if flags & flag != 0 {
            words.push(name.to_owned());
            flags &= !flag;
        }
    }
    if flags != 0 {
        words.push(format!("0x{flags:x}"));
    }
    let shown: String = vm.repr(&pattern.source)?.to_string_lossy().chars().take(200).collect();
    let comma = if words.is_empty() { "" } else { ", " };
    Ok(Value::from(format!("re.compile({shown}{comma}{})", words.join("|"))))
}

fn equals(vm: &mut Vm, args: Args<'_>) -> Res {
    let pattern = this::<PatternState>(vm, &args)?;
    let Some(other) = args.pos().get(1).and_then(Value::native_state::<PatternState>) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let same = pattern.flags == other.flags
        && pattern.text == other.text
        && vm.equals(&pattern.source.clone(), &other.source.clone())?;
    Ok(Value::bool(same))
}

fn hash(vm: &mut Vm, args: Args<'_>) -> Res {
    let pattern = this::<PatternState>(vm, &args)?;
    let hash = vm.hash(&pattern.source.clone())?;
    Ok(int((hash ^ u64::from(pattern.flags)) as i64))
}
