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
Plot.objects.annotate(double=F('area') * 2).values_list('label', 'double')
# %%
Grower.objects.annotate(up=functions.Upper('name'), n=functions.Length('name')).values_list('up', 'n').order_by('pk')
# %%
Grower.objects.annotate(y=functions.ExtractYear('joined'), m=functions.TruncMonth('joined')).values_list('y', 'm').order_by('pk')
# %%
Harvest.objects.annotate(more=F('took') + timedelta(minutes=30)).values_list('more', flat=True).order_by('pk')
# %%
newest = Harvest.objects.filter(planting=OuterRef('pk')).order_by('-year')
Planting.objects.annotate(last=Subquery(newest.values('year')[:1])).values_list('pk', 'last').order_by('pk')
# %%
Plot.objects.filter(Exists(Planting.objects.filter(plot=OuterRef('pk'), trees__gt=10)))
# %%
Plot.objects.annotate(busy=Exists(Planting.objects.filter(plot=OuterRef('pk'), trees__lt=5))).values_list('label', 'busy')
# %%
from django.db.models import Window, ExpressionWrapper, FloatField
from django.db.models.functions import Rank, Coalesce, Concat, Cast
Harvest.objects.annotate(r=Window(Rank(), partition_by='year', order_by=F('kilos').desc())).values_list('year', 'kilos', 'r').order_by('year', 'r')
# %%
Grower.objects.annotate(m=Coalesce('mentor__name', Value('nobody'))).values_list('name', 'm').order_by('pk')
# %%
Grower.objects.annotate(c=Concat('name', Value(' of '), 'email')).values_list('c', flat=True).order_by('pk')
# %%
Harvest.objects.annotate(k=Cast('kilos', models.IntegerField())).values_list('k', flat=True).order_by('pk')
# %%
Harvest.objects.annotate(per=ExpressionWrapper(F('kilos') / F('planting__trees'), output_field=FloatField())).values_list('per', flat=True).order_by('pk')
# %%
Harvest.objects.annotate(x=F('kilos') + F('took'))
# %%
Harvest.objects.annotate(x=F('kilos') * F('planting__plot__area'))
# %%
F('a') + 1 - F('b'), Value(3), Q(a=1) & ~Q(b=2), Count('x', distinct=True), functions.Lower('name')
# %%
Plot.objects.update(area=F('area') + 1)
# %%
print(connection.queries[-1]['sql'])
# %%
Grower.objects.filter(name=functions.Reverse(Value('adA')))
