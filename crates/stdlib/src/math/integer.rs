//! Functions of integers.

use super::Entry;
use num_bigint::BigInt as Big;
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};
use weft_vm::objects::{big, int};
use weft_vm::ops::number::{index, integer};
use weft_vm::{Args, Res, Restartable, Value, Vm, restartable};

pub(super) const FUNCTIONS: &[Entry] = &[
    ("comb", restartable!(comb)),
    ("factorial", restartable!(factorial)),
    ("gcd", restartable!(gcd)),
    ("isqrt", restartable!(isqrt)),
    ("lcm", restartable!(lcm)),
    ("perm", restartable!(perm)),
];

fn isqrt(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    args.expect(vm, "math.isqrt", 1, 1)?;
    let n = index(vm, &args.pos()[0])?;
    match n.as_i64() {
        Some(n @ 0..) => Ok(int(n.isqrt())),
        Some(_) => Err(vm.value_error("isqrt() argument must be nonnegative")),
        None => match n.as_big() {
            Some(n) if !n.is_negative() => Ok(big(n.sqrt())),
            _ => Err(vm.value_error("isqrt() argument must be nonnegative")),
        },
    }
}

/// Folds the arguments; `small` works on machine integers as long as it can.
fn fold(vm: &mut Restartable<'_>, args: Args<'_>, name: &str, start: i64, join: fn(&Big, &Big) -> Big) -> Res {
    if args.has_keywords() {
        return Err(vm.type_error(format!("math.{name}() takes no keyword arguments")));
    }
    let mut total = Big::from(start);
    for value in args.pos() {
        total = join(&total, &integer(vm, value)?);
    }
    Ok(big(total))
}

fn gcd(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    if let [a, b] = args.pos()
        && let (Some(a), Some(b)) = (a.as_small_int(), b.as_small_int())
        && !args.has_keywords()
    {
        return Ok(int(a.gcd(&b)));
    }
    fold(vm, args, "gcd", 0, |a, b| a.gcd(b))
}

fn lcm(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    fold(vm, args, "lcm", 1, |a, b| a.lcm(b).abs())
}

/// The product of `from..=to`, by halves so that the factors are of like size.
fn product(from: &Big, count: u64) -> Big {
    if count <= 16 {
        return (0..count).fold(Big::one(), |total, i| total * (from + i));
    }
    let half = count / 2;
    product(from, half) * product(&(from + half), count - half)
}

fn factorial_of(n: u64) -> Big {
    product(&Big::one(), n)
}

fn factorial(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    args.expect(vm, "math.factorial", 1, 1)?;
    let n = integer(vm, &args.pos()[0])?;
    if n.is_negative() {
        return Err(vm.value_error("factorial() not defined for negative values"));
    }
    match n.to_i64() {
        Some(n @ 0..=20) => Ok(int((1..=n).product())),
        Some(n) => {
            check_bits(vm, n as u64, 64 - u64::from(n.leading_zeros()))?;
            Ok(big(factorial_of(n as u64)))
        }
        None => Err(vm.overflow_error(format!("factorial() argument should not exceed {}", i64::MAX))),
    }
}

/// MemoryError if a product of `count` factors of this many bits can't be held.
fn check_bits(vm: &mut Vm, count: u64, bits: u64) -> Res<()> {
    if count.saturating_mul(bits) > 1 << 36 { Err(vm.memory_error("")) } else { Ok(()) }
}

/// The non-negative arguments `n` and `k`.
fn arguments(vm: &mut Restartable<'_>, n: &Value, k: &Value) -> Res<(Big, Big)> {
    let (n, k) = (integer(vm, n)?, integer(vm, k)?);
    if n.is_negative() {
        return Err(vm.value_error("n must be a non-negative integer"));
    }
    if k.is_negative() {
        return Err(vm.value_error("k must be a non-negative integer"));
    }
    Ok((n, k))
}

fn comb(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    args.expect(vm, "comb", 2, 2)?;
    let (n, k) = arguments(vm, &args.pos()[0], &args.pos()[1])?;
    if k > n {
        return Ok(int(0));
    }
    let smaller = k.clone().min(&n - &k);
    let Some(k) = smaller.to_i64() else {
        return Err(vm.overflow_error(format!("min(n - k, k) must not exceed {}", i64::MAX)));
    };
    let k = k as u64;
    check_bits(vm, k, n.bits())?;
    Ok(big(product(&(n - k + 1u32), k) / factorial_of(k)))
}

fn perm(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    args.expect(vm, "perm", 1, 2)?;
    let n = &args.pos()[0];
    let k = match args.pos().get(1) {
        Some(k) if !k.is_none() => k,
        _ => n,
    };
    let factorial_only = std::ptr::eq(n, k);
    if factorial_only {
        return factorial(vm, Args::positional(std::slice::from_ref(n)));
    }
    let (n, k) = arguments(vm, n, k)?;
    if k > n {
        return Ok(int(0));
    }
    if k.is_zero() {
        return Ok(int(1));
    }
    let Some(k) = k.to_i64() else {
        return Err(vm.overflow_error(format!("k must not exceed {}", i64::MAX)));
    };
    let k = k as u64;
    check_bits(vm, k, n.bits())?;
    Ok(big(product(&(n - k + 1u32), k)))
}
