# Context, cause, finally on every way out, with.
def f():
    try:
        1/0
    except ZeroDivisionError:
        raise ValueError('v')
try: f()
except ValueError as v: print(repr(v.__context__), v.__cause__, v.__traceback__.tb_lineno)
class MyE(Exception):
    def __init__(self, a, b): super().__init__(a); self.b = b
try: raise MyE(1, 2)
except MyE as m: print(m, m.b, m.args, repr(m))
try:
    try: raise KeyError('a')
    finally: print('fin')
except KeyError as k: print(str(k))
def ff():
    for i in range(3):
        try:
            if i == 1: return 'ret'
            continue
        finally:
            print('f', i)
print(ff())
def fg():
    while True:
        try: break
        finally: print('brk')
    with open_() as f: pass
class open_:
    def __enter__(s): return s
    def __exit__(s, *a): print('exit', a)
fg()
try:
    raise TypeError from None
except TypeError as t: print(t.__suppress_context__, repr(t))
try:
    assert 1 == 2, 'msg'
except AssertionError as a: print(a)
