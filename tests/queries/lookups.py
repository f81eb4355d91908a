# %% schema=../files/orchard.py before=../files/orchard_rows.py
[Grower.objects.filter(**{'name__' + k: v}).count() for k, v in [('exact', 'Ada'), ('iexact', 'ada'), ('contains', 'd'), ('icontains', 'D'), ('startswith', 'A'), ('istartswith', 'a'), ('endswith', 'a'), ('iendswith', 'A'), ('regex', '^[A-B]'), ('iregex', '^[a-b]'), ('in', ['Ada', 'Cem', None]), ('range', ('A', 'C')), ('gt', 'Ada'), ('lte', 'Ben'), ('isnull', False)]]
# %%
[q['sql'] for q in connection.queries[-15:]]
# %%
Grower.objects.filter(joined__year=2019, joined__month__lte=3, joined__week_day=6)
# %%
Planting.objects.filter(planted__date__gte=datetime.date(2021, 3, 1), planted__hour=9).count()
# %%
Variety.objects.filter(notes__colour='red')
# %%
Variety.objects.filter(notes__keeps__gte=3, notes__has_key='colour')
# %%
Variety.objects.filter(notes__parents__0='Kidd')
# %%
Variety.objects.filter(notes__colour__isnull=True)
# %%
print(Grower.objects.filter(name__contains='50%_\\').query)
# %%
Grower.objects.filter(pk__in=[]), Grower.objects.filter(mentor__in=[ada, ben])
# %%
Grower.objects.filter(name__strtswith='A')
# %%
Grower.objects.filter(nam='A')
# %%
Grower.objects.filter(mentor__name__foo='A')
# %%
Grower.objects.filter(mentor='Ada')
# %%
Plot.objects.filter(area='wide')
# %%
Grower.objects.filter(joined='yesterday')
# %%
Grower.objects.filter(mentor__contains=1)
# %%
Grower.objects.filter(name__isnull='yes')
# %%
Grower.objects.get(name__startswith='Z')
# %%
Grower.objects.get(pk__gt=0)
# %%
Grower.objects.filter(mentor=Grower(name='new'))
# %%
Grower.objects.all()[-1]
# %%
Grower.objects.all()[:2].filter(name='Ada')
