//! The `is…` methods.

use super::alone;
use crate::ops::unicode;
use crate::value::Value;
use crate::{Args, Res, Vm};

/// Methods that are true of non-empty strings all of whose code points satisfy a test.
macro_rules! all_of {
    ($($method:ident $test:ident;)*) => { $(
        pub fn $method(vm: &mut Vm, args: Args<'_>) -> Res {
            let this = alone(vm, &args, stringify!($method))?;
            Ok(Value::bool(!this.is_empty() && this.code_points().all(unicode::$test)))
        }
    )* };
}

all_of! {
    isalnum is_alnum;
    isalpha is_alpha;
    isdecimal is_decimal;
    isdigit is_digit;
    isnumeric is_numeric;
    isspace is_space;
}

pub fn isascii(vm: &mut Vm, args: Args<'_>) -> Res {
    Ok(Value::bool(alone(vm, &args, "isascii")?.is_ascii()))
}

pub fn isprintable(vm: &mut Vm, args: Args<'_>) -> Res {
    Ok(Value::bool(alone(vm, &args, "isprintable")?.code_points().all(unicode::is_printable)))
}

pub fn isidentifier(vm: &mut Vm, args: Args<'_>) -> Res {
    let mut codes = alone(vm, &args, "isidentifier")?.code_points();
    let begins = codes.next().is_some_and(unicode::is_identifier_start);
    Ok(Value::bool(begins && codes.all(unicode::is_identifier_continue)))
}

pub fn islower(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = alone(vm, &args, "islower")?;
    let wrong = |code| unicode::is_upper(code) || unicode::is_title(code);
    Ok(Value::bool(this.code_points().any(unicode::is_lower) && !this.code_points().any(wrong)))
}

pub fn isupper(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = alone(vm, &args, "isupper")?;
    let wrong = |code| unicode::is_lower(code) || unicode::is_title(code);
    Ok(Value::bool(this.code_points().any(unicode::is_upper) && !this.code_points().any(wrong)))
}

pub fn istitle(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = alone(vm, &args, "istitle")?;
    let (mut cased, mut inside) = (false, false);
    for code in this.code_points() {
        let begins = unicode::is_upper(code) || unicode::is_title(code);
        if begins == inside && (begins || unicode::is_lower(code)) {
            return Ok(Value::FALSE);
        }
        inside = begins || unicode::is_lower(code);
        cased |= inside;
    }
    Ok(Value::bool(cased))
}
