# %% schema=../files/people.py before=../files/people_rows.py
def t(f):
    try:
        r = f()
        if isinstance(r, QuerySet):
            print(r.query)
            r = list(r)
        print('   ', repr(r))
    except Exception as e:
        print('   ', type(e).__name__, e)
R, PL = Restaurant.objects.order_by('pk'), Place.objects.order_by('pk')
t(lambda: R.filter(stay__nights__gt=1)); t(lambda: R.filter(dwellers__name='Ann')); t(lambda: R.exclude(dwellers__name='Ann')); t(lambda: R.exclude(stay__nights=2)); t(lambda: R.filter(stay=None)); t(lambda: R.annotate(n=Count('stay')).values('name', 'n')); t(lambda: R.annotate(s=Sum('stay__nights')).filter(s__gt=0)); t(lambda: R.values('stay__person__name')); t(lambda: R.order_by('stay__nights')); t(lambda: R.prefetch_related('stay_set', 'dwellers')); t(lambda: r1.stay_set.all()); t(lambda: r1.dwellers.all()); t(lambda: R.aggregate(Sum('stay__nights'))); t(lambda: R.annotate(f=FilteredRelation('stay', condition=Q(stay__nights__gt=1))).filter(f__isnull=False)); t(lambda: Person.objects.filter(kitchens__stay__nights=2)); t(lambda: Person.objects.filter(kitchens__name='Grill', kitchens__stars=3)); t(lambda: Person.objects.exclude(kitchens__stay__nights=2)); t(lambda: R.filter(Exists(Stay.objects.filter(place=OuterRef('pk'))))); t(lambda: R.filter(place_ptr__stay__nights=2)); t(lambda: R.filter(Q(stay__nights=2) | Q(stars=1))); t(lambda: R.select_related('chef__passport', 'place_ptr')); t(lambda: R.filter(chef__stay__place__name='Home')); t(lambda: R.only('name').filter(stay__nights=2)); t(lambda: R.filter(pk__in=Stay.objects.values('place'))); t(lambda: R.filter(stay__in=Stay.objects.filter(nights=2))); t(lambda: R.filter(stay__nights=2).update(stars=5)); t(lambda: R.filter(stay__nights=99).delete()); t(lambda: PL.filter(restaurant__stay__nights=2)); t(lambda: PL.exclude(restaurant__stay__nights=2))
# %%

