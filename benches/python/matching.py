def name(command):
    match command:
        case ("go", where):
            return where
        case {"do": what}:
            return what
        case int(n) if n > 3:
            return n
        case _:
            return None


def run():
    n = 0
    for i in range(150_000):
        if name(("go", 1)) and name({"do": 2}) and name(i):
            n += 1
    return n
