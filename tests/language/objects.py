# Live __dict__, __slots__, subclasses of built-in types, loops, keyword calls.
class U: pass
u = U(); u.__dict__['a'] = 1; print(u.a); u.__dict__.update(b=2); print(u.b); del u.__dict__['a']; print(hasattr(u, 'a')); print(u.__dict__ == {'b': 2}, vars(u))
u.__dict__ = {'z': 5}; print(u.z)
class S:
    __slots__ = ('x', 'y')
s = S(); s.x = 1; print(s.x)
try: s.z = 1
except AttributeError as e: print(e)
try: s.y
except AttributeError as e: print(e)
try: s.__dict__
except AttributeError as e: print(e)
globals()['gg'] = 3; print(gg)
def f(): pass
f.a = 1; f.__dict__['b'] = 2; print(f.b, f.__dict__)
class T(S): pass
t = T(); t.q = 1; print(t.q)
x = 5
def g():
    global x
    x += 1
g(); print(x)
s = ''
for i in range(5): s += str(i)
print(s)
t = s
s += 'x'
print(t, s)
def h():
    a = 'q'; b = a
    a += 'z'
    return a, b
print(h())
i = 0
while i < 3:
    i += 1
    if i == 2: continue
    print(i)
else: print('done')
n = 0
while True:
    n += 1
    if n > 4: break
print(n)
def ret(v):
    for q in range(3):
        while q < 2:
            if v: return 'early', q
            q += 1
    return None
print(ret(1), ret(0))
def kw(a, b=2, *, c, d=4): return a, b, c, d
print(kw(1, c=3), kw(c=1, a=2), kw(1, 2, d=9, c=8), kw(b=1, a=0, c=5))
for bad in ('kw()', 'kw(1)', 'kw(1, 2, 3, c=1)', 'kw(1, c=1, z=2)', 'kw(1, a=1, c=1)', 'kw(*[1], **{"c": 2, "q": 1})'):
    try: eval(bad)
    except TypeError as e: print(e)
class K:
    def __init__(self, a, b=1): self.v = (a, b)
print(K(1).v, K(b=3, a=2).v)
try: K()
except TypeError as e: print(e)
try: U(1)
except TypeError as e: print(e)
class W(list): pass
w = W([1,2]); w.append(3); print(w, len(w), isinstance(w, list), w.__class__.__name__)
class Dd(dict):
    def __missing__(self, k): return k * 2
print(Dd()[4])
class I(int):
    def __add__(self, o): return I(int(self) + o + 100)
print(I(3) + 4, I(5) * 2, I(2) == 2)
class Ex(Exception):
    def __str__(self): return 'custom'
try: raise Ex('q')
except Ex as e: print(e, repr(e), e.args)
