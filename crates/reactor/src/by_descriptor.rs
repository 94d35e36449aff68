//! A map from descriptors. They are small numbers, the smallest that are free, so a list of places serves.

use std::os::fd::RawFd;

/// Values by descriptor.
#[derive(Clone, Debug)]
pub struct ByDescriptor<T> {
    places: Vec<Option<T>>,
    len: usize,
}

impl<T> Default for ByDescriptor<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> ByDescriptor<T> {
    /// An empty map.
    pub const fn new() -> Self {
        Self { places: Vec::new(), len: 0 }
    }

    /// The number of descriptors in it.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The value of a descriptor.
    #[inline]
    pub fn get(&self, fd: RawFd) -> Option<&T> {
        self.places.get(usize::try_from(fd).ok()?)?.as_ref()
    }

    /// Sets the value of a descriptor, and gives the one before it. Negative numbers, which are no descriptors, are
    /// left out.
    pub fn insert(&mut self, fd: RawFd, value: T) -> Option<T> {
        let place = usize::try_from(fd).ok()?;
        if place >= self.places.len() {
            self.places.resize_with(place + 1, || None);
        }
        let old = self.places[place].replace(value);
        self.len += usize::from(old.is_none());
        old
    }

    /// Takes a descriptor out, and gives its value.
    pub fn remove(&mut self, fd: RawFd) -> Option<T> {
        let old = self.places.get_mut(usize::try_from(fd).ok()?)?.take();
        self.len -= usize::from(old.is_some());
        old
    }

    /// All descriptors with their values, the smallest first.
    pub fn iter(&self) -> impl Iterator<Item = (RawFd, &T)> {
        self.places.iter().enumerate().filter_map(|(place, value)| Some((place as RawFd, value.as_ref()?)))
    }
}

#[cfg(test)]
mod tests {
    use super::ByDescriptor;

    #[test]
    fn values_are_found_replaced_and_removed() {
        let mut map = ByDescriptor::default();
        assert!(map.is_empty());
        assert_eq!(map.insert(5, 'a'), None);
        assert_eq!(map.insert(3, 'b'), None);
        assert_eq!(map.insert(5, 'c'), Some('a'));
        assert_eq!((map.len(), map.get(5), map.get(4), map.get(-1)), (2, Some(&'c'), None, None));
        assert_eq!(map.iter().collect::<Vec<_>>(), [(3, &'b'), (5, &'c')]);
        assert_eq!((map.remove(5), map.remove(5), map.remove(1000)), (Some('c'), None, None));
        assert_eq!(map.insert(-1, 'd'), None);
        assert_eq!(map.len(), 1);
    }
}
