//! The top level: modules, `eval` expressions, REPL inputs.

use crate::class::has_annotations;
use crate::compiler::{Compiler, Frame, FrameKind};
use crate::function::{clean_docstring, split_docstring};
use crate::future;
use crate::scope::Scopes;
use crate::unit::Unit;
use crate::{CompileOptions, Res};
use std::rc::Rc;
use weft_bytecode::{Code, Op, flags};
use weft_source::{Diagnostic, LineIndex};
use weft_syntax::ast::{Mode, Module, StmtKind};

pub(crate) fn compile(text: &str, module: &Module, options: &CompileOptions) -> Res<(Rc<Code>, Vec<Diagnostic>)> {
    let (annotations, leading) = future::leading_imports(module)?;
    let future_annotations = annotations || options.future_annotations;
    let scopes = Scopes::new(module, future_annotations)?;
    let track = scopes.get(Scopes::MODULE).async_comprehension;
    let mut compiler = Compiler {
        lines: LineIndex::new(text),
        scopes,
        options,
        future_annotations,
        future_end: module.body.get(leading).map_or(u32::MAX, |stmt| stmt.span.start),
        warnings: Vec::new(),
        unit: Unit::new(Scopes::MODULE, track),
        frame: Frame::new(FrameKind::Module),
        static_attributes: Vec::new(),
    };
    compiler.module(module)?;
    let Compiler { unit, warnings, .. } = compiler;
    Ok((unit.finish()?, warnings))
}

impl<'a> Compiler<'a> {
    fn module(&mut self, module: &'a Module) -> Res {
        let code = &mut self.unit.code;
        code.name = "<module>".into();
        code.qualname = code.name.clone();
        code.filename = self.options.filename.clone();
        code.first_line = 1;
        code.has_namespace = self.options.has_namespace;
        if self.options.top_level_await && self.scopes.get(Scopes::MODULE).awaits {
            code.flags |= flags::COROUTINE;
        }
        self.declare()?;
        if self.options.mode == Mode::Eval {
            return self.eval(module);
        }
        if has_annotations(&module.body) {
            let in_namespace = self.options.has_namespace;
            self.unit.emit(Op::SetupAnnotations, u8::from(in_namespace), 0, 0, 0);
        }
        let (doc, rest) = split_docstring(&module.body);
        let mut body = module.body.as_slice();
        if let Some(doc) = doc.filter(|_| self.options.optimize < 2 && self.options.mode == Mode::Exec) {
            body = rest;
            self.at(module.body[0].span);
            let value = self.unit.temp()?;
            self.load_text(value, &clean_docstring(doc));
            self.store_mangled("__doc__", value)?;
            self.unit.release(0);
        }
        self.body(body)?;
        self.unit.emit(Op::ReturnNone, 0, 0, 0, 0);
        Ok(())
    }

    fn eval(&mut self, module: &'a Module) -> Res {
        if let Some(StmtKind::Expr(value)) = module.body.first().map(|stmt| &stmt.node) {
            let result = self.operand(value)?;
            self.at(value.span);
            self.unit.emit(Op::Return, 0, result, 0, 0);
            return Ok(());
        }
        self.unit.emit(Op::ReturnNone, 0, 0, 0, 0);
        Ok(())
    }
}
