def pairs():
    seed = 12345
    out = []
    for i in range(100_000):
        seed = (seed * 1103515245 + 12345) % 2147483648
        out.append((seed % 1000, seed % 77777, "name%d" % (seed % 500)))
    return out


PAIRS = pairs()


def run():
    return sorted(PAIRS)[0]
