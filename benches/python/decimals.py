from decimal import Decimal


def run():
    total = Decimal(0)
    price = Decimal("19.99")
    for i in range(100_000):
        total += price * i / 3
    return total
