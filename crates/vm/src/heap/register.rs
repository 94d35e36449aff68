//! Objects that can be listed while they live (`asyncio.all_tasks`), without being kept alive.

use super::Header;
use crate::value::Value;
use std::cell::{Cell, RefCell};

struct Entries {
    /// Addresses of live objects; 0 where there is none.
    places: Vec<usize>,
    free: Vec<u32>,
}

thread_local! {
    static ENTRIES: RefCell<Entries> = const { RefCell::new(Entries { places: Vec::new(), free: Vec::new() }) };
}

/// No place.
const NOWHERE: u32 = u32::MAX;

/// An object's entry, part of its payload: it goes with the payload.
pub struct Register(Cell<u32>);

impl Register {
    pub const fn new() -> Register {
        Register(Cell::new(NOWHERE))
    }

    /// Enters the object, of whose payload this is part.
    pub fn enter(&self, object: &Value) {
        let Some(header) = object.header() else { return };
        if self.0.get() != NOWHERE {
            return;
        }
        let address = std::ptr::from_ref::<Header>(header) as usize;
        let place = ENTRIES.with_borrow_mut(|entries| match entries.free.pop() {
            Some(place) => {
                entries.places[place as usize] = address;
                place
            }
            None => {
                entries.places.push(address);
                entries.places.len() as u32 - 1
            }
        });
        self.0.set(place);
    }

    /// Takes the object off.
    pub fn leave(&self) {
        let place = self.0.replace(NOWHERE);
        if place != NOWHERE {
            // At the end of the thread the entries may be gone before the objects.
            let _ = ENTRIES.try_with(|entries| {
                let mut entries = entries.borrow_mut();
                entries.places[place as usize] = 0;
                entries.free.push(place);
            });
        }
    }
}

impl Default for Register {
    fn default() -> Register {
        Register::new()
    }
}

impl Drop for Register {
    fn drop(&mut self) {
        self.leave();
    }
}

/// The objects that are entered and alive.
pub fn enlisted() -> Vec<Value> {
    let places = ENTRIES.with_borrow(|entries| entries.places.clone());
    let mut found = Vec::new();
    for address in places.into_iter().filter(|&address| address != 0) {
        let header = address as *const Header;
        // SAFETY: an object takes itself off when its payload is dropped, so its memory is there; one whose count is
        // zero is dying and left alone.
        unsafe {
            if (*header).count() != 0 {
                (*header).retain();
                found.push(Value::from_bits(address as u64));
            }
        }
    }
    found
}
