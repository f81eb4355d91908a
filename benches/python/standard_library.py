from collections import Counter, defaultdict, deque
from functools import reduce
from itertools import accumulate, chain, combinations


def run():
    counts = Counter("abracadabra" * 20_000)
    groups = defaultdict(list)
    for i in range(200_000):
        groups[i % 10].append(i)
    queue = deque()
    for i in range(200_000):
        queue.append(i)
        if len(queue) > 50:
            queue.popleft()
    n = sum(1 for _ in combinations(range(70), 3))
    n += reduce(lambda a, b: a + b, range(100_000))
    n += sum(chain(range(100_000), accumulate(range(100_000))))
    return counts["a"], len(groups), len(queue), n
