from django.db import models


class Book(models.Model):
    code = models.IntegerField(primary_key=True)
    isbn = models.IntegerField(primary_key=True)
