"""Write CPython's tree of a file in the form of `ormsh::syntax::dump`.

dump_ast.py FILE            prints it
dump_ast.py OUTDIR FILE...  writes OUTDIR/0, OUTDIR/1, ...
"""
import ast
import json
import struct
import sys

SKIP = {"ctx", "type_comment", "kind", "type_ignores"}


def constant(value):
    if value is Ellipsis:
        return "Ellipsis"
    if isinstance(value, float):
        return f"float {struct.pack('>d', value).hex()}"
    if isinstance(value, complex):
        return f"complex {struct.pack('>d', value.imag).hex()}"
    if isinstance(value, str):
        # A lone surrogate cannot be in a Rust string.
        value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return quoted(value)
    if isinstance(value, bytes):
        return "b" + quoted(value.decode("latin1"))
    return str(value)


def quoted(text):
    out = []
    for char in text:
        if char in '"\\':
            out.append("\\" + char)
        elif " " <= char <= "~":
            out.append(char)
        else:
            out.append(json.dumps(char)[1:-1] if ord(char) > 126 else f"\\u{ord(char):04x}")
    return '"' + "".join(out).replace("\x7f", "\\u007f") + '"'


class Dump:
    def __init__(self):
        self.lines = []

    def show(self, node, depth, field, place=True):
        pad = " " * depth
        if node is None:
            self.lines.append(f"{pad}{field}: None")
            return
        name = type(node).__name__
        if isinstance(node, (ast.operator, ast.unaryop, ast.cmpop, ast.boolop)):
            self.lines.append(f"{pad}{field}: {name}")
            return
        head = f"{pad}{field}: {name}"
        if place and hasattr(node, "lineno"):
            head += f" {node.lineno}:{node.col_offset}-{node.end_lineno}:{node.end_col_offset}"
        self.lines.append(head)
        inner = " " * (depth + 1)
        for key in node._fields:
            if key in SKIP:
                continue
            value = getattr(node, key, None)
            if isinstance(node, (ast.Constant, ast.MatchSingleton)):
                self.lines.append(f"{inner}{key}: {constant(value)}")
            elif isinstance(value, list):
                for item in value:
                    if isinstance(item, str):
                        self.lines.append(f"{inner}{key}: {item}")
                    else:
                        self.show(item, depth + 1, key, not isinstance(node, ast.JoinedStr))
            elif isinstance(node, ast.TypeAlias) and key == "name":
                self.lines.append(f"{inner}name: {value.id}")
            elif isinstance(value, ast.AST):
                self.show(value, depth + 1, key, key != "format_spec")
            elif value is not None:
                self.lines.append(f"{inner}{key}: {value}")


def dump(text):
    out = Dump()
    for stmt in ast.parse(text).body:
        out.show(stmt, 0, "body")
    return "".join(line + "\n" for line in out.lines)


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()


def main():
    sys.setrecursionlimit(20000)
    if len(sys.argv) == 2:
        print(dump(read(sys.argv[1])), end="")
        return
    out, *files = sys.argv[1:]
    for number, path in enumerate(files):
        try:
            result = dump(read(path))
        except SyntaxError as error:
            result = f"{type(error).__name__}: {error.msg} (line {error.lineno}, column {error.offset})"
        except (UnicodeDecodeError, ValueError, RecursionError) as error:
            result = f"!{error}"
        with open(f"{out}/{number}", "w") as file:
            file.write(result)


if __name__ == "__main__":
    import warnings

    warnings.simplefilter("ignore")
    main()
