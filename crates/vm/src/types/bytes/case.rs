//! Case and classes of ASCII letters.

use super::{alone, content, like};
use crate::value::Value;
use crate::{Args, Res, Vm};

/// Methods that map each byte.
macro_rules! mapped {
    ($($method:ident $map:expr;)*) => { $(
        pub fn $method(vm: &mut Vm, args: Args<'_>) -> Res {
            let this = alone(vm, &args, stringify!($method))?;
            let out: Vec<u8> = content(this).iter().map($map).collect();
            Ok(like(this, &out))
        }
    )* };
}

mapped! {
    upper u8::to_ascii_uppercase;
    lower u8::to_ascii_lowercase;
    swapcase |b| if b.is_ascii_lowercase() { b.to_ascii_uppercase() } else { b.to_ascii_lowercase() };
}

/// Methods that are true of non-empty content all of whose bytes satisfy a test.
macro_rules! all_of {
    ($($method:ident $test:expr;)*) => { $(
        pub fn $method(vm: &mut Vm, args: Args<'_>) -> Res {
            let this = content(alone(vm, &args, stringify!($method))?);
            Ok(Value::bool(!this.is_empty() && this.iter().all($test)))
        }
    )* };
}

all_of! {
    isalnum u8::is_ascii_alphanumeric;
    isalpha u8::is_ascii_alphabetic;
    isdigit u8::is_ascii_digit;
    isspace |b| matches!(b, b' ' | 0x09..=0x0D);
}

pub fn isascii(vm: &mut Vm, args: Args<'_>) -> Res {
    Ok(Value::bool(content(alone(vm, &args, "isascii")?).is_ascii()))
}

pub fn islower(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = content(alone(vm, &args, "islower")?);
    Ok(Value::bool(this.iter().any(u8::is_ascii_lowercase) && !this.iter().any(u8::is_ascii_uppercase)))
}

pub fn isupper(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = content(alone(vm, &args, "isupper")?);
    Ok(Value::bool(this.iter().any(u8::is_ascii_uppercase) && !this.iter().any(u8::is_ascii_lowercase)))
}

pub fn istitle(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = content(alone(vm, &args, "istitle")?);
    let (mut inside, mut cased) = (false, false);
    for byte in this {
        if byte.is_ascii_alphabetic() && byte.is_ascii_uppercase() == inside {
            return Ok(Value::FALSE);
        }
        inside = byte.is_ascii_alphabetic();
        cased |= inside;
    }
    Ok(Value::bool(cased))
}

pub fn title(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = alone(vm, &args, "title")?;
    let mut inside = false;
    let titled = |byte: &u8| {
        let mapped = if inside { byte.to_ascii_lowercase() } else { byte.to_ascii_uppercase() };
        inside = byte.is_ascii_alphabetic();
        mapped
    };
    let out: Vec<u8> = content(this).iter().map(titled).collect();
    Ok(like(this, &out))
}

pub fn capitalize(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = alone(vm, &args, "capitalize")?;
    let mut out = content(this).to_ascii_lowercase();
    if let Some(first) = out.first_mut() {
        first.make_ascii_uppercase();
    }
    Ok(like(this, &out))
}
