def check(n):
    if n % 3 == 0:
        raise ValueError("no threes")
    return n


def run():
    caught = 0
    for i in range(300_000):
        try:
            check(i)
        except ValueError:
            caught += 1
    table = {}
    for i in range(100_000):
        try:
            table[i]
        except KeyError:
            caught += 1
    return caught
