TEXT = "The quick brown fox jumps over the lazy dog. " * 8000


def run():
    vowels = 0
    for letter in TEXT:
        if letter in "aeiou":
            vowels += 1
    turned = ""
    for letter in TEXT[:20_000]:
        turned = letter + turned
    return vowels + sum(ord(TEXT[i]) for i in range(0, len(TEXT), 5))
