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
Plot.objects.filter(grower__name='Ada')
# %%
Grower.objects.filter(plots__varieties__name='Red').distinct()
# %%
Grower.objects.filter(plots__varieties__name='Red', plots__area__gt=1)
# %%
Grower.objects.filter(plots__varieties__name='Red').filter(plots__area__gt=1)
# %%
Grower.objects.exclude(plots__varieties__name='Red')
# %%
Grower.objects.exclude(plots__planting__harvests__year=2022, plots__area__lt=1)
# %%
Grower.objects.filter(mentor__mentor__name='Ada')
# %%
Grower.objects.filter(Q(mentor__name='Ada') | Q(mentor__isnull=True))
# %%
Grower.objects.filter(pupils__isnull=True)
# %%
print(Harvest.objects.filter(planting__plot__grower__mentor__name__startswith='A').query)
# %%
Plot.objects.order_by('grower__mentor__name', '-area')
# %%
Plot.objects.select_related('grower__mentor').get(label='C1').grower.mentor
# %%
Variety.objects.filter(plots__in=Plot.objects.filter(area__gte=2))
# %%
Variety.objects.filter(planting__trees__gt=F('planting__harvests__year') - 2015)
# %%
Grower.objects.filter(plots__in=[]) | Grower.objects.filter(name='Ben')
# %%
(Grower.objects.filter(plots__area__gt=1) & Grower.objects.filter(plots__label='A1')).values_list('name', 'plots__area')
# %%
~Q(name='Ada') & (Q(pk=1) | Q(pk=2))
# %%
Grower.objects.filter(~Q(name='Ada') ^ Q(mentor=1))
