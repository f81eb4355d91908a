"""Relations over several columns: to two columns, to a composite key, and by a condition of their own."""
from django.db import models
from django.db.models.fields.related import ForwardManyToOneDescriptor, ReverseManyToOneDescriptor
from django.db.models.lookups import StartsWith
from django.db.models.query_utils import PathInfo


class Office(models.Model):
    country = models.CharField(max_length=2)
    number = models.IntegerField()
    city = models.CharField(max_length=20)

    class Meta:
        unique_together = [("country", "number")]

    def __str__(self):
        return f"{self.country}{self.number}"


class Worker(models.Model):
    name = models.CharField(max_length=20)
    land = models.CharField(max_length=2)
    desk = models.IntegerField(null=True)
    office = models.ForeignObject(
        Office, models.CASCADE, from_fields=["desk", "land"], to_fields=["number", "country"], related_name="workers",
        null=True)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class Shelf(models.Model):
    pk = models.CompositePrimaryKey("room", "spot")
    room = models.CharField(max_length=5)
    spot = models.IntegerField()
    label = models.CharField(max_length=20, default="")

    def __str__(self):
        return f"{self.room}-{self.spot}"


class Book(models.Model):
    title = models.CharField(max_length=20)
    room = models.CharField(max_length=5)
    spot = models.IntegerField()
    shelf = models.ForeignObject(
        Shelf, models.CASCADE, from_fields=["room", "spot"], to_fields=["room", "spot"], related_name="books")

    def __str__(self):
        return self.title


class CurrentDescriptor(ForwardManyToOneDescriptor):
    def __set__(self, instance, value):
        self.field.set_cached_value(instance, value)


class CurrentName(models.ForeignObject):
    """The one name of a street that is in force."""

    requires_unique_target = False

    def get_extra_restriction(self, alias, related_alias):
        return Condition(alias, "current", True)

    def get_extra_descriptor_filter(self, instance):
        return {"current": True}

    def contribute_to_class(self, cls, name):
        super().contribute_to_class(cls, name)
        setattr(cls, self.name, CurrentDescriptor(self))


class Condition:
    def __init__(self, alias, column, value):
        self.alias, self.column, self.value = alias, column, value

    def as_sql(self, compiler, connection):
        quote = compiler.quote_name_unless_alias
        return "%s.%s = %%s" % (quote(self.alias), quote(self.column)), [self.value]


class Street(models.Model):
    name_now = CurrentName(
        "StreetName", from_fields=["id"], to_fields=["street"], related_name="+", on_delete=models.CASCADE, null=True)
    length = models.IntegerField()


class StreetName(models.Model):
    street = models.ForeignKey(Street, models.CASCADE)
    text = models.CharField(max_length=20)
    current = models.BooleanField()

    def __str__(self):
        return self.text


class BelowRel(models.ForeignObjectRel):
    """The other side, which gives a manager as well."""

    @property
    def foreign_related_fields(self):
        return tuple(near for near, far in self.field.related_fields)

    def get_attname(self):
        return self.name


class BelowRelation(models.ForeignObject):
    """Folders whose path starts with this one's: joined by that condition alone."""

    rel_class = BelowRel

    def __init__(self, *args, **kwargs):
        kwargs["on_delete"] = models.DO_NOTHING
        super().__init__(*args, **kwargs)

    @property
    def field(self):
        return self.remote_field

    def get_extra_restriction(self, alias, related_alias):
        far = self.remote_field.model._meta.get_field(self.to_fields[0])
        near = self.model._meta.get_field(self.from_fields[0])
        return StartsWith(far.get_col(alias), near.get_col(related_alias))

    def get_joining_fields(self, reverse_join=False):
        return ()

    def path(self, there, join):
        here, there = (self.model._meta, there._meta)
        return [PathInfo(here, there, (there.pk,), join, False, False, None)]

    def get_path_info(self, filtered_relation=None):
        return self.path(self.remote_field.model, self)

    def get_reverse_path_info(self, filtered_relation=None):
        return self.path(self.model, self.remote_field)

    def contribute_to_class(self, cls, name, private_only=False):
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.name, ReverseManyToOneDescriptor(self))


class Folder(models.Model):
    path = models.CharField(max_length=20, unique=True)
    below = BelowRelation("self", from_fields=["path"], to_fields=["path"], related_name="above")

    class Meta:
        ordering = ["path"]

    def __str__(self):
        return self.path
