//! What wakes a suspended program: a ready queue, timers, clocks and epoll.
//!
//! This crate knows no Python. It sees task ids (`u64` tokens that mean something only to its user), deadlines
//! in nanoseconds and file descriptors, and hands back plain data; nothing here calls back. The parts stand
//! alone, and three types join them:
//!
//! - [`Selector`] waits for descriptors, a [`Waker`] and time;
//! - [`Blocking`] does so for one descriptor, before a call that would block;
//! - [`Reactor`] adds [`Timers`] and a [`Ready`] queue, and orders everything as one iteration of asyncio's loop.
//!
//! Ordering rules worth knowing are written where they are made: ties in [`heap`], the turn in [`reactor`].

#![forbid(unsafe_code)]

pub mod blocking;
pub mod by_descriptor;
pub mod clock;
pub mod heap;
pub mod poller;
pub mod reactor;
pub mod ready;
pub mod selector;
pub mod signals;
pub mod timers;
pub mod waker;

pub use blocking::Blocking;
pub use by_descriptor::ByDescriptor;
pub use clock::{Clock, Nanos, RealClock, SharedClock, Slept, VirtualClock, nanos_to_secs, secs_to_nanos};
pub use poller::{EPOLL_FLAGS, Event, Poller, Waited};
pub use reactor::{Direction, Reactor};
pub use ready::{Fifo, Policy, Ready, Token};
pub use selector::{Interest, Readiness, Selector, Wakeup};
pub use signals::{Disposition, Signals};
pub use timers::{TimerId, Timers};
pub use waker::Waker;
