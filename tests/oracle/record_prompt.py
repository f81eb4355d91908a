"""Record what IPython says of inputs at its prompt: tests/syntax/prompt.json.

The file holds [text, status, indent] lists; to add a case, add its text to TEXTS here. Needs IPython 9.
"""
import json
import pathlib
import warnings

from IPython.core.inputtransformer2 import TransformerManager

TEXTS = [
    "x = 1",
    "for x in y:",
    "for x in y:\n    print(x)",
    "for x in y:\n    print(x)\n",
    "for x in y:\n    print(x)\n    ",
    "x = (1,",
    "x = (1,\n  2",
    "x = '''a",
    "x = '''a\n'''",
    "if x: pass",
    "def f():\n    if x:",
    "def f():\n    if x:\n        y",
    "@x",
    "@x\ndef f():",
    "@x\ndef f():\n    pass",
    "try:\n    x",
    "try:\n    x\n",
    "try:\n    x\nexcept:",
    "try:\n    x\nexcept:\n    y",
    "x = \\",
    "x = 'a",
    "x = 5 5",
    "print x",
    "x = ",
    "x))",
    "%time x",
    "%%time\nx",
    "%%time",
    "%%time\nx\n",
    "!ls",
    "x?",
    "x??",
    "?x",
    "class A:\n    x = 1\n\n    def f(self):\n        pass",
    "class A:\n    x = 1\n\n    def f(self):\n        pass\n\n",
    "  x = 1",
    "if x:\n    y\nelse:",
    "if x:\n    y\nelse:\n    z",
    "{'a':",
    "{'a': 1,\n",
    "lambda x:",
    "x = lambda x:",
    "",
    "   ",
    "# c",
    "x # c",
    "for x in y: # c",
    "for x in y:\n    # c",
    "for x in y:\n    # c\n    x # d",
    "f(x for x in",
    "return 1",
    "if x:\n  y\n z",
    "with a as b:",
    "match x:",
    "match x:\n    case 1:",
    "match x:\n    case 1:\n        y",
    "x = [\n1,\n]",
    "a.b(\n    c=1,\n)\n",
    "a; b",
    "a;",
    "if x: y\nelse: z",
    "while 1: pass",
    "\n\nx",
    "x\n\n",
    "print('a')\nprint('b')",
    "for i in x:\n\tprint(i)",
    "for i in x:\n    if i:\n        print(i)\n    ",
    "async def f():",
    "x = %time y",
    "x = !ls",
    "%load_ext x",
    "f'{",
    "f'{x",
    "f'''{",
    "f'''{x",
    "f'''abc",
    "def f(",
    "def f(a,\n",
    "import",
    "from x import (",
    "from x import (a"
]


def main():
    warnings.simplefilter("ignore")
    manager = TransformerManager()
    cases = []
    for text in TEXTS:
        status, indent = manager.check_complete(text)
        cases.append(json.dumps([text, status, indent or 0]))
    path = pathlib.Path(__file__).parent.parent / "syntax" / "prompt.json"
    path.write_text("[\n" + ",\n".join(cases) + "\n]\n")


if __name__ == "__main__":
    main()
