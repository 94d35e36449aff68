//! Binary and unary operators on objects of any class.

use crate::objects::{Class, class_flags};
use crate::value::Value;
use crate::{Asks, Res, Restartable, Thrown, Vm, class_of, names};
use smallvec::SmallVec;

macro_rules! binary_ops {
    ($($op:ident $symbol:literal $method:ident $reflected:ident $inplace:ident;)*) => {
        /// A binary operator.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum BinOp { $($op,)* }

        impl BinOp {
            pub const ALL: &'static [BinOp] = &[$(BinOp::$op,)*];

            /// The operator as it is written.
            pub fn symbol(self) -> &'static str {
                match self { $(BinOp::$op => $symbol,)* }
            }

            /// The method's name.
            pub fn method(self) -> &'static Value {
                match self { $(BinOp::$op => &names().$method,)* }
            }

            /// The name of the method of the right operand.
            pub fn reflected(self) -> &'static Value {
                match self { $(BinOp::$op => &names().$reflected,)* }
            }

            /// The name of the method of the augmented assignment.
            pub fn inplace(self) -> Option<&'static Value> {
                let name = match self { $(BinOp::$op => &names().$inplace,)* };
                // `divmod` has no augmented form; its row repeats the method's name.
                if self == BinOp::DivMod { None } else { Some(name) }
            }
        }
    };
}

binary_ops! {
    Add "+" __add__ __radd__ __iadd__;
    Sub "-" __sub__ __rsub__ __isub__;
    Mul "*" __mul__ __rmul__ __imul__;
    TrueDiv "/" __truediv__ __rtruediv__ __itruediv__;
    FloorDiv "//" __floordiv__ __rfloordiv__ __ifloordiv__;
    Mod "%" __mod__ __rmod__ __imod__;
    Pow "** or pow()" __pow__ __rpow__ __ipow__;
    MatMul "@" __matmul__ __rmatmul__ __imatmul__;
    LShift "<<" __lshift__ __rlshift__ __ilshift__;
    RShift ">>" __rshift__ __rrshift__ __irshift__;
    And "&" __and__ __rand__ __iand__;
    Or "|" __or__ __ror__ __ior__;
    Xor "^" __xor__ __rxor__ __ixor__;
    DivMod "divmod()" __divmod__ __rdivmod__ __divmod__;
}

/// A unary operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    Neg,
    Pos,
    Invert,
}

impl UnaryOp {
    /// The method's name.
    pub fn method(self) -> &'static Value {
        match self {
            UnaryOp::Neg => &names().__neg__,
            UnaryOp::Pos => &names().__pos__,
            UnaryOp::Invert => &names().__invert__,
        }
    }

    fn symbol(self) -> &'static str {
        match self {
            UnaryOp::Neg => "-",
            UnaryOp::Pos => "+",
            UnaryOp::Invert => "~",
        }
    }
}

/// What a binary operation tries, in order: method, on what, with what.
pub struct Attempt {
    pub name: &'static Value,
    pub method: Value,
    pub this: Value,
    pub other: Value,
}

impl Vm {
    /// `a op b` with a nested run where a class written in the language decides.
    pub fn binary(&mut self, op: BinOp, a: &Value, b: &Value) -> Res {
        if is_builtin(a) && is_builtin(b) {
            let result = self.binary_builtin(op, a, b);
            let result = if result.is_err() { self.complete(result)? } else { result? };
            if !result.is_not_implemented() {
                return Ok(result);
            }
            return Err(self.unsupported(op, a, b, false));
        }
        for attempt in self.binary_attempts(op, a, b, false) {
            let result = self.call_on(&attempt.method, &attempt.this, std::slice::from_ref(&attempt.other))?;
            if !result.is_not_implemented() {
                return Ok(result);
            }
        }
        Err(self.unsupported(op, a, b, false))
    }

    /// The methods to try, by the rules of the data model.
    pub fn binary_attempts(&mut self, op: BinOp, a: &Value, b: &Value, inplace: bool) -> SmallVec<[Attempt; 3]> {
        let (left, right) = (class_of(a).clone(), class_of(b).clone());
        let mut attempts = SmallVec::new();
        if inplace
            && let Some(name) = op.inplace()
            && let Some(method) = self.lookup(&left, name)
        {
            attempts.push(Attempt { name, method, this: a.clone(), other: b.clone() });
        }
        let forward = self.lookup(&left, op.method());
        let backward = if left.is(&right) { None } else { self.lookup(&right, op.reflected()) };
        let backward =
            backward.map(|method| Attempt { name: op.reflected(), method, this: b.clone(), other: a.clone() });
        // A subclass's own reflected method goes first.
        let first = backward.is_some()
            && right.is_subclass_of(&left)
            && match (self.lookup(&left, op.reflected()), &backward) {
                (Some(inherited), Some(own)) => !inherited.is(&own.method),
                _ => true,
            };
        let forward = forward.map(|method| Attempt { name: op.method(), method, this: a.clone(), other: b.clone() });
        if first {
            attempts.extend(backward);
            attempts.extend(forward);
        } else {
            attempts.extend(forward);
            attempts.extend(backward);
        }
        attempts
    }

    /// As `binary`, where what the language has a say in is requested of builtin classes.
    pub fn ask_binary(&mut self, op: BinOp, a: &Value, b: &Value) -> Res {
        if !is_builtin(a) || !is_builtin(b) {
            return self.binary(op, a, b);
        }
        let result = self.binary_builtin(op, a, b)?;
        if result.is_not_implemented() { Err(self.unsupported(op, a, b, false)) } else { Ok(result) }
    }

    /// What the builtin base types of two objects know of an operator, or NotImplemented; what the language has a say in (keys of
    /// sets and dicts) is requested.
    pub fn binary_builtin(&mut self, op: BinOp, a: &Value, b: &Value) -> Res {
        let result = super::number::binary(self, op, a, b)?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
        super::item::sequence_binary(self, op, a, b)
    }

    /// As `binary_builtin`, but lists, sets, dicts and bytearrays change in place.
    pub fn inplace_builtin(&mut self, op: BinOp, a: &Value, b: &Value) -> Res {
        let result = super::item::inplace(self, op, a, b)?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
        self.binary_builtin(op, a, b)
    }

    /// `op value`, with a nested run where a class written in the language decides.
    pub fn unary(&mut self, op: UnaryOp, value: &Value) -> Res {
        if is_builtin(value) {
            let result = super::number::unary(self, op, value)?;
            if !result.is_not_implemented() {
                return Ok(result);
            }
        } else if let Some(method) = self.lookup(&class_of(value).clone(), op.method()) {
            return self.call_on(&method, value, &[]);
        }
        let class = class_of(value).name_str();
        Err(self.type_error(format!("bad operand type for unary {}: '{class}'", op.symbol())))
    }

    /// TypeError for operands that no method accepts.
    #[cold]
    pub fn unsupported(&mut self, op: BinOp, a: &Value, b: &Value, inplace: bool) -> Thrown {
        let (left, right) = (class_of(a).name_str(), class_of(b).name_str());
        if let Some(message) = super::item::sequence_operand_message(op, a, b) {
            return self.type_error(message);
        }
        let symbol = match (op, inplace) {
            (BinOp::Pow, true) => "**=".to_owned(),
            (_, true) => format!("{}=", op.symbol()),
            (_, false) => op.symbol().to_owned(),
        };
        self.type_error(format!("unsupported operand type(s) for {symbol}: '{left}' and '{right}'"))
    }
}

impl Restartable<'_> {
    /// `a op b`, as called for by a native.
    pub fn binary_op(&mut self, op: BinOp, a: &Value, b: &Value) -> Res {
        if is_builtin(a) && is_builtin(b) {
            return self.binary(op, a, b);
        }
        for Attempt { name, this, other, .. } in self.binary_attempts(op, a, b, false) {
            match self.ask(&this, name, std::slice::from_ref(&other))? {
                Some(result) if !result.is_not_implemented() => return Ok(result),
                _ => {}
            }
        }
        Err(self.unsupported(op, a, b, false))
    }
}

/// Whether the class is one of the interpreter's own, so that no script decides.
#[inline]
pub fn is_builtin(value: &Value) -> bool {
    !value.is_heap() || {
        let class: &Class = class_of(value);
        class.has(class_flags::BUILTIN)
            && !matches!(value.kind(), Some(crate::heap::Kind::Opaque | crate::heap::Kind::Context))
    }
}
