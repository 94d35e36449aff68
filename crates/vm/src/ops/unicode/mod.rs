//! Properties and case mappings of code points, as `str` knows them.

mod tables;

use crate::objects::str::push_code_point;
use tables::{LATER, NUMERIC_IDEOGRAPHS, OTHER_DIGITS, holds};
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// The code point as a character, unless it is a surrogate or was not assigned yet.
fn assigned(code: u32) -> Option<char> {
    char::from_u32(code).filter(|c| c.is_ascii() || !holds(LATER, code))
}

fn category(code: u32) -> GeneralCategory {
    assigned(code).map_or(GeneralCategory::Unassigned, |c| c.general_category())
}

/// Whether `repr` shows the code point as it is.
pub fn is_printable(code: u32) -> bool {
    if code < 0x7F {
        return code >= 0x20;
    }
    match assigned(code) {
        Some(c) => !matches!(c.general_category_group(), GeneralCategoryGroup::Other | GeneralCategoryGroup::Separator),
        None => false,
    }
}

/// White space as `str.isspace` and `str.split` see it.
pub fn is_space(code: u32) -> bool {
    matches!(code, 0x09..=0x0D | 0x1C..=0x20 | 0x85 | 0xA0 | 0x1680 | 0x2000..=0x200A | 0x2028 | 0x2029 | 0x202F | 0x205F | 0x3000)
}

/// What `str.splitlines` splits at.
pub fn is_line_break(code: u32) -> bool {
    matches!(code, 0x0A..=0x0D | 0x1C..=0x1E | 0x85 | 0x2028 | 0x2029)
}

/// `str.isalpha` of one code point.
pub fn is_alpha(code: u32) -> bool {
    match assigned(code) {
        Some(c) if c.is_ascii() => c.is_ascii_alphabetic(),
        Some(c) => c.general_category_group() == GeneralCategoryGroup::Letter,
        None => false,
    }
}

/// `str.isdecimal` of one code point.
pub fn is_decimal(code: u32) -> bool {
    if code < 0x80 { (0x30..0x3A).contains(&code) } else { category(code) == GeneralCategory::DecimalNumber }
}

/// The value of a decimal digit of any script.
pub fn decimal_value(code: u32) -> Option<u32> {
    if code < 0x80 {
        return assigned(code)?.to_digit(10);
    }
    if !is_decimal(code) {
        return None;
    }
    // Digits stand in runs of ten from zero on; several runs may follow each other.
    let before = (1..=code).take_while(|back| is_decimal(code - back)).count();
    Some(before as u32 % 10)
}

/// `str.isdigit` of one code point.
pub fn is_digit(code: u32) -> bool {
    is_decimal(code) || code > 0x7F && holds(OTHER_DIGITS, code)
}

/// `str.isnumeric` of one code point.
pub fn is_numeric(code: u32) -> bool {
    if code < 0x80 {
        return is_decimal(code);
    }
    assigned(code).is_some_and(|c| c.general_category_group() == GeneralCategoryGroup::Number)
        || holds(NUMERIC_IDEOGRAPHS, code)
}

/// `str.isalnum` of one code point.
pub fn is_alnum(code: u32) -> bool {
    is_alpha(code) || is_numeric(code)
}

/// Whether the code point has the property Uppercase.
pub fn is_upper(code: u32) -> bool {
    assigned(code).is_some_and(char::is_uppercase)
}

/// Whether the code point has the property Lowercase.
pub fn is_lower(code: u32) -> bool {
    // U+0295 was a lowercase letter until Unicode 16.
    code == 0x295 || assigned(code).is_some_and(char::is_lowercase)
}

/// Whether the code point is a titlecase letter.
pub fn is_title(code: u32) -> bool {
    code >= 0x1C5 && category(code) == GeneralCategory::TitlecaseLetter
}

/// Whether the code point has case at all.
pub fn is_cased(code: u32) -> bool {
    is_upper(code) || is_lower(code) || is_title(code)
}

/// Whether a search for the neighbouring letter skips the code point (the property Case_Ignorable).
fn is_case_ignorable(code: u32) -> bool {
    use GeneralCategory as G;
    let by_category = [G::NonspacingMark, G::EnclosingMark, G::Format, G::ModifierLetter, G::ModifierSymbol];
    let by_word_break = [
        0x27, 0x2E, 0x3A, 0xB7, 0x387, 0x55F, 0x5F4, 0x2018, 0x2019, 0x2024, 0x2027, 0xFE13, 0xFE52, 0xFE55, 0xFF07,
        0xFF0E, 0xFF1A,
    ];
    by_word_break.contains(&code) || by_category.contains(&category(code))
}

const CAPITAL_SIGMA: u32 = 0x3A3;
const IDENTIFIER_START_EXTRA: u32 = b'_' as u32;

/// Whether an identifier may begin with the code point.
pub fn is_identifier_start(code: u32) -> bool {
    code == IDENTIFIER_START_EXTRA || assigned(code).is_some_and(unicode_ident::is_xid_start)
}

/// Whether an identifier may go on with the code point.
pub fn is_identifier_continue(code: u32) -> bool {
    assigned(code).is_some_and(unicode_ident::is_xid_continue)
}

/// Appends the uppercase mapping.
pub fn push_upper(out: &mut Vec<u8>, code: u32) {
    match assigned(code) {
        Some(c) => push_mapped(out, c, c.to_uppercase()),
        None => push_code_point(out, code),
    }
}

/// Appends the lowercase mapping of `codes[index]`: a capital sigma depends on what stands around it.
pub fn push_lower(out: &mut Vec<u8>, codes: &[u32], index: usize) {
    let code = codes[index];
    if code == CAPITAL_SIGMA {
        let neighbour = |mut around: Box<dyn Iterator<Item = &u32> + '_>| {
            around.find(|&&c| !is_case_ignorable(c)).is_some_and(|&c| is_cased(c))
        };
        let is_final =
            neighbour(Box::new(codes[..index].iter().rev())) && !neighbour(Box::new(codes[index + 1..].iter()));
        push_code_point(out, if is_final { 0x3C2 } else { 0x3C3 });
    } else {
        push_lower_alone(out, code);
    }
}

fn push_lower_alone(out: &mut Vec<u8>, code: u32) {
    match assigned(code) {
        Some(c) => push_mapped(out, c, c.to_lowercase()),
        None => push_code_point(out, code),
    }
}

/// Appends a mapping, or the character itself if its counterpart came later.
fn push_mapped(out: &mut Vec<u8>, c: char, mapping: impl Iterator<Item = char> + Clone) {
    if mapping.clone().all(|m| assigned(m.into()).is_some()) {
        push_chars(out, mapping);
    } else {
        push_code_point(out, c.into());
    }
}

fn push_chars(out: &mut Vec<u8>, chars: impl Iterator<Item = char>) {
    for c in chars {
        out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    }
}

/// Appends the titlecase mapping. It is the uppercase one but for digraphs, ligatures, Georgian, and Greek letters with
/// an iota subscript.
pub fn push_title(out: &mut Vec<u8>, code: u32) {
    let single = match code {
        0x1C4..=0x1CC => 0x1C5 + (code - 0x1C4) / 3 * 3,
        0x1F1..=0x1F3 => 0x1F2,
        0x10D0..=0x10FF => code,
        0x1F80..=0x1FAF => code | 8,
        0x1FB3 | 0x1FC3 | 0x1FF3 | 0x1FBC | 0x1FCC | 0x1FFC => code & !0xF | 0xC,
        _ => return push_title_by_upper(out, code),
    };
    push_code_point(out, single);
}

fn push_title_by_upper(out: &mut Vec<u8>, code: u32) {
    let Some(c) = assigned(code) else { return push_code_point(out, code) };
    let mut upper = c.to_uppercase();
    let Some(first) = upper.next().filter(|&first| assigned(first.into()).is_some()) else {
        return push_code_point(out, code);
    };
    push_chars(out, std::iter::once(first));
    for c in upper {
        match (code, c) {
            (0x1F80..=0x1FFF, '\u{399}') => push_code_point(out, 0x345),
            (0x1F80..=0x1FFF, _) => push_code_point(out, c.into()),
            _ if first == '\u{2BC}' => push_code_point(out, c.into()),
            _ => push_chars(out, c.to_lowercase()),
        }
    }
}

/// Appends the full case folding.
pub fn push_folded(out: &mut Vec<u8>, code: u32) {
    match code {
        0x131 => push_code_point(out, code),
        0x1E9E => out.extend_from_slice(b"ss"),
        // Cherokee folds to capitals.
        0x13A0..=0x13FD | 0xAB70..=0xABBF => push_upper(out, code),
        _ => match assigned(code) {
            Some(c) => {
                let known = |upper: char| if assigned(upper.into()).is_some() { upper } else { c };
                c.to_uppercase().for_each(|upper| push_lower_alone(out, known(upper).into()));
            }
            None => push_code_point(out, code),
        },
    }
}
