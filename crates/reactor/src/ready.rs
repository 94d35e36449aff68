//! What can run now, and which of it runs next.

use std::collections::VecDeque;
use std::fmt::Debug;

/// Stands for something the user of this crate wants to run.
pub type Token = u64;

/// Chooses what runs next.
pub trait Policy: Debug {
    /// A position below `candidates` (which is never 0), counted from the one that has waited longest. A larger
    /// answer means the last.
    fn choose(&mut self, candidates: usize) -> usize;
}

/// First come, first served: asyncio's order.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fifo;

impl Policy for Fifo {
    fn choose(&mut self, _candidates: usize) -> usize {
        0
    }
}

/// The ready queue.
///
/// It is emptied in batches: what is pushed while a batch runs belongs to the next one, so that input and timers
/// are looked at between, however busy the tasks keep each other.
#[derive(Debug)]
pub struct Ready {
    queue: VecDeque<Token>,
    batch: usize,
    policy: Box<dyn Policy>,
}

impl Ready {
    /// An empty queue.
    pub fn new(policy: Box<dyn Policy>) -> Self {
        Self { queue: VecDeque::new(), batch: 0, policy }
    }

    /// Lets another policy choose from now on.
    pub fn set_policy(&mut self, policy: Box<dyn Policy>) {
        self.policy = policy;
    }

    /// How many tokens wait, in this batch and after it.
    pub fn len(&self) -> usize {
        self.queue.len()
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// Adds a token.
    pub fn push(&mut self, token: Token) {
        self.queue.push_back(token);
    }

    /// Makes everything that waits now the batch.
    pub fn begin_batch(&mut self) {
        self.batch = self.queue.len();
    }

    /// Takes the batch's next token; `None` at its end.
    pub fn pop(&mut self) -> Option<Token> {
        let last = self.batch.checked_sub(1)?;
        self.batch = last;
        match self.policy.choose(last + 1).min(last) {
            0 => self.queue.pop_front(),
            at => self.queue.remove(at),
        }
    }

    /// Forgets everything that waits.
    pub fn clear(&mut self) {
        self.queue.clear();
        self.batch = 0;
    }
}

impl Default for Ready {
    fn default() -> Self {
        Self::new(Box::new(Fifo))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Latest;

    impl Policy for Latest {
        fn choose(&mut self, _candidates: usize) -> usize {
            usize::MAX
        }
    }

    fn drain(ready: &mut Ready) -> Vec<Token> {
        std::iter::from_fn(|| ready.pop()).collect()
    }

    #[test]
    fn first_in_first_out() {
        let mut ready = Ready::default();
        (1..=3).for_each(|token| ready.push(token));
        assert!(drain(&mut ready).is_empty(), "no batch was begun");
        ready.begin_batch();
        assert_eq!(drain(&mut ready), [1, 2, 3]);
    }

    #[test]
    fn what_comes_during_a_batch_waits_for_the_next() {
        let mut ready = Ready::default();
        ready.push(1);
        ready.begin_batch();
        ready.push(2);
        assert_eq!(drain(&mut ready), [1]);
        assert_eq!(ready.len(), 1);
        ready.begin_batch();
        assert_eq!(drain(&mut ready), [2]);
    }

    #[test]
    fn a_policy_chooses_within_the_batch_only() {
        let mut ready = Ready::new(Box::new(Latest));
        (1..=3).for_each(|token| ready.push(token));
        ready.begin_batch();
        ready.push(4);
        assert_eq!(drain(&mut ready), [3, 2, 1]);
    }

    #[test]
    fn clearing_ends_the_batch() {
        let mut ready = Ready::default();
        ready.push(1);
        ready.begin_batch();
        ready.clear();
        ready.push(2);
        assert_eq!(ready.pop(), None);
    }
}
