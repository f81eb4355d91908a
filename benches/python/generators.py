def squares(n):
    for i in range(n):
        yield i * i


def evens(items):
    for item in items:
        if item % 2 == 0:
            yield item


def run():
    return sum(evens(squares(400_000))) + sum(x + 1 for x in range(400_000))
