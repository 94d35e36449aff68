//! Source that is very long or very deep.

use crate::case::Ending::{Fails, Prints};
use crate::case::Source::Made;
use crate::case::{Case, TOO_COMPLEX, TOO_DEEP};

/// The size of the long lines.
const LONG: usize = 10_000_000;
const TOO_MANY_BRACKETS: &str = "SyntaxError: too many nested parentheses";
const TOO_MANY_INDENTS: &str = "IndentationError: too many levels of indentation";

/// What source may do to a parser and a compiler.
pub const CASES: &[Case] = &[
    Case {
        name: "a_long_list",
        source: Made(|| around("x = [", "1, ", LONG / 3, "]\nprint(len(x))\n")),
        endings: &[Prints("3333333\n"), TOO_COMPLEX],
    },
    Case {
        name: "a_long_string",
        source: Made(|| around("x = '", "a", LONG, "'\nprint(len(x))\n")),
        endings: &[Prints("10000000\n")],
    },
    Case {
        name: "a_long_sum",
        source: Made(|| around("x = ", "1+", LONG / 2, "1\nprint(x)\n")),
        endings: &[TOO_DEEP, Prints("5000001\n")],
    },
    Case { name: "a_long_name", source: Made(|| around("", "a", LONG, " = 1\nprint(2)\n")), endings: &[Prints("2\n")] },
    Case { name: "a_long_comment", source: Made(|| around("#", "a", LONG, "\nprint(3)\n")), endings: &[Prints("3\n")] },
    Case {
        name: "a_long_blank_line",
        source: Made(|| around("", " ", LONG, "\nprint(3)\n")),
        endings: &[Prints("3\n")],
    },
    Case {
        name: "long_garbage",
        source: Made(|| around("", "$", LONG, "")),
        endings: &[Fails("SyntaxError: invalid syntax")],
    },
    Case {
        name: "a_long_number",
        source: Made(|| around("x = ", "1", LONG, "\n")),
        endings: &[Fails(
            "SyntaxError: Exceeds the limit (4300 digits) for integer string conversion: value has 10000000 digits;",
        )],
    },
    Case {
        name: "brackets",
        source: Made(|| nested("x = ", "(", "1", ")", 100_000)),
        endings: &[Fails(TOO_MANY_BRACKETS)],
    },
    Case {
        name: "brackets_never_closed",
        source: Made(|| around("", "(", 100_000, "")),
        endings: &[Fails(TOO_MANY_BRACKETS)],
    },
    Case {
        name: "list_brackets",
        source: Made(|| nested("x = ", "[", "", "]", 100_000)),
        endings: &[Fails(TOO_MANY_BRACKETS)],
    },
    Case { name: "nested_functions", source: Made(nested_functions), endings: &[Fails(TOO_MANY_INDENTS)] },
    Case { name: "nested_blocks", source: Made(nested_blocks), endings: &[Fails(TOO_MANY_INDENTS)] },
    Case {
        name: "nested_lambdas",
        source: Made(|| around("f = ", "lambda: ", 5_000, "1\nprint('made')\n")),
        endings: &[TOO_COMPLEX, TOO_DEEP, Prints("made\n")],
    },
    Case {
        name: "nots",
        source: Made(|| around("x = ", "not ", 100_000, "1\nprint(x)\n")),
        endings: &[TOO_COMPLEX, TOO_DEEP, Prints("True\n")],
    },
    Case {
        name: "minuses",
        source: Made(|| around("x = ", "-", 100_000, "1\nprint(x)\n")),
        endings: &[TOO_COMPLEX, TOO_DEEP, Prints("1\n")],
    },
    Case {
        name: "powers",
        source: Made(|| around("x = ", "1**", 20_000, "1\nprint(x)\n")),
        endings: &[TOO_COMPLEX, TOO_DEEP, Prints("1\n")],
    },
    Case {
        name: "conditions",
        source: Made(|| around("x = ", "1 if 0 else ", 20_000, "2\nprint(x)\n")),
        endings: &[TOO_COMPLEX, TOO_DEEP, Prints("2\n")],
    },
    Case {
        name: "attributes",
        source: Made(|| around("a", ".b", 100_000, "\n")),
        endings: &[TOO_DEEP, Fails("NameError: name 'a' is not defined")],
    },
    Case {
        name: "calls",
        source: Made(|| around("nobody", "()", 100_000, "\n")),
        endings: &[TOO_DEEP, Fails("NameError: name 'nobody' is not defined")],
    },
    Case {
        name: "subscripts",
        source: Made(|| around("x", "[0]", 100_000, "\n")),
        endings: &[TOO_DEEP, Fails("NameError: name 'x' is not defined")],
    },
    Case {
        name: "format_strings",
        source: Made(|| nested("x = ", "f'{", "1", "}'", 1_000)),
        endings: &[Fails("SyntaxError: too many nested f-strings")],
    },
    Case { name: "elifs", source: Made(elifs), endings: &[TOO_COMPLEX, TOO_DEEP, Prints("end\n")] },
    Case {
        name: "joined_strings",
        source: Made(|| around("x = ", "'a' ", 100_000, "\nprint(len(x))\n")),
        endings: &[Prints("100000\n")],
    },
    Case {
        name: "comparisons",
        source: Made(|| around("x = ", "1 < ", 20_000, "2\nprint(x)\n")),
        endings: &[Prints("False\n")],
    },
    Case {
        name: "conjunctions",
        source: Made(|| around("x = ", "1 and ", 100_000, "1\nprint(x)\n")),
        endings: &[Prints("1\n")],
    },
    Case { name: "targets", source: Made(|| around("", "a = ", 20_000, "1\nprint(a)\n")), endings: &[Prints("1\n")] },
    Case {
        name: "decorators",
        source: Made(|| around("def d(f): return f\n", "@d\n", 20_000, "def f(): pass\nprint('ok')\n")),
        endings: &[Prints("ok\n"), TOO_DEEP],
    },
    Case {
        name: "arguments",
        source: Made(|| around("print(len([", "1,", 100_000, "]))\n")),
        endings: &[Prints("100000\n")],
    },
    Case {
        name: "local_variables",
        source: Made(local_variables),
        endings: &[Prints("69999\n"), TOO_COMPLEX, Fails("SyntaxError: too many")],
    },
    Case {
        name: "constants",
        source: Made(constants),
        endings: &[Prints("99999.5\n"), TOO_COMPLEX, Fails("SyntaxError: too many")],
    },
    Case {
        name: "parameters",
        source: Made(parameters),
        endings: &[Prints("69999\n"), TOO_COMPLEX, Fails("SyntaxError: too many")],
    },
];

fn around(start: &str, part: &str, times: usize, end: &str) -> Vec<u8> {
    [start, &part.repeat(times), end].concat().into_bytes()
}

fn nested(start: &str, open: &str, core: &str, close: &str, depth: usize) -> Vec<u8> {
    [start, &open.repeat(depth), core, &close.repeat(depth), "\n"].concat().into_bytes()
}

fn numbered(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

fn nested_functions() -> Vec<u8> {
    let heads = numbered(5_000, |depth| format!("{:depth$}def f{depth}():\n", ""));
    format!("{heads}{:5000}pass\n", "").into_bytes()
}

fn nested_blocks() -> Vec<u8> {
    let heads = numbered(5_000, |depth| format!("{:depth$}if 1:\n", ""));
    format!("{heads}{:5000}pass\n", "").into_bytes()
}

fn elifs() -> Vec<u8> {
    let arms = numbered(10_000, |value| format!("elif x == -{value}:\n    pass\n"));
    format!("x = 1\nif x == 2:\n    pass\n{arms}else:\n    print('end')\n").into_bytes()
}

fn local_variables() -> Vec<u8> {
    let assignments = numbered(70_000, |value| format!("    a{value} = {value}\n"));
    format!("def f():\n{assignments}    return a69999\nprint(f())\n").into_bytes()
}

fn constants() -> Vec<u8> {
    let items = numbered(100_000, |value| format!("{value}.5,"));
    format!("x = [{items}]\nprint(x[-1])\n").into_bytes()
}

fn parameters() -> Vec<u8> {
    let names = numbered(70_000, |value| format!("a{value},"));
    format!("def f({names}): return a69999\nprint(f(*range(70000)))\n").into_bytes()
}
