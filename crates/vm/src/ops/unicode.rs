//! Properties and case mappings of code points, as `str` knows them.

use crate::objects::str::push_code_point;
use std::cmp::Ordering;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

fn category(code: u32) -> GeneralCategory {
    char::from_u32(code).map_or(GeneralCategory::Surrogate, |c| c.general_category())
}

/// Whether `repr` shows the code point as it is.
pub fn is_printable(code: u32) -> bool {
    if code < 0x7F {
        return code >= 0x20;
    }
    match char::from_u32(code) {
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
    match char::from_u32(code) {
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
        return char::from_u32(code)?.to_digit(10);
    }
    if !is_decimal(code) {
        return None;
    }
    // Digits stand in runs of ten from zero on; several runs may follow each other.
    let before = (1..=code).take_while(|back| is_decimal(code - back)).count();
    Some(before as u32 % 10)
}

/// Code points that are digits but not decimal ones.
const OTHER_DIGITS: &[(u32, u32)] = &[
    (0xB2, 0xB3),
    (0xB9, 0xB9),
    (0x1369, 0x1371),
    (0x19DA, 0x19DA),
    (0x2070, 0x2070),
    (0x2074, 0x2079),
    (0x2080, 0x2089),
    (0x2460, 0x2468),
    (0x2474, 0x247C),
    (0x2488, 0x2490),
    (0x24EA, 0x24EA),
    (0x24F5, 0x24FD),
    (0x24FF, 0x24FF),
    (0x2776, 0x277E),
    (0x2780, 0x2788),
    (0x278A, 0x2792),
    (0x10A40, 0x10A43),
    (0x10E60, 0x10E68),
    (0x11052, 0x1105A),
    (0x1F100, 0x1F10A),
];

/// Ideographs that stand for numbers: numeric without being of a number category.
const NUMERIC_IDEOGRAPHS: &[(u32, u32)] = &[
    (0x3405, 0x3405),
    (0x3483, 0x3483),
    (0x382A, 0x382A),
    (0x3B4D, 0x3B4D),
    (0x4E00, 0x4E00),
    (0x4E03, 0x4E03),
    (0x4E07, 0x4E07),
    (0x4E09, 0x4E09),
    (0x4E24, 0x4E24),
    (0x4E5D, 0x4E5D),
    (0x4E8C, 0x4E8C),
    (0x4E94, 0x4E94),
    (0x4E96, 0x4E96),
    (0x4EAC, 0x4EAC),
    (0x4EBF, 0x4EC0),
    (0x4EDF, 0x4EDF),
    (0x4EE8, 0x4EE8),
    (0x4F0D, 0x4F0D),
    (0x4F70, 0x4F70),
    (0x4FE9, 0x4FE9),
    (0x5006, 0x5006),
    (0x5104, 0x5104),
    (0x5146, 0x5146),
    (0x5169, 0x5169),
    (0x516B, 0x516B),
    (0x516D, 0x516D),
    (0x5341, 0x5341),
    (0x5343, 0x5345),
    (0x534C, 0x534C),
    (0x53C1, 0x53C4),
    (0x56DB, 0x56DB),
    (0x58F1, 0x58F1),
    (0x58F9, 0x58F9),
    (0x5E7A, 0x5E7A),
    (0x5EFE, 0x5EFF),
    (0x5F0C, 0x5F0E),
    (0x5F10, 0x5F10),
    (0x62D0, 0x62D0),
    (0x62FE, 0x62FE),
    (0x634C, 0x634C),
    (0x67D2, 0x67D2),
    (0x6D1E, 0x6D1E),
    (0x6F06, 0x6F06),
    (0x7396, 0x7396),
    (0x767E, 0x767E),
    (0x7695, 0x7695),
    (0x79ED, 0x79ED),
    (0x8086, 0x8086),
    (0x842C, 0x842C),
    (0x8CAE, 0x8CAE),
    (0x8CB3, 0x8CB3),
    (0x8D30, 0x8D30),
    (0x920E, 0x920E),
    (0x94A9, 0x94A9),
    (0x9621, 0x9621),
    (0x9646, 0x9646),
    (0x964C, 0x964C),
    (0x9678, 0x9678),
    (0x96F6, 0x96F6),
    (0xF96B, 0xF96B),
    (0xF973, 0xF973),
    (0xF978, 0xF978),
    (0xF9B2, 0xF9B2),
    (0xF9D1, 0xF9D1),
    (0xF9D3, 0xF9D3),
    (0xF9FD, 0xF9FD),
    (0x20001, 0x20001),
    (0x20064, 0x20064),
    (0x200E2, 0x200E2),
    (0x20121, 0x20121),
    (0x2092A, 0x2092A),
    (0x20983, 0x20983),
    (0x2098C, 0x2098C),
    (0x2099C, 0x2099C),
    (0x20AEA, 0x20AEA),
    (0x20AFD, 0x20AFD),
    (0x20B19, 0x20B19),
    (0x22390, 0x22390),
    (0x22998, 0x22998),
    (0x23B1B, 0x23B1B),
    (0x2626D, 0x2626D),
    (0x2F890, 0x2F890),
];

fn in_ranges(ranges: &[(u32, u32)], code: u32) -> bool {
    let order = |&(first, last): &(u32, u32)| {
        if last < code {
            Ordering::Less
        } else if first > code {
            Ordering::Greater
        } else {
            Ordering::Equal
        }
    };
    ranges.binary_search_by(order).is_ok()
}

/// `str.isdigit` of one code point.
pub fn is_digit(code: u32) -> bool {
    is_decimal(code) || code > 0x7F && in_ranges(OTHER_DIGITS, code)
}

/// `str.isnumeric` of one code point.
pub fn is_numeric(code: u32) -> bool {
    if code < 0x80 {
        return is_decimal(code);
    }
    char::from_u32(code).is_some_and(|c| c.general_category_group() == GeneralCategoryGroup::Number)
        || in_ranges(NUMERIC_IDEOGRAPHS, code)
}

/// `str.isalnum` of one code point.
pub fn is_alnum(code: u32) -> bool {
    is_alpha(code) || is_numeric(code)
}

/// Whether the code point has the property Uppercase.
pub fn is_upper(code: u32) -> bool {
    char::from_u32(code).is_some_and(char::is_uppercase)
}

/// Whether the code point has the property Lowercase.
pub fn is_lower(code: u32) -> bool {
    char::from_u32(code).is_some_and(char::is_lowercase)
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
    code == IDENTIFIER_START_EXTRA || char::from_u32(code).is_some_and(unicode_ident::is_xid_start)
}

/// Whether an identifier may go on with the code point.
pub fn is_identifier_continue(code: u32) -> bool {
    char::from_u32(code).is_some_and(unicode_ident::is_xid_continue)
}

/// Appends the uppercase mapping.
pub fn push_upper(out: &mut Vec<u8>, code: u32) {
    match char::from_u32(code) {
        Some(c) => push_chars(out, c.to_uppercase()),
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
    match char::from_u32(code) {
        Some(c) => push_chars(out, c.to_lowercase()),
        None => push_code_point(out, code),
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
    let Some(c) = char::from_u32(code) else { return push_code_point(out, code) };
    let mut upper = c.to_uppercase();
    let Some(first) = upper.next() else { return };
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
        _ => match char::from_u32(code) {
            Some(c) => c.to_uppercase().for_each(|upper| push_chars(out, upper.to_lowercase())),
            None => push_code_point(out, code),
        },
    }
}
