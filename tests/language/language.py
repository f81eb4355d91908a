# Recursion, with, try, metaclasses, attribute hooks, scopes, unpacking, formatting, generics.
def r(n): return r(n+1)
try: r(0)
except RecursionError as e: print('rec', e)
class R:
    def __repr__(self): return repr(self)
try: repr(R())
except RecursionError as e: print('rec2')
class G:
    def __getattr__(self, n): return getattr(self, n + 'x')
try: G().a
except RecursionError as e: print('rec3')
class Q:
    def __eq__(self, o): return self == o
try: Q() == Q()
except RecursionError: print('rec4')
l = []
for i in range(100000): l = [l]
del l
def gg(n):
    if n: yield from gg(n-1)
    yield n
try: print(len(list(gg(500))))
except RecursionError: print('rec5')
print(eval('+'.join(['1']*3000)))
x = 'a'
print(eval('x' + '.upper()'*500))
d = {}
try: eval('d' + '[0]'*300)
except KeyError as e: print('KeyError', e)
f = lambda *, a: a
try: f(1)
except TypeError as e: print(e)
def a1(x, /, y, *, z): pass
for s in ('a1()', 'a1(1)', 'a1(1,2)', 'a1(1,2,3)', 'a1(x=1,y=2,z=3)', 'a1(1,2,z=3,w=4)', 'a1(1,y=2,z=3,**{"y":1})'):
    try: eval(s)
    except TypeError as e: print(s, e)
class Ctx:
    def __enter__(self): return self
    def __exit__(self, t, v, tb):
        print('exit', t and t.__name__, v)
        return t is KeyError
with Ctx() as a, Ctx() as b:
    raise KeyError('k')
print('after')
def multi():
    for i in range(3):
        with Ctx():
            if i == 1: break
            continue
    return i
print(multi())
def retw():
    with Ctx():
        return 5
print(retw())
def tryelse():
    try: x = 1
    except: print('no')
    else: print('else'); return 'r'
    finally: print('fin')
print(tryelse())
def nested():
    try:
        try: 1/0
        except ZeroDivisionError as e:
            raise TypeError('t')
        finally: print('f1')
    except TypeError as e:
        print(type(e.__context__).__name__)
        try: raise
        except TypeError as e2: print(e2 is e)
nested()
def delname():
    try: raise ValueError('v')
    except ValueError as e: pass
    try: e
    except UnboundLocalError as x: print(x)
delname()
def finret():
    try: raise ValueError
    finally: return 'swallowed'
print(finret())
def fincont():
    for i in range(2):
        try: 1/0
        finally: continue
    return 'cont'
print(fincont())
e = ValueError('base'); e.add_note('n1'); print(e.__notes__)
try:
    raise ValueError('a') from KeyError('b')
except ValueError as e: print(repr(e.__cause__), e.__suppress_context__)
class A:
    def __init_subclass__(cls, **kw): print(cls.__name__, kw)
class B(A, x=1): pass
print(type('C', (A,), {'q': 1}).q)
class M(type):
    @classmethod
    def __prepare__(m, name, bases, **kw): return {'injected': 1}
    def __getattr__(cls, n): return 'meta ' + n
    def __len__(cls): return 42
    def __iter__(cls): return iter([1, 2])
    def __contains__(cls, x): return x == 7
class N(metaclass=M): print(injected)
print(N.foo, len(N), list(N), 7 in N, N.injected)
class Abs:
    @property
    def p(self): raise AttributeError('inner')
    def __getattr__(self, n): return 'fallback ' + n
print(Abs().p)
class GA:
    def __getattribute__(self, n):
        if n == 'z': return 'zz'
        return object.__getattribute__(self, n)
print(GA().z, GA().__class__.__name__)
class SA:
    def __setattr__(self, n, v): object.__setattr__(self, n, v * 2)
    def __delattr__(self, n): print('del', n); super().__delattr__(n)
s = SA(); s.q = 4; print(s.q); del s.q
class Cm:
    @classmethod
    def make(cls, *a): return cls, a
    @staticmethod
    def st(): return 'st'
class Cm2(Cm):
    @classmethod
    def make(cls, *a): return super().make(*a)
print(Cm2.make(1)[0].__name__, Cm2().st())
x = 10
class Scope:
    x = 20
    y = x
    def f(self): return x
    z = [x for _ in (1,)] if 0 else None
print(Scope.y, Scope().f())
def dflt(a=[]):
    a.append(1); return a
dflt(); print(dflt())
print(*[1,2], sep='-')
a, (b, *c), d = 1, (2, 3, 4), 5
print(a, b, c, d)
[p, q] = 'xy'; print(p, q)
(u), v = 1, 2; print(u, v)
for k, (m, n) in {'a': (1, 2)}.items(): print(k, m, n)
print({**{'a': 1}, 'b': 2}, [*range(3), *'ab'], {*[1], 2}, (*[1], 2))
print((lambda: (yield))().__class__.__name__)
print([i for i in range(10) if i % 2 if i > 3], {i: j for i, j in zip('ab', (1, 2))})
print(any(x > 2 for x in [1, 2, 3]), sum(x * y for x in range(3) for y in range(x)))
print(not 1 == 2, 1 < 3 > 2, 1 in [1] == True, None is None)
print(f"{1+1=} {'x':*^5} {3.14159:{5}.{3}} {{}} {x!r}")
print('%s %d %.2f %r' % ('a', 3, 2.5, 'q'), '{:>5}|{a}'.format(1, a=2))
assert True, 'no'
try: assert 0, ('a', 1)
except AssertionError as e: print(e.args)
global_x = 1
def chg():
    global global_x
    global_x += 1
    del global_x
chg()
try: global_x
except NameError as e: print(e)
type X = int
print(X)
def gen_fn[T](a: T) -> T: return a
print(gen_fn(3))
class GenC[T]: pass
print(GenC.__name__)
