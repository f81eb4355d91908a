import re

TEXT = "Bob Smith <bob@example.org>, Ann Lee <ann.lee@example.com>; phone 555-1234. " * 2000


def run():
    n = len(re.findall(r"[\w.]+@[\w.]+", TEXT))
    for m in re.finditer(r"(\w+) (\w+) <", TEXT):
        n += len(m.group(1))
    return n + len(re.sub(r"\d", "#", TEXT))
