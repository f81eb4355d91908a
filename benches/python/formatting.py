def run():
    n = 0
    for i in range(150_000):
        n += len("%5d|%-8s|%.2f" % (i, "ab", i / 3))
        n += len("{:>8}|{:.3f}".format(i, i / 7))
        n += len(f"{i:05d} {i / 3:.2f}")
    return n
