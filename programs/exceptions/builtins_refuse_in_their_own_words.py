a = list(range(10))
EXPRESSIONS = r"""
a.__setitem__(slice(0, 4, 2), [1])
a[1.5]
a['x']
a[10]
a.__delitem__(99)
[][0]
a[::0]
a.index(99)
a.remove(99)
[].pop()
a.pop(100)
a + (1,)
[1] * 1.5
a.insert('x', 1)
(1,)[3]
sorted([1, 'a'])
max([])
min(1)
sum(['a'])
list(5)
tuple(None)
[1, 2, 3].sort(5)
a.sort(key=5)
reversed({1})
zip(1)
dict([1])
dict([(1, 2, 3)])
{}['k']
{}.pop('k')
{}.popitem()
{[]: 1}
{1, []}
set().pop()
{1}.remove(2)
{1} + {2}
{} | [1]
len(5)
iter(5)
next([])
next(iter([]))
abs('x')
divmod(1, 0)
1 // 0
1 % 0
1.0 / 0
0 ** (-1)
2 ** 'a'
-'a'
~1.5
1 << -1
'a' @ 1
None.x
None()
5()
(lambda x: x)()
(lambda: 0)(1)
(lambda x, *, k: 0)(1)
(lambda x: 0)(y=1)
print(end=5)
print(zork=1)
range(1, 2, 0)
range('a')
isinstance(1, 5)
issubclass(1, int)
getattr(1, 5)
setattr(1, 'x', 2)
hash([])
int(None)
float('x')
complex('x')
bytes(-1)
bytes([300])
bytearray('x')
int('z', 36 + 1)
int('12', 2)
int('9' * 5000)
round('x')
pow(2, -1, 4)
open('/no/such')
__import__('zork')
type(1, 2)
object(1)
super()
vars(1)
eval('1+')
exec("raise ValueError('q')")
compile('a b', 'f', 'exec')
globals()['zork']
zork
[].zork
a.append()
a.append(1, 2)
str.upper(1)
list.append(1, 2)
''.join((1 for _ in 'a'))
[*1]
{**1}
(lambda a, b: 0)(*[1])
(lambda a: 0)(1, a=1)
"""
for line in EXPRESSIONS.split("\n")[1:-1]:
    try:
        print(line, "->", eval(line))
    except BaseException as error:
        print(line, "->", type(error).__name__, error)
