class Money:
    def __init__(self, cents):
        self.cents = cents

    def __add__(self, other):
        return Money(self.cents + other.cents)

    def __lt__(self, other):
        return self.cents < other.cents

    def __eq__(self, other):
        return self.cents == other.cents


def run():
    total = Money(0)
    one = Money(1)
    for _ in range(200_000):
        total = total + one
        if total < one or total == one:
            pass
    return total.cents
