# %% schema=../files/school.py
th = Teacher(teacher_name='Alice', sex=True)
th.save()
th = Teacher()
th.teacher_name = 'Even'
th.sex = False
th.save()
# %%
School.objects.create(school_name='清华',city='beijing')
sh_info = {'school_name': '北大', 'city': 'beijing'}
School.objects.create(**sh_info)
# %%
school1 = School.objects.create(school_name='x', city='y'); school1.delete()
# %%
School.objects.filter(city='beijing').delete()
# %%
School.objects.all().delete()
# %%
for n, c, p in [('清华大学','beijing',685),('北京大学','beijing',680),('山东大学','shandong',657),('复旦大学','shanghai',665)]: School.objects.create(school_name=n, city=c, pass_line=p)
Student.objects.create(student_name='Ming', age=21, score=560); Student.objects.create(student_name='Jerry', age=18, score=666); Student.objects.create(student_name='Lee', age=19, score=628)
# %%
Student.objects.filter(pk=2).update(age=18)
# %%
st_info = {'age': 18, 'score': 666}
Student.objects.filter(id__lt=3).update(**st_info)
# %%
sh = School.objects.get(pk=4)
Student.objects.filter(pk=3).update(school=sh)
# %%
School.objects.all()
# %%
School.objects.get(school_name='北京大学')
# %%
School.objects.filter(city='beijing')
# %%
School.objects.exclude(city='beijing')
# %%
School.objects.filter(pk=1).values()
# %%
School.objects.order_by('-pass_line').values_list('school_name', 'pass_line')
# %%
School.objects.all().reverse(), School.objects.count(), School.objects.first(), School.objects.last(), School.objects.filter(pk=9).exists()
# %%
Student.objects.filter(age__in=[18,19])
# %%
Student.objects.filter(age__gt=20), Student.objects.filter(age__lt=20), Student.objects.filter(score__range=[650, 700]), Student.objects.filter(age__isnull=True)
# %%
Student.objects.filter(student_name__exact='Ming'), Student.objects.filter(student_name__iexact='ming'), Student.objects.filter(student_name__contains='e'), Student.objects.filter(student_name__startswith='M'), Student.objects.filter(student_name__endswith='g')
# %%
from django.db.models import Avg, Count, Max, Min, Sum
Student.objects.aggregate(Avg('score'))
# %%
Student.objects.aggregate(Count('score')), Student.objects.count(), Student.objects.aggregate(Max('score')), Student.objects.aggregate(min_value=Min('score')), Student.objects.aggregate(sums=Sum('score'))
# %%
School.objects.values('city').annotate(Count('pass_line'))
# %%
School.objects.values('city').annotate(Max('pass_line'))
# %%
from django.db.models import F
school = School.objects.get(pk=3)
school.pass_line = F('pass_line') + 20
school.save()
# %%
school = School.objects.filter(pk=3)
school.update(F('pass_line') + 20)
# %%
school.update(pass_line=F('pass_line') + 20)
# %%
school = School.objects.get(pk=3)
school.pass_line = F('pass_line') + 20
school.save()
school.save()
# %%
school.pass_line
# %%
school.refresh_from_db(); school.pass_line
# %%
from django.db.models import Q
School.objects.filter(city='beijing', pass_line__gt=680)
# %%
School.objects.filter(Q(city='beijing') & Q(pass_line__gt=680))
# %%
School.objects.filter(Q(city='beijing') | Q(pass_line__gt=680))
# %%
School.objects.filter(~Q(city='beijing'))
# %%
School.objects.filter(Q(city='shandong') | Q(city='shanghai'), pass_line__lt=660)
# %%
con = Q()
q1 = Q()
q1.connector = 'OR'
q1.children.append(('id', 1))
q1.children.append(('id__lt', 2))
q1.children.append(('name__contains', 'hi'))
q2 = Q()
q2.connector = 'OR'
q2.children.append(('status', '在线'))
con.add(q1, 'AND')
con.add(q2, 'AND')
Tb1.objects.filter(con)
# %%
con
# %%
q1.children.append(('id_lt', 2))
Tb1.objects.filter(q1)
# %%
st = Student.objects.get(pk=2)
st.identity = Identity.objects.create(student_number='20190711011'); st.save()
print(st.identity)
id = Identity.objects.get(pk=1)
print(id.student)
# %%
sh_obj1 = School.objects.filter(city='shanghai').first()
student1_info = { 'student_name': '小海', 'age': 21, 'score': 662, 'school': sh_obj1 }
Student.objects.create(**student1_info)
# %%
sh_obj2 = School.objects.filter(pass_line__lt=660).order_by('pass_line').last()
student2_info = { 'student_name': '大B', 'age': 20, 'score': 1, 'school_id': 3 }
Student.objects.create(**student2_info)
# %%
sh = School.objects.get(pk=1)
sh.student_set.create( student_name='大黄', age=23, score=581, )
# %%
obj = Student.objects.filter(school__city='shanghai')
print(obj)
obj = Student.objects.values('school__city').annotate(Count('age'))
print(obj)
# %%
student = Student.objects.filter(student_name='小海').first()
print(student.school)
obj = School.objects.filter(city='shandong').first()
student.school = obj
student.save()
student.refresh_from_db()
print(student.school)
# %%
student.school = None
student.save()
# %%
sh_obj = School.objects.filter(city='beijing').last()
st_obj = sh_obj.student_set.all()
print(st_obj)
obj = st_obj.order_by('age')
print(obj)
# %%
obj = School.objects.filter(student__age__lt=18)
print(obj)
# %%
st = Student.objects.get(student_name='小海')
print(st.school)
sh = School.objects.get(pk=4)
sh.student_set.add(st)
print(st.school)
# %%
sh.student_set.add(4)
# %%
sh = School.objects.get(school_name='复旦大学')
sh.student_set.remove(st)
st.refresh_from_db()
print(st.school)
# %%
sh.student_set.remove(4)
# %%
sh.student_set.clear()
# %%
sh.student_set.set([st], bulk=False)
# %%
sh.student_set.set([], clear=True)
# %%
teacher_info = { 'teacher_name': '鲁迅', 'sex': False, 'course': '语文' }
Teacher.objects.create(**teacher_info)
student_info = { 'student_name': '老王头', 'age': 25, 'score': 562, }
Student.objects.create(**student_info)
# %%
th = Teacher.objects.filter(course='语文').first()
st = Student.objects.filter(student_name='老王头').first()
st.teacher.add(th)
print(st.teacher.all())
# %%
th = Teacher.objects.get(pk=1)
st = Student.objects.filter(pk__lt=3)
th.student_set.add(*st)
print(th.student_set.all())
# %%
th.student_set.remove(1); th.student_set.all()
# %%
th.student_set.set([1, 2]); th.student_set.set([2], clear=True)
# %%
th.student_set.clear()
# %%
th.student_set.add(1, bulk=True)
