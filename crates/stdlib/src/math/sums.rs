//! Sums, products and distances that round once.

use super::Entry;
use std::cell::RefCell;
use weft_vm::objects::{Accumulator, Opaque, Tuple, float, int};
use weft_vm::ops::arith::{BinOp, is_builtin};
use weft_vm::ops::number::{Num, frexp, ldexp, real};

use weft_vm::ops::restart::begin;
use weft_vm::{Args, Asks, Outcome, Res, Restartable, Value, Vm, restartable};

pub(super) const FUNCTIONS: &[Entry] = &[
    ("dist", restartable!(dist)),
    ("fsum", fsum),
    ("hypot", restartable!(hypot)),
    ("prod", prod),
    ("sumprod", sumprod),
];

/// `a + b` as the rounded sum and what rounding took away.
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let (large, small) = if a.abs() < b.abs() { (b, a) } else { (a, b) };
    let sum = large + small;
    (sum, small - (sum - large))
}

/// A sum kept exactly, as floats that don't overlap, from small to large.
#[derive(Default)]
struct ExactSum {
    parts: Vec<f64>,
}

impl ExactSum {
    /// Adds a finite number; false if the sum is beyond all floats.
    fn add(&mut self, mut x: f64) -> bool {
        let mut kept = 0;
        for i in 0..self.parts.len() {
            let (sum, lost) = two_sum(x, self.parts[i]);
            if lost != 0.0 {
                self.parts[kept] = lost;
                kept += 1;
            }
            x = sum;
        }
        self.parts.truncate(kept);
        if x != 0.0 {
            self.parts.push(x);
        }
        x.is_finite()
    }

    /// The float nearest to the sum.
    fn rounded(&self) -> f64 {
        let mut parts = self.parts.iter().rev().copied();
        let Some(mut total) = parts.next() else { return 0.0 };
        while let Some(part) = parts.next() {
            let (sum, lost) = two_sum(total, part);
            total = sum;
            if lost == 0.0 {
                continue;
            }
            // Halfway to the next float: what comes below decides.
            if let Some(below) = parts.next()
                && (lost < 0.0) == (below < 0.0)
            {
                let doubled = lost * 2.0;
                let moved = total + doubled;
                if moved - total == doubled {
                    total = moved;
                }
            }
            break;
        }
        total
    }
}

/// An exact sum, and what infinities and what is no number come to.
#[derive(Default)]
struct Summing {
    sum: ExactSum,
    special: f64,
    infinities: f64,
}

impl Summing {
    /// Adds a number; false if the sum is beyond all floats.
    fn add(&mut self, x: f64) -> bool {
        if x.is_finite() {
            return self.sum.add(x);
        }
        if x.is_infinite() {
            self.infinities += x;
        }
        self.special += x;
        true
    }

    /// All numbers have been added.
    fn end(&self, vm: &mut Vm) -> Res {
        if self.special != 0.0 {
            if self.infinities.is_nan() {
                return Err(vm.value_error("-inf + inf in fsum"));
            }
            return Ok(float(self.special));
        }
        Ok(float(self.sum.rounded()))
    }
}

fn fsum(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "math.fsum", 1, 1)?;
    let mut plain = Summing::default();
    let items = args.pos()[0].as_items().filter(|_| is_builtin(&args.pos()[0])).unwrap_or_default();
    if !items.is_empty() && items.iter().all(|item| item.as_small_float().is_some_and(|x| plain.add(x))) {
        return plain.end(vm);
    }
    let state = Opaque::state(RefCell::new(Summing::default()));
    let summed = vm.each(&args.pos()[0], take_number, state.clone(), Value::NONE);
    vm.then(summed, summed_up, &state)
}

fn take_number(vm: &mut Vm, state: &Value, item: Value) -> Res {
    match item.as_float() {
        Some(x) => add_number(vm, state, x),
        None => begin(vm, Args::positional(&[state.clone(), item]), |vm, args| {
            let [state, item] = args.pos() else { return Ok(Value::NONE) };
            let x = real(vm, item)?;
            add_number(vm, state, x)
        }),
    }
}

fn add_number(vm: &mut Vm, state: &Value, x: f64) -> Res {
    let summing = vm.state_of::<RefCell<Summing>>(state)?;
    if summing.borrow_mut().add(x) { Ok(Value::NONE) } else { Err(vm.overflow_error("intermediate overflow in fsum")) }
}

fn summed_up(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    outcome.result(vm)?;
    vm.state_of::<RefCell<Summing>>(state)?.borrow().end(vm)
}

fn prod(vm: &mut Vm, args: Args<'_>) -> Res {
    if args.len() > 1 {
        let given = args.len();
        return Err(vm.type_error(format!("prod() takes exactly 1 positional argument ({given} given)")));
    }
    let [iterable, start] = args.bind(vm, "prod", ["/iterable", "*start"], 1)?;
    let mut start = start.cloned().unwrap_or_else(|| int(1));
    if let Some(items) = iterable.filter(|given| is_builtin(given)).and_then(Value::as_items)
        && is_builtin(&start)
        && items.iter().all(is_builtin)
    {
        // Nothing of the language runs meanwhile.
        for item in items {
            start = vm.binary(BinOp::Mul, &start, item)?;
        }
        return Ok(start);
    }
    vm.accumulate(iterable.unwrap_or(&Value::NONE), Accumulator::Product(start), &Value::UNSET)
}

fn sumprod(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "sumprod", 2, 2)?;
    let (left, right) = (vm.collect(&args.pos()[0])?, vm.collect(&args.pos()[1])?);
    if left.len() != right.len() {
        return Err(vm.value_error("Inputs are not the same length"));
    }
    let real_number = |v: &Value| matches!(Num::of(v), Some(Num::Int(_) | Num::Float(_)));
    let has_float = left.iter().chain(&right).any(|v| v.as_float().is_some());
    if has_float
        && left.iter().chain(&right).all(real_number)
        && let Some(total) = exact_dot(vm, &left, &right)?
    {
        return Ok(float(total));
    }
    let mut total = int(0);
    for (a, b) in left.iter().zip(&right) {
        let product = vm.binary(BinOp::Mul, a, b)?;
        total = vm.binary(BinOp::Add, &total, &product)?;
    }
    Ok(total)
}

/// The sum of products rounded once; None if something on the way is not finite.
fn exact_dot(vm: &mut Vm, left: &[Value], right: &[Value]) -> Res<Option<f64>> {
    let mut sum = ExactSum::default();
    for (a, b) in left.iter().zip(right) {
        let (x, y) = (real(vm, a)?, real(vm, b)?);
        let product = x * y;
        let lost = x.mul_add(y, -product);
        if !product.is_finite() || !sum.add(lost) || !sum.add(product) {
            return Ok(None);
        }
    }
    Ok(Some(sum.rounded()))
}

fn hypot(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    if args.has_keywords() {
        return Err(vm.type_error("math.hypot() takes no keyword arguments"));
    }
    let mut parts = Vec::with_capacity(args.len());
    for value in args.pos() {
        parts.push(real(vm, value)?);
    }
    Ok(float(norm(&mut parts)))
}

fn dist(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    args.expect(vm, "dist", 2, 2)?;
    let (p, q) = (point(vm, &args.pos()[0])?, point(vm, &args.pos()[1])?);
    if p.len() != q.len() {
        return Err(vm.value_error("both points must have the same number of dimensions"));
    }
    let mut parts = Vec::with_capacity(p.len());
    for (a, b) in p.iter().zip(&q) {
        let a = real(vm, a)?;
        parts.push((a - real(vm, b)?).abs());
    }
    Ok(float(norm(&mut parts)))
}

fn point(vm: &mut Restartable<'_>, given: &Value) -> Res<Vec<Value>> {
    if let Some(items) = given.downcast::<Tuple>() {
        return Ok(items.items().to_vec());
    }
    let items = vm.once_asked(|vm| vm.ask_items(given))?;
    Ok(items.as_items().unwrap_or_default().to_vec())
}

/// The root of the sum of squares: scaled against overflow, summed exactly, the root corrected by what it missed.
fn norm(parts: &mut [f64]) -> f64 {
    if parts.iter().any(|x| x.is_infinite()) {
        return f64::INFINITY;
    }
    if parts.iter().any(|x| x.is_nan()) {
        return f64::NAN;
    }
    let largest = parts.iter().fold(0.0f64, |m, x| m.max(x.abs()));
    if largest == 0.0 || parts.len() == 1 {
        return largest;
    }
    let exponent = i64::from(frexp(largest).1);
    let mut sum = ExactSum::default();
    for x in parts.iter() {
        let x = ldexp(*x, -exponent);
        let square = x * x;
        sum.add(x.mul_add(x, -square));
        sum.add(square);
    }
    let root = sum.rounded().sqrt();
    // One step of Newton's method with the exact remainder.
    let square = root * root;
    sum.add(-root.mul_add(root, -square));
    sum.add(-square);
    ldexp(root + sum.rounded() / (2.0 * root), exponent)
}
