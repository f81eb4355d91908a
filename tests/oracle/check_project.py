"""A database of a real Django project under ormsh, and one of ormsh's under Django.

    python check_project.py --bin ORMSH [MODELS.py ...]

For each models file (the sample schemas of this repository, where none is named):
- Django: startproject, startapp, makemigrations, migrate, rows; ormsh opens the database and answers the same queries.
- ormsh makes the tables from the same models; in Django `migrate --fake-initial` fakes each app's first migration,
  makes nothing anew, and rows can be added.
"""
import argparse
import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Rows for every model of the app, however it is made: what full_clean would take, key by key.
FILL = '''
import datetime, decimal, uuid
from django.apps import apps
from django.db import models, transaction
def value(field, n, made):
    if field.is_relation:
        there = list(field.related_model._default_manager.all()[:3])
        if not there:
            return None
        return there[0 if field.unique else n % len(there)] if not field.unique else there[n % len(there)]
    if field.choices:
        flat = [c for c, _ in field.flatchoices]
        return flat[n % len(flat)]
    kind = field.get_internal_type()
    text = "%s %d" % (field.name, n)
    return {
        "CharField": text, "TextField": text * 3, "SlugField": "s-%d" % n, "EmailField": "a%d@b.org" % n,
        "URLField": "http://x.org/%d" % n, "IntegerField": n * 7, "PositiveIntegerField": n,
        "PositiveSmallIntegerField": n + 1, "SmallIntegerField": n, "BigIntegerField": n * 10**10,
        "FloatField": n / 3, "BooleanField": n % 2 == 0, "DateField": datetime.date(2020, 1 + n, 2),
        "DateTimeField": datetime.datetime(2021, 1 + n, 3, 4, 5, 6, tzinfo=datetime.timezone.utc),
        "TimeField": datetime.time(n, 30), "DurationField": datetime.timedelta(days=n, seconds=5),
        "DecimalField": decimal.Decimal(n) + decimal.Decimal("0.5"), "UUIDField": uuid.UUID(int=n + 1),
        "JSONField": {"n": n, "list": [1, None]}, "GenericIPAddressField": "10.0.0.%d" % n, "BinaryField": b"x" * n,
        "FileField": "f/%d.txt" % n, "FilePathField": "/p/%d" % n,
    }.get(kind)
def fill(label):
    for _ in range(2):
        for model in apps.get_app_config(label).get_models():
            for n in range(1, 5):
                try:
                    with transaction.atomic():
                        kwargs = {}
                        for f in model._meta.concrete_fields:
                            if f.auto_created or getattr(f, "generated", False) or (f.is_relation and f.remote_field.parent_link):
                                continue
                            v = value(f, n, {})
                            if isinstance(v, str) and f.max_length:
                                v = v[-f.max_length:]
                            if v is not None:
                                kwargs[f.name] = v
                        obj = model._default_manager.create(**kwargs)
                        for f in model._meta.many_to_many:
                            if f.remote_field.through._meta.auto_created:
                                getattr(obj, f.name).add(*f.related_model._default_manager.all()[:2])
                except Exception as e:
                    pass
'''

QUERIES = '''
import json
from django.apps import apps
from django.db.models import Count
def ask(label):
    out = []
    for model in apps.get_app_config(label).get_models():
        manager = model._default_manager
        out.append([model.__name__, manager.count(), repr(list(manager.order_by("pk").values()))])
        out.append(repr(list(manager.order_by("pk"))))
        for f in model._meta.get_fields():
            name = f.name
            if f.is_relation and f.related_model is None:
                continue
            try:
                out.append([name, repr(list(manager.order_by("pk").values_list("pk", name)))])
                out.append([name, repr(list(manager.values(name).annotate(n=Count("pk")).order_by(name, "n")))])
                out.append([name, repr(list(manager.filter(**{name + "__isnull": False}).order_by("pk").values_list("pk", flat=True)))])
            except Exception as e:
                out.append([name, type(e).__name__, str(e)])
    return out
print(json.dumps(ask("%s"), indent=1))
'''


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", default="ormsh")
    parser.add_argument("files", nargs="*")
    args = parser.parse_args()
    agree = 0
    files = [Path(f).resolve() for f in args.files] or sorted((ROOT / "schemas").glob("*.py"))
    for path in files:
        label = path.parent.name if path.stem == "models" else path.stem
        folder = Path(tempfile.mkdtemp())
        good = True

        def run(*command, **kwargs):
            done = subprocess.run([sys.executable, *command], cwd=folder, capture_output=True, text=True, **kwargs)
            if done.returncode:
                raise SystemExit(f"{label}: {command}: {done.stdout[-800:]}{done.stderr[-800:]}")
            return done.stdout

        run("-m", "django", "startproject", "project", ".")
        run("manage.py", "startapp", label)
        shutil.copy(path, folder / label / "models.py")
        settings = folder / "project/settings.py"
        settings.write_text(settings.read_text().replace("INSTALLED_APPS = [", f"INSTALLED_APPS = [\n    '{label}',"))
        run("manage.py", "makemigrations", "-v0", label)
        run("manage.py", "migrate", "-v0")
        run("manage.py", "shell", "-v0", "-c", FILL + f"fill('{label}')\nfrom django.contrib.auth.models import User\nUser.objects.create_user('ada', 'a@b.org', 'secret')")
        want = run("manage.py", "shell", "-v0", "-c", QUERIES % label)
        base = folder / "db.sqlite3"
        before = base.read_bytes()
        got = subprocess.run(
            [args.bin, "--schema", str(folder / label / "models.py"), "--db", str(base), "-c", QUERIES % label],
            capture_output=True, text=True)
        if got.stderr:
            good = False
            print(f"{label}: {got.stderr.strip()[:600]}")
        a, b = want.splitlines(), got.stdout.splitlines()
        if a != b:
            good = False
            wrong = [(x, y) for x, y in zip(a, b) if x != y][:3]
            print(f"{label}: answers differ: {wrong or (len(a), len(b), got.stdout[-300:])}")
        if base.read_bytes() != before:
            good = False
            print(f"{label}: the database was changed by looking")
        user = subprocess.run(
            [args.bin, "--schema", str(folder / label / "models.py"), "--db", str(base), "-c",
             "from django.contrib.auth.models import User; u = User.objects.get(); print(u, u.check_password('secret'), u.pk)"],
            capture_output=True, text=True)
        if user.stdout.strip() != "ada True 1":
            good = False
            print(f"{label}: the user: {user.stdout}{user.stderr[-300:]}")
        # The other way.
        base.unlink()
        made = subprocess.run(
            [args.bin, "--schema", str(folder / label / "models.py"), "--db", str(base), "-c", "1"],
            capture_output=True, text=True)
        if made.returncode or made.stderr:
            good = False
            print(f"{label}: {made.stderr}")
        connection = sqlite3.connect(base)
        schema = "SELECT name, sql FROM sqlite_master WHERE tbl_name LIKE ? AND sql IS NOT NULL ORDER BY name"
        ours = connection.execute(schema, [f"{label}_%"]).fetchall()
        told = run("manage.py", "migrate", "--fake-initial", "--no-color")
        if f"Applying {label}.0001_initial... FAKED" not in told:
            good = False
            print(f"{label}: not recognised: {told}")
        if connection.execute(schema, [f"{label}_%"]).fetchall() != ours:
            good = False
            print(f"{label}: Django changed the tables")
        more = run("manage.py", "makemigrations", "--check", "--dry-run", label)
        run("manage.py", "shell", "-v0", "-c", FILL + f"fill('{label}')")
        want = run("manage.py", "shell", "-v0", "-c", QUERIES % label)
        got = subprocess.run(
            [args.bin, "--schema", str(folder / label / "models.py"), "--db", str(base), "-c", QUERIES % label],
            capture_output=True, text=True)
        if want != got.stdout or got.stderr:
            good = False
            print(f"{label}: answers differ the other way {got.stderr[:300]}")
        agree += good
    print(f"{agree} of {len(files)} the same")


if __name__ == "__main__":
    main()
