//! The dispatch loop. Arms that are worth it stand here, short; everything else is one call of a helper in `step`.
//!
//! `frame`, `pc` and `regs` are kept in machine registers. Before a helper runs, `pc` is saved in the frame; after a
//! helper that changed the frame (`Step::Enter`) they are loaded anew.

use super::{Exit, Step, call, continuation, drain, generator, stats, step, tracing, unwind};
use crate::Vm;
use crate::frame::{Frame, GenKind, GenState, Generator, Mode, frame_flags};
use crate::heap::{Header, Kind, finalizers_pending};
use crate::objects::{
    CacheKind, CellObject, CodeObject, Function, Intrinsic, List, Native, RangeIter, SeqIter, Tuple, attrs,
    class_flags, float,
};
use crate::value::Value;
use std::hint::cold_path;
use weft_bytecode::{Instr, Op};

/// Runs from `vm.frame` until the nested run that was begun for native code ends; None if `run_watched` is to go on.
#[inline(never)]
pub fn run(vm: &mut Vm) -> Option<Exit> {
    dispatch::<false>(vm)
}

/// As `run`, counting for `weft --stats` and telling trace functions: an instance of its own, so that the other need not ask.
/// None if `run` is to go on.
#[inline(never)]
pub fn run_watched(vm: &mut Vm) -> Option<Exit> {
    dispatch::<true>(vm)
}

#[expect(clippy::too_many_lines, reason = "the dispatch match")]
#[allow(unreachable_code, reason = "an arm that ends in a helper's step may say so twice")]
#[expect(clippy::cognitive_complexity, reason = "the dispatch match")]
#[inline(always)]
fn dispatch<const WATCHED: bool>(vm: &mut Vm) -> Option<Exit> {
    let mut frame: *mut Frame;
    let mut pc: *const Instr;
    let mut regs: *mut Value;

    // SAFETY (for the whole loop): `vm.frame` is a live frame with all registers initialised; its code passed the
    // verifier, so every register, constant, site and jump number is in range, and the last instruction never falls
    // through. Frames are entered and left only through this loop and the helpers of this module, which keep
    // `vm.frame` current.
    unsafe {
        macro_rules! reload {
            () => {{
                frame = vm.frame;
                pc = (*frame).pc;
                regs = Frame::registers(frame);
            }};
        }
        reload!();
        if vm.pending_throw.is_some() {
            let step = generator::take_pending_throw(vm);
            if !turn(vm, step) {
                return vm.exit.take();
            }
            reload!();
        }
        'fetch: loop {
            let step: Step = 'arm: {
                macro_rules! reg {
                    ($i:expr) => {
                        (*regs.add(usize::from($i)))
                    };
                }
                macro_rules! code {
                    () => {
                        (&*(*frame).code)
                    };
                }
                // Ends the arm with a step that the loop's tail looks after.
                macro_rules! after {
                    ($step:expr) => {
                        break 'arm $step
                    };
                }
                // Runs a helper with the pc saved.
                macro_rules! slow {
                    ($step:expr) => {{
                        (*frame).pc = pc;
                        after!($step)
                    }};
                }
                // Drops a value; what dies may need a finaliser at once.
                macro_rules! discard {
                    ($value:expr) => {{
                        if $value.discard() {
                            cold_path();
                            (*frame).pc = pc;
                            vm.run_finalizers();
                        }
                    }};
                }
                // Writes a register; what it held may need a finaliser at once.
                macro_rules! set {
                    ($i:expr, $value:expr) => {{
                        let value = $value;
                        let old = std::ptr::replace(regs.add(usize::from($i)), value);
                        if old.is_heap() {
                            // Not rare, but out of the way of numbers.
                            cold_path();
                            discard!(old);
                        } else {
                            std::mem::forget(old);
                        }
                    }};
                }
                macro_rules! read {
                    ($i:expr) => {
                        if $i >= code!().first_temp {
                            std::ptr::replace(regs.add(usize::from($i)), Value::UNSET)
                        } else {
                            reg!($i).clone()
                        }
                    };
                }
                // As `read!` for operand b of an instruction that says whether it is a temporary.
                macro_rules! read_b {
                    ($i:ident) => {
                        if $i.x & CodeObject::TAKES_B != 0 {
                            std::ptr::replace(regs.add(usize::from($i.b)), Value::UNSET)
                        } else {
                            reg!($i.b).clone()
                        }
                    };
                }
                // Spends fuel at a back-edge, call or resume. What a signal handler raises is raised by the instruction
                // that would come next, or by the one that was suspended.
                macro_rules! spend {
                    () => {
                        spend!(pc.add(1))
                    };
                    ($raise_at:expr) => {{
                        vm.budget -= 1;
                        if vm.budget < 0 {
                            cold_path();
                            (*frame).pc = $raise_at;
                            match vm.poll(WATCHED) {
                                Step::Next => {}
                                step => {
                                    if step == Step::Exit {
                                        (*frame).pc = pc;
                                    }
                                    after!(step);
                                }
                            }
                        }
                    }};
                }
                macro_rules! arith {
                    ($i:ident, $int:expr, $float:expr) => {{
                        let (b, c) = (&reg!($i.b), &reg!($i.c));
                        if Value::both_small_ints(b, c) {
                            if let Some(value) = $int(b, c) {
                                set!($i.a, value);
                                continue 'fetch;
                            }
                        } else if b.is_small_float() && c.is_small_float() {
                            let value: f64 = $float(b.small_float_unchecked(), c.small_float_unchecked());
                            set!($i.a, float(value));
                            continue 'fetch;
                        }
                        slow!(step::binary(vm, *$i));
                    }};
                }
                macro_rules! int_op {
                    ($i:ident, $op:expr) => {{
                        let (b, c) = (&reg!($i.b), &reg!($i.c));
                        if Value::both_small_ints(b, c)
                            && let Some(value) = $op(b.bits() as i64 >> 2, c.bits() as i64 >> 2)
                        {
                            set!($i.a, value);
                            continue 'fetch;
                        }
                        slow!(step::binary(vm, *$i));
                    }};
                }
                macro_rules! imm_op {
                    ($i:ident, $op:expr) => {{
                        let b = &reg!($i.b);
                        if b.is_small_int()
                            && let Some(value) = $op(b.bits() as i64 >> 2, i64::from($i.c as i16))
                        {
                            set!($i.a, value);
                            continue 'fetch;
                        }
                        slow!(step::binary_imm(vm, *$i));
                    }};
                }
                macro_rules! compare {
            ($i:ident, $op:tt) => {{
                let (b, c) = (&reg!($i.b), &reg!($i.c));
                if Value::both_small_ints(b, c) {
                    let truth = (b.bits() as i64) $op (c.bits() as i64);
                    set!($i.a, Value::bool(truth));
                    continue 'fetch;
                }
                if b.is_small_float() && c.is_small_float() {
                    let truth = b.small_float_unchecked() $op c.small_float_unchecked();
                    set!($i.a, Value::bool(truth));
                    continue 'fetch;
                }
                slow!(step::compare(vm, *$i));
            }};
        }
                macro_rules! jump {
                    ($i:ident) => {
                        pc = pc.offset($i.xc_signed() as isize)
                    };
                }
                macro_rules! compare_jump {
            ($i:ident, $op:tt, $wanted:literal) => {{
                let (a, b) = (&reg!($i.a), &reg!($i.b));
                let truth = if Value::both_small_ints(a, b) {
                    (a.bits() as i64) $op (b.bits() as i64)
                } else if a.is_small_float() && b.is_small_float() {
                    a.small_float_unchecked() $op b.small_float_unchecked()
                } else {
                    slow!(step::compare_jump(vm, *$i, false));
                    continue 'fetch;
                };
                if truth == $wanted {
                    jump!($i);
                    if $wanted {
                        spend!();
                    }
                    continue 'fetch;
                }
            }};
        }
                macro_rules! compare_jump_imm {
            ($i:ident, $op:tt, $wanted:literal) => {{
                let a = &reg!($i.a);
                if a.is_small_int() {
                    if ((a.bits() as i64 >> 2) $op i64::from($i.b as i16)) == $wanted {
                        jump!($i);
                        if $wanted {
                            spend!();
                        }
                        continue 'fetch;
                    }
                    continue 'fetch;
                }
                slow!(step::compare_jump(vm, *$i, true));
            }};
        }
                // Whether a value is a plain function for exactly `$count` arguments, and there is depth and room left.
                macro_rules! is_plain {
                    ($callee:expr, $count:expr) => {
                        $callee.is_kind(Kind::Function) && {
                            let code = $callee.downcast_unchecked::<Function>().code();
                            code.plain_args as usize == $count
                                && (*frame).depth < vm.recursion_limit
                                && vm.stack.has_room(code.frame_size)
                        }
                    };
                }
                // Whether a call of a value with `$count` arguments makes a generator, and they need nothing but moving.
                macro_rules! makes_generator {
                    ($callee:expr, $count:expr) => {
                        $callee.is_kind(Kind::Function)
                            && $callee.downcast_unchecked::<Function>().code().generator_args as usize == $count
                    };
                }
                // Pushes the frame of a function that `is_plain`, with the arguments moved out of the values behind `$from`.
                macro_rules! enter_plain {
                    ($callee:expr, $from:expr, $count:expr, $dst:expr) => {{
                        let callee: Value = $callee;
                        let from: *mut Value = $from;
                        let count: usize = $count;
                        let dst: u16 = $dst;
                        let code: *const CodeObject = callee.downcast_unchecked::<Function>().code();
                        (*frame).pc = pc;
                        let new = vm.stack.push_in_chunk((*code).frame_size);
                        Frame::write_call(new, frame, callee, code, dst);
                        regs = Frame::registers(new);
                        Frame::clear_registers(regs, (*code).registers);
                        for n in 0..count {
                            std::ptr::write(regs.add(n), std::ptr::replace(from.add(n), Value::UNSET));
                        }
                        pc = (*code).instrs.as_ptr();
                        vm.frame = new;
                        frame = new;
                        spend!();
                    }};
                }
                // Whether a generator can go on with nothing to look after but the links: from a `yield`, or from the start.
                macro_rules! can_resume {
                    ($generator:expr) => {{
                        let root = $generator.frame_ptr();
                        (*root).flags == frame_flags::GENERATOR
                            && vm.handled.is_none()
                            && (*frame).depth < vm.recursion_limit
                            && match $generator.state() {
                                GenState::Suspended => (*(*(*root).link).pc.sub(1)).op == Op::Yield,
                                state => state == GenState::Created,
                            }
                    }};
                }
                // Goes on in a generator that `can_resume`; ends with `pc` behind the leaf's `Yield`, or at its start.
                macro_rules! resume {
                    ($generator:expr, $mode:expr, $dst:expr) => {{
                        let generator: &Generator = $generator;
                        let dst: u16 = $dst;
                        let root = generator.frame_ptr();
                        let leaf = (*root).link;
                        (*frame).pc = pc;
                        (*root).prev = frame;
                        (*root).depth = (*frame).depth + 1;
                        (*root).dst = dst;
                        (*root).mode = $mode;
                        (*root).link = root;
                        (*leaf).link = root;
                        generator.set_state(GenState::Running);
                        vm.frame = leaf;
                        reload!();
                    }};
                }

                // Sends a value into a generator that `can_resume`, and None if it has not begun; `$held` keeps it alive.
                macro_rules! send {
                    ($generator:expr, $held:expr, $sent:expr, $dst:expr) => {{
                        let sent: Value = $sent;
                        let started = $generator.state() == GenState::Suspended;
                        let before = (*$generator.frame_ptr()).swap_hold($held);
                        resume!($generator, Mode::Send, $dst);
                        discard!(before);
                        if started {
                            let suspended: &Instr = &*pc.sub(1);
                            if suspended.x & CodeObject::SENT_IS_DROPPED == 0 {
                                set!(suspended.a, sent);
                            } else {
                                discard!(sent);
                                pc = pc.add(1);
                            }
                        }
                        spend!(pc);
                        continue 'fetch;
                    }};
                }

                // Whether the running frame can delegate to a generator that nobody runs, with nothing to look after but the links.
                macro_rules! can_delegate {
                    ($delegate:expr) => {
                        vm.handled.is_none()
                            && (*frame).depth < vm.recursion_limit
                            && (*$delegate).flags == frame_flags::GENERATOR
                    };
                }
                // Begins a generator as the delegate of the running frame, which stands behind its `YieldFrom`.
                macro_rules! delegate {
                    ($delegate:expr) => {{
                        let delegate: *mut Frame = $delegate;
                        (*frame).pc = pc;
                        generator::link_created(delegate, frame);
                        vm.frame = delegate;
                        reload!();
                        spend!(pc);
                    }};
                }

                // The next item of an iterator.
                macro_rules! for_iter {
                    ($i:expr) => {{
                        let iterator = &reg!($i.a);
                        match iterator.kind() {
                            Some(Kind::Generator) => {
                                let generator = &*(iterator.downcast_unchecked::<Generator>() as *const Generator);
                                if can_resume!(generator) {
                                    let started = generator.state() == GenState::Suspended;
                                    resume!(generator, Mode::ForIter, $i.b);
                                    if started {
                                        let suspended: &Instr = &*pc.sub(1);
                                        set!(suspended.a, Value::NONE);
                                        pc = pc.add(usize::from(suspended.x / CodeObject::SENT_IS_DROPPED));
                                    }
                                    spend!(pc);
                                    continue 'fetch;
                                }
                            }
                            Some(Kind::RangeIter) => {
                                let range = iterator.downcast_unchecked::<RangeIter>();
                                let left = range.left.get();
                                if left > 0 {
                                    let value = range.next.get();
                                    range.left.set(left - 1);
                                    range.next.set(value.wrapping_add(range.step));
                                    if let Some(value) = Value::small_int(value) {
                                        set!($i.b, value);
                                        continue 'fetch;
                                    }
                                    set!($i.b, crate::objects::int(value));
                                    continue 'fetch;
                                }
                            }
                            Some(Kind::SeqIter) => {
                                let seq = iterator.downcast_unchecked::<SeqIter>();
                                if !seq.reversed {
                                    let index = seq.index.get();
                                    let source = seq.sequence.get();
                                    let items = match source.kind() {
                                        Some(Kind::List) => source.downcast_unchecked::<List>().items().as_slice(),
                                        Some(Kind::Tuple) => source.downcast_unchecked::<Tuple>().items(),
                                        _ => &[],
                                    };
                                    if let Some(value) = items.get(index) {
                                        let value = value.clone();
                                        seq.index.set(index + 1);
                                        set!($i.b, value);
                                        continue 'fetch;
                                    }
                                }
                            }
                            _ => {}
                        }
                        slow!(step::for_iter(vm, *$i));
                    }};
                }

                // Ends the frame with a value. No arm looks at `i.op`: where one does, the compiler keeps the operation in a
                // register for all of them.
                macro_rules! finish {
                    ($value:expr) => {{
                        let value = $value;
                        if (*frame).is_simple_call() {
                            // Temporaries hold nothing on the heap at a return.
                            let ended = frame;
                            let dst = (*ended).dst;
                            vm.stack.pop_in_chunk(ended);
                            vm.frame = (*ended).prev;
                            let mut waiting = false;
                            debug_assert!(temporaries_are_dead(ended));
                            let end = regs.add(usize::from((*(*ended).code).first_temp));
                            while regs < end {
                                waiting |= std::ptr::read(regs).discard();
                                regs = regs.add(1);
                            }
                            waiting |= std::ptr::read(&raw const (*ended).function).discard();
                            reload!();
                            set!(dst, value);
                            if waiting {
                                cold_path();
                                slow!(Step::Next);
                            }
                            continue 'fetch;
                        }
                        if (*frame).is_delegate() {
                            // A `yield from` or `await` has its result.
                            let ended = frame;
                            generator::finish_locals(ended);
                            (*ended).flags = frame_flags::GENERATOR;
                            let delegating = (*ended).prev;
                            (*delegating).link = (*ended).link;
                            vm.frame = delegating;
                            reload!();
                            let i: &Instr = &*pc.sub(1);
                            let finished = std::ptr::replace(regs.add(usize::from(i.b)), Value::UNSET);
                            set!(i.a, value);
                            discard!(finished);
                            continue 'fetch;
                        }
                        slow!(step::finish(vm, value));
                    }};
                }
                // Item `$index` of a list or tuple, if it is one and has it.
                macro_rules! get_item {
                    ($i:ident, $index:expr) => {{
                        let sequence = &reg!($i.b);
                        if let Some(header) = sequence.header()
                            && header.class().has(class_flags::BUILTIN)
                        {
                            let items = match header.kind() {
                                Kind::List => sequence.downcast_unchecked::<List>().items().as_slice(),
                                Kind::Tuple => sequence.downcast_unchecked::<Tuple>().items(),
                                _ => &[],
                            };
                            let index: i64 = $index;
                            let index = if index < 0 { index + items.len() as i64 } else { index };
                            if let Some(value) = usize::try_from(index).ok().and_then(|n| items.get(n)) {
                                let value = value.clone();
                                if $i.a != $i.b && $i.b >= code!().first_temp {
                                    set!($i.b, Value::UNSET);
                                }
                                set!($i.a, value);
                                continue 'fetch;
                            }
                        }
                    }};
                }
                // Sets item `$index` of a list, if it is one and has it.
                macro_rules! set_item {
                    ($i:ident, $index:expr) => {{
                        let list = &reg!($i.a);
                        if let Some(header) = list.header()
                            && header.kind() == Kind::List
                            && header.class().has(class_flags::BUILTIN)
                        {
                            let items = list.downcast_unchecked::<List>().items_mut();
                            let index: i64 = $index;
                            let index = if index < 0 { index + items.len() as i64 } else { index };
                            if let Some(slot) = usize::try_from(index).ok().and_then(|n| items.get_mut(n)) {
                                let old = std::mem::replace(slot, read!($i.c));
                                if $i.a >= code!().first_temp {
                                    set!($i.a, Value::UNSET);
                                }
                                discard!(old);
                                continue 'fetch;
                            }
                        }
                    }};
                }
                macro_rules! identity {
                    ($i:ident, $wanted:literal) => {{
                        let (b, c) = (read!($i.b), read!($i.c));
                        let same = b.is(&c);
                        discard!(b);
                        discard!(c);
                        set!($i.a, Value::bool(same == $wanted));
                    }};
                }
                macro_rules! none_jump {
                    ($i:ident, $wanted:literal) => {{
                        let none = reg!($i.a).is_none();
                        if $i.a >= code!().first_temp {
                            set!($i.a, Value::UNSET);
                        }
                        if none == $wanted {
                            pc = pc.offset($i.bc_signed() as isize);
                            continue 'fetch;
                        }
                    }};
                }

                let i: &Instr = &*pc;
                pc = pc.add(1);
                if WATCHED {
                    stats::count(vm, *i, regs);
                    (*frame).pc = pc;
                    if tracing::before(vm, *i) != Step::Next {
                        after!(Step::Raise);
                    }
                }
                match i.op {
                    Op::Nop => {}
                    Op::NativeStep => {
                        if i.x == drain::FEED && drain::takes_plainly(regs) {
                            continue 'fetch;
                        }
                        slow!(continuation::native_step(vm, *i));
                    }
                    // What is left of it after loading reads a temporary.
                    Op::Move => {
                        let value = std::ptr::replace(regs.add(usize::from(i.b)), Value::UNSET);
                        set!(i.a, value);
                    }
                    Op::Copy => set!(i.a, reg!(i.b).clone()),
                    Op::LoadConst => set!(i.a, code!().consts.get_unchecked(i.bc() as usize).clone()),
                    Op::LoadInt => set!(i.a, Value::int_unchecked(i64::from(i.bc_signed()))),
                    Op::LoadSingleton => set!(i.a, step::load_singleton(*i)),
                    Op::Clear => set!(i.a, Value::UNSET),
                    Op::CheckBound => {
                        if reg!(i.a).is_unset() {
                            slow!(step::check_bound(vm, *i));
                        }
                    }
                    Op::DeleteLocal => {
                        if reg!(i.a).is_unset() {
                            slow!(step::check_bound(vm, *i));
                        } else {
                            set!(i.a, Value::UNSET);
                        }
                    }
                    Op::MakeCell => {
                        let content = std::ptr::replace(regs.add(usize::from(i.a)), Value::UNSET);
                        set!(i.a, CellObject::create(content).into_value());
                    }
                    Op::LoadFree => {
                        let closure = &(*frame).function().closure;
                        let cell = closure.downcast::<Tuple>().and_then(|t| t.items().get(usize::from(i.b)).cloned());
                        set!(i.a, cell.unwrap_or(Value::UNSET));
                    }
                    Op::LoadDeref => {
                        let value = match reg!(i.b).downcast::<CellObject>() {
                            Some(cell) => cell.content.get().clone(),
                            None => Value::UNSET,
                        };
                        if value.is_unset() {
                            slow!(step::deref_failed(vm, *i));
                        } else {
                            set!(i.a, value);
                        }
                    }
                    Op::StoreDeref => {
                        let value = read!(i.b);
                        if let Some(cell) = reg!(i.a).downcast::<CellObject>() {
                            let old = cell.content.replace(value);
                            discard!(old);
                        }
                    }
                    Op::DeleteDeref => {
                        let old = match reg!(i.a).downcast::<CellObject>() {
                            Some(cell) => cell.content.replace(Value::UNSET),
                            None => Value::UNSET,
                        };
                        if old.is_unset() {
                            slow!(step::deref_failed(vm, *i));
                        } else {
                            drop(old);
                            slow!(Step::Next);
                        }
                    }
                    Op::LoadClassDeref => slow!(step::load_class_deref(vm, *i)),
                    Op::LoadName => slow!(step::load_name(vm, *i)),
                    Op::StoreName => slow!(step::store_name(vm, *i)),
                    Op::DeleteName => slow!(step::delete_name(vm, *i)),
                    Op::LoadGlobal => {
                        let cache = code!().caches.get().get_unchecked(i.bc() as usize);
                        let function = (*frame).function();
                        let globals = function.globals.table();
                        if cache.version == globals.version() && cache.version != 0 {
                            if cache.kind == CacheKind::Global {
                                let value = globals.entry(usize::from(cache.index)).value.clone();
                                set!(i.a, value);
                                continue 'fetch;
                            }
                            let builtins = function.builtins.table();
                            if cache.kind == CacheKind::Builtin && cache.version2 == builtins.version() {
                                let value = builtins.entry(usize::from(cache.index)).value.clone();
                                set!(i.a, value);
                                continue 'fetch;
                            }
                        }
                        slow!(step::load_global(vm, *i));
                    }
                    Op::StoreGlobal => slow!(step::store_global(vm, *i)),
                    Op::DeleteGlobal => slow!(step::delete_global(vm, *i)),

                    Op::LoadAttr => {
                        let object = &reg!(i.b);
                        if let Some(header) = object.header() {
                            let cache = code!().caches.get().get_unchecked(usize::from(i.c));
                            if cache.kind != CacheKind::Empty && cache.version == header.class().version() {
                                if cache.kind == CacheKind::Property {
                                    let getter = std::mem::ManuallyDrop::new(Value::from_bits(cache.value));
                                    if is_plain!(getter, 1) {
                                        let mut this = [read_b!(i)];
                                        enter_plain!((*getter).clone(), this.as_mut_ptr(), 1, i.a);
                                        continue 'fetch;
                                    }
                                } else if let Some(own) = attrs::of(header)
                                    && cache.shape.is_some_and(|shape| std::ptr::eq(shape, own.shape()))
                                {
                                    if cache.kind == CacheKind::Slot {
                                        let value = own.slot(usize::from(cache.index)).get().clone();
                                        if !value.is_unset() {
                                            if i.a != i.b && i.x & CodeObject::TAKES_B != 0 {
                                                set!(i.b, Value::UNSET);
                                            }
                                            set!(i.a, value);
                                            continue 'fetch;
                                        }
                                    } else if cache.kind == CacheKind::ClassValue {
                                        let value =
                                            (*std::mem::ManuallyDrop::new(Value::from_bits(cache.value))).clone();
                                        if i.a != i.b && i.x & CodeObject::TAKES_B != 0 {
                                            set!(i.b, Value::UNSET);
                                        }
                                        set!(i.a, value);
                                        continue 'fetch;
                                    }
                                }
                            }
                        }
                        slow!(step::load_attr(vm, *i));
                    }
                    Op::StoreAttr => {
                        if let Some(header) = reg!(i.a).header() {
                            let cache = code!().caches.get().get_unchecked(usize::from(i.c));
                            if cache.kind != CacheKind::Empty
                                && cache.version == header.class().version()
                                && let Some(own) = attrs::of(header)
                                && cache.shape.is_some_and(|shape| std::ptr::eq(shape, own.shape()))
                            {
                                let value = read!(i.b);
                                let old = if cache.kind == CacheKind::Slot {
                                    own.slot(usize::from(cache.index)).replace(value)
                                } else {
                                    if let Some(next) = cache.next_shape {
                                        own.extend(next, usize::from(cache.index), value);
                                    }
                                    Value::UNSET
                                };
                                if i.a >= code!().first_temp {
                                    set!(i.a, Value::UNSET);
                                }
                                discard!(old);
                                continue 'fetch;
                            }
                        }
                        slow!(step::store_attr(vm, *i));
                    }
                    Op::DeleteAttr => slow!(step::delete_attr(vm, *i)),
                    Op::LoadMethod => {
                        let object = &reg!(i.b);
                        if let Some(header) = object.header() {
                            let cache = code!().caches.get().get_unchecked(usize::from(i.c));
                            if cache.kind != CacheKind::Empty && cache.version == header.class().version() {
                                let fits = match cache.kind {
                                    CacheKind::BareMethod => true,
                                    CacheKind::Method => attrs::of(header).is_some_and(|own| {
                                        cache.shape.is_some_and(|shape| std::ptr::eq(shape, own.shape()))
                                    }),
                                    _ => false,
                                };
                                if fits {
                                    let function =
                                        (*std::mem::ManuallyDrop::new(Value::from_bits(cache.value))).clone();
                                    let this = read_b!(i);
                                    set!(i.a, function);
                                    set!(i.a + 1, this);
                                    continue 'fetch;
                                }
                            }
                        }
                        slow!(step::load_method(vm, *i));
                    }
                    Op::LoadSuperAttr => slow!(step::load_super_attr(vm, *i)),

                    Op::GetItem => {
                        if let Some(index) = reg!(i.c).as_small_int() {
                            get_item!(i, index);
                        }
                        slow!(step::get_item(vm, *i));
                    }
                    Op::GetItemImm => {
                        get_item!(i, i64::from(i.c as i16));
                        slow!(step::get_item_imm(vm, *i));
                    }
                    Op::SetItem => {
                        if let Some(index) = reg!(i.b).as_small_int() {
                            set_item!(i, index);
                        }
                        slow!(step::set_item(vm, *i));
                    }
                    Op::SetItemImm => {
                        set_item!(i, i64::from(i.b as i16));
                        slow!(step::set_item_imm(vm, *i));
                    }
                    Op::DelItem => slow!(step::del_item(vm, *i)),
                    Op::BuildSlice => slow!(step::build_slice(vm, *i)),

                    Op::Add => arith!(i, Value::add_small, |x: f64, y: f64| x + y),
                    Op::Sub => arith!(i, Value::sub_small, |x: f64, y: f64| x - y),
                    Op::Mul => arith!(i, Value::mul_small, |x: f64, y: f64| x * y),
                    Op::TrueDiv => {
                        let (b, c) = (&reg!(i.b), &reg!(i.c));
                        if b.is_small_float() && c.is_small_float() {
                            let divisor = c.small_float_unchecked();
                            if divisor != 0.0 {
                                let value = b.small_float_unchecked() / divisor;
                                set!(i.a, float(value));
                                continue 'fetch;
                            }
                        }
                        slow!(step::binary(vm, *i));
                    }
                    Op::FloorDiv => int_op!(i, floor_div),
                    Op::Mod => int_op!(i, floor_mod),
                    Op::LShift => int_op!(i, shift_left),
                    Op::RShift => int_op!(i, shift_right),
                    Op::BitAnd => int_op!(i, |x: i64, y: i64| Some(Value::int_unchecked(x & y))),
                    Op::BitOr => int_op!(i, |x: i64, y: i64| Some(Value::int_unchecked(x | y))),
                    Op::BitXor => int_op!(i, |x: i64, y: i64| Some(Value::int_unchecked(x ^ y))),
                    Op::Pow | Op::MatMul => slow!(step::binary(vm, *i)),
                    Op::AddImm => imm_op!(i, |x: i64, y: i64| Value::small_int(x + y)),
                    Op::SubImm => imm_op!(i, |x: i64, y: i64| Value::small_int(x - y)),
                    Op::MulImm => imm_op!(i, |x: i64, y: i64| x.checked_mul(y).and_then(Value::small_int)),
                    Op::FloorDivImm => imm_op!(i, floor_div),
                    Op::ModImm => imm_op!(i, floor_mod),
                    Op::LShiftImm => imm_op!(i, shift_left),
                    Op::RShiftImm => imm_op!(i, shift_right),
                    Op::BitAndImm => imm_op!(i, |x: i64, y: i64| Some(Value::int_unchecked(x & y))),
                    Op::BitOrImm => imm_op!(i, |x: i64, y: i64| Some(Value::int_unchecked(x | y))),
                    Op::BitXorImm => imm_op!(i, |x: i64, y: i64| Some(Value::int_unchecked(x ^ y))),
                    Op::Neg => {
                        let b = &reg!(i.b);
                        if let Some(n) = b.as_small_int()
                            && let Some(value) = Value::small_int(-n)
                        {
                            set!(i.a, value);
                            continue 'fetch;
                        }
                        if b.is_small_float() {
                            let value = -b.small_float_unchecked();
                            set!(i.a, float(value));
                            continue 'fetch;
                        }
                        slow!(step::unary(vm, *i));
                    }
                    Op::Pos | Op::Invert => slow!(step::unary(vm, *i)),
                    Op::Not => {
                        let b = &reg!(i.b);
                        if b.is_bool() {
                            let value = Value::bool(b.is_false());
                            set!(i.a, value);
                            continue 'fetch;
                        }
                        slow!(step::not(vm, *i));
                    }
                    Op::Lt => compare!(i, <),
                    Op::Le => compare!(i, <=),
                    Op::Eq => compare!(i, ==),
                    Op::Ne => compare!(i, !=),
                    Op::Gt => compare!(i, >),
                    Op::Ge => compare!(i, >=),
                    Op::Is => identity!(i, true),
                    Op::IsNot => identity!(i, false),
                    Op::In | Op::NotIn => slow!(step::contains(vm, *i)),

                    Op::Jump => {
                        let offset = i.bc_signed();
                        pc = pc.offset(offset as isize);
                        if offset < 0 {
                            spend!();
                        }
                    }
                    Op::JumpIfTrue => {
                        let a = &reg!(i.a);
                        if a.is_bool() {
                            if a.is_true() {
                                pc = pc.offset(i.bc_signed() as isize);
                                spend!();
                            }
                            continue 'fetch;
                        }
                        slow!(step::truth_jump(vm, *i));
                    }
                    Op::JumpIfFalse => {
                        let a = &reg!(i.a);
                        if a.is_bool() {
                            if a.is_false() {
                                pc = pc.offset(i.bc_signed() as isize);
                            }
                            continue 'fetch;
                        }
                        slow!(step::truth_jump(vm, *i));
                    }
                    Op::JumpIfTrueKeep => slow!(step::truth_jump(vm, *i)),
                    Op::JumpIfFalseKeep => slow!(step::truth_jump(vm, *i)),
                    Op::JumpIfNone => none_jump!(i, true),
                    Op::JumpIfNotNone => none_jump!(i, false),
                    Op::JumpIfLt => compare_jump!(i, <, true),
                    Op::JumpIfLe => compare_jump!(i, <=, true),
                    Op::JumpIfEq => compare_jump!(i, ==, true),
                    Op::JumpIfNe => compare_jump!(i, !=, true),
                    Op::JumpIfGt => compare_jump!(i, >, true),
                    Op::JumpIfGe => compare_jump!(i, >=, true),
                    Op::JumpUnlessLt => compare_jump!(i, <, false),
                    Op::JumpUnlessLe => compare_jump!(i, <=, false),
                    Op::JumpUnlessEq => compare_jump!(i, ==, false),
                    Op::JumpUnlessNe => compare_jump!(i, !=, false),
                    Op::JumpUnlessGt => compare_jump!(i, >, false),
                    Op::JumpUnlessGe => compare_jump!(i, >=, false),
                    Op::JumpIfLtImm => compare_jump_imm!(i, <, true),
                    Op::JumpIfLeImm => compare_jump_imm!(i, <=, true),
                    Op::JumpIfEqImm => compare_jump_imm!(i, ==, true),
                    Op::JumpIfNeImm => compare_jump_imm!(i, !=, true),
                    Op::JumpIfGtImm => compare_jump_imm!(i, >, true),
                    Op::JumpIfGeImm => compare_jump_imm!(i, >=, true),
                    Op::JumpUnlessLtImm => compare_jump_imm!(i, <, false),
                    Op::JumpUnlessLeImm => compare_jump_imm!(i, <=, false),
                    Op::JumpUnlessEqImm => compare_jump_imm!(i, ==, false),
                    Op::JumpUnlessNeImm => compare_jump_imm!(i, !=, false),
                    Op::JumpUnlessGtImm => compare_jump_imm!(i, >, false),
                    Op::JumpUnlessGeImm => compare_jump_imm!(i, >=, false),

                    Op::Call => {
                        let callee = regs.add(usize::from(i.a));
                        let count = usize::from(i.b);
                        if is_plain!((*callee), count) {
                            enter_plain!(std::ptr::replace(callee, Value::UNSET), callee.add(1), count, i.c);
                            continue 'fetch;
                        }
                        if makes_generator!((*callee), count) {
                            let function = std::ptr::replace(callee, Value::UNSET);
                            set!(i.c, call::generator_call(vm, function, callee.add(1)));
                            continue 'fetch;
                        }
                        if (*callee).is_kind(Kind::Native) {
                            // `next(generator)`.
                            let target = callee.add(1);
                            if (*callee).downcast_unchecked::<Native>().intrinsic == Intrinsic::BuiltinNext
                                && count == 1
                                && (*target).is_kind(Kind::Generator)
                                && let generator = &*((*target).downcast_unchecked::<Generator>() as *const Generator)
                                && generator.kind() == GenKind::Generator
                                && can_resume!(generator)
                            {
                                let held = std::ptr::replace(target, Value::UNSET);
                                discard!(std::ptr::replace(callee, Value::UNSET));
                                send!(generator, held, Value::NONE, i.c);
                            }
                            slow!(step::call_native(vm, *i));
                        }
                        slow!(step::call(vm, *i));
                    }
                    Op::CallMethod => {
                        let callee = regs.add(usize::from(i.a));
                        let this = callee.add(1);
                        if (*callee).is(&Value::SEND) && i.b == 1 {
                            // The VM's hold on the object is the register's.
                            let generator = &*((*this).downcast_unchecked::<Generator>() as *const Generator);
                            let started = generator.state() == GenState::Suspended;
                            if (started || (*callee.add(2)).is_none()) && can_resume!(generator) {
                                let held = std::ptr::replace(this, Value::UNSET);
                                let sent = std::ptr::replace(callee.add(2), Value::UNSET);
                                std::ptr::write(callee, Value::UNSET);
                                send!(generator, held, sent, i.c);
                            }
                        }
                        let bound = usize::from(!(*this).is_unset());
                        let count = usize::from(i.b) + bound;
                        if is_plain!((*callee), count) {
                            enter_plain!(std::ptr::replace(callee, Value::UNSET), callee.add(2 - bound), count, i.c);
                            continue 'fetch;
                        }
                        if makes_generator!((*callee), count) {
                            let function = std::ptr::replace(callee, Value::UNSET);
                            set!(i.c, call::generator_call(vm, function, callee.add(2 - bound)));
                            continue 'fetch;
                        }
                        if (*callee).is_kind(Kind::Native) {
                            slow!(step::call_native_method(vm, *i));
                        }
                        slow!(step::call_method(vm, *i));
                    }
                    Op::CallKw => slow!(step::call_keywords(vm, *i)),
                    Op::CallEx => slow!(step::call_ex(vm, *i)),
                    Op::Return => {
                        let value = std::ptr::replace(regs.add(usize::from(i.a)), Value::UNSET);
                        finish!(value);
                    }
                    Op::ReturnNone => finish!(Value::NONE),
                    Op::MakeFunction => slow!(step::make_function(vm, *i)),

                    Op::BuildTuple => slow!(step::build_tuple(vm, *i)),
                    Op::BuildList => slow!(step::build_list(vm, *i)),
                    Op::BuildSet => slow!(step::build_set(vm, *i)),
                    Op::BuildMap => slow!(step::build_map(vm, *i)),
                    Op::BuildString => slow!(step::build_string(vm, *i)),
                    Op::ListAppend => {
                        let value = read!(i.b);
                        if let Some(list) = reg!(i.a).downcast::<List>() {
                            list.push(value);
                        }
                    }
                    Op::ListAppendMany => slow!(step::list_append_many(vm, *i)),
                    Op::SetAdd => slow!(step::set_add(vm, *i)),
                    Op::MapAdd => slow!(step::map_add(vm, *i)),
                    Op::ListExtend => slow!(step::list_extend(vm, *i)),
                    Op::SetUpdate => slow!(step::set_update(vm, *i)),
                    Op::DictUpdate => slow!(step::dict_update(vm, *i)),
                    Op::DictMerge => slow!(step::dict_merge(vm, *i)),
                    Op::StarArgs => slow!(step::star_args(vm, *i)),
                    Op::StarMap => slow!(step::star_map(vm, *i)),
                    Op::ListToTuple => slow!(step::list_to_tuple(vm, *i)),
                    Op::UnpackSequence => {
                        let source = &reg!(i.b);
                        if let Some(t) = source.downcast::<Tuple>()
                            && t.len() == usize::from(i.c)
                            && source.header().is_some_and(|h: &Header| h.class().has(class_flags::BUILTIN))
                        {
                            // The tuple may be what one of the targets holds.
                            let source = read!(i.b);
                            let items = source.downcast_unchecked::<Tuple>().items();
                            for (n, item) in items.iter().enumerate() {
                                set!(i.a + n as u16, item.clone());
                            }
                            drop(source);
                            if finalizers_pending() {
                                slow!(Step::Next);
                            }
                            continue 'fetch;
                        }
                        slow!(step::unpack_sequence(vm, *i));
                    }
                    Op::UnpackEx => slow!(step::unpack_ex(vm, *i)),

                    Op::GetIter => {
                        if reg!(i.b).is_kind(Kind::Generator)
                            && reg!(i.b).downcast_unchecked::<Generator>().kind() == GenKind::Generator
                        {
                            let value = read!(i.b);
                            set!(i.a, value);
                            continue 'fetch;
                        }
                        slow!(step::get_iter(vm, *i));
                    }
                    Op::ForIter => for_iter!(i),
                    Op::ForLoop => {
                        pc = pc.offset(i.bc_signed() as isize);
                        spend!();
                        let i: &Instr = &*pc;
                        pc = pc.add(1);
                        for_iter!(i)
                    }
                    Op::GetYieldFromIter => slow!(step::get_yield_from_iter(vm, *i)),
                    Op::GetAwaitable => {
                        // A coroutine that has not begun: nobody else can be awaiting it.
                        if reg!(i.b).is_kind(Kind::Generator)
                            && let coroutine = reg!(i.b).downcast_unchecked::<Generator>()
                            && coroutine.kind() == GenKind::Coroutine
                            && coroutine.state() == GenState::Created
                        {
                            let coroutine = coroutine.frame_ptr();
                            let value = read!(i.b);
                            set!(i.a, value);
                            if i.x & CodeObject::SENDS_NONE != 0 && can_delegate!(coroutine) {
                                pc = pc.add(2);
                                delegate!(coroutine);
                            }
                            continue 'fetch;
                        }
                        slow!(step::get_awaitable(vm, *i));
                    }
                    Op::GetAIter => slow!(step::get_aiter(vm, *i)),
                    Op::GetANext => {
                        // The next item of a suspended async generator, awaited at once: no awaitable object comes in between.
                        if i.x & CodeObject::SENDS_NONE != 0
                            && reg!(i.b).is_kind(Kind::Generator)
                            && let source = &*(reg!(i.b).downcast_unchecked::<Generator>() as *const Generator)
                            && source.kind() == GenKind::AsyncGenerator
                            && source.state() == GenState::Suspended
                            && !source.is_async_running()
                            && can_delegate!(source.frame_ptr())
                        {
                            let held = reg!(i.b).clone();
                            set!(i.a, held);
                            (*frame).pc = pc.add(2);
                            generator::link_item(source, frame);
                            vm.frame = source.frame_ptr();
                            reload!();
                            let suspended: &Instr = &*pc.sub(1);
                            set!(suspended.a, Value::NONE);
                            spend!(pc);
                            continue 'fetch;
                        }
                        slow!(step::get_anext(vm, *i))
                    }
                    Op::YieldFrom => {
                        let iterator = &reg!(i.b);
                        if iterator.is_kind(Kind::Generator)
                            && reg!(i.c).is_none()
                            && let delegate = iterator.downcast_unchecked::<Generator>()
                            && delegate.state() == GenState::Created
                            && delegate.kind() != GenKind::AsyncGenerator
                            && can_delegate!(delegate.frame_ptr())
                        {
                            delegate!(delegate.frame_ptr());
                            continue 'fetch;
                        }
                        slow!(generator::yield_from(vm, *i));
                    }
                    Op::Yield => {
                        let value = read_b!(i);
                        let root = (*frame).link;
                        (*frame).pc = pc;
                        let mode = (*root).mode;
                        if vm.handled.is_none()
                            && (*root).flags & frame_flags::SLOW_YIELD == 0
                            && matches!(mode, Mode::ForIter | Mode::Send)
                        {
                            let dst = (*root).dst;
                            (*root).link = frame;
                            Generator::of_frame(root).set_state(GenState::Suspended);
                            vm.frame = (*root).prev;
                            reload!();
                            if mode == Mode::Send {
                                let held = (*root).swap_hold(Value::UNSET);
                                discard!(held);
                            }
                            set!(dst, value);
                            continue 'fetch;
                        }
                        if mode == Mode::Next
                            && vm.handled.is_none()
                            && (*root).flags & frame_flags::SLOW_YIELD == frame_flags::NESTED
                        {
                            (*root).link = frame;
                            Generator::of_frame(root).set_state(GenState::Suspended);
                            vm.frame = (*root).prev;
                            return Some(Exit::Returned(value));
                        }
                        after!(generator::yield_slow(vm, value));
                    }
                    Op::AsyncGenYield => {
                        let value = read!(i.b);
                        if generator::answers_item(vm, frame, *i) {
                            (*frame).pc = pc;
                            vm.frame = generator::unlink_item(frame);
                            reload!();
                            let waiting: &Instr = &*pc.sub(1);
                            let source = std::ptr::replace(regs.add(usize::from(waiting.b)), Value::UNSET);
                            set!(waiting.a, value);
                            discard!(source);
                            continue 'fetch;
                        }
                        slow!(generator::async_yield(vm, value));
                    }
                    Op::EndAsyncFor => slow!(step::end_async_for(vm, *i)),

                    Op::Raise => slow!(step::raise(vm, *i)),
                    Op::Reraise => {
                        let exception = std::ptr::replace(regs.add(usize::from(i.a)), Value::UNSET);
                        vm.rethrow(exception);
                        vm.skip_trace = true;
                        slow!(Step::Raise);
                    }
                    Op::PushHandled => slow!(step::push_handled(vm, *i)),
                    Op::PopHandled => slow!(step::pop_handled(vm, *i)),
                    Op::JumpUnlessMatch => slow!(step::jump_unless_match(vm, *i)),
                    Op::MatchExcStar => slow!(step::match_exc_star(vm, *i)),
                    Op::PrepReraiseStar => slow!(step::prep_reraise_star(vm, *i)),
                    Op::ExcTriple => slow!(step::exc_triple(vm, *i)),
                    Op::LoadCommon => slow!(step::load_common(vm, *i)),
                    Op::LoadSpecial => slow!(step::load_special(vm, *i)),
                    Op::ImportName => slow!(step::import_name(vm, *i)),
                    Op::ImportFrom => slow!(step::import_from(vm, *i)),
                    Op::ImportStar => slow!(step::import_star(vm, *i)),
                    Op::FormatValue => slow!(step::format_value(vm, *i)),
                    Op::SetupAnnotations => slow!(step::setup_annotations(vm, *i)),
                    Op::CallIntrinsic => slow!(step::call_intrinsic(vm, *i)),
                    Op::GetLen => slow!(step::get_len(vm, *i)),
                    Op::MatchSequence => slow!(step::match_kind(vm, *i, class_flags::SEQUENCE_PATTERN)),
                    Op::MatchMapping => slow!(step::match_kind(vm, *i, class_flags::MAPPING_PATTERN)),
                    Op::MatchKeys => slow!(step::match_keys(vm, *i)),
                    Op::MatchClass => slow!(step::match_class(vm, *i)),
                }
                continue 'fetch;
            };
            if step != Step::Next {
                if !turn(vm, step) {
                    return vm.exit.take();
                }
                reload!();
            }
            if finalizers_pending() {
                (*frame).pc = pc;
                vm.run_finalizers();
            }
            // The head of the loop comes next in memory, where instructions are fetched: it is to begin a cache line.
            #[cfg(target_arch = "x86_64")]
            std::arch::asm!(".p2align 6", options(nomem, nostack, preserves_flags));
        }
    }
}

/// Looks after a step that does not go on with the next instruction; false if this run of the loop is over, of which `vm.exit`
/// says how.
#[inline(never)]
fn turn(vm: &mut Vm, step: Step) -> bool {
    match step {
        Step::Next | Step::Enter => true,
        Step::Raise => unwind::unwind(vm) != Step::Exit,
        Step::Exit => false,
    }
}

/// What `Return` relies on: a statement leaves no object in a temporary.
///
/// # Safety
/// `frame` is live.
unsafe fn temporaries_are_dead(frame: *mut Frame) -> bool {
    // SAFETY: promised by the caller.
    unsafe {
        let (code, registers) = ((*frame).code(), Frame::registers(frame));
        (code.first_temp..code.registers).all(|i| !(*registers.add(usize::from(i))).is_heap())
    }
}

#[inline(always)]
fn floor_div(x: i64, y: i64) -> Option<Value> {
    if y == 0 {
        return None;
    }
    let quotient = x / y;
    Value::small_int(if x % y != 0 && (x < 0) != (y < 0) { quotient - 1 } else { quotient })
}

#[inline(always)]
fn floor_mod(x: i64, y: i64) -> Option<Value> {
    if y == 0 {
        return None;
    }
    let rest = x % y;
    Some(Value::int_unchecked(if rest != 0 && (rest < 0) != (y < 0) { rest + y } else { rest }))
}

#[inline(always)]
fn shift_left(x: i64, y: i64) -> Option<Value> {
    if !(0..62).contains(&y) {
        return None;
    }
    let shifted = x << y;
    if shifted >> y == x { Value::small_int(shifted) } else { None }
}

#[inline(always)]
fn shift_right(x: i64, y: i64) -> Option<Value> {
    if y < 0 { None } else { Some(Value::int_unchecked(x >> y.min(63))) }
}
