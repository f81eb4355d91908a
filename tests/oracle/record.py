"""Record what the real Django and CPython show for the cases of this repository.

    python record.py [CASE.py ...]

Sessions (tests/queries, tests/models, sessions) get a .json beside them, programs (tests/language) an .out.
Needs Django 5.2 on Python 3.13; with IPython, the text behind Out[n]: is recorded as well.
"""
import ast
import contextlib
import io
import json
import linecache
import os
import subprocess
import sys
import tempfile
import traceback
import types
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SESSIONS = ("tests/queries", "tests/models", "sessions")

IMPORTS = """
from datetime import date, datetime, timedelta
from decimal import Decimal
from django.conf import settings
from django.db import connection, models, reset_queries, transaction
from django.db.models import Avg, Case, Count, Exists, F, Max, Min, OuterRef, Prefetch, Q, Subquery, Sum, Value, When
from django.db.models import functions
from django.utils import timezone
"""


def header(text):
    """The words of the first marker: schemas, settings, whether the sample is meant, the cells to run before."""
    words = text.split("\n", 1)[0].removeprefix("# %%").split() if text.startswith("# %%") else []
    schemas = [w.removeprefix("schema=") for w in words if w.startswith("schema=")]
    chosen = dict(w.removeprefix("set=").split("=", 1) for w in words if w.startswith("set="))
    before = next((w.removeprefix("before=") for w in words if w.startswith("before=")), None)
    return schemas, chosen, "sample" in words, before


def cells_of(text):
    """A cell a marker, or a top-level statement where there is none."""
    lines = text.splitlines(keepends=True)
    if any(line.startswith("# %%") for line in lines):
        cells, current = [], []
        for line in lines:
            if line.startswith("# %%"):
                cells.append("".join(current))
                current = []
            else:
                current.append(line)
        cells.append("".join(current))
        return [cell.strip("\n") for cell in cells if cell.strip()]
    cells, start = [], 0
    for node in ast.parse(text).body:
        cells.append("".join(lines[start:node.end_lineno]).strip("\n"))
        start = node.end_lineno
    return cells


def prepare(path, schemas, chosen, sample):
    """Sets Django up in this process; the names that a session starts with."""
    import django
    from django.conf import settings
    from django.core.management import call_command

    folder = Path(tempfile.mkdtemp())
    sys.path.insert(0, str(folder))
    files = {}
    if sample:
        files["classroom"] = ROOT / "schemas/classroom.py"
    for word in schemas:
        label, _, name = word.rpartition("=")
        source = (path.parent / name).resolve()
        files[label or (source.parent.name if source.stem == "models" else source.stem)] = source
    for label, source in files.items():
        (folder / label).mkdir()
        (folder / label / "__init__.py").touch()
        (folder / label / "models.py").write_text(source.read_text())
    values = {name: ast.literal_eval(text) if text in ("True", "False") else text for name, text in chosen.items()}
    settings.configure(**{
        "DEBUG": True,
        "DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        "INSTALLED_APPS": ["django.contrib.contenttypes", "django.contrib.auth", *files],
        "USE_TZ": True,
        "TIME_ZONE": "UTC",
        "DEFAULT_AUTO_FIELD": "django.db.models.AutoField",
        **values,
    })
    django.setup()
    with contextlib.redirect_stdout(io.StringIO()):
        call_command("migrate", run_syncdb=True, verbosity=0)
    from django.apps import apps
    from django.db import connection

    # Django asks the database once whether it knows JSON: not for the first cell that needs it.
    assert connection.features.supports_json_field
    if sample:
        with connection.cursor() as cursor:
            cursor.connection.executescript((ROOT / "schemas/classroom.sql").read_text())
    module = types.ModuleType("__main__")
    exec(IMPORTS, module.__dict__)
    for label in files:
        module.__dict__.update({m.__name__: m for m in apps.get_app_config(label).get_models()})
    return module.__dict__


def run(number, source, names):
    """One cell's record."""
    from django.db import connection

    try:
        from IPython.lib.pretty import pretty
    except ImportError:
        pretty = None
    file = f"<cell {number}>"
    linecache.cache[file] = len(source), None, source.splitlines(True), file
    record = {"cell": number, "source": source, "stdout": "", "out": None, "display": None, "error": None}
    printed, before, until = io.StringIO(), len(connection.queries_log), None
    with contextlib.redirect_stdout(printed):
        try:
            tree = ast.parse(source, file)
            value = None
            last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
            exec(compile(tree, file, "exec"), names)
            if last is not None:
                value = eval(compile(ast.Expression(last.value), file, "eval"), names)
            if value is not None and not source.rstrip().endswith(";"):
                record["display"] = pretty and pretty(value)
                # What showing the value once more would send is not the cell's.
                until = len(connection.queries_log)
                record["out"] = repr(value)
                names["_"] = value
        except SyntaxError as error:
            record["error"] = {"type": type(error).__name__, "message": error.msg, "line": error.lineno}
        except BaseException as error:
            lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == file]
            record["error"] = {
                "type": type(error).__name__, "message": str(error), "line": lines[-1] if lines else None}
    log = list(connection.queries_log)
    new = log[before:] if len(log) >= before else log
    record["stdout"] = printed.getvalue()
    record["sql"] = [q["sql"] for q in (new if until is None else new[: max(0, until - before)])]
    return record


def record_session(path):
    text = path.read_text()
    *how, before = header(text)
    names = prepare(path, *how)
    if before:
        for source in cells_of((path.parent / before).read_text()):
            error = run(0, source, names)["error"]
            if error:
                sys.exit(f"{before}: {error['type']}: {error['message']}")
    records = [run(number, source, names) for number, source in enumerate(cells_of(text), 1)]
    lines = ",\n".join(json.dumps(record, ensure_ascii=False) for record in records)
    path.with_suffix(".json").write_text(f"[\n{lines}\n]\n")


def record_program(path):
    done = subprocess.run([sys.executable, path.name], cwd=path.parent, capture_output=True, text=True)
    out = done.stdout
    if done.returncode:
        out += done.stderr.rstrip("\n").rsplit("\n", 1)[-1] + "\n"
    path.with_suffix(".out").write_text(out)


def main():
    if sys.argv[1:2] == ["--one"]:
        return record_session(Path(sys.argv[2]).resolve())
    cases = [Path(a).resolve() for a in sys.argv[1:]]
    if not cases:
        folders = [ROOT / f for f in (*SESSIONS, "tests/language")]
        cases = [p for folder in folders for p in sorted(folder.glob("*.py"))]
    for path in cases:
        if path.parent.name == "language":
            record_program(path)
        else:
            # Django is set up once a process.
            done = subprocess.run(
                [sys.executable, __file__, "--one", str(path)], env={**os.environ, "PYTHONHASHSEED": "0"})
            if done.returncode:
                sys.exit(f"{path}: not recorded")
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
