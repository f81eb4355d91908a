# %% schema=../schemas/schools.py
# Notes from another class: create, update, group, F and Q, every kind of relation. 学校 too.
School.objects.create(school_name='清风', city='beijing', pass_line=680)
School.objects.create(**{'school_name': '北岸', 'city': 'beijing', 'pass_line': 690})
School.objects.bulk_create([School(school_name='东山', city='shandong', pass_line=640), School(school_name='海门', city='shanghai', pass_line=655)])
School.objects.all()

# %%
School.objects.filter(city='beijing').order_by('-pass_line').values_list('school_name', 'pass_line')

# %%
sh = School.objects.get(school_name='东山')
for name, age, score in [('小海', 21, 662), ('Jerry', 18, 581), ('Ming', 22, 611)]:
    sh.student_set.create(student_name=name, age=age, score=score)
Student.objects.create(student_name='Lee', age=19, school_id=1)
Student.objects.filter(age__in=[18, 19])

# %%
Student.objects.filter(pk=2).update(age=17), Student.objects.filter(id__lt=3).update(**{'age': 18, 'score': 666})

# %%
Student.objects.aggregate(Avg('score'), Count('score'), Max('age'), Min('age'), Sum('score'))

# %%
School.objects.values('city').annotate(Count('pass_line')).order_by('city')

# %%
Student.objects.values('school__city').annotate(n=Count('id')).order_by('-n')

# %%
school = School.objects.get(pk=3)
school.pass_line = F('pass_line') + 20
school.save()
school.refresh_from_db()
school.pass_line

# %%
School.objects.filter(pk=3).update(F('pass_line') + 20)

# %%
School.objects.filter(Q(city='shandong') | Q(city='shanghai'), pass_line__lt=660)

# %%
con, q1 = Q(), Q()
q1.connector = 'OR'
q1.children.append(('id', 1))
q1.children.append(('pass_line__lt', 660))
con.add(q1, 'AND')
School.objects.filter(con)

# %%
Identity.objects.create(number=20190711011, student=Student.objects.get(student_name='Ming'))
Student.objects.get(student_name='Ming').identity.number, Identity.objects.get(pk=1).student

# %%
Student.objects.get(student_name='Lee').identity

# %%
st = Student.objects.get(student_name='小海')
School.objects.get(pk=4).student_set.add(st)
st.school.school_name, st.school_id

# %%
School.objects.get(pk=4).student_set.remove(st)
st.refresh_from_db()
print(st.school)

# %%
lu = Teacher.objects.create(teacher_name='鲁先生', course='语文')
st.teacher.add(lu)
lu.student_set.all(), st.teacher.filter(course__startswith='语')

# %%
School.objects.filter(student__age__lt=19).distinct()

# %%
School.objects.exclude(student__isnull=True).earliest('pass_line')

# %%
School.objects.filter(city='beijing').delete()
