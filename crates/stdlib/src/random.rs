//! The module `_random`: the generator below `random`, and the hash that text seeds go through.

use num_bigint::{BigInt as Big, BigUint};
use sha2::{Digest, Sha512};
use std::cell::RefCell;
use std::hash::{BuildHasher, RandomState};
use weft_vm::heap::{Kind, new};
use weft_vm::objects::{Class, Opaque, Tuple, big, bytes, float, int, tuple};
use weft_vm::ops::number::{index, integer};
use weft_vm::types::{Def, builtin_class};
use weft_vm::{Args, Res, Restartable, Value, Vm, restartable, types};

/// Makes the module.
pub fn init(vm: &mut Vm) -> Res {
    let module = vm.native_module("_random", &[("sha512", sha512)]);
    let class = builtin_class("_random.Random", Kind::Opaque, 0, &types().object, DEFS);
    module.dict.set("Random", class.into_value());
    Ok(module.into_value())
}

const DEFS: &[Def] = &[
    Def::New(make),
    Def::Slot("__init__", start),
    Def::Method("seed", seed),
    Def::Method("random", random),
    Def::Method("getrandbits", restartable!(getrandbits)),
    Def::Method("getstate", getstate),
    Def::Method("setstate", setstate),
];

const WORDS: usize = 624;
const MIDDLE: usize = 397;

/// The Mersenne Twister, MT19937.
struct Twister {
    words: [u32; WORDS],
    next: usize,
}

impl Twister {
    fn from_number(seed: u32) -> Twister {
        let mut words = [seed; WORDS];
        for i in 1..WORDS {
            let previous = words[i - 1];
            words[i] = (previous ^ previous >> 30).wrapping_mul(1_812_433_253).wrapping_add(i as u32);
        }
        Twister { words, next: WORDS }
    }

    /// Seeds with a key of one or more words.
    fn from_key(key: &[u32]) -> Twister {
        let mut twister = Twister::from_number(19_650_218);
        let words = &mut twister.words;
        let mixed = |words: &[u32; WORDS], i: usize, factor: u32| {
            words[i] ^ (words[i - 1] ^ words[i - 1] >> 30).wrapping_mul(factor)
        };
        let (mut i, mut j) = (1, 0);
        for _ in 0..WORDS.max(key.len()) {
            words[i] = mixed(words, i, 1_664_525).wrapping_add(key[j]).wrapping_add(j as u32);
            i += 1;
            j = (j + 1) % key.len();
            if i == WORDS {
                words[0] = words[WORDS - 1];
                i = 1;
            }
        }
        for _ in 1..WORDS {
            words[i] = mixed(words, i, 1_566_083_941).wrapping_sub(i as u32);
            i += 1;
            if i == WORDS {
                words[0] = words[WORDS - 1];
                i = 1;
            }
        }
        words[0] = 0x8000_0000;
        twister
    }

    fn refill(&mut self) {
        for i in 0..WORDS {
            let joined = self.words[i] & 0x8000_0000 | self.words[(i + 1) % WORDS] & 0x7FFF_FFFF;
            let twist = if joined & 1 == 1 { 0x9908_B0DF } else { 0 };
            self.words[i] = self.words[(i + MIDDLE) % WORDS] ^ joined >> 1 ^ twist;
        }
        self.next = 0;
    }

    fn word(&mut self) -> u32 {
        if self.next >= WORDS {
            self.refill();
        }
        let mut y = self.words[self.next];
        self.next += 1;
        y ^= y >> 11;
        y ^= y << 7 & 0x9D2C_5680;
        y ^= y << 15 & 0xEFC6_0000;
        y ^ y >> 18
    }

    /// A float in [0, 1) with 53 random bits.
    fn float(&mut self) -> f64 {
        let (high, low) = (self.word() >> 5, self.word() >> 6);
        (f64::from(high) * 67_108_864.0 + f64::from(low)) / 9_007_199_254_740_992.0
    }
}

type State = RefCell<Twister>;

fn state<'a>(vm: &mut Vm, args: Args<'a>) -> Res<&'a State> {
    match args.pos().first().and_then(|this| this.native_state::<State>()) {
        Some(state) => Ok(state),
        None => Err(vm.type_error("descriptor requires a '_random.Random' object")),
    }
}

fn make(vm: &mut Vm, args: Args<'_>) -> Res {
    let Some(class) = args.pos().first().and_then(|v| v.as_ref::<Class>()) else {
        return Err(vm.type_error("Random.__new__(): not enough arguments"));
    };
    let state: State = RefCell::new(Twister::from_number(5489));
    Ok(new(&class, Opaque::new(state)).into_value())
}

fn start(vm: &mut Vm, args: Args<'_>) -> Res {
    if args.has_keywords() {
        return Err(vm.type_error("Random() takes no keyword arguments"));
    }
    if args.len() > 2 {
        return Err(vm.type_error("Random() requires 0 or 1 argument"));
    }
    seed(vm, args)
}

/// Integers seed by their magnitude, other objects by their hash, None by what the system calls random.
fn seed(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "seed", 0, 1)?;
    let magnitude = match args.pos().get(1) {
        Some(number) if number.is_int() => number.as_big().unwrap_or_default().into_parts().1,
        Some(other) if !other.is_none() => BigUint::from(vm.hash(other)?),
        _ => BigUint::new((0..16).map(|_| RandomState::new().hash_one(0u8) as u32).collect()),
    };
    let mut key = magnitude.to_u32_digits();
    if key.is_empty() {
        key.push(0);
    }
    *state(vm, args)?.borrow_mut() = Twister::from_key(&key);
    Ok(Value::NONE)
}

fn random(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "Random.random", 0, 0)?;
    Ok(float(state(vm, args)?.borrow_mut().float()))
}

fn getrandbits(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    args.rest().expect(vm, "Random.getrandbits", 1, 1)?;
    let count = index(vm, &args.pos()[1])?;
    let Some(count) = count.as_i64().and_then(|n| i32::try_from(n).ok()) else {
        return Err(vm.overflow_error("Python int too large to convert to C int"));
    };
    let Ok(count) = u32::try_from(count) else {
        return Err(vm.value_error("number of bits must be non-negative"));
    };
    let mut twister = state(vm, args)?.borrow_mut();
    match count {
        0 => Ok(int(0)),
        1..=32 => Ok(int(i64::from(twister.word() >> (32 - count)))),
        _ => {
            let mut words: Vec<u32> = (0..count.div_ceil(32)).map(|_| twister.word()).collect();
            // The last word gives its high bits.
            if let Some(last) = words.last_mut()
                && count % 32 != 0
            {
                *last >>= 32 - count % 32;
            }
            Ok(big(Big::from(BigUint::new(words))))
        }
    }
}

fn getstate(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "Random.getstate", 0, 0)?;
    let twister = state(vm, args)?.borrow();
    let words = twister.words.iter().map(|&word| int(i64::from(word)));
    Ok(tuple(words.chain([int(twister.next as i64)]).collect()))
}

fn setstate(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "Random.setstate", 1, 1)?;
    let Some(items) = args.pos()[1].as_ref::<Tuple>() else {
        return Err(vm.type_error("state vector must be a tuple"));
    };
    if items.len() != WORDS + 1 {
        return Err(vm.value_error("state vector is the wrong size"));
    }
    let mut words = [0; WORDS];
    for (word, item) in words.iter_mut().zip(items.items()) {
        let number = integer(vm, item)?;
        if number.sign() == num_bigint::Sign::Minus {
            return Err(vm.overflow_error("can't convert negative value to unsigned int"));
        }
        // Only the low 32 bits count.
        *word = number.magnitude().iter_u32_digits().next().unwrap_or(0);
    }
    let next = integer(vm, &items.items()[WORDS])?;
    match usize::try_from(&next) {
        Ok(next) if next <= WORDS => {
            *state(vm, args)?.borrow_mut() = Twister { words, next };
            Ok(Value::NONE)
        }
        _ => Err(vm.value_error("invalid state")),
    }
}

fn sha512(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "sha512", 1, 1)?;
    match args.pos()[0].as_byte_slice() {
        Some(content) => Ok(bytes(&Sha512::digest(content))),
        None => Err(vm.type_error("object supporting the buffer API required")),
    }
}

#[cfg(test)]
mod tests {
    use super::Twister;

    /// The first numbers that the authors of the algorithm give for their example key.
    #[test]
    fn gives_the_published_sequence() {
        let mut twister = Twister::from_key(&[0x123, 0x234, 0x345, 0x456]);
        let first: Vec<u32> = (0..5).map(|_| twister.word()).collect();
        assert_eq!(first, [1_067_595_299, 955_945_823, 477_289_528, 4_107_218_783, 4_228_976_476]);
    }
}
