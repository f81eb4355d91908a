def double(x):
    return 2 * x


def run():
    a = sum(map(double, range(400_000)))
    b = sum(filter(lambda x: x & 1, range(400_000)))
    return a + b + sum(map(int, map(str, range(100_000)))), any(x > 399_998 for x in range(400_000))
