//! The instruction table. One line an instruction: name, operands, what it does. The enum, the emitter's typed
//! constructors, the verifier and the disassembler are all made from it.
//!
//! # Registers
//! A frame's registers are numbered from 0: parameters in the order `args, kwonly, *vararg, **kwarg`, then other
//! locals, then hidden locals (iterators, saved exceptions, anything read more than once), and from
//! `Code::first_temp` upwards the temporaries.
//!
//! **Reading a temporary consumes it**: after an instruction has read a register at or above `first_temp` through a
//! `Src` operand, that register counts as dead, and the VM drops what it held (so objects die when CPython's stack
//! would drop them). A value that is read twice lives in a hidden local, or is duplicated first by `Copy`.
//! `Acc`, `Keep` and `Out` operands are never consumed.
//!
//! # Jumps
//! Offsets count instructions from the one after the jump. Only `Jump`, `ForLoop` and the `JumpIf…` family may go backwards:
//! they spend fuel. `JumpUnless…` and the `…Keep`, `None` jumps go forwards.

/// What one operand of an instruction means, and in which bits it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand {
    /// Register written.
    DstA,
    DstB,
    DstC,
    /// Register read, and consumed if it is a temporary.
    SrcA,
    SrcB,
    SrcC,
    /// Register read and left alone.
    KeepA,
    KeepB,
    KeepC,
    /// Register whose object is changed in place, never consumed.
    AccA,
    /// First of several registers: a call window or a run of operands; how many, the instruction says.
    /// All registers of the window are consumed.
    BaseA,
    BaseB,
    BaseC,
    /// Index of a constant.
    ConstB,
    ConstC,
    ConstBC,
    /// Index of a site with an inline cache.
    SiteC,
    SiteBC,
    /// Signed immediates.
    ImmB,
    ImmC,
    ImmBC,
    /// Counts and flag bits.
    CountB,
    CountC,
    FlagX,
    /// Jump offset in 32 bits (b and c).
    JumpBC,
    /// Jump offset in 24 bits (x and c).
    JumpXC,
}

macro_rules! instructions {
    ($($(#[doc = $doc:literal])* $name:ident [$($operand:ident)*];)*) => {
        /// Operation codes; see each variant for its meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Op { $($(#[doc = $doc])* $name,)* }

        impl Op {
            /// All operations in the order of their codes.
            pub const ALL: &'static [Op] = &[$(Op::$name),*];

            /// The operation's name, as the disassembler prints it.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Op::$name => stringify!($name)),* }
            }

            /// The operands, in the order in which the disassembler prints them.
            #[must_use]
            #[inline]
            pub const fn operands(self) -> &'static [Operand] {
                match self { $(Op::$name => &[$(Operand::$operand),*]),* }
            }
        }
    };
}

instructions! {
    /// Does nothing.
    Nop [];
    /// a = b.
    Move [DstA SrcB];
    /// a = b, and b stays even if it is a temporary.
    Copy [DstA KeepB];
    /// a = constant.
    LoadConst [DstA ConstBC];
    /// a = a small integer.
    LoadInt [DstA ImmBC];
    /// a = the singleton x: see `Singleton`.
    LoadSingleton [DstA FlagX];
    /// Drops what a holds; the register is unbound afterwards.
    Clear [DstA];
    /// UnboundLocalError naming the constant if a is unbound.
    CheckBound [KeepA ConstBC];
    /// `del` of a local; UnboundLocalError if it is unbound already.
    DeleteLocal [KeepA ConstBC];

    /// Puts a cell around what a holds (bound or not).
    MakeCell [DstA];
    /// a = the function's closure cell number b.
    LoadFree [DstA CountB];
    /// a = content of cell b; if empty NameError (x = 1: free variable) or UnboundLocalError (x = 0) naming c.
    LoadDeref [DstA KeepB ConstC FlagX];
    /// Content of cell a = b.
    StoreDeref [KeepA SrcB];
    /// Empties cell a; errors as in `LoadDeref`.
    DeleteDeref [KeepA ConstC FlagX];
    /// a = name c in namespace b (a mapping), or else content of cell a+… held in register x.
    /// The cell's register number is x (so at most 255).
    LoadClassDeref [DstA KeepB ConstC FlagX];
    /// a = name c in namespace b, in globals, in builtins; NameError.
    LoadName [DstA KeepB ConstC];
    /// Name c in namespace b = a.
    StoreName [SrcA KeepB ConstC];
    /// Deletes name c from namespace b; NameError.
    DeleteName [KeepB ConstC];
    /// a = global or builtin of the site's name; NameError.
    LoadGlobal [DstA SiteBC];
    /// Global of the site's name = a.
    StoreGlobal [SrcA SiteBC];
    /// Deletes the global of the site's name.
    DeleteGlobal [SiteBC];

    /// a = b.name.
    LoadAttr [DstA SrcB SiteC];
    /// a.name = b.
    StoreAttr [SrcA SrcB SiteC];
    /// del a.name.
    DeleteAttr [SrcA SiteC];
    /// For a call of b.name: a = the function and a+1 = b, or a = the attribute and a+1 = unbound.
    LoadMethod [DstA SrcB SiteC];
    /// Attribute of `super(class, self)`: b, b+1, b+2 hold the callable named `super`, the class and self.
    /// x bit 0: write callee and self to a and a+1 as `LoadMethod` does; bit 1: it was written `super()`.
    LoadSuperAttr [DstA BaseB SiteC FlagX];

    /// a = b[c].
    GetItem [DstA SrcB SrcC];
    /// a[b] = c.
    SetItem [SrcA SrcB SrcC];
    // The same with a small integer as the index.
    GetItemImm [DstA SrcB ImmC];
    SetItemImm [SrcA ImmB SrcC];
    /// del a[b].
    DelItem [SrcA SrcB];
    /// a = slice(b, b+1, b+2).
    BuildSlice [DstA BaseB];

    // Arithmetic: a = b op c. x = 1 for the augmented form (`+=`).
    Add [DstA SrcB SrcC FlagX];
    Sub [DstA SrcB SrcC FlagX];
    Mul [DstA SrcB SrcC FlagX];
    TrueDiv [DstA SrcB SrcC FlagX];
    FloorDiv [DstA SrcB SrcC FlagX];
    Mod [DstA SrcB SrcC FlagX];
    Pow [DstA SrcB SrcC FlagX];
    MatMul [DstA SrcB SrcC FlagX];
    LShift [DstA SrcB SrcC FlagX];
    RShift [DstA SrcB SrcC FlagX];
    BitAnd [DstA SrcB SrcC FlagX];
    BitOr [DstA SrcB SrcC FlagX];
    BitXor [DstA SrcB SrcC FlagX];
    // The same with a small integer on the right.
    AddImm [DstA SrcB ImmC FlagX];
    SubImm [DstA SrcB ImmC FlagX];
    MulImm [DstA SrcB ImmC FlagX];
    FloorDivImm [DstA SrcB ImmC FlagX];
    ModImm [DstA SrcB ImmC FlagX];
    LShiftImm [DstA SrcB ImmC FlagX];
    RShiftImm [DstA SrcB ImmC FlagX];
    BitAndImm [DstA SrcB ImmC FlagX];
    BitOrImm [DstA SrcB ImmC FlagX];
    BitXorImm [DstA SrcB ImmC FlagX];
    // Unary: a = op b.
    Neg [DstA SrcB];
    Pos [DstA SrcB];
    Invert [DstA SrcB];
    Not [DstA SrcB];
    // Comparison: a = b op c.
    Lt [DstA SrcB SrcC];
    Le [DstA SrcB SrcC];
    Eq [DstA SrcB SrcC];
    Ne [DstA SrcB SrcC];
    Gt [DstA SrcB SrcC];
    Ge [DstA SrcB SrcC];
    Is [DstA SrcB SrcC];
    IsNot [DstA SrcB SrcC];
    /// a = b in c.
    In [DstA SrcB SrcC];
    NotIn [DstA SrcB SrcC];

    /// Unconditional jump.
    Jump [JumpBC];
    JumpIfTrue [SrcA JumpBC];
    JumpIfFalse [SrcA JumpBC];
    /// Jumps and keeps a if it is true; otherwise consumes it.
    JumpIfTrueKeep [KeepA JumpBC];
    JumpIfFalseKeep [KeepA JumpBC];
    JumpIfNone [SrcA JumpBC];
    JumpIfNotNone [SrcA JumpBC];
    JumpIfLt [SrcA SrcB JumpXC];
    JumpIfLe [SrcA SrcB JumpXC];
    JumpIfEq [SrcA SrcB JumpXC];
    JumpIfNe [SrcA SrcB JumpXC];
    JumpIfGt [SrcA SrcB JumpXC];
    JumpIfGe [SrcA SrcB JumpXC];
    JumpUnlessLt [SrcA SrcB JumpXC];
    JumpUnlessLe [SrcA SrcB JumpXC];
    JumpUnlessEq [SrcA SrcB JumpXC];
    JumpUnlessNe [SrcA SrcB JumpXC];
    JumpUnlessGt [SrcA SrcB JumpXC];
    JumpUnlessGe [SrcA SrcB JumpXC];
    JumpIfLtImm [SrcA ImmB JumpXC];
    JumpIfLeImm [SrcA ImmB JumpXC];
    JumpIfEqImm [SrcA ImmB JumpXC];
    JumpIfNeImm [SrcA ImmB JumpXC];
    JumpIfGtImm [SrcA ImmB JumpXC];
    JumpIfGeImm [SrcA ImmB JumpXC];
    JumpUnlessLtImm [SrcA ImmB JumpXC];
    JumpUnlessLeImm [SrcA ImmB JumpXC];
    JumpUnlessEqImm [SrcA ImmB JumpXC];
    JumpUnlessNeImm [SrcA ImmB JumpXC];
    JumpUnlessGtImm [SrcA ImmB JumpXC];
    JumpUnlessGeImm [SrcA ImmB JumpXC];

    /// c = call of a with b arguments from a+1.
    Call [BaseA CountB DstC];
    /// c = call of a with self a+1 (unless unbound) and b further arguments from a+2.
    CallMethod [BaseA CountB DstC];
    /// a = call with keywords: b arguments in all, the last ones named by the tuple of strings c.
    /// x = 0: arguments from a+1; x = 1: a+1 is self or unbound, arguments from a+2.
    CallKw [BaseA CountB ConstC FlagX];
    /// c = call of a with the tuple or list a+1 and the dict a+2 (unbound: no keywords).
    CallEx [BaseA DstC];
    Return [SrcA];
    ReturnNone [];
    /// a = function of code constant b. From c on stand, for each bit of x in this order: 1 tuple of defaults,
    /// 2 dict of keyword-only defaults, 4 annotations (dict, or tuple name, value, …), 8 tuple of cells.
    MakeFunction [DstA ConstB BaseC FlagX];

    // Displays: a = b, b+1, … (c of them).
    BuildTuple [DstA BaseB CountC];
    BuildList [DstA BaseB CountC];
    BuildSet [DstA BaseB CountC];
    /// a = dict of c pairs from b on.
    BuildMap [DstA BaseB CountC];
    /// a = the c strings from b on, joined.
    BuildString [DstA BaseB CountC];
    ListAppend [AccA SrcB];
    /// Appends the c values from b on.
    ListAppendMany [AccA BaseB CountC];
    SetAdd [AccA SrcB];
    /// a[b] = c.
    MapAdd [AccA SrcB SrcC];
    /// Extends by an iterable (`*b` in a display; the TypeError says "Value after * must be an iterable, not int").
    ListExtend [AccA SrcB];
    SetUpdate [AccA SrcB];
    /// `**b` in a dict display.
    DictUpdate [AccA SrcB];
    /// `**b` in a call of c: string keys only, no duplicates.
    DictMerge [AccA SrcB KeepC];
    /// a = the positional arguments of a call that `*b` alone gives, as a tuple or list; the callee stands before a.
    StarArgs [DstA SrcB];
    /// a = the keywords of a call of c that `**b` alone gives, as a dict that is not changed.
    StarMap [DstA SrcB KeepC];
    /// a = tuple(list b).
    ListToTuple [DstA SrcB];
    /// a, a+1, … (c of them) = b.
    UnpackSequence [DstA SrcB CountC];
    /// a, … = b with c targets before the starred one and x after it.
    UnpackEx [DstA SrcB CountC FlagX];

    /// a = iter(b).
    GetIter [DstA SrcB];
    /// b = next item of iterator a; when exhausted, clears a and jumps.
    ForIter [KeepA DstB JumpXC];
    /// Jumps back to a `ForIter`, which is carried out at once: the end of a loop's body.
    ForLoop [JumpBC];
    /// a = iterator of b for `yield from`.
    GetYieldFromIter [DstA SrcB];
    /// a = iterator of b for `await`; x: see `AwaitContext`.
    GetAwaitable [DstA SrcB FlagX];
    GetAIter [DstA SrcB];
    /// a = awaitable iterator of anext(b).
    GetANext [DstA KeepB];
    /// Sends c (consumed) into iterator b. If that yields, the frame suspends at this instruction, and on resumption the value
    /// sent stands in c and the instruction runs again. When b is done, a = its result and b is cleared.
    /// x bit 0: stands lexically within an except or finally handler; bit 1: is an `await`.
    YieldFrom [DstA KeepB KeepC FlagX];
    /// Suspends with b; on resumption a = the value sent. x bit 0 as in `YieldFrom`.
    Yield [DstA SrcB FlagX];
    /// `yield` of an async generator.
    AsyncGenYield [DstA SrcB FlagX];
    /// Exception a ends `async for`: StopAsyncIteration is cleared and jumps, any other is raised again.
    EndAsyncFor [KeepA JumpBC];

    /// x = 0: raise the handled exception again; 1: raise a; 2: raise a from b.
    Raise [SrcA SrcB FlagX];
    /// Raises exception a again, its traceback as it is. Clears a.
    Reraise [KeepA];
    /// Exception a becomes the handled one; a+1 keeps the one before.
    PushHandled [KeepA];
    /// Undoes `PushHandled`: the handled exception is what a+1 kept; clears a and a+1.
    PopHandled [KeepA];
    /// Falls through if exception a matches the class or tuple b.
    JumpUnlessMatch [KeepA SrcB JumpXC];
    /// a = a tuple of the part of exception b that matches c (or None) and the rest (or None); for `except*`.
    MatchExcStar [DstA KeepB SrcC];
    /// a = what is to be raised after `except*`: b is the original, c a list of what is left or was raised; or None.
    PrepReraiseStar [DstA KeepB SrcC];
    /// a, a+1, a+2 = type, value, traceback of exception b.
    ExcTriple [DstA KeepB];
    /// a = an object of the interpreter: see `Common`.
    LoadCommon [DstA FlagX];
    /// a, a+1 = special method x of b's type (see `SpecialMethod`) and b, for `CallMethod`. Keeps b.
    LoadSpecial [DstA KeepB FlagX];

    /// a = import of the dotted name b, from-list c (tuple or None), level x.
    ImportName [DstA ConstB ConstC FlagX];
    /// a = attribute c of module b, or its submodule.
    ImportFrom [DstA KeepB ConstC];
    /// All public names of module a into namespace b (x = 1) or the globals (x = 0).
    ImportStar [SrcA KeepB FlagX];
    /// a = format(b, c): x bits 0-1 the conversion (0 none, 1 str, 2 repr, 3 ascii), bit 2: c holds a spec.
    FormatValue [DstA SrcB SrcC FlagX];
    /// Makes `__annotations__` in namespace a (x = 1) or the globals (x = 0) if there is none.
    SetupAnnotations [KeepA FlagX];
    /// a = intrinsic x of b and c: see `Intrinsic`.
    CallIntrinsic [DstA SrcB SrcC FlagX];

    /// a = len(b).
    GetLen [DstA KeepB];
    /// a = whether b is a sequence for a pattern.
    MatchSequence [DstA KeepB];
    MatchMapping [DstA KeepB];
    /// a = tuple of b's values at the keys in tuple c, or None.
    MatchKeys [DstA KeepB KeepC];
    /// a = tuple of attributes of b if it is an instance of class c, or None: x positional ones, then those named by the tuple in
    /// register c+1.
    MatchClass [DstA KeepB BaseC FlagX];

    /// Goes on in native code: what the continuation in register 0 waits for has come (x = 0) or was raised (x = 1); native
    /// state takes the next item of an iterator (x = 2), or there are no more (x = 3).
    /// Stands in the VM's own code only; what it does with the frame, the VM says.
    NativeStep [FlagX];
}

macro_rules! small_enum {
    ($(#[doc = $doc:literal])* $name:ident { $($(#[doc = $vdoc:literal])* $variant:ident,)* }) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum $name { $($(#[doc = $vdoc])* $variant,)* }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            /// The variant with this number, as it stands in an instruction's `x`.
            #[must_use]
            pub fn from_u8(x: u8) -> Option<$name> {
                $name::ALL.get(usize::from(x)).copied()
            }
        }
    };
}

small_enum! {
    /// Operand of `LoadSingleton`.
    Singleton { None, True, False, Ellipsis, NotImplemented, }
}
small_enum! {
    /// Operand of `LoadCommon`.
    Common { BuildClass, AssertionError, NotImplementedError, }
}
small_enum! {
    /// Operand of `LoadSpecial`.
    SpecialMethod { Enter, Exit, AsyncEnter, AsyncExit, }
}
small_enum! {
    /// Operand of `GetAwaitable`: which words an error uses.
    AwaitContext { Await, AsyncEnter, AsyncExit, AsyncFor, }
}
small_enum! {
    /// Operand of `CallIntrinsic`; b and c are its arguments (c unused where one is named).
    Intrinsic {
        /// Shows the value of an expression statement in the REPL.
        DisplayHook,
        /// TypeVar named b.
        TypeVar,
        /// TypeVar named b with c, a function that computes the bound.
        TypeVarWithBound,
        /// TypeVar named b with c, a function that computes the constraints.
        TypeVarWithConstraints,
        ParamSpec,
        TypeVarTuple,
        /// Sets the default of type parameter b to be computed by function c; gives b.
        SetTypeParamDefault,
        /// `Generic[*b]` for a tuple of type parameters.
        SubscriptGeneric,
        /// b is the tuple (name, type parameters or None, function that computes the value).
        TypeAlias,
        /// Sets `__type_params__` of function b to c; gives b.
        SetFunctionTypeParams,
        /// a = locals() of the running frame: not needed by the compiler itself.
        Locals,
    }
}
