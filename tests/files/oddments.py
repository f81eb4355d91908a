import json
from datetime import timedelta
from django.core import checks
from django.core.exceptions import ValidationError
from django.db import models, transaction, IntegrityError
from django.db.models import signals
from django.utils import timezone
from django.utils.functional import cached_property, lazy
from django.utils.translation import gettext_lazy as _, pgettext_lazy


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __eq__(self, other):
        return isinstance(other, Point) and (self.x, self.y) == (other.x, other.y)

    def __hash__(self):
        return hash((self.x, self.y))

    def __repr__(self):
        return f"Point({self.x}, {self.y})"


class PointField(models.Field):
    description = _("A point in the plane")

    def __init__(self, *args, precision=2, **kwargs):
        self.precision = precision
        kwargs["max_length"] = 50
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        if self.precision != 2:
            kwargs["precision"] = self.precision
        return name, path, args, kwargs

    def db_type(self, connection):
        return "varchar(%s)" % self.max_length

    def from_db_value(self, value, expression, connection):
        if value is None:
            return value
        return self.to_python(value)

    def to_python(self, value):
        if isinstance(value, Point) or value is None:
            return value
        try:
            x, y = value.split(",")
            return Point(float(x), float(y))
        except (ValueError, AttributeError):
            raise ValidationError("Invalid point %(value)r", params={"value": value}, code="invalid")

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return None if value is None else f"{value.x:.{self.precision}f},{value.y:.{self.precision}f}"

    def value_to_string(self, obj):
        return self.get_prep_value(self.value_from_object(obj))


class UpperField(models.CharField):
    def pre_save(self, model_instance, add):
        value = getattr(model_instance, self.attname)
        if value:
            setattr(model_instance, self.attname, value.upper())
        return super().pre_save(model_instance, add)

    def contribute_to_class(self, cls, name, **kwargs):
        super().contribute_to_class(cls, name, **kwargs)
        setattr(cls, f"get_{name}_length", lambda obj: len(getattr(obj, name)))


class ListField(models.TextField):
    def from_db_value(self, value, expression, connection):
        return value.split("|") if value else []

    def to_python(self, value):
        return value if isinstance(value, list) else str(value).split("|")

    def get_prep_value(self, value):
        return "|".join(value)


class HandField(models.Field):
    def get_internal_type(self):
        return "CharField"


class Place(models.Model):
    name = UpperField(max_length=40, unique=True)
    at = PointField(null=True, precision=1, db_column="location")
    words = ListField(default=list)
    hand = HandField(max_length=4, default="abcd")

    class Meta:
        default_manager_name = "objects"

    @cached_property
    def expensive(self):
        print("working")
        return self.name * 2

    @property
    def label(self):
        return f"{self.name}!"

    @label.setter
    def label(self, value):
        self.name = value.rstrip("!")

    def natural_key(self):
        return (self.name,)


class SoftQuerySet(models.QuerySet):
    def delete(self):
        return self.update(deleted=timezone.now())

    def hard_delete(self):
        return super().delete()

    def alive(self):
        return self.filter(deleted__isnull=True)

    def _private(self):
        pass

    def loud(self):
        return self

    loud.queryset_only = True

    def quiet(self):
        return "q"

    quiet.queryset_only = False


class SoftManager(models.Manager.from_queryset(SoftQuerySet)):
    use_in_migrations = True

    def __init__(self, alive_only=False, *args, **kwargs):
        self.alive_only = alive_only
        super().__init__(*args, **kwargs)

    def get_queryset(self):
        qs = super().get_queryset()
        return qs.alive() if self.alive_only else qs

    def make(self, **kw):
        return self.create(**kw)


class Soft(models.Model):
    name = models.CharField(max_length=10)
    deleted = models.DateTimeField(null=True, blank=True)
    owner = models.ForeignKey(Place, models.CASCADE, null=True, related_name="softs")

    objects = SoftManager(alive_only=True)
    everything = SoftManager()

    class Meta:
        base_manager_name = "everything"

    def delete(self, using=None, keep_parents=False):
        self.deleted = timezone.now()
        self.save(using=using, update_fields=["deleted"])
        return 1, {}

    def __str__(self):
        return self.name


def keep_or_cascade(collector, field, sub_objs, using):
    print("on_delete", field.name, len(sub_objs), using)
    models.CASCADE(collector, field, sub_objs, using)


def sentinel():
    return Place.objects.get_or_create(name="GONE")[0].pk


class Item(models.Model):
    cascade = models.ForeignKey(Place, on_delete=keep_or_cascade, null=True, related_name="c_items")
    setto = models.ForeignKey(Place, on_delete=models.SET(sentinel), null=True, related_name="s_items")
    default = models.ForeignKey(Place, on_delete=models.SET_DEFAULT, default=1, null=True, related_name="d_items")
    nothing = models.ForeignKey(Place, on_delete=models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
    by_name = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, to_field="name", related_name="%(app_label)s_%(class)s_named")
    one = models.OneToOneField(Place, on_delete=models.SET_NULL, null=True, related_name="only")
    many = models.ManyToManyField(Place, related_name="many_items", limit_choices_to=lambda: {"name__startswith": "A"})
    me = models.ForeignKey("self", on_delete=models.RESTRICT, null=True)
    twins = models.ManyToManyField("self", symmetrical=False, related_name="twin_of")


class Base(models.Model):
    name = models.CharField(max_length=10)

    objects = models.Manager()

    def who(self):
        return "base"

    class Meta:
        ordering = ["name"]


class Child(Base):
    extra = models.IntegerField(default=1)

    def who(self):
        return "child of " + super().who()


class GrandChild(Child):
    parent_ptr = models.OneToOneField(Child, on_delete=models.CASCADE, parent_link=True, primary_key=True, related_name="grand")
    more = models.TextField(blank=True)


class BaseProxy(Base):
    class Meta:
        proxy = True
        ordering = ["-name"]
        verbose_name = "proxied"

    def who(self):
        return "proxy"


class Legacy(models.Model):
    code = models.CharField(max_length=3, primary_key=True)

    class Meta:
        managed = False
        db_table = "oddments_place"


class Event(models.Model):
    when = models.DateTimeField()
    day = models.DateField(null=True)
    time = models.TimeField(null=True)
    span = models.DurationField(default=timedelta(minutes=5))
    flag = models.BooleanField(null=True)
    oldflag = models.BooleanField(default=False)
    num = models.IntegerField(default=0)
    big = models.BigIntegerField(default=2**40)
    small = models.SmallIntegerField(default=1)
    dec = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    fl = models.FloatField(null=True)
    ip = models.GenericIPAddressField(null=True, unpack_ipv4=True)
    js = models.JSONField(null=True)
    uid = models.UUIDField(null=True)
    text = models.TextField(null=True, max_length=5)
    slug = models.SlugField(null=True, max_length=5, allow_unicode=True)
    url = models.URLField(null=True, error_messages={"invalid": "bad url", "blank": "none"})
    csv = models.CharField(max_length=10, null=True, db_comment="values", help_text="some", db_tablespace="ts")

    class Meta:
        get_latest_by = "when"
        db_tablespace = "tables"
        db_table_comment = "events"


log = []


def watch(signal, sender, **kw):
    names = {id(v): k for k, v in vars(signals).items() if isinstance(v, signals.ModelSignal)} if hasattr(signals, "ModelSignal") else {}
    kw.pop("instance", None)
    log.append((sender.__name__, sorted((k, repr(v)) for k, v in kw.items())))


signals.pre_save.connect(watch, sender=Child)
signals.post_save.connect(watch, sender="oddments.Child")
