# %%
%explain Student.objects.filter(born__gt='2000-01-01').order_by('born')
# %%
%explain Student.objects.filter(name__startswith='B')
# %%
%explain Student.objects.filter(name__contains='B')
# %%
%explain Student.objects.get(pk='20231074')
# %%
%explain Teacher.objects.filter(surname__in=Student.objects.values('surname')).order_by('name')
# %%
%explain Department.objects.create(code='X', name='x')
# %%
Department.objects.filter(code='X').exists()
# %%
%explain
# %%
%explain 1
# %%
for s in Student.objects.all()[:10]:
    s.department.name
    list(s.courses.all())
    s.enrolments.count()
# %%
%doctor
# %%
%doctor on
# %%
for e in Enrolment.objects.all()[:5]:
    e.student.department.name
# %%
for s in Student.objects.select_related('department'):
    s.department.name
# %%
for code in 'abcd':
    Department.objects.create(code=code, name=code)
# %%
for code in 'abcd':
    Department.objects.get(code=code)
# %%
for code in 'abcd':
    Student.objects.count()
