"""An orchard: growers, plots, trees, harvests. The schema of the query cases."""
from django.db import models


class Grower(models.Model):
    name = models.CharField(max_length=40)
    email = models.EmailField(blank=True)
    joined = models.DateField(null=True)
    mentor = models.ForeignKey("self", models.SET_NULL, null=True, related_name="pupils")

    def __str__(self):
        return self.name


class Variety(models.Model):
    name = models.CharField(max_length=40, unique=True)
    sweet = models.BooleanField(default=True)
    notes = models.JSONField(default=dict)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "varieties"

    def __str__(self):
        return self.name


class Plot(models.Model):
    grower = models.ForeignKey(Grower, models.CASCADE, related_name="plots")
    label = models.CharField(max_length=10)
    area = models.DecimalField(max_digits=6, decimal_places=2)
    varieties = models.ManyToManyField(Variety, through="Planting", related_name="plots")

    class Meta:
        ordering = ["grower", "label"]
        unique_together = [("grower", "label")]

    def __str__(self):
        return f"{self.label} of {self.grower}"


class Planting(models.Model):
    plot = models.ForeignKey(Plot, models.CASCADE)
    variety = models.ForeignKey(Variety, models.PROTECT)
    trees = models.PositiveIntegerField(default=1)
    planted = models.DateTimeField(null=True)


class Harvest(models.Model):
    planting = models.ForeignKey(Planting, models.CASCADE, related_name="harvests")
    year = models.IntegerField()
    kilos = models.FloatField()
    took = models.DurationField(null=True)
