# %% schema=../schemas/clubs.py
# Notes on models: options, choices, through tables, inheritance, proxies.
p = Person(first_name='Ilse', last_name='Brandt', year='SR')
p.save()
p.get_year_display(), p.is_upperclass(), Person._meta.get_field('first_name').verbose_name

# %%
Person.SENIOR, dict(Person.YEARS)['JR']

# %%
noor = Person.objects.create(first_name='Noor', nickname='noor')
Person.objects.create(first_name='Nora', nickname='noor')

# %%
rowing = Club.objects.create(name='Rowing')
chess = Club.objects.create(name='Chess')
m = Membership(person=p, club=rowing, joined=date(2020, 8, 16), reason='Likes rain')
m.save()
rowing.members.all()

# %%
rowing.members.add(noor, through_defaults={'joined': date(2021, 1, 1), 'reason': 'Needed a boat'})
p.clubs.all(), Membership.objects.latest().person

# %%
Club.objects.filter(members__first_name__startswith='Il')

# %%
Person.objects.filter(clubs__name='Rowing', membership__joined__gt=date(2020, 12, 31))

# %%
rowing.members.remove(noor)
rowing.members.all()

# %%
b = Boat.objects.create(label='Skiff', price=Decimal('120.50'), club=rowing, seats=2)
Thing.objects.all(), Thing.objects.get(label='Skiff').boat.seats

# %%
Boat.objects.filter(price__lt=200).values('label', 'price', 'seats', 'club__name')

# %%
rowing.delete()

# %%
bad = Boat(label='', price=Decimal('-1'), club=rowing)
bad.full_clean()

# %%
MyPerson.objects.all(), MyPerson.objects.first().shout()

# %%
copy = Person.objects.get(pk=p.pk)
copy.pk = None
copy._state.adding = True
copy.nickname = 'copy'
copy.save()
Person.objects.count(), copy.pk

# %%
Person(first_name='A', wrong=3)

# %%
print([f.name for f in Boat._meta.get_fields()])
