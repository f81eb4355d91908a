LINES = ["  Some Name, 12; other words  "] * 60_000


def run():
    n = 0
    for line in LINES:
        line = line.strip().lower()
        first, _, rest = line.partition(",")
        n += len(rest.split(";"))
        if line.startswith("some") and "words" in line:
            n += line.count("o")
        n += len(first.replace("a", "b"))
    return n
