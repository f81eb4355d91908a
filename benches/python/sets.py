def run():
    a = set(range(0, 200_000, 2))
    b = set(range(0, 200_000, 3))
    n = 0
    for i in range(200_000):
        if i in a and i not in b:
            n += 1
    return n, len(a & b), len(a | b), len(a - b)
