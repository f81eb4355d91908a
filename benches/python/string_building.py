def run():
    text = ""
    for i in range(200_000):
        text += "ab"
    parts = []
    for i in range(200_000):
        parts.append(f"{i}:{i * 2}")
    joined = ",".join(parts)
    return len(text) + len(joined)
