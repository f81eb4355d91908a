# === missing
class A(models.Model):
    b = models.ForeignKey("Nothing", on_delete=models.CASCADE)
    c = models.ForeignKey("other.Nothing", on_delete=models.CASCADE)
    d = models.OneToOneField("Nothing", on_delete=models.CASCADE)
    e = models.ManyToManyField("Nothing")
# === no_on_delete
class A(models.Model):
    b = models.ForeignKey("self")
# === on_delete_not
class A(models.Model):
    b = models.ForeignKey("self", on_delete=3)
# === number
class A(models.Model):
    b = models.ForeignKey(3, on_delete=models.CASCADE)
# === abstract
class A(models.Model):
    class Meta:
        abstract = True
class B(models.Model):
    a = models.ForeignKey("A", on_delete=models.CASCADE)
# === abstract_class
class A(models.Model):
    class Meta:
        abstract = True
class B(models.Model):
    a = models.ForeignKey(A, on_delete=models.CASCADE)
# === clashing
class Target(models.Model):
    model = models.IntegerField()
    model_set = models.IntegerField()
class Model(models.Model):
    foreign = models.ForeignKey(Target, on_delete=models.CASCADE)
    m2m = models.ManyToManyField(Target)
# === clashing_two
class T(models.Model):
    pass
class M(models.Model):
    a = models.ForeignKey(T, on_delete=models.CASCADE)
    b = models.ForeignKey(T, on_delete=models.CASCADE)
# === clashing_named
class T(models.Model):
    clash = models.CharField(max_length=10)
class M(models.Model):
    a = models.ForeignKey(T, on_delete=models.CASCADE, related_name="clash")
    b = models.ManyToManyField(T, related_name="other")
    c = models.ForeignKey(T, on_delete=models.CASCADE, related_name="other")
    d = models.ForeignKey(T, on_delete=models.CASCADE, related_name="x", related_query_name="other")
    e = models.ForeignKey(T, on_delete=models.CASCADE, related_name="+", related_query_name="clash")
# === related_names
class T(models.Model):
    pass
class M(models.Model):
    a = models.ForeignKey(T, on_delete=models.CASCADE, related_name="not valid")
    b = models.ForeignKey(T, on_delete=models.CASCADE, related_name="class")
    c = models.ForeignKey(T, on_delete=models.CASCADE, related_name="ends_")
    d = models.ForeignKey(T, on_delete=models.CASCADE, related_name="has__two")
    e = models.ForeignKey(T, on_delete=models.CASCADE, related_name="fine", related_query_name="two__x_")
# === self_clash
class M(models.Model):
    m_set = models.ForeignKey("self", on_delete=models.CASCADE)
    n = models.ManyToManyField("self")
    o = models.ManyToManyField("self", symmetrical=False)
# === nulls
class T(models.Model):
    pass
class M(models.Model):
    a = models.ForeignKey(T, on_delete=models.SET_NULL, related_name="a")
    b = models.ForeignKey(T, on_delete=models.SET_DEFAULT, related_name="b")
    c = models.ForeignKey(T, unique=True, on_delete=models.CASCADE, related_name="c")
    d = models.OneToOneField(T, on_delete=models.SET_NULL, related_name="d")
# === to_field
class T(models.Model):
    name = models.CharField(max_length=10)
class M(models.Model):
    a = models.ForeignKey(T, to_field="name", on_delete=models.CASCADE, related_name="a")
    b = models.ForeignKey(T, to_field="nothing", on_delete=models.CASCADE, related_name="b")
# === to_field_together
class T(models.Model):
    name = models.CharField(max_length=10)
    code = models.CharField(max_length=10)
    class Meta:
        constraints = [models.UniqueConstraint(fields=["name"], name="u")]
        unique_together = [["code"]]
class M(models.Model):
    a = models.ForeignKey(T, to_field="name", on_delete=models.CASCADE, related_name="a")
    b = models.ForeignKey(T, to_field="code", on_delete=models.CASCADE, related_name="b")
# === m2m
class T(models.Model):
    pass
class M(models.Model):
    a = models.ManyToManyField(T, unique=True, related_name="a")
    b = models.ManyToManyField(T, null=True, related_name="b", validators=[len])
    c = models.ManyToManyField("self", related_name="cc")
    d = models.ManyToManyField(T, db_comment="x", related_name="d")
    e = models.ManyToManyField("self", symmetrical=True)
# === through_missing
class T(models.Model):
    pass
class M(models.Model):
    a = models.ManyToManyField(T, through="Nothing")
# === through_wrong
class T(models.Model):
    pass
class M(models.Model):
    a = models.ManyToManyField(T, through="Between")
class Between(models.Model):
    m = models.ForeignKey(M, on_delete=models.CASCADE)
# === through_many
class T(models.Model):
    pass
class M(models.Model):
    a = models.ManyToManyField(T, through="Between")
class Between(models.Model):
    m = models.ForeignKey(M, on_delete=models.CASCADE, related_name="+")
    m2 = models.ForeignKey(M, on_delete=models.CASCADE, related_name="+")
    t = models.ForeignKey(T, on_delete=models.CASCADE, related_name="+")
    t2 = models.ForeignKey(T, on_delete=models.CASCADE, related_name="+")
# === through_self
class M(models.Model):
    a = models.ManyToManyField("self", through="Between")
class Between(models.Model):
    m = models.ForeignKey(M, on_delete=models.CASCADE, related_name="+")
    m2 = models.ForeignKey(M, on_delete=models.CASCADE, related_name="+")
    m3 = models.ForeignKey(M, on_delete=models.CASCADE, related_name="+")
# === through_fields
class T(models.Model):
    pass
class M(models.Model):
    a = models.ManyToManyField(T, through="Between", through_fields=("m",), related_name="a")
    b = models.ManyToManyField(T, through="Between", through_fields=("nom", "not"), related_name="b")
    c = models.ManyToManyField(T, through="Between", through_fields=("t", "m"), related_name="c")
    d = models.ManyToManyField(T, through="Between", through_fields=("m", "t"), related_name="d")
    e = models.ManyToManyField(T, through="Between", through_fields=("m", "n"), related_name="e")
class Between(models.Model):
    m = models.ForeignKey(M, on_delete=models.CASCADE)
    t = models.ForeignKey(T, on_delete=models.CASCADE)
    n = models.IntegerField()
# === through_twice
class T(models.Model):
    pass
class M(models.Model):
    a = models.ManyToManyField(T, through="Between", related_name="a")
    b = models.ManyToManyField(T, through="Between", related_name="b")
class Between(models.Model):
    m = models.ForeignKey(M, on_delete=models.CASCADE)
    t = models.ForeignKey(T, on_delete=models.CASCADE)
# === through_table
class T(models.Model):
    pass
class M(models.Model):
    a = models.ManyToManyField(T, db_table="wrong_t")
    b = models.ManyToManyField(T, db_table="same", related_name="b")
    c = models.ManyToManyField(T, db_table="same", related_name="c")
# === through_fields_without
class T(models.Model):
    pass
class M(models.Model):
    a = models.ManyToManyField(T, through_fields=("a", "b"))
# === composite_target
class T(models.Model):
    x = models.IntegerField()
    y = models.IntegerField()
    pk = models.CompositePrimaryKey("x", "y")
class M(models.Model):
    a = models.ForeignKey(T, on_delete=models.CASCADE)
    b = models.ManyToManyField(T)
# === generic
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
class A(models.Model):
    content_type = models.IntegerField()
    object_id = models.PositiveIntegerField()
    content_object = GenericForeignKey()
class B(models.Model):
    content_type = models.ForeignKey(A, on_delete=models.CASCADE)
    content_object = GenericForeignKey("content_type", "nothing")
class C(models.Model):
    x_ = GenericForeignKey("nothing", "no")
# === swapped
class T(models.Model):
    class Meta:
        swappable = "TEST_SWAPPED"
class M(models.Model):
    a = models.ForeignKey(T, on_delete=models.CASCADE)
# === limits
class T(models.Model):
    pass
class M(models.Model):
    a = models.ForeignKey(T, on_delete=models.CASCADE, limit_choices_to={"x": 1})
# === db_on_user
from django.contrib.auth.models import User
class M(models.Model):
    groups = models.ForeignKey(User, on_delete=models.CASCADE, related_name="groups")
    e = models.ForeignKey(User, on_delete=models.CASCADE, related_name="email")
