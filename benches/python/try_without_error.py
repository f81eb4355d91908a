def run():
    n = 0
    for i in range(1_000_000):
        try:
            n += i
        except ValueError:
            n = 0
        finally:
            n -= 1
    return n
