class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y


def run():
    p = Point(1, 2)
    for i in range(1_000_000):
        p.x = p.x + p.y
        p.y = i
    return p.x
