"""Compare `ormsh schema sql` with what Django's schema editor emits for the same models.

    python check_ddl.py --bin ORMSH [--show] [LABEL=]MODELS.py ...

Each models file is one run of both. An app of Django's own tests is named by its models file; apps that it imports
are loaded beside it. Prints the statements that differ, and how many files agree.
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path


def needed(label, path, seen):
    """The app and those whose models its file imports, in order, where they stand beside it."""
    seen[label] = path
    for other in re.findall(r"^from (\w+)\.models import|^\s+from (\w+)\.models import", path.read_text(), re.M):
        other = other[0] or other[1]
        beside = path.parent.parent / other / "models.py"
        if other not in seen and beside.exists():
            needed(other, beside, seen)
    return seen


def django_statements(apps_of, wanted, auto):
    """Run in a process of its own: the statements of one app's models, in the order of their definition."""
    import django
    from django.conf import settings

    root = tempfile.mkdtemp()
    for label, path in apps_of.items():
        path = Path(path)
        if path.stem == "__init__":
            sys.path.insert(0, str(path.parent.parent.parent))
        elif path.stem != "models" or path.parent.name != label:
            os.makedirs(f"{root}/{label}")
            open(f"{root}/{label}/__init__.py", "w").close()
            Path(f"{root}/{label}/models.py").write_text(path.read_text())
            sys.path.insert(0, root)
        else:
            sys.path.insert(0, str(path.parent.parent))
    installed = ["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sites", *apps_of]
    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        INSTALLED_APPS=installed,
        DEFAULT_AUTO_FIELD=f"django.db.models.{auto}",
        USE_TZ=False,
    )
    django.setup()
    from django.apps import apps
    from django.db import connection

    connection.disable_constraint_checking()
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        for model in apps.get_app_config(wanted).get_models():
            if model._meta.can_migrate(connection):
                editor.create_model(model)
    for statement in editor.collected_sql:
        if not statement.startswith("--"):
            print(statement)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", default="ormsh")
    parser.add_argument("--auto", default="AutoField")
    parser.add_argument("--show", action="store_true", help="print the statements that differ")
    parser.add_argument("files", nargs="+")
    args = parser.parse_args()
    agree = 0
    for text in args.files:
        label, _, name = text.rpartition("=")
        path = Path(name).resolve()
        named = {"models": path.parent.name, "__init__": path.parent.parent.name}
        label = label or named.get(path.stem, path.stem)
        found = needed(label, path, {})
        code = f"import check_ddl; check_ddl.django_statements({ {k: str(v) for k, v in found.items()} }, {label!r}, {args.auto!r})"
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parent)
        if done.returncode:
            print(f"{label}: Django: {done.stderr.strip().splitlines()[-1]}")
            continue
        command = [args.bin, "schema", "sql", "--set", "USE_TZ=False", "--set", f"DEFAULT_AUTO_FIELD=django.db.models.{args.auto}"]
        # The app itself alone is printed: what it needs is found as its sibling.
        command += ["--schema", f"{label}={path}"]
        for other, where in found.items():
            if other != label:
                command += ["--schema", f"{other}={where}"]
        ours = subprocess.run(command, capture_output=True, text=True)
        if ours.returncode:
            print(f"{label}: ormsh: {ours.stderr.strip().splitlines()[-1] if ours.stderr else ours.returncode}")
            continue
        want, got = done.stdout.splitlines(), ours.stdout.splitlines()
        if len(found) > 1:
            got = [line for line in got if line in set(want)]
        if want == got:
            agree += 1
            continue
        missing, extra = [w for w in want if w not in got], [g for g in got if g not in want]
        print(f"{label}: {len(missing)} missing, {len(extra)} not Django's" + ("" if missing or extra else ": order"))
        if args.show:
            for sign, lines in (("  django ", missing), ("  ormsh  ", extra)):
                for line in lines:
                    print(sign + line)
    print(f"{agree} of {len(args.files)} the same")


if __name__ == "__main__":
    main()
