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

/// What is known of a name; class version and shape stand in the cache itself. A line of the processor's cache each.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Entry {
    cache: Cache,
    /// Bits of the interned name; 0 in an empty entry.
    name: u64,
    usage: Use,
}

const EMPTY: Entry = Entry { cache: Cache::EMPTY, name: 0, usage: Use::Value };
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
    name: u64,
    class: u32,
    shape: Option<&'static attrs::Shape>,
    usage: Use,
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
        let shape = self.shape.map_or(0, |s| std::ptr::from_ref(s).addr());
        let mixed = (self.name as usize ^ shape) >> 4 ^ (self.class as usize).wrapping_mul(0x9E37_79B1);
        (mixed ^ self.usage as usize) & (ENTRIES - 1)
    }
}

impl AttrCache {
    pub const fn new() -> AttrCache {
        AttrCache { entries: Vec::new(), hits: 0 }
    }

    /// The entry, and whether it is time that the site took it for its own. Class and shape of the object need no more
    /// checks.
    #[inline(always)]
    pub fn get(&mut self, key: Key) -> Option<(&Cache, bool)> {
        let entry = self.entries.get(key.slot())?;
        let address = |shape: Option<&attrs::Shape>| shape.map_or(0, |s| std::ptr::from_ref(s).addr());
        let fits = entry.name == key.name
            && entry.cache.version == key.class
            && address(entry.cache.shape) == address(key.shape)
            && entry.usage == key.usage;
        if !fits {
            return None;
        }
        self.hits = self.hits.wrapping_add(1);
        Some((&entry.cache, self.hits.is_multiple_of(OFTEN)))
    }

    /// Remembers a cache with the key's class version and shape.
    pub fn put(&mut self, key: Key, cache: Cache) {
        debug_assert!(cache.version == key.class && cache.kind != CacheKind::Empty);
        if self.entries.is_empty() {
            self.entries = vec![EMPTY; ENTRIES];
        }
        self.entries[key.slot()] = Entry { cache, name: key.name, usage: key.usage };
    }
}
