//! How objects die: finalisers are queued, long chains are freed without recursion, weak references are cleared.

use super::{Header, Kind, Ref, Tail, drop_payload, object_flags, pool};
use crate::frame::Generator;
use crate::objects::{Bytes, Future, Str, Task, Tuple, WeakRef, attrs};
use crate::value::Value;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;

/// Why script code must run before an object can die.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FinalizeReason {
    /// Its class defines `__del__`.
    Del,
    /// A suspended generator or coroutine with `finally`, `except` or `with` around its suspension point, or a
    /// coroutine that was never awaited.
    Generator,
    /// The callback of a weak reference.
    WeakRef,
}

/// Nested deaths beyond this are put on a list and taken one by one.
const DEEPEST: u32 = 64;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    static LATER: Cell<Vec<*mut Header>> = const { Cell::new(Vec::new()) };
    /// Whether `LATER` holds anything.
    static PUT_OFF: Cell<bool> = const { Cell::new(false) };
    static QUEUE: Cell<Vec<(FinalizeReason, Value)>> = const { Cell::new(Vec::new()) };
    static PENDING: Cell<bool> = const { Cell::new(false) };
    static WEAK: RefCell<HashMap<usize, Vec<*const WeakRef>>> = RefCell::new(HashMap::new());
}

/// Whether `take_finalizers` would give anything.
#[inline(always)]
pub fn finalizers_pending() -> bool {
    PENDING.get()
}

/// Takes the queued finalisers, oldest first.
pub fn take_finalizers() -> Vec<(FinalizeReason, Value)> {
    PENDING.with(|cell| cell.set(false));
    QUEUE.with(Cell::take)
}

fn enqueue(reason: FinalizeReason, value: Value) {
    let mut queue = QUEUE.with(Cell::take);
    queue.push((reason, value));
    QUEUE.with(|cell| cell.set(queue));
    PENDING.with(|cell| cell.set(true));
}

/// Remembers a weak reference so that it is cleared when its target dies.
pub fn note_weakref(target: &Header, weak: &Ref<WeakRef>) {
    target.set_flag(object_flags::HAS_WEAKREFS);
    let key = target as *const Header as usize;
    WEAK.with_borrow_mut(|table| table.entry(key).or_default().push(weak.as_ptr()));
}

/// The live weak references to an object, oldest first.
pub fn weakrefs_of(target: &Header) -> Vec<Ref<WeakRef>> {
    if !target.has_flag(object_flags::HAS_WEAKREFS) {
        return Vec::new();
    }
    let key = target as *const Header as usize;
    WEAK.with_borrow(|table| {
        let found = table.get(&key).map(Vec::as_slice).unwrap_or_default();
        // SAFETY: a weak reference takes itself off the table when it dies.
        found.iter().map(|&weak| unsafe { reference_of(weak) }).collect()
    })
}

/// # Safety
/// `weak` is the payload of a live weak reference.
unsafe fn reference_of(weak: *const WeakRef) -> Ref<WeakRef> {
    let header = (weak as usize - size_of::<Header>()) as *mut Header;
    // SAFETY: the payload stands right behind its header.
    unsafe {
        (*header).retain();
        Ref::from_raw(header)
    }
}

/// Forgets a weak reference that dies before its target.
pub(crate) fn forget_weakref(target: usize, weak: *const WeakRef) {
    WEAK.with_borrow_mut(|table| {
        if let Some(list) = table.get_mut(&target) {
            list.retain(|&w| w != weak);
            if list.is_empty() {
                table.remove(&target);
            }
        }
    });
}

fn clear_weakrefs(object: *mut Header) {
    let Some(list) = WEAK.with_borrow_mut(|table| table.remove(&(object as usize))) else { return };
    for weak in list {
        // SAFETY: as in `weakrefs_of`.
        let weak = unsafe { reference_of(weak) };
        weak.clear();
        if weak.has_callback() {
            enqueue(FinalizeReason::WeakRef, weak.into_value());
        }
    }
}

/// If script code has to run first, takes the object back to life and queues it.
#[inline]
fn needs_finalizer(object: *mut Header) -> bool {
    // SAFETY: `die` hands over a dead but intact object.
    let header = unsafe { &*object };
    if header.has_flag(object_flags::FINALIZED) {
        return false;
    }
    let reason = if header.has_flag(object_flags::HAS_DEL) {
        FinalizeReason::Del
    } else if header.kind == Kind::Generator && crate::frame::needs_finalizer(object) {
        FinalizeReason::Generator
    } else if matches!(header.kind, Kind::Future | Kind::Task) && future_needs_finalizer(object) {
        FinalizeReason::Del
    } else {
        return false;
    };
    header.set_flag(object_flags::FINALIZED);
    header.retain();
    // SAFETY: the count of 1 just taken passes to the value.
    enqueue(reason, unsafe { Value::from_bits(object as u64) });
    true
}

/// Whether a dying future has something to complain about.
fn future_needs_finalizer(object: *mut Header) -> bool {
    let payload = object as usize + size_of::<Header>();
    // SAFETY: the kind, which `needs_finalizer` asked for, tells which payload stands behind the header.
    unsafe {
        match (*object).kind {
            Kind::Future => (*(payload as *const Future)).complains(),
            _ => (*(payload as *const Task)).complains(),
        }
    }
}

/// Called when a count has reached zero.
///
/// # Safety
/// `object` is intact and nobody refers to it.
#[inline(never)]
pub(super) unsafe fn die(object: *mut Header) {
    // SAFETY: as above; the kind tells the payload.
    unsafe {
        let header = &*object;
        match header.kind {
            // Nothing hangs on these: no finaliser, no depth.
            Kind::Float | Kind::Str | Kind::RangeIter if header.has_no_flag_but(object_flags::INTERNED) => {
                return bury(object);
            }
            Kind::Generator if is_spent(header) => return bury_spent(object),
            Kind::Tuple if header.has_no_flag_but(0) && DEPTH.get() < DEEPEST => {
                let depth = DEPTH.get();
                DEPTH.with(|cell| cell.set(depth + 1));
                bury_tuple(object);
                DEPTH.with(|cell| cell.set(depth));
                if depth == 0 && PUT_OFF.get() {
                    drain();
                }
                return;
            }
            _ if needs_finalizer(object) => return,
            // A dead reference must not be found by its target's death, which its own may bring about.
            Kind::WeakRef => (*((object as usize + size_of::<Header>()) as *const WeakRef)).unbind(),
            _ => {}
        }
    }
    let depth = DEPTH.get();
    if depth >= DEEPEST {
        let mut later = LATER.with(Cell::take);
        later.push(object);
        LATER.with(|cell| cell.set(later));
        PUT_OFF.with(|cell| cell.set(true));
        return;
    }
    DEPTH.with(|cell| cell.set(depth + 1));
    // SAFETY: passed on.
    unsafe { bury(object) };
    DEPTH.with(|cell| cell.set(depth));
    if depth == 0 && PUT_OFF.get() {
        drain();
    }
}

/// As `bury`, for a tuple with nothing but its items, after which the caller looks.
///
/// # Safety
/// As `bury`.
#[inline(always)]
unsafe fn bury_tuple(object: *mut Header) {
    // SAFETY: promised by the caller; items and class are read once, and the memory is not used afterwards.
    unsafe {
        let tuple = &*((object as usize + size_of::<Header>()) as *const Tuple);
        for item in tuple.items() {
            drop(std::ptr::read(item));
        }
        let class = std::ptr::read((*object).class.as_ptr());
        pool::free(object as *mut u8, size_of::<Header>() + size_of::<Tuple>() + tuple.tail_size());
        drop(class);
    }
}

/// Whether a dying generator is at its end, with nothing in it but its function and its class.
#[inline(always)]
fn is_spent(header: &Header) -> bool {
    header.has_no_flag_but(object_flags::FINALIZED) && crate::frame::is_spent(std::ptr::from_ref(header).cast_mut())
}

/// As `bury`, for a generator that is spent.
///
/// # Safety
/// As `bury`.
#[inline(always)]
unsafe fn bury_spent(object: *mut Header) {
    // SAFETY: promised by the caller; the fields are read once, and the memory is not used afterwards.
    unsafe {
        let generator = (object as usize + size_of::<Header>()) as *const Generator;
        let size = size_of::<Header>() + size_of::<Generator>() + (*generator).tail_size();
        let function = std::ptr::read(&raw const (*(*generator).frame_ptr()).function);
        let class = std::ptr::read((*object).class.as_ptr());
        pool::free(object as *mut u8, size);
        drop(function);
        drop(class);
    }
}

/// As `die`; tells whether finalisers wait.
///
/// # Safety
/// As `die`.
#[inline(never)]
pub(super) unsafe fn die_and_tell(object: *mut Header) -> bool {
    // SAFETY: passed on; a spent generator that is not the last to hold its function runs nothing.
    unsafe {
        let header = &*object;
        if header.kind == Kind::Generator && is_spent(header) && forget_shared(object) {
            return false;
        }
        die(object);
    }
    finalizers_pending()
}

/// Buries a spent generator whose function and class others hold, too; tells whether it was one.
///
/// # Safety
/// As `bury_spent`.
#[inline(always)]
unsafe fn forget_shared(object: *mut Header) -> bool {
    // SAFETY: promised by the caller; other holders keep function and class alive when their counts go down by one.
    unsafe {
        let generator = (object as usize + size_of::<Header>()) as *const Generator;
        let function = (*(*generator).frame_ptr()).function.bits() as *mut Header;
        let class = (*object).class.as_ptr().cast::<*mut Header>().read();
        if (*function).count.get() == 1 || (*class).count.get() == 1 {
            return false;
        }
        (*function).count.set((*function).count.get() - 1);
        (*class).count.set((*class).count.get() - 1);
        pool::free(object as *mut u8, size_of::<Header>() + size_of::<Generator>() + (*generator).tail_size());
        true
    }
}

/// Frees the objects whose death was put off.
#[cold]
fn drain() {
    loop {
        let mut later = LATER.with(Cell::take);
        let next = later.pop();
        PUT_OFF.with(|cell| cell.set(!later.is_empty()));
        LATER.with(|cell| cell.set(later));
        let Some(object) = next else { return };
        DEPTH.with(|cell| cell.set(1));
        // SAFETY: each object was put on the list once, dead and intact.
        unsafe { bury(object) };
        DEPTH.with(|cell| cell.set(0));
    }
}

/// # Safety
/// As `die`; no finaliser is needed.
unsafe fn bury(object: *mut Header) {
    // SAFETY: the object is dead and intact; the class outlives the fields that need it for their size.
    unsafe {
        let header = &*object;
        if header.has_flag(object_flags::HAS_WEAKREFS) {
            clear_weakrefs(object);
        }
        if header.has_flag(object_flags::HAS_ASIDE) {
            drop(super::aside::take_aside(header));
        }
        let mut size = 0;
        if header.has_flag(object_flags::HAS_ATTRS) {
            let offset = attrs_offset(header);
            size = offset + attrs::drop_in_place((object as *mut u8).add(offset));
        }
        size = size.max(drop_payload(object));
        let class = std::ptr::read(header.class.as_ptr());
        pool::free(object as *mut u8, size);
        drop(class);
    }
}

/// Where the attributes of an object with `HAS_ATTRS` begin: behind payload and tail.
#[inline(always)]
pub(crate) fn attrs_offset(header: &Header) -> usize {
    let fixed = header.kind.fixed_size();
    match header.kind {
        Kind::Instance | Kind::Exception => fixed,
        _ => fixed + tail_of(header).next_multiple_of(8),
    }
}

fn tail_of(header: &Header) -> usize {
    let payload = header as *const Header as usize + size_of::<Header>();
    // SAFETY: the kind tells which payload stands behind the header.
    unsafe {
        match header.kind {
            Kind::Str => (*(payload as *const Str)).tail_size(),
            Kind::Bytes => (*(payload as *const Bytes)).tail_size(),
            Kind::Tuple => (*(payload as *const Tuple)).tail_size(),
            _ => 0,
        }
    }
}
