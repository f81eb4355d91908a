def area(width, height=2, *, scale=1):
    return width * height * scale


def run():
    total = 0
    for i in range(600_000):
        total += area(i, height=3) + area(i, scale=2)
    return total
