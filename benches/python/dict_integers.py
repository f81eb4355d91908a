def run():
    table = {}
    for i in range(300_000):
        table[i * 7 % 100_003] = i
    total = 0
    for key, value in table.items():
        total += key ^ value
    return total
