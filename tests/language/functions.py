# Decorators, defaults, keyword-only parameters, f-strings, annotations, properties.
def deco(n):
    def d(f):
        def w(*a, **k): print('deco', n); return f(*a, **k)
        return w
    return d
@deco(1)
@deco(2)
def dd(x): return x
print(dd(5))
a = b = c = [1]
print(a is b is c)
a[0] += 5; print(a)
i = 0
i += 1; i -= 3; i *= 2; print(i, i // 3, i % 3, -7 // 2, -7 % 3, 2**10, 2**-1, 1 << 3, 7 & 3, 1 | 4, 6 ^ 2, ~5)
global_list = [0]*3
global_list[1:2] = [9, 9]; print(global_list)
def kwonly(*, a=1, **kw): return a, kw
print(kwonly(b=2), kwonly(a=5))
print((lambda *a, **k: (a, k))(1, *[2, 3], x=1, **{'y': 2}))
x = 5
print(f"{'a':>5}|{3.14159:.2f}|{1000000:,}|{x=}|{x!r:>4}|{'nested ' + f'{x}'}")
def rec(n): return rec(n+1)
try: rec(0)
except RecursionError as r: print(r)
def fn(a, b, c=1, *, d, e=2): pass
print(fn.__name__, fn.__defaults__, fn.__kwdefaults__, deco.__qualname__)
def ann(a: int, b: 'str' = 3) -> bool: "doc"; return True
print(ann.__annotations__, ann.__doc__)
class AA:
    x: int = 1
    y: str
print(AA.__annotations__)
print(eval('1+x'), [eval('x') for _ in range(1)])
exec('qq = 7'); print(qq)
def loc():
    p = 1; q = 2
    return locals()
print(loc())
print(sorted([3,1,2], key=lambda v: -v))
def nest():
    try:
        try:
            raise ValueError(1)
        except ValueError:
            try: raise KeyError(2)
            except KeyError: pass
            raise
    except ValueError as e: return repr(e)
print(nest())
class Prop:
    @property
    def p(self): return self._p
    @p.setter
    def p(self, v): self._p = v
    @p.deleter
    def p(self): del self._p
pp = Prop(); pp.p = 4; print(pp.p); del pp.p
try: pp.p
except AttributeError as e: print(e)
class RO:
    @property
    def r(self): return 1
try: RO().r = 2
except AttributeError as e: print(e)
try: del RO().r
except AttributeError as e: print(e)
