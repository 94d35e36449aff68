//! A binary min-heap that breaks ties as Python's `heapq` does.
//!
//! asyncio keeps its timers in a `heapq` compared by deadline alone, so the order of equal deadlines is whatever
//! that algorithm makes of them, and programs see it. The standard library's `BinaryHeap` orders ties otherwise.
//! What matters, beside comparing with "less than" only: a pop sinks the last item to a *leaf* along the smaller
//! children, preferring the right one of two equals, and then lets it rise again.

/// A min-heap of values by key.
#[derive(Clone, Debug)]
pub struct Heap<K, V> {
    items: Vec<(K, V)>,
}

impl<K, V> Default for Heap<K, V> {
    fn default() -> Self {
        Self { items: Vec::new() }
    }
}

impl<K: PartialOrd + Copy, V: Copy> Heap<K, V> {
    /// How many items there are.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The item that [`pop`](Self::pop) would take.
    pub fn peek(&self) -> Option<(K, V)> {
        self.items.first().copied()
    }

    /// Adds an item.
    pub fn push(&mut self, key: K, value: V) {
        self.items.push((key, value));
        self.rise(0, self.items.len() - 1);
    }

    /// Takes a smallest item.
    pub fn pop(&mut self) -> Option<(K, V)> {
        let last = self.items.pop()?;
        let Some(root) = self.items.first_mut() else {
            return Some(last);
        };
        let smallest = std::mem::replace(root, last);
        self.sink(0);
        Some(smallest)
    }

    /// Drops the items whose value `keep` refuses, and builds the heap anew from the others in their present
    /// layout.
    pub fn retain(&mut self, mut keep: impl FnMut(V) -> bool) {
        self.items.retain(|&(_, value)| keep(value));
        for at in (0..self.items.len() / 2).rev() {
            self.sink(at);
        }
    }

    /// Removes everything.
    pub fn clear(&mut self) {
        self.items.clear();
    }

    /// Moves the item at `at` towards the root, not past `top`, while it is less than its parent.
    fn rise(&mut self, top: usize, mut at: usize) {
        while at > top {
            let parent = (at - 1) / 2;
            if !self.less(at, parent) {
                break;
            }
            self.items.swap(at, parent);
            at = parent;
        }
    }

    /// Moves the item at `top` to a leaf below it, and from there up to its place.
    fn sink(&mut self, top: usize) {
        let mut at = top;
        loop {
            let (left, right) = (2 * at + 1, 2 * at + 2);
            if left >= self.items.len() {
                break;
            }
            let child = if right < self.items.len() && !self.less(left, right) { right } else { left };
            self.items.swap(at, child);
            at = child;
        }
        self.rise(top, at);
    }

    fn less(&self, a: usize, b: usize) -> bool {
        self.items[a].0 < self.items[b].0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drain(mut heap: Heap<u64, u64>) -> Vec<u64> {
        std::iter::from_fn(|| heap.pop()).map(|(_, value)| value).collect()
    }

    fn pushed(keys: &[u64]) -> Heap<u64, u64> {
        let mut heap = Heap::default();
        for (value, &key) in (0..).zip(keys) {
            heap.push(key, value);
        }
        heap
    }

    fn heapified(keys: &[u64]) -> Heap<u64, u64> {
        let items = keys.iter().copied().zip(0..).collect();
        let mut heap = Heap { items };
        heap.retain(|_| true);
        heap
    }

    /// Keys, and the order in which CPython 3.13 popped their positions after heappush and after heapify.
    #[rustfmt::skip]
    const ORDERS: &[(&[u64], &[u64], &[u64])] = &[
        (&[], &[], &[]),
        (&[7], &[0], &[0]),
        (&[0; 3], &[0, 1, 2], &[2, 1, 0]),
        (&[0; 5], &[0, 2, 4, 1, 3], &[2, 0, 1, 4, 3]),
        (&[0; 12], &[0, 2, 6, 11, 10, 9, 8, 5, 7, 4, 1, 3], &[6, 2, 0, 5, 1, 9, 3, 11, 7, 4, 10, 8]),
        (&[1, 0, 1, 0, 1, 0, 1, 0], &[1, 5, 3, 7, 6, 2, 4, 0], &[5, 7, 3, 1, 6, 2, 4, 0]),
        (&[2, 1, 0, 2, 1, 0, 2, 1, 0, 2], &[2, 5, 8, 1, 4, 7, 6, 9, 0, 3], &[5, 2, 8, 4, 7, 1, 6, 0, 3, 9]),
        (&[5, 5, 3, 3, 5, 3, 1, 5, 1, 3, 1, 5], &[6, 8, 10, 2, 5, 9, 3, 11, 0, 1, 4, 7], &[6, 10, 8, 2, 5, 9, 3, 0, 4, 11, 1, 7]),
    ];

    #[test]
    fn ties_leave_as_from_heapq() {
        for (keys, after_push, after_heapify) in ORDERS {
            assert_eq!(drain(pushed(keys)), *after_push, "pushed {keys:?}");
            assert_eq!(drain(heapified(keys)), *after_heapify, "heapified {keys:?}");
        }
    }

    /// The numbers of a linear congruential generator, the same in Rust and in Python.
    struct Numbers(u64);

    impl Numbers {
        fn below(&mut self, limit: u64) -> u64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % limit
        }
    }

    fn mix(sum: u64, value: u64) -> u64 {
        sum.wrapping_mul(1_000_003).wrapping_add(value)
    }

    #[test]
    fn long_mixtures_of_pushes_and_pops_leave_as_from_heapq() {
        let mut numbers = Numbers(1);
        let mut heap = Heap::default();
        let (mut sum, mut next) = (0, 0);
        for _ in 0..5_000 {
            if !heap.is_empty() && numbers.below(3) == 0 {
                sum = heap.pop().map_or(sum, |(_, value)| mix(sum, value));
            } else {
                heap.push(numbers.below(16), next);
                next += 1;
            }
        }
        sum = drain(heap).into_iter().fold(sum, mix);
        assert_eq!(sum, 0x24bb_716c_2db4_57a1, "the sum CPython's heapq gave");

        let keys: Vec<u64> = (0..3_000).map(|_| numbers.below(16)).collect();
        let sum = drain(heapified(&keys)).into_iter().fold(0, mix);
        assert_eq!(sum, 0xb3df_897b_e3e6_d9b8, "the sum CPython's heapq gave");
    }
}
