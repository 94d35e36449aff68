//! The descriptors this process has opened, by number.
//!
//! Scripts name descriptors by number and may name closed ones. The owner of each stands in this table, so that a
//! number that is not open is EBADF and never somebody else's.

use std::cell::RefCell;
use std::os::fd::{AsFd, AsRawFd, OwnedFd, RawFd};
use std::rc::Rc;

use weft_reactor::ByDescriptor;
use weft_vm::{Res, Vm};

use crate::system::os_error;

const EBADF: i32 = 9;

thread_local! {
    static OPEN: RefCell<ByDescriptor<Rc<OwnedFd>>> = const { RefCell::new(ByDescriptor::new()) };
}

/// Takes a descriptor into the table; gives its number.
pub fn adopt(fd: impl Into<OwnedFd>) -> RawFd {
    let fd = fd.into();
    let number = fd.as_raw_fd();
    OPEN.with_borrow_mut(|open| open.insert(number, Rc::new(fd)));
    number
}

/// The descriptor with this number. Calls keep it open as long as they use it.
pub fn get(vm: &mut Vm, number: RawFd) -> Res<Rc<OwnedFd>> {
    match find(number) {
        Some(fd) => Ok(fd),
        None => Err(os_error(vm, EBADF)),
    }
}

fn find(number: RawFd) -> Option<Rc<OwnedFd>> {
    if let Some(fd) = OPEN.with_borrow(|open| open.get(number).cloned()) {
        return Some(fd);
    }
    // The standard streams are used through copies.
    let copy = match number {
        0 => std::io::stdin().as_fd().try_clone_to_owned(),
        1 => std::io::stdout().as_fd().try_clone_to_owned(),
        2 => std::io::stderr().as_fd().try_clone_to_owned(),
        _ => return None,
    };
    let copy = Rc::new(copy.ok()?);
    OPEN.with_borrow_mut(|open| open.insert(number, copy.clone()));
    Some(copy)
}

/// Closes a descriptor; false if it was not open.
pub fn close(number: RawFd) -> bool {
    OPEN.with_borrow_mut(|open| open.remove(number)).is_some()
}

/// Writes everything if possible, and tells nobody if not.
pub fn write_quietly(number: RawFd, mut bytes: &[u8]) {
    let Some(fd) = find(number) else { return };
    while let Ok(count @ 1..) = rustix::io::write(&*fd, bytes) {
        bytes = &bytes[count..];
    }
}
