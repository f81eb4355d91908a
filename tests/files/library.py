import datetime
from decimal import Decimal
from django.db import models
from django.db.models import F, Q, Sum, Value
from django.db.models.functions import Concat, Now, Coalesce
from django.core.exceptions import ValidationError, NON_FIELD_ERRORS


class Genre(models.IntegerChoices):
    FICTION = 1
    CRIME = 2, "Crime & thriller"
    POETRY = 3
    __empty__ = "(none)"


class Person(models.Model):
    first = models.CharField("first name", max_length=30)
    last = models.CharField(max_length=30, help_text="Family name")
    full = models.GeneratedField(expression=Concat("first", Value(" "), "last"), output_field=models.CharField(max_length=61), db_persist=True)
    born = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["last", "first"]
        unique_together = [("first", "last")]

    def __str__(self):
        return f"{self.first} {self.last}"

    def age(self, on=datetime.date(2020, 1, 1)):
        return on.year - self.born.year if self.born else None


class Author(Person):
    pen_name = models.CharField(max_length=50, blank=True, db_column="pen")


class Member(Person):
    number = models.PositiveSmallIntegerField(unique=True, error_messages={"unique": "Number %(model_name)s taken: %(field_label)s."})
    joined = models.DateField(db_default=Now())
    fines = models.DecimalField(max_digits=6, decimal_places=2, default=Decimal("0"))
    active = models.BooleanField(default=True, db_index=True)

    class Meta(Person.Meta):
        db_table = "members"
        unique_together = []
        verbose_name = "library member"

    class HasFines(Exception):
        pass


class Book(models.Model):
    isbn = models.CharField(primary_key=True, max_length=13, verbose_name="ISBN")
    title = models.CharField(max_length=200, db_collation="nocase")
    authors = models.ManyToManyField(Author, through="Authorship", related_name="books")
    genre = models.IntegerField(choices=Genre, null=True, blank=True)
    pages = models.IntegerField(default=100)
    lang = models.CharField(max_length=2, choices=[("Europe", [("en", "English"), ("de", "German")]), ("xx", "Other")], default="en")
    price = models.FloatField(null=True)
    length = models.DurationField(null=True, blank=True)
    cover = models.BinaryField(null=True, editable=True)

    class Meta:
        order_with_respect_to = None
        constraints = [
            models.CheckConstraint(condition=Q(pages__gt=0), name="%(app_label)s_%(class)s_pages", violation_error_message="%(name)s: no pages", violation_error_code="pages"),
            models.UniqueConstraint(fields=["title", "lang"], name="one_per_lang"),
            models.UniqueConstraint(fields=["title"], condition=Q(genre=1), name="fiction_title"),
        ]

    def __str__(self):
        return self.title

    def __lt__(self, other):
        return self.title < other.title


class Authorship(models.Model):
    author = models.ForeignKey(Author, models.CASCADE)
    book = models.ForeignKey(Book, models.CASCADE)
    role = models.CharField(max_length=10, default="writer")
    order = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["order"]
        unique_together = [["author", "book"]]


class Loan(models.Model):
    member = models.ForeignKey(Member, on_delete=models.RESTRICT, limit_choices_to={"active": True})
    book = models.ForeignKey(Book, on_delete=models.CASCADE, related_name="loans", related_query_name="loan")
    out = models.DateField(default=datetime.date(2020, 1, 1))
    back = models.DateField(null=True, blank=True)

    class Meta:
        get_latest_by = ["out", "pk"]
        order_with_respect_to = "member"

    def clean_fields(self, exclude=None):
        super().clean_fields(exclude=exclude)
        if self.back and self.back < self.out:
            raise ValidationError({"back": ["Too early."], NON_FIELD_ERRORS: "Dates"})

    def days(self):
        return (self.back - self.out).days

    days.short_description = "Days out"
