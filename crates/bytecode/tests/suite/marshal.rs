//! Code survives being written and read, and bytes that are no code are refused.

use crate::common::{code, name, none};
use proptest::prelude::*;
use std::rc::Rc;
use weft_bytecode::{Code, Const, DecodeError, MAX_NESTING, decode, disassemble, encode, verify};

proptest! {
    #[test]
    fn any_code_comes_back_as_it_was(code in crate::arbitrary::code()) {
        let bytes = encode(&code);
        let back = decode(&bytes).unwrap();
        prop_assert_eq!(&*back, &code);
        // Equal floats can differ in the sign of zero; their bytes can't.
        prop_assert_eq!(encode(&back), bytes);
    }

    #[test]
    fn code_that_is_cut_short_is_refused(code in crate::arbitrary::code(), at in any::<prop::sample::Index>()) {
        let bytes = encode(&code);
        prop_assert!(decode(&bytes[..at.index(bytes.len())]).is_err());
    }

    #[test]
    fn changed_bytes_do_no_harm(
        code in crate::arbitrary::code(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut bytes = encode(&code);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Ok(code) = decode(&bytes) {
            let _ = verify(&code);
            let _ = disassemble(&code);
        }
    }

    #[test]
    fn random_bytes_do_no_harm(tail in prop::collection::vec(prop_oneof![0..20u8, any::<u8>()], 0..200)) {
        let mut bytes = encode(&code(&[none()]))[..9].to_vec();
        bytes.extend(tail);
        let _ = decode(&bytes);
    }
}

fn with_consts(consts: Vec<Const>) -> Code {
    Code { consts, ..code(&[none()]) }
}

#[test]
fn floats_keep_their_bits() {
    let bits = [f64::NAN.to_bits() | 1, (-0.0f64).to_bits(), 1];
    let code = with_consts(bits.iter().map(|&bits| Const::Float(f64::from_bits(bits))).collect());
    let back = decode(&encode(&code)).unwrap();
    let kept: Vec<u64> = back
        .consts
        .iter()
        .map(|constant| match constant {
            Const::Float(value) => value.to_bits(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(kept, bits);
}

#[test]
fn strings_may_hold_lone_surrogates() {
    let code = with_consts(vec![Const::Str(b"\xed\xa0\x80"[..].into())]);
    assert_eq!(*decode(&encode(&code)).unwrap(), code);
}

#[test]
fn a_string_is_written_once_and_shared() {
    let code = with_consts(vec![name("a long enough name"), name("a long enough name")]);
    let bytes = encode(&code);
    assert_eq!(bytes.windows(4).filter(|window| window == b"long").count(), 1);
    let back = decode(&bytes).unwrap();
    let [Const::Str(first), Const::Str(second)] = &back.consts[..] else { panic!("{:?}", back.consts) };
    assert!(Rc::ptr_eq(first, second));
}

#[test]
fn shared_code_stays_shared() {
    let inner = Rc::new(code(&[none()]));
    let outer = with_consts(vec![Const::Code(inner.clone()), Const::Code(inner)]);
    let back = decode(&encode(&outer)).unwrap();
    let [Const::Code(first), Const::Code(second)] = &back.consts[..] else { panic!("{:?}", back.consts) };
    assert!(Rc::ptr_eq(first, second));
}

#[test]
fn other_files_and_versions_are_told_apart() {
    let bytes = encode(&code(&[none()]));
    assert_eq!(decode(b""), Err(DecodeError::Truncated));
    assert_eq!(decode(b"#!/usr/bin/env"), Err(DecodeError::Magic));
    let mut other = bytes.clone();
    other[4] ^= 0xff;
    assert_eq!(decode(&other), Err(DecodeError::Version));
    let longer = [&bytes[..], &[0]].concat();
    assert_eq!(decode(&longer), Err(DecodeError::Trailing));
}

#[test]
fn code_nests_to_the_limit_of_the_verifier_and_no_deeper() {
    let nest = |levels| (1..levels).fold(code(&[none()]), |inner, _| with_consts(vec![Const::Code(Rc::new(inner))]));
    assert!(decode(&encode(&nest(MAX_NESTING))).is_ok());
    assert_eq!(decode(&encode(&nest(MAX_NESTING + 1))), Err(DecodeError::TooDeep));
}

#[test]
fn code_in_a_tuple_is_refused() {
    let inner = Const::Code(Rc::new(code(&[none()])));
    let outer = with_consts(vec![Const::Tuple([inner].into())]);
    assert_eq!(decode(&encode(&outer)), Err(DecodeError::Index));
}

#[test]
fn lists_that_claim_more_than_there_is_allocate_nothing() {
    // Tuples within tuples, each of which says that all the rest is its own.
    let marker = name("marker");
    let bytes = encode(&with_consts(vec![Const::Tuple([marker].into())]));
    let at = bytes.windows(3).rposition(|window| window == [10, 1, 8]).expect("a tuple of one string");
    let size = 100_000u32;
    let mut bomb = bytes[..at].to_vec();
    for _ in 0..400 {
        bomb.extend([10, size as u8 | 0x80, (size >> 7) as u8 | 0x80, (size >> 14) as u8]);
    }
    bomb.resize(bomb.len() + size as usize + 10, 0);
    assert_eq!(decode(&bomb), Err(DecodeError::Truncated));
}
