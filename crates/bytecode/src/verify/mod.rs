//! The verifier: what it passes, the VM can run without checking indices again.
//!
//! It takes time linear in the size of the code, and its own stack doesn't grow with the code.

mod fault;
mod instrs;
mod tables;
mod temps;
mod tempset;

pub use fault::{Fault, VerifyError};
pub(crate) use tables::MAX_CONST_NESTING;

use crate::code::{Code, Const};
use std::collections::HashMap;

/// How deep code objects may nest. Dropping them recurses.
pub const MAX_NESTING: usize = 500;

/// Checks a code object and all those among its constants.
///
/// # Errors
/// The first fault found, with the code object and the instruction where it stands.
pub fn verify(code: &Code) -> Result<(), VerifyError> {
    // How many levels of code each code object holds, itself included: one that is shared is checked once.
    let mut heights: HashMap<*const Code, usize> = HashMap::new();
    verify_one(code)?;
    let mut path = vec![Visit { code, next: 0, height: 1 }];
    while let Some(visit) = path.last_mut() {
        let Some(constant) = visit.code.consts.get(visit.next) else {
            let Visit { code, height, .. } = *visit;
            heights.insert(code, height);
            path.pop();
            if let Some(outer) = path.last_mut() {
                outer.height = outer.height.max(height + 1);
            }
            continue;
        };
        visit.next += 1;
        let Const::Code(inner) = constant else { continue };
        let known = heights.get(&std::ptr::from_ref::<Code>(inner)).copied();
        visit.height = visit.height.max(known.map_or(1, |height| height + 1));
        if path.len() + known.unwrap_or(1) > MAX_NESTING {
            return Err(VerifyError::new(inner, None, Fault::CodeTooDeep));
        }
        if known.is_none() {
            verify_one(inner)?;
            path.push(Visit { code: inner, next: 0, height: 1 });
        }
    }
    Ok(())
}

/// A code object whose constants are being gone through.
struct Visit<'a> {
    code: &'a Code,
    next: usize,
    height: usize,
}

/// Checks a code object, those among its constants left out.
fn verify_one(code: &Code) -> Result<(), VerifyError> {
    tables::check(code).map_err(|fault| VerifyError::new(code, None, fault))?;
    instrs::check(code).and_then(|()| temps::check(code)).map_err(|(pc, fault)| VerifyError::new(code, Some(pc), fault))
}
