from django.db import models


class Group(models.Model):
    name = models.CharField("name of the group", max_length=50, unique=True)

    def __str__(self):
        return self.name


class Student(models.Model):
    class Year(models.IntegerChoices):
        FIRST = 1, "first"
        SECOND = 2, "second"

    name = models.CharField(max_length=100)
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="students")
    year = models.IntegerField(choices=Year.choices, default=Year.FIRST)
    mail = models.EmailField(blank=True)

    class Meta:
        ordering = ["name", "-year"]
        constraints = [
            models.UniqueConstraint(fields=["name", "group"], name="once_in_a_group"),
            models.CheckConstraint(condition=models.Q(year__gte=1) & ~models.Q(year=0), name="year"),
        ]

    def __str__(self):
        return f"{self.name} ({self.get_year_display()})"


Student.objects.filter(name__startswith="B", group__name__in=["A", "B"]).exclude(year=2).order_by("-name")[:5]
