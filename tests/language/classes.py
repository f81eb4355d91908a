# Metaclasses, __init_subclass__, descriptors, special methods, __class__.
class Meta(type):
    def __new__(m, name, bases, ns, **kw):
        print('new', name, sorted(k for k in ns if not k.startswith('__')), kw)
        return super().__new__(m, name, bases, ns)
    def __init__(cls, name, bases, ns, **kw):
        super().__init__(name, bases, ns)
    def __call__(cls, *a, **k):
        print('call', cls.__name__)
        return super().__call__(*a, **k)
class P(metaclass=Meta, flag=1):
    y = 1
    def __init__(self, q): self.q = q
print(P(4).q)
class Base:
    subs = []
    def __init_subclass__(cls, tag=None, **kw):
        super().__init_subclass__(**kw); Base.subs.append((cls.__name__, tag))
class D1(Base, tag='t'): pass
class D2(Base): pass
print(Base.subs)
class Desc:
    def __set_name__(self, owner, name): self.name = name; print('setname', name)
    def __get__(self, inst, owner): return self if inst is None else inst.__dict__.get(self.name, 'unset')
    def __set__(self, inst, v): inst.__dict__[self.name] = v
class U: f = Desc()
u = U(); print(u.f); u.f = 3; print(u.f)
class E:
    def __getattr__(self, n): return 'ga:' + n
    def __eq__(self, o): return isinstance(o, E)
    def __repr__(self): return 'E!'
    def __len__(self): return 0
    def __bool__(self): return True
    def __getitem__(self, k): return k
    def __contains__(self, k): return k == 1
    def __call__(self, *a): return a
    def __iter__(self): return iter([1,2])
    def __add__(self, o): return 'add'
    def __radd__(self, o): return 'radd'
    def __lt__(self, o): return True
e = E(); print(e.foo, e == E(), e != E(), e, len(e), bool(e), e[1:2], 1 in e, e(1,2), [*e], e+1, 1+e, e<3)
try: hash(e)
except TypeError as x: print(x)
print(type(e), type(E), E.__mro__, E.__name__, E.__qualname__, E.__module__)
def outer():
    class L:
        def m(self): return __class__
    return L
print(outer(), outer()().m())
