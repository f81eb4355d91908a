# %% schema=../files/orchard.py before=../files/orchard_rows.py
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
