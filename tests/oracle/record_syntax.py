"""Record what CPython says of the cases in tests/syntax.

NAME.py  -> NAME.ast     the tree, in the form of dump_ast.py
NAME.err                 cases separated by `---` lines; the answer stands in a last line `=> ...` of each

Run with Python 3.13 from the top of the repository. The `.cell` cases are the shell's own: `BLESS=1 cargo test` writes them.
"""
import pathlib
import sys
import warnings

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import dump_ast

FOLDER = pathlib.Path(__file__).parent.parent / "syntax"


def answer(source):
    try:
        compile(source, "<case>", "exec")
    except SyntaxError as error:
        end = ""
        if error.end_offset and error.end_offset > 0:
            end = f"-{error.end_lineno}:{error.end_offset}"
        return f"=> {type(error).__name__} {error.lineno}:{error.offset}{end} {error.msg}"
    return "=> fine"


def main():
    warnings.simplefilter("ignore")
    for path in sorted(FOLDER.glob("*.py")):
        path.with_suffix(".ast").write_text(dump_ast.dump(dump_ast.read(path)))
    for path in sorted(FOLDER.glob("*.err")):
        out = []
        for case in path.read_text().split("\n---\n"):
            lines = [line for line in case.rstrip("\n").split("\n") if not line.startswith("=> ")]
            out.append("\n".join([*lines, answer("\n".join(lines) + "\n")]))
        path.write_text("\n---\n".join(out) + "\n")


if __name__ == "__main__":
    main()
