# %% schema=../files/oddments.py
# Fields, managers and on_delete functions of one's own; inheritance of every kind.
from oddments.models import Point, log, PointField, UpperField

# %%
p = Place.objects.create(name='abc', at=Point(1, 2), words=['a', 'b'])

# %%
p.name, p.at, p.words

# %%
p = Place.objects.get(at=Point(1, 2))

# %%
p.at, p.words, p.hand

# %%
p.get_name_length()

# %%
p.expensive

# %%
p.expensive

# %%
p.label

# %%
p.label = 'xyz!'

# %%
p.name

# %%
Place(label='q!').name

# %%
Place.objects.filter(at__in=[Point(1, 2), Point(3, 4)])

# %%
Place.objects.values_list('at', 'words')

# %%
Place.objects.filter(words=['a', 'b']).count()

# %%
Place(name='n', at='1,b').full_clean()

# %%
Place(name='n', at='1,2').full_clean()

# %%
Place(name='n', at='1,2', words='').full_clean()

# %%
Place._meta.get_field('at').deconstruct()

# %%
Place._meta.get_field('name').deconstruct()

# %%
Place._meta.get_field('at').value_to_string(p)

# %%
Place._meta.get_field('at').description

# %%
Place._meta.get_field('at').db_type(connection)

# %%
Place._meta.get_field('hand').db_type(connection)

# %%
PointField(precision=3)

# %%
p.natural_key()

# %%
Place(nme='x')

# %%
Place(1, 'abc', name='z')

# %%
Place(1, 2, 3, 4, 5, 6, 7)

# %%
s = Soft.objects.make(name='one', owner=p)

# %%
t = Soft.objects.create(name='two')

# %%
Soft.objects.all(), Soft.everything.all()

# %%
Soft.objects.quiet()

# %%
Soft.objects.loud()

# %%
Soft.objects.all().loud()

# %%
Soft.objects._private

# %%
Soft.everything.alive()

# %%
Soft.everything.hard_delete()

# %%
Soft.everything.all().hard_delete()

# %%
Soft._default_manager, Soft._base_manager

# %%
Soft._meta.managers

# %%
Soft._meta.managers_map

# %%
p.softs.all()

# %%
p.softs(manager='everything').all()

# %%
p.softs

# %%
Place.softs

# %%
Soft.objects

# %%
s.objects

# %%
Soft.objects.create(name='x' * 20)

# %%
Soft(name='x' * 20).full_clean()

# %%
a, b, c = [Place.objects.create(name=n) for n in ('pa', 'pb', 'pc')]

# %%
i = Item.objects.create(cascade=a, setto=b, one=c, default=None)

# %%
a.delete()

# %%
i = Item.objects.create(setto=b, one=c, default=None)

# %%
b.delete()

# %%
i.refresh_from_db()

# %%
i.setto.name

# %%
c.delete()

# %%
i.refresh_from_db()

# %%
i.one is None

# %%
d = Place.objects.create(name='pd')

# %%
i.default = d

# %%
i.by_name = d

# %%
i.save()

# %%
i.by_name_id

# %%
d.delete()

# %%
try:
    d.delete()
except Exception as e:
    print(type(e), e.args[0], e.protected_objects)

# %%
d.oddments_item_named.all()

# %%
j = Item.objects.create(me=i, default=None)

# %%
i.delete()

# %%
try:
    i.delete()
except models.RestrictedError as e:
    print(e.restricted_objects, e)

# %%
Item.objects.filter(pk__in=[i.pk, j.pk]).delete()

# %%
i = Item.objects.create(default=None)

# %%
i.many.add(*Place.objects.all())

# %%
i.many.count()

# %%
i.twins.add(i)

# %%
i.twins.all(), i.twin_of.all()

# %%
i.only

# %%
d.only

# %%
Place.only

# %%
Place.only.RelatedObjectDoesNotExist

# %%
hasattr(d, 'only')

# %%
d.only = i

# %%
i.one == d

# %%
d.only is i

# %%
g = GrandChild.objects.create(name='g', extra=5, more='m')

# %%
len(log)

# %%
c = Child.objects.create(name='c')

# %%
c.who(), g.who()

# %%
log

# %%
log.clear()

# %%
c.save(update_fields=['name'])

# %%
log

# %%
c.save(update_fields=['nope'])

# %%
c.save(update_fields=[])

# %%
c.save(force_insert=True)

# %%
c.save(force_insert=True, force_update=True)

# %%
Base.objects.all()

# %%
Base.objects.get(name='g').child.grand

# %%
Base.objects.get(name='g').child.grand.more

# %%
Base.objects.get(name='c').child.grand

# %%
BaseProxy.objects.all()

# %%
BaseProxy.objects.first().who()

# %%
BaseProxy._meta.proxy, BaseProxy._meta.concrete_model, BaseProxy._meta.verbose_name_plural

# %%
b = Base.objects.get(name='c')

# %%
b == c, c == b, hash(b) == hash(c)

# %%
BaseProxy.objects.get(name='c') == b

# %%
b.delete()

# %%
Child.objects.count()

# %%
g.delete(keep_parents=True)

# %%
Base.objects.all()

# %%
Child.objects.all()

# %%
Base._meta.get_parent_list(), GrandChild._meta.get_parent_list()

# %%
GrandChild._meta.parents

# %%
[f.name for f in GrandChild._meta.get_fields()]

# %%
[f.attname for f in GrandChild._meta.local_fields]

# %%
Legacy._meta.managed

# %%
Place.objects.count() > 0
