//! Lists, tuples, bytes and bytearrays.

use super::Class;
use super::str::hash_bytes;
use crate::heap::{Ref, Tail, VmCell, new, new_with_tail};
use crate::value::Value;
use std::cell::Cell;
use std::mem::MaybeUninit;

/// A `list`.
pub struct List {
    items: VmCell<Vec<Value>>,
}

impl List {
    pub fn create(items: Vec<Value>) -> Ref<List> {
        new(&crate::types().list, List::from_vec(items))
    }

    /// A payload, for instances of subclasses.
    pub fn from_vec(items: Vec<Value>) -> List {
        List { items: VmCell::new(items) }
    }

    /// The items. See `VmCell` for how long the reference may live.
    #[inline(always)]
    pub fn items(&self) -> &Vec<Value> {
        self.items.get()
    }

    #[inline(always)]
    pub fn items_mut(&self) -> &mut Vec<Value> {
        self.items.get_mut()
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.items.get().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[inline(always)]
    pub fn get(&self, index: usize) -> Option<Value> {
        self.items.get().get(index).cloned()
    }

    #[inline(always)]
    pub fn push(&self, value: Value) {
        self.items.get_mut().push(value);
    }
}

/// A `tuple`: items behind the payload.
#[repr(C)]
pub struct Tuple {
    len: usize,
}

// SAFETY: the length never changes.
unsafe impl Tail for Tuple {
    #[inline]
    fn tail_size(&self) -> usize {
        self.len * size_of::<Value>()
    }
    #[inline]
    unsafe fn drop_tail(&mut self) {
        let items = self.items_ptr();
        for i in 0..self.len {
            // SAFETY: `len` initialised values stand behind the payload; this runs once.
            unsafe { std::ptr::drop_in_place(items.add(i)) };
        }
    }
}

impl Tuple {
    #[inline(always)]
    fn items_ptr(&self) -> *mut Value {
        // SAFETY: one past the payload.
        unsafe { (self as *const Tuple).add(1) as *mut Value }
    }

    /// A tuple of `len` items, made one after the other.
    #[inline]
    pub fn build(len: usize, mut item: impl FnMut(usize) -> Value) -> Ref<Tuple> {
        new_with_tail(&crate::types().tuple, Tuple { len }, len * size_of::<Value>(), |tail| {
            for i in 0..len {
                // SAFETY: the tail has room for `len` values.
                unsafe { std::ptr::write((tail as *mut Value).add(i), item(i)) };
            }
        })
    }

    /// A tuple of a known number of items.
    #[inline]
    pub fn from_array<const N: usize>(items: [Value; N]) -> Ref<Tuple> {
        new_with_tail(&crate::types().tuple, Tuple { len: N }, N * size_of::<Value>(), |tail| {
            // SAFETY: the tail has room for `N` values, which an array holds side by side.
            unsafe { std::ptr::write(tail as *mut [Value; N], items) }
        })
    }

    pub fn create(items: Vec<Value>) -> Ref<Tuple> {
        Tuple::with_class(&crate::types().tuple, items)
    }

    /// A tuple that is an instance of `class`.
    pub fn with_class(class: &Ref<Class>, items: Vec<Value>) -> Ref<Tuple> {
        let len = items.len();
        new_with_tail(class, Tuple { len }, len * size_of::<Value>(), |tail| {
            let place = tail as *mut Value;
            for (i, item) in items.into_iter().enumerate() {
                // SAFETY: the tail has room for all items.
                unsafe { std::ptr::write(place.add(i), item) };
            }
        })
    }

    /// A tuple of copies.
    pub fn from_slice(items: &[Value]) -> Ref<Tuple> {
        let len = items.len();
        new_with_tail(&crate::types().tuple, Tuple { len }, size_of_val(items), |tail| {
            let place = tail as *mut Value;
            for (i, item) in items.iter().enumerate() {
                // SAFETY: the tail has room for all items.
                unsafe { std::ptr::write(place.add(i), item.clone()) };
            }
        })
    }

    #[inline(always)]
    pub fn items(&self) -> &[Value] {
        // SAFETY: `len` initialised values stand behind the payload.
        unsafe { std::slice::from_raw_parts(self.items_ptr(), self.len) }
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

/// A `tuple` of these items.
pub fn tuple(items: Vec<Value>) -> Value {
    if items.is_empty() {
        return crate::types().empty_tuple.clone();
    }
    Tuple::create(items).into_value()
}

/// A `tuple` of two.
#[inline]
pub fn pair(first: Value, second: Value) -> Value {
    Tuple::from_array([first, second]).into_value()
}

/// A `list` of these items.
pub fn list(items: Vec<Value>) -> Value {
    List::create(items).into_value()
}

/// A `bytes`: the bytes stand behind the payload.
#[repr(C)]
pub struct Bytes {
    len: usize,
}

// SAFETY: the length never changes.
unsafe impl Tail for Bytes {
    #[inline]
    fn tail_size(&self) -> usize {
        self.len
    }
}

impl Bytes {
    pub fn create(bytes: &[u8]) -> Ref<Bytes> {
        Bytes::with_class(&crate::types().bytes, bytes)
    }

    /// A `bytes` that is an instance of `class`.
    pub fn with_class(class: &Ref<Class>, bytes: &[u8]) -> Ref<Bytes> {
        new_with_tail(class, Bytes { len: bytes.len() }, bytes.len(), |tail| {
            // SAFETY: the tail has room for all bytes.
            unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), tail, bytes.len()) }
        })
    }

    /// A `bytes` of up to `len` bytes that `receive` puts into their place; it gives the part that it filled.
    pub fn received<E>(
        len: usize,
        receive: impl FnOnce(&mut [MaybeUninit<u8>]) -> Result<&mut [u8], E>,
    ) -> Result<Value, E> {
        let mut filled = Ok(0);
        let made = new_with_tail(&crate::types().bytes, Bytes { len }, len, |tail| {
            // SAFETY: the tail is this long, and nobody else knows of it yet.
            let place = unsafe { std::slice::from_raw_parts_mut(tail as *mut MaybeUninit<u8>, len) };
            // What was filled stands at the front, or nothing was.
            filled = receive(place).map(|part| if part.as_ptr() == tail { part.len() } else { 0 });
            let rest = if let Ok(count) = filled { count } else { 0 };
            // SAFETY: as above.
            unsafe { std::ptr::write_bytes(tail.add(rest), 0, len - rest) };
        });
        let count = filled?;
        Ok(if count < len { bytes(&made.as_bytes()[..count]) } else { made.into_value() })
    }

    /// `content` as often, one behind the other.
    pub fn repeated(content: &[u8], count: usize) -> Ref<Bytes> {
        let len = content.len() * count;
        new_with_tail(&crate::types().bytes, Bytes { len }, len, |tail| {
            // SAFETY: the tail has room for all of them.
            unsafe { fill_repeated(tail, content, count) }
        })
    }

    #[inline(always)]
    pub fn as_bytes(&self) -> &[u8] {
        // SAFETY: `len` initialised bytes stand behind the payload.
        unsafe { std::slice::from_raw_parts((self as *const Bytes).add(1) as *const u8, self.len) }
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub fn hash(&self) -> u64 {
        hash_bytes(self.as_bytes())
    }
}

/// Writes `content` as often, one behind the other.
///
/// # Safety
/// There is room for all of them at `place`, which is not part of `content`.
pub(super) unsafe fn fill_repeated(place: *mut u8, content: &[u8], count: usize) {
    let len = content.len() * count;
    let mut filled = content.len().min(len);
    // SAFETY: promised by the caller; what is copied from has been written and lies before what is copied to.
    unsafe {
        std::ptr::copy_nonoverlapping(content.as_ptr(), place, filled);
        while filled < len {
            let more = filled.min(len - filled);
            std::ptr::copy_nonoverlapping(place, place.add(filled), more);
            filled += more;
        }
    }
}

/// A `bytes` object.
pub fn bytes(content: &[u8]) -> Value {
    Bytes::create(content).into_value()
}

/// A `bytearray`.
pub struct ByteArray {
    stored: VmCell<Vec<u8>>,
    /// How many bytes at the front of `stored` are deleted already: a buffer that is filled at one end and emptied at
    /// the other is not moved each time.
    gone: Cell<usize>,
}

impl ByteArray {
    pub fn from_vec(content: Vec<u8>) -> ByteArray {
        ByteArray { stored: VmCell::new(content), gone: Cell::new(0) }
    }

    pub fn create(content: Vec<u8>) -> Ref<ByteArray> {
        new(&crate::types().bytearray, ByteArray::from_vec(content))
    }

    pub fn content(&self) -> &[u8] {
        &self.stored.get()[self.gone.get()..]
    }

    /// The content, for any change.
    pub fn content_mut(&self) -> &mut Vec<u8> {
        let stored = self.stored.get_mut();
        let gone = self.gone.replace(0);
        if gone != 0 {
            stored.drain(..gone);
        }
        stored
    }

    /// The bytes, for a change of some of them.
    pub fn bytes_mut(&self) -> &mut [u8] {
        &mut self.stored.get_mut()[self.gone.get()..]
    }

    /// Has `extend` add bytes at the end, where there is room for `room` at least.
    pub fn extend_by<R>(&self, room: usize, extend: impl FnOnce(&mut Vec<u8>) -> R) -> R {
        let stored = self.stored.get_mut();
        if stored.capacity() - stored.len() < room {
            self.content_mut().reserve(room);
        }
        extend(self.stored.get_mut())
    }

    /// Adds bytes at the end.
    pub fn append(&self, more: &[u8]) {
        let stored = self.stored.get_mut();
        if stored.len() + more.len() > stored.capacity() {
            self.content_mut().extend_from_slice(more);
        } else {
            stored.extend_from_slice(more);
        }
    }

    /// Deletes the first bytes, of which there are at least `count`. What is moved for it, later, is no more than what
    /// was deleted.
    pub fn remove_front(&self, count: usize) {
        let gone = self.gone.get() + count;
        let len = self.stored.get().len();
        debug_assert!(gone <= len);
        self.gone.set(gone);
        if gone >= len / 2 {
            self.content_mut();
        }
    }
}

impl Value {
    /// The bytes of a `bytearray`, or of a `memoryview` that may be written to, to change them.
    pub fn as_byte_slice_mut(&self) -> Option<&mut [u8]> {
        match self.downcast::<ByteArray>() {
            Some(b) => Some(b.bytes_mut()),
            None => self.native_state::<crate::types::memoryview::MemoryView>()?.bytes_mut(),
        }
    }

    /// The bytes of a `bytes`, `bytearray` or `memoryview`.
    pub fn as_byte_slice(&self) -> Option<&[u8]> {
        if let Some(b) = self.downcast::<Bytes>() {
            return Some(b.as_bytes());
        }
        if let Some(b) = self.downcast::<ByteArray>() {
            return Some(b.content());
        }
        self.native_state::<crate::types::memoryview::MemoryView>()?.bytes()
    }

    /// The items of a `list` or `tuple` (or subclass).
    pub fn as_items(&self) -> Option<&[Value]> {
        if let Some(t) = self.downcast::<Tuple>() {
            return Some(t.items());
        }
        self.downcast::<List>().map(|l| l.items().as_slice())
    }
}
