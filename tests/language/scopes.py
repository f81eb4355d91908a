# Names in comprehensions, lambdas and class bodies; walrus.
x = 5
print([x for x in range(3)], x)
fs = [lambda: i for i in range(3)]
print([f() for f in fs])
class CC:
    v = 3
    l = [v for _ in range(2)] if False else [i for i in range(v)]
print(CC.l)
print([y := 3, y**2], y)
def wal():
    return [z for q in range(4) if (z := q * 2) > 2], z
print(wal())
print({k: v for k, v in [(1,2)]}, {a for a in 'aab'} == {'a','b'})
