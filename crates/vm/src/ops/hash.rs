//! Hashes. Equal numbers of all types hash alike, as the language demands; strings hash the same in every run.

use crate::heap::Kind;
use crate::objects::{BigInt, Bytes, Complex, FloatBox, FrozenSet, Range, Slice, Stored, Str, Tuple, tuple};
use crate::value::Value;
use crate::{Res, Vm, class_of, names};
use num_bigint::Sign;
use num_traits::ToPrimitive;

/// Numbers hash modulo this prime, 2**61 - 1.
pub const MODULUS: u64 = (1 << 61) - 1;

/// `hash(None)` is a constant, so that sets with None in them have one order.
const HASH_OF_NONE: u64 = 0xFCA8_6420;

/// The hash of a machine integer, as `hash()` gives it.
#[inline]
pub fn hash_int(n: i64) -> i64 {
    if (0..MODULUS as i64).contains(&n) {
        return n;
    }
    let reduced = (n.unsigned_abs() % MODULUS) as i64;
    match if n < 0 { -reduced } else { reduced } {
        -1 => -2,
        h => h,
    }
}

fn hash_big(n: &BigInt) -> i64 {
    let (negative, reduced) = match n.stored() {
        Stored::Wide(n) => (n.negative, (n.magnitude % u128::from(MODULUS)) as i64),
        Stored::Large(n) => (n.sign() == Sign::Minus, (n.magnitude() % MODULUS).to_i64().unwrap_or(0)),
    };
    match if negative { -reduced } else { reduced } {
        -1 => -2,
        h => h,
    }
}

/// The hash of a float: that of the integer or fraction it stands for. NaN: None.
pub fn hash_float(x: f64) -> Option<i64> {
    if x.is_infinite() {
        return Some(if x > 0.0 { 314_159 } else { -314_159 });
    }
    if x.is_nan() {
        return None;
    }
    if x == x.trunc() && x.abs() < 9e18 {
        return Some(hash_int(x as i64));
    }
    let (mut mantissa, mut exponent) = frexp(x.abs());
    let mut hash: u64 = 0;
    while mantissa != 0.0 {
        hash = (hash << 28) & MODULUS | hash >> 33;
        mantissa *= 268_435_456.0;
        exponent -= 28;
        let whole = mantissa as u64;
        mantissa -= whole as f64;
        hash = (hash + whole) % MODULUS;
    }
    let shift = exponent.rem_euclid(61) as u32;
    if shift != 0 {
        hash = (hash << shift) & MODULUS | hash >> (61 - shift);
    }
    let signed = if x < 0.0 { -(hash as i64) } else { hash as i64 };
    Some(if signed == -1 { -2 } else { signed })
}

/// Mantissa in [0.5, 1) and exponent of a positive finite number.
fn frexp(x: f64) -> (f64, i32) {
    if x == 0.0 {
        return (0.0, 0);
    }
    let bits = x.to_bits();
    let exponent = (bits >> 52 & 0x7FF) as i32;
    if exponent == 0 {
        let (m, e) = frexp(x * 18_446_744_073_709_551_616.0);
        return (m, e - 64);
    }
    (f64::from_bits(bits & !(0x7FF << 52) | 1022 << 52), exponent - 1022)
}

/// The hash of a value whose class is builtin and hashes without running script code.
#[inline]
pub fn hash_plain(value: &Value) -> Option<u64> {
    if let Some(n) = value.as_small_int() {
        return Some(hash_int(n) as u64);
    }
    if let Some(s) = value.downcast::<Str>()
        && class_of(value).is(&crate::types().str)
    {
        return Some(s.hash());
    }
    hash_plain_slow(value)
}

fn hash_plain_slow(value: &Value) -> Option<u64> {
    // Only its class knows.
    if value.is_kind(Kind::Instance) {
        return None;
    }
    if value.is_bool() {
        return Some(u64::from(value.is_true()));
    }
    if let Some(x) = value.as_small_float() {
        return hash_float(x).map(|h| h as u64);
    }
    if value.is_none() {
        return Some(HASH_OF_NONE);
    }
    if !value.is_heap() {
        return Some(value.bits().wrapping_mul(0x9E37_79B9) >> 3);
    }
    if !class_of(value).has(crate::objects::class_flags::BUILTIN) {
        return None;
    }
    match value.kind()? {
        Kind::Bytes => value.downcast::<Bytes>().map(Bytes::hash),
        Kind::BigInt => value.downcast::<BigInt>().map(|n| hash_big(n) as u64),
        Kind::Float => hash_float(value.downcast::<FloatBox>()?.value).map(|h| h as u64),
        _ => None,
    }
}

/// The hash of an object by identity.
pub fn hash_identity(value: &Value) -> u64 {
    value.bits() >> 4
}

/// The hash of a complex number: that of the real one it equals, if any.
pub fn hash_complex(c: &Complex) -> u64 {
    let part = |x: f64| hash_float(x).unwrap_or(0);
    part(c.re).wrapping_add(part(c.im).wrapping_mul(1_000_003)) as u64
}

/// Combines the hashes of a tuple's items, in order.
pub fn combine(hashes: impl ExactSizeIterator<Item = u64>) -> u64 {
    let len = hashes.len();
    let mut mixer = Mixer::new();
    hashes.for_each(|hash| mixer.add(hash));
    mixer.finish(len)
}

/// A combined hash in the making.
struct Mixer(u64);

impl Mixer {
    const START: u64 = 2_870_177_450_012_600_261;

    fn new() -> Mixer {
        Mixer(Mixer::START)
    }

    #[inline]
    fn add(&mut self, hash: u64) {
        let sum = self.0.wrapping_add(hash.wrapping_mul(14_029_467_366_897_019_727));
        self.0 = sum.rotate_left(31).wrapping_mul(11_400_714_785_074_694_791);
    }

    fn finish(self, len: usize) -> u64 {
        let hash = self.0.wrapping_add(len as u64 ^ (Mixer::START ^ 3_527_539));
        if hash == u64::MAX { 1_546_275_796 } else { hash }
    }
}

impl Vm {
    /// `hash(value)` as a table wants it.
    #[inline]
    pub fn hash(&mut self, value: &Value) -> Res<u64> {
        match hash_plain(value) {
            Some(hash) => Ok(hash),
            None => self.hash_by_class(value),
        }
    }

    fn hash_by_class(&mut self, value: &Value) -> Res<u64> {
        let class = class_of(value);
        if class.has(crate::objects::class_flags::BUILTIN) {
            return self.hash_builtin(value);
        }
        match self.lookup(class, &names().__hash__) {
            Some(method) if method.is_none() => Err(self.unhashable(value)),
            Some(method) if crate::types::object::is_default_hash(&method) => Ok(hash_identity(value)),
            Some(method) => {
                let result = self.call_on(&method, value, &[])?;
                self.hash_of_result(&result)
            }
            None => Ok(hash_identity(value)),
        }
    }

    /// What `__hash__` returned, as a hash: machine integers as they are, larger ones by their own hash.
    pub(crate) fn hash_of_result(&mut self, result: &Value) -> Res<u64> {
        match result.as_i64() {
            Some(-1) => Ok(-2i64 as u64),
            Some(n) => Ok(n as u64),
            None if result.is_int() => self.hash_builtin(result),
            None => Err(self.type_error("__hash__ method should return an integer")),
        }
    }

    fn hash_items(&mut self, items: &[Value]) -> Res<u64> {
        let mut mixer = Mixer::new();
        for item in items {
            mixer.add(self.hash(item)?);
        }
        Ok(mixer.finish(items.len()))
    }

    /// The hash that the builtin base type gives an object.
    pub fn hash_builtin(&mut self, value: &Value) -> Res<u64> {
        let Some(kind) = value.kind() else { return Ok(hash_plain(value).unwrap_or_default()) };
        match kind {
            Kind::Str => Ok(value.downcast::<Str>().map_or(0, Str::hash)),
            Kind::Bytes => Ok(value.downcast::<Bytes>().map_or(0, Bytes::hash)),
            Kind::BigInt => Ok(value.downcast::<BigInt>().map_or(0, |n| hash_big(n) as u64)),
            Kind::Float => {
                let hash = value.downcast::<FloatBox>().and_then(|x| hash_float(x.value));
                Ok(hash.map_or_else(|| hash_identity(value), |h| h as u64))
            }
            Kind::Complex => Ok(value.downcast::<Complex>().map_or(0, hash_complex)),
            Kind::Tuple => {
                // Scripts that run meanwhile may let go of the tuple.
                let Some(tuple) = value.as_ref::<Tuple>() else { return Ok(0) };
                self.guarded(|vm| vm.hash_items(tuple.items()))
            }
            Kind::FrozenSet => Ok(value.downcast::<FrozenSet>().map_or(0, hash_frozenset)),
            Kind::Range => {
                let (len, start, step) = match value.downcast::<Range>() {
                    Some(r) => (crate::ops::number::range_len(r), r.start.clone(), r.step.clone()),
                    None => return Ok(0),
                };
                let len = crate::objects::big(len);
                Ok(combine([self.hash(&len)?, self.hash(&start)?, self.hash(&step)?].into_iter()))
            }
            Kind::BoundMethod => {
                let parts =
                    value.downcast::<crate::objects::BoundMethod>().map(|m| (m.function.clone(), m.this.clone()));
                let Some((function, this)) = parts else { return Ok(0) };
                Ok(self.hash(&function)? ^ hash_identity(&this))
            }
            Kind::List | Kind::Dict | Kind::Set | Kind::ByteArray | Kind::DictView => Err(self.unhashable(value)),
            Kind::Slice => {
                let Some(s) = value.as_ref::<crate::objects::Slice>() else { return Ok(0) };
                let hashes = [self.hash(&s.start)?, self.hash(&s.stop)?, self.hash(&s.step)?];
                Ok(combine(hashes.into_iter()))
            }
            Kind::WeakRef
            | Kind::GenericAlias
            | Kind::Opaque
            | Kind::Context
            | Kind::MappingProxy
            | Kind::Instance
            | Kind::Native
            | Kind::Cell => {
                let class = class_of(value).clone();
                match self.lookup(&class, &names().__hash__) {
                    Some(method) if method.is_none() => Err(self.unhashable(value)),
                    Some(method) if !crate::types::object::is_default_hash(&method) => {
                        let result = self.call_on(&method, value, &[])?;
                        self.hash_of_result(&result)
                    }
                    _ => Ok(hash_identity(value)),
                }
            }
            _ => Ok(hash_identity(value)),
        }
    }

    /// TypeError: unhashable type.
    pub fn unhashable(&mut self, value: &Value) -> crate::Thrown {
        let class = class_of(value).name_str();
        self.type_error(format!("unhashable type: '{class}'"))
    }
}

/// What hashing came to.
pub enum Hashed {
    Known(u64),
    /// This method must be asked for the hash of this object.
    Asks(Value, Value),
}

/// The hash of a value that may stop at each object that the language hashes.
#[derive(Default)]
pub struct Hashing {
    /// The tuples that are being hashed, the innermost last, with the number of the item at hand.
    tuples: Vec<(Value, usize, Mixer)>,
    /// The hash that was asked for.
    taken: Option<u64>,
}

impl Hashing {
    /// Takes what `__hash__` gave of what was asked about.
    pub fn take(&mut self, vm: &mut Vm, answer: &Value) -> Res<()> {
        self.taken = Some(vm.hash_of_result(answer)?);
        Ok(())
    }

    /// Goes on hashing `value`.
    pub fn go_on(&mut self, vm: &mut Vm, value: &Value) -> Res<Hashed> {
        loop {
            let object = match self.tuples.last() {
                None => value.clone(),
                Some((tuple, at, _)) => {
                    tuple.as_items().and_then(|items| items.get(*at)).cloned().unwrap_or(Value::NONE)
                }
            };
            let known = match self.taken.take() {
                Some(hash) => Some(hash),
                None => vm.hash_plainly(&object)?,
            };
            match known {
                Some(hash) => {
                    if let Some(hash) = self.add(hash) {
                        return Ok(Hashed::Known(hash));
                    }
                }
                None if object.is_kind(Kind::Slice) => {
                    let parts = slice_parts(&object).unwrap_or(Value::NONE);
                    self.tuples.push((parts, 0, Mixer::new()));
                }
                None if vm.hashes_as_tuple(&object) => self.tuples.push((object, 0, Mixer::new())),
                None => match vm.special(&object, &names().__hash__) {
                    Some(method) => return Ok(Hashed::Asks(method, object)),
                    None => self.taken = Some(hash_identity(&object)),
                },
            }
        }
    }

    /// Adds a hash to those of the tuple it belongs to; Some if it belongs to none.
    fn add(&mut self, mut hash: u64) -> Option<u64> {
        while let Some((tuple, at, mixer)) = self.tuples.last_mut() {
            mixer.add(hash);
            *at += 1;
            let len = tuple.as_items().map_or(0, <[Value]>::len);
            if *at < len {
                return None;
            }
            let (_, _, mixer) = self.tuples.pop()?;
            hash = mixer.finish(len);
        }
        Some(hash)
    }
}

/// How deep tuples in tuples are looked into at once.
const LEVELS: u32 = 4;

impl Vm {
    /// The hash of a value; None if the language must be asked for one.
    pub fn hash_plainly(&mut self, value: &Value) -> Res<Option<u64>> {
        self.hash_within(value, LEVELS)
    }

    fn hash_within(&mut self, value: &Value, levels: u32) -> Res<Option<u64>> {
        if !value.is_kind(Kind::Instance) {
            if let Some(hash) = hash_plain(value) {
                return Ok(Some(hash));
            }
            if self.hashes_as_tuple(value) {
                return self.hash_items_within(value, levels);
            }
            if let Some(parts) = slice_parts(value) {
                return self.hash_items_within(&parts, levels);
            }
            if super::arith::is_builtin(value) && !value.kind().is_some_and(has_hash_of_its_own) {
                return self.hash_builtin(value).map(Some);
            }
        }
        match self.special(value, &names().__hash__) {
            Some(method) if method.is_kind(Kind::Function) => Ok(None),
            Some(method) if crate::types::object::is_default_hash(&method) => Ok(Some(hash_identity(value))),
            Some(method) if method.is_kind(Kind::Native) => {
                match self.call_native(&method, std::slice::from_ref(value)) {
                    Some(Ok(result)) => self.hash_of_result(&result?).map(Some),
                    // Nothing has happened yet: what is requested can as well be asked for anew.
                    Some(Err(_request)) => Ok(None),
                    None => self.hash(value).map(Some),
                }
            }
            _ => self.hash(value).map(Some),
        }
    }

    fn hash_items_within(&mut self, tuple: &Value, levels: u32) -> Res<Option<u64>> {
        let mut mixer = Mixer::new();
        let items = tuple.as_items().unwrap_or_default();
        for item in items {
            let hash = match hash_plain(item) {
                Some(hash) => hash,
                None if levels == 0 => return Ok(None),
                None => match self.hash_within(item, levels - 1)? {
                    Some(hash) => hash,
                    None => return Ok(None),
                },
            };
            mixer.add(hash);
        }
        Ok(Some(mixer.finish(items.len())))
    }

    /// Whether the hash of a value is that of a tuple of its items.
    fn hashes_as_tuple(&mut self, value: &Value) -> bool {
        value.is_kind(Kind::Tuple)
            && (super::arith::is_builtin(value)
                || self.special(value, &names().__hash__).is_some_and(|method| method.is_kind(Kind::Native)))
    }
}

/// Whether objects of this kind are hashed by natives of their class.
fn has_hash_of_its_own(kind: Kind) -> bool {
    matches!(kind, Kind::Opaque | Kind::Context | Kind::MappingProxy | Kind::WeakRef | Kind::GenericAlias | Kind::Cell)
}

/// The parts of a slice as a tuple, of which its hash is that.
fn slice_parts(value: &Value) -> Option<Value> {
    let slice = value.downcast::<Slice>()?;
    Some(tuple(vec![slice.start.clone(), slice.stop.clone(), slice.step.clone()]))
}

fn hash_frozenset(set: &FrozenSet) -> u64 {
    let mixed = |h: u64| (h ^ 89_869_747 ^ h << 16).wrapping_mul(3_644_798_167);
    let folded = set.table().iter().fold(0u64, |acc, e| acc ^ mixed(e.hash));
    let all = folded ^ (set.table().len() as u64 + 1).wrapping_mul(1_927_868_237);
    (all ^ (all >> 11) ^ (all >> 25)).wrapping_mul(69_069).wrapping_add(907_133_923)
}
