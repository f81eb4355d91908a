class Guard:
    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        return False


def run():
    guard = Guard()
    n = 0
    for i in range(300_000):
        with guard:
            n += i
    return n
