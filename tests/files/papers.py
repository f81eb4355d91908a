from django.core.files.storage import FileSystemStorage, default_storage
from django.core.validators import FileExtensionValidator, validate_image_file_extension
from django.db import models


fs = FileSystemStorage(location="/media/photos", base_url="https://cdn.example.org/p")


def upload(instance, filename):
    return "docs/{0}/{1}".format(instance.title, filename)


def pick_storage():
    return fs


class Doc(models.Model):
    title = models.CharField(max_length=20)
    plain = models.FileField()
    dated = models.FileField(upload_to="up/%Y/", blank=True)
    named = models.FileField(upload_to=upload, null=True, blank=True, max_length=40)
    pdf = models.FileField(upload_to="pdf", validators=[FileExtensionValidator(["pdf"])], blank=True)
    photo = models.ImageField(storage=fs, upload_to="x", blank=True)
    lazy = models.ImageField(storage=pick_storage, blank=True)
    path = models.FilePathField(path="/etc", match=r".*\.conf$", recursive=True, blank=True)

    def __str__(self):
        return self.title


class Sized(models.Model):
    pic = models.ImageField(width_field="w", height_field="h", blank=True)
    w = models.IntegerField(null=True)
    h = models.IntegerField(null=True)
