//! Signals as data: a handler notes that one came and wakes the loop; the program looks when it can.
//!
//! The system resumes most blocking calls after such a handler; [`Blocking`](crate::Blocking) waits are not.

use std::collections::BTreeMap;
use std::ffi::c_int;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use signal_hook::SigId;
use signal_hook::consts::FORBIDDEN;
use signal_hook::low_level::{self, emulate_default_handler};
use signal_hook::{flag, low_level::pipe};

use crate::waker::Waker;

/// What becomes of a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// It is noted for [`Signals::take`].
    Note,
    /// Nothing.
    Ignore,
    /// What the system does when a program doesn't care.
    Default,
}

/// The signals this process has noted.
#[derive(Debug)]
pub struct Signals {
    waker: Waker,
    pending: Arc<AtomicBool>,
    hooks: BTreeMap<c_int, Hook>,
}

/// The handler of one signal.
#[derive(Debug)]
struct Hook {
    disposition: Disposition,
    default: Arc<AtomicBool>,
    came: Arc<AtomicBool>,
    /// The parts of the handler that note and wake.
    notes: [SigId; 3],
}

/// For each signal that ever had a handler, whether that handler does what the system would do.
///
/// A handler belongs to the process and is never taken back, so a later [`Signals`] must find the flag of an
/// earlier one.
static DEFAULTS: Mutex<BTreeMap<c_int, Arc<AtomicBool>>> = Mutex::new(BTreeMap::new());

impl Signals {
    /// Nothing noted, no handler installed. A noted signal also uses `waker`.
    pub fn new(waker: Waker) -> Self {
        Self { waker, pending: Arc::default(), hooks: BTreeMap::new() }
    }

    /// Sets what becomes of a signal. Fails with `EINVAL` for those that can't be handled, or not safely.
    pub fn set(&mut self, signal: c_int, disposition: Disposition) -> io::Result<()> {
        if !self.hooks.contains_key(&signal) && disposition == Disposition::Default {
            return Ok(());
        }
        let hook = match self.hooks.remove(&signal) {
            Some(hook) => hook,
            None => self.install(signal)?,
        };
        hook.default.store(disposition == Disposition::Default, Ordering::SeqCst);
        self.hooks.insert(signal, Hook { disposition, ..hook });
        Ok(())
    }

    /// True while a signal may wait to be taken. Cheap to look at, from anywhere.
    pub fn pending(&self) -> &Arc<AtomicBool> {
        &self.pending
    }

    /// Takes the noted signal with the lowest number, the order in which CPython runs handlers.
    pub fn take(&mut self) -> Option<c_int> {
        // Cleared before looking: a signal that comes meanwhile sets it again, and at worst one looks in vain.
        if !self.pending.swap(false, Ordering::SeqCst) {
            return None;
        }
        for (&signal, hook) in &self.hooks {
            if hook.came.swap(false, Ordering::SeqCst) && hook.disposition == Disposition::Note {
                self.pending.store(true, Ordering::SeqCst);
                return Some(signal);
            }
        }
        None
    }

    /// Does to this process what the signal does by default: the way to end with the status of one that died of
    /// it.
    pub fn die_of(signal: c_int) -> io::Result<()> {
        emulate_default_handler(signal)
    }

    fn install(&self, signal: c_int) -> io::Result<Hook> {
        let default = default_of(signal)?;
        let came = Arc::new(AtomicBool::new(false));
        let notes = [
            flag::register(signal, Arc::clone(&came))?,
            flag::register(signal, Arc::clone(&self.pending))?,
            pipe::register(signal, self.waker.writer()?)?,
        ];
        Ok(Hook { disposition: Disposition::Default, default, came, notes })
    }
}

/// The flag that makes a signal do what the system would do; the handler that obeys it is installed on first use.
///
/// Parts of a handler run in the order they were registered, so this one, which may end the process, comes first.
fn default_of(signal: c_int) -> io::Result<Arc<AtomicBool>> {
    if FORBIDDEN.contains(&signal) {
        return Err(nix::errno::Errno::EINVAL.into());
    }
    let mut defaults = DEFAULTS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(default) = defaults.get(&signal) {
        return Ok(Arc::clone(default));
    }
    let default = Arc::new(AtomicBool::new(true));
    flag::register_conditional_default(signal, Arc::clone(&default))?;
    defaults.insert(signal, Arc::clone(&default));
    Ok(default)
}

impl Drop for Signals {
    /// Leaves every signal to do what the system would.
    fn drop(&mut self) {
        for hook in self.hooks.values() {
            hook.default.store(true, Ordering::SeqCst);
            hook.notes.into_iter().for_each(|id| {
                low_level::unregister(id);
            });
        }
    }
}
