# What Python says of the mistakes that beginners make, and where it points.
MISTAKES = r'''
if x > 3
    print(x)
---
for i in range(3)
    print(i)
---
while True
    pass
---
def f()
    return 1
---
def f(x:
    return x
---
class A
    pass
---
class A(:
    pass
---
else:
    pass
---
if x:
    pass
elif y
    pass
---
if x:
    pass
else
    pass
---
try
    pass
except:
    pass
---
try:
    x = 1
print(x)
---
try:
    x = 1
except ValueError
    pass
---
try:
    pass
except ValueError, TypeError:
    pass
---
try:
    pass
finally
    pass
---
with open("f") as f
    pass
---
print "hello"
---
print x
---
print "a", x
---
exec "code"
---
print(1
---
print(1))
---
x = [1, 2, 3
---
x = (1, 2
y = 3
---
x = {1: 2
---
x = {1: 2, 3}
---
x = {1, 2: 3}
---
x = [1, 2)
---
x = (1, 2]
---
x = {1, 2)
---
foo(1, 2
bar(3)
---
print("hello)
---
print('it's')
---
x = "abc
---
x = 'abc
y = 1
---
x = """abc
---
x = QQQabc
y = 2
---
if x = 3:
    pass
---
while x = 3:
    pass
---
if x == 3 and y = 4:
    pass
---
x == 3 = y
---
3 = x
---
"a" = x
---
f() = 3
---
f(x) += 1
---
x + 1 = 2
---
x + y = z
---
-x = 3
---
None = 3
---
True = 1
---
a, 1 = 2, 3
---
[a, 1] = 2, 3
---
(a, b) += 1
---
x = = 3
---
x =
---
x +
---
x = 3 +
---
x = * 3
---
x++
---
x--
---
++x = 3
---
x = 5 5
---
x y
---
x = y z
---
a b c
---
import
---
import os sys
---
import a.b as
---
from os import
---
from os import (path
---
from os
---
from . import *, a
---
from x import y,
---
import a from b
---
def 3f():
    pass
---
3x = 4
---
1abc
---
0123
---
1__0
---
1_
---
0xZZ
---
0b12
---
0o9
---
1e
---
1.2.3
---
x = 1,000.5.2
---
def f(x, x):
    pass
---
def f(x=1, y):
    pass
---
def f(*, **k):
    pass
---
def f(**k, x):
    pass
---
def f(*a, *b):
    pass
---
def f(1):
    pass
---
def f("x"):
    pass
---
def f(x.y):
    pass
---
def f(x y):
    pass
---
def f:
    pass
---
def (x):
    pass
---
def f(x):
return x
---
if True:
print(1)
---
for i in x:
---
if x:
---
def f():
---
class A:
---
x = 1
  y = 2
---
if x:
    y = 1
   z = 2
---
if x:
    y = 1
      z = 2
---
  x = 1
---
return 3
---
yield 3
---
break
---
continue
---
if x:
    break
---
def f():
    break
---
class A:
    return 1
---
f(a=1, 2)
---
f(**k, *a)
---
f(**k, 1)
---
f(a=1, a=2)
---
f(1=2)
---
f("a"=2)
---
f(x.y=2)
---
f(x for x in y, 1)
---
f(1, x for x in y)
---
f(a, b c)
---
f(a b)
---
f(a, , b)
---
f(, a)
---
[1, , 2]
---
[1 2 3]
---
{1 2}
---
{"a" 1}
---
{"a": 1 "b": 2}
---
{"a": }
---
{"a": 1, "b"}
---
{: 1}
---
("a" "b" 3)
---
(1, 2 3)
---
x[1
---
x[1 2]
---
x[]
---
x.
---
x.3
---
x.if
---
class = 3
---
def = 1
---
for = 1
---
lambda = 1
---
lambda x
---
lambda x: 
---
lambda 1: x
---
for x in:
    pass
---
for in y:
    pass
---
for x y in z:
    pass
---
for 1 in z:
    pass
---
for f() in z:
    pass
---
for x in y: z
  w
---
for i = 0; i < 3; i++:
    pass
---
while (x < 3) {
    x += 1
}
---
if x then y
---
if x: y else: z
---
x = 3 if y
---
x = if y: 3
---
x = 3 if y else
---
x ? y : z
---
x && y
---
x || y
---
!x
---
x <> y
---
x === y
---
x !== y
---
not = 3
---
x is = 3
---
x not y
---
x in = y
---
a => b
---
a -> b
---
x := 3
---
(x := 3
---
x = (y := )
---
(x.y := 3)
---
global x = 3
---
global
---
nonlocal x
---
def f():
    x = 1
    global x
---
def f(x):
    global x
---
del
---
del f()
---
del 3
---
del x + 1
---
del (a, b), 3
---
assert
---
assert x,
---
raise x y
---
raise x from
---
pass x
---
pass = 3
---
break 3
---
return
---
@
def f(): pass
---
@x
---
@x
y = 3
---
async x = 3
---
await = 3
---
await x
---
async def f():
    await
---
async for x in y: pass
---
x = yield
---
[yield x for x in y]
---
[x for x in y if]
---
[x for x]
---
[for x in y]
---
[x x for x in y]
---
[x, y for x in z]
---
{x: y for x in}
---
{**x for x in y}
---
[*x for x in y]
---
*x
---
*x = 3
---
*a, *b = c
---
x = *y
---
print(*)
---
print(**)
---
f(*x, **)
---
f"{x"
---
f"{x}}"
---
f"{}"
---
f"{x!}"
---
f"{x!q}"
---
f"{x:{y}"
---
f"{x y}"
---
f"{3 = }" = 4
---
f"{lambda x: 1}"
---
f'{a['b']}' x
---
"\x4"
---
"\N{no such name}"
---
"\u12"
---
b"é"
---
b"a" "b"
---
x = 5 $ 3
---
x = `y`
---
x = 3 # comment
  # more
 y = 4
---
x = “hello”
---
x = ‘a’
---
x = 3 – 2
---
x = a … b
---
print(“a”)
---
x = 1;;
---
; x
---
x = 1, , 2
---
\
---
x = 1 \ 
y = 2
---
x = 1 + \
---
match x:
    case 1
        pass
---
match x:
    case a + b:
        pass
---
match x:
    case a:
        pass
    case b:
        pass
---
match x:
    case A(x=1, 2):
        pass
---
match x:
    case [*a, *b]:
        pass
---
match x:
    pass
---
match x:
---
case 3:
    pass
---
def f():
    """doc
    return 1
---
def f(a, b):
    return a +
---
def f():
	if x:
        return 1
---
if True:
        x = 1
	y = 2
---
students = ["Ann", "Bob"
for s in students:
    print(s)
---
d = {"a": 1,
     "b": 2
print(d)
---
print("a" + "b"
print("c")
---
x = int(input("n: ")
if x > 3:
    print(x)
---
Student.objects.filter(name = 'x'
---
Student.objects.filter(name == 'x', age=3, 4)
---
Student.objects.filter(name='x').order_by('name'
print(1)
---
Student.objects.get(id=1).name = = 'x'
---
Student.objects.filter(name='x' age=3)
---
Student.objects.filter(name__in=['a', 'b')
---
Student.objects.filter(Q(name='x') | Q(name='y')
---
class A(models.Model):
    name = models.CharField(max_length=3
    age = models.IntegerField()
---
class A(models.Model):
    name = models.CharField(max_length=3))
---
def __init__(self)
    self.x = 1
---
class A:
    def f(self):
    return 1
---
class A:
def f(self):
    return 1
---
for i in range(10) print(i)
---
if x == 1: print(1) else: print(2)
---
print(f"{x")
---
print(f"{x}" f"{y)
---
print('a'
      'b'
---
x = [i for i in range(3) if i = 2]
---
x = [i if i > 2 for i in y]
---
x = {i: i*i for i in range(3)
---
lambda: (yield)
---
def f(): x = yield = 3
---
import numpy as np, pandas as
---
from math import sqrt pow
---
from math import sqrt as
---
try:
    pass
except:
    pass
except ValueError:
    pass
---
try:
    pass
except* ValueError:
    pass
except TypeError:
    pass
---
try:
    pass
else:
    pass
---
try:
    pass
finally:
    pass
except:
    pass
---
if x:
    pass
else if y:
    pass
---
if x:
    pass
elseif y:
    pass
---
switch x:
    pass
---
function f(x):
    pass
---
var x = 3
---
let x = 3
---
int x = 3
---
do:
    pass
---
foreach x in y:
    pass
---
end
end if
---
x = new Foo()
---
this.x = 3;
y = 4 x
---
null = None null
---
return x if x else
---
def f(): return yield x
---
a = b = = c
---
a = 1 b = 2
---
a, b = 1 2
---
with open('x') as f, open('y') as 3:
    pass
---
with open('x') as f()
---
with (open('x') as f, open('y') as g:
    pass
---
with x y:
    pass
---
x = 07
---
x = 1.e
---
x = 12abc
---
x = 1if 2else 3
---
x = 'a' 'b' c
---
x = a.b.c.
---
x..y
---
x[1:2:3:4]
---
x[1:2, ]
y = x[:, = 3]
---
def f(a, b=1, /, c, *, d): pass
---
def f(/, a): pass
---
def f(a, /, b, /): pass
---
def f(*, /): pass
---
def f(*): pass
---
def f(a, *): pass
---
def f(**a, **b): pass
---
def f(**a=3): pass
---
def f(*a=3): pass
---
def f(a=): pass
---
def f(a, (b, c)): pass
---
lambda a, (b, c): 1
---
lambda *: 1
---
def f(lambda): pass
---
def f(None): pass
---
def None(): pass
---
class None: pass
---
class A(B, C=): pass
---
import None
---
from None import x
---
from x import None
---
x.None = 3
---
x.True
---
f(None=3)
---
f(True=3)
---
None += 1
---
for None in x: pass
---
with x as None: pass
---
except ValueError: pass
---
finally: pass
---
elif x: pass
---
def f(x) -> : pass
---
def f(x) - > int: pass
---
x: int: 3
---
x: = 3
---
x, y: int = 3
---
(x): int y
---
[x]: int
---
x.y: int = = 3
---
type X = 
---
type = 3 4
---
x = not
---
x = not not
---
x = - 
---
x = await
---
'abc'.
---
'abc'3
---
3'abc'
---
x = (yield 3
---
((1, 2), 3
---
[[1, 2], [3, 4]
---
{'a': [1, 2}
---
f(g(h(1))
---
f(g(h(1))))
---
f([1, 2, {3: 4])
---
if (a and b:
    pass
---
if a and (b or c:
    pass
---
while not (x:
    pass
---
print('a', end='')  print('b')
---
print('hello' 'world' 3)
---
print("total: " x)
---
print("total: ", x "more")
---
print(x, y z)
---
print("a" % x y)
---
print "a" % x
---
print("a") if x
---
print(1) print(2)
---
print(if x)
---
print(for x in y)
---
print(x = = 3)
---
print(x=3, 4)
---
print(3=x)
---
input "name"
---
raise ValueError "x"
---
raise ValueError, "x"
---
assert x, y, z
---
del x y
---
import os, 
---
global x, 
---
return = 3
---
yield = 3
---
import = 3
---
from = 3
---
in = 3
---
is = 3
---
and = 3
---
with = 3
---
if = 3
---
while = 3
---
try = 3
---
x = def
---
x = class
---
x = import
---
x = print
y = return
---
f(return)
---
f(x=return)
---
[return]
---
def f(x):
    x = 1
      return x
---
def f(x):
    x = 1
  return x
---
def f(x):

return x
---
for x in y:
    for z in w:
    print(z)
---
while True:
print(1)
---
with x:
print(1)
---
try:
print(1)
except: pass
---
try:
    print(1)
except:
print(2)
---
try:
    pass
finally:
print(2)
---
if x:
    pass
else:
print(2)
---
if x:
    pass
elif y:
print(2)
---
match x:
case 1:
    pass
---
match x:
    case 1:
    pass
---
class A:

x = 1
---
@dec
    def f(): pass
'''

for text in MISTAKES.strip("\n").replace("QQQ", "'''").split("\n---\n"):
    try:
        compile(text, "cell", "exec")
    except SyntaxError as e:
        print(repr(text))
        print("   ", type(e).__name__, e.msg, e.lineno, e.offset, e.end_lineno, max(e.end_offset, 0))
    else:
        print(repr(text), "compiles")
