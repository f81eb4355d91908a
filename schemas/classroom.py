"""A small school: the sample that ormsh opens when it is given no schema."""

from django.db import models


class Department(models.Model):
    code = models.CharField(max_length=4, unique=True)
    name = models.CharField(max_length=60)
    building = models.CharField(max_length=30, blank=True)
    budget = models.DecimalField(max_digits=10, decimal_places=2, default=0)

    class Meta:
        ordering = ["code"]

    def __str__(self):
        return self.name


class Teacher(models.Model):
    RANKS = [("A", "Assistant"), ("L", "Lecturer"), ("P", "Professor")]

    name = models.CharField(max_length=30)
    surname = models.CharField(max_length=30)
    rank = models.CharField(max_length=1, choices=RANKS, default="L")
    email = models.EmailField(unique=True)
    hired = models.DateField()
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="teachers")
    mentor = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="mentees")

    def __str__(self):
        return f"{self.name} {self.surname}"


class Student(models.Model):
    number = models.CharField(max_length=8, primary_key=True)
    name = models.CharField(max_length=30)
    surname = models.CharField(max_length=30)
    born = models.DateField(null=True, blank=True)
    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="students")
    adviser = models.ForeignKey(Teacher, on_delete=models.SET_NULL, null=True, blank=True, related_name="advisees")
    active = models.BooleanField(default=True)
    friends = models.ManyToManyField("self", blank=True)

    class Meta:
        indexes = [models.Index(fields=["surname", "name"], name="student_by_name")]

    def __str__(self):
        return f"{self.number} {self.name} {self.surname}"

    @property
    def full_name(self):
        return f"{self.name} {self.surname}"


class Room(models.Model):
    name = models.CharField(max_length=10, unique=True)
    seats = models.PositiveIntegerField()

    def __str__(self):
        return self.name


class CourseQuerySet(models.QuerySet):
    def open(self):
        return self.filter(capacity__gt=0)

    def taught_by(self, surname):
        return self.filter(teacher__surname__iexact=surname)


class Course(models.Model):
    code = models.CharField(max_length=8, unique=True)
    title = models.CharField(max_length=80)
    credits = models.PositiveSmallIntegerField(default=3)
    capacity = models.PositiveIntegerField(default=30)
    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="courses")
    teacher = models.ForeignKey(Teacher, on_delete=models.SET_NULL, null=True, related_name="courses")
    room = models.ForeignKey(Room, on_delete=models.SET_NULL, null=True, blank=True)
    requires = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="leads_to")
    students = models.ManyToManyField(Student, through="Enrolment", related_name="courses")

    objects = CourseQuerySet.as_manager()

    class Meta:
        ordering = ["code"]

    def __str__(self):
        return f"{self.code} {self.title}"


class Enrolment(models.Model):
    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="enrolments")
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="enrolments")
    grade = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    enrolled = models.DateTimeField()

    class Meta:
        unique_together = [("student", "course")]

    def __str__(self):
        return f"{self.student_id} in {self.course_id}"


class Book(models.Model):
    title = models.CharField(max_length=100)
    author = models.CharField(max_length=60)
    year = models.IntegerField(null=True)
    courses = models.ManyToManyField(Course, blank=True, related_name="books")

    def __str__(self):
        return self.title


class Loan(models.Model):
    book = models.ForeignKey(Book, on_delete=models.CASCADE, related_name="loans")
    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="loans")
    taken = models.DateField()
    returned = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-taken"]

    def __str__(self):
        return f"{self.book} ({self.student_id})"
