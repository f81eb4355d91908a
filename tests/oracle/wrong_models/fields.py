# === names
class A(models.Model):
    a_ = models.IntegerField()
    a__b = models.IntegerField()
    pk = models.IntegerField()
# === choices
class A(models.Model):
    a = models.CharField(max_length=2, choices="abc")
    b = models.CharField(max_length=2, choices=[("abc", "x")])
    c = models.CharField(max_length=20, choices=["ab"])
    d = models.CharField(max_length=20, choices=[(1, 2, 3)])
    e = models.CharField(max_length=2, choices=[("g", [("abcd", "x")])])
    f = models.CharField(max_length=20, choices={"a": "b"})
    g = models.CharField(max_length=20, choices=[1, 2])
# === choices_number
class A(models.Model):
    a = models.CharField(max_length=2, choices=5)
# === index
class A(models.Model):
    a = models.IntegerField(db_index="yes")
    b = models.IntegerField(db_index=None)
# === nullkey
class A(models.Model):
    a = models.IntegerField(primary_key=True, null=True)
# === validators
class A(models.Model):
    a = models.IntegerField(validators=[3, len])
# === auto
class A(models.Model):
    a = models.AutoField()
# === auto2
class A(models.Model):
    a = models.AutoField(primary_key=True)
    b = models.BigAutoField(primary_key=True)
# === twokeys
class A(models.Model):
    a = models.IntegerField(primary_key=True)
    b = models.IntegerField(primary_key=True)
# === char
class A(models.Model):
    a = models.CharField()
    b = models.CharField(max_length=0)
    c = models.CharField(max_length="x")
    d = models.CharField(max_length=True)
    e = models.SlugField(max_length=-1)
    f = models.CharField(max_length=3.5)
# === decimal
class A(models.Model):
    a = models.DecimalField()
    b = models.DecimalField(max_digits=0, decimal_places=-1)
    c = models.DecimalField(max_digits="x", decimal_places="y")
    d = models.DecimalField(max_digits=2, decimal_places=3)
    e = models.DecimalField(max_digits=2)
# === integer
class A(models.Model):
    a = models.IntegerField(max_length=3)
    b = models.PositiveSmallIntegerField(max_length=3)
# === filepath
class A(models.Model):
    a = models.FilePathField(allow_files=False, allow_folders=False)
# === ip
class A(models.Model):
    a = models.GenericIPAddressField(blank=True)
# === dates
import datetime
from django.utils import timezone
class A(models.Model):
    a = models.DateField(auto_now=True, auto_now_add=True)
    b = models.DateTimeField(auto_now=True, default=None)
    c = models.DateField(default=datetime.date.today())
    d = models.DateTimeField(default=timezone.now())
    e = models.DateTimeField(default=timezone.now)
    f = models.TimeField(default=datetime.datetime.now().time())
    g = models.DateField(default=datetime.datetime.now())
    h = models.DateTimeField(default=datetime.date.today())
    i = models.DateField(default=datetime.date(2000, 1, 1))
    j = models.TimeField(auto_now=True, default=datetime.time(1, 2))
# === binary
class A(models.Model):
    a = models.BinaryField(default="abc")
    b = models.BinaryField(default=b"abc")
# === file
class A(models.Model):
    a = models.FileField(primary_key=True)
    b = models.FileField(upload_to="/abs")
# === removed
class A(models.Model):
    a = models.NullBooleanField()
    b = models.IPAddressField()
    c = models.CommaSeparatedIntegerField(max_length=10)
# === generated
class A(models.Model):
    a = models.IntegerField()
    b = models.GeneratedField(expression=models.F("a"), output_field=models.CharField(max_length=-1), db_persist=True)
    c = models.GeneratedField(expression=models.F("a"), output_field=models.IntegerField(max_length=3), db_persist=True)
# === generated_without
class A(models.Model):
    a = models.IntegerField()
    b = models.GeneratedField(expression=models.F("a"), output_field=models.IntegerField())
# === custom
from django.core import checks
class Odd(models.CharField):
    system_check_deprecated_details = {"msg": "Odd is deprecated.", "hint": "Use even.", "id": "fields.W999"}
class Gone(models.CharField):
    system_check_removed_details = {"msg": "Gone is gone.", "hint": "Use even.", "id": "fields.E999"}
class Own(models.CharField):
    def check(self, **kwargs):
        return [*super().check(**kwargs), checks.Warning("Mine.", hint="Ours", obj=self, id="own.W1")]
class A(models.Model):
    a = Odd(max_length=3)
    b = Gone(max_length=3)
    c = Own(max_length=-3)
    @classmethod
    def check(cls, **kwargs):
        errors = super().check(**kwargs)
        errors.append(checks.Error("No A.", obj=cls, id="own.E1"))
        return errors
# === registered
from django.core.checks import Error, register
class A(models.Model):
    pass
@register()
def mine(app_configs, **kwargs):
    return [Error("an error", hint="A hint.", obj=None, id="wrong.E001")]
# === composite_named
class A(models.Model):
    x = models.IntegerField()
    y = models.IntegerField()
    key = models.CompositePrimaryKey("x", "y")
# === composite
class A(models.Model):
    x = models.IntegerField(null=True)
    y = models.IntegerField(db_column="x")
    pk = models.CompositePrimaryKey("x", "y", "z")
# === composite_generated
class A(models.Model):
    x = models.IntegerField()
    y = models.GeneratedField(expression=models.F("x"), output_field=models.IntegerField(), db_persist=True)
    pk = models.CompositePrimaryKey("x", "y")
# === option
class A(models.Model):
    name = models.CharField(max_length=10, frobnicate=True)
# === metaoption
class A(models.Model):
    class Meta:
        frobnicate = True
# === comment
class A(models.Model):
    a = models.IntegerField(db_comment="x")
    class Meta:
        db_table_comment = "y"
# === silent
class A(models.Model):
    a = models.IntegerField()
# === dbdefault
from django.db.models.functions import Now
class A(models.Model):
    a = models.IntegerField(db_default=models.F("id"))
    b = models.DateTimeField(db_default=Now())
    c = models.IntegerField(db_default=3, default=4)
