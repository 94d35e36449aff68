//! The code made of one situation each.

use super::{disassembled, options};
use weft_syntax::ast::Mode;

/// One test for each situation: its name, and the program that shows it.
macro_rules! situations {
    ($($name:ident: $source:expr;)*) => {
        $(#[test]
        fn $name() {
            insta::assert_snapshot!(disassembled($source, &options(Mode::Exec)));
        })*
    };
}

situations! {
    locals_are_used_in_place: "\
def f(a, b):
    x = a + b
    x += 1
    return x
";
    a_walrus_keeps_the_value_from_before: "\
def f(a):
    return a + (a := 2), g(a, a := 3)
";
    maybe_unbound_locals_are_checked_once: "\
def f(a):
    if a:
        x = 1
    print(x, x)
    del x
    return x
";
    a_while_loop_tests_at_the_bottom: "\
def f(n):
    while n > 0 and n is not None:
        n -= 1
    else:
        return n
";
    a_long_test_stands_at_the_bottom_only: "\
def f(a, b):
    while a < len(b) and b[a].strip(' ').x in ('', g(h(k(a[b(1)])))):
        a = a + 1
    return a
";
    an_endless_loop_has_no_test: "\
def f():
    while True:
        if g():
            break
";
    a_for_loop_writes_its_target: "\
def f(xs):
    for x in xs:
        if x:
            continue
        break
    else:
        g()
";
    pairs_unpack_into_neighbours: "\
def f(xs):
    for i, x in xs:
        print(i, x)
    a, *b = xs
    return b
";
    swapping_makes_no_tuple: "\
def f(a, b):
    a, b = b, a + b
    i, j = 0, 1
    return a, b, i, j
";
    chained_comparisons_compute_once: "\
def f(a):
    if 0 <= a < 10:
        pass
    return g() < h(a) < k()
";
    membership_of_displays_is_constant: "\
def f(a):
    return a in [1, 2], a not in {'x', 'y'}, not a in (), not a is None
";
    short_circuits_branch: "\
def f(a, b, c):
    if (a or not b) and c:
        return a or b
    return a and b and c
";
    conditional_expressions_have_one_destination: "\
def f(a, b):
    x = a if b else -a
    return x
";
    constants_are_folded: "\
x = 1 << 20, -5, 2 ** 64, 'ab' * 2, 1 + 2j, (1, (2.5, None)), 7 // -2, not 0
";
    constants_of_other_types_stay_apart: "\
x = [1, 1.0, True, -0.0, 0.0]
y = 1, 1.0
";
    methods_are_called_without_binding: "\
def f(a):
    return a.b(1).c(x=2)
";
    stars_build_a_list_and_a_dict: "\
def f(a, b):
    return g(1, *a, x=2, **b, y=3)
";
    super_needs_no_object: "\
class A(B):
    def f(self, x):
        super().f(x)
        return super().attr
";
    long_displays_grow: "\
def f(a):
    return [a, *a, 1], {**a, 'b': 1}, {1, 2, 3}, [1, 2, 3], {1: 2, 3: a}
";
    f_strings_are_joined: "\
def f(a, b):
    return f'{a!r:>{b}} and {{{b}'
";
    list_comprehensions_are_inlined: "\
def f(xs):
    return [x + 1 for x in xs if x > 2]
";
    a_captured_target_gets_a_cell_for_each_run: "\
def f(xs):
    return [lambda: x for x in xs]
";
    generator_expressions_are_functions: "\
def f(xs, k):
    return g(x * k for x in xs if x)
";
    async_comprehensions_save_what_is_computed: "\
async def f(xs):
    return g(1, [x async for x in xs], 2)
";
    closures_pass_cells: "\
def f(a):
    def g():
        nonlocal a
        a += 1
        return a
    return g
";
    a_class_body_stores_names: "\
class A(B, metaclass=M):
    'doc'
    x: int = 1
    def f(self):
        self.y = __class__
";
    decorators_apply_from_the_bottom: "\
@a
@b(1)
def f(x, y=1, *args, z: int = 2, **kw) -> str:
    'doc'
    return x
";
    generic_functions_have_a_hidden_one_around: "\
def f[T: int, *Ts, **P](x: T = 1) -> T: pass
";
    generic_classes_see_their_parameters: "\
class A[T](B):
    x: T
    def f(self): return T
";
    type_aliases_are_lazy: "\
type X = list[X]
type Y[T = int] = dict[T, X]
";
    an_except_clause_forgets_its_name: "\
def f():
    try:
        g()
    except (A, B) as e:
        print(e)
    except C:
        raise
    else:
        h()
";
    finally_runs_on_every_way_out: "\
def f(xs):
    for x in xs:
        try:
            if x:
                break
            return g(x)
        finally:
            done()
";
    with_calls_exit_on_every_way_out: "\
def f(a):
    with a as x:
        return x
";
    except_star_collects_what_is_left: "\
try:
    f()
except* A as e:
    g(e)
except* B:
    pass
";
    await_drives_a_hidden_iterator: "\
async def f(x):
    y = await x
    async with y as z:
        await z
    async for a, b in y:
        yield a
";
    yields_know_when_they_stand_in_a_handler: "\
def f(x):
    y = yield x
    try:
        yield from y
    except E:
        yield
";
    patterns_bind_late: "\
def f(p):
    match p:
        case 1 | -1.5: return 'number'
        case [x, (y, *z), *_] if x: return y
        case {'a': q, **rest}: return q
        case Point(1, n=str() as s) | [s]: return s
        case None: return 'none'
        case _: return p
";
    imports_fetch_submodules: "\
import a.b, c.d.e as f
from ..g import h, i as j
from k import *
";
    attributes_and_items_are_updated_in_place: "\
def f(a, i):
    a.x += 1
    a[i] *= 2
    g().y -= i
    del a.x, a[i:]
";
    globals_share_sites: "\
def f():
    global x
    x = len(x) + len(y)
    del x
";
    private_names_are_mangled: "\
class A:
    def f(self, __x):
        self.__y = __x
        return g(__z=1)
";
    dead_code_is_not_emitted: "\
def f():
    return 1
    g()
if 0:
    h()
while 0:
    k()
";
    asserts_raise_assertion_error: "\
def f(a):
    assert a > 1, 'small'
";
}
