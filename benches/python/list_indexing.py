def run():
    n = 1000
    items = list(range(n))
    for _ in range(300):
        for i in range(n - 1):
            items[i], items[i + 1] = items[i + 1], items[i]
    return items[0]
