# The rows that the longer query cases start from.
import datetime, uuid, decimal
from decimal import Decimal as D
from django.db.models import *
from django.db.models.functions import *
from django.db.models.lookups import *
from django.db.models.expressions import *
from django.db import connection, models
UTC = datetime.timezone.utc
ann = Person.objects.create(name='Ann', nick='A', born=datetime.date(1980,1,31), height=1.7, salary=D('1000.50'))
bob = Person.objects.create(name='Bob', born=datetime.date(1990,6,15), height=1.8, salary=D('2000'), boss=ann)
cyd = Person.objects.create(name='Cyd', nick='cc%_', height=None, boss=bob)
dan = Person.objects.create(name='Dan', born=datetime.date(2000,12,31), salary=D('-5.25'), boss=ann)
ann.friends.add(bob, cyd)
p1 = Place.objects.create(name='Home', address='1 Road')
p2 = Place.objects.create(name='Hut', address=None)
r1 = Restaurant.objects.create(name='Grill', stars=3, chef=ann)
r2 = Restaurant.objects.create(name='Bar', stars=1, address='2 Road')
Stay.objects.create(person=ann, place=p1, since=datetime.date(2020,1,1), nights=3)
Stay.objects.create(person=ann, place=r1, since=datetime.date(2021,5,5), nights=2)
Stay.objects.create(person=bob, place=p1, nights=7)
Stay.objects.create(person=cyd, place=r2, since=datetime.date(2020,1,1))
Passport.objects.create(person=ann, number='X1')
Passport.objects.create(person=bob, number='Y2')
e1 = Everything.objects.create(big=2**40, binary=b'\x00\xff', flag=True, char='Hello', date=datetime.date(2024,2,29), dt=datetime.datetime(2024,2,29,13,5,6,789,tzinfo=UTC), dec=D('12.345'), dur=datetime.timedelta(days=1, seconds=5, microseconds=7), email='a@b.c', flt=1.5, ip='10.0.0.1', num=5, js={'a': [1, {'b': None}], 'c': 'text', 'd': True}, pos=3, posbig=4, possmall=5, slug='a-b', small=-2, text='line\nfeed', time=datetime.time(1,2,3,4), url='http://x.y', uid=uuid.UUID(int=5), file='f.txt', choice='a')
e2 = Everything.objects.create(big=-1, flag=False, char='hello world', date=datetime.date(2023,12,31), dt=datetime.datetime(2023,12,31,23,59,59,tzinfo=UTC), dec=D('-0.5'), dur=datetime.timedelta(hours=-3), flt=-2.25, num=7, js=[1,2,3], pos=9, small=4, text='%_\\', time=datetime.time(23,59), uid=uuid.UUID(int=6), choice='b')
e3 = Everything.objects.create()
t1 = UuidThing.objects.create(id=uuid.UUID(int=1), code='one'); t2 = UuidThing.objects.create(id=uuid.UUID(int=2), code='two')
k1 = Child.objects.create(thing=t1, rank=5); k2 = Child.objects.create(thing=t1, rank=3); k3 = Child.objects.create(thing=t2, rank=9)
