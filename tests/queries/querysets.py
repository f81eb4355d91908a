# %% schema=../files/orchard.py before=../files/orchard_rows.py
Grower.objects.values(), Grower.objects.values_list('name', flat=True)
# %%
Grower.objects.values_list('pk', 'name', named=True).first()
# %%
Plot.objects.first(), Plot.objects.last(), Plot.objects.reverse()[1]
# %%
Grower.objects.in_bulk([1, 3]), Grower.objects.in_bulk(field_name='id')
# %%
Planting.objects.dates('planted', 'month'), Planting.objects.datetimes('planted', 'year')
# %%
Harvest.objects.latest('year').kilos, Harvest.objects.earliest('kilos').kilos
# %%
Grower.objects.only('name').get(pk=1).email
# %%
Grower.objects.defer('name').filter(pk=2).values_list('name')
# %%
Grower.objects.get_or_create(name='Dee', defaults={'email': 'd@x.example'})
# %%
Grower.objects.update_or_create(name='Dee', defaults={'email': 'dee@x.example'})
# %%
Variety.objects.bulk_create([Variety(name='Fuji'), Variety(name='Jazz')])
# %%
some = list(Variety.objects.filter(sweet=True))
for v in some:
    v.sweet = False
Variety.objects.bulk_update(some, ['sweet'])
# %%
Grower.objects.filter(name='Ada').union(Grower.objects.filter(name='Ben')).order_by('-name')
# %%
Grower.objects.values_list('name').difference(Grower.objects.filter(mentor=None).values_list('name')).order_by('name')
# %%
[(g.name, [p.label for p in g.plots.all()]) for g in Grower.objects.prefetch_related(Prefetch('plots', queryset=Plot.objects.filter(area__gt=1)))]
# %%
ada.plots.create(label='A9', area=3), ada.plots.count(), ada.pupils.all()
# %%
plots[0].varieties.add(cox, through_defaults={'trees': 2}), plots[0].varieties.all()
# %%
plots[0].varieties.remove(red), plots[0].varieties.set([gala]), plots[0].varieties.count()
# %%
Variety.objects.get(name='Cox').delete()
# %%
Grower.objects.filter(name='Cem').delete()
# %%
Grower.objects.raw('SELECT id, name FROM orchard_grower WHERE name > %s', ['A'])[0]
# %%
with transaction.atomic():
    Grower.objects.create(name='Eve')
    transaction.set_rollback(True)
Grower.objects.filter(name='Eve').exists(), Grower.objects.contains(ada), bool(Grower.objects.all()), len(Plot.objects.all())
# %%
ada.plots = []
# %%
Plot.objects.create(grower=ada, label='A1', area=1)
