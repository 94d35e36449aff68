//! The reactor against pipes, sockets, signals and clocks: one situation a test, none of which may hang.

mod blocking;
mod epoll;
mod loop_turns;
mod selector;
mod signals;
mod support;
mod timers;
