//! Programs that never stop descending, resume themselves, or hold very deep data.

use crate::case::Case;
use crate::case::Ending::{Fails, Prints};
use crate::case::Source::Text;

const TOO_DEEP: &str = "RecursionError: maximum recursion depth exceeded";
const EXECUTING: &str = "ValueError: generator already executing";

/// What a running program may do to a stack.
pub const CASES: &[Case] = &[
    Case {
        name: "a_function",
        source: Text(
            "
def f():
    return f() + 1
f()
",
        ),
        endings: &[Fails(TOO_DEEP)],
    },
    Case {
        name: "a_repr",
        source: Text(
            "
class A:
    def __repr__(self):
        return repr(self)
repr(A())
",
        ),
        endings: &[Fails(TOO_DEEP)],
    },
    Case {
        name: "an_attribute_hook",
        source: Text(
            "
class A:
    def __getattr__(self, name):
        return getattr(self, name)
A().x
",
        ),
        endings: &[Fails(TOO_DEEP)],
    },
    Case {
        name: "a_comparison",
        source: Text(
            "
class A:
    def __eq__(self, other):
        return self == other
A() == 1
",
        ),
        endings: &[Fails(TOO_DEEP)],
    },
    Case {
        name: "an_operator",
        source: Text(
            "
class A:
    def __add__(self, other):
        return self + other
A() + 1
",
        ),
        endings: &[Fails(TOO_DEEP)],
    },
    Case {
        name: "an_iterator",
        source: Text(
            "
class A:
    def __iter__(self):
        return iter(self)
list(A())
",
        ),
        endings: &[Fails(TOO_DEEP)],
    },
    Case {
        name: "a_delegation",
        source: Text(
            "
def g():
    yield from g()
list(g())
",
        ),
        endings: &[Fails(TOO_DEEP)],
    },
    Case {
        name: "an_await",
        source: Text(
            "
async def f():
    await f()
f().send(None)
",
        ),
        endings: &[Fails(TOO_DEEP)],
    },
    Case {
        name: "a_sort_key",
        source: Text(
            "
def key(x):
    return sorted([1, 2], key=key)[0]
key(1)
",
        ),
        endings: &[Fails(TOO_DEEP)],
    },
    Case {
        name: "a_map",
        source: Text(
            "
def f(x):
    return list(map(f, [x]))
f(1)
",
        ),
        endings: &[Fails(TOO_DEEP)],
    },
    Case {
        name: "a_metaclass_call",
        source: Text(
            "
class M(type):
    def __call__(cls):
        return cls()
class A(metaclass=M):
    pass
A()
",
        ),
        endings: &[Fails(TOO_DEEP)],
    },
    Case {
        name: "caught_and_gone_on",
        source: Text(
            "
def f():
    f()
for _ in range(50):
    try:
        f()
    except RecursionError:
        pass
print('alive')
",
        ),
        endings: &[Prints("alive\n")],
    },
    Case {
        name: "a_generator_nexts_itself",
        source: Text(
            "
def g():
    yield next(me)
me = g()
next(me)
",
        ),
        endings: &[Fails(EXECUTING)],
    },
    Case {
        name: "a_generator_sends_to_itself",
        source: Text(
            "
def g():
    me.send(1)
    yield
me = g()
next(me)
",
        ),
        endings: &[Fails(EXECUTING)],
    },
    Case {
        name: "a_generator_closes_itself",
        source: Text(
            "
def g():
    me.close()
    yield
me = g()
next(me)
",
        ),
        endings: &[Fails(EXECUTING)],
    },
    Case {
        name: "a_generator_delegates_to_itself",
        source: Text(
            "
def g():
    yield 1
    yield from me
me = g()
list(me)
",
        ),
        endings: &[Fails(EXECUTING)],
    },
    Case {
        name: "a_deep_list_is_shown",
        source: Text(
            "
x = []
for _ in range(100000):
    x = [x]
print(len(repr(x)))
",
        ),
        endings: &[Fails(TOO_DEEP)],
    },
    Case {
        name: "a_deep_dict_is_shown",
        source: Text(
            "
x = {}
for _ in range(100000):
    x = {1: x}
print(len(repr(x)))
",
        ),
        endings: &[Fails(TOO_DEEP)],
    },
    Case {
        name: "deep_lists_are_compared",
        source: Text(
            "
def n():
    x = []
    for _ in range(100000):
        x = [x]
    return x
print(n() == n())
",
        ),
        endings: &[Fails(TOO_DEEP), Prints("True\n")],
    },
    Case {
        name: "a_deep_tuple_is_hashed",
        source: Text(
            "
x = ()
for _ in range(100000):
    x = (x,)
print(hash(x) is not None)
",
        ),
        endings: &[Prints("True\n"), Fails(TOO_DEEP)],
    },
    Case {
        name: "a_deep_list_is_dropped",
        source: Text(
            "
x = []
for _ in range(1000000):
    x = [x]
del x
print('dropped')
",
        ),
        endings: &[Prints("dropped\n")],
    },
    Case {
        name: "a_chain_of_generators_is_dropped",
        source: Text(
            "
def g(inner):
    yield from inner
x = iter(())
for _ in range(100000):
    x = g(x)
del x
print('dropped')
",
        ),
        endings: &[Prints("dropped\n")],
    },
    Case {
        name: "a_linked_list_is_dropped",
        source: Text(
            "
class N:
    def __init__(self, next):
        self.next = next
x = None
for _ in range(300000):
    x = N(x)
del x
print('dropped')
",
        ),
        endings: &[Prints("dropped\n")],
    },
    Case {
        name: "a_chain_of_closures_is_dropped",
        source: Text(
            "
def wrap(f):
    return lambda: f
x = None
for _ in range(300000):
    x = wrap(x)
x = None
print('dropped')
",
        ),
        endings: &[Prints("dropped\n")],
    },
    Case {
        name: "a_chain_of_contexts",
        source: Text(
            "
e = None
for _ in range(100000):
    n = ValueError('x')
    n.__context__ = e
    e = n
raise e
",
        ),
        endings: &[Fails("ValueError: x")],
    },
    Case {
        name: "a_list_in_itself",
        source: Text(
            "
x = []
x.append(x)
print(x)
d = {}
d[1] = d
print(d)
",
        ),
        endings: &[Prints("[[...]]\n{1: {...}}\n")],
    },
];
