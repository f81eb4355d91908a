"""People, the places they stay at, a field of every type. The schema of the longer query cases."""
import uuid
from decimal import Decimal
from django.db import models


class Place(models.Model):
    name = models.CharField(max_length=50)
    address = models.CharField(max_length=80, blank=True, null=True)

    def __str__(self):
        return self.name


class Restaurant(Place):
    stars = models.IntegerField(default=0)
    chef = models.ForeignKey("Person", null=True, on_delete=models.SET_NULL, related_name="kitchens")


class Person(models.Model):
    name = models.CharField(max_length=50)
    nick = models.CharField(max_length=50, null=True)
    born = models.DateField(null=True)
    height = models.FloatField(null=True)
    salary = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    boss = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="staff")
    friends = models.ManyToManyField("self")
    homes = models.ManyToManyField(Place, related_name="dwellers", through="Stay")

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class Stay(models.Model):
    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    place = models.ForeignKey(Place, on_delete=models.CASCADE)
    since = models.DateField(null=True)
    nights = models.IntegerField(default=1)

    class Meta:
        ordering = ["-since", "pk"]


class Passport(models.Model):
    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True)
    number = models.CharField(max_length=20, unique=True)


class Everything(models.Model):
    big = models.BigIntegerField(null=True)
    binary = models.BinaryField(null=True)
    flag = models.BooleanField(null=True)
    char = models.CharField(max_length=30, null=True)
    date = models.DateField(null=True)
    dt = models.DateTimeField(null=True)
    dec = models.DecimalField(max_digits=8, decimal_places=3, null=True)
    dur = models.DurationField(null=True)
    email = models.EmailField(null=True)
    flt = models.FloatField(null=True)
    ip = models.GenericIPAddressField(null=True)
    num = models.IntegerField(null=True)
    js = models.JSONField(null=True)
    pos = models.PositiveIntegerField(null=True)
    posbig = models.PositiveBigIntegerField(null=True)
    possmall = models.PositiveSmallIntegerField(null=True)
    slug = models.SlugField(null=True)
    small = models.SmallIntegerField(null=True)
    text = models.TextField(null=True)
    time = models.TimeField(null=True)
    url = models.URLField(null=True)
    uid = models.UUIDField(null=True)
    file = models.FileField(null=True, upload_to="x")
    choice = models.CharField(max_length=2, choices=[("a", "Ay"), ("b", "Bee")], null=True)
    total = models.GeneratedField(expression=models.F("num") + models.F("small"), output_field=models.IntegerField(), db_persist=True)


class UuidThing(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    code = models.CharField(max_length=10, unique=True)


class Child(models.Model):
    thing = models.ForeignKey(UuidThing, on_delete=models.CASCADE, to_field="code", related_name="kids", related_query_name="kid")
    rank = models.IntegerField(default=0)

    class Meta:
        get_latest_by = "rank"
        order_with_respect_to = "thing"
