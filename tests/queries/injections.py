# %% schema=../files/orchard.py before=../files/orchard_rows.py
Grower.objects.annotate(**{'x" FROM sqlite_master--': Value(1)})
# %%
Grower.objects.values(**{'x"; DROP TABLE y--': F('pk')})
# %%
Grower.objects.aggregate(**{'bad name': Count('pk')})
# %%
Grower.objects.filter(Q(_connector=') OR 1=1 OR (', name='Ada', pk=1))
# %%
Grower.objects.order_by('name; DROP TABLE orchard_grower')
# %%
Grower.objects.order_by('orchard_grower.name"--')
# %%
Grower.objects.annotate(y=functions.Extract('joined', "year' FROM x)) --")).count()
# %%
Grower.objects.annotate(y=functions.Trunc('joined', "year', start_datetime)) --")).values_list('y')
# %%
Variety.objects.filter(**{"notes__a' = 1 OR 1=1--": 'x'})
# %%
from django.db.models import FilteredRelation
Grower.objects.annotate(**{'p" --': FilteredRelation('plots')})
# %%
Grower.objects.extra(select={'x"': '1'}).values('pk')[:1]
# %%
Grower.objects.filter(name="x' OR '1'='1"), Grower.objects.filter(name__in=["');--"])
# %%
Grower.objects.annotate(c=functions.Collate('name', 'nocase; DROP'))
# %%
Grower.objects.alias(**{'a b': Value(1)})
