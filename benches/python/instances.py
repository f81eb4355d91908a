class Node:
    def __init__(self, value, after):
        self.value = value
        self.after = after


def run():
    head = None
    for i in range(300_000):
        head = Node(i, head)
    n = 0
    while head is not None:
        n += head.value
        head = head.after
    return n
