//! `_traceback`: what `traceback` shares with the machine's own reports.

use weft_vm::builtins::report;
use weft_vm::types::text_of;
use weft_vm::{Args, Res, Value, Vm};

use crate::system::Functions;

pub fn init(vm: &mut Vm) -> Res {
    Ok(vm.native_module("_traceback", FUNCTIONS).into_value())
}

const FUNCTIONS: Functions = &[("excerpt", excerpt), ("suggestion", suggestion)];

/// `excerpt(text, line, end_line, column, end_column)`: source lines with the range marked; columns count bytes and may
/// be None.
fn excerpt(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "excerpt", 5, 5)?;
    let [text, numbers @ ..] = args.pos() else { return Ok(Value::NONE) };
    let numbers: Vec<u32> = numbers.iter().filter_map(|n| u32::try_from(n.as_i64()?).ok()).collect();
    let text = text_of(text);
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let range = match numbers[..] {
        [line, end_line, col, end_col] => Some((line, end_line, col, end_col)),
        _ => None,
    };
    Ok(Value::from(report::excerpt(&lines, range)))
}

/// `suggestion(exception, traceback)`: what the exception's message is to end with.
fn suggestion(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "suggestion", 2, 2)?;
    Ok(Value::from(report::suggestion(vm, &args.pos()[0], &args.pos()[1])))
}
