from django.db import models


class Author(models.Model):
    name = models.CharField(max_length=0)
    book_set = models.IntegerField()


class Book(models.Model):
    author = models.ForeignKey(Author, on_delete=models.SET_NULL)
    price = models.DecimalField(max_digits=2, decimal_places=3)
    code = models.IntegerField(max_length=4)
