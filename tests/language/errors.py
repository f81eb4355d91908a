# What Python says of calls, operators, unpacking and names that are wrong.
def fn(a, b, c=1, *, d, e=2): pass
for args, kw in [((), {}), ((1,2,3,4), {'d':1}), ((1,2), {}), ((1,2), {'d':1,'z':1}), ((1,2), {'a':1,'d':1})]:
    try: fn(*args, **kw)
    except TypeError as t: print(t)
def po(a, /, b): pass
try: po(a=1, b=2)
except TypeError as t: print(t)
for s in ["fn(*1)", "fn(**1)", "fn(1, 2, **{'d':1}, **{'d':2})", "x = None; x()", "1 .foo", "[1][5]", "{}['k']", "a, b = 1, 2, 3", "a, b = [1]", "a, b = 1", "a, *b = []", "x = undefined", "int.foo", "'a' + 1", "1 + 'a'", "-'a'", "1 < 'a'", "len(5)", "for i in 5: pass", "[*5]", "{**5}", "raise 5", "with 5: pass", "import nope", "'abc'.foo = 1", "a, b = iter([1,2,3])", "a, b = {1:1,2:2,3:3}", "del undefined", "object().x = 1", "class Y(bool): pass", "lambda: (yield)", "fn.zzz", "print(**{1:2})", "raise ValueError from 5", "try:\n 1/0\nexcept 5: pass", "assert False", "None.x", "(1).x", "f'{None:>5}'"]:
    try: exec(s)
    except BaseException as x: print(s, '->', type(x).__name__, x)
def unb():
    print(zz)
    zz = 1
try: unb()
except UnboundLocalError as x: print(x)
def fre():
    def k(): return q
    k()
    q = 1
try: fre()
except NameError as x: print(x)
