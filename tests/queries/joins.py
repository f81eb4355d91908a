# %% schema=../files/orchard.py before=../files/orchard_rows.py
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
