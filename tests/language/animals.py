class Animal:
    count = 0

    def __init__(self, name, *, legs=4):
        self.name, self.legs = name, legs
        Animal.count += 1

    @property
    def loud(self):
        return self.name.upper()

    @classmethod
    def make(cls, *names):
        return [cls(n) for n in names]

    def __repr__(self):
        return f"{type(self).__name__}({self.name!r})"

    def __eq__(self, other):
        return isinstance(other, Animal) and self.name == other.name

    def __hash__(self):
        return hash(self.name)


class Bird(Animal):
    def __init__(self, name):
        super().__init__(name, legs=2)

    def __getattr__(self, name):
        if name.startswith("can_"):
            return lambda: name[4:]
        raise AttributeError(name)


print(Bird.make("owl", "kite"), Animal.count, Bird("owl").can_fly(), Bird("a").legs)
print({Animal("x"), Animal("x"), Bird("x")} == {Bird("x")}, Animal("cat").loud)
print([c.__name__ for c in Bird.__mro__], issubclass(Bird, Animal))


def fib():
    a, b = 0, 1
    while True:
        got = yield a
        if got:
            a, b = got, got
        a, b = b, a + b


g = fib()
print([next(g) for _ in range(8)], g.send(100), next(g))


def counter():
    n = 0

    def up(by=1):
        nonlocal n
        n += by
        return n
    return up


up = counter()
print(up(), up(5), up(by=2))
try:
    try:
        {}["missing"]
    except KeyError as e:
        raise ValueError("no such key") from e
except ValueError as e:
    print(repr(e), repr(e.__cause__))
match {"kind": "point", "at": (1, 2)}:
    case {"kind": "point", "at": (x, y)} if x < y:
        print("below", x, y)
    case _:
        print("else")
print(*(f"{n:>5.2f}|{n!r:<6}" for n in (1, 2.5, -3)), sep=";")
print(sorted("banana", key=lambda c: (-"banana".count(c), c)), {**{"a": 1}, "b": 2}, [*range(3), *"ab"])
with __import__("contextlib").suppress(ZeroDivisionError):
    1 / 0
print(2 ** 100, -7 // 2, -7 % 3, round(2.5), 0.1 + 0.2, 1e16, float("inf"), 10 ** 20 // 3)
