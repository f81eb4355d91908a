"""Compare `ormsh schema migrate` with the statements of Django's own migrations for the same change of models.

    python check_migrate.py --bin ORMSH [--show] [--django] [FILE.py ...]

Each part of a file (behind `# === name`) holds models before and, behind `# --- [answers]`, after a change. Django makes
the tables of the first and the migration to the second; ormsh is given the same database and the second models. The
statements are compared to the letter, and so is what is in the tables when each has run its own.
"""
import argparse
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent

MANAGE = """
import sys
from django.conf import settings
settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": sys.argv[1]}},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "school"],
    DEFAULT_AUTO_FIELD="django.db.models.AutoField", USE_TZ=True, SECRET_KEY="x",
    LOGGING_CONFIG=None,
)
sys.path.insert(0, ".")
if "--log" in sys.argv:
    # What is really sent: sqlmigrate's columns stand in another order than those that migrate makes.
    sys.argv.remove("--log")
    import logging
    class Sent(logging.Handler):
        def emit(self, record):
            print("SENT " + str(record.args[0] if len(record.args) == 2 else record.getMessage()) + ";")
    logging.getLogger("django.db.backends.schema").addHandler(Sent())
    logging.getLogger("django.db.backends.schema").setLevel(logging.DEBUG)
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", *sys.argv[2:]])
"""


def parts(path):
    found, name = {}, None
    for line in path.read_text().splitlines():
        if line.startswith("# === "):
            name = line[6:].strip()
            found[name] = ([], [], "", [])
            into = found[name][0]
        elif line.startswith("# --- "):
            # What Django is answered, then what ormsh is told: `# --- y | --rename a.b=c`
            django, _, ormsh = line[6:].partition("|")
            found[name] = (found[name][0], [], django.strip().replace("/", "\n") + "\n", ormsh.split())
            into = found[name][1]
        elif line.startswith("# INSERT"):
            found[name][0].append(line)
        elif name:
            into.append(line)
    return found


def statements(text):
    out = []
    for line in text.splitlines():
        if line and not line.startswith("--") and line not in ("BEGIN;", "COMMIT;"):
            out.append(line)
    return out


def dump(base):
    connection = sqlite3.connect(base)
    out = []
    for name, sql in connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE name LIKE 'school%' AND sql IS NOT NULL ORDER BY name").fetchall():
        out.append(sql)
        if sql.startswith("CREATE TABLE"):
            out.extend(map(str, connection.execute(f'SELECT * FROM "{name}"').fetchall()))
    connection.close()
    return out


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", default="ormsh")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--django", action="store_true", help="only print what Django does")
    parser.add_argument("--only")
    parser.add_argument("files", nargs="*")
    args = parser.parse_args()
    agree = count = 0
    for path in [Path(f) for f in args.files] or sorted((HERE / "changes").glob("*.py")):
        for name, (before, after, answers, told) in parts(path).items():
            if args.only and args.only != name:
                continue
            folder = Path(tempfile.mkdtemp())
            (folder / "school/migrations").mkdir(parents=True)
            (folder / "school/__init__.py").touch()
            (folder / "school/migrations/__init__.py").touch()
            models, base = folder / "school/models.py", folder / "db.sqlite3"

            def manage(*command, stdin=""):
                done = subprocess.run(
                    [sys.executable, "-c", MANAGE, str(base), *command], cwd=folder, input=stdin,
                    capture_output=True, text=True)
                if done.returncode:
                    raise SystemExit(f"{name}: {done.stdout}{done.stderr}")
                return done.stdout

            head = "from django.db import models\n"
            models.write_text(head + "\n".join(before) + "\n")
            manage("makemigrations", "school", "-v0")
            manage("migrate", "-v0")
            connection = sqlite3.connect(base)
            for line in before:
                if line.startswith("# INSERT"):
                    connection.execute(line[2:])
            connection.commit()
            connection.close()
            theirs = folder / "ours.sqlite3"
            shutil.copy(base, theirs)
            models.write_text(head + "\n".join(after) + "\n")
            shutil.rmtree(folder / "school/__pycache__", ignore_errors=True)
            manage("makemigrations", "school", "-n", "changed", stdin=answers)
            text = manage("migrate", "-v0", "--log", "school")
            want = [line[5:] for line in text.splitlines() if line.startswith("SENT ")]
            if args.django:
                print(f"=== {name}")
                print(text)
                continue
            command = [args.bin, "schema", "migrate", "--schema", models, "--db", theirs, *told]
            got = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
            count += 1
            same = True
            if want != statements(got.stdout):
                same = False
                print(f"{name}: the statements differ")
                if args.show:
                    print("\n".join("  django " + w for w in want))
                    print("\n".join("  ormsh  " + w for w in statements(got.stdout) + got.stderr.splitlines()))
            done = subprocess.run([*command, "--yes"], capture_output=True, text=True, stdin=subprocess.DEVNULL)
            if dump(base) != dump(theirs):
                same = False
                print(f"{name}: the tables differ afterwards {done.stderr.strip()}")
                if args.show:
                    a, b = dump(base), dump(theirs)
                    print("\n".join("  django " + w for w in a if w not in b))
                    print("\n".join("  ormsh  " + w for w in b if w not in a))
            again = subprocess.run(command[:7], capture_output=True, text=True, stdin=subprocess.DEVNULL)
            if statements(again.stdout.replace("The tables are as the models say.", "")):
                same = False
                print(f"{name}: not done after it was done: {again.stdout}")
            agree += same
    if not args.django:
        print(f"{agree} of {count} the same")


if __name__ == "__main__":
    main()
