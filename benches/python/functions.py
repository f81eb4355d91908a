def add(a, b):
    return a + b


def run():
    total = 0
    for i in range(1_000_000):
        total = add(total, i)
    return total
