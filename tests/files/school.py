"""Schools, students and their teachers: the models of a student's notes."""
from django.db import models


class School(models.Model):
    school_name = models.CharField(max_length=20)
    city = models.CharField(max_length=20)
    pass_line = models.IntegerField(default=600)

    def __str__(self):
        return self.school_name


class Identity(models.Model):
    student_number = models.CharField(max_length=20)

    def __str__(self):
        return self.student_number


class Teacher(models.Model):
    teacher_name = models.CharField(max_length=20)
    sex = models.BooleanField(default=True)
    course = models.CharField(max_length=20, default='语文')

    def __str__(self):
        return self.teacher_name


class Student(models.Model):
    student_name = models.CharField(max_length=20)
    age = models.IntegerField(default=15, null=True)
    score = models.IntegerField(default=560)
    identity = models.OneToOneField('Identity', on_delete=models.CASCADE, null=True)
    school = models.ForeignKey('School', on_delete=models.CASCADE, null=True)
    teacher = models.ManyToManyField('Teacher', through="StudentToTeacher")

    def __str__(self):
        return self.student_name


class StudentToTeacher(models.Model):
    st_id = models.AutoField(primary_key=True)
    student = models.ForeignKey(Student, on_delete=models.CASCADE)
    teacher = models.ForeignKey(Teacher, on_delete=models.CASCADE)


class Tb1(models.Model):
    name = models.CharField(max_length=5)
    status = models.CharField(max_length=5)
