# %% schema=../files/orchard.py before=../files/orchard_rows.py
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
