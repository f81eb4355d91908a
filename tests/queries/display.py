# %%
import datetime, decimal, uuid
try:
    import collections
except ImportError: pass
# %%
list(range(100))
# %%
{i: 'x'*i for i in range(20)}
# %%
[{'a': [1,2,3]*10, 'b': {'c': (1,)}}, ('x'*50, 'y'*40), {3,1,2}, frozenset([1]), set(), ()]
# %%
collections.OrderedDict([('a',1),('b',2)])
# %%
collections.defaultdict(list, {'a': [1]*40})
# %%
collections.Counter('abracadabra')
# %%
collections.deque(range(40), maxlen=50)
# %%
def f(a, b=1, /, c: int = 2, *args: str, d, e=3, **kw) -> list: pass
f
# %%
def g(*, a): pass
[g, len, print, int, str, collections.OrderedDict, ValueError, datetime.date]
# %%
class A:
    def __repr__(self): return 'A\n  multi'
[A(), A()]
# %%
class B: pass
[B, A]
# %%
ValueError('x', [1]*50)
# %%
KeyError('a')
# %%
re.compile('a\\d+', re.I)
# %%
(1,)
# %%
list(range(1200))
# %%
x = [1]; x.append(x); x
# %%
y = {}; y['a'] = y; y
# %%
datetime.datetime(2020,1,2), datetime.timedelta(1), decimal.Decimal('1.0')
# %%
print('a', end='')
3
# %%
5;
# %%
None
# %%
1/0
# %%
'a\nb'
# %%
def h():
    raise KeyError('zz')
h()
# %%
x = 3
class C:
    def __repr__(self): raise ValueError('bad')
C()
# %%
import nosuch
# %%
return 3
# %%
f(
# %%
{'k'*30: 'v'*60, 'l': ['w'*30]*4}
# %%
"x" * 200
# %%
[["a"*20]*3]*5
# %%
_
# %%
slice(1,2), range(3), b'abc', 1.5, True, ..., NotImplemented
# %%
type(f), type(1), type(None), type
# %%
[].append
# %%
A().__repr__
# %%
{1:2}.keys(), {1:2}.items()
# %%
iter([1])
# %%
(i for i in [1])
# %%
lambda x: x
# %%
raise StopIteration
# %%
class E(Exception):
    pass
E(1, 'a')
# %%
raise E('boom')
