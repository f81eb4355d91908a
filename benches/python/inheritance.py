class Shape:
    def __init__(self, name):
        self.name = name

    def area(self):
        return 0


class Square(Shape):
    def __init__(self, side):
        super().__init__("square")
        self.side = side

    def area(self):
        return super().area() + self.side * self.side

    @property
    def double(self):
        return self.side * 2


def run():
    total = 0
    for i in range(200_000):
        square = Square(i)
        total += square.area() + square.double
    return total
