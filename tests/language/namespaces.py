# globals(), locals(), __dict__, __slots__, defaults, and code run from text.
# live globals, locals, __dict__, defaults
def show(*a): print(*a)
x = 1
g = globals()
g['y'] = 5
show(y)
x = 2
show(g['x'])
z = 7
show('z' in g, g.get('z'))
del z
show('z' in g)
show(globals() is g, globals() is globals())
def f(a, b=2, *, c=3):
    l = locals()
    d = 4
    show(sorted(l), sorted(locals()))
    return l
f(1)
show(f.__defaults__, f.__kwdefaults__, f.__code__.co_varnames, f.__code__.co_argcount)
f.__defaults__ = (10,)
def h(a, b=2): return a, b
h.__defaults__ = (7, 8)
show(h())
h.__defaults__ = None
try: h(1)
except TypeError as e: show(e)
def k(*, c=3): return c
k.__kwdefaults__ = {'c': 9}
show(k())
class A:
    def __init__(self): self.x = 1
a = A()
d = a.__dict__
d['y'] = 2
show(a.y)
del d['x']
try: a.x
except AttributeError as e: show(e)
a.__dict__ = {'q': 1}
show(a.q, vars(a))
show(type(A.__dict__))
try: A.__dict__['x'] = 1
except TypeError as e: show(e)
def outer():
    v = 1
    def inner(): return v
    show(inner.__closure__[0].cell_contents, inner.__code__.co_freevars)
    return inner
outer()
class S:
    __slots__ = ('a', 'b')
    def __init__(self): self.a = 1
s = S()
try: s.c = 1
except AttributeError as e: show(e)
try: s.b
except AttributeError as e: show(e)
show(hasattr(s, '__dict__'), S.__slots__)
class S2(S): pass
t = S2(); t.c = 5; show(t.c, t.__dict__)
class S3(S):
    __slots__ = ('d',)
u = S3(); u.d = 1; u.a = 2; show(u.d, u.a)
try: u.e = 1
except AttributeError as e: show(e)
try:
    class S4:
        __slots__ = ('x',)
        x = 1
except ValueError as e: show(e)
f2 = lambda x, y=1: x
show(f2.__name__, f2.__qualname__, f.__name__, A.__init__.__qualname__, f.__module__)
f.attr = 5
show(f.attr, f.__dict__, vars(f))
show(f.__doc__, f.__annotations__)
def ann(a: int, b: 'str' = 'x') -> float: "doc"
show(ann.__annotations__, ann.__doc__)
exec("w = 1", g); show(w)
ns = {}
exec("def q(): return 5\nr = q()", ns)
show(ns['r'], sorted(k for k in ns if k != '__builtins__'))
show(eval("a + b", {'a': 1}, {'b': 2}))
def loc():
    a = 1
    exec("b = 2")
    show(sorted(locals()))
    return eval("a + 1")
show(loc())
show(type(lambda: 0), type(show), type(len), type(A().__init__), type(A), type(type))
show([c.__name__ for c in A.__mro__], A.__bases__, A.__subclasses__())
