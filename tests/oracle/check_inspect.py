"""Compare `ormsh inspect` with `manage.py inspectdb`, and see that what it writes loads.

    python check_inspect.py --bin ORMSH [--show] [DATABASE | SCRIPT.sql | APP/models.py ...]

A script is run into a fresh database; a models file's tables are made by Django.
"""
import argparse
import difflib
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

INSPECT = """
import sys
from django.conf import settings
settings.configure(DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": sys.argv[1]}})
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "inspectdb", *sys.argv[2:]])
"""

MIGRATE = """
import sys
from pathlib import Path
path = Path(sys.argv[2])
named = {"models": path.parent.name, "__init__": path.parent.parent.name}
label = named[path.stem]
sys.path.insert(0, str(path.parent.parent if path.stem == "models" else path.parent.parent.parent))
from django.conf import settings
settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": sys.argv[1]}},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", label],
    DEFAULT_AUTO_FIELD="django.db.models.AutoField", MIGRATION_MODULES={label: None},
)
import django
django.setup()
from django.core.management import call_command
call_command("migrate", run_syncdb=True, verbosity=0)
"""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", default="ormsh")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("files", nargs="+")
    args = parser.parse_args()
    agree = 0
    for text in args.files:
        path = Path(text).resolve()
        folder = Path(tempfile.mkdtemp())
        base = folder / "db.sqlite3"
        name = path.parent.name if path.stem == "models" else path.name
        if path.suffix == ".sql":
            connection = sqlite3.connect(base)
            connection.executescript(path.read_text())
            connection.close()
        elif path.suffix == ".py":
            done = subprocess.run([sys.executable, "-W", "ignore", "-c", MIGRATE, base, path], capture_output=True, text=True)
            if done.returncode:
                print(f"{name}: Django: {done.stderr.strip().splitlines()[-1]}")
                continue
        else:
            base = path
        same = True
        for extra in ([], ["--include-views"]):
            want = subprocess.run([sys.executable, "-c", INSPECT, base, *extra], capture_output=True, text=True)
            got = subprocess.run([args.bin, "inspect", base, *extra], capture_output=True, text=True)
            if want.stdout != got.stdout:
                same = False
                print(f"{name}: differs")
                if args.show:
                    diff = difflib.unified_diff(
                        want.stdout.splitlines(), (got.stdout + got.stderr).splitlines(), "django", "ormsh", "", "", 0)
                    print("\n".join(diff))
                break
        written = folder / "written.py"
        written.write_text(got.stdout)
        loads = subprocess.run(
            [args.bin, "--schema", written, "--db", base, "--read-only", "-c", "1"], capture_output=True, text=True)
        if loads.returncode:
            # Where Django's own text is no models file either, there is nothing to load.
            print(f"{name}: does not load: {loads.stderr.strip().splitlines()[-1]}")
        if same:
            agree += 1
    print(f"{agree} of {len(args.files)} the same")


if __name__ == "__main__":
    main()
