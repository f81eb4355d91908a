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
Grower.objects.annotate(n=Count('plots')).values_list('name', 'n').order_by('name')
# %%
Variety.objects.annotate(trees=Sum('planting__trees')).filter(trees__gt=5)
# %%
Harvest.objects.values('year').annotate(total=Sum('kilos'), best=Max('kilos')).order_by('year')
# %%
Harvest.objects.aggregate(Avg('kilos'), Min('took'), n=Count('planting__variety', distinct=True))
# %%
Grower.objects.aggregate(total=Sum('plots__area', default=0))
# %%
Grower.objects.none().aggregate(Sum('pk'), Count('pk'))
# %%
Plot.objects.annotate(big=Case(When(area__gte=2, then=Value('big')), default=Value('small'))).values('big').annotate(n=Count('pk')).order_by('big')
# %%
Planting.objects.annotate(n=Count('harvests', filter=Q(harvests__year=2023))).values_list('pk', 'n').order_by('pk')
# %%
Variety.objects.annotate(n=Count('planting')).aggregate(Avg('n'))
# %%
Grower.objects.annotate(n=Count('plots')).count()
# %%
print(Grower.objects.annotate(n=Count('plots')).filter(n__gt=1).values('name').query)
# %%
Harvest.objects.values_list('planting__variety__name').annotate(Sum('kilos')).order_by('planting__variety__name')
# %%
Plot.objects.annotate(m=Max('planting__harvests__kilos')).order_by(F('m').desc(nulls_last=True))
# %%
Grower.objects.annotate(n=Count('plots')).aggregate(Sum('nn'))
# %%
Grower.objects.aggregate(Count('plots') + 1)
