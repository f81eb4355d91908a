def divide(a, b):
    return a // b, a % b


def run():
    n = 0
    pairs = [(i, i + 1) for i in range(300_000)]
    for a, b in pairs:
        q, r = divide(b, 7)
        n += q + r + a
    for i, (a, b) in enumerate(zip(range(200_000), range(200_000))):
        n += i + a - b
    return n
