# What goes wrong, in Python's words: class, arguments, cause, context, notes.
import traceback
def t(f):
    try: f()
    except BaseException as e:
        print(type(e).__name__, e.args, e.__cause__.__class__.__name__, e.__context__.__class__.__name__, e.__suppress_context__, getattr(e, '__notes__', None))
        print(''.join(traceback.format_exception_only(e)).strip())
def a():
    try: 1/0
    except ZeroDivisionError as e: raise ValueError('bad') from e
def b():
    try: 1/0
    except ZeroDivisionError: raise ValueError('bad')
def c():
    try: 1/0
    except ZeroDivisionError: raise ValueError('bad') from None
def d():
    e = ValueError('x'); e.add_note('note 1'); e.add_note('note 2'); raise e
def e(): raise KeyError('k')
def g(): raise SystemExit(3)
def h():
    try:
        try: raise ValueError(1)
        finally: raise TypeError(2)
    except TypeError as x: raise
def i(): raise ValueError
def j(): raise ValueError('a', 'b')
class My(Exception):
    def __str__(self): return 'mine'
def k(): raise My(1)
class My2(Exception):
    def __init__(self, a, b): super().__init__(a); self.b = b
def l(): raise My2(1, 2)
def m(): assert 1 == 2, 'msg'
def n(): assert False
def o(): raise StopIteration(5)
def p(): next(iter([]))
def r(): raise 5
def s(): raise 'x'
def u(): [].pop()
def v(): {}.popitem()
def x(): int('x')
def y(): (lambda: undefined)()
def z(): import nosuch
def bb(): getattr(1, 'q')
def cc(): object().q = 1
def dd(): ().q = 1
def ee(): (1).real = 1
def ff(): del (1).real
def gg(): [1][5] = 1
def hh(): (1,)[0] = 1
def ii(): 'a'[0] = 'b'
def jj(): del 'a'[0]
def kk(): [1].remove(5)
def ll(): {1}.remove(5)
def mm(): {}['a']['b']
def nn(): set([[]])
def oo(): {[]: 1}
def pp(): hash({})
def qq(): a, b = 1, 2, 3
def rr(): a, b, *c = 1,
def ss(): for_ = [x for x in 5]
def tt(): dict([1])
def uu(): dict([(1,)])
def vv(): dict(1)
def ww(): list(1)
def xx(): sum('a')
def yy(): zip(1)
def zz(): list(zip([1], [1, 2], strict=True))
def ab(): print(1, foo=2)
def ac(): len(1, 2)
def ad(): 'a'.upper(1)
def ae(): [].append()
def af(): sorted(1, 2)
def ag(): isinstance(1, 'a')
def ah(): issubclass(1, int)
def ai(): type('A', (1,), {})
def aj():
    class A(int, str): pass
def ak():
    class A(5): pass
def al():
    class A:
        def f(self): pass
    A.f()
def am():
    class A:
        def f(): pass
    A().f()
def an():
    class A:
        def __init__(self, a): pass
    A()
def ao():
    class A:
        def __init__(self, a): pass
    A(1, 2, b=3)
def ap():
    class A: pass
    A(1)
def aq():
    from abc import ABC, abstractmethod
    class A(ABC):
        @abstractmethod
        def f(self): pass
        @abstractmethod
        def g(self): pass
    A()
def ar():
    class A:
        def __len__(self): return -1
    len(A())
def as_():
    class A:
        def __str__(self): return 1
    str(A())
def at():
    class A:
        def __bool__(self): return 1
    bool(A())
def au():
    class A:
        def __iter__(self): return 1
    iter(A())
def av():
    class A:
        def __getattr__(self, n): raise AttributeError(n)
    A().foo
def aw():
    class A:
        @property
        def x(self): return 1
    A().x = 2
def ax():
    class A:
        def __enter__(self): pass
    with A(): pass
def ay():
    with 5: pass
def az():
    def f(n): return f(n + 1)
    f(0)
def ba():
    import re; re.compile('(')
def bc():
    import re; re.compile('[a')
def be():
    import json; json.dumps({1, 2})
def bf():
    from datetime import date; date(2024, 13, 1)
def bg():
    from datetime import datetime; datetime.strptime('x', '%Y')
def bh():
    from datetime import date, datetime; date(2024,1,1) < datetime(2024,1,1)
def bi(): range(1.5)
def bj(): range(1, 2, 0)
def bk(): slice(1)[0]
def bl(): 'a' in 5
def bm(): 5 in 5
def bn(): lambda x: x; (lambda x: x)()
def bo():
    x = 5
    x()
def bp(): 'abc'()
def bq(): [1, 2](0)
def br(): (1, 2)(3)
def bs(): print('a' + 1)
def bt(): input = 5; input('x')
def bu(): None + 1
def bv(): None[0]
def bw(): None()
def bx():
    for i in None: pass
def by(): len(None)
def bz(): int(None)
def ce():
    import math; math.sqrt(-1)
def cf():
    import math; math.factorial(-1)
def cg():
    import random; random.choice([])
def ch():
    import random; random.sample([1], 2)
def ci():
    from collections import namedtuple; P = namedtuple('P', 'x y'); P(1)
def cj():
    from enum import Enum
    class C(Enum): A = 1
    C(2)
def ck():
    from enum import Enum
    class C(Enum): A = 1
    C.B
def cl():
    from enum import Enum
    class C(Enum): A = 1
    C.A = 2
def cm():
    from dataclasses import dataclass
    @dataclass(frozen=True)
    class P: x: int
    P(1).x = 2
def cn():
    from dataclasses import dataclass
    @dataclass
    class P: x: int
    P()
def co():
    from dataclasses import dataclass
    @dataclass
    class P:
        x: int = 1
        y: int
def cp():
    from dataclasses import dataclass
    @dataclass
    class P:
        x: list = []
def cr(): raise BaseException('b')
def cs(): raise NotImplementedError
def ct(): raise NotImplemented
def cu(): raise ValueError('multi\nline')
for name, fn in list(globals().items()):
    if callable(fn) and name != 't' and not isinstance(fn, type) and fn.__module__ == '__main__':
        print('--', name); t(fn)
