def counter():
    n = 0

    def step():
        nonlocal n
        n += 1
        return n

    return step


def run():
    step = counter()
    for _ in range(1_000_000):
        step()
    return step()
