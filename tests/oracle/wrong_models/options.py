# === proxy_fields
class A(models.Model):
    pass
class B(A):
    x = models.IntegerField()
    class Meta:
        proxy = True
# === id
class A(models.Model):
    id = models.IntegerField()
# === shadow
class A(models.Model):
    x = models.IntegerField()
class B(models.Model):
    x = models.IntegerField()
    y = models.IntegerField()
class C(A, B):
    pass
# === shadow_accessor
class A(models.Model):
    pass
class T(models.Model):
    a = models.ForeignKey(A, on_delete=models.CASCADE, related_name="child")
class B(A):
    child = models.IntegerField()
# === shadow_parent
class A(models.Model):
    x = models.IntegerField()
class B(A):
    x = models.IntegerField()
# === shadow_id
class A(models.Model):
    x_id = models.IntegerField()
    x = models.ForeignKey("self", on_delete=models.CASCADE)
# === columns
class A(models.Model):
    a = models.IntegerField(db_column="x")
    b = models.IntegerField(db_column="x")
    x = models.IntegerField()
# === model_names
class _A(models.Model):
    pass
class B_(models.Model):
    pass
class C__D(models.Model):
    pass
# === property
class T(models.Model):
    pass
class A(models.Model):
    t = models.ForeignKey(T, on_delete=models.CASCADE)
    @property
    def t_id(self):
        pass
# === unique_together
class A(models.Model):
    x = models.IntegerField()
    m = models.ManyToManyField("self")
    class Meta:
        unique_together = [["x", "nothing"], ["x", "m"]]
# === unique_together_flat
class A(models.Model):
    x = models.IntegerField()
    class Meta:
        unique_together = 42
# === unique_together_text
class A(models.Model):
    x = models.IntegerField()
    class Meta:
        unique_together = [("x", "id"), 42]
# === unique_together_parent
class A(models.Model):
    x = models.IntegerField()
class B(A):
    y = models.IntegerField()
    class Meta:
        unique_together = [["x", "y"]]
# === indexes
class A(models.Model):
    x = models.IntegerField()
    m = models.ManyToManyField("self")
    class Meta:
        indexes = [
            models.Index(fields=["nothing"], name="a1"), models.Index(fields=["m"], name="a2"),
            models.Index(fields=["x"], name="a2"), models.Index(fields=["x"], name="a3", include=["no"]),
            models.Index(models.F("nox") + 1, name="a4"),
        ]
# === index_names
class A(models.Model):
    x = models.IntegerField()
    class Meta:
        indexes = [models.Index(fields=["x"], name="_a1")]
class B(models.Model):
    x = models.IntegerField()
    class Meta:
        indexes = [models.Index(fields=["x"], name="1a1")]
# === index_names_among
class A(models.Model):
    x = models.IntegerField()
    class Meta:
        indexes = [models.Index(fields=["x"], name="same")]
        constraints = [models.CheckConstraint(condition=models.Q(x__gt=1), name="c")]
class B(models.Model):
    x = models.IntegerField()
    class Meta:
        indexes = [models.Index(fields=["x"], name="same")]
        constraints = [models.CheckConstraint(condition=models.Q(x__gt=1), name="c")]
# === index_long
class A(models.Model):
    x = models.IntegerField()
    class Meta:
        indexes = [models.Index(fields=["x"], name="a" * 31)]
# === constraints
class T(models.Model):
    name = models.CharField(max_length=10)
class A(models.Model):
    x = models.IntegerField()
    t = models.ForeignKey(T, on_delete=models.CASCADE)
    m = models.ManyToManyField(T, related_name="m")
    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["nothing"], name="a"),
            models.UniqueConstraint(fields=["m"], name="b"),
            models.CheckConstraint(condition=models.Q(no__gt=1), name="c"),
            models.CheckConstraint(condition=models.Q(t__name="x"), name="d"),
            models.CheckConstraint(condition=models.Q(x__gt=models.F("zz")), name="e"),
            models.UniqueConstraint(fields=["x"], name="f", deferrable=models.Deferrable.DEFERRED),
            models.UniqueConstraint(fields=["x"], name="g", include=["t"]),
            models.UniqueConstraint(fields=["x"], name="h", nulls_distinct=False),
            models.UniqueConstraint(fields=["x"], name="i", condition=models.Q(y=1)),
            models.UniqueConstraint(models.F("q"), name="j"),
            models.UniqueConstraint(fields=["x"], name="f"),
        ]
# === ordering
class T(models.Model):
    name = models.CharField(max_length=10)
class A(models.Model):
    x = models.IntegerField()
    t = models.ForeignKey(T, on_delete=models.CASCADE)
    class Meta:
        ordering = ["x", "-t__name", "pk", "?", "t__nothing", "no", "t_id", "x__y", "t__name__lower", "x__gt"]
# === ordering_text
class A(models.Model):
    x = models.IntegerField()
    class Meta:
        ordering = "x"
# === ordering_both
class T(models.Model):
    pass
class A(models.Model):
    t = models.ForeignKey(T, on_delete=models.CASCADE)
    class Meta:
        ordering = ["id"]
        order_with_respect_to = "t"
# === ordering_related
class T(models.Model):
    class Meta:
        ordering = ["a", "b", "a__x"]
class A(models.Model):
    x = models.IntegerField()
    t = models.ForeignKey(T, on_delete=models.CASCADE)
# === respect
class A(models.Model):
    class Meta:
        order_with_respect_to = "nothing"
# === tables
class A(models.Model):
    class Meta:
        db_table = "same"
class B(models.Model):
    class Meta:
        db_table = "same"
# === check_overridden
class A(models.Model):
    check = models.IntegerField()
# === managers
class A(models.Model):
    objects = models.IntegerField()
# === managers2
class M(models.Manager):
    def check(self, **kwargs):
        from django.core.checks import Error
        return [Error("The manager.", obj=self.model, id="m.E1")]
class A(models.Model):
    things = M()
# === diamond
class A(models.Model):
    pass
class B(A):
    pass
class C(A):
    pass
class D(B, C):
    pass
# === latest
class A(models.Model):
    class Meta:
        get_latest_by = "nothing"
# === permissions
class A(models.Model):
    class Meta:
        permissions = [("add_a", "x"), ("b", "y"), ("b", "z")]
# === default_manager
class A(models.Model):
    class Meta:
        default_manager_name = "nothing"
# === abstract_proxy
class A(models.Model):
    class Meta:
        abstract = True
class B(A):
    class Meta:
        proxy = True
# === two_parents_proxy
class A(models.Model):
    pass
class B(models.Model):
    pass
class C(A, B):
    class Meta:
        proxy = True
# === shadow_abstract
class A(models.Model):
    x = models.IntegerField()
    class Meta:
        abstract = True
class B(A):
    x = None
class C(A):
    x = models.CharField(max_length=3)
# === long
class AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA(models.Model):
    pass
# === index_together
class A(models.Model):
    x = models.IntegerField()
    class Meta:
        index_together = [["x", "id"]]
