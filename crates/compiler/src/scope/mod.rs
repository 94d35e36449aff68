//! Symbol tables: which names each block of the program binds and uses, and where every name lives.
//!
//! `build` walks the tree once and records; `resolve` then decides. A block that is compiled into its parent's code
//! (an inlined comprehension) has a scope but owns no code: see [`Scopes::owner`].

mod build;
mod expressions;
mod resolve;

pub(crate) use build::{annotated_parameters, has_defaults};

use crate::Res;
use indexmap::{IndexMap, IndexSet};
use rustc_hash::{FxBuildHasher, FxHashMap};
use weft_source::Span;
use weft_syntax::ast::{self, Name};

/// Index of a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ScopeId(u32);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CompKind {
    List,
    Set,
    Dict,
    Generator,
}

impl CompKind {
    /// How messages call it.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            CompKind::List => "list comprehension",
            CompKind::Set => "set comprehension",
            CompKind::Dict => "dict comprehension",
            CompKind::Generator => "generator expression",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ScopeKind {
    Module,
    Class,
    Function,
    Comprehension(CompKind),
    /// The hidden function around a generic function, class or alias.
    TypeParams,
    TypeAlias,
    TypeVarBound,
    TypeVarDefault,
    /// An annotation that is not evaluated; only its errors matter.
    Annotation,
}

impl ScopeKind {
    /// Scopes whose names nested functions can capture.
    pub(crate) fn is_function_like(self) -> bool {
        !matches!(self, ScopeKind::Module | ScopeKind::Class)
    }

    /// Whether the block is compiled into its parent's code.
    pub(crate) fn is_inlined(self) -> bool {
        matches!(self, ScopeKind::Comprehension(kind) if kind != CompKind::Generator)
    }

    /// How messages call the scopes in which `yield`, `await` and `:=` are forbidden.
    pub(crate) fn annotation_like(self) -> Option<&'static str> {
        match self {
            ScopeKind::TypeParams => Some("the definition of a generic"),
            ScopeKind::TypeAlias => Some("a type alias"),
            ScopeKind::TypeVarBound => Some("a TypeVar bound"),
            ScopeKind::TypeVarDefault => Some("a TypeVar default"),
            ScopeKind::Annotation => Some("an annotation"),
            _ => None,
        }
    }
}

/// Which of the scopes that belong to one node of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Role {
    Body,
    TypeParams,
    Bound,
    Default,
}

/// Bits that say how a block uses a name.
pub(crate) mod uses {
    pub const GLOBAL: u16 = 1;
    pub const NONLOCAL: u16 = 1 << 1;
    pub const PARAM: u16 = 1 << 2;
    pub const LOCAL: u16 = 1 << 3;
    pub const READ: u16 = 1 << 4;
    pub const ANNOTATED: u16 = 1 << 5;
    pub const IMPORTED: u16 = 1 << 6;
    pub const TYPE_PARAM: u16 = 1 << 7;
    pub const COMP_TARGET: u16 = 1 << 8;
    /// Unbound somewhere: by `del` or at the end of `except … as`.
    pub const DELETED: u16 = 1 << 9;
    pub const WALRUS: u16 = 1 << 10;
    pub const BOUND: u16 = PARAM | LOCAL | IMPORTED | TYPE_PARAM;
}

/// Where a name lives, seen from one scope.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Place {
    /// A register of this scope (or, in a module or class, its namespace).
    Local,
    /// A cell made by this scope.
    Cell,
    /// A cell of an enclosing function.
    Free,
    GlobalExplicit,
    #[default]
    GlobalImplicit,
    /// As in the parent scope, which shares the code.
    Inherit,
    /// First the namespace of the class around, then a cell (true) or the globals.
    ClassNamespace(bool),
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Symbol {
    pub uses: u16,
    pub place: Place,
}

impl Symbol {
    pub(crate) fn has(self, bits: u16) -> bool {
        self.uses & bits != 0
    }
}

#[derive(Debug)]
pub(crate) struct Scope {
    pub kind: ScopeKind,
    pub parent: Option<ScopeId>,
    pub symbols: IndexMap<Name, Symbol, FxBuildHasher>,
    /// Class name for the mangling of private names.
    pub private: Option<Name>,
    /// If present, only these names are mangled: the type parameters of a generic class.
    pub mangled: Option<IndexSet<Name, FxBuildHasher>>,
    /// Cells that the code of this scope takes from outside.
    pub frees: IndexSet<Name, FxBuildHasher>,
    pub is_async: bool,
    /// Contains `yield`.
    pub yields: bool,
    /// Contains `await`, `async for`, `async with`.
    pub awaits: bool,
    /// A comprehension below runs asynchronously and is compiled into this scope's code.
    pub async_comprehension: bool,
    /// Classes: methods use `__class__`, or annotation scopes look into the namespace.
    pub needs_class_cell: bool,
    pub needs_class_dict: bool,
    /// Function nested in a function (`CO_NESTED`).
    pub nested: bool,
    /// Nesting of comprehension iterables being visited.
    iterable_depth: u32,
    in_comp_target: bool,
    directives: Vec<(Name, Span)>,
}

/// All scopes of a program.
#[derive(Debug)]
pub(crate) struct Scopes {
    list: Vec<Scope>,
    by_node: FxHashMap<(usize, Role), ScopeId>,
}

/// The identity of a node: its address, which stays as long as the tree is borrowed.
pub(crate) fn address<T>(node: &T) -> usize {
    std::ptr::from_ref(node).addr()
}

impl Scopes {
    pub(crate) const MODULE: ScopeId = ScopeId(0);

    pub(crate) fn new(module: &ast::Module, future_annotations: bool) -> Res<Scopes> {
        let mut scopes = build::build(module, future_annotations)?;
        scopes.resolve()?;
        Ok(scopes)
    }

    pub(crate) fn get(&self, id: ScopeId) -> &Scope {
        &self.list[id.0 as usize]
    }

    fn get_mut(&mut self, id: ScopeId) -> &mut Scope {
        &mut self.list[id.0 as usize]
    }

    /// The scope that was made for a node.
    pub(crate) fn of<T>(&self, node: &T, role: Role) -> ScopeId {
        self.by_node.get(&(address(node), role)).copied().unwrap_or(Scopes::MODULE)
    }

    /// The scope whose code this scope is compiled into.
    pub(crate) fn owner(&self, mut id: ScopeId) -> ScopeId {
        while self.get(id).kind.is_inlined() {
            match self.get(id).parent {
                Some(parent) => id = parent,
                None => break,
            }
        }
        id
    }

    /// The name as the scope sees it: private names in classes carry the class's name.
    pub(crate) fn mangle(&self, scope: ScopeId, name: &Name) -> Name {
        self.get(scope).mangle(name)
    }

    pub(crate) fn symbol(&self, scope: ScopeId, name: &str) -> Symbol {
        self.get(scope).symbols.get(name).copied().unwrap_or_default()
    }
}

impl Scope {
    fn mangle(&self, name: &Name) -> Name {
        match &self.private {
            Some(class) if self.mangled.as_ref().is_none_or(|set| set.contains(name)) => mangle(class, name),
            _ => name.clone(),
        }
    }
}

fn mangle(class: &str, name: &Name) -> Name {
    if !name.starts_with("__") || name.ends_with("__") || name.contains('.') {
        return name.clone();
    }
    match class.trim_start_matches('_') {
        "" => name.clone(),
        class => format!("_{class}{name}").into(),
    }
}
