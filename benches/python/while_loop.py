def run():
    n = 0
    x = 1.0
    while n < 1_500_000:
        x = x * 1.0000001 + 0.5
        n += 1
    return x
