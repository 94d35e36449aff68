//! The formats of items in memory: the codes of the module `struct`, one character each, in the machine's own layout.

use crate::objects::{big, bytes, float};
use crate::ops::number;
use crate::value::Value;
use crate::{Asks, Res, Restartable, Vm};
use num_bigint::BigInt;

/// What items look like in memory: a code that `size` knows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Format(u8);

impl Format {
    pub const BYTE: Format = Format(b'B');

    /// The format that a text means: one code, perhaps behind an `@`.
    pub fn parse(text: &str) -> Option<Format> {
        match text.strip_prefix('@').unwrap_or(text).as_bytes() {
            &[code] if size(code).is_some() => Some(Format(code)),
            _ => None,
        }
    }

    pub fn size(self) -> usize {
        size(self.0).unwrap_or(1)
    }

    /// Whether items are bytes, of one kind or the other.
    pub fn is_bytes(self) -> bool {
        matches!(self.0, b'b' | b'B' | b'c')
    }

    pub fn code(self) -> char {
        char::from(self.0)
    }

    /// The item that stands in `raw`.
    pub fn unpack(self, raw: &[u8]) -> Value {
        let signed = matches!(self.0, b'b' | b'h' | b'i' | b'l' | b'q' | b'n');
        match self.0 {
            b'c' => bytes(raw),
            b'?' => Value::bool(raw.iter().any(|&byte| byte != 0)),
            b'e' => float(half_to_float(u16::from_ne_bytes(array(raw)))),
            b'f' => float(f32::from_ne_bytes(array(raw)).into()),
            b'd' => float(f64::from_ne_bytes(array(raw))),
            _ if signed => {
                let shift = 64 - 8 * raw.len() as u32;
                big(BigInt::from((widened(raw) << shift) as i64 >> shift))
            }
            _ => big(BigInt::from(widened(raw))),
        }
    }

    /// The bytes of an item.
    pub fn pack(self, vm: &mut Restartable<'_>, value: &Value) -> Res<Vec<u8>> {
        let wide = match self.0 {
            b'c' => {
                let Some(raw) = value.downcast::<crate::objects::Bytes>() else { return Err(self.wrong_type(vm)) };
                return if raw.as_bytes().len() == 1 { Ok(raw.as_bytes().to_vec()) } else { Err(self.wrong_value(vm)) };
            }
            b'?' => return Ok(vec![u8::from(vm.is_true(value)?)]),
            b'e' | b'f' | b'd' => {
                let Ok(number) = number::real(vm, value) else {
                    drop(vm.catch());
                    return Err(self.wrong_type(vm));
                };
                return match self.0 {
                    b'd' => Ok(number.to_ne_bytes().to_vec()),
                    b'f' => Ok((number as f32).to_ne_bytes().to_vec()),
                    _ => Ok(float_to_half(number).to_ne_bytes().to_vec()),
                };
            }
            _ if !vm.has_index(value) => return Err(self.wrong_type(vm)),
            _ => number::integer(vm, value)?,
        };
        let bits = 8 * self.size() as u32;
        let signed = matches!(self.0, b'b' | b'h' | b'i' | b'l' | b'q' | b'n');
        let (low, high) = if signed {
            (-(BigInt::from(1) << (bits - 1)), BigInt::from(1) << (bits - 1))
        } else {
            (BigInt::from(0), BigInt::from(1) << bits)
        };
        if wide < low || wide >= high {
            return Err(self.wrong_value(vm));
        }
        let wide = if wide < BigInt::from(0) { wide + (BigInt::from(1) << 64) } else { wide };
        let all = u64::try_from(wide).unwrap_or(0);
        let all = all.to_le_bytes();
        let mut raw = all[..self.size()].to_vec();
        if cfg!(target_endian = "big") {
            raw.reverse();
        }
        Ok(raw)
    }

    fn wrong_type(self, vm: &mut Vm) -> crate::Thrown {
        vm.type_error(format!("memoryview: invalid type for format '{}'", self.code()))
    }

    fn wrong_value(self, vm: &mut Vm) -> crate::Thrown {
        vm.value_error(format!("memoryview: invalid value for format '{}'", self.code()))
    }
}

fn size(code: u8) -> Option<usize> {
    Some(match code {
        b'c' | b'b' | b'B' | b'?' => 1,
        b'h' | b'H' | b'e' => 2,
        b'i' | b'I' | b'f' => 4,
        b'l' | b'L' | b'q' | b'Q' | b'n' | b'N' | b'd' | b'P' => 8,
        _ => return None,
    })
}

/// The first bytes; what is missing is 0.
fn array<const N: usize>(raw: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    for (to, from) in out.iter_mut().zip(raw) {
        *to = *from;
    }
    out
}

/// An unsigned number of up to eight bytes.
fn widened(raw: &[u8]) -> u64 {
    let mut out = [0; 8];
    let start = if cfg!(target_endian = "big") { 8 - raw.len().min(8) } else { 0 };
    for (to, from) in out[start..].iter_mut().zip(raw) {
        *to = *from;
    }
    u64::from_ne_bytes(out)
}

fn half_to_float(half: u16) -> f64 {
    let (sign, exponent, mantissa) = (half >> 15, i32::from(half >> 10 & 0x1F), f64::from(half & 0x3FF));
    let size = match exponent {
        0 => mantissa * 2f64.powi(-24),
        31 if mantissa == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1024.0 + mantissa) * 2f64.powi(exponent - 25),
    };
    if sign == 1 { -size } else { size }
}

/// The nearest half; what is too great is infinite.
fn float_to_half(number: f64) -> u16 {
    let sign = if number.is_sign_negative() { 0x8000 } else { 0 };
    let size = number.abs();
    if size.is_nan() {
        return sign | 0x7E00;
    }
    // The distance of neighbours at this size.
    let exponent = if size < 2f64.powi(-14) { -14 } else { (size.log2().floor() as i32).min(16) };
    let steps = (size / 2f64.powi(exponent - 10)).round_ties_even();
    let code = (exponent + 14).max(0) as f64 * 1024.0 + steps;
    sign | if code >= 31_744.0 { 0x7C00 } else { code as u16 }
}

#[cfg(test)]
mod tests {
    use super::{float_to_half, half_to_float};

    #[test]
    fn halves_survive_the_way_there_and_back() {
        for half in 0..0x7C00 {
            assert_eq!(float_to_half(half_to_float(half)), half);
        }
        assert_eq!(float_to_half(65_520.0), 0x7C00);
        assert_eq!(float_to_half(-1.5), 0xBE00);
    }
}
