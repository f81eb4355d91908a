from django.db import models


class Customer(models.Model):
    full_name = models.CharField(max_length=20)
    city = models.CharField(max_length=40, db_index=True)
    points = models.PositiveIntegerField(default=0)


class Tag(models.Model):
    word = models.SlugField(unique=True)


class Order(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE)
    total = models.DecimalField(max_digits=8, decimal_places=2)
    placed = models.DateField()
    tags = models.ManyToManyField(Tag)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(total__gte=0), name="not_negative")]
