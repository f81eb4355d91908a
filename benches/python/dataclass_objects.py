from dataclasses import dataclass


@dataclass
class Item:
    name: str
    price: int
    count: int = 1

    def total(self):
        return self.price * self.count


def run():
    items = [Item("a", i) for i in range(150_000)]
    return sum(item.total() for item in items), items[3] == items[4]
