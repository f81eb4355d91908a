# %% question 1
# exercise: homework.py
# your answer:
[s.surname for s in Student.objects.filter(active=False)]

# %% question 2
Department.objects.filter(code__in=['BIO', 'CS', 'HIST'])

# %% question 3
37

# %% question 4
for s in Student.objects.filter(department=computing):
    s.active = False
    s.save()

# %% question 5
Course.objects.filter(code__startswith='MATH', title__contains='a').values_list('pk', 'title')
