# %% [markdown]
# # Homework 3: asking the classroom
# Write each query in the cell under its question. The last line of a cell is the answer.

# %% setup
computing = Department.objects.get(code='CS')

# %% question 1: The surnames of all students that are not active, in alphabetical order.
# points: 2
# queries: 1
# forbid: loop
# answer
Student.objects.filter(active=False).order_by('surname').values_list('surname', flat=True)

# %% question 2: The departments with more than 15 students.
# use: annotate
# note: many forget that Count counts joined rows
# answer
from django.db.models import Count
Department.objects.annotate(n=Count('students')).filter(n__gt=15)

# %% question 3: How many students does computing have?
# answer
computing.students.count()

# %% question 4: Set all students of computing inactive, with one query.
# queries: 1
# check: Student.objects.filter(active=True).count()
# check: computing.students.filter(active=True).exists()
# answer
computing.students.update(active=False)

# %% question 5: The number and title of courses whose code starts with MATH.
# compare: values
# answer
Course.objects.filter(code__startswith='MATH').values_list('pk', 'title')

# %% hidden data: a smaller school
Student.objects.exclude(department__code__in=['CS', 'BIO']).delete()
Student.objects.filter(pk__in=list(Student.objects.values_list('pk', flat=True)[:5])).update(active=False, surname='Aaron')
Student.objects.filter(department=computing, pk__gt=Student.objects.order_by('pk')[40].pk).delete()
Course.objects.filter(code='MATH101').delete()

# %% teacher
# The rooms are not asked for this year.
