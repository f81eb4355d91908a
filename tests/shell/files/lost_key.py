from django.db import models


class Book(models.Model):
    title = models.CharField(max_length=10)
    author = models.ForeignKey("Writer", on_delete=models.CASCADE)
