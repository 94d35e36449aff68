//! `re.Pattern`.

use super::chars::Text;
use super::escapes::{Part, TemplateProblem, template};
use super::found::{self, MatchState};
use super::matcher::{Matcher, NOWHERE};
use super::parse::Problem;
use super::program::Program;
use super::tree;
use crate::native::{Step, itself, native_class, next, object, this};
use std::cell::{Cell, OnceCell};
use weft_vm::heap::{Ref, VmCell};
use weft_vm::objects::str::push_code_point;
use weft_vm::objects::{Bytes, Class, Dict, MappingProxy, Opaque, Str, bytes, class_flags, int, intern, list, tuple};
use weft_vm::ops::restart::Restartable;
use weft_vm::types::{Def, slots};
use weft_vm::{Args, Asks, Outcome, Res, Thrown, Value, Vm, class_of, restartable, types};

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
    Def::Method("match", restartable!(|vm, args| single(vm, args, "match", Way::Match))),
    Def::Method("fullmatch", restartable!(|vm, args| single(vm, args, "fullmatch", Way::Full))),
    Def::Method("search", restartable!(|vm, args| single(vm, args, "search", Way::Search))),
    Def::Method("findall", restartable!(findall)),
    Def::Method("finditer", restartable!(finditer)),
    Def::Method("split", restartable!(split)),
    Def::Method("sub", restartable!(|vm, args| replace(vm, args, "sub"))),
    Def::Method("subn", restartable!(|vm, args| replace(vm, args, "subn"))),
    Def::Method("scanner", restartable!(scanner)),
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

impl Span {
    fn new(subject: &Subject, pos: i64, endpos: i64) -> Span {
        let length = subject.len() as i64;
        let [pos, endpos] = [pos, endpos].map(|index| index.clamp(0, length) as usize);
        let start = subject.offset(pos.min(endpos));
        Span { start, end: subject.offset(endpos), pos, endpos }
    }

    fn whole(subject: &Subject) -> Span {
        Span::new(subject, 0, i64::MAX)
    }
}

/// `string`, `pos` and `endpos`: what is searched, and where.
fn subject_of(vm: &mut Restartable<'_>, pattern: &PatternState, args: Args<'_>, name: &str) -> Res<(Subject, Span)> {
    let [string, pos, endpos] = args.rest().bind(vm, name, ["string", "pos", "endpos"], 1)?;
    let pos = pos.map_or(Ok(0), |pos| vm.as_ssize(pos))?;
    let endpos = endpos.map_or(Ok(i64::MAX), |endpos| vm.as_ssize(endpos))?;
    let subject = Subject::new(vm, pattern, string.unwrap_or(&Value::NONE))?;
    let span = Span::new(&subject, pos, endpos);
    Ok((subject, span))
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

fn single(vm: &mut Restartable<'_>, args: Args<'_>, name: &str, way: Way) -> Res {
    let pattern = this::<PatternState>(vm, &args)?;
    let (subject, span) = subject_of(vm, pattern, args, name)?;
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
    fn begin(vm: &mut Restartable<'_>, pattern: &Value, args: Args<'_>, name: &str) -> Res<Search> {
        let compiled = state(vm, pattern)?;
        let (subject, span) = subject_of(vm, compiled, args, name)?;
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

fn finditer(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    this::<PatternState>(vm, &args)?;
    let search = Search::begin(vm, &args.pos()[0], args, "finditer")?;
    Ok(object(&FINDER.with(Clone::clone), search))
}

fn scanner(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    this::<PatternState>(vm, &args)?;
    let search = Search::begin(vm, &args.pos()[0], args, "scanner")?;
    Ok(object(&SCANNER.with(Clone::clone), search))
}

fn scan(vm: &mut Vm, args: Args<'_>, way: Way) -> Res {
    let search = this::<Search>(vm, &args)?;
    args.rest().expect(vm, "scan", 0, 0)?;
    search.advance(vm, way).map(wrap)
}

fn findall(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
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

fn split(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let pattern = this::<PatternState>(vm, &args)?;
    let [string, most] = args.rest().bind(vm, "split", ["string", "maxsplit"], 1)?;
    let most = most.map_or(Ok(0), |most| vm.as_ssize(most))?;
    let subject = Subject::new(vm, pattern, string.unwrap_or(&Value::NONE))?;
    let whole = Span::whole(&subject);
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
    Call,
}

fn replacement(vm: &mut Vm, pattern: &PatternState, value: &Value) -> Res<Replacement> {
    if vm.is_callable(value) {
        return Ok(Replacement::Call);
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
        .map(|class| vm.ask_raise(&class, &[Value::from(message), source.clone(), position]));
    made.unwrap_or_else(|thrown| thrown)
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
        Replacement::Call => Err(vm.type_error("expected a template")),
    }
}

fn replace(vm: &mut Restartable<'_>, args: Args<'_>, name: &str) -> Res {
    let pattern = this::<PatternState>(vm, &args)?;
    let [repl, string, count] = args.rest().bind(vm, name, ["repl", "string", "count"], 2)?;
    let most = count.map_or(Ok(0), |count| vm.as_ssize(count))?;
    let repl = crate::system::required(repl);
    let value = replacement(vm, pattern, repl)?;
    let subject = Subject::new(vm, pattern, string.unwrap_or(&Value::NONE))?;
    let whole = Span::whole(&subject);
    let replacing = Replacing {
        search: Search::over(&args.pos()[0], subject, whole),
        repl: repl.clone(),
        most,
        counted: name == "subn",
        out: VmCell::new(Vec::new()),
        parts: Cell::new(0),
        wrong: OnceCell::new(),
        from: Cell::new(0),
        count: Cell::new(0),
    };
    match value {
        Replacement::Parts(parts) => replacing.fill_in(vm, &parts),
        Replacement::Call => {
            let state = Opaque::state(replacing);
            let result = call_for_each(vm, &state);
            vm.and_then(result, put_in, state)
        }
    }
}

/// A replacement of matches, one after the other.
struct Replacing {
    search: Search,
    repl: Value,
    /// How many matches are replaced at most; 0: all.
    most: i64,
    /// The number of replacements is wanted, too.
    counted: bool,
    out: VmCell<Vec<u8>>,
    /// How many parts `out` is made of.
    parts: Cell<usize>,
    /// The first of them that is no text: the error comes when all matches are replaced.
    wrong: OnceCell<(usize, String)>,
    /// The end of the last match.
    from: Cell<usize>,
    count: Cell<i64>,
}

impl Replacing {
    fn push(&self, part: &[u8]) {
        self.out.get_mut().extend_from_slice(part);
        self.parts.set(self.parts.get() + 1);
    }

    /// The next match, with what is before it put out.
    fn next(&self, vm: &mut Vm) -> Res<Option<MatchState>> {
        if self.most != 0 && self.count.get() >= self.most {
            return Ok(None);
        }
        let Some(found) = self.search.advance(vm, Way::Search)? else { return Ok(None) };
        let before = &self.search.subject.text().data[self.from.get()..found.marks[0]];
        if !before.is_empty() {
            self.push(before);
        }
        self.from.set(found.marks[1]);
        self.count.set(self.count.get() + 1);
        Ok(Some(found))
    }

    fn fill_in(self, vm: &mut Vm, parts: &[Part]) -> Res {
        let is_text = self.repl.downcast::<Str>().is_some();
        while let Some(found) = self.next(vm)? {
            if is_text == found.is_text() {
                fill(parts, &found, self.out.get_mut());
                self.push(&[]);
            } else {
                self.put(&self.repl);
            }
        }
        self.finish(vm)
    }

    /// Puts out what the function gave for the newest match.
    fn put(&self, given: &Value) {
        let is_text = self.search.subject.held.downcast::<Str>().is_some();
        let content = match given.downcast::<Str>() {
            Some(text) if is_text => Some(text.as_bytes()),
            None if !is_text => given.as_byte_slice(),
            _ => None,
        };
        match content {
            Some(content) => self.push(content),
            None if given.is_none() => {}
            None => {
                self.wrong.get_or_init(|| (self.parts.get(), class_of(given).name_str()));
                self.push(&[]);
            }
        }
    }

    fn finish(&self, vm: &mut Vm) -> Res {
        let (subject, count) = (&self.search.subject, self.count.get());
        let data = subject.text().data;
        if let Some((index, got)) = self.wrong.get() {
            let wanted = match subject.held.downcast::<Str>() {
                Some(_) => "str instance",
                None => "a bytes-like object",
            };
            return Err(vm.type_error(format!("sequence item {index}: expected {wanted}, {got} found")));
        }
        let result = if count == 0 {
            subject.part(0, data.len())
        } else {
            let mut out = self.out.replace(Vec::new());
            out.extend_from_slice(&data[self.from.get()..]);
            subject.make(&out)
        };
        Ok(if self.counted { tuple(vec![result, int(count)]) } else { result })
    }
}

/// Calls the function for the matches that are left, until it has to be waited for.
fn call_for_each(vm: &mut Vm, state: &Value) -> Res {
    let replacing: &Replacing = vm.state_of(state)?;
    while let Some(found) = replacing.next(vm)? {
        let given = vm.ask_call(&replacing.repl, &[found::make(found)])?;
        replacing.put(&given);
    }
    replacing.finish(vm)
}

/// The function has returned.
fn put_in(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let given = outcome.result(vm)?;
    let replacing: &Replacing = vm.state_of(state)?;
    replacing.put(&given);
    let result = call_for_each(vm, state);
    vm.stays(result)
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
