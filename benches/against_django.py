"""The workloads of the ORM in the real Django and in ormsh, side by side.

    PYTHON benches/against_django.py ORMSH [NAME ...]

PYTHON is one that has Django 5.2; ORMSH is the binary to measure, a release build; each NAME picks the workloads that
have it in their name. Both work on the sample classroom in memory. The same text runs on both sides, each workload
in a process of its own; a workload says the seconds that it took, and the best of three runs counts.
"""

import pathlib
import subprocess
import sys
import tempfile

SCHEMA = pathlib.Path(__file__).resolve().parent.parent / "schemas" / "classroom.py"
ROUNDS = 3

MANY = """
d = Department.objects.create(code='ZZ', name='Many')
def students(start, end):
    return [Student(number=f'N{i}', name=f'Name {i}', surname='S', department=d) for i in range(start, end)]
def fill(n):
    for start in range(0, n, 10000):
        Student.objects.bulk_create(students(start, min(n, start + 10000)))
"""

# Name, what comes before (not timed), what is timed.
WORKLOADS = [
    ("get(pk) 5,000 times", "fill(5000)", "for i in range(5000): Student.objects.get(pk=f'N{i}')"),
    ("get(number=..., active=True) 3,000 times", "fill(3000)",
     "for i in range(3000): Student.objects.get(number=f'N{i}', active=True)"),
    ("filter across a relation, first(), 2,000 times", "fill(2000)",
     "for i in range(2000): Student.objects.filter(department__code='ZZ', number=f'N{i}').first()"),
    ("iterate 100,000 objects", "fill(100000)", "for s in Student.objects.all(): pass"),
    ("iterate 100,000 objects, using them", "fill(100000)",
     "n = 0\nfor s in Student.objects.all():\n    if s.active: n += len(s.name)"),
    ("values() of 100,000 rows", "fill(100000)", "for s in Student.objects.values(): pass"),
    ("values_list() of 100,000 rows", "fill(100000)", "for s in Student.objects.values_list(): pass"),
    ("values_list(flat) of 100,000 rows", "fill(100000)",
     "for s in Student.objects.values_list('name', flat=True): pass"),
    ("bulk_create 100,000", "rows = students(0, 100000)", "x = Student.objects.bulk_create(rows)"),
    ("make and bulk_create 100,000", "", "x = Student.objects.bulk_create(students(0, 100000))"),
    ("create 2,000 in a loop", "",
     "for i in range(2000): Student.objects.create(number=f'N{i}', name='n', surname='s', department=d)"),
    ("save 2,000 in a loop", "fill(2000)\nrows = list(Student.objects.all())",
     "for s in rows:\n    s.name = 'other'\n    s.save()"),
    ("count() and exists() 2,000 times", "fill(100)",
     "for i in range(1000):\n    x = Student.objects.filter(surname='S').count()\n    x = Student.objects.filter(name=f'{i}').exists()"),
    ("prefetch_related over 10,000 rows", "fill(10000)",
     "for s in Student.objects.prefetch_related('friends', 'department'): x = s.friends.all()"),
    ("prefetch_related of 10,000 children", "fill(10000)",
     "for s in Department.objects.prefetch_related('students'): x = list(s.students.all())"),
    ("select_related over 20,000 rows", "fill(20000)",
     "for s in Student.objects.select_related('department'): x = s.department.code"),
    ("iterator() over 1,000,000 rows", "fill(1000000)", "for s in Student.objects.iterator(): pass"),
    ("filters built, not run, 10,000", "",
     "for i in range(10000): q = Student.objects.filter(name='a', surname='b', department__code='c')"),
    ("SQL of a filter, 5,000 times", "",
     "for i in range(5000): q = str(Student.objects.filter(name='a', surname='b', department__code='c').query)"),
]



def text_of(before, timed):
    body = "\n".join("    " + line for line in timed.splitlines())
    return (f"import time\n{MANY}\n{before}\ndef work():\n{body}\n"
            "started = time.perf_counter()\nwork()\nprint('SECONDS', time.perf_counter() - started)\n")


DJANGO = """
import sys, types
import django
from django.apps import AppConfig, apps
from django.conf import settings
settings.configure(DATABASES={{'default': {{'ENGINE': 'django.db.backends.sqlite3', 'NAME': ':memory:'}}}},
                   DEFAULT_AUTO_FIELD='django.db.models.BigAutoField', USE_TZ=True)
module = types.ModuleType('classroom'); module.__path__ = []; module.__file__ = 'classroom'
sys.modules['classroom'] = module
class Config(AppConfig):
    name = label = 'classroom'
    path = '.'
    def import_models(self):
        self.models = self.apps.all_models[self.label]
settings.INSTALLED_APPS = []
django.setup()
config = Config('classroom', module); config.apps = apps
apps.app_configs['classroom'] = config
config.models = apps.all_models['classroom']
models = types.ModuleType('classroom.models')
sys.modules['classroom.models'] = models
exec(compile(open({schema!r}).read(), {schema!r}, 'exec'), models.__dict__)
apps.clear_cache()
from django.db import connection
with connection.schema_editor() as editor:
    for model in apps.get_models():
        editor.create_model(model)
globals().update({{model.__name__: model for model in apps.get_models()}})
"""


def seconds(command, label):
    best = None
    for _ in range(ROUNDS):
        done = subprocess.run(command, capture_output=True, text=True)
        found = [line.split() for line in done.stdout.splitlines() if "SECONDS" in line]
        if done.returncode or not found:
            raise SystemExit(f"{label}: {' '.join(command)}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        now = float(found[-1][-1])
        best = now if best is None else min(best, now)
    return best


def main():
    ormsh, wanted = sys.argv[1], sys.argv[2:]
    print(f"{'workload':<48} {'Django':>9} {'ormsh':>9} {'times':>7}")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for name, before, timed in WORKLOADS:
            if wanted and not any(word in name for word in wanted):
                continue
            text = text_of(before, timed)
            theirs, ours = folder / "theirs.py", folder / "ours.py"
            theirs.write_text(DJANGO.format(schema=str(SCHEMA)) + text)
            ours.write_text(text)
            a = seconds([sys.executable, str(theirs)], name)
            b = seconds([ormsh, "run", "--schema", str(SCHEMA), "--db", ":memory:", str(ours)], name)
            print(f"{name:<48} {a * 1000:>6.1f} ms {b * 1000:>6.1f} ms {a / b:>6.1f}x", flush=True)


if __name__ == "__main__":
    main()
