from django.db import models


class Student(models.Model):
    name = models.CharFeild(max_length=10)
