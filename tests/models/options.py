# %% schema=../../schemas/classroom.py
Student._meta.db_table, Student._meta.pk.name, Student._meta.verbose_name_plural

# %%
[f.name for f in Student._meta.get_fields()]

# %%
Enrolment._meta.unique_together, Course._meta.ordering

# %%
Teacher(rank='P').get_rank_display()

# %%
d = Department.objects.create(code='ART', name='Art')
Teacher.objects.create(name='A', surname='B', email='a@b.example', hired=date(2020, 1, 2), department=d)

# %%
d.teachers.all(), Teacher.objects.filter(department__code='ART').values('name', 'hired')

# %%
Student(number='1', nme='x')
