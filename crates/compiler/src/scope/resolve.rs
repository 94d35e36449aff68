//! Second step: where every name lives. Each unbound name is looked up outwards, once.

use super::{Place, ScopeId, ScopeKind, Scopes, uses};
use crate::{Res, syntax_error};
use weft_source::Span;
use weft_syntax::ast::Name;

/// What a look-up outwards found.
enum Found {
    Nothing,
    /// Bound by a scope that shares the code, or decided there.
    SameCode,
    Cell,
    ClassNamespace(bool),
}

impl Scopes {
    /// A name that any block declares global is one at the top level too, whatever namespace that has.
    fn spread_globals(&mut self) {
        let declared: Vec<Name> = self
            .list
            .iter()
            .flat_map(|scope| scope.symbols.iter())
            .filter(|(_, symbol)| symbol.has(uses::GLOBAL))
            .map(|(name, _)| name.clone())
            .collect();
        for name in declared {
            if let Some(symbol) = self.get_mut(Scopes::MODULE).symbols.get_mut(&name) {
                symbol.uses |= uses::GLOBAL;
            }
        }
    }

    pub(super) fn resolve(&mut self) -> Res {
        self.spread_globals();
        for index in 0..self.list.len() {
            let id = ScopeId(index as u32);
            let names: Vec<Name> = self.get(id).symbols.keys().cloned().collect();
            for name in names {
                let place = self.place(id, &name)?;
                if let Some(symbol) = self.get_mut(id).symbols.get_mut(&name)
                    && symbol.place != Place::Cell
                {
                    symbol.place = place;
                }
            }
        }
        Ok(())
    }

    fn directive_span(&self, id: ScopeId, name: &str) -> Span {
        self.get(id).directives.iter().find(|(n, _)| &**n == name).map(|(_, span)| *span).unwrap_or_default()
    }

    fn place(&mut self, id: ScopeId, name: &Name) -> Res<Place> {
        let symbol = self.symbol(id, name);
        let kind = self.get(id).kind;
        if symbol.has(uses::GLOBAL) {
            if symbol.has(uses::NONLOCAL) {
                let span = self.directive_span(id, name);
                return Err(syntax_error(span, format!("name '{name}' is nonlocal and global")));
            }
            return Ok(Place::GlobalExplicit);
        }
        if symbol.has(uses::NONLOCAL) {
            return self.nonlocal(id, name);
        }
        if symbol.has(uses::BOUND) {
            return Ok(Place::Local);
        }
        if kind == ScopeKind::Module {
            return Ok(Place::GlobalImplicit);
        }
        Ok(match self.look_up(id, name) {
            Found::Nothing => Place::GlobalImplicit,
            Found::SameCode => Place::Inherit,
            Found::Cell => Place::Free,
            Found::ClassNamespace(cell) => Place::ClassNamespace(cell),
        })
    }

    fn nonlocal(&mut self, id: ScopeId, name: &Name) -> Res<Place> {
        if id == Scopes::MODULE {
            let span = self.directive_span(id, name);
            return Err(syntax_error(span, "nonlocal declaration not allowed at module level"));
        }
        if self.bound_type_param(id, name) {
            let span = self.directive_span(id, name);
            return Err(syntax_error(span, format!("nonlocal binding not allowed for type parameter '{name}'")));
        }
        match self.look_up(id, name) {
            Found::Cell => Ok(Place::Free),
            Found::SameCode => Ok(Place::Inherit),
            _ => {
                let span = self.directive_span(id, name);
                Err(syntax_error(span, format!("no binding for nonlocal '{name}' found")))
            }
        }
    }

    /// Whether the nearest binding around is a type parameter.
    fn bound_type_param(&self, id: ScopeId, name: &str) -> bool {
        let mut next = self.get(id).parent;
        while let Some(scope) = next {
            let symbol = self.symbol(scope, name);
            if self.get(scope).kind.is_function_like() && symbol.has(uses::BOUND) {
                return symbol.has(uses::TYPE_PARAM);
            }
            next = self.get(scope).parent;
        }
        false
    }

    /// Finds the binding that a name of scope `id` refers to, and makes a cell of it if other code holds it.
    fn look_up(&mut self, id: ScopeId, name: &Name) -> Found {
        let owner = self.owner(id);
        let mut sees_class = self.get(id).kind.annotation_like().is_some();
        let mut class = None;
        let mut scope = id;
        let found = loop {
            let Some(parent) = self.get(scope).parent else { break Found::Nothing };
            let kind = self.get(parent).kind;
            let symbol = self.symbol(parent, name);
            match kind {
                ScopeKind::Module => {
                    break if owner == parent { Found::SameCode } else { Found::Nothing };
                }
                ScopeKind::Class => {
                    if &**name == "__class__" {
                        // Only functions see it, not comprehensions that are part of the body.
                        if owner == parent {
                            break Found::Nothing;
                        }
                        self.get_mut(parent).needs_class_cell = true;
                        break self.capture(id, owner, parent, name);
                    }
                    if sees_class && symbol.has(uses::BOUND) {
                        class = Some(parent);
                    }
                    sees_class = false;
                }
                _ if symbol.has(uses::GLOBAL) => {
                    break if self.owner(parent) == owner { Found::SameCode } else { Found::Nothing };
                }
                _ if symbol.has(uses::BOUND) && !symbol.has(uses::NONLOCAL) => {
                    break self.capture(id, owner, parent, name);
                }
                _ => sees_class &= kind.annotation_like().is_some(),
            }
            scope = parent;
        };
        match class {
            Some(class) => {
                self.get_mut(class).needs_class_dict = true;
                self.capture(id, owner, class, &"__classdict__".into());
                Found::ClassNamespace(matches!(found, Found::Cell))
            }
            None => found,
        }
    }

    /// The binding is in `binder`: unless it shares our code, every code on the way takes the cell along.
    fn capture(&mut self, id: ScopeId, owner: ScopeId, binder: ScopeId, name: &Name) -> Found {
        let binder_owner = self.owner(binder);
        if binder_owner == owner {
            return Found::SameCode;
        }
        let binding = self.get_mut(binder);
        if binding.kind != ScopeKind::Class
            && let Some(symbol) = binding.symbols.get_mut(name)
        {
            symbol.place = Place::Cell;
        }
        let mut scope = self.owner(id);
        while scope != binder_owner {
            self.get_mut(scope).frees.insert(name.clone());
            match self.get(scope).parent {
                Some(parent) => scope = self.owner(parent),
                None => break,
            }
        }
        Found::Cell
    }
}
