WORDS = "the quick brown fox jumps over the lazy dog and runs away from the bear".split() * 20_000


def run():
    counts = {}
    for word in WORDS:
        counts[word] = counts.get(word, 0) + 1
    more = {}
    for word in WORDS:
        if word in more:
            more[word] += 1
        else:
            more[word] = 1
    return counts == more
