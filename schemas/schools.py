"""Schools, their students and teachers."""

from django.db import models


class School(models.Model):
    school_name = models.CharField("name", max_length=20)
    city = models.CharField(max_length=10)
    pass_line = models.IntegerField(default=500)

    class Meta:
        db_table = "school"
        ordering = ["pass_line"]

    def __str__(self):
        return self.school_name


class Teacher(models.Model):
    teacher_name = models.CharField(max_length=20)
    course = models.CharField(max_length=10)

    def __str__(self):
        return self.teacher_name


class Student(models.Model):
    student_name = models.CharField(max_length=20)
    age = models.IntegerField(default=15)
    score = models.IntegerField(default=560)
    school = models.ForeignKey(School, on_delete=models.SET_NULL, null=True)
    teacher = models.ManyToManyField(Teacher)

    def __str__(self):
        return self.student_name


class Identity(models.Model):
    number = models.BigIntegerField(unique=True)
    student = models.OneToOneField(Student, on_delete=models.CASCADE)
