# The line of every frame of a traceback.
cases = []
cases.append('''
def f():
    return [
        1,
        undefined,
    ]
f()
''')
cases.append('''
class A:
    def b(self): return self
    def c(self, *a):
        raise ValueError(1)
a = A()
(a
  .b()
  .b()
  .c(1,
     2))
''')
cases.append('''
class A:
    def b(self): return self
a = A()
(a
  .b()
  .nope
  .b())
''')
cases.append('''
x = 1
y = (x +
     1 +
     'a')
''')
cases.append('''
def g(a,
      b):
    return (a
            / b)
def h():
    for i in range(3):
        g(1,
          2 - i)
h()
''')
cases.append('''
def deco(f):
    raise TypeError('d')
@deco
def foo():
    pass
''')
cases.append('''
def k(**kw):
    return kw['zz']
print(
    k(
        a=1
    )
)
''')
cases.append('''
def m():
    try:
        1/0
    except ZeroDivisionError:
        x = 1
        raise
m()
''')
cases.append('''
def m():
    try:
        1/0
    except ZeroDivisionError as e:
        x = 1
        raise e
m()
''')
cases.append('''
def m():
    try:
        1/0
    finally:
        x = 1
m()
''')
cases.append('''
def m():
    with CM() as c:
        x = 1
        1/0
class CM:
    def __enter__(self): return self
    def __exit__(self, *a):
        return False
m()
''')
cases.append('''
def gen():
    yield 1
    raise KeyError('x')
def use():
    for v in gen():
        pass
use()
''')
cases.append('''
def use():
    return [1/v for v in [1,
       0]]
use()
''')
cases.append('''
def use():
    return list(1/v for v in [1,
       0])
use()
''')
cases.append('''
class X:
    a = 1
    b = undefined
''')
cases.append('''
f = lambda x: (
    x +
    undefined)
f(1)
''')
cases.append('''
if (1 and
    undefined):
    pass
''')
cases.append('''
d = {
  'a': 1,
  'b': undefined,
}
''')
cases.append('''
def f(a, b): pass
f(1,
  2,
  3)
''')
cases.append('''
a = [1, 2]
a[
  5
] = 3
''')
cases.append('''
a, b = (
 1, 2, 3)
''')
cases.append('''
assert (1 ==
   2), (
  'x')
''')
cases.append('''
class P:
    @property
    def p(self):
        return self.q
P().p
''')
cases.append('''
while True:
    if not 1/0:
        break
''')
cases.append('''
x = f"""
{undefined}
"""
''')
cases.append('''
def f():
    yield from g()
def g():
    yield 1
    1/0
list(f())
''')
cases.append('''
def f(n):
    if n == 0:
        raise ValueError
    return f(n - 1)
f(3)
''')
cases.append('''
match 5:
    case undefined.x:
        pass
''')
cases.append('''
class A:
    def __init__(self, x):
        self.x = x.y
def mk():
    return A(
        x=1)
mk()
''')
cases.append('''
for a, b in [(1, 2), 3]:
    pass
''')
cases.append('''
x = 1 if undefined else 2
''')
cases.append('''
x = (1,
  undefined)[0]
''')
cases.append('''
print(1,
      2,
      int('x'))
''')
cases.append('''
sorted([1, 2],
       key=lambda v: v.foo)
''')
cases.append('''
class M(type):
    def __new__(m, n, b, d):
        raise ValueError
class Q(metaclass=M):
    pass
''')
cases.append('''
def f(x):
    return not (
        x.foo)
f(1)
''')
cases.append('''
raise ValueError(
   'x'
) from None
''')
cases.append('''
try:
    raise ValueError(1)
except (TypeError,
        ValueError) as e:
    raise KeyError(
        2)
''')
for number, case in enumerate(cases):
    try:
        exec(case, {'__name__': 'case'})
    except BaseException as e:
        tb, lines = e.__traceback__.tb_next, []
        while tb:
            lines.append((tb.tb_frame.f_code.co_name, tb.tb_lineno))
            tb = tb.tb_next
        print(number, type(e).__name__, lines)
