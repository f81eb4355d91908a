def run():
    items = []
    for i in range(1_000_000):
        items.append(i)
    total = 0
    for item in items:
        total += item
    items.reverse()
    return total + items[0] + len(items[10:-10])
