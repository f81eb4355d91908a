def run():
    a, b = 0, 1
    for _ in range(20_000):
        a, b = b, a + b
    n = 1
    for i in range(1, 2000):
        n *= i
    return len(str(n)), a % 1_000_007
