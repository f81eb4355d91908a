# %% schema=../files/offices.py
from django.db.models import *
from django.db.models.fields.tuple_lookups import TupleExact, TupleGreaterThan, TupleGreaterThanOrEqual, TupleIn, TupleIsNull, TupleLessThan, TupleLessThanOrEqual
offices = [Office.objects.create(country=c, number=n, city=t) for c, n, t in [('de', 1, 'Bonn'), ('de', 2, 'Trier'), ('fr', 1, 'Lyon')]]
ann, bob, cyd, dan = [Worker.objects.create(name=n, land=l, desk=d) for n, l, d in [('Ann', 'de', 1), ('Bob', 'de', 2), ('Cyd', 'fr', 1), ('Dan', 'fr', None)]]
for room, spot in [('a', 1), ('a', 2), ('b', 1)]: Shelf.objects.create(room=room, spot=spot)
for title, room, spot in [('x', 'a', 1), ('y', 'a', 1), ('z', 'b', 1)]: Book.objects.create(title=title, room=room, spot=spot)
# %%
ann.office, dan.office
# %%
Worker.objects.filter(office=offices[0])
# %%
Worker.objects.filter(office__in=offices[:2])
# %%
Worker.objects.filter(office__in=Office.objects.filter(city='Lyon'))
# %%
Worker.objects.exclude(office__in=Office.objects.filter(city='Lyon'))
# %%
Worker.objects.filter(office__in=Office.objects.values('number'))
# %%
Worker.objects.filter(office__gt=offices[0]), Worker.objects.filter(office__lte=(1, 'fr'))
# %%
Worker.objects.filter(office=Office.objects.all()[:1])
# %%
Worker.objects.filter(office__gt=Office.objects.all()[:1])
# %%
Worker.objects.filter(office=(1, 2, 3))
# %%
Worker.objects.filter(office=5)
# %%
Worker.objects.filter(office__in=[5])
# %%
Worker.objects.filter(office=Office())
# %%
Worker.objects.filter(office=ann)
# %%
Worker.objects.filter(office=None), Worker.objects.filter(office__isnull=False)
# %%
Worker.objects.filter(office__city__startswith='B'), Worker.objects.exclude(office__city='Bonn')
# %%
Worker.objects.select_related('office').order_by('-name')[0].office
# %%
[w.office for w in Worker.objects.prefetch_related('office')]
# %%
[list(o.workers.all()) for o in Office.objects.prefetch_related('workers')]
# %%
offices[0].workers.create(name='Eve'), offices[0].workers.count()
# %%
Office.objects.annotate(n=Count('workers')).values_list('city', 'n')
# %%
Worker.objects.filter(TupleExact((F('land'), F('desk')), ('de', 2)))
# %%
Worker.objects.filter(TupleIn((F('land'), F('desk')), [('de', 2), ('fr', 1), ('fr', None)]))
# %%
[list(Worker.objects.filter(kind((F('land'), F('desk')), ('de', 1)))) for kind in (TupleGreaterThan, TupleGreaterThanOrEqual, TupleLessThan, TupleLessThanOrEqual)]
# %%
Worker.objects.filter(TupleIsNull((F('land'), F('desk')), True))
# %%
TupleExact((F('land'), F('desk')), 1)
# %%
TupleExact((F('land'), F('desk')), (1,))
# %%
TupleIn((F('land'), F('desk')), (1, 2))
# %%
TupleIn((F('land'), F('desk')), F('name'))
# %%
TupleGreaterThan((F('land'), F('desk')), F('name'))
# %%
Shelf.objects.get(pk=('a', 1)), Shelf.objects.filter(pk__in=[('a', 1), ('b', 1)]), Shelf.objects.filter(pk__gt=('a', 1))
# %%
Shelf.objects.filter(pk=5)
# %%
Shelf.objects.filter(pk__in={('a', 1)})
# %%
Shelf.objects.filter(pk=Shelf.objects.filter(pk=('a', 2))[:1])
# %%
Shelf.objects.filter(pk__in=Shelf.objects.filter(spot=1))
# %%
Shelf.objects.filter(pk=F('pk'))
# %%
Shelf.objects.filter(books__lt=2), Book.objects.filter(shelf__lt=('b', 0)), Book.objects.filter(shelf=Shelf.objects.get(pk=('a', 1)))
# %%
Book.objects.filter(shelf__in=Shelf.objects.filter(spot=1))
# %%
Shelf.objects.only('pk').get(pk=('a', 1)).label
# %%
Shelf.objects.values_list('pk', 'label'), Shelf.objects.values('pk').distinct()
# %%
Shelf.objects.annotate(n=Count('books')).values_list('pk', 'n')
# %%
Shelf.objects.order_by('-pk'), Shelf.objects.aggregate(Count('pk'))
# %%
Shelf.objects.annotate(Max('pk'))
# %%
Shelf.objects.filter(pk=('a', 1)).update(label='first'), Shelf.objects.update(pk=('c', 1))
# %%
Shelf.objects.filter(pk=('a', 1)).delete()
# %%
Shelf.objects.filter(Exists(Shelf.objects.filter(pk=OuterRef('pk'))))
# %%
Shelf.objects.filter(Exists(Shelf.objects.filter(pk=OuterRef('spot'))))
# %%
a = Street.objects.create(length=3); b = Street.objects.create(length=5)
for street, text, current in [(a, 'Old Road', False), (a, 'New Road', True), (b, 'Lane', False)]: StreetName.objects.create(street=street, text=text, current=current)
a.name_now
# %%
b.name_now
# %%
Street.objects.filter(name_now__text='New Road').values('length'), Street.objects.exclude(name_now__text='New Road').values('length')
# %%
Street.objects.select_related('name_now').get(pk=a.pk).name_now
# %%
Street.objects.order_by('name_now__text').values_list('length', 'name_now__text')
# %%
for path in ['a', 'a/a', 'a/b', 'a/b/a', 'x']: Folder.objects.create(path=path)
one = Folder.objects.get(path='a/b')
one.below.all(), one.above.all()
# %%
Folder.objects.filter(above=one), Folder.objects.filter(below__in=[one])
# %%
Folder.objects.filter(above__path='a').exclude(below__path='x')
# %%
Worker._meta.get_field('office').path_infos[0].target_fields, Worker._meta.get_field('office').get_joining_fields()
