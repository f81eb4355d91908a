"""A shop: what the classroom has not. Choices as classes, JSON, UUID keys, inheritance, one-to-one, generic relations."""

import uuid

from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.db import models


class Status(models.TextChoices):
    NEW = "new", "New"
    PAID = "paid", "Paid"
    SENT = "sent", "Sent"


class Person(models.Model):
    class Size(models.IntegerChoices):
        SMALL = 1, "Small"
        LARGE = 2, "Large"

    name = models.CharField(max_length=40)
    émail = models.EmailField(blank=True)
    size = models.IntegerField(choices=Size, default=Size.SMALL)
    data = models.JSONField(default=dict)
    tags = GenericRelation("Tag")

    def shout(self, times=1, loudly=False):
        """Says the name aloud."""
        return self.name.upper() * times

    @property
    def initial(self):
        return self.name[:1]

    @classmethod
    def oldest(cls):
        return cls.objects.first()


class Customer(Person):
    since = models.DateField()
    invited_by = models.ForeignKey("self", models.SET_NULL, null=True, related_name="invited")


class Card(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner = models.OneToOneField(Customer, models.CASCADE, related_name="card")
    limit = models.DecimalField(max_digits=8, decimal_places=2)


class Paid(models.Manager):
    def get_queryset(self):
        return super().get_queryset().filter(status=Status.PAID)

    def of_year(self, year, strict=True):
        return self.filter(placed__year=year)


class Order(models.Model):
    customer = models.ForeignKey(Customer, models.CASCADE)
    status = models.CharField(max_length=4, choices=Status, default=Status.NEW)
    placed = models.DateTimeField(auto_now_add=True)
    lasted = models.DurationField(null=True)
    at = models.TimeField(null=True)
    gift = models.BooleanField(default=False)
    total = models.FloatField(default=0)

    objects = models.Manager()
    paid = Paid()


class Article(models.Model):
    code = models.SlugField(unique=True)
    price = models.DecimalField(max_digits=8, decimal_places=2)
    orders = models.ManyToManyField(Order, through="Line", related_name="articles")


class Line(models.Model):
    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    article = models.ForeignKey(Article, models.PROTECT, related_name="+")
    count = models.PositiveIntegerField(default=1)


class Tag(models.Model):
    word = models.CharField(max_length=20)
    content_type = models.ForeignKey(ContentType, models.CASCADE)
    object_id = models.PositiveIntegerField()
    thing = GenericForeignKey()
