"""Magazines, their writers and articles: what the queries of a guide are tried on."""

from datetime import date

from django.db import models


class Magazine(models.Model):
    name = models.CharField(max_length=100)
    motto = models.TextField()

    def __str__(self):
        return self.name


class Writer(models.Model):
    name = models.CharField(max_length=200)
    email = models.EmailField()

    def __str__(self):
        return self.name


class Article(models.Model):
    magazine = models.ForeignKey(Magazine, on_delete=models.CASCADE)
    headline = models.CharField(max_length=255)
    body = models.TextField()
    published = models.DateField()
    edited = models.DateField(default=date.today)
    writers = models.ManyToManyField(Writer)
    comments = models.IntegerField(default=0)
    links = models.IntegerField(default=0)
    rating = models.IntegerField(default=5)

    def __str__(self):
        return self.headline


class Cover(models.Model):
    article = models.OneToOneField(Article, on_delete=models.CASCADE)
    artist = models.TextField()
