//! Instance attributes: a shape pointer and slots behind the payload.
//!
//! Objects that got the same attributes in the same order share a shape, so an inline cache needs one comparison and
//! a slot number. A shape belongs to one class and fixes how many slots its objects have. An object whose attributes
//! no longer fit (deleted ones, too many, `__dict__` taken) changes to a dict, held in slot 0.

use super::{Class, Dict};
use crate::heap::{Header, Ref, VmCell, object_flags};
use crate::value::Value;
use std::cell::Cell;

/// The attribute names of an object, in order, and where they stand.
pub struct Shape {
    /// Interned names; their position is their slot.
    names: Vec<Value>,
    /// Slots that objects of this shape have.
    capacity: u16,
    /// The attributes stand in a dict in slot 0.
    is_dict: bool,
    next: VmCell<Vec<(Value, &'static Shape)>>,
    /// The shape with the last name less; none of a root.
    parent: Option<&'static Shape>,
    /// Shapes without one of the names, by its slot, as far as they were wanted.
    without: VmCell<Vec<(usize, &'static Shape)>>,
    dict_shape: Cell<Option<&'static Shape>>,
}

impl Shape {
    /// The empty shape of a class whose instances have `capacity` slots. Shapes live as long as the thread.
    pub fn root(capacity: u16) -> &'static Shape {
        Shape::leak(Vec::new(), capacity.max(1), false, None)
    }

    fn leak(names: Vec<Value>, capacity: u16, is_dict: bool, parent: Option<&'static Shape>) -> &'static Shape {
        Box::leak(Box::new(Shape {
            names,
            capacity,
            is_dict,
            next: VmCell::new(Vec::new()),
            parent,
            without: VmCell::new(Vec::new()),
            dict_shape: Cell::new(None),
        }))
    }

    pub fn capacity(&self) -> u16 {
        self.capacity
    }

    pub fn is_dict(&self) -> bool {
        self.is_dict
    }

    /// The slot of an interned name.
    #[inline]
    pub fn slot(&self, name: &Value) -> Option<usize> {
        self.names.iter().position(|n| n.is(name))
    }

    /// The shape with one more name, if there is room.
    pub fn with(&'static self, name: &Value) -> Option<&'static Shape> {
        if self.is_dict || self.names.len() >= usize::from(self.capacity) {
            return None;
        }
        if let Some((_, next)) = self.next.get().iter().find(|(n, _)| n.is(name)) {
            return Some(next);
        }
        // Past this many different successors the class is used as a dict.
        if self.next.get().len() >= 64 {
            return None;
        }
        let mut names = self.names.clone();
        names.push(name.clone());
        let next = Shape::leak(names, self.capacity, false, Some(self));
        self.next.get_mut().push((name.clone(), next));
        Some(next)
    }

    /// Whether one more attribute of this name would have to go to a dict for want of a slot.
    #[inline]
    pub fn lacks_room_for(&self, name: &Value) -> bool {
        !self.is_dict && self.names.len() >= usize::from(self.capacity) && self.slot(name).is_none()
    }

    /// The shape with the name of this slot less, and those behind it one slot further on, if there may be one.
    fn without(&'static self, slot: usize) -> Option<&'static Shape> {
        if let Some((_, known)) = self.without.get().iter().find(|(known, _)| *known == slot) {
            return Some(known);
        }
        let mut shape = self;
        while shape.names.len() > slot {
            shape = shape.parent?;
        }
        for name in &self.names[slot + 1..] {
            shape = shape.with(name)?;
        }
        self.without.get_mut().push((slot, shape));
        Some(shape)
    }

    fn as_dict_shape(&'static self) -> &'static Shape {
        if self.is_dict {
            return self;
        }
        if let Some(shape) = self.dict_shape.get() {
            return shape;
        }
        let shape = Shape::leak(Vec::new(), self.capacity, true, None);
        self.dict_shape.set(Some(shape));
        shape
    }
}

/// The attributes of one object, in place.
#[repr(C)]
pub struct Attrs {
    shape: Cell<&'static Shape>,
    slots: [VmCell<Value>; 0],
}

/// Bytes that the attributes of an instance of a class with this root shape take.
#[inline(always)]
pub fn size(root: &Shape) -> usize {
    size_of::<&Shape>() + usize::from(root.capacity) * size_of::<Value>()
}

/// Makes empty attributes in place.
///
/// # Safety
/// `place` has room for `size(root shape)` bytes.
#[inline(always)]
pub unsafe fn init(place: *mut u8, class: &Class) {
    let shape = class.root_shape();
    // SAFETY: promised by the caller.
    unsafe {
        std::ptr::write(place as *mut &'static Shape, shape);
        let slots = place.add(size_of::<&Shape>()) as *mut Value;
        for i in 0..usize::from(shape.capacity) {
            std::ptr::write(slots.add(i), Value::UNSET);
        }
    }
}

/// Drops the attributes and gives their size.
///
/// # Safety
/// `place` holds attributes of an object that is dying.
pub(crate) unsafe fn drop_in_place(place: *mut u8) -> usize {
    // SAFETY: promised by the caller.
    unsafe {
        let shape = *(place as *mut &'static Shape);
        let slots = place.add(size_of::<&Shape>()) as *mut Value;
        for i in 0..usize::from(shape.capacity) {
            std::ptr::drop_in_place(slots.add(i));
        }
        size(shape)
    }
}

/// The attributes of an object, if its class gives it any.
#[inline(always)]
pub fn of(header: &Header) -> Option<&Attrs> {
    if !header.has_flag(object_flags::HAS_ATTRS) {
        return None;
    }
    let place = header as *const Header as usize + crate::heap::attrs_offset(header);
    // SAFETY: the flag says that attributes stand there.
    Some(unsafe { &*(place as *const Attrs) })
}

impl Attrs {
    #[inline(always)]
    pub fn shape(&self) -> &'static Shape {
        self.shape.get()
    }

    /// The slot, which is below the shape's capacity.
    #[inline(always)]
    pub fn slot(&self, index: usize) -> &VmCell<Value> {
        debug_assert!(index < usize::from(self.shape.get().capacity));
        // SAFETY: slots stand right behind the shape pointer; callers pass indices of the object's shape.
        unsafe { &*self.slots.as_ptr().add(index) }
    }

    fn dict(&self) -> Option<Ref<Dict>> {
        if self.shape.get().is_dict { self.slot(0).get().as_ref::<Dict>() } else { None }
    }

    /// The attribute of an interned name.
    pub fn get(&self, name: &Value) -> Option<Value> {
        match self.dict() {
            Some(dict) => dict.get_str(name),
            None => self.shape.get().slot(name).map(|i| self.slot(i).get().clone()).filter(|v| !v.is_unset()),
        }
    }

    /// Sets the attribute of an interned name. Gives what it held before, so that the caller decides when that dies.
    pub fn set(&self, name: &Value, value: Value) -> Option<Value> {
        if !self.shape.get().is_dict {
            if let Some(i) = self.shape.get().slot(name) {
                return Some(self.slot(i).replace(value));
            }
            if let Some(next) = self.shape.get().with(name) {
                let index = next.names.len() - 1;
                self.shape.set(next);
                return Some(self.slot(index).replace(value));
            }
        }
        self.as_dict().insert_str(name, value)
    }

    /// Adds an attribute whose successor shape an inline cache remembered.
    #[inline(always)]
    pub fn extend(&self, next: &'static Shape, index: usize, value: Value) {
        self.shape.set(next);
        drop(self.slot(index).replace(value));
    }

    /// Deletes an attribute; None if there was none.
    pub fn delete(&self, name: &Value) -> Option<Value> {
        let shape = self.shape.get();
        if !shape.is_dict
            && let Some(slot) = shape.slot(name)
            && !self.slot(slot).get().is_unset()
            && let Some(less) = shape.without(slot)
        {
            let old = self.slot(slot).replace(Value::UNSET);
            for behind in slot + 1..shape.names.len() {
                let moved = self.slot(behind).replace(Value::UNSET);
                drop(self.slot(behind - 1).replace(moved));
            }
            self.shape.set(less);
            return Some(old);
        }
        self.get(name)?;
        self.as_dict().remove_str(name)
    }

    /// `__dict__`: from now on the attributes stand in this dict.
    pub fn as_dict(&self) -> Ref<Dict> {
        if let Some(dict) = self.dict() {
            return dict;
        }
        let shape = self.shape.get();
        let dict = Dict::create();
        for (i, name) in shape.names.iter().enumerate() {
            let value = self.slot(i).replace(Value::UNSET);
            if !value.is_unset() {
                dict.insert_str(name, value);
            }
        }
        self.shape.set(shape.as_dict_shape());
        drop(self.slot(0).replace(dict.value().clone()));
        dict
    }

    /// Replaces `__dict__`.
    pub fn set_dict(&self, dict: Ref<Dict>) {
        drop(self.as_dict());
        drop(self.slot(0).replace(dict.into_value()));
    }

    /// Names and values, in order.
    pub fn items(&self) -> Vec<(Value, Value)> {
        if let Some(dict) = self.dict() {
            return dict.entries();
        }
        let names = self.shape.get().names.iter();
        names
            .enumerate()
            .map(|(i, name)| (name.clone(), self.slot(i).get().clone()))
            .filter(|(_, value)| !value.is_unset())
            .collect()
    }
}
