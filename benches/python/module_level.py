# As in a cell of a notebook: names are the module's.
total = 0
words = {}
for i in range(500_000):
    total += i * 2
    if i % 5 == 0:
        words[i % 100] = total


def run():
    exec(CELL, globals())


CELL = """
total = 0
words = {}
for i in range(500_000):
    total += i * 2
    if i % 5 == 0:
        words[i % 100] = total
"""
