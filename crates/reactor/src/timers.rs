//! Deadlines with their tokens, in asyncio's order, cancelled in constant time.

use slotmap::{SlotMap, new_key_type};

use crate::clock::Nanos;
use crate::heap::Heap;
use crate::ready::Token;

new_key_type! {
    /// Names one timer. Never names another one later: a stale id finds nothing.
    pub struct TimerId;
}

/// Fewer timers than this are not worth compacting.
const COMPACT_ABOVE: usize = 100;

/// A deadline, and what orders equal ones when the clock stands still (see [`Clock::tick`](crate::Clock::tick)).
type Key = (Nanos, u64);

/// Timers by deadline.
///
/// A cancelled timer loses its token at once and its place in the heap later: when it comes to the front, or when
/// [`tidy`](Self::tidy) finds more than half of a large heap cancelled.
#[derive(Clone, Debug, Default)]
pub struct Timers {
    heap: Heap<Key, TimerId>,
    tokens: SlotMap<TimerId, Token>,
    /// Cancellations since the last compaction that `tidy` has not seen come to the front.
    cancelled: usize,
}

impl Timers {
    /// How many timers are pending.
    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Whether no timer is pending.
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// Adds a timer. Equal deadlines go by `tick`; when that is equal too, as `heapq` would have them.
    pub fn insert(&mut self, when: Nanos, tick: u64, token: Token) -> TimerId {
        let id = self.tokens.insert(token);
        self.heap.push((when, tick), id);
        id
    }

    /// Cancels a timer and gives back its token; `None` if it has run or was cancelled before.
    pub fn cancel(&mut self, id: TimerId) -> Option<Token> {
        let token = self.tokens.remove(id)?;
        self.cancelled += 1;
        Some(token)
    }

    /// Whether a timer is still to come.
    pub fn is_pending(&self, id: TimerId) -> bool {
        self.tokens.contains_key(id)
    }

    /// Forgets cancelled timers that stand in the way. To be called once a turn, before
    /// [`next_deadline`](Self::next_deadline) and never in between: a compaction changes the order of ties, and
    /// asyncio does it there.
    pub fn tidy(&mut self) {
        let held = self.heap.len();
        if held > COMPACT_ABOVE && self.cancelled > held / 2 {
            self.heap.retain(|id| self.tokens.contains_key(id));
            self.cancelled = 0;
            return;
        }
        while self.heap.peek().is_some_and(|(_, id)| !self.tokens.contains_key(id)) {
            self.heap.pop();
            self.cancelled = self.cancelled.saturating_sub(1);
        }
    }

    /// The earliest deadline, if [`tidy`](Self::tidy) came after the last cancellation; otherwise perhaps that of
    /// a cancelled timer.
    pub fn next_deadline(&self) -> Option<Nanos> {
        self.heap.peek().map(|((when, _), _)| when)
    }

    /// Takes the next timer due before `end`.
    pub fn pop_before(&mut self, end: Nanos) -> Option<Token> {
        while self.next_deadline()? < end {
            // A cancelled timer met here stays counted, as in asyncio, so that compaction falls on the same turn.
            if let Some(token) = self.heap.pop().and_then(|(_, id)| self.tokens.remove(id)) {
                return Some(token);
            }
        }
        None
    }

    /// Forgets all timers.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drain(timers: &mut Timers) -> Vec<Token> {
        std::iter::from_fn(|| timers.pop_before(Nanos::MAX)).collect()
    }

    #[test]
    fn a_tick_puts_equal_deadlines_in_the_order_of_the_calls() {
        let mut timers = Timers::default();
        for token in 0..12 {
            timers.insert(100, token + 1, token);
        }
        assert_eq!(drain(&mut timers), (0..12).collect::<Vec<_>>());
    }

    #[test]
    fn a_cancelled_timer_gives_its_token_back_once() {
        let mut timers = Timers::default();
        let id = timers.insert(5, 0, 42);
        assert_eq!(timers.cancel(id), Some(42));
        assert_eq!(timers.cancel(id), None);
        assert!(timers.is_empty() && !timers.is_pending(id));
        assert_eq!(timers.pop_before(Nanos::MAX), None);
    }

    #[test]
    fn the_id_of_a_timer_that_ran_cancels_nothing() {
        let mut timers = Timers::default();
        let old = timers.insert(5, 0, 1);
        assert_eq!(timers.pop_before(6), Some(1));
        let new = timers.insert(5, 0, 2);
        assert_eq!(timers.cancel(old), None);
        assert!(timers.is_pending(new));
    }

    #[test]
    fn the_deadline_itself_is_not_before_it() {
        let mut timers = Timers::default();
        timers.insert(5, 0, 1);
        assert_eq!(timers.pop_before(5), None);
        assert_eq!(timers.pop_before(6), Some(1));
    }

    #[test]
    fn tidy_uncovers_the_first_live_deadline() {
        let mut timers = Timers::default();
        let ids: Vec<_> = (0..5).map(|when| timers.insert(when, 0, 0)).collect();
        timers.cancel(ids[0]);
        timers.cancel(ids[1]);
        timers.cancel(ids[3]);
        timers.tidy();
        assert_eq!(timers.next_deadline(), Some(2));
        assert_eq!((timers.heap.len(), timers.cancelled), (3, 1));
    }

    #[test]
    fn compaction_waits_for_more_than_half_of_more_than_a_hundred() {
        for (total, cancelled, left) in [(100, 99, 100), (102, 51, 102), (102, 52, 50)] {
            let mut timers = Timers::default();
            let ids: Vec<_> = (0..total).map(|when| timers.insert(when, 0, 0)).collect();
            // From the back, so that no cancelled timer leaves by the front.
            for &id in ids.iter().rev().take(cancelled) {
                timers.cancel(id);
            }
            timers.tidy();
            assert_eq!(timers.heap.len(), left, "{cancelled} of {total}");
        }
    }
}
