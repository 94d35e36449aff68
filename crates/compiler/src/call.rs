//! Calls: a window of temporaries with the callee and its arguments.

use crate::compiler::{Compiler, FrameKind};
use crate::constants;
use crate::display::is_starred;
use crate::names::Access;
use crate::scope::{Place, Scopes};
use crate::unit::{Reg, TEMP, is_temp};
use crate::{Res, syntax_error};
use weft_bytecode::{Loc, Op};
use weft_source::Span;
use weft_syntax::ast::{Expr, ExprKind, Ident, Keyword};

/// Calls with more arguments build a list.
const MAX_ARGUMENTS: usize = 200;

/// The arguments as they are written.
#[derive(Clone, Copy)]
pub(crate) struct Arguments<'a> {
    pub args: &'a [Expr],
    pub keywords: &'a [Keyword],
    /// A value in a local that follows the positional arguments.
    pub last: Option<Reg>,
}

impl<'a> Arguments<'a> {
    /// Whether the count and names are known now.
    pub(crate) fn is_plain(self) -> bool {
        self.args.len() + self.keywords.len() <= MAX_ARGUMENTS
            && !self.args.iter().any(is_starred)
            && self.keywords.iter().all(|k| k.arg.is_some())
    }
}

impl<'a> Compiler<'a> {
    pub(crate) fn call(
        &mut self,
        expr: &'a Expr,
        func: &'a Expr,
        args: &'a [Expr],
        keywords: &'a [Keyword],
        dst: Reg,
    ) -> Res {
        self.lint_call(func);
        self.check_keywords(keywords)?;
        let arguments = Arguments { args, keywords, last: None };
        let mark = self.unit.mark();
        // The window begins at the destination if that is the last temporary.
        let base = if is_temp(dst) && dst + 1 == TEMP + mark { dst } else { self.unit.temp()? };
        match &*func.node {
            ExprKind::Attribute { value, attr } if arguments.is_plain() => {
                self.method_call(expr, func, value, attr, arguments, base, dst)?;
            }
            _ => {
                self.into(func, base)?;
                let loc = self.loc(expr.span);
                self.call_window(loc, base, 0, arguments, dst)?;
            }
        }
        self.unit.release(mark);
        Ok(())
    }

    pub(crate) fn check_keywords(&self, keywords: &[Keyword]) -> Res {
        match keywords.iter().find(|k| k.arg.as_ref().is_some_and(|arg| &*arg.name == "__debug__")) {
            Some(keyword) => Err(syntax_error(keyword.span, "cannot assign to __debug__")),
            None => Ok(()),
        }
    }

    /// The callee stands in `base`, `extra` positional arguments behind it.
    pub(crate) fn call_window(&mut self, loc: Loc, base: Reg, extra: usize, arguments: Arguments<'a>, dst: Reg) -> Res {
        let Arguments { args, keywords, last } = arguments;
        if !arguments.is_plain() {
            return self.call_ex(loc, base, extra, arguments, dst);
        }
        self.push_all(args)?;
        if let Some(last) = last {
            let reg = self.unit.temp()?;
            self.unit.move_to(reg, last);
        }
        keywords.iter().try_for_each(|k| self.push(&k.value).map(drop))?;
        let count = (extra + args.len() + usize::from(last.is_some()) + keywords.len()) as u16;
        self.unit.loc = loc;
        if keywords.is_empty() {
            self.unit.emit(Op::Call, 0, base, count, dst);
        } else {
            self.call_with_names(base, count, keywords, 0, dst)?;
        }
        Ok(())
    }

    fn call_with_names(&mut self, base: Reg, count: u16, keywords: &'a [Keyword], method: u8, dst: Reg) -> Res {
        let names: Vec<_> = keywords.iter().filter_map(|k| k.arg.as_ref()).map(|arg| self.mangle(&arg.name)).collect();
        let names = self.unit.short_constant(constants::names(&names))?;
        // Its result takes the callee's register.
        self.unit.emit(Op::CallKw, method, base, count, names);
        self.unit.move_to(dst, base);
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one call expression")]
    fn method_call(
        &mut self,
        expr: &'a Expr,
        func: &'a Expr,
        value: &'a Expr,
        attr: &'a Ident,
        arguments: Arguments<'a>,
        base: Reg,
        dst: Reg,
    ) -> Res {
        let Arguments { args, keywords, .. } = arguments;
        let above = self.unit.mark();
        if !self.super_attribute(func, value, attr, base, true)? {
            let object = self.operand_at(value, &[], base)?;
            let site = self.attribute_site(attr)?;
            self.unit.loc = self.attribute_loc(func.span, attr);
            self.unit.emit(Op::LoadMethod, 0, base, object, site);
        }
        self.unit.release(above);
        self.unit.temp()?;
        self.push_all(args)?;
        keywords.iter().try_for_each(|k| self.push(&k.value).map(drop))?;
        let count = (args.len() + keywords.len()) as u16;
        self.unit.loc = self.attribute_loc(expr.span, attr);
        if keywords.is_empty() {
            self.unit.emit(Op::CallMethod, 0, base, count, dst);
        } else {
            self.call_with_names(base, count, keywords, 1, dst)?;
        }
        Ok(())
    }

    /// In a chain over several lines, an attribute and its call are reported on the line of its name.
    pub(crate) fn attribute_loc(&self, span: Span, attr: &Ident) -> Loc {
        let (whole, name) = (self.loc(span), self.loc(attr.span));
        if whole.line == name.line { whole } else { Loc { line: name.line, col: name.col, ..whole } }
    }

    /// A call with stars: a list of arguments and a dict of keywords.
    fn call_ex(&mut self, loc: Loc, base: Reg, extra: usize, arguments: Arguments<'a>, dst: Reg) -> Res {
        let Arguments { args, keywords, last } = arguments;
        if let ([Expr { node, .. }], None, 0) = (args, last, extra)
            && let ExprKind::Starred(value) = &**node
        {
            // Iterated only when the keywords are there.
            let list = self.push(value)?;
            self.keywords_of_call(loc, keywords, base)?;
            self.unit.emit(Op::StarArgs, 0, list, list, 0);
            self.unit.emit(Op::CallEx, 0, base, 0, dst);
            return Ok(());
        }
        let list = if extra == 0 {
            let list = self.unit.temp()?;
            self.unit.loc = loc;
            self.unit.emit(Op::BuildList, 0, list, list, 0);
            list
        } else {
            self.unit.loc = loc;
            self.unit.emit(Op::BuildList, 0, base + 1, base + 1, extra as u16);
            base + 1
        };
        self.unit.release(list - TEMP + 1);
        self.append_all(loc, args, list)?;
        if let Some(last) = last {
            self.unit.emit(Op::ListAppend, 0, list, last, 0);
        }
        self.keywords_of_call(loc, keywords, base)?;
        self.unit.emit(Op::CallEx, 0, base, 0, dst);
        Ok(())
    }

    /// The keywords of a call with stars into the next temporary.
    fn keywords_of_call(&mut self, loc: Loc, keywords: &'a [Keyword], callee: Reg) -> Res {
        let dict = self.unit.temp()?;
        match keywords {
            [] => self.clear(dict),
            [Keyword { arg: None, value, .. }] => {
                let mark = self.unit.mark();
                let value = self.operand(value)?;
                self.unit.loc = loc;
                self.unit.emit(Op::StarMap, 0, dict, value, callee);
                self.unit.release(mark);
            }
            _ => self.keyword_dict(loc, keywords, dict, callee)?,
        }
        self.unit.loc = loc;
        Ok(())
    }

    fn append_all(&mut self, loc: Loc, args: &'a [Expr], list: Reg) -> Res {
        for arg in args {
            let mark = self.unit.mark();
            let (op, value) = match &*arg.node {
                ExprKind::Starred(value) => (Op::ListExtend, value),
                _ => (Op::ListAppend, arg),
            };
            let value = self.operand(value)?;
            self.unit.loc = loc;
            self.unit.emit(op, 0, list, value, 0);
            self.unit.release(mark);
        }
        Ok(())
    }

    fn keyword_dict(&mut self, loc: Loc, keywords: &'a [Keyword], dict: Reg, callee: Reg) -> Res {
        let mut rest = keywords;
        let mut begun = false;
        while let Some(keyword) = rest.first() {
            let mark = self.unit.mark();
            let run = rest.iter().take(MAX_ARGUMENTS / 2).take_while(|k| k.arg.is_some()).count();
            if run > 0 {
                // Names after stars are merged, so that one given twice is an error.
                let target = if begun { self.unit.temp()? } else { dict };
                self.named_run(loc, &rest[..run], target)?;
                if begun {
                    self.unit.emit(Op::DictMerge, 0, dict, target, callee);
                }
            } else {
                if !begun {
                    self.unit.loc = loc;
                    self.unit.emit(Op::BuildMap, 0, dict, dict, 0);
                }
                let value = self.operand(&keyword.value)?;
                self.unit.loc = loc;
                self.unit.emit(Op::DictMerge, 0, dict, value, callee);
            }
            begun = true;
            rest = &rest[run.max(1)..];
            self.unit.release(mark);
        }
        Ok(())
    }

    /// A dict of named arguments into `dst`.
    fn named_run(&mut self, loc: Loc, keywords: &'a [Keyword], dst: Reg) -> Res {
        let mark = self.unit.mark();
        for keyword in keywords {
            let Some(arg) = &keyword.arg else { continue };
            let key = self.unit.temp()?;
            let name = self.mangle(&arg.name);
            self.load_str(key, &name);
            self.push(&keyword.value)?;
        }
        self.unit.loc = loc;
        self.unit.emit(Op::BuildMap, 0, dst, TEMP + mark, keywords.len() as u16);
        self.unit.release(mark);
        Ok(())
    }

    /// `super().attr` and `super(class, self).attr` without making the super object. False if it isn't one of them.
    pub(crate) fn super_attribute(
        &mut self,
        expr: &'a Expr,
        value: &'a Expr,
        attr: &'a Ident,
        dst: Reg,
        method: bool,
    ) -> Res<bool> {
        let ExprKind::Call { func, args, keywords } = &*value.node else { return Ok(false) };
        if !keywords.is_empty() || &*attr.name == "__class__" || !self.is_builtin_super(func) {
            return Ok(false);
        }
        let zero_argument = args.is_empty();
        let usable = match args.len() {
            0 => self.unit.code.args > 0 && self.frame.frees.contains_key("__class__"),
            2 => !args.iter().any(is_starred),
            _ => false,
        };
        if !usable {
            return Ok(false);
        }
        let mark = self.unit.mark();
        let base = self.unit.temp()?;
        self.into(func, base)?;
        if zero_argument {
            self.at(value.span);
            let class = self.unit.temp()?;
            self.load_mangled("__class__", class)?;
            let object = self.unit.temp()?;
            let first = self.unit.code.locals[0].name.clone();
            self.load_mangled(&first, object)?;
        } else {
            self.push_all(args)?;
        }
        let site = self.attribute_site(attr)?;
        self.at(expr.span);
        self.unit.emit(Op::LoadSuperAttr, u8::from(method) | u8::from(zero_argument) << 1, dst, base, site);
        self.unit.release(mark);
        Ok(true)
    }

    fn is_builtin_super(&self, func: &Expr) -> bool {
        let ExprKind::Name(name) = &*func.node else { return false };
        let function = !matches!(self.frame.kind, FrameKind::Module | FrameKind::Class);
        let elsewhere = self.scopes.symbol(Scopes::MODULE, "super").place == Place::Local;
        &**name == "super" && function && !elsewhere && self.access(name) == Access::Global
    }
}
