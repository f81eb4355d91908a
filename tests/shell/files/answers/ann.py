# %% question 1: The surnames of all students that are not active, in alphabetical order.
# exercise: homework.py
# your answer:
Student.objects.filter(active=False).order_by('surname', 'name').values_list('surname', flat=True)

# %% question 2
from django.db.models import Count
Department.objects.annotate(Count('students')).filter(students__count__gt=15).order_by('name')

# %% question 3
Student.objects.filter(department=computing).count()

# %% question 4
Student.objects.filter(department__code='CS').update(active=False)

# %% question 5
Course.objects.filter(code__startswith='MATH').values('title', 'pk')
