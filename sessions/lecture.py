# %% schema=../schemas/university.py
# A lecture on the ORM, from the first row to relations both ways.
st = Student(60211, 'Maya', 'Lindgren')
st.save()
Student(name='Theo', surname='Park', sid=70007).save()
st.sid = 60999
st.save()  # the primary key changed, so this is another row
Student.objects.all()

# %%
for sid, name, surname in [(31001, 'Iris', 'Wolff'), (31002, 'Jan', 'Kowal'), (31003, 'Priya', 'Nair'), (31004, 'Otto', 'Falk')]:
    Student.objects.create(sid=sid, name=name, surname=surname)

# %%
Student.objects.create(sid=31001, name='Iris', surname='Again')

# %%
Student.objects.filter(name__startswith='I')

# %%
Student.objects.filter(surname__contains='l').exclude(sid__gt='6').order_by('-surname')

# %%
str(Student.objects.filter(name__range=('A', 'J'), surname__in=['Wolff', 'Falk']).query)

# %%
Student.objects.get(sid=99999)

# %%
Student.objects.get(name__contains='i')

# %%
for cid, name in [('cs100', 'Programming.'), ('cs140', 'C.'), ('cs210', 'Data Structures.'), ('cs350', 'Software Engineering.')]:
    Course.objects.create(cid=cid, name=name)
for did, name in [('571', 'Computer Engineering'), ('567', 'Electrical Engineering')]:
    Department.objects.create(did=did, name=name)
print(Course.objects.all())
print(Department.objects.all())

# %%
s = Student.objects.get(sid='31003')
s.department = Department.objects.get(did='571')
s.save()
d = Department.objects.get(did='571')
d.student_set.all()

# %%
d.student_set.add(Student.objects.get(sid='31004'))
d.student_set.count(), list(d.student_set.values_list('name', flat=True))

# %%
s.took.add(Course.objects.get(cid='cs100'), Course.objects.get(cid='cs140'))
s.registered.add('cs350')
s.took.all()

# %%
c = Course.objects.get(cid='cs100')
c.taken.add(Student.objects.get(name='Otto'))
c.taken.all()

# %%
Course.objects.get(cid='cs210').prereq.add(c)
Course.objects.filter(prereq__cid='cs100').values('cid', 'name')

# %%
for st in Student.objects.order_by('surname', 'name'):
    print(st.name, st.surname)
    for c in st.took.order_by('cid'):
        print('  ->', c.cid, c.name)

# %%
Student.objects.filter(took__name__startswith='P', department__name__icontains='computer')

# %%
Student.objects.filter(sid__gt='6').delete()

# %%
Student.objects.filter(nme='Iris')

# %%
for st in Student.objects.all():
    print(st.nme)

# %%
from django.db.models import Count
Department.objects.annotate(students=Count('student')).values_list('name', 'students').order_by('-students')
