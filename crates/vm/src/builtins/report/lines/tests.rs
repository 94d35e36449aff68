use super::render;
use weft_bytecode::Loc;

/// Marks the range between the two `|` of the text.
fn marks(text: &str) -> String {
    let mut parts = text.split('|');
    let before = parts.next().unwrap_or_default();
    let range = parts.next().unwrap_or_default();
    let whole = text.replace('|', "");
    let position = |offset: usize| {
        let head = &whole[..offset];
        (head.matches('\n').count() as u32 + 1, (offset - head.rfind('\n').map_or(0, |n| n + 1)) as u32)
    };
    let ((line, col), (end_line, end_col)) = (position(before.len()), position(before.len() + range.len()));
    let source: Vec<String> = whole.lines().map(str::to_owned).collect();
    render(&source, Loc { line, end_line, col, end_col })
}

#[test]
fn operators_and_brackets_are_marked() {
    assert_eq!(marks("|a + b|"), "    a + b\n    ~~^~~\n");
    assert_eq!(marks("|a // b|"), "    a // b\n    ~~^^~~\n");
    assert_eq!(marks("x = |a[1][2]|"), "    x = a[1][2]\n        ~~~~^^^\n");
    assert_eq!(marks("x = 1 + |f(1, 2)|"), "    x = 1 + f(1, 2)\n            ~^^^^^^\n");
    assert_eq!(marks("  |a * b + c ** d|"), "    a * b + c ** d\n    ~~~~~~^~~~~~~~\n");
    assert_eq!(marks("x = |a+(b)|"), "    x = a+(b)\n        ~^^~~\n");
    assert_eq!(marks("x = |a ** b ** c|"), "    x = a ** b ** c\n        ~~^^~~~~~~~\n");
}

#[test]
fn other_expressions_are_marked_whole() {
    assert_eq!(marks("x = |a.b|"), "    x = a.b\n        ^^^\n");
    assert_eq!(marks("x = |-a|"), "    x = -a\n        ^^\n");
    assert_eq!(marks("x = |a < b + c|"), "    x = a < b + c\n        ^^^^^^^^^\n");
    assert_eq!(marks("x = |await f()|"), "    x = await f()\n        ^^^^^^^^^\n");
}

#[test]
fn a_range_that_is_the_line_is_not_marked() {
    assert_eq!(marks("    |raise ValueError|"), "    raise ValueError\n");
    assert_eq!(marks("x = |f(1)|"), "    x = f(1)\n");
    assert_eq!(marks("return |f(1)|"), "    return f(1)\n");
    assert_eq!(marks("return |a.f(1)|"), "    return a.f(1)\n           ~~~^^^\n");
    assert_eq!(marks("|f(1)|"), "    f(1)\n    ~^^^\n");
}

#[test]
fn wide_characters_take_two_columns() {
    assert_eq!(marks("x = '日本' + |a.b|"), "    x = '日本' + a.b\n                 ^^^\n");
}

#[test]
fn lines_far_from_what_matters_are_counted() {
    let text = "x = |f(\n    1,\n    2,\n    3,\n    4,\n)| + 1";
    let shown = "    x = f(\n        ~^\n        1,\n        ^^\n    ...<2 lines>...\n        4,\n        ^^\n    ) + 1\n    ^\n";
    assert_eq!(marks(text), shown);
}
