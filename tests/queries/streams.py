# %% schema=../files/orchard.py
for i in range(30):
    g = Grower.objects.create(name=f'G{i:02}')
Variety.objects.bulk_create([Variety(name=n, notes={}) for n in ('Red', 'Gala', 'Cox')]);

# %%
[g.name for g in Grower.objects.order_by('pk').iterator(chunk_size=10)] == [f'G{i:02}' for i in range(30)]

# %%
# Rows behind the chunk that was read show what is written meanwhile.
it = Grower.objects.order_by('pk').iterator(chunk_size=3)
first = next(it)
Grower.objects.filter(name='G01').update(name='one')
Grower.objects.filter(name='G20').update(name='twenty')
names = [g.name for g in it]
first.name, names[0], names[19], len(names)

# %%
# A stream dropped half-way leaves nothing open.
it = Grower.objects.iterator(chunk_size=2)
next(it), next(it)

# %%
del it
from django.db import transaction
with transaction.atomic():
    stream = Grower.objects.values_list('name', flat=True).iterator(chunk_size=5)
    next(stream)
    Grower.objects.create(name='late')
sum(1 for _ in stream), Grower.objects.count()

# %%
list(Grower.objects.filter(pk__lt=3).values('pk', 'name').iterator())

# %%
list(Grower.objects.none().iterator()), list(Grower.objects.filter(pk=-1).iterator())

# %%
[(g.name, list(g.plots.all())) for g in Grower.objects.filter(pk__lt=4).prefetch_related('plots').iterator(chunk_size=2)]

# %%
it = Grower.objects.iterator()
it is iter(it)

# %%
it = Grower.objects.extra(where=['no_such_column = 1']).iterator()

# %%
next(it)

# %%
try:
    Grower.objects.iterator(chunk_size=0)
except ValueError as e:
    print(e)

# %%
# The same call again and again, with other values.
[Grower.objects.get(pk=i).name for i in (1, 2, 3)], Grower.objects.get(name='G04').pk, Grower.objects.get(name='G05', pk=6).pk

# %%
Grower.objects.get(pk='7').name, Grower.objects.get(pk=True).name

# %%
Grower.objects.get(pk=10**30)

# %%
Grower.objects.get(pk='x')

# %%
Grower.objects.get(pk=-1)

# %%
Grower.objects.get(email='')

# %%
Grower.objects.order_by('-name').get(pk=3), Variety.objects.get(name='Red', sweet=False) if Variety.objects.filter(sweet=False) else None

# %%
Grower.objects.get(pk=None)

# %%
from django.db.models.signals import post_init
def hello(sender, instance, **kwargs): print('made', instance.name)
post_init.connect(hello, sender=Grower)
Grower.objects.get(pk=3);

# %%
post_init.disconnect(hello, sender=Grower)
Grower.objects.get(pk=3);

# %%
# Each row of values() is a dict of its own.
a, b = Grower.objects.filter(pk__lt=3).order_by('pk').values('pk', 'name')
a['name'] = 'changed'
a['new'] = 1
del b['pk']
a, b, list(a), 'pk' in b, a == {**a}, a.copy() | {'x': 2}

# %%
g = Grower(name='K', email='k@k.k')
list(g.__dict__), g.mentor_id, Grower(mentor=first).mentor_id

# %%
Grower(nothing=1)

# %%
p = Plot(grower=first, label='L', area='1.5')
p.grower is first, p.grower_id == first.pk, Plot(grower_id=5, label='x').grower.name
