from django.db import models


class Department(models.Model):
    did = models.CharField(max_length=10, primary_key=True)
    name = models.CharField(max_length=30)


class Course(models.Model):
    cid = models.CharField(max_length=10, primary_key=True)
    name = models.CharField(max_length=100)
    # A prerequisite is no friendship: it has one direction.
    prereq = models.ManyToManyField('self', symmetrical=False, blank=True)

    def __str__(self):
        return ':'.join([str(self.cid), str(self.name)])


class Student(models.Model):
    sid = models.CharField(max_length=10, primary_key=True)
    name = models.CharField(max_length=30)
    surname = models.CharField(max_length=30)
    department = models.ForeignKey(Department, on_delete=models.SET_NULL, blank=True, null=True)
    took = models.ManyToManyField(Course, related_name='taken')
    registered = models.ManyToManyField(Course, related_name='enrolled')

    def __str__(self):
        return ' '.join([str(self.sid), str(self.name), str(self.surname)])
