def run():
    squares = [x * x for x in range(600_000) if x % 3]
    lengths = {x: x + 1 for x in range(200_000)}
    odd = {x & 1023 for x in range(200_000)}
    return len(squares) + len(lengths) + len(odd)
