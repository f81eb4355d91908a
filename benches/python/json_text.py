import json

DATA = [{"id": i, "name": "name %d" % i, "tags": ["a", "b"], "price": i / 4} for i in range(20_000)]


def run():
    text = json.dumps(DATA)
    return len(json.loads(text))
