//! What may be assigned to, deleted and looped over. Only yes or no: `diagnose` finds the words.

use super::{Builder, Items};
use crate::ast::{BinOp, Expr, ExprKind, Stmt, StmtKind, WithItem};
use crate::token::Kind;

impl Builder<'_> {
    /// A target of `=`, `for`, `with` and comprehensions. Depth is bounded by that of the expression.
    pub(super) fn check_target(&mut self, target: &Expr) {
        match &*target.node {
            ExprKind::Name(_) | ExprKind::Attribute { .. } | ExprKind::Subscript { .. } => {}
            ExprKind::Starred(value) if !matches!(*value.node, ExprKind::Starred(_)) => self.check_target(value),
            ExprKind::Tuple(items) | ExprKind::List(items) => items.iter().for_each(|item| self.check_target(item)),
            _ => self.reject(target.span),
        }
    }

    /// A target that takes one value: a name, an attribute or a subscript.
    fn check_single_target(&mut self, target: &Expr) {
        if !matches!(*target.node, ExprKind::Name(_) | ExprKind::Attribute { .. } | ExprKind::Subscript { .. }) {
            self.reject(target.span);
        }
    }

    pub(crate) fn assign(&mut self, targets: Vec<Expr>, value: Expr) -> StmtKind {
        targets.iter().for_each(|target| self.check_target(target));
        StmtKind::Assign { targets, value }
    }

    pub(crate) fn aug_assign(&mut self, target: Expr, op: BinOp, value: Expr) -> StmtKind {
        self.check_single_target(&target);
        StmtKind::AugAssign { target, op, value }
    }

    pub(crate) fn ann_assign(&mut self, l: u32, target: Expr, annotation: Expr, value: Option<Expr>) -> StmtKind {
        self.check_single_target(&target);
        let simple = matches!(*target.node, ExprKind::Name(_)) && self.token(l).kind != Kind::LeftParen;
        StmtKind::AnnAssign { target, annotation, value, simple }
    }

    pub(crate) fn delete(&mut self, targets: Items<Expr>) -> StmtKind {
        targets.items.iter().for_each(|target| self.check_deletion(target));
        StmtKind::Delete(targets.items)
    }

    fn check_deletion(&mut self, target: &Expr) {
        match &*target.node {
            ExprKind::Tuple(items) | ExprKind::List(items) => items.iter().for_each(|item| self.check_deletion(item)),
            _ => self.check_single_target(target),
        }
    }

    pub(crate) fn for_loop(
        &mut self,
        is_async: bool,
        target: Expr,
        iter: Expr,
        body: Vec<Stmt>,
        orelse: Option<Vec<Stmt>>,
    ) -> StmtKind {
        self.check_target(&target);
        StmtKind::For { is_async, target, iter, body, orelse: orelse.unwrap_or_default() }
    }

    pub(crate) fn with_target(&mut self, context: Expr, target: Expr) -> WithItem {
        self.check_target(&target);
        WithItem { context, target: Some(target) }
    }

    /// `with (a, b):` has two items, although the grammar sees a tuple.
    pub(crate) fn with_items(&mut self, mut items: Vec<WithItem>) -> Vec<WithItem> {
        if let [WithItem { context, target: None }] = items.as_mut_slice()
            && let ExprKind::Tuple(elements) = &mut *context.node
            && !elements.is_empty()
            && elements.iter().all(|e| self.may_be_with_item(e, context.span.start))
        {
            return elements.drain(..).map(|context| WithItem { context, target: None }).collect();
        }
        items
    }

    /// A walrus needs parentheses of its own, other than those at `outer`.
    fn may_be_with_item(&self, element: &Expr, outer: u32) -> bool {
        match *element.node {
            ExprKind::Starred(_) => false,
            ExprKind::NamedExpr { .. } => {
                let index = self.tokens.partition_point(|t| t.start < element.span.start);
                let before = index.checked_sub(1).and_then(|i| self.tokens.get(i));
                before.is_some_and(|t| t.kind == Kind::LeftParen && t.start != outer)
            }
            _ => true,
        }
    }
}
