"""Every statement."""
import os, sys as system
from . import sibling
from ..package.module import (first as one, second,)
from everything import *
x = y = 1, 2
x, (y, *z), [a.b, c[0]] = values
x += 1; y -= 2; z **= 3; a //= 4; b >>= 5; c <<= 6; d @= e; f |= g; h &= i; j ^= k; l %= m; n /= o; p *= q
count: int = 3
(count): int
name.attr: "text"
items[0]: list[int] = []
del x, y[0], (z, a.b), [c]
del (d)
pass
assert x > 0, "positive"
assert y
raise
raise ValueError
raise ValueError("x") from error
global_name = None
type Point[T: int, *Ts, **P] = tuple[T, T]


@decorator
@module.decorator(1, key=2)
def function(a, b: int, /, c=1, *args: str, d, e: bool = True, **kwargs: dict) -> list[str]:
    """Docstring."""
    global x, y
    return a, *args


def generic[T = int](x: T): return x
def empty(): ...
def unpacked(*args: *Ts): ...
def starred(*, a): yield; yield a; x = yield a, b; yield from c


class Empty: pass
class Base(object, metaclass=Meta, **options):
    field: int
    def method(self):
        nonlocal_name = 1
        def inner():
            nonlocal nonlocal_name
            nonlocal_name = 2
        return inner


if a:
    b
elif c:
    d
elif e: f
else:
    g
if (n := len(a)) > 10: print(n)
for i in range(10):
    if i == 5:
        break
    continue
else:
    done()
for a, *b in c, d: pass
for x[0], in y: pass
while True:
    break
else: pass
try:
    a
except (ValueError, TypeError) as e:
    b
except Exception:
    c
except:
    d
else:
    e
finally:
    f
try: a
finally: b
try:
    a
except* ValueError as group:
    b
with open("a") as f, open("b"):
    pass
with (open("a") as f, open("b") as (g, h),): pass
with (a): pass
with (a, b): pass
with (a, b) as c: pass
with (yield_ := a): pass
with (a).b as c, d: pass
async def coroutine():
    async with a as b: pass
    async for x in y: pass
    return await z, [i async for i in j]
