//! `_regex`: what `re` matches with. The patterns are Python's, the engine is the crate `fancy_regex`.

mod class;
mod source;
mod translate;

use std::cell::{Cell, OnceCell};
use std::rc::Rc;

use fancy_regex::{Regex, RegexBuilder, RegexInput};
use weft_vm::heap::Ref;
use weft_vm::objects::str::{char_width, count_chars};
use weft_vm::objects::{Class, Dict, Str, class_flags, int, tuple};
use weft_vm::types::{Def, text_of};
use weft_vm::{Args, Res, Value, Vm, class_of};

use crate::native::{Step, itself, native_class, next, object, optional_index, this};
use translate::{Translation, flags};

/// What a compiled part of a pattern may take in memory.
const SIZE_LIMIT: usize = 1 << 28;

/// A compiled pattern.
struct Program {
    plain: Regex,
    /// The same where an empty match does not count; None if it could only be empty.
    not_empty: OnceCell<Option<Regex>>,
    /// The same up to the end of the text.
    full: OnceCell<Option<Regex>>,
    pattern: String,
    /// For each group, when its closing bracket comes.
    closing: Vec<usize>,
    is_bytes: bool,
}

/// How a match may lie in the text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    Anywhere,
    AtStart,
    Whole,
    AtStartNotEmpty,
}

/// A text to search, up to its end for the engine.
struct Subject {
    text: Ref<Str>,
    end: usize,
    /// A byte offset and the number of characters before it, from which others are counted.
    known: Cell<(usize, usize)>,
}

impl Subject {
    fn haystack(&self) -> &[u8] {
        let whole = self.text.as_bytes();
        whole.get(..self.end).unwrap_or(whole)
    }

    fn char_index(&self, offset: usize) -> usize {
        if self.text.is_ascii() {
            return offset;
        }
        let (byte, chars) = self.known.get();
        let bytes = self.text.as_bytes();
        let index =
            if offset >= byte { chars + count_chars(&bytes[byte..offset]) } else { count_chars(&bytes[..offset]) };
        self.known.set((offset, index));
        index
    }
}

thread_local! {
    static PROGRAM: Ref<Class> = native_class("_regex.Program", class_flags::FINAL, PROGRAM_DEFS);
    static SCAN: Ref<Class> = native_class("_regex.Scan", class_flags::FINAL, SCAN_DEFS);
}

const PROGRAM_DEFS: &[Def] = &[Def::Method("find", find), Def::Method("scan", scan)];
const SCAN_DEFS: &[Def] = &[Def::Slot("__iter__", itself), Def::Slot("__next__", next::<Scan>)];

/// Makes the module.
pub fn init(vm: &mut Vm) -> Res {
    Ok(vm.native_module("_regex", &[("compile", compile)]).into_value())
}

/// `compile(pattern, flags, is_bytes)`: a program, its flags, the number of its groups, and their numbers by name; or
/// None, what is wrong, and where (None: nowhere).
fn compile(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "compile", 3, 3)?;
    let [pattern, given, is_bytes] = args.pos() else { return Ok(Value::NONE) };
    let given = u32::try_from(vm.as_index(given)?).unwrap_or(0);
    let is_bytes = vm.truth(is_bytes)?;
    let refused = |message: &str, at: Option<usize>| {
        let at = at.map_or(Value::NONE, |at| int(at as i64));
        Ok(tuple(vec![Value::NONE, Value::from(message), at]))
    };
    let Translation { pattern, flags, groups } = match translate::translate(&text_of(pattern), given, is_bytes) {
        Ok(translation) => translation,
        Err(problem) => return refused(&problem.message, problem.at),
    };
    let plain = match build(&pattern, false) {
        Ok(plain) => plain,
        Err(error) => return refused(&format!("the engine refuses the pattern: {error}"), None),
    };
    let numbers = Dict::create();
    for (index, group) in groups.iter().enumerate() {
        if let Some(name) = &group.name {
            numbers.set(name, int(index as i64 + 1));
        }
    }
    let closing = groups.iter().map(|group| group.closed.unwrap_or(0)).collect();
    let count = int(groups.len() as i64);
    let (not_empty, full) = (OnceCell::new(), OnceCell::new());
    let program = Rc::new(Program { plain, not_empty, full, pattern, closing, is_bytes });
    let shown = if is_bytes { flags } else { flags | if flags & flags::ASCII == 0 { flags::UNICODE } else { 0 } };
    let program = object(&PROGRAM.with(Clone::clone), program);
    Ok(tuple(vec![program, int(i64::from(shown)), count, numbers.into_value()]))
}

fn build(pattern: &str, not_empty: bool) -> Result<Regex, Box<fancy_regex::Error>> {
    RegexBuilder::new(pattern)
        .backtrack_limit(usize::MAX)
        .delegate_size_limit(SIZE_LIMIT)
        .find_not_empty(not_empty)
        .build()
        .map_err(Box::new)
}

impl Program {
    /// Looks for a match from byte offset `from`: which group closed last, and the borders of all groups.
    fn find(&self, vm: &mut Vm, subject: &Subject, from: usize, how: How) -> Res<Option<(usize, usize, Value)>> {
        let regex = match how {
            How::Anywhere | How::AtStart => Some(&self.plain),
            How::AtStartNotEmpty => self.not_empty.get_or_init(|| build(&self.pattern, true).ok()).as_ref(),
            How::Whole => self.full.get_or_init(|| build(&format!("(?:{})\\z", self.pattern), false).ok()).as_ref(),
        };
        let Some(regex) = regex else { return Ok(None) };
        let haystack = subject.haystack();
        if from > haystack.len() {
            return Ok(None);
        }
        let input = RegexInput::new(haystack).from_pos(from).anchored(how != How::Anywhere);
        let captures = match regex.captures_input(input) {
            Ok(Some(captures)) => captures,
            Ok(None) => return Ok(None),
            Err(error) => {
                let class = weft_vm::types().exceptions.RuntimeError.clone();
                return Err(vm.raise(&class, format!("the pattern takes too long: {error}")));
            }
        };
        let spans = (0..=self.closing.len()).map(|group| captures.get(group).map(|m| (m.start(), m.end())));
        let spans: Vec<Option<(usize, usize)>> = spans.collect();
        let Some((start, end)) = spans[0] else { return Ok(None) };
        Ok(Some((start, end, self.result(subject, &spans))))
    }

    /// The last group and all borders, counted in characters, as a tuple; a border of -1: did not match.
    fn result(&self, subject: &Subject, spans: &[Option<(usize, usize)>]) -> Value {
        let matched = spans.iter().enumerate().skip(1).filter_map(|(group, span)| {
            let (_, end) = (*span)?;
            Some((end, self.closing[group - 1], group))
        });
        let last = matched.max().map_or(Value::NONE, |(_, _, group)| int(group as i64));
        let mut items = vec![last];
        for span in spans {
            match span {
                Some((start, end)) => {
                    items.push(int(subject.char_index(*start) as i64));
                    items.push(int(subject.char_index(*end) as i64));
                }
                None => items.extend([int(-1), int(-1)]),
            }
        }
        tuple(items)
    }
}

/// The text to search and the byte offset to start from.
fn subject(vm: &mut Vm, program: &Program, given: &[Value]) -> Res<(Subject, usize)> {
    let [text, pos, endpos] = given else { return Err(vm.type_error("text, pos and endpos were expected")) };
    let text = text_of_kind(vm, program, text)?;
    let length = text.len() as i64;
    let pos = optional_index(vm, Some(pos))?.unwrap_or(0).clamp(0, length);
    let endpos = optional_index(vm, Some(endpos))?.unwrap_or(length).clamp(0, length);
    let (from, end) = (text.byte_offset(pos as usize), text.byte_offset(endpos as usize));
    Ok((Subject { text, end, known: Cell::new((0, 0)) }, from))
}

/// A str as it is; bytes as characters of the same numbers.
fn text_of_kind(vm: &mut Vm, program: &Program, given: &Value) -> Res<Ref<Str>> {
    if let Some(text) = given.as_ref::<Str>() {
        if program.is_bytes {
            return Err(vm.type_error("cannot use a bytes pattern on a string-like object"));
        }
        return Ok(text);
    }
    let Some(bytes) = given.as_byte_slice() else {
        let name = class_of(given).name_str();
        return Err(vm.type_error(format!("expected string or bytes-like object, got '{name}'")));
    };
    if !program.is_bytes {
        return Err(vm.type_error("cannot use a string pattern on a bytes-like object"));
    }
    let text: String = bytes.iter().map(|&byte| char::from(byte)).collect();
    Ok(Str::from_wtf8(text.as_bytes()))
}

/// `find(how, text, pos, endpos)`, `how` being 0 anywhere, 1 at `pos`, 2 from `pos` to the end; gives the last group
/// and all borders, or None.
fn find(vm: &mut Vm, args: Args<'_>) -> Res {
    let program = this::<Rc<Program>>(vm, &args)?;
    args.rest().expect(vm, "find", 4, 4)?;
    let how = match args.pos()[1].as_i64() {
        Some(0) => How::Anywhere,
        Some(1) => How::AtStart,
        _ => How::Whole,
    };
    let (subject, from) = subject(vm, program, &args.pos()[2..])?;
    Ok(program.find(vm, &subject, from, how)?.map_or(Value::NONE, |(_, _, result)| result))
}

/// A search for all matches.
struct Scan {
    program: Rc<Program>,
    subject: Subject,
    /// Where to go on; None at the end.
    from: Cell<Option<usize>>,
    /// The last match was empty: the next one at the same place must not be.
    was_empty: Cell<bool>,
}

fn scan(vm: &mut Vm, args: Args<'_>) -> Res {
    let program = this::<Rc<Program>>(vm, &args)?.clone();
    args.rest().expect(vm, "scan", 3, 3)?;
    let (subject, from) = subject(vm, &program, &args.pos()[1..])?;
    let scan = Scan { program, subject, from: Cell::new(Some(from)), was_empty: Cell::new(false) };
    Ok(object(&SCAN.with(Clone::clone), scan))
}

impl Step for Scan {
    fn step(&self, vm: &mut Vm) -> Res<Option<Value>> {
        let Some(from) = self.from.get() else { return Ok(None) };
        let found = if self.was_empty.get() {
            match self.program.find(vm, &self.subject, from, How::AtStartNotEmpty)? {
                Some(found) => Some(found),
                None => match self.subject.haystack().get(from) {
                    Some(&first) => self.program.find(vm, &self.subject, from + char_width(first), How::Anywhere)?,
                    None => None,
                },
            }
        } else {
            self.program.find(vm, &self.subject, from, How::Anywhere)?
        };
        let Some((start, end, result)) = found else {
            self.from.set(None);
            return Ok(None);
        };
        self.from.set(Some(end));
        self.was_empty.set(start == end);
        Ok(Some(result))
    }
}

#[cfg(test)]
mod tests {
    use super::{build, translate};

    /// Whether the engine takes what the translation makes of a pattern.
    #[test]
    fn translations_are_understood_by_the_engine() {
        for pattern in
            ["a", "(?:^)*", "(?=a)*", "(a*)*", "(?i)[a-z]+", r"(?P<q>['\x22]).*?(?P=q)", r"(a)?(?(1)b|c)", r"\d{2,}+$"]
        {
            let translation = translate::translate(pattern, 0, false);
            let translation = translation.unwrap_or_else(|problem| panic!("{pattern}: {problem:?}"));
            build(&translation.pattern, false).unwrap_or_else(|error| panic!("{pattern}: {error}"));
        }
    }
}
