//! String literals: pieces that stand side by side become one constant or one f-string.

use weft_source::{Diagnostic, DiagnosticKind, Span};

use super::Builder;
use crate::ast::{Constant, Conversion, Expr, ExprKind, FStringPart, Ident};
use crate::escapes::{self, Unescaped};
use crate::token::Kind;

/// One literal: a string token, or an f-string with its parts.
pub(crate) struct Piece {
    pub(crate) token: u32,
    pub(crate) parts: Vec<PieceKind>,
}

/// A part of an f-string, not decoded yet: whether it is raw is known only to its literal.
pub(crate) enum PieceKind {
    Text(u32),
    Field(Field),
}

/// `{value=!r:spec}`. `open` and `equal` are token indices.
pub(crate) struct Field {
    pub(crate) open: u32,
    pub(crate) value: Expr,
    pub(crate) equal: Option<u32>,
    pub(crate) conversion: Option<Ident>,
    pub(crate) spec: Option<Vec<PieceKind>>,
}

/// What the letters before the quotes say, and where the content lies.
#[derive(Clone, Copy)]
struct Shape {
    raw: bool,
    bytes: bool,
    content: Span,
}

fn shape(text: &str, span: Span) -> Shape {
    let prefix = text.find(['"', '\'']).unwrap_or(0);
    let quote = if is_triple(&text[prefix..]) { 3 } else { 1 };
    let letters = &text[..prefix];
    let start = (prefix + quote) as u32;
    // The opening token of an f-string has no content.
    let end = (text.len() as u32).saturating_sub(quote as u32).max(start);
    Shape {
        raw: letters.contains(['r', 'R']),
        bytes: letters.contains(['b', 'B']),
        content: Span::new(span.start + start, span.start + end),
    }
}

fn is_triple(quoted: &str) -> bool {
    quoted.starts_with("\"\"\"") || quoted.starts_with("'''")
}

impl Builder<'_> {
    pub(crate) fn strings(&mut self, l: u32, r: u32, pieces: Vec<Piece>) -> Expr {
        let bytes = pieces.iter().filter(|p| self.piece_shape(p).bytes).count();
        if bytes != 0 && bytes != pieces.len() {
            self.fail(DiagnosticKind::SyntaxError, "cannot mix bytes and nonbytes literals", self.token(r).span());
        }
        if pieces.iter().any(|p| self.token(p.token).kind == Kind::FStringStart) {
            let mut parts = Parts::default();
            for piece in pieces {
                self.add_piece(piece, &mut parts);
            }
            return self.expr(l, r, ExprKind::JoinedStr(parts.finish()));
        }
        let mut content = Vec::new();
        for piece in &pieces {
            let shape = self.piece_shape(piece);
            self.decode(shape, self.token(piece.token).span(), &mut content);
        }
        let constant = if bytes == 0 { Constant::Str(content.into()) } else { Constant::Bytes(content.into()) };
        self.constant(l, r, constant)
    }

    fn piece_shape(&self, piece: &Piece) -> Shape {
        shape(self.token_text(piece.token), self.token(piece.token).span())
    }

    fn add_piece(&mut self, piece: Piece, parts: &mut Parts) {
        let shape = self.piece_shape(&piece);
        if self.token(piece.token).kind == Kind::FStringStart {
            self.add_parts(piece.parts, shape.raw, false, parts);
        } else {
            self.decode(shape, self.token(piece.token).span(), &mut parts.text);
        }
    }

    /// Recurses into format specs, which the lexer lets nest a few levels only.
    fn add_parts(&mut self, pieces: Vec<PieceKind>, raw: bool, in_spec: bool, parts: &mut Parts) {
        for piece in pieces {
            match piece {
                PieceKind::Text(token) => self.add_text(token, raw, in_spec, &mut parts.text),
                PieceKind::Field(field) => self.add_field(field, raw, parts),
            }
        }
    }

    /// Outside format specs, doubled braces stand for one.
    fn add_text(&mut self, token: u32, raw: bool, in_spec: bool, out: &mut Vec<u8>) {
        let content = self.token(token).span();
        let text = &self.text[content.start as usize..content.end as usize];
        let braces = if in_spec { Vec::new() } else { doubled_braces(text, raw) };
        let mut rest = content;
        for at in braces {
            let middle = content.start + at as u32 + 1;
            self.decode(Shape { raw, bytes: false, content: Span::new(rest.start, middle) }, content, out);
            rest.start = middle + 1;
        }
        self.decode(Shape { raw, bytes: false, content: rest }, content, out);
    }

    fn add_field(&mut self, field: Field, raw: bool, parts: &mut Parts) {
        let mut conversion = self.conversion(&field);
        if let Some(equal) = field.equal {
            self.copy_source(field.open, equal, &mut parts.text);
            if conversion.is_none() && field.spec.is_none() {
                conversion = Some(Conversion::Repr);
            }
        }
        let spec = field.spec.map(|pieces| {
            let mut spec = Parts::default();
            self.add_parts(pieces, raw, true, &mut spec);
            spec.finish()
        });
        parts.flush();
        parts.done.push(FStringPart::Field { value: field.value, conversion, spec });
    }

    /// The text of `{value=}` as written, but without comments: these stand only between tokens.
    fn copy_source(&self, open: u32, equal: u32, out: &mut Vec<u8>) {
        for index in open..=equal {
            let (before, after) = (self.token(index), self.token(index + 1));
            let mut gap = &self.text[before.end as usize..after.start as usize];
            while let Some(comment) = gap.find('#') {
                escapes::copy_lines(&gap[..comment], out);
                gap = &gap[comment..];
                gap = &gap[gap.find(['\n', '\r']).unwrap_or(gap.len())..];
            }
            escapes::copy_lines(gap, out);
            if index < equal {
                escapes::copy_lines(&self.text[after.start as usize..after.end as usize], out);
            }
        }
    }

    fn conversion(&mut self, field: &Field) -> Option<Conversion> {
        let ident = field.conversion.as_ref()?;
        let mark = self.tokens.partition_point(|t| t.start < ident.span.start).saturating_sub(1) as u32;
        if self.token(mark).end != ident.span.start {
            // CPython 3.13 spells it so.
            let message = "f-string: conversion type must come right after the exclamanation mark";
            self.fail(DiagnosticKind::SyntaxError, message, self.token(mark).span().to(ident.span));
        }
        match &*ident.name {
            "s" => Some(Conversion::Str),
            "r" => Some(Conversion::Repr),
            "a" => Some(Conversion::Ascii),
            other => {
                let message = format!("f-string: invalid conversion character '{other}': expected 's', 'r', or 'a'");
                self.fail(DiagnosticKind::SyntaxError, message, ident.span);
                None
            }
        }
    }

    fn decode(&mut self, shape: Shape, whole: Span, out: &mut Vec<u8>) {
        let text = &self.text[shape.content.start as usize..shape.content.end as usize];
        if shape.bytes && !text.is_ascii() {
            self.fail(DiagnosticKind::SyntaxError, "bytes can only contain ASCII literal characters", whole);
            return;
        }
        let result = match (shape.raw, shape.bytes) {
            (true, _) => {
                escapes::copy_lines(text, out);
                return;
            }
            (false, false) => escapes::unescape_str(text, out),
            (false, true) => escapes::unescape_bytes(text, out),
        };
        match result {
            Ok(Unescaped { odd: None }) => {}
            Ok(Unescaped { odd: Some((at, message)) }) => {
                let start = shape.content.start + at as u32;
                let span = Span::new(start, start + 1);
                self.warnings.push(Diagnostic { kind: DiagnosticKind::SyntaxError, message, span });
            }
            Err(message) => self.fail(DiagnosticKind::SyntaxError, message, whole),
        }
    }
}

/// Where `{{` and `}}` stand, skipping what a backslash protects: `\N{…}`.
fn doubled_braces(text: &str, raw: bool) -> Vec<usize> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut i = 0;
    while i < bytes.len() {
        match bytes[i] {
            b'\\' if !raw && bytes[i..].starts_with(b"\\N{") => {
                i += memchr::memchr(b'}', &bytes[i..]).map_or(bytes.len(), |n| n + 1);
            }
            b'\\' if !raw && !matches!(bytes.get(i + 1), Some(b'{' | b'}')) => i += 2,
            brace @ (b'{' | b'}') if bytes.get(i + 1) == Some(&brace) => {
                found.push(i);
                i += 2;
            }
            _ => i += 1,
        }
    }
    found
}

/// Parts of an f-string under construction; neighbouring text is joined.
#[derive(Default)]
struct Parts {
    done: Vec<FStringPart>,
    text: Vec<u8>,
}

impl Parts {
    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.done.push(FStringPart::Literal(std::mem::take(&mut self.text).into()));
        }
    }

    fn finish(mut self) -> Vec<FStringPart> {
        self.flush();
        self.done
    }
}
