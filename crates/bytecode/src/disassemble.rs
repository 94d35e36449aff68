//! Code as text, for people.

use crate::code::{Code, Const, Instr, Local, LocalKind, flags};
use crate::op::{AwaitContext, Common, Intrinsic, Op, Operand, Singleton, SpecialMethod};
use std::collections::HashSet;
use std::fmt::{self, Display, Formatter, Write};

/// Code objects inside constants are shown to this depth, and so are tuples.
const MAX_DEPTH: usize = 32;

/// The code, and the code objects among its constants, as readable text.
///
/// Each instruction stands on a line of its own: the source line where it changes, `>>` if something jumps here, its
/// index, its name and its operands. Registers are shown as `r3`, with the local's name where there is one, and
/// temporaries as `t0` and up. Code that `verify` rejects can be shown too.
#[must_use]
pub fn disassemble(code: &Code) -> String {
    let mut out = String::new();
    let mut rest = vec![(code, 0)];
    // Code can be shared.
    let mut shown = HashSet::new();
    while let Some((code, depth)) = rest.pop() {
        if !shown.insert(std::ptr::from_ref(code)) {
            continue;
        }
        if !out.is_empty() {
            out.push('\n');
        }
        // Writing to a String can't fail.
        let _ = write!(out, "{}", Listing { code });
        if depth < MAX_DEPTH {
            let nested = code.consts.iter().rev().filter_map(|constant| match constant {
                Const::Code(inner) => Some((&**inner, depth + 1)),
                _ => None,
            });
            rest.extend(nested);
        }
    }
    out
}

/// One code object without those inside it.
struct Listing<'a> {
    code: &'a Code,
}

impl Display for Listing<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.header(f)?;
        let targets = self.targets();
        let mut last_line = 0;
        for (pc, &instr) in self.code.instrs.iter().enumerate() {
            let line = self.code.location(pc as u32).line;
            if line != 0 && line != last_line {
                write!(f, "{line:5} ")?;
                last_line = line;
            } else {
                f.write_str("      ")?;
            }
            let mark = if targets[pc] { ">>" } else { "  " };
            let row = format!("{mark} {pc:4}  {:<18} {}", instr.op.name(), Operands { code: self.code, pc, instr });
            writeln!(f, "{}", row.trim_end())?;
        }
        self.handlers(f)
    }
}

impl Listing<'_> {
    fn header(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let code = self.code;
        writeln!(f, "code {} in {}, line {}", code.qualname, code.filename, code.first_line)?;
        write!(f, "  {} registers, temporaries from {}", code.registers, code.first_temp)?;
        for (count, what) in
            [(code.args, "positional"), (code.posonly, "positional-only"), (code.kwonly, "keyword-only")]
        {
            if count != 0 {
                write!(f, ", {count} {what}")?;
            }
        }
        if code.has_namespace {
            f.write_str(", namespace")?;
        }
        if let Some(reg) = code.class_cell {
            write!(f, ", __class__ in r{reg}")?;
        }
        f.write_char('\n')?;
        if code.flags != 0 {
            writeln!(f, "  flags: {}", Flags(code.flags))?;
        }
        list(f, "locals", code.locals.iter().map(LocalText))?;
        list(f, "free", &code.freevars)?;
        list(f, "static attributes", &code.static_attributes)
    }

    fn targets(&self) -> Vec<bool> {
        let mut targets = vec![false; self.code.instrs.len()];
        let jumps = self.code.instrs.iter().enumerate().filter_map(|(pc, instr)| instr.jump_target(pc));
        let handlers = self.code.handlers.iter().map(|handler| i64::from(handler.target));
        for target in jumps.chain(handlers) {
            if let Some(mark) = usize::try_from(target).ok().and_then(|pc| targets.get_mut(pc)) {
                *mark = true;
            }
        }
        targets
    }

    fn handlers(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if !self.code.handlers.is_empty() {
            writeln!(f, "  handlers:")?;
        }
        for handler in &self.code.handlers {
            let exc = Register { code: self.code, reg: handler.exc.into() };
            writeln!(f, "    {}..{} to {} with {exc}", handler.start, handler.end, handler.target)?;
        }
        Ok(())
    }
}

/// Writes a line of things with a title, if there are any.
fn list<T: Display>(f: &mut Formatter<'_>, title: &str, items: impl IntoIterator<Item = T>) -> fmt::Result {
    let mut separator = "";
    for item in items {
        if separator.is_empty() {
            write!(f, "  {title}: ")?;
        }
        write!(f, "{separator}{item}")?;
        separator = ", ";
    }
    if separator.is_empty() { Ok(()) } else { f.write_char('\n') }
}

struct LocalText<'a>(&'a Local);

impl Display for LocalText<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let kind = match self.0.kind {
            LocalKind::Plain => "",
            LocalKind::Cell => " (cell)",
            LocalKind::Free => " (free)",
        };
        write!(f, "r{} {}{kind}", self.0.reg, self.0.name)
    }
}

struct Flags(u32);

impl Display for Flags {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        const NAMES: [(u32, &str); 9] = [
            (flags::OPTIMIZED, "OPTIMIZED"),
            (flags::NEWLOCALS, "NEWLOCALS"),
            (flags::VARARGS, "VARARGS"),
            (flags::VARKEYWORDS, "VARKEYWORDS"),
            (flags::NESTED, "NESTED"),
            (flags::GENERATOR, "GENERATOR"),
            (flags::COROUTINE, "COROUTINE"),
            (flags::ITERABLE_COROUTINE, "ITERABLE_COROUTINE"),
            (flags::ASYNC_GENERATOR, "ASYNC_GENERATOR"),
        ];
        let mut rest = self.0;
        let mut separator = "";
        for (bit, name) in NAMES {
            if rest & bit != 0 {
                rest &= !bit;
                write!(f, "{separator}{name}")?;
                separator = " ";
            }
        }
        if rest != 0 { write!(f, "{separator}{rest:#x}") } else { Ok(()) }
    }
}

/// A register by its kind, number and name.
struct Register<'a> {
    code: &'a Code,
    reg: u32,
}

impl Display for Register<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let first_temp = u32::from(self.code.first_temp);
        if self.reg >= first_temp {
            return write!(f, "t{}", self.reg - first_temp);
        }
        write!(f, "r{}", self.reg)?;
        match self.code.locals.iter().find(|local| u32::from(local.reg) == self.reg) {
            Some(local) => write!(f, ":{}", local.name),
            None => Ok(()),
        }
    }
}

/// The operands of one instruction, separated by commas.
struct Operands<'a> {
    code: &'a Code,
    pc: usize,
    instr: Instr,
}

impl Display for Operands<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for &operand in self.instr.op.operands() {
            if self.is_shown(operand) {
                f.write_str(separator)?;
                self.operand(f, operand)?;
                separator = ", ";
            }
        }
        Ok(())
    }
}

impl Operands<'_> {
    fn is_shown(&self, operand: Operand) -> bool {
        if operand == Operand::FlagX { flag_is_shown(self.instr) } else { self.instr.uses(operand) }
    }

    fn operand(&self, f: &mut Formatter<'_>, operand: Operand) -> fmt::Result {
        use Operand::*;
        let field = self.instr.field(operand);
        match operand {
            ConstB | ConstC | ConstBC => match self.code.consts.get(field as usize) {
                Some(constant) => write!(f, "{}", ConstText { constant, depth: 0 }),
                None => write!(f, "const {field}?"),
            },
            SiteC | SiteBC => self.site(f, field),
            ImmB => write!(f, "{}", self.instr.b as i16),
            ImmC => write!(f, "{}", self.instr.c as i16),
            ImmBC => write!(f, "{}", self.instr.bc_signed()),
            CountB | CountC => write!(f, "{field}"),
            FlagX => flag(f, self.code, self.instr),
            JumpBC | JumpXC => match self.instr.jump_target(self.pc) {
                Some(target) => write!(f, "to {target}"),
                None => f.write_str("to ?"),
            },
            _ => self.registers(f, operand, field),
        }
    }

    fn registers(&self, f: &mut Formatter<'_>, operand: Operand, first: u32) -> fmt::Result {
        let code = self.code;
        match self.instr.width(operand) {
            0 => f.write_str("()"),
            1 => write!(f, "{}", Register { code, reg: first }),
            n => write!(f, "{}..{}", Register { code, reg: first }, Register { code, reg: first + n - 1 }),
        }
    }

    fn site(&self, f: &mut Formatter<'_>, index: u32) -> fmt::Result {
        let name = self.code.sites.get(index as usize).and_then(|site| self.code.consts.get(site.name as usize));
        match name {
            Some(Const::Str(name)) => write!(f, "{}", String::from_utf8_lossy(name)),
            _ => write!(f, "site {index}?"),
        }
    }
}

/// Is `x` worth showing: always where it selects something, and elsewhere if it isn't 0.
fn flag_is_shown(instr: Instr) -> bool {
    use Op::*;
    instr.x != 0
        || matches!(
            instr.op,
            LoadSingleton
                | LoadCommon
                | LoadSpecial
                | GetAwaitable
                | CallIntrinsic
                | LoadClassDeref
                | UnpackEx
                | MatchClass
        )
}

fn flag(f: &mut Formatter<'_>, code: &Code, instr: Instr) -> fmt::Result {
    fn named<T: fmt::Debug>(value: Option<T>) -> Option<String> {
        value.map(|value| format!("{value:?}"))
    }
    let x = instr.x;
    let name = match instr.op {
        Op::LoadSingleton => named(Singleton::from_u8(x)),
        Op::LoadCommon => named(Common::from_u8(x)),
        Op::LoadSpecial => named(SpecialMethod::from_u8(x)),
        Op::GetAwaitable => named(AwaitContext::from_u8(x)),
        Op::CallIntrinsic => named(Intrinsic::from_u8(x)),
        Op::LoadClassDeref => Some(Register { code, reg: x.into() }.to_string()),
        _ => None,
    };
    match name {
        Some(name) => f.write_str(&name),
        None => write!(f, "x={x}"),
    }
}

/// A constant, written much as a literal of the language.
struct ConstText<'a> {
    constant: &'a Const,
    depth: usize,
}

impl Display for ConstText<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.constant {
            Const::None => f.write_str("None"),
            Const::True => f.write_str("True"),
            Const::False => f.write_str("False"),
            Const::Ellipsis => f.write_str("..."),
            Const::Int(value) => write!(f, "{value}"),
            Const::BigInt(digits) => match digits.strip_prefix('-') {
                Some(digits) => write!(f, "-0x{digits}"),
                None => write!(f, "0x{digits}"),
            },
            Const::Float(value) => write!(f, "{value:?}"),
            Const::Complex(real, imag) => write!(f, "({real:?}{imag:+?}j)"),
            Const::Str(text) => write!(f, "{:?}", String::from_utf8_lossy(text)),
            Const::Bytes(bytes) => write!(f, "b\"{}\"", bytes.escape_ascii()),
            Const::Tuple(items) => self.items(f, items, "(", if items.len() == 1 { ",)" } else { ")" }),
            Const::FrozenSet(items) => self.items(f, items, "frozenset{", "}"),
            Const::Code(code) => write!(f, "<code {}>", code.qualname),
        }
    }
}

impl ConstText<'_> {
    fn items(&self, f: &mut Formatter<'_>, items: &[Const], open: &str, close: &str) -> fmt::Result {
        f.write_str(open)?;
        if self.depth == MAX_DEPTH {
            f.write_str("...")?;
        } else {
            for (i, constant) in items.iter().enumerate() {
                let separator = if i == 0 { "" } else { ", " };
                write!(f, "{separator}{}", ConstText { constant, depth: self.depth + 1 })?;
            }
        }
        f.write_str(close)
    }
}
