def fib(n, memo={}):
    if n < 2:
        return n
    if n not in memo:
        memo[n] = fib(n - 1) + fib(n - 2)
    return memo[n]


class Stack:
    def __init__(self, *items):
        self.items = list(items)

    def __len__(self):
        return len(self.items)

    def __iter__(self):
        yield from reversed(self.items)

    def __repr__(self):
        return f"Stack({', '.join(map(repr, self.items))})"


print(fib(90))
s = Stack(1, "two", 3.0)
print(s, len(s), list(s))
print({k: v for k, v in zip("abc", range(3))}, sorted({3, 1, 2}), f"{3.14159:.2f}|{'x':>4}|{255:#x}")
try:
    {}["missing"]
except KeyError as error:
    print("no", error)
finally:
    print("done")
match [1, 2, 3]:
    case [first, *rest]:
        print(first, rest)
print(2 ** 100, -7 // 2, -7 % 3, 1e22, 0.1 + 0.2)
raise ValueError("the end")
