//! Values that few objects of a kind have, kept in a table beside them.

use super::{Header, object_flags};
use crate::value::Value;
use std::cell::RefCell;
use std::collections::HashMap;

thread_local! {
    static ASIDE: RefCell<HashMap<usize, Value>> = RefCell::new(HashMap::new());
}

/// What is kept beside an object.
pub fn aside_of(header: &Header) -> Option<Value> {
    if !header.has_flag(object_flags::HAS_ASIDE) {
        return None;
    }
    let key = std::ptr::from_ref(header).addr();
    ASIDE.with_borrow(|table| table.get(&key).cloned())
}

/// Keeps a value beside an object, in place of any other, as long as the object lives.
pub fn put_aside(header: &Header, value: Value) {
    header.set_flag(object_flags::HAS_ASIDE);
    let key = std::ptr::from_ref(header).addr();
    let before = ASIDE.with_borrow_mut(|table| table.insert(key, value));
    // Only now may its death come here again.
    drop(before);
}

/// Takes what is kept beside a dying object.
pub(super) fn take_aside(header: &Header) -> Option<Value> {
    let key = std::ptr::from_ref(header).addr();
    ASIDE.with_borrow_mut(|table| table.remove(&key))
}
