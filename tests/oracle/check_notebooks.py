"""Asks Jupyter whether the notebooks that ormsh writes are notebooks. Run by hand:

    python -m venv /tmp/jupyter && /tmp/jupyter/bin/pip install nbformat nbconvert ipykernel 'django==5.2.*'
    /tmp/jupyter/bin/python tests/oracle/check_notebooks.py target/release/ormsh

- Every session of the repository is written as a notebook, which nbformat validates and nbconvert turns into HTML.
- `tests/formats/lecture.ipynb` with the results that ormsh gives is run by nbconvert under the real Django, and the
  results that Jupyter then puts there pass `ormsh check`.
- Written by ormsh with the same results, a notebook is, byte for byte, the file that Jupyter wrote.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import nbformat
from nbconvert import HTMLExporter

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = str(pathlib.Path(sys.argv[1]).resolve())
SETTINGS = """
SECRET_KEY = 'x'
INSTALLED_APPS = ['student']
DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'db.sqlite3'}}
DEFAULT_AUTO_FIELD = 'django.db.models.BigAutoField'
USE_TZ = True
"""


def ormsh(*arguments, **options):
    return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, **options)


def options_of(session):
    first = session.read_text().split("\n", 1)[0]
    options = []
    for word in first.removeprefix("# %%").split():
        if word.startswith("schema="):
            options += ["--schema", session.parent / word.removeprefix("schema=")]
        elif word.startswith("set="):
            options += ["--set", word.removeprefix("set=")]
    return options


def validate():
    count = 0
    sessions = [p for folder in ("sessions", "tests/queries", "tests/models") for p in sorted((ROOT / folder).glob("*.py"))]
    for session in sessions:
        done = ormsh("export", session, "--to", "ipynb", *options_of(session))
        if done.returncode:
            sys.exit(f"{session}: {done.stderr}")
        notebook = nbformat.reads(done.stdout, as_version=4)
        nbformat.validate(notebook)
        body, _ = HTMLExporter().from_notebook_node(notebook)
        assert "<html" in body
        count += 1
    print(f"{count} notebooks are valid, and nbconvert reads them")


def run():
    with tempfile.TemporaryDirectory() as name:
        place = pathlib.Path(name)
        (place / "d2017").mkdir()
        (place / "d2017/__init__.py").touch()
        (place / "d2017/settings.py").write_text(SETTINGS)
        shutil.copytree(ROOT / "tests/formats/student", place / "student")
        (place / "student/__init__.py").touch()
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "d2017.settings", "DJANGO_ALLOW_ASYNC_UNSAFE": "1", "PYTHONPATH": name}
        migrate = "import django; django.setup(); from django.core.management import call_command as c; c('migrate', run_syncdb=True, verbosity=0)"
        subprocess.run([sys.executable, "-c", migrate], cwd=place, env=environment, check=True)
        lecture = ROOT / "tests/formats/lecture.ipynb"
        ours = place / "ours.ipynb"
        done = ormsh("run", lecture, "-o", ours, "--schema", place / "student/models.py")
        assert done.returncode == 0, done.stderr
        nbformat.validate(nbformat.read(ours, as_version=4))
        command = [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", "--allow-errors", "ours.ipynb", "--output", "jupyter.ipynb"]
        subprocess.run(command, cwd=place, env=environment, check=True, capture_output=True)
        done = ormsh("check", place / "jupyter.ipynb", "--schema", place / "student/models.py")
        print(done.stdout.strip().replace(name, ""))
        assert done.returncode == 0, done.stderr
        again = place / "again.ipynb"
        ormsh("run", ours, "-o", again, "--schema", place / "student/models.py")
        bare = lambda path: re.sub(rb"0x[0-9a-f]+", b"0x", path.read_bytes())
        assert bare(again) == bare(ours)
        theirs = json.loads((place / "jupyter.ipynb").read_text())
        assert nbformat.writes(nbformat.from_dict(theirs)).strip() == (place / "jupyter.ipynb").read_text().strip()
        print("run by Jupyter under the real Django, it shows what ormsh shows")


validate()
run()
