# === add_null
# INSERT INTO school_student (name) VALUES ('Ada')
class Student(models.Model):
    name = models.CharField(max_length=10)
# ---  
class Student(models.Model):
    name = models.CharField(max_length=10)
    age = models.IntegerField(null=True)
# === add_default
# INSERT INTO school_student (name) VALUES ('Ada')
class Student(models.Model):
    name = models.CharField(max_length=10, db_index=True)
# ---  
class Student(models.Model):
    name = models.CharField(max_length=10, db_index=True)
    age = models.IntegerField(default=3)
    nick = models.CharField(max_length=5, blank=True)
    born = models.DateField(default="2000-01-02")
# === add_asked
# INSERT INTO school_student (name) VALUES ('Ada')
class Student(models.Model):
    name = models.CharField(max_length=10)
# --- 1/7 | --default student.age=7
class Student(models.Model):
    name = models.CharField(max_length=10)
    age = models.IntegerField()
# === add_key
# INSERT INTO school_student (name) VALUES ('Ada')
class School(models.Model):
    pass
class Student(models.Model):
    name = models.CharField(max_length=10)
# ---  
class School(models.Model):
    pass
class Student(models.Model):
    name = models.CharField(max_length=10)
    school = models.ForeignKey(School, null=True, on_delete=models.CASCADE)
    other = models.OneToOneField(School, null=True, on_delete=models.CASCADE, related_name="+")
# === add_m2m
class Student(models.Model):
    name = models.CharField(max_length=10)
# ---  
class Student(models.Model):
    name = models.CharField(max_length=10)
    friends = models.ManyToManyField("self")
# === add_unique
class Student(models.Model):
    name = models.CharField(max_length=10)
# ---  
class Student(models.Model):
    name = models.CharField(max_length=10)
    code = models.CharField(max_length=10, unique=True, null=True)
    pos = models.PositiveIntegerField(null=True)
    data = models.JSONField(null=True)
# === add_dbdefault
# INSERT INTO school_student (name) VALUES ('Ada')
class Student(models.Model):
    name = models.CharField(max_length=10)
# ---  
from django.db.models.functions import Now
class Student(models.Model):
    name = models.CharField(max_length=10)
    age = models.IntegerField(db_default=3)
    at = models.DateTimeField(null=True, db_default=Now())
# === drop
# INSERT INTO school_student (name, age, pos, a, b) VALUES ('Ada', 3, 4, 5, 6)
class Student(models.Model):
    name = models.CharField(max_length=10)
    age = models.IntegerField()
    a = models.IntegerField(db_index=True)
    b = models.IntegerField(unique=True)
    pos = models.PositiveIntegerField()
    c = models.ForeignKey("self", null=True, on_delete=models.CASCADE)
    d = models.ManyToManyField("self")
# ---  
class Student(models.Model):
    name = models.CharField(max_length=10)
# === alter
# INSERT INTO school_student (name, age, pos, nick) VALUES ('Ada', 3, 4, NULL)
class Student(models.Model):
    name = models.CharField(max_length=10)
    age = models.IntegerField()
    pos = models.PositiveIntegerField()
    nick = models.CharField(max_length=10, null=True)
# ---  
class Student(models.Model):
    name = models.CharField(max_length=20)
    age = models.IntegerField(null=True)
    pos = models.IntegerField(db_index=True)
    nick = models.CharField(max_length=10, default="no one")
# === alter_one
# INSERT INTO school_student (name, age) VALUES ('Ada', 3)
class Student(models.Model):
    name = models.CharField(max_length=10)
    age = models.IntegerField()
# ---  
class Student(models.Model):
    name = models.TextField()
    age = models.IntegerField()
# === alter_unique
class Student(models.Model):
    name = models.CharField(max_length=10)
# ---  
class Student(models.Model):
    name = models.CharField(max_length=10, unique=True)
# === alter_index
class Student(models.Model):
    name = models.CharField(max_length=10)
    age = models.IntegerField(db_index=True)
# ---  
class Student(models.Model):
    name = models.CharField(max_length=10, db_index=True)
    age = models.IntegerField()
# === rename
# INSERT INTO school_student (name) VALUES ('Ada')
class Student(models.Model):
    name = models.CharField(max_length=10)
# --- y | --rename student.name=title
class Student(models.Model):
    title = models.CharField(max_length=10)
# === rename_indexed
# INSERT INTO school_student (name) VALUES ('Ada')
class Student(models.Model):
    name = models.CharField(max_length=10, db_index=True)
    b = models.IntegerField(null=True)
# --- y | --rename student.name=title
class Student(models.Model):
    title = models.CharField(max_length=10, db_index=True)
    b = models.IntegerField(null=True)
# === rename_not
# INSERT INTO school_student (name) VALUES ('Ada')
class Student(models.Model):
    name = models.CharField(max_length=10, default="x")
# --- n | --no-rename
class Student(models.Model):
    title = models.CharField(max_length=10, default="y")
# === rename_key
class School(models.Model):
    pass
class Student(models.Model):
    school = models.ForeignKey(School, on_delete=models.CASCADE)
# --- y | --rename student.school=place
class School(models.Model):
    pass
class Student(models.Model):
    place = models.ForeignKey(School, on_delete=models.CASCADE)
# === column
class Student(models.Model):
    name = models.CharField(max_length=10)
# ---   | --rename student.name=title
class Student(models.Model):
    name = models.CharField(max_length=10, db_column="title")
