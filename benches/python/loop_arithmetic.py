def run():
    total = 0
    for i in range(2_000_000):
        total += i * 3 % 7
        if i & 1:
            total -= 1
    return total
