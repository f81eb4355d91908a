"""Clubs, their members and what they own: every option of a field has its place here."""

from django.core.validators import MinValueValidator
from django.db import models


class Person(models.Model):
    JUNIOR, SENIOR = "JR", "SR"
    YEARS = [("FR", "Freshman"), ("SO", "Sophomore"), (JUNIOR, "Junior"), (SENIOR, "Senior")]

    first_name = models.CharField("given name", max_length=30)
    last_name = models.CharField(max_length=30, blank=True)
    year = models.CharField(max_length=2, choices=YEARS, default="FR")
    nickname = models.SlugField(unique=True, null=True)

    def is_upperclass(self):
        return self.year in (self.JUNIOR, self.SENIOR)

    def __str__(self):
        return f"{self.first_name} {self.last_name}".strip()


class Club(models.Model):
    name = models.CharField(max_length=128)
    members = models.ManyToManyField(Person, through="Membership", related_name="clubs")

    def __str__(self):
        return self.name


class Membership(models.Model):
    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    club = models.ForeignKey(Club, on_delete=models.CASCADE)
    joined = models.DateField()
    reason = models.CharField(max_length=64)

    class Meta:
        ordering = ["joined"]
        get_latest_by = "joined"


class Thing(models.Model):
    """What belongs to a club, one way or another."""

    label = models.CharField(max_length=40)
    price = models.DecimalField(max_digits=6, decimal_places=2, validators=[MinValueValidator(0)])

    def __str__(self):
        return self.label


class Boat(Thing):
    club = models.ForeignKey(Club, on_delete=models.PROTECT, related_name="boats")
    seats = models.PositiveSmallIntegerField(default=1)


class MyPerson(Person):
    class Meta:
        proxy = True
        ordering = ["last_name"]

    def shout(self):
        return str(self).upper()
