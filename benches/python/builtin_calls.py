def run():
    items = [1, 2, 3]
    n = 0
    for i in range(500_000):
        n += len(items)
        if isinstance(i, int):
            n += abs(-i)
        n += max(i, 3)
    return n
