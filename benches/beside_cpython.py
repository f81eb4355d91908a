#!/usr/bin/env python3
"""Runs every workload of benches/python under ormsh and under a Python, and prints how many times faster ormsh is.

    benches/beside_cpython.py --bin target/release/ormsh --python python3.13 [--only NAME...] [--rounds 5]

A workload is a file with a function `run`; the best of some rounds counts, start-up not included. The last lines are the
memory of a list of a million integers and of a million short texts: what the whole process held at most, an empty
program's taken off.
"""

import argparse
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
TIMED = """
import time as _time
_best = 1e9
for _ in range({rounds}):
    _start = _time.perf_counter()
    run()
    _best = min(_best, _time.perf_counter() - _start)
print(_best)
"""
MEMORY = {
    "nothing": "pass",
    "a million integers": "items = list(range(1_000_000))\nprint(len(items))",
    "a million texts": "items = [str(n) for n in range(1_000_000)]\nprint(len(items))",
    "a million tuples": "items = [(n, n) for n in range(1_000_000)]\nprint(len(items))",
    "a million-key dict": "items = {n: n for n in range(1_000_000)}\nprint(len(items))",
    "300,000 instances": "class P:\n    def __init__(self, x): self.x = x; self.y = x\n"
    "items = [P(n) for n in range(300_000)]\nprint(len(items))",
}


def command(binary, code):
    return [binary, "-c", code]


def timed(binary, code, rounds):
    done = subprocess.run(command(binary, code + TIMED.format(rounds=rounds)), capture_output=True, text=True)
    try:
        return float(done.stdout.split()[-1])
    except (IndexError, ValueError):
        print(done.stdout[-500:], done.stderr[-500:], file=sys.stderr)
        return None


def peak(binary, code):
    """Peak memory of a run in megabytes."""
    child = subprocess.Popen(command(binary, code), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(child.pid, 0)
    child.returncode = 0
    return usage.ru_maxrss / 1024


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--bin", default="target/release/ormsh")
    options.add_argument("--python", default="python3")
    options.add_argument("--only", nargs="*", default=[])
    options.add_argument("--rounds", type=int, default=5)
    options = options.parse_args()

    print(f"{'workload':24}{'python':>10}{'ormsh':>10}{'faster':>9}")
    for path in sorted((HERE / "python").glob("*.py")):
        if options.only and path.stem not in options.only:
            continue
        code = path.read_text()
        theirs = timed(options.python, code, options.rounds)
        ours = timed(options.bin, code, options.rounds)
        if theirs is None or ours is None:
            print(f"{path.stem:24}{'failed':>29}")
            continue
        print(f"{path.stem:24}{theirs * 1000:8.1f}ms{ours * 1000:8.1f}ms{theirs / ours:8.2f}x", flush=True)

    if options.only:
        return
    print()
    print(f"{'memory':24}{'python':>10}{'ormsh':>10}{'less':>9}")
    base = None
    for name, code in MEMORY.items():
        theirs, ours = peak(options.python, code), peak(options.bin, code)
        if base is None:
            base = theirs, ours
            print(f"{name:24}{theirs:8.1f}MB{ours:8.1f}MB")
            continue
        theirs, ours = theirs - base[0], ours - base[1]
        print(f"{name:24}{theirs:8.1f}MB{ours:8.1f}MB{theirs / max(ours, 0.1):8.2f}x")


if __name__ == "__main__":
    main()
