//! Checks of everything but the instructions.

use super::Fault;
use crate::code::{Code, Const, flags};

/// How deep tuples may nest in a constant. Everything that walks constants recurses.
pub(crate) const MAX_CONST_NESTING: usize = 500;

pub(super) fn check(code: &Code) -> Result<(), Fault> {
    sizes(code)?;
    parameters(code)?;
    locals(code)?;
    constants(code)?;
    handlers(code)?;
    locations(code)
}

fn sizes(code: &Code) -> Result<(), Fault> {
    if code.instrs.is_empty() {
        return Err(Fault::NoInstructions);
    }
    let sizes = [code.instrs.len(), code.consts.len(), code.sites.len(), code.handlers.len(), code.locations.len()];
    if sizes.iter().any(|&size| i32::try_from(size).is_err()) {
        return Err(Fault::TooLarge);
    }
    if code.registers == u16::MAX {
        return Err(Fault::TooLarge);
    }
    if code.first_temp > code.registers {
        return Err(Fault::FirstTemp(code.first_temp, code.registers));
    }
    let kinds = code.flags & (flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR);
    if kinds.count_ones() > 1 { Err(Fault::Flags(code.flags)) } else { Ok(()) }
}

fn parameters(code: &Code) -> Result<(), Fault> {
    if code.posonly > code.args {
        return Err(Fault::PositionalOnly(code.posonly, code.args));
    }
    // Not `parameter_count`, whose sum could overflow here.
    let stars = (code.flags & (flags::VARARGS | flags::VARKEYWORDS)).count_ones();
    let count = u32::from(code.args) + u32::from(code.kwonly) + stars;
    if count > u32::from(code.first_temp) {
        return Err(Fault::Parameters(count, code.first_temp));
    }
    if code.has_namespace && (count != 0 || code.first_temp == 0) {
        return Err(Fault::Namespace);
    }
    (0..count as usize).try_for_each(|i| match code.locals.get(i) {
        Some(local) if usize::from(local.reg) == i => Ok(()),
        _ => Err(Fault::ParameterLocal(i)),
    })
}

fn locals(code: &Code) -> Result<(), Fault> {
    if let Some((i, local)) = code.locals.iter().enumerate().find(|(_, local)| local.reg >= code.first_temp) {
        return Err(Fault::LocalRegister(i, local.reg));
    }
    match code.class_cell {
        Some(reg) if reg >= code.first_temp => Err(Fault::ClassCell(reg)),
        _ => Ok(()),
    }
}

fn constants(code: &Code) -> Result<(), Fault> {
    for (i, constant) in code.consts.iter().enumerate() {
        // Code stands only at the top, where it is found without a search.
        if !matches!(constant, Const::Code(_)) {
            check_const(constant, i, MAX_CONST_NESTING)?;
        }
    }
    let named = |&name: &u32| matches!(code.consts.get(name as usize), Some(Const::Str(_)));
    match code.sites.iter().position(|site| !named(&site.name)) {
        Some(i) => Err(Fault::SiteName(i)),
        None => Ok(()),
    }
}

fn check_const(constant: &Const, index: usize, depth: usize) -> Result<(), Fault> {
    let well_formed = match constant {
        Const::Tuple(items) | Const::FrozenSet(items) => {
            let depth = depth.checked_sub(1).ok_or(Fault::ConstTooDeep(index))?;
            return items.iter().try_for_each(|item| check_const(item, index, depth));
        }
        Const::Str(text) => is_wtf8(text),
        Const::BigInt(digits) => is_hex(digits.strip_prefix('-').unwrap_or(digits)),
        Const::Code(_) => false,
        _ => true,
    };
    if well_formed { Ok(()) } else { Err(Fault::BadConst(index)) }
}

fn is_hex(digits: &str) -> bool {
    !digits.is_empty() && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Is this UTF-8 but for surrogates? A pair of them stays two characters, as CPython has it.
fn is_wtf8(mut text: &[u8]) -> bool {
    while let Err(error) = std::str::from_utf8(text) {
        let Some((&[0xed, 0xa0..=0xbf, 0x80..=0xbf], rest)) = text[error.valid_up_to()..].split_first_chunk() else {
            return false;
        };
        text = rest;
    }
    true
}

fn handlers(code: &Code) -> Result<(), Fault> {
    let len = code.instrs.len() as u32;
    for (i, handler) in code.handlers.iter().enumerate() {
        if handler.start > handler.end || handler.end > len {
            return Err(Fault::HandlerRange(i, handler.start, handler.end));
        }
        // Going forwards only, exceptions can't make a loop that spends no fuel.
        if handler.target < handler.end || handler.target >= len {
            return Err(Fault::HandlerTarget(i, handler.target));
        }
        if handler.exc >= code.first_temp {
            return Err(Fault::HandlerRegister(i, handler.exc));
        }
    }
    Ok(())
}

fn locations(code: &Code) -> Result<(), Fault> {
    let starts = code.locations.iter().map(|entry| entry.start);
    let nexts = starts.clone().skip(1).chain([code.instrs.len() as u32]);
    match starts.zip(nexts).position(|(start, next)| start >= next) {
        Some(i) => Err(Fault::Location(i)),
        None => Ok(()),
    }
}
