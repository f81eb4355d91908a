"""Compare `ormsh schema check` with `manage.py check` on models that are wrong.

    python check_checks.py --bin ORMSH [--show] [FILE.py ...]

Each file of `wrong_models` (or each that is named) holds several models files behind lines `# === name`. Both programs
look at each; what they print is compared to the letter. A models file that raises is compared by its last line.
"""
import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent

MANAGE = """
import sys
sys.path.insert(0, sys.argv[1])
from django.conf import settings
settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "wrong"],
    DEFAULT_AUTO_FIELD="django.db.models.AutoField", USE_TZ=True, SECRET_KEY="x",
)
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "check", "--no-color"] + sys.argv[2:])
"""


def parts(path):
    name, lines, out = None, [], []
    for line in path.read_text().splitlines():
        if line.startswith("# === "):
            if name:
                out.append((name, "\n".join(lines) + "\n"))
            name, lines = line[6:].strip(), []
        else:
            lines.append(line)
    out.append((name or path.stem, "\n".join(lines) + "\n"))
    return out


def django(folder, database):
    extra = ["--database", "default"] if database else []
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", MANAGE, folder, *extra], capture_output=True, text=True)
    text = done.stdout + done.stderr
    if "Traceback" in text:
        text = text.strip().splitlines()[-1]
    return text.strip(), done.returncode


def ormsh(binary, path, database):
    extra = ["--db", ":memory:"] if database else []
    done = subprocess.run([binary, "schema", "check", "--schema", path, *extra], capture_output=True, text=True)
    text = done.stdout + done.stderr
    if "Traceback" in text:
        lines = [line for line in text.strip().splitlines() if not line.startswith(("Did you mean", "perhaps", "    "))]
        text = lines[-1]
    return text.strip(), done.returncode


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", default="ormsh")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--database", action="store_true", help="as `check --database default` does")
    parser.add_argument("files", nargs="*")
    args = parser.parse_args()
    files = [Path(f) for f in args.files] or sorted((HERE / "wrong_models").glob("*.py"))
    agree = count = 0
    for path in files:
        for name, text in parts(path):
            folder = Path(tempfile.mkdtemp())
            (folder / "wrong").mkdir()
            (folder / "wrong/__init__.py").touch()
            models = folder / "wrong/models.py"
            models.write_text("from django.db import models\n" + text)
            want, status = django(str(folder), args.database)
            got, other = ormsh(args.bin, str(models), args.database)
            count += 1
            if want == got:
                agree += 1
                continue
            print(f"{name}: differs (Django {status}, ormsh {other})")
            if args.show:
                a, b = want.splitlines(), got.splitlines()
                for line in a:
                    if line not in b:
                        print("  django", line)
                for line in b:
                    if line not in a:
                        print("  ormsh ", line)
                if sorted(a) == sorted(b):
                    print("  the order")
    print(f"{agree} of {count} the same")


if __name__ == "__main__":
    main()
