//! What inline caches have learnt, kept for sites that see objects of several classes in turn: such a site takes the
//! entry for the object at hand from here, and needs no look-up.

use crate::objects::{Cache, CacheKind, attrs};
use crate::value::Value;

/// Whether the attribute is wanted as a value or for a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    Value,
    Call,
    Store,
}

#[derive(Clone, Copy)]
struct Entry {
    /// Bits of the interned name; 0 in an empty entry.
    name: u64,
    class: u32,
    usage: Use,
    shape: Option<&'static attrs::Shape>,
    cache: Cache,
}

const EMPTY: Entry = Entry { name: 0, class: 0, usage: Use::Value, shape: None, cache: Cache::EMPTY };
const ENTRIES: usize = 1 << 10;

/// A table of cache entries by class version, shape, name and use. Entries go stale with the version.
pub(crate) struct AttrCache {
    entries: Vec<Entry>,
    hits: u32,
}

/// One in so many hits goes to the site as well, so that it follows when its objects change for good.
const OFTEN: u32 = 16;

/// What an entry is found by.
#[derive(Clone, Copy)]
pub(crate) struct Key {
    pub name: u64,
    pub class: u32,
    pub shape: Option<&'static attrs::Shape>,
    pub usage: Use,
}

impl Key {
    /// The key for an attribute of an object on the heap. Inlined, because a key that goes through memory is read in
    /// wider pieces than it was written, which the processor cannot forward.
    #[inline(always)]
    pub fn of(object: &Value, name: &Value, usage: Use) -> Option<Key> {
        let header = object.header()?;
        let shape = attrs::of(header).map(|own| own.shape());
        Some(Key { name: name.bits(), class: header.class().version(), shape, usage })
    }

    #[inline(always)]
    fn slot(self) -> usize {
        let shape = self.shape.map_or(0, |s| std::ptr::from_ref(s).addr() >> 4);
        let mixed = (self.name >> 4) as usize ^ (self.class as usize).wrapping_mul(0x9E37_79B1) ^ shape;
        (mixed ^ self.usage as usize) & (ENTRIES - 1)
    }
}

impl AttrCache {
    pub const fn new() -> AttrCache {
        AttrCache { entries: Vec::new(), hits: 0 }
    }

    /// The entry, and whether it is time that the site took it for its own.
    #[inline(always)]
    pub fn get(&mut self, key: Key) -> Option<(&Cache, bool)> {
        let entry = self.entries.get(key.slot())?;
        let same_shape = match (entry.shape, key.shape) {
            (Some(a), Some(b)) => std::ptr::eq(a, b),
            (None, None) => true,
            _ => false,
        };
        let fits = entry.name == key.name && entry.class == key.class && entry.usage == key.usage && same_shape;
        if !fits || entry.cache.kind == CacheKind::Empty {
            return None;
        }
        self.hits = self.hits.wrapping_add(1);
        Some((&entry.cache, self.hits.is_multiple_of(OFTEN)))
    }

    pub fn put(&mut self, key: Key, cache: Cache) {
        if self.entries.is_empty() {
            self.entries = vec![EMPTY; ENTRIES];
        }
        self.entries[key.slot()] =
            Entry { name: key.name, class: key.class, usage: key.usage, shape: key.shape, cache };
    }
}
