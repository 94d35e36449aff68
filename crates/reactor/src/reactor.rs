//! The parts joined into one iteration of an event loop.

use std::collections::HashMap;
use std::io;
use std::os::fd::RawFd;

use crate::clock::{Nanos, SharedClock};
use crate::ready::{Policy, Ready, Token};
use crate::selector::{Interest, Selector, Wakeup};
use crate::timers::{TimerId, Timers};
use crate::waker::Waker;

/// Timers due within this of now have expired: the resolution of the clock.
const RESOLUTION: Nanos = 1;

/// Which of a descriptor's two events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// It can be read.
    Read,
    /// It can be written.
    Write,
}

impl Direction {
    fn interest(self) -> Interest {
        match self {
            Self::Read => Interest::READ,
            Self::Write => Interest::WRITE,
        }
    }
}

/// The tokens that want a descriptor's events.
#[derive(Clone, Copy, Debug, Default)]
struct Watch {
    reader: Option<Token>,
    writer: Option<Token>,
}

impl Watch {
    fn slot(&mut self, direction: Direction) -> &mut Option<Token> {
        match direction {
            Direction::Read => &mut self.reader,
            Direction::Write => &mut self.writer,
        }
    }

    fn interest(self) -> Interest {
        let reader = self.reader.map_or(Interest::NONE, |_| Interest::READ);
        let writer = self.writer.map_or(Interest::NONE, |_| Interest::WRITE);
        reader | writer
    }
}

/// Everything a loop waits for.
///
/// ```
/// # use std::rc::Rc;
/// # use weft_reactor::{Reactor, VirtualClock, Waker};
/// # fn main() -> std::io::Result<()> {
/// let mut reactor = Reactor::new(Rc::new(VirtualClock::default()), Waker::new()?)?;
/// reactor.call_later(3_600_000_000_000, 2);
/// reactor.call_soon(1);
/// let mut ran = Vec::new();
/// while ran.len() < 2 {
///     reactor.turn(false)?;
///     while let Some(token) = reactor.next_ready() {
///         ran.push(token);
///     }
/// }
/// assert_eq!(ran, [1, 2]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Reactor {
    selector: Selector,
    timers: Timers,
    ready: Ready,
    watches: HashMap<RawFd, Watch>,
}

impl Reactor {
    /// A reactor with nothing to do, first come first served.
    pub fn new(clock: SharedClock, waker: Waker) -> io::Result<Self> {
        Ok(Self {
            selector: Selector::new(clock, waker)?,
            timers: Timers::default(),
            ready: Ready::default(),
            watches: HashMap::new(),
        })
    }

    /// Lets another policy choose among what is ready.
    pub fn set_policy(&mut self, policy: Box<dyn Policy>) {
        self.ready.set_policy(policy);
    }

    /// The time on its clock.
    pub fn now(&self) -> Nanos {
        self.clock().now()
    }

    /// Its clock.
    pub fn clock(&self) -> &SharedClock {
        self.selector.clock()
    }

    /// Its waker.
    pub fn waker(&self) -> &Waker {
        self.selector.waker()
    }

    /// Whether nothing is ready, scheduled or watched: only a signal or another thread could end the next wait.
    pub fn is_idle(&self) -> bool {
        self.ready.is_empty() && self.timers.is_empty() && self.watches.is_empty()
    }

    /// Makes a token ready for the next turn.
    pub fn call_soon(&mut self, token: Token) {
        self.ready.push(token);
    }

    /// Makes a token ready once `delay` has passed. Equal delays asked for at the same virtual instant end in the
    /// order they were asked for, as they would in real time.
    pub fn call_later(&mut self, delay: Nanos, token: Token) -> TimerId {
        let when = self.now().saturating_add(delay);
        let tick = self.clock().tick();
        self.timers.insert(when, tick, token)
    }

    /// Makes a token ready at a given time. Equal times leave in the order of `heapq`, as from asyncio.
    pub fn call_at(&mut self, when: Nanos, token: Token) -> TimerId {
        self.timers.insert(when, 0, token)
    }

    /// Cancels a timer and gives back its token; `None` if it is no longer pending.
    pub fn cancel(&mut self, timer: TimerId) -> Option<Token> {
        self.timers.cancel(timer)
    }

    /// Makes a token ready in every turn in which the descriptor is, and gives back the token it replaces.
    pub fn watch(&mut self, fd: RawFd, direction: Direction, token: Token) -> io::Result<Option<Token>> {
        let Some(watch) = self.watches.get_mut(&fd) else {
            self.selector.register(fd, direction.interest())?;
            let mut watch = Watch::default();
            *watch.slot(direction) = Some(token);
            self.watches.insert(fd, watch);
            return Ok(None);
        };
        let replaced = watch.slot(direction).replace(token);
        if replaced.is_none()
            && let Err(error) = self.selector.modify(fd, watch.interest())
        {
            self.watches.remove(&fd);
            return Err(error);
        }
        Ok(replaced)
    }

    /// Ends a [`watch`](Self::watch) and gives back its token; `None` if there was none.
    pub fn unwatch(&mut self, fd: RawFd, direction: Direction) -> io::Result<Option<Token>> {
        let Some(watch) = self.watches.get_mut(&fd) else {
            return Ok(None);
        };
        let Some(token) = watch.slot(direction).take() else {
            return Ok(None);
        };
        let left = watch.interest();
        if left == Interest::NONE {
            self.watches.remove(&fd);
            self.selector.unregister(fd);
        } else if let Err(error) = self.selector.modify(fd, left) {
            self.watches.remove(&fd);
            return Err(error);
        }
        Ok(Some(token))
    }

    /// Begins a turn: waits until something is ready, and makes all that is ready now the batch that
    /// [`next_ready`](Self::next_ready) hands out.
    ///
    /// It does not wait if something is ready already or the loop is `stopping`. The order is asyncio's: what was
    /// ready before, then descriptors in the kernel's order (reader before writer), then expired timers.
    pub fn turn(&mut self, stopping: bool) -> io::Result<Wakeup> {
        self.timers.tidy();
        let timeout = if stopping || !self.ready.is_empty() {
            Some(0)
        } else {
            self.timers.next_deadline().map(|when| when.saturating_sub(self.now()).max(0))
        };
        let wakeup = self.selector.poll(timeout)?;
        self.collect_io();
        self.collect_timers();
        self.ready.begin_batch();
        Ok(wakeup)
    }

    /// The next token to run in this turn; `None` at its end.
    pub fn next_ready(&mut self) -> Option<Token> {
        self.ready.pop()
    }

    /// Forgets everything: ready, scheduled and watched.
    pub fn clear(&mut self) {
        self.ready.clear();
        self.timers.clear();
        for (fd, _) in self.watches.drain() {
            self.selector.unregister(fd);
        }
    }

    fn collect_io(&mut self) {
        for readiness in self.selector.ready() {
            let Some(watch) = self.watches.get(&readiness.fd) else {
                continue;
            };
            let sides = [(Interest::READ, watch.reader), (Interest::WRITE, watch.writer)];
            for (side, token) in sides {
                if let Some(token) = token.filter(|_| readiness.interest.contains(side)) {
                    self.ready.push(token);
                }
            }
        }
    }

    fn collect_timers(&mut self) {
        if self.timers.next_deadline().is_none() {
            return;
        }
        let end = self.now().saturating_add(RESOLUTION);
        while let Some(token) = self.timers.pop_before(end) {
            self.ready.push(token);
        }
    }
}
