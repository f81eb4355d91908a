a or b and not c
not not a
a if b else c if d else e
a < b <= c != d is e is not f in g not in h
a | b ^ c & d << e >> f + g - h * i / j // k % l @ m
-a ** -b ** c
~a + -b
(a + b) * c
a - b - c
2 ** 3 ** 4
await_ = lambda: 0
lambda x, *args, y=1, **kwargs: x if y else (lambda: x)
lambda a, /, b, *, c: None
a.b.c().d[0](e)[f](*g, h, i=j, **k)
(a . b) .c
a[1:2], a[:], a[::], a[1:], a[:2], a[::3], a[1:2:3], a[1:2, 3], a[...], a[*b], a[*b, c], a[(x := 1)], a[x := 1]
f(x for x in y)
f((x for x in y), 1)
f(a, *b, c, d=e, *g, **h)
f(a := 1, b=(c := 2))
()
(a)
(a,)
(a, b)
(a, *b)
(yield_)
[]
[a]
[a, *b,]
{}
{a}
{a, *b}
{a: b, **c, 'd': e}
{a: b for a, b in c if d if e for f in g}
{a for a in b}
[a for a in b]
[a + 1 for a, in b if a if not c]
[[a for a in b] for b in c]
(a for a in b for c in d)
[x if y else z for x in a or b]
[lambda: x for x in y]
{lambda: x: 1}
{(a := 1): 2}
*a, b
a, = b
print(*a, sep='')
a = b = c
x = *a, *b
x = yield_, 1
None, True, False, ..., __name__
match = case = type = _ = 1
match(a, b)
match[a]
match.a
match, case
match * a
match -a
type(x)
print
print (a) [b]
é = ａ = ﬁ = 1
