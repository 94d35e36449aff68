//! Memory for small objects: free-lists by size class over large chunks, one pool a thread.
//!
//! Objects die in crowds of equal size (frames, generators, floats), so a push and a pop on a list beat a general
//! allocator several times over. Chunks are kept for reuse until the thread ends.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error, realloc};
use std::cell::UnsafeCell;
use std::ptr::null_mut;

const GRAIN: usize = 16;
/// Largest size that is pooled.
pub(crate) const LARGEST: usize = 1024;
const CHUNK: usize = 256 * 1024;

struct Pool {
    free: [*mut u8; LARGEST / GRAIN + 1],
    next: *mut u8,
    end: *mut u8,
}

thread_local! {
    static POOL: UnsafeCell<Pool> = const {
        UnsafeCell::new(Pool { free: [null_mut(); LARGEST / GRAIN + 1], next: null_mut(), end: null_mut() })
    };
}

/// This thread's pool. A closure any larger would be called rather than inlined.
#[inline(always)]
fn pool() -> *mut Pool {
    POOL.with(UnsafeCell::get)
}

/// Uninitialised memory of `size` bytes, aligned to 16.
#[inline(always)]
pub fn allocate(size: usize) -> *mut u8 {
    if size > LARGEST {
        return allocate_large(size);
    }
    let class = size.div_ceil(GRAIN);
    // SAFETY: the pool is only touched in this module, never across a call that could touch it again; a block on a free-list
    // begins with the next block's address.
    unsafe {
        let pool = &mut *pool();
        let head = pool.free[class];
        if !head.is_null() {
            pool.free[class] = *(head as *mut *mut u8);
            return head;
        }
        carve(pool, class * GRAIN)
    }
}

/// Gives back what `allocate(size)` returned.
///
/// # Safety
/// `block` came from `allocate` with the same size, and nobody uses it any more.
#[inline(always)]
pub unsafe fn free(block: *mut u8, size: usize) {
    if size > LARGEST {
        // SAFETY: as promised by the caller; layout as in `allocate_large`.
        unsafe { dealloc(block, Layout::from_size_align_unchecked(size, GRAIN)) };
        return;
    }
    let class = size.div_ceil(GRAIN);
    // SAFETY: as in `allocate`; the block is at least 16 bytes and unused.
    unsafe {
        let pool = &mut *pool();
        *(block as *mut *mut u8) = pool.free[class];
        pool.free[class] = block;
    }
}

/// Another size for a block: the same one if it has room, otherwise one with the same content.
///
/// # Safety
/// `block` came from `allocate` with size `old`, and is not used any more except through what this returns. `new` is not
/// less than `old`.
pub unsafe fn resize(block: *mut u8, old: usize, new: usize) -> *mut u8 {
    if new <= LARGEST && old.div_ceil(GRAIN) == new.div_ceil(GRAIN) || old == new {
        return block;
    }
    // SAFETY: promised by the caller; large blocks have the layout of `allocate_large`.
    unsafe {
        if old > LARGEST {
            let moved = realloc(block, Layout::from_size_align_unchecked(old, GRAIN), new);
            if moved.is_null() {
                handle_alloc_error(Layout::from_size_align_unchecked(new, GRAIN));
            }
            return moved;
        }
        let moved = allocate(new);
        std::ptr::copy_nonoverlapping(block, moved, old);
        free(block, old);
        moved
    }
}

#[cold]
#[inline(never)]
fn carve(pool: &mut Pool, size: usize) -> *mut u8 {
    if (pool.end as usize) - (pool.next as usize) < size {
        let chunk = allocate_large(CHUNK);
        pool.next = chunk;
        // SAFETY: one past the end of the chunk.
        pool.end = unsafe { chunk.add(CHUNK) };
    }
    let block = pool.next;
    // SAFETY: checked above that the chunk holds `size` more bytes.
    pool.next = unsafe { block.add(size) };
    block
}

#[cold]
#[inline(never)]
fn allocate_large(size: usize) -> *mut u8 {
    let Ok(layout) = Layout::from_size_align(size, GRAIN) else {
        handle_alloc_error(Layout::new::<u8>());
    };
    // SAFETY: size is not zero here.
    let block = unsafe { alloc(layout) };
    if block.is_null() {
        handle_alloc_error(layout);
    }
    block
}
