# %% schema=../files/orchard.py
import datetime
ada = Grower.objects.create(name='Ada', email='ada@farm.example', joined=datetime.date(2019, 3, 1))
ben = Grower.objects.create(name='Ben', joined=datetime.date(2020, 11, 30), mentor=ada)
cem = Grower.objects.create(name='Cem', mentor=ben)
red, gala, cox = [Variety.objects.create(name=n, sweet=s, notes=j) for n, s, j in [
    ('Red', True, {'colour': 'red', 'keeps': 4}), ('Gala', True, {'colour': 'mixed', 'parents': ['Kidd', 'Golden']}),
    ('Cox', False, {})]]
plots = [Plot.objects.create(grower=g, label=l, area=a) for g, l, a in [
    (ada, 'A1', '1.50'), (ada, 'A2', '0.75'), (ben, 'B1', '2.00'), (cem, 'C1', '10')]]
lots = [Planting.objects.create(plot=plots[p], variety=v, trees=t, planted=datetime.datetime(2021, m, 5, 9, 30, tzinfo=datetime.timezone.utc))
        for p, v, t, m in [(0, red, 12, 1), (0, gala, 3, 2), (1, red, 7, 3), (2, cox, 20, 4), (3, gala, 1, 5)]]
for lot, year, kilos in [(0, 2022, 120.5), (0, 2023, 80.0), (1, 2022, 10.25), (2, 2023, 55.5), (3, 2023, 300.0)]:
    h = Harvest.objects.create(planting=lots[lot], year=year, kilos=kilos, took=datetime.timedelta(hours=lot + 1))

# %%
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
