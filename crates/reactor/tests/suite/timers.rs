//! Timers against a model, and against what CPython's loop did with the same calls.

use proptest::prelude::*;
use weft_reactor::{Nanos, Reactor, TimerId, Timers, Token};

use crate::support::{batch, in_time, virtual_reactor};

/// One step of a program that uses timers.
#[derive(Clone, Debug)]
enum Step {
    Insert(Nanos),
    Cancel(usize),
    Tidy,
    Advance(Nanos),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..40_i64).prop_map(Step::Insert),
        5 => any::<usize>().prop_map(Step::Cancel),
        1 => Just(Step::Tidy),
        1 => (0..8_i64).prop_map(Step::Advance),
    ]
}

/// The obvious way: a list, searched. With a tick for each timer the order has no ties to be clever about.
#[derive(Default)]
struct Model {
    pending: Vec<(Nanos, Token)>,
}

impl Model {
    fn expire(&mut self, end: Nanos) -> Vec<Token> {
        self.pending.sort();
        let due = self.pending.partition_point(|&(when, _)| when < end);
        self.pending.drain(..due).map(|(_, token)| token).collect()
    }

    fn cancel(&mut self, token: Token) -> Option<Token> {
        let at = self.pending.iter().position(|&(_, pending)| pending == token)?;
        Some(self.pending.remove(at).1)
    }
}

proptest! {
    #[test]
    fn timers_behave_as_the_model(steps in prop::collection::vec(step(), 0..600)) {
        let (mut timers, mut model) = (Timers::default(), Model::default());
        let mut ids: Vec<TimerId> = Vec::new();
        let mut now = 0;
        for step in steps {
            match step {
                Step::Insert(delay) => {
                    let token = ids.len() as Token;
                    ids.push(timers.insert(now + delay, token, token));
                    model.pending.push((now + delay, token));
                }
                Step::Cancel(_) if ids.is_empty() => {}
                Step::Cancel(pick) => {
                    let at = pick % ids.len();
                    prop_assert_eq!(timers.cancel(ids[at]), model.cancel(at as Token));
                }
                Step::Tidy => {
                    timers.tidy();
                    prop_assert_eq!(timers.next_deadline(), model.pending.iter().map(|timer| timer.0).min());
                }
                Step::Advance(by) => {
                    now += by;
                    let expired: Vec<_> = std::iter::from_fn(|| timers.pop_before(now)).collect();
                    prop_assert_eq!(expired, model.expire(now));
                }
            }
            prop_assert_eq!(timers.len(), model.pending.len());
            prop_assert_eq!(timers.is_empty(), model.pending.is_empty());
        }
        let rest: Vec<_> = std::iter::from_fn(|| timers.pop_before(Nanos::MAX)).collect();
        prop_assert_eq!(rest, model.expire(Nanos::MAX));
    }
}

/// The numbers of a linear congruential generator, the same here and in Python.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// A program of `call_at`, `cancel` and turns; the number of timers that ran, and a sum over their order.
fn run_program(seed: u64, steps: u64, spread: u64, cancels: u64) -> (usize, u64) {
    let mut numbers = Numbers(seed);
    let mut reactor = virtual_reactor();
    let mut timers = Vec::new();
    let mut order = Vec::new();
    for _ in 0..steps {
        match numbers.below(16) {
            kind if kind < cancels => {
                if !timers.is_empty() {
                    let at = numbers.below(timers.len() as u64) as usize;
                    reactor.cancel(timers[at]);
                }
            }
            15 => advance(&mut reactor, numbers.below(3), &mut order),
            _ => {
                let when = reactor.now() + numbers.below(spread) as Nanos;
                timers.push(reactor.call_at(when, timers.len() as Token));
            }
        }
    }
    advance(&mut reactor, spread, &mut order);
    (order.len(), order.iter().fold(0, |sum: u64, &token| sum.wrapping_mul(1_000_003).wrapping_add(token)))
}

/// Moves the time and takes one turn that does not wait.
fn advance(reactor: &mut Reactor, by: u64, order: &mut Vec<Token>) {
    reactor.clock().sleep_until(reactor.now() + by as Nanos);
    reactor.turn(true).unwrap();
    order.extend(batch(reactor));
}

#[test]
fn ties_cancellations_and_compactions_order_timers_as_cpython_does() {
    in_time(|| {
        // Seed, steps, spread of deadlines, cancellations in 16 steps; and what `_run_once` of CPython 3.13 gave.
        for (program, ran, sum) in [
            ((1, 2_000, 20, 6), 1_013, 0x0d3c_feb2_1544_8d7f),
            ((2, 4_000, 40, 8), 1_437, 0x3d59_e4db_b0bd_84ed),
            ((3, 6_000, 100, 9), 1_565, 0x59ab_13c1_1a86_84a5),
            ((4, 3_000, 1, 4), 2_017, 0xe926_3b41_ed0e_da5c),
            ((5, 8_000, 300, 10), 1_165, 0x2811_26bf_7d9e_1486),
        ] {
            let (seed, steps, spread, cancels) = program;
            assert_eq!(run_program(seed, steps, spread, cancels), (ran, sum), "{program:?}");
        }
    });
}
