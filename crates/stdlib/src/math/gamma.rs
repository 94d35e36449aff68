//! The gamma function.

use super::{Entry, domain_error, one, range_error};
use weft_vm::objects::float;
use weft_vm::{Args, Res, Restartable, restartable};

pub(super) const FUNCTIONS: &[Entry] = &[("gamma", restartable!(gamma)), ("lgamma", restartable!(lgamma))];

/// Factorials up to here are exact floats.
const EXACT: f64 = 23.0;

fn gamma(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let x = one(vm, args, "math.gamma")?;
    if x.is_nan() || x == f64::INFINITY {
        return Ok(float(x));
    }
    let whole = x == x.floor();
    if x == f64::NEG_INFINITY || x == 0.0 || whole && x < 0.0 {
        return Err(domain_error(vm));
    }
    if whole && x <= EXACT {
        return Ok(float((2..x as u64).map(|n| n as f64).product()));
    }
    let result = libm::tgamma(x);
    if result.is_infinite() {
        return Err(range_error(vm));
    }
    Ok(float(result))
}

fn lgamma(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let x = one(vm, args, "math.lgamma")?;
    if x.is_nan() {
        return Ok(float(x));
    }
    if x.is_infinite() {
        return Ok(float(f64::INFINITY));
    }
    if x == x.floor() && x <= 2.0 {
        return if x <= 0.0 { Err(domain_error(vm)) } else { Ok(float(0.0)) };
    }
    let result = libm::lgamma(x);
    if result.is_infinite() {
        return Err(range_error(vm));
    }
    Ok(float(result))
}
