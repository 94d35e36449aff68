//! An exception with its causes, contexts and, of a group, its members.

use super::stack::{self, Marks};
use super::syntax;
use super::{field, full_class_name, note_lines, safe_text, suggest};
use crate::objects::Exception;
use crate::value::Value;
use crate::{Vm, class_of, names, types};
use std::collections::HashSet;

/// Members of a group that are shown.
const GROUP_WIDTH: usize = 15;
/// Groups within groups that are shown.
const GROUP_DEPTH: usize = 10;

const CAUSE: &str = "\nThe above exception was the direct cause of the following exception:\n\n";
const CONTEXT: &str = "\nDuring handling of the above exception, another exception occurred:\n\n";

/// One exception and what it leads to, as indices into the tree.
struct Node {
    exception: Value,
    /// What is told before this one, and the sentence between.
    before: Option<(usize, &'static str)>,
    members: Option<Vec<usize>>,
}

/// All exceptions that one leads to. Each stands in it once as a cause or context, so cycles end.
pub struct Tree {
    nodes: Vec<Node>,
}

impl Tree {
    pub fn new(root: &Value) -> Tree {
        let mut tree = Tree { nodes: Vec::new() };
        let mut seen = HashSet::new();
        let mut queue = vec![tree.add(root.clone(), &mut seen)];
        while let Some(at) = queue.pop() {
            let exception = tree.nodes[at].exception.clone();
            let Some(payload) = exception.downcast::<Exception>() else { continue };
            let links = [
                (payload.cause.get().clone(), CAUSE, false),
                (payload.context.get().clone(), CONTEXT, payload.suppress_context.get()),
            ];
            for (linked, sentence, hidden) in links {
                if hidden || linked.is_none() || tree.nodes[at].before.is_some() || seen.contains(&linked.bits()) {
                    continue;
                }
                let number = tree.add(linked, &mut seen);
                tree.nodes[at].before = Some((number, sentence));
                queue.push(number);
            }
            if class_of(&exception).is_subclass_of(&types().exceptions.BaseExceptionGroup) {
                let members = field(&exception, &names().exceptions);
                let members = members.as_items().map(<[Value]>::to_vec).unwrap_or_default();
                let members: Vec<usize> = members.into_iter().map(|m| tree.add(m, &mut seen)).collect();
                queue.extend(&members);
                tree.nodes[at].members = Some(members);
            }
        }
        tree
    }

    fn add(&mut self, exception: Value, seen: &mut HashSet<u64>) -> usize {
        seen.insert(exception.bits());
        self.nodes.push(Node { exception, before: None, members: None });
        self.nodes.len() - 1
    }
}

/// Writes a tree as text.
pub struct Printer<'a> {
    vm: &'a mut Vm,
    tree: &'a Tree,
    out: String,
    /// How deep the group stands whose text is being written.
    depth: usize,
    /// The frame around the innermost group is still open.
    need_close: bool,
}

impl<'a> Printer<'a> {
    pub fn print(vm: &'a mut Vm, tree: &'a Tree) -> String {
        let mut printer = Printer { vm, tree, out: String::new(), depth: 0, need_close: false };
        printer.chain(0);
        printer.out
    }

    /// An exception after the exceptions that came before it. Recursion ends at `GROUP_DEPTH`.
    fn chain(&mut self, last: usize) {
        let tree = self.tree;
        let mut order = vec![(last, None)];
        let mut at = last;
        while let Some((before, sentence)) = tree.nodes[at].before {
            order.push((before, Some(sentence)));
            at = before;
        }
        // The sentence stands after the exception that it was noted with.
        while let Some((at, sentence)) = order.pop() {
            self.single(at);
            if let Some(sentence) = sentence {
                self.emit(sentence, '|');
            }
        }
    }

    fn single(&mut self, at: usize) {
        let tree = self.tree;
        let node = &tree.nodes[at];
        let Some(members) = &node.members else {
            self.stack(&node.exception, "Traceback", '|');
            self.message(&node.exception);
            return;
        };
        if self.depth > GROUP_DEPTH {
            self.emit(&format!("... (max_group_depth is {GROUP_DEPTH})\n"), '|');
            return;
        }
        let outermost = self.depth == 0;
        if outermost {
            self.depth = 1;
        }
        self.stack(&node.exception, "Exception Group Traceback", if outermost { '+' } else { '|' });
        self.message(&node.exception);
        self.members(members);
        if outermost {
            self.depth = 0;
        }
    }

    fn members(&mut self, members: &[usize]) {
        self.need_close = false;
        let shown = members.len().min(GROUP_WIDTH + 1);
        for (i, &member) in members.iter().take(shown).enumerate() {
            let last = i + 1 == shown;
            // A group that is the last member closes the frame for both.
            if last {
                self.need_close = true;
            }
            let title = if i < GROUP_WIDTH { (i + 1).to_string() } else { "...".to_owned() };
            let corner = if i == 0 { "+-" } else { "  " };
            self.indent();
            self.out += &format!("{corner}+---------------- {title} ----------------\n");
            self.depth += 1;
            if i < GROUP_WIDTH {
                self.chain(member);
            } else {
                let more = members.len() - GROUP_WIDTH;
                let plural = if more > 1 { "s" } else { "" };
                self.emit(&format!("and {more} more exception{plural}\n"), '|');
            }
            if last && self.need_close {
                self.indent();
                self.out += "+------------------------------------\n";
                self.need_close = false;
            }
            self.depth -= 1;
        }
    }

    fn stack(&mut self, exception: &Value, heading: &str, margin: char) {
        let entries = stack::entries(self.vm, exception, Marks::Shown);
        if entries.is_empty() {
            return;
        }
        self.emit(&format!("{heading} (most recent call last):\n"), margin);
        for entry in entries {
            self.emit(&entry, '|');
        }
    }

    /// The lines that name the exception, and its notes.
    fn message(&mut self, exception: &Value) {
        let class = full_class_name(exception);
        let text = if class_of(exception).is_subclass_of(&types().exceptions.SyntaxError) {
            syntax::describe(self.vm, exception, &class)
        } else {
            let message = safe_text(self.vm, exception);
            let message = message + &suggest::suggestion(self.vm, exception, &stack::traceback_of(exception));
            if message.is_empty() { class + "\n" } else { format!("{class}: {message}\n") }
        };
        self.emit(&text, '|');
        for line in note_lines(self.vm, exception) {
            self.emit(&line, '|');
        }
    }

    fn indent(&mut self) {
        self.out.extend(std::iter::repeat_n(' ', self.depth * 2));
    }

    /// Adds lines, behind the margin inside of a group.
    fn emit(&mut self, text: &str, margin: char) {
        for line in text.split_inclusive('\n') {
            if self.depth > 0 {
                self.indent();
                self.out.push(margin);
                self.out.push(' ');
            }
            self.out += line;
        }
    }
}
