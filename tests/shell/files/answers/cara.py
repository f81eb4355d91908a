# %% question 1
# exercise: homework.py
# your answer:

# %% question 2
while True:
    try:
        pass
    except BaseException:
        pass

# %% question 3
Student.objects.filter(departmnt=computing).count()

# %% question 4
Student.objects.filter(department=computing).update(active=False)

# %% question 5
def f(n):
    return f(n + 1)
f(0)
