def run():
    primes = 0
    for n in range(2, 12_000):
        for d in range(2, int(n ** 0.5) + 1):
            if n % d == 0:
                break
        else:
            primes += 1
    return primes
