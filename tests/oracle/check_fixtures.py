"""Compare `ormsh dumpdata` and `loaddata` with Django's, in both directions, and in what they say of wrong fixtures.

    python check_fixtures.py --bin ORMSH [--show]
"""
import argparse
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
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "fixtures"],
    DEFAULT_AUTO_FIELD="django.db.models.AutoField", USE_TZ=True, SECRET_KEY="x", MIGRATION_MODULES={"fixtures": None},
)
sys.path.insert(0, sys.argv[2])
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", *sys.argv[3:]])
"""

ROWS = '''
import datetime as d, decimal, uuid
from fixtures.models import *
a, b, c = [Person.objects.create(first=n, last=n * 2) for n in ("Ada", "Bob", "Çelik")]
a.friends.add(b, c)
x = Book.objects.create(title="X", author=a)
x.readers.add(b, c)
y = Novel.objects.create(title="Y", pages=3, sequel=x)
utc = d.timezone.utc
Kinds.objects.create(id=uuid.UUID(int=5), at=d.datetime(2020, 1, 2, 3, 4, 5, 678901, utc), day=d.date(2020, 1, 2),
    time=d.time(3, 4, 5, 678901), price=decimal.Decimal("12.50"), long=d.timedelta(days=-3, seconds=5, microseconds=7),
    data={"a": [1, None, "é"]}, raw=b"abc", ip="10.0.0.1", ok=True, ratio=1.5, text='quote " and é', file="a/b.txt")
Kinds.objects.create(id=uuid.UUID(int=6), at=d.datetime(2020, 1, 2, tzinfo=utc), time=d.time(3, 4), long=d.timedelta(hours=30))
'''

DUMPS = [
    ["fixtures"], ["fixtures", "--indent", "2"], ["fixtures", "--indent", "4", "--natural-foreign"],
    ["fixtures", "--natural-foreign", "--natural-primary"], ["fixtures.Book", "fixtures.person"],
    ["fixtures", "--exclude", "fixtures.Kinds"], ["fixtures.kinds", "--format", "jsonl"], ["fixtures", "--all"],
    ["fixtures.Person", "--pks", "1,3"], ["nothing"], ["fixtures.Nothing"], ["fixtures", "--exclude", "fixtures.No"],
    ["fixtures", "--exclude", "no"],
]

WRONG = {
    "broken.json": "[{",
    "empty.json": "[]",
    "model.json": '[{"model": "fixtures.nothing", "pk": 1, "fields": {}}]',
    "app.json": '[{"model": "x.y", "pk": 1, "fields": {}}]',
    "field.json": '[{"model": "fixtures.person", "pk": 1, "fields": {"nme": "x"}}]',
    "value.json": '[{"model": "fixtures.kinds", "pk": "x", "fields": {}}]',
    "value2.json": '[{"model": "fixtures.kinds", "pk": "00000000-0000-0000-0000-000000000005", "fields": {"price": "abc"}}]',
    "day.json": '[{"model": "fixtures.kinds", "pk": "00000000-0000-0000-0000-000000000005", "fields": {"day": "2020-13-01"}}]',
    "key.json": '[{"model": "fixtures.book", "pk": 1, "fields": {"title": "x", "author": "abc"}}]',
    "dangling.json": '[{"model": "fixtures.book", "pk": 1, "fields": {"title": "x", "author": 99}}]',
    "natural.json": '[{"model": "fixtures.book", "pk": 1, "fields": {"title": "x", "author": ["No", "One"]}}]',
    "null.json": '[{"model": "fixtures.person", "pk": 1, "fields": {"first": null, "last": "x"}}]',
    "twice.json": '[{"model": "fixtures.person", "pk": 1, "fields": {"first": "a", "last": "x"}}, {"model": "fixtures.person", "pk": 2, "fields": {"first": "a", "last": "x"}}]',
    "m2m.json": '[{"model": "fixtures.person", "pk": 1, "fields": {"first": "a", "last": "x", "friends": ["q"]}}]',
    "m2m2.json": '[{"model": "fixtures.person", "pk": 1, "fields": {"first": "a", "last": "x", "friends": 3}}]',
    "nofields.json": '[{"model": "fixtures.person", "pk": 1}]',
    "forward.json": '[{"model": "fixtures.book", "pk": 1, "fields": {"title": "x", "author": ["Q", "R"], "readers": [["Q", "R"]]}}, {"model": "fixtures.person", "fields": {"first": "Q", "last": "R", "friends": []}}]',
}


def dump(base):
    connection = sqlite3.connect(base)
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'fixtures_%' ORDER BY name")
    out = [f"{name}: {row}" for (name,) in names.fetchall() for row in connection.execute(f"SELECT * FROM {name}")]
    connection.close()
    return out


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", default="ormsh")
    parser.add_argument("--show", action="store_true")
    args = parser.parse_args()
    folder = Path(tempfile.mkdtemp())
    (folder / "fixtures").mkdir()
    (folder / "fixtures/__init__.py").touch()
    models = folder / "fixtures/models.py"
    shutil.copy(HERE / "fixtures/models.py", models)
    full, empty = folder / "full.sqlite3", folder / "empty.sqlite3"
    agree = count = 0

    def django(base, *command, **kwargs):
        call = [sys.executable, "-W", "ignore", "-c", MANAGE, str(base), str(folder), *command]
        return subprocess.run(call, capture_output=True, text=True, cwd=folder, **kwargs)

    def ormsh(base, *command):
        call = [args.bin, *command, "--schema", str(models), "--db", str(base)]
        return subprocess.run(call, capture_output=True, text=True, cwd=folder)

    def compare(what, want, got):
        nonlocal agree, count
        count += 1
        if want == got:
            agree += 1
            return
        print(f"{what}: differs")
        if args.show:
            print("  django", str(want)[:1500])
            print("  ormsh ", str(got)[:1500])

    for base in (full, empty):
        django(base, "migrate", "--run-syncdb", "-v0")
    done = django(full, "shell", "-v0", "-c", ROWS)
    if done.returncode:
        raise SystemExit(done.stderr)

    def last(done):
        """The last line of what was complained of, without who did."""
        lines = [line for line in done.stderr.strip().splitlines() if line]
        text = lines[-1] if lines else ""
        for head in ("ormsh: ", "CommandError: "):
            text = text.removeprefix(head)
        for head in ("django.core.serializers.base.", "django.db.utils.", "django.core.exceptions."):
            text = text.removeprefix(head)
        return text

    for words in DUMPS:
        want, got = django(full, "dumpdata", *words), ormsh(full, "dumpdata", *words)
        if want.returncode:
            compare(words, last(want).removeprefix("Unable to serialize database: "), last(got))
        else:
            compare(words, want.stdout.rstrip("\n"), got.stdout.rstrip("\n") + got.stderr)
    for words in (["fixtures"], ["fixtures", "--natural-foreign", "--natural-primary"]):
        text = django(full, "dumpdata", *words).stdout
        (folder / "all.json").write_text(text)
        here, there = folder / "here.sqlite3", folder / "there.sqlite3"
        shutil.copy(empty, here)
        shutil.copy(empty, there)
        want = django(here, "loaddata", "all.json")
        got = ormsh(there, "loaddata", "all.json")
        if want.returncode:
            compare(["loaddata", *words], last(want), last(got))
        else:
            compare(["loaddata", *words], want.stdout + want.stderr, got.stdout + got.stderr)
        compare(["rows", *words], dump(here), dump(there))
    for name, text in WRONG.items():
        (folder / name).write_text(text)
        here, there = folder / "here.sqlite3", folder / "there.sqlite3"
        shutil.copy(empty, here)
        shutil.copy(empty, there)
        want, got = django(here, "loaddata", str(folder / name)), ormsh(there, "loaddata", str(folder / name))
        if want.returncode:
            # Where Django says nothing of the cause, ormsh does.
            said, other = last(want), last(got)
            compare(name, said, other[: len(said)] if said.endswith(":") else other)
        else:
            compare(name, want.stdout + want.stderr, got.stdout + got.stderr)
        compare(name + " rows", dump(here), dump(there))
    print(f"{agree} of {count} the same")


if __name__ == "__main__":
    main()
