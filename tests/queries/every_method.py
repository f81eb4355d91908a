# %% schema=../files/people.py before=../files/people_rows.py
def t(f):
    try:
        r = f()
        if isinstance(r, QuerySet):
            print('   ', r.query)
            r = list(r)
        print('   ', repr(r))
    except Exception as e:
        print('   ', type(e).__module__, type(e).__name__, e)
P, E_ = Person.objects, Everything.objects
# %%
t(lambda: P.order_by('boss'))
# %%
t(lambda: P.order_by('boss__boss'))
# %%
t(lambda: P.order_by('boss_id'))
# %%
t(lambda: P.order_by('-boss__name', 'pk'))
# %%
t(lambda: P.order_by('?').query.__str__())
# %%
t(lambda: P.order_by('nope'))
# %%
t(lambda: P.order_by('boss__nope'))
# %%
t(lambda: P.order_by('name__nope'))
# %%
t(lambda: P.order_by('name__lower'))
# %%
t(lambda: P.order_by(''))
# %%
t(lambda: P.order_by('-'))
# %%
t(lambda: P.order_by('--name'))
# %%
t(lambda: P.order_by('+name'))
# %%
t(lambda: P.order_by(None))
# %%
t(lambda: P.order_by())
# %%
t(lambda: P.order_by(5))
# %%
t(lambda: P.order_by(F('nick').asc(nulls_last=True), F('born').desc(nulls_first=True)))
# %%
t(lambda: P.order_by(F('nick').asc(nulls_last=True, nulls_first=True)))
# %%
t(lambda: F('nick').asc(nulls_last=False))
# %%
t(lambda: P.order_by(Lower('name').desc(), Length('nick')))
# %%
t(lambda: P.order_by(Value(3)))
# %%
t(lambda: P.order_by('staff'))
# %%
t(lambda: P.order_by('homes'))
# %%
t(lambda: P.order_by('stay'))
# %%
t(lambda: P.order_by('stay__place'))
# %%
t(lambda: P.order_by('passport'))
# %%
t(lambda: P.order_by('passport__number').reverse())
# %%
t(lambda: P.order_by('name').reverse().reverse())
# %%
t(lambda: P.reverse())
# %%
t(lambda: Place.objects.reverse())
# %%
t(lambda: P.order_by('name')[:2].reverse())
# %%
t(lambda: P.all()[1:3].filter(name='x'))
# %%
t(lambda: P.all()[1:3].order_by('x'))
# %%
t(lambda: P.all()[1:3].distinct())
# %%
t(lambda: P.all()[1:3].count())
# %%
t(lambda: P.all()[1:3][1:])
# %%
t(lambda: P.all()[1:3][5:])
# %%
t(lambda: P.all()[::2])
# %%
t(lambda: P.all()[1:4:2])
# %%
t(lambda: P.all()[-1])
# %%
t(lambda: P.all()[:-1])
# %%
t(lambda: P.all()[10])
# %%
t(lambda: P.all()['a'])
# %%
t(lambda: P.all()[1.5])
# %%
t(lambda: P.all()[None:2])
# %%
t(lambda: P.all()[:0])
# %%
t(lambda: P.all()[0:0].exists())
# %%
t(lambda: P.all()[2:1])
# %%
t(lambda: P.all()[:2].delete())
# %%
t(lambda: P.all()[:2].update(nick='x'))
# %%
t(lambda: P.distinct('name'))
# %%
t(lambda: P.distinct().order_by('boss__name'))
# %%
t(lambda: P.values('name').distinct())
# %%
t(lambda: P.values_list('name', flat=True))
# %%
t(lambda: P.values_list('name', 'nick', flat=True))
# %%
t(lambda: P.values_list('name', named=True))
# %%
t(lambda: P.values_list('name', named=True, flat=True))
# %%
t(lambda: P.values_list(flat=True))
# %%
t(lambda: P.values_list(named=True).first())
# %%
t(lambda: P.values('boss__name', 'boss', 'boss_id', 'pk'))
# %%
t(lambda: P.values('nope'))
# %%
t(lambda: P.values('name__nope'))
# %%
t(lambda: P.values('staff__name', 'homes'))
# %%
t(lambda: P.values(low=Lower('name')))
# %%
t(lambda: P.values('name', low=Lower('name')).filter(low='ann'))
# %%
t(lambda: P.values_list(Lower('name'), 'pk'))
# %%
t(lambda: P.values_list(Lower('name'), Lower('nick')))
# %%
t(lambda: P.values_list(Lower('name'), named=True))
# %%
t(lambda: P.values(Lower('name')))
# %%
t(lambda: P.values('name', name=F('nick')))
# %%
t(lambda: P.values('born__year', 'born__month'))
# %%
t(lambda: E_.values('js__a', 'js__c'))
# %%
t(lambda: E_.values_list('js__a__1', 'dt__date', 'dt__hour'))
# %%
t(lambda: P.values().values('name'))
# %%
t(lambda: P.annotate(x=F('name')).values('x').annotate(c=Count('pk')).order_by('x'))
# %%
t(lambda: P.values('boss').annotate(Count('id')))
# %%
t(lambda: P.values('boss').annotate(Count('id')).order_by())
# %%
t(lambda: P.annotate(Count('staff')).values('name', 'staff__count'))
# %%
t(lambda: P.annotate(n=Count('staff')).values('n').annotate(m=Count('pk')).order_by('n'))
# %%
t(lambda: P.annotate(n=Count('staff'), n2=Count('homes', distinct=True)).filter(n__gt=0))
# %%
t(lambda: P.annotate(n=Count('staff')).filter(n__gt=0, name='Ann'))
# %%
t(lambda: P.filter(name='Ann').annotate(n=Count('staff', filter=Q(staff__name__startswith='B'))))
# %%
t(lambda: P.annotate(name=F('nick')))
# %%
t(lambda: P.annotate(id=Value(1)))
# %%
t(lambda: P.annotate(boss_id=Value(1)))
# %%
t(lambda: P.annotate(x=5))
# %%
t(lambda: P.annotate(5))
# %%
t(lambda: P.annotate(F('name')))
# %%
t(lambda: P.annotate(Count('staff') + 1))
# %%
t(lambda: P.annotate(Count('staff'), staff__count=Count('homes')))
# %%
t(lambda: P.annotate(x=Sum('nope')))
# %%
t(lambda: P.annotate(x=F('nope')))
# %%
t(lambda: P.annotate(x=F('staff')))
# %%
t(lambda: P.annotate(x=Count('staff')).annotate(y=Sum('x')))
# %%
t(lambda: P.annotate(x=Count('staff')).aggregate(Sum('x'), Avg('x'), Max('name')))
# %%
t(lambda: P.aggregate())
# %%
t(lambda: P.aggregate(5))
# %%
t(lambda: P.aggregate(x=5))
# %%
t(lambda: P.aggregate(x=F('name')))
# %%
t(lambda: P.aggregate(Count('pk'), x=Sum('height') + Count('id')))
# %%
t(lambda: P.aggregate(a=Sum('salary'), b=Avg('salary'), c=StdDev('salary'), d=Variance('height'), e=Min('born'), f=Max('salary', default=0)))
# %%
t(lambda: P.none().aggregate(a=Sum('salary'), n=Count('pk'), d=Sum('salary', default=D('3.5'))))
# %%
t(lambda: P.filter(pk__in=[]).aggregate(a=Sum('salary'), n=Count('pk'), d=Sum('salary', default=5)))
# %%
t(lambda: P.all()[:2].aggregate(n=Count('pk'), m=Max('name')))
# %%
t(lambda: P.distinct().aggregate(n=Count('pk')))
# %%
t(lambda: P.values('boss').aggregate(n=Count('pk')))
# %%
t(lambda: P.values('boss').distinct().aggregate(n=Count('boss')))
# %%
t(lambda: P.values('boss').annotate(n=Count('pk')).aggregate(Max('n')))
# %%
t(lambda: P.aggregate(n=Count('*'), d=Count('boss', distinct=True), x=Count(Case(When(name='Ann', then=1)))))
# %%
t(lambda: P.aggregate(Sum('name')))
# %%
t(lambda: P.aggregate(Avg('born')))
# %%
t(lambda: P.aggregate(Sum('boss__salary'), Count('homes__name')))
# %%
t(lambda: P.aggregate(s=StringAgg('name', delimiter=Value(','))))
# %%
t(lambda: P.alias(n=Count('staff')).filter(n=2))
# %%
t(lambda: P.alias(n=Count('staff')).values('n'))
# %%
t(lambda: P.alias(n=Count('staff')).annotate(n=F('n')))
# %%
t(lambda: P.alias(n=Count('staff')).aggregate(Sum('n')))
# %%
t(lambda: P.alias(n=Lower('name')).order_by('n'))
# %%
t(lambda: P.dates('born', 'year'))
# %%
t(lambda: P.dates('born', 'month', order='DESC'))
# %%
t(lambda: P.dates('born', 'week'))
# %%
t(lambda: P.dates('born', 'day'))
# %%
t(lambda: P.dates('born', 'hour'))
# %%
t(lambda: P.dates('born', 'year', order='x'))
# %%
t(lambda: P.dates('name', 'year'))
# %%
t(lambda: P.dates('nope', 'year'))
# %%
t(lambda: E_.dates('dt', 'year'))
# %%
t(lambda: E_.datetimes('dt', 'year'))
# %%
t(lambda: E_.datetimes('dt', 'hour', order='DESC'))
# %%
t(lambda: E_.datetimes('dt', 'minute', tzinfo=datetime.timezone.utc))
# %%
t(lambda: E_.datetimes('date', 'hour'))
# %%
t(lambda: E_.datetimes('dt', 'x'))
# %%
t(lambda: P.dates('stay__since', 'year'))
# %%
t(lambda: P.union(P.filter(name='Ann')))
# %%
t(lambda: P.filter(name='Ann').union(P.filter(name='Bob'), all=True).order_by('-name'))
# %%
t(lambda: P.filter(name='Ann').union(P.filter(name='Bob')).filter(name='x'))
# %%
t(lambda: P.filter(name='Ann').union(P.filter(name='Bob')).annotate(x=Value(1)))
# %%
t(lambda: P.filter(name='Ann').union(P.filter(name='Bob')).count())
# %%
t(lambda: P.filter(name='Ann').union(P.filter(name='Bob')).exists())
# %%
t(lambda: P.filter(name='Ann').union(P.filter(name='Bob'))[:1])
# %%
t(lambda: P.filter(name='Ann').union(P.filter(name='Bob')).values_list('pk', flat=True))
# %%
t(lambda: P.values_list('name').union(Place.objects.values_list('name')).order_by('name'))
# %%
t(lambda: P.values_list('name', 'pk').union(Place.objects.values_list('name')))
# %%
t(lambda: P.intersection(P.filter(name__lt='C')))
# %%
t(lambda: P.difference(P.filter(name__lt='C')))
# %%
t(lambda: P.none().union(P.filter(name='Ann')))
# %%
t(lambda: P.none().intersection(P.all()))
# %%
t(lambda: P.none().difference(P.all()))
# %%
t(lambda: P.order_by('name')[:1].union(P.order_by('-name')[:1]))
# %%
t(lambda: P.order_by('name').union(P.all()))
# %%
t(lambda: P.union(P.all()).order_by(F('name').desc()))
# %%
t(lambda: P.union(P.all()).delete())
# %%
t(lambda: P.union(P.all()).update(name='x'))
# %%
t(lambda: P.union(P.all()).get())
# %%
t(lambda: P.union(P.all()).get(name='x'))
# %%
t(lambda: P.union(P.all()).first())
# %%
t(lambda: P.union(P.all()).last())
# %%
t(lambda: P.union(P.all()).aggregate(Count('pk')))
# %%
t(lambda: P.union(P.all()).distinct())
# %%
t(lambda: P.union(P.all()).select_related('boss'))
# %%
t(lambda: P.union(P.all()).prefetch_related('friends'))
# %%
t(lambda: P.union(P.all()).contains(ann))
# %%
t(lambda: P.union(P.all()).in_bulk())
# %%
t(lambda: P.union(P.all()).defer('name'))
# %%
t(lambda: P.filter(pk__in=P.filter(name='Ann').union(P.filter(name='Bob')).values('pk')))
# %%
t(lambda: P.union(P.all()) | P.all())
# %%
t(lambda: P.all() | Place.objects.all())
# %%
t(lambda: P.filter(name='Ann') | P.filter(staff__name='Dan'))
# %%
t(lambda: P.filter(name='Ann') & P.filter(staff__name='Dan'))
# %%
t(lambda: P.filter(name='Ann') ^ P.filter(staff__name='Dan'))
# %%
t(lambda: P.filter(name='Ann') | P.none())
# %%
t(lambda: P.none() | P.filter(name='Ann'))
# %%
t(lambda: P.none() & P.filter(name='Ann'))
# %%
t(lambda: P.none() ^ P.filter(name='Ann'))
# %%
t(lambda: P.filter(name='Ann')[:1] | P.filter(name='Bob'))
# %%
t(lambda: P.distinct() | P.filter(name='Bob'))
# %%
t(lambda: P.values('name') | P.all())
# %%
t(lambda: P.all() | 5)
# %%
t(lambda: P.select_related('boss').filter(boss__isnull=False)[0].boss)
# %%
t(lambda: P.select_related('boss__boss', 'passport'))
# %%
t(lambda: P.select_related())
# %%
t(lambda: Stay.objects.select_related())
# %%
t(lambda: P.select_related('nope'))
# %%
t(lambda: P.select_related('name'))
# %%
t(lambda: P.select_related('staff'))
# %%
t(lambda: P.select_related('boss__nope'))
# %%
t(lambda: P.select_related(None))
# %%
t(lambda: P.select_related('boss', None))
# %%
t(lambda: P.values('name').select_related('boss'))
# %%
t(lambda: P.select_related('boss').values('name'))
# %%
t(lambda: P.prefetch_related('nope'))
# %%
t(lambda: P.prefetch_related('name'))
# %%
t(lambda: P.prefetch_related('boss__nope'))
# %%
t(lambda: P.prefetch_related('friends__friends', 'staff', 'boss', 'stay_set__place', 'homes', 'passport'))
# %%
t(lambda: P.prefetch_related(None))
# %%
t(lambda: P.values('name').prefetch_related('boss'))
# %%
t(lambda: P.prefetch_related(Prefetch('staff', queryset=P.filter(name='Bob'), to_attr='bobs')).first().bobs)
# %%
t(lambda: P.prefetch_related(Prefetch('staff', queryset=P.values('name'))))
# %%
t(lambda: P.prefetch_related(Prefetch('staff', queryset=P.all()[:1])).first().staff.all())
# %%
t(lambda: P.prefetch_related(Prefetch('staff', to_attr='name')))
# %%
t(lambda: P.prefetch_related(Prefetch('staff', to_attr='x'), Prefetch('friends', to_attr='x')))
# %%
t(lambda: P.prefetch_related('staff', Prefetch('staff', queryset=P.none())))
# %%
t(lambda: P.prefetch_related(Prefetch('boss', queryset=P.only('name'))).last().boss)
# %%
t(lambda: P.prefetch_related(5))
# %%
t(lambda: P.extra(select={'x': 'name'}, where=["name > %s"], params=['B'], order_by=['-x']))
# %%
t(lambda: P.extra(select={'x': '%s'}, select_params=['q']).values('x', 'name'))
# %%
t(lambda: P.extra(tables=['people_place'], where=['people_place.id = people_person.id']))
# %%
t(lambda: P.extra(where=['1=1', '2=2 OR 3=3']).filter(name='Ann'))
# %%
t(lambda: P.defer('name').first().name)
# %%
t(lambda: P.defer('nope'))
# %%
t(lambda: P.defer('boss__name').select_related('boss').last())
# %%
t(lambda: P.defer('pk').first())
# %%
t(lambda: P.defer(None))
# %%
t(lambda: P.only('name', 'boss__name').select_related('boss'))
# %%
t(lambda: P.only('boss__name'))
# %%
t(lambda: P.only('nope'))
# %%
t(lambda: P.only('name').defer('name'))
# %%
t(lambda: P.only(None))
# %%
t(lambda: P.only())
# %%
t(lambda: P.only('boss').select_related('boss').defer('boss'))
# %%
t(lambda: P.only('name').select_related('boss'))
# %%
t(lambda: P.values('name').only('name'))
# %%
t(lambda: P.values('name').defer('name'))
# %%
t(lambda: P.using('other'))
# %%
t(lambda: P.using('default'))
# %%
t(lambda: P.get(name='Ann'))
# %%
t(lambda: P.get())
# %%
t(lambda: P.get(name='Nobody'))
# %%
t(lambda: P.get(nope=1))
# %%
t(lambda: P.get(Q(name='Ann'), pk=1))
# %%
t(lambda: P.values('name').get(pk=1))
# %%
t(lambda: P.order_by('name')[:1].get())
# %%
t(lambda: P.filter(boss=1).get())
# %%
t(lambda: P.in_bulk([1, 2, 99]))
# %%
t(lambda: P.in_bulk())
# %%
t(lambda: P.in_bulk([]))
# %%
t(lambda: P.in_bulk(['x']))
# %%
t(lambda: P.in_bulk([1], field_name='name'))
# %%
t(lambda: Passport.objects.in_bulk(['X1'], field_name='number'))
# %%
t(lambda: P.values('name').in_bulk([1]))
# %%
t(lambda: P.all()[:2].in_bulk([1]))
# %%
t(lambda: P.values_list('name', flat=True).in_bulk())
# %%
t(lambda: P.latest('born'))
# %%
t(lambda: P.earliest('born', '-name'))
# %%
t(lambda: P.latest())
# %%
t(lambda: Child.objects.latest())
# %%
t(lambda: Child.objects.earliest())
# %%
t(lambda: P.all()[:2].latest('born'))
# %%
t(lambda: P.none().latest('born'))
# %%
t(lambda: P.first())
# %%
t(lambda: P.last())
# %%
t(lambda: Place.objects.first())
# %%
t(lambda: Place.objects.last())
# %%
t(lambda: P.none().first())
# %%
t(lambda: P.order_by().first())
# %%
t(lambda: P.all()[1:3].first())
# %%
t(lambda: P.all()[1:3].last())
# %%
t(lambda: P.values('boss').annotate(n=Count('pk')).first())
# %%
t(lambda: P.values('boss').annotate(n=Count('pk')).order_by().first())
# %%
t(lambda: P.contains(ann))
# %%
t(lambda: P.contains(p1))
# %%
t(lambda: P.contains(5))
# %%
t(lambda: P.contains(Person(name='x')))
# %%
t(lambda: P.values('name').contains(ann))
# %%
t(lambda: P.exists())
# %%
t(lambda: P.filter(name='zz').exists())
# %%
t(lambda: list(P.iterator(chunk_size=2)))
# %%
t(lambda: list(P.iterator(chunk_size=0)))
# %%
t(lambda: list(P.iterator(chunk_size=-1)))
# %%
t(lambda: list(P.prefetch_related('staff').iterator()))
# %%
t(lambda: list(P.prefetch_related('staff').iterator(chunk_size=2)))
# %%
t(lambda: P.as_manager())
# %%
t(lambda: QuerySet.as_manager())
# %%
t(lambda: bool(P.all()))
# %%
t(lambda: len(P.all()))
# %%
t(lambda: ann in P.all())
# %%
t(lambda: P.all() == P.all())
# %%
t(lambda: P.raw('select * from people_person where name > %s order by id', ['B']))
# %%
t(lambda: list(P.raw('select * from people_person where name > %s order by id', ['B'])))
# %%
t(lambda: list(P.raw('select id, 5 as five from people_person'))[0].five)
# %%
t(lambda: list(P.raw('select name from people_person')))
# %%
t(lambda: P.raw('select * from people_person where name = %(n)s', {'n': 'Ann'})[0])
# %%
t(lambda: P.raw('select id, name as nick from people_person', translations={'name': 'height'}).columns)
# %%
t(lambda: list(P.raw('selec')))
# %%
t(lambda: P.raw('select * from people_person')[1:3])
# %%
t(lambda: len(P.raw('select * from people_person')))
# %%
t(lambda: P.raw('select * from people_person', ['x', 'y']))
# %%
t(lambda: list(P.raw('select * from people_person where id = %s')))
# %%
t(lambda: P.filter(5))
# %%
t(lambda: P.filter('name'))
# %%
t(lambda: P.filter(('name', 'Ann')))
# %%
t(lambda: P.filter(Q()))
# %%
t(lambda: P.filter(~Q()))
# %%
t(lambda: P.filter(Q(name='Ann') | ~Q(staff__name='Dan')))
# %%
t(lambda: P.exclude(staff__name='Dan'))
# %%
t(lambda: P.exclude(staff__name='Dan', staff__nick=None))
# %%
t(lambda: P.exclude(friends__friends__name='Ann'))
# %%
t(lambda: P.exclude(Q(staff__name='Dan') | Q(homes__name='Home')))
# %%
t(lambda: P.exclude(stay__place__name='Home').exclude(stay__nights__gt=F('stay__place_id')))
# %%
t(lambda: P.filter(staff__name='Bob').filter(staff__name='Dan'))
# %%
t(lambda: P.filter(staff__name='Bob', staff__nick=None))
# %%
t(lambda: P.filter(boss=ann))
# %%
t(lambda: P.filter(boss=p1))
# %%
t(lambda: P.filter(boss='x'))
# %%
t(lambda: P.filter(boss=Person(name='x')))
# %%
t(lambda: P.filter(boss__in=[ann, bob]))
# %%
t(lambda: P.filter(boss__in=P.filter(name='Ann')))
# %%
t(lambda: P.filter(boss__in=Place.objects.all()))
# %%
t(lambda: P.filter(boss=P.filter(name='Ann')))
# %%
t(lambda: P.filter(boss=P.filter(name='Ann')[:1]))
# %%
t(lambda: P.filter(boss__name__in=P.values('name')))
# %%
t(lambda: P.filter(boss__exact=None))
# %%
t(lambda: P.filter(boss__gt=None))
# %%
t(lambda: P.filter(boss__isnull=None))
# %%
t(lambda: P.filter(staff__isnull=True))
# %%
t(lambda: P.filter(staff=None))
# %%
t(lambda: P.exclude(staff=None))
# %%
t(lambda: P.filter(passport=None))
# %%
t(lambda: P.filter(passport__isnull=False))
# %%
t(lambda: P.filter(passport__number__isnull=True))
# %%
t(lambda: P.filter(boss__boss__isnull=True))
# %%
t(lambda: P.filter(pk=ann))
# %%
t(lambda: P.filter(pk__in=[ann, bob]))
# %%
t(lambda: P.filter(boss__pk=1, boss_id=1, boss__id=1))
# %%
t(lambda: P.filter(boss_id__name=1))
# %%
t(lambda: P.filter(boss__contains='x'))
# %%
t(lambda: P.filter(name__=5))
# %%
t(lambda: P.filter(**{'': 5}))
# %%
t(lambda: P.filter(**{'__': 5}))
# %%
t(lambda: P.filter(**{'name__exact__': 5}))
# %%
t(lambda: P.filter(kitchens__stars=3))
# %%
t(lambda: Restaurant.objects.filter(name='Grill', place_ptr__address=None))
# %%
t(lambda: Restaurant.objects.filter(pk=3))
# %%
t(lambda: Place.objects.filter(restaurant__stars__gt=1))
# %%
t(lambda: Place.objects.filter(restaurant=None))
# %%
t(lambda: Place.objects.exclude(restaurant__chef__name='Ann'))
# %%
t(lambda: Restaurant.objects.update(name='Q', stars=F('stars') + 1))
# %%
t(lambda: Restaurant.objects.filter(name='Q').update(stars=F('name')))
# %%
t(lambda: P.update(name=F('boss__name')))
# %%
t(lambda: P.update(nope=1))
# %%
t(lambda: P.update(friends=1))
# %%
t(lambda: P.update(staff=1))
# %%
t(lambda: P.update(pk=1))
# %%
t(lambda: P.update(boss=p1))
# %%
t(lambda: P.update())
# %%
t(lambda: P.filter(name='Ann').update(nick=Upper('name'), height=F('height') * 2))
# %%
t(lambda: P.order_by('name').update(nick=Subquery(Place.objects.values('name')[:1])))
# %%
t(lambda: P.annotate(n=Count('staff')).update(height=F('n')))
# %%
t(lambda: P.annotate(n=Length('name')).update(height=F('n')))
# %%
t(lambda: P.filter(boss__name='Ann').update(nick='under'))
# %%
t(lambda: P.order_by(Lower('name')).update(nick='u'))
# %%
t(lambda: P.distinct().update(nick='u'))
# %%
t(lambda: P.values('name').update(nick='u'))
# %%
t(lambda: P.values('name').delete())
# %%
t(lambda: P.distinct().delete())
# %%
t(lambda: E_.filter(pk=3).update(js=Value({'a': 1}, JSONField()), flag=True, uid=uuid.UUID(int=9)))
# %%
t(lambda: Child.objects.filter(thing=t1))
# %%
t(lambda: Child.objects.filter(thing='one'))
# %%
t(lambda: Child.objects.filter(thing_id__in=['one']))
# %%
t(lambda: Child.objects.filter(thing__in=UuidThing.objects.all()))
# %%
t(lambda: UuidThing.objects.filter(kid__rank=3))
# %%
t(lambda: UuidThing.objects.filter(kids__rank=3))
# %%
t(lambda: Child.objects.order_by('thing'))
# %%
t(lambda: t1.get_child_order())
# %%
t(lambda: t1.set_child_order([2, 1]))
# %%
t(lambda: k1.get_next_in_order())
# %%
t(lambda: Stay.objects.filter(place__restaurant__chef=ann))
# %%
t(lambda: Stay.objects.select_related('place__restaurant__chef', 'person__passport').order_by('pk'))
# %%
t(lambda: P.filter(born__year=1980, born__month__in=[1, 2]))
# %%
t(lambda: P.annotate(y=ExtractYear('born')).values('y').annotate(c=Count('*')).order_by('y'))
