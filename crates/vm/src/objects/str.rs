//! Strings: WTF-8 (UTF-8, lone surrogates as three bytes), immutable, bytes behind the payload.

use super::Class;
use crate::heap::{Header, Ref, Tail, VmCell, new_with_tail, object_flags, pool};
use crate::value::Value;
use std::cell::Cell;
use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher};
use std::mem::ManuallyDrop;

/// A `str`. ASCII exactly when bytes and code points are equally many.
#[repr(C)]
pub struct Str {
    byte_len: usize,
    char_len: usize,
    /// 0: not computed yet.
    hash: Cell<u64>,
    /// For text that is not ASCII: where its code points are, made when first indexed.
    index: VmCell<Option<Box<Index>>>,
}

/// Where the code points of a text begin.
struct Index {
    /// The byte offset of every 32nd code point.
    table: Box<[u32]>,
    /// The code point asked for last and its byte offset: loops go on from there.
    last: Cell<(usize, usize)>,
}

/// Code points from one entry of the index to the next.
const INDEX_STEP: usize = 32;

// SAFETY: `grow` alone changes the length, and has the block moved if its size changes with it; bytes need no drop.
unsafe impl Tail for Str {
    #[inline]
    fn tail_size(&self) -> usize {
        tail_room(self.byte_len)
    }
}

/// The room that is kept for so many bytes. Long strings get up to an eighth more, so that appending to them moves them
/// seldom.
#[inline]
fn tail_room(byte_len: usize) -> usize {
    let fixed = size_of::<Header>() + size_of::<Str>();
    let size = fixed + byte_len;
    if size <= pool::LARGEST { byte_len } else { size.next_multiple_of(size.next_power_of_two() / 16) - fixed }
}

/// Whether two texts are the same. Short ones are compared without a call.
#[inline]
pub fn same_text(a: &Str, b: &Str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    if let (Some((x, _)), Some((y, _))) = (a.split_first_chunk::<8>(), b.split_first_chunk::<8>())
        && a.len() <= 16
        && let (Some((_, z)), Some((_, w))) = (a.split_last_chunk::<8>(), b.split_last_chunk::<8>())
    {
        return x == y && z == w;
    }
    if let (Some((x, _)), Some((y, _))) = (a.split_first_chunk::<4>(), b.split_first_chunk::<4>())
        && a.len() < 8
        && let (Some((_, z)), Some((_, w))) = (a.split_last_chunk::<4>(), b.split_last_chunk::<4>())
    {
        return x == y && z == w;
    }
    a == b
}

/// Whether a byte begins a code point.
#[inline(always)]
pub fn is_char_start(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}

/// The number of code points in WTF-8.
pub fn count_chars(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&b| is_char_start(b)).count()
}

/// The hash of string or bytes content; the same in every run, so that programs repeat.
#[inline]
pub fn hash_bytes(bytes: &[u8]) -> u64 {
    if bytes.is_empty() {
        return 0;
    }
    let mut hasher = foldhash::fast::FixedState::with_seed(0x5765_6674).build_hasher();
    hasher.write(bytes);
    hasher.finish() >> 3 | 1
}

impl Str {
    /// A new string of WTF-8 bytes.
    pub fn from_wtf8(bytes: &[u8]) -> Ref<Str> {
        let char_len = if bytes.is_ascii() { bytes.len() } else { count_chars(bytes) };
        Str::from_parts(bytes, char_len)
    }

    /// A new string whose number of code points is known.
    pub fn from_parts(bytes: &[u8], char_len: usize) -> Ref<Str> {
        Str::build(bytes.len(), char_len, |tail| {
            // SAFETY: the tail has room for `byte_len` bytes.
            unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), tail, bytes.len()) }
        })
    }

    /// Two strings one after the other.
    pub fn concat(a: &Str, b: &Str) -> Ref<Str> {
        let (left, right) = (a.as_bytes(), b.as_bytes());
        // A high surrogate before a low one stays two code points, as in CPython.
        Str::build(left.len() + right.len(), a.char_len + b.char_len, |tail| {
            // SAFETY: the tail has room for both.
            unsafe {
                std::ptr::copy_nonoverlapping(left.as_ptr(), tail, left.len());
                std::ptr::copy_nonoverlapping(right.as_ptr(), tail.add(left.len()), right.len());
            }
        })
    }

    /// The string as often, one behind the other.
    pub fn repeated(&self, count: usize) -> Ref<Str> {
        Str::build(self.byte_len * count, self.char_len * count, |tail| {
            // SAFETY: the tail has room for all of them.
            unsafe { super::sequence::fill_repeated(tail, self.as_bytes(), count) }
        })
    }

    /// `text` with `more` behind it: in place, or in a larger block that takes its place.
    ///
    /// # Safety
    /// Nobody else holds `text`, a plain `str`, nor refers to its bytes. `more` is another object.
    pub unsafe fn grow(text: Ref<Str>, more: &Str) -> Ref<Str> {
        let (old_len, added) = (text.byte_len, more.as_bytes());
        let fixed = size_of::<Header>() + size_of::<Str>();
        let (old_size, new_size) = (fixed + tail_room(old_len), fixed + tail_room(old_len + added.len()));
        let object = ManuallyDrop::new(text.into_value()).bits() as *mut u8;
        // SAFETY: the value, whose count is kept, was the only one; the block holds header, payload and `old_len` bytes, and
        // `new_size` has room for those added.
        unsafe {
            let object = pool::resize(object, old_size, new_size);
            let payload = &mut *(object.add(size_of::<Header>()) as *mut Str);
            std::ptr::copy_nonoverlapping(added.as_ptr(), object.add(fixed + old_len), added.len());
            payload.byte_len += added.len();
            payload.char_len += more.char_len;
            payload.hash.set(0);
            payload.index.set(None);
            Ref::from_raw(object as *mut Header)
        }
    }

    /// Strings one after the other.
    pub fn joined<'a>(parts: impl Iterator<Item = &'a Str> + Clone) -> Ref<Str> {
        let chars = parts.clone().map(Str::len).sum();
        Str::of_bytes(parts.map(Str::as_bytes), chars)
    }

    /// A string of WTF-8 in parts, whose number of code points is known.
    pub fn of_bytes<'a>(parts: impl Iterator<Item = &'a [u8]> + Clone, chars: usize) -> Ref<Str> {
        let bytes = parts.clone().map(<[u8]>::len).sum();
        Str::build(bytes, chars, |mut place| {
            for part in parts {
                // SAFETY: the tail has room for the bytes of all parts, whose lengths were just added up.
                unsafe {
                    std::ptr::copy_nonoverlapping(part.as_ptr(), place, part.len());
                    place = place.add(part.len());
                }
            }
        })
    }

    /// A string of this many bytes and code points, of WTF-8 whose parts `fill` hands over in turn.
    pub fn in_parts(bytes: usize, chars: usize, fill: impl FnOnce(&mut dyn FnMut(&[u8]))) -> Ref<Str> {
        Str::build(bytes, chars, |tail| {
            let mut filled = 0;
            fill(&mut |part| {
                assert!(part.len() <= bytes - filled, "parts of a string are longer than it");
                // SAFETY: the tail has room for `bytes` bytes, of which `filled` are taken.
                unsafe { std::ptr::copy_nonoverlapping(part.as_ptr(), tail.add(filled), part.len()) };
                filled += part.len();
            });
            // SAFETY: what `fill` left out is part of the tail.
            unsafe { std::ptr::write_bytes(tail.add(filled), 0, bytes - filled) };
        })
    }

    /// The strings among the items, with a separator between each two.
    pub fn join(separator: &Str, items: &[Value]) -> Ref<Str> {
        let texts = || items.iter().filter_map(|item| item.downcast::<Str>());
        let (count, bytes, chars) =
            texts().fold((0usize, 0, 0), |(n, b, c), text| (n + 1, b + text.byte_len, c + text.char_len));
        let gaps = count.saturating_sub(1);
        let between = separator.as_bytes();
        Str::build(bytes + gaps * between.len(), chars + gaps * separator.char_len, |mut place| {
            for (n, text) in texts().enumerate() {
                // SAFETY: the tail has room for the texts and the separators before all but the first.
                unsafe {
                    if n > 0 {
                        std::ptr::copy_nonoverlapping(between.as_ptr(), place, between.len());
                        place = place.add(between.len());
                    }
                    std::ptr::copy_nonoverlapping(text.as_bytes().as_ptr(), place, text.byte_len);
                    place = place.add(text.byte_len);
                }
            }
        })
    }

    /// ASCII text with each byte replaced by another of ASCII.
    pub fn map_ascii(text: &[u8], map: impl Fn(u8) -> u8) -> Ref<Str> {
        Str::build(text.len(), text.len(), |place| {
            for (n, &byte) in text.iter().enumerate() {
                // SAFETY: the tail has room for as many bytes.
                unsafe { *place.add(n) = map(byte) };
            }
        })
    }

    #[inline]
    fn build(byte_len: usize, char_len: usize, fill: impl FnOnce(*mut u8)) -> Ref<Str> {
        let payload = Str { byte_len, char_len, hash: Cell::new(0), index: VmCell::new(None) };
        new_with_tail(&crate::types().str, payload, tail_room(byte_len), fill)
    }

    /// A copy that is an instance of `class`, a subclass of `str`.
    pub fn with_class(class: &Ref<Class>, text: &Str) -> Ref<Str> {
        let payload =
            Str { byte_len: text.byte_len, char_len: text.char_len, hash: Cell::new(0), index: VmCell::new(None) };
        new_with_tail(class, payload, tail_room(text.byte_len), |tail| {
            // SAFETY: the tail has room for `byte_len` bytes.
            unsafe { std::ptr::copy_nonoverlapping(text.as_bytes().as_ptr(), tail, text.byte_len) }
        })
    }

    /// The content as WTF-8.
    #[inline(always)]
    pub fn as_bytes(&self) -> &[u8] {
        // SAFETY: `byte_len` initialised bytes stand behind the payload.
        unsafe {
            let tail = (self as *const Str as *const u8).add(size_of::<Str>());
            std::slice::from_raw_parts(tail, self.byte_len)
        }
    }

    /// The content, if it holds no lone surrogate.
    #[inline]
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(self.as_bytes()).ok()
    }

    /// The content with lone surrogates replaced, for messages.
    pub fn to_string_lossy(&self) -> String {
        String::from_utf8_lossy(self.as_bytes()).into_owned()
    }

    /// Length in code points.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.char_len
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.byte_len == 0
    }

    #[inline(always)]
    pub fn is_ascii(&self) -> bool {
        self.byte_len == self.char_len
    }

    /// The hash, kept after the first time.
    #[inline]
    pub fn hash(&self) -> u64 {
        let known = self.hash.get();
        if known != 0 {
            return known;
        }
        let hash = hash_bytes(self.as_bytes());
        self.hash.set(hash);
        hash
    }

    /// The byte offset of code point number `index` (up to and including the length), in constant time.
    pub fn byte_offset(&self, index: usize) -> usize {
        if self.is_ascii() {
            return index;
        }
        if index >= self.char_len {
            return self.byte_len;
        }
        let bytes = self.as_bytes();
        let known = self.index.get_mut().get_or_insert_with(|| Box::new(Index::of(bytes)));
        let (last, at) = known.last.get();
        let (mut steps, mut offset) = match index.checked_sub(last) {
            Some(steps) if steps <= index % INDEX_STEP => (steps, at),
            _ => (index % INDEX_STEP, known.table[index / INDEX_STEP] as usize),
        };
        while steps > 0 {
            offset += char_width(bytes[offset]);
            steps -= 1;
        }
        known.last.set((index, offset));
        offset
    }

    /// The number of code points before a byte offset.
    pub fn char_index(&self, byte_offset: usize) -> usize {
        if self.is_ascii() { byte_offset } else { count_chars(&self.as_bytes()[..byte_offset]) }
    }

    /// The string of code point number `index`, which is below the length.
    #[inline]
    pub fn char_at(&self, index: usize) -> Value {
        if self.is_ascii() {
            return char_value(u32::from(self.as_bytes()[index]));
        }
        let rest = &self.as_bytes()[self.byte_offset(index)..];
        match rest[0] {
            byte @ 0..0x80 => char_value(u32::from(byte)),
            0x80..0xC4 => char_value(decode_char(rest)),
            first => Str::from_parts(&rest[..char_width(first)], 1).into_value(),
        }
    }

    /// Code points `start..end`.
    pub fn slice(&self, start: usize, end: usize) -> Ref<Str> {
        let (from, to) = (self.byte_offset(start), self.byte_offset(end));
        Str::from_parts(&self.as_bytes()[from..to], end - start)
    }

    /// The code points.
    pub fn code_points(&self) -> impl DoubleEndedIterator<Item = u32> + '_ {
        CodePoints { bytes: self.as_bytes() }
    }

    /// Code point number `index`.
    pub fn code_point(&self, index: usize) -> Option<u32> {
        if index >= self.char_len {
            return None;
        }
        Some(decode_char(&self.as_bytes()[self.byte_offset(index)..]))
    }
}

/// Bytes of the code point that begins with this byte.
#[inline(always)]
pub fn char_width(first: u8) -> usize {
    match first {
        0..0xC0 => 1,
        0xC0..0xE0 => 2,
        0xE0..0xF0 => 3,
        _ => 4,
    }
}

/// The first code point of non-empty WTF-8.
pub fn decode_char(bytes: &[u8]) -> u32 {
    let first = bytes[0];
    let width = char_width(first);
    if width == 1 {
        return u32::from(first);
    }
    let start = u32::from(first) & (0x7F >> width);
    bytes[1..width].iter().fold(start, |acc, &b| acc << 6 | u32::from(b & 0x3F))
}

/// Appends a code point (also a surrogate) as WTF-8.
pub fn push_code_point(out: &mut Vec<u8>, code: u32) {
    if let Some(c) = char::from_u32(code) {
        out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    } else {
        out.extend_from_slice(&[
            0xE0 | (code >> 12) as u8,
            0x80 | (code >> 6 & 0x3F) as u8,
            0x80 | (code & 0x3F) as u8,
        ]);
    }
}

impl Index {
    fn of(bytes: &[u8]) -> Index {
        let starts = bytes.iter().enumerate().filter(|(_, b)| is_char_start(**b));
        let table = starts.step_by(INDEX_STEP).map(|(offset, _)| offset as u32).collect();
        Index { table, last: Cell::new((0, 0)) }
    }
}

struct CodePoints<'a> {
    bytes: &'a [u8],
}

impl Iterator for CodePoints<'_> {
    type Item = u32;
    fn next(&mut self) -> Option<u32> {
        let first = *self.bytes.first()?;
        let code = decode_char(self.bytes);
        self.bytes = &self.bytes[char_width(first)..];
        Some(code)
    }
}

impl DoubleEndedIterator for CodePoints<'_> {
    fn next_back(&mut self) -> Option<u32> {
        let start = self.bytes.iter().rposition(|&b| is_char_start(b))?;
        let (rest, last) = self.bytes.split_at(start);
        self.bytes = rest;
        Some(decode_char(last))
    }
}

type Interned = HashMap<Box<[u8]>, Value, foldhash::fast::FixedState>;

thread_local! {
    // Never dropped: when a thread ends, what frees the strings may be gone already.
    static INTERNED: ManuallyDrop<VmCell<Interned>> =
        const { ManuallyDrop::new(VmCell::new(HashMap::with_hasher(foldhash::fast::FixedState::with_seed(7)))) };
}

/// The one string with this content. Interned strings live as long as the thread; names of attributes and variables
/// are always interned, so that they compare by identity.
pub fn intern(bytes: &[u8]) -> Value {
    INTERNED.with(|table| {
        if let Some(found) = table.get().get(bytes) {
            return found.clone();
        }
        let value = Str::from_wtf8(bytes);
        value.header().set_flag(object_flags::INTERNED);
        let value = value.into_value();
        table.get_mut().insert(bytes.into(), value.clone());
        value
    })
}

/// The interned twin of a string.
pub fn intern_value(value: &Value) -> Value {
    match value.downcast::<Str>() {
        Some(_) if value.header().is_some_and(|h| h.has_flag(object_flags::INTERNED)) => value.clone(),
        Some(s) => INTERNED.with(|table| {
            if let Some(found) = table.get().get(s.as_bytes()) {
                return found.clone();
            }
            // An instance of a subclass is not the plain string that names must be.
            let exact = value.header().is_some_and(|h| h.class_value().is(crate::types().str.value()));
            let own = if exact { value.clone() } else { Str::from_wtf8(s.as_bytes()).into_value() };
            if let Some(header) = own.header() {
                header.set_flag(object_flags::INTERNED);
            }
            table.get_mut().insert(s.as_bytes().into(), own.clone());
            own
        }),
        None => value.clone(),
    }
}

thread_local! {
    static LATIN1: ManuallyDrop<VmCell<[Value; 256]>> =
        const { ManuallyDrop::new(VmCell::new([const { Value::UNSET }; 256])) };
}

/// The string of one code point; those below 256 are shared.
#[inline]
pub fn char_value(code: u32) -> Value {
    // A closure any larger would be called rather than inlined.
    let known = match code {
        0..=0xFF => LATIN1.with(|table| table.get()[code as usize].clone()),
        _ => Value::UNSET,
    };
    if known.is_unset() { new_char(code) } else { known }
}

/// The same, where the string does not exist yet.
#[inline(never)]
fn new_char(code: u32) -> Value {
    let mut room = [0; 4];
    let mut surrogate = Vec::new();
    let bytes = match char::from_u32(code) {
        Some(c) => c.encode_utf8(&mut room).as_bytes(),
        None => {
            push_code_point(&mut surrogate, code);
            &surrogate
        }
    };
    if code > 0xFF {
        return Str::from_parts(bytes, 1).into_value();
    }
    let value = intern(bytes);
    LATIN1.with(|table| table.get_mut()[code as usize] = value.clone());
    value
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Str::from_wtf8(text.as_bytes()).into_value()
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::from(text.as_str())
    }
}
