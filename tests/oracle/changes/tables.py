# === create
class Student(models.Model):
    name = models.CharField(max_length=10)
# ---  
class Student(models.Model):
    name = models.CharField(max_length=10)
class Room(models.Model):
    student = models.ForeignKey(Student, on_delete=models.CASCADE)
    tags = models.ManyToManyField("Tag")
    class Meta:
        indexes = [models.Index(fields=["student"], name="by_student")]
class Tag(models.Model):
    name = models.CharField(max_length=10)
# === delete
class Student(models.Model):
    name = models.CharField(max_length=10)
class Room(models.Model):
    name = models.CharField(max_length=10)
# ---   | --drop school_room
class Student(models.Model):
    name = models.CharField(max_length=10)
# === rename_model
# INSERT INTO school_student (name) VALUES ('Ada')
class Student(models.Model):
    name = models.CharField(max_length=10)
# --- y | --rename school_student=school_pupil
class Pupil(models.Model):
    name = models.CharField(max_length=10)
# === indexes
class Student(models.Model):
    name = models.CharField(max_length=10)
    age = models.IntegerField()
    class Meta:
        indexes = [models.Index(fields=["name"], name="by_name")]
# ---  
class Student(models.Model):
    name = models.CharField(max_length=10)
    age = models.IntegerField()
    class Meta:
        indexes = [
            models.Index(fields=["age", "-name"], name="by_age"),
            models.Index(fields=["age"], name="part", condition=models.Q(age__gt=3)),
            models.Index(models.F("age") + 1, name="expr"),
        ]
# === constraints
# INSERT INTO school_student (name, age) VALUES ('Ada', 13)
class Student(models.Model):
    name = models.CharField(max_length=10)
    age = models.IntegerField()
    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(age__gt=3), name="old")]
# ---  
class Student(models.Model):
    name = models.CharField(max_length=10)
    age = models.IntegerField()
    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(age__gt=4), name="new"),
            models.UniqueConstraint(fields=["name", "age"], name="uni"),
            models.UniqueConstraint(fields=["name"], condition=models.Q(age__gt=3), name="part"),
        ]
# === constraint_changed
class Student(models.Model):
    age = models.IntegerField()
    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(age__gt=3), name="c")]
# ---  
class Student(models.Model):
    age = models.IntegerField()
    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(age__gt=5), name="c")]
# === together
class Student(models.Model):
    a = models.IntegerField()
    b = models.IntegerField()
    c = models.IntegerField()
    class Meta:
        unique_together = [["a", "b"]]
# ---  
class Student(models.Model):
    a = models.IntegerField()
    b = models.IntegerField()
    c = models.IntegerField()
    class Meta:
        unique_together = [["b", "c"]]
# === key_type
# INSERT INTO school_school (code) VALUES ('a')
# INSERT INTO school_student (school_id) VALUES ('a')
class School(models.Model):
    code = models.CharField(max_length=10, primary_key=True)
class Student(models.Model):
    school = models.ForeignKey(School, on_delete=models.CASCADE)
# ---  
class School(models.Model):
    code = models.CharField(max_length=20, primary_key=True)
class Student(models.Model):
    school = models.ForeignKey(School, on_delete=models.CASCADE)
# === two_tables
class A(models.Model):
    x = models.IntegerField()
class B(models.Model):
    x = models.IntegerField()
# ---  
class B(models.Model):
    x = models.IntegerField(null=True)
    y = models.IntegerField(null=True)
class A(models.Model):
    x = models.IntegerField(null=True)
    b = models.ForeignKey(B, null=True, on_delete=models.CASCADE)
