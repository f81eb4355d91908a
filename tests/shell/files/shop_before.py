from django.db import models


class Customer(models.Model):
    name = models.CharField(max_length=20)
    city = models.CharField(max_length=20, db_index=True)


class Order(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE)
    total = models.DecimalField(max_digits=8, decimal_places=2)
    note = models.TextField(null=True)

    class Meta:
        indexes = [models.Index(fields=["total"], name="by_total")]
