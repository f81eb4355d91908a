def pairs():
    seed = 12345
    out = []
    for i in range(100_000):
        seed = (seed * 1103515245 + 12345) % 2147483648
        out.append((seed % 1000, "name%d" % (seed % 50_000)))
    return out


PAIRS = pairs()


def run():
    by_name = sorted(PAIRS, key=lambda pair: pair[1])
    by_number = sorted(PAIRS, key=lambda pair: pair[0], reverse=True)
    return by_name[0], by_number[0]
