# %% schema=../files/people.py before=../files/people_rows.py
def t(f):
    n = len(connection.queries)
    try:
        r = f()
        if isinstance(r, QuerySet):
            print('  Q', r.query)
            r = list(r)
        print('   ', repr(r))
    except Exception as e:
        print('   ', type(e).__name__, e)
    if len(connection.queries) - n > 1: print('   n =', len(connection.queries) - n)
P, E_, S, PL = Person.objects, Everything.objects.order_by('pk'), Stay.objects, Place.objects.order_by('pk')
# %%
t(lambda: [(p.name, [s.name for s in p.staff.all()]) for p in P.prefetch_related('staff')])
# %%
t(lambda: [(p.name, [s.place.name for s in p.stay_set.all()]) for p in P.prefetch_related('stay_set__place')])
# %%
t(lambda: [(p.name, p.far) for p in P.prefetch_related(Prefetch('stay_set', queryset=S.filter(nights__gt=2), to_attr='far'))])
# %%
t(lambda: [(p.name, [x.place.name for x in p.far]) for p in P.prefetch_related(Prefetch('stay_set', queryset=S.select_related('place'), to_attr='far'), 'far__place__dwellers')])
# %%
t(lambda: [(p.name, [x.place.dwellers.all() for x in p.far]) for p in P.prefetch_related(Prefetch('stay_set', to_attr='far'), Prefetch('far__place__dwellers', queryset=P.order_by('-name')))])
# %%
t(lambda: prefetch_related_objects([ann, bob], 'staff', 'friends'))
# %%
t(lambda: (ann.staff.all(), ann._prefetched_objects_cache))
# %%
t(lambda: prefetch_related_objects([], 'nope'))
# %%
t(lambda: prefetch_related_objects([ann], 'nope'))
# %%
t(lambda: prefetch_related_objects([ann, p1], 'staff'))
# %%
t(lambda: P.prefetch_related('staff').get(pk=1).staff.filter(name='Bob'))
# %%
t(lambda: P.prefetch_related('staff').get(pk=1).staff.count())
# %%
t(lambda: P.prefetch_related('staff').get(pk=1).staff.exists())
# %%
t(lambda: P.prefetch_related('staff').get(pk=1).staff.first())
# %%
t(lambda: P.prefetch_related('staff__staff__staff').filter(pk=1)[0].staff.all()[0].staff.all())
# %%
t(lambda: P.prefetch_related('passport', 'boss__passport').filter(name__lt='C'))
# %%
t(lambda: P.prefetch_related('passport__person__staff').filter(pk=1)[0].passport.person.staff.all())
# %%
t(lambda: Passport.objects.prefetch_related('person__homes'))
# %%
t(lambda: PL.prefetch_related('restaurant', 'dwellers__passport'))
# %%
t(lambda: Restaurant.objects.order_by('pk').prefetch_related('chef', 'dwellers', 'place_ptr'))
# %%
t(lambda: P.prefetch_related(Prefetch('friends', P.filter(name__gt='B'), 'pals')).get(pk=1).pals)
# %%
t(lambda: P.prefetch_related(Prefetch('friends', P.filter(name__gt='B'))).get(pk=1).friends.all())
# %%
t(lambda: P.prefetch_related(Prefetch('staff', P.order_by('-name')[:1], 'top')).get(pk=1).top)
# %%
t(lambda: P.prefetch_related(Prefetch('friends', P.order_by('-name')[:1], 'top')).get(pk=1).top)
# %%
t(lambda: P.prefetch_related(Prefetch('staff', P.order_by('-name')[1:], 'top')).get(pk=1).top)
# %%
t(lambda: P.prefetch_related(Prefetch('stay_set', S.values('pk'))))
# %%
t(lambda: Prefetch('staff', P.raw('select 1')))
# %%
t(lambda: P.prefetch_related(Prefetch('staff', P.raw('select * from people_person'))).get(pk=1).staff.all())
# %%
t(lambda: P.prefetch_related('staff', 'staff__boss').filter(pk=1)[0].staff.all()[0].boss is ann)
# %%
t(lambda: P.prefetch_related('staff').prefetch_related(None).get(pk=1).staff.all())
# %%
t(lambda: repr(Prefetch('a__b', to_attr='c').prefetch_to))
# %%
t(lambda: Prefetch('a__b', to_attr='c') == Prefetch('a__b', to_attr='c'))
# %%
t(lambda: P.prefetch_related('stay_set').filter(stay__nights__gt=2).distinct())
# %%
t(lambda: Child.objects.prefetch_related('thing').order_by('pk')[0].thing)
# %%
t(lambda: UuidThing.objects.prefetch_related('kids').order_by('pk')[0].kids.all())
# %%
t(lambda: P.annotate(s=FilteredRelation('staff', condition=Q(staff__name='Bob'))).filter(s__isnull=False))
# %%
t(lambda: P.annotate(s=FilteredRelation('staff', condition=Q(staff__name__in=['Bob', 'Dan']))).values('name', 's__name').order_by('name', 's__name'))
# %%
t(lambda: P.annotate(s=FilteredRelation('stay__place', condition=Q(stay__place__name='Home'))).filter(s__address__isnull=False).values_list('name', 's__name'))
# %%
t(lambda: P.annotate(s=FilteredRelation('stay', condition=Q(stay__nights__gt=F('stay__pk')))).values('name', 's__nights').order_by('name'))
# %%
t(lambda: P.annotate(s=FilteredRelation('stay', condition=Q(stay__nights__gt=2) | Q(stay__since=None))).annotate(c=Count('s')).values_list('name', 'c'))
# %%
t(lambda: P.annotate(s=FilteredRelation('stay', condition=~Q(stay__nights=2))).aggregate(Sum('s__nights')))
# %%
t(lambda: P.annotate(b=FilteredRelation('boss', condition=Q(boss__name='Ann'))).select_related('b').order_by('name'))
# %%
t(lambda: [p.b for p in P.annotate(b=FilteredRelation('boss', condition=Q(boss__name='Ann'))).select_related('b')])
# %%
t(lambda: [p.b for p in P.annotate(b=FilteredRelation('boss', condition=Q(boss__name='Ann'))).select_related('b__boss', 'b__passport')])
# %%
t(lambda: P.annotate(s=FilteredRelation('staff', condition=Q(staff__boss__name='x'))))
# %%
t(lambda: P.annotate(s=FilteredRelation('staff', condition=Q(homes__name='x'))))
# %%
t(lambda: P.annotate(s=FilteredRelation('staff', condition=Q(name='x'))).filter(s__name='Bob'))
# %%
t(lambda: P.annotate(s=FilteredRelation('staff__name')))
# %%
t(lambda: P.annotate(s=FilteredRelation('nope')))
# %%
t(lambda: P.annotate(s=FilteredRelation('name__x')))
# %%
t(lambda: FilteredRelation(''))
# %%
t(lambda: FilteredRelation('x', condition='y'))
# %%
t(lambda: P.annotate(s=FilteredRelation('staff', condition=Q(staff__in=P.all()))))
# %%
t(lambda: P.annotate(s=FilteredRelation('staff', condition=Q(Exists(P.filter(pk=OuterRef('pk')))))).filter(s__name='x'))
# %%
t(lambda: P.annotate(**{'s.x': FilteredRelation('staff')}))
# %%
t(lambda: P.alias(s=FilteredRelation('staff', condition=Q(staff__name='Bob'))).filter(s__isnull=False).values('name'))
# %%
t(lambda: P.annotate(s=FilteredRelation('staff', condition=Q(staff__name='Bob')), r=FilteredRelation('s__staff')))
# %%
t(lambda: P.annotate(s=FilteredRelation('staff', condition=Q(staff__name='Bob'))).order_by('s__name', 'pk'))
# %%
t(lambda: P.annotate(s=FilteredRelation('staff', condition=Q(staff__name='Bob'))).exclude(s__name='Bob'))
# %%
t(lambda: P.annotate(s=FilteredRelation('staff', condition=Q(staff__name='Bob'))).prefetch_related('s'))
# %%
t(lambda: P.annotate(s=FilteredRelation('staff', condition=Q(staff__name='Bob'))).only('s__name'))
# %%
t(lambda: P.annotate(s=FilteredRelation('staff', condition=Q(staff__name='Bob'))).defer('s__name'))
# %%
t(lambda: P.annotate(s=FilteredRelation('staff', condition=GreaterThan(F('staff__name'), F('staff__nick')))).filter(s__name='x'))
# %%
t(lambda: P.annotate(s=FilteredRelation('staff', condition=Q(GreaterThan(F('staff__name'), 'B')))).filter(s__name='Bob'))
# %%
t(lambda: P.annotate(s=FilteredRelation('staff', condition=Q(staff__name__startswith=F('staff__nick')))).filter(s__name='x'))
# %%
t(lambda: P.annotate(s=FilteredRelation('staff', condition=Q(staff__name=Concat('staff__nick', Value('x'))))).filter(s__name='x'))
# %%
t(lambda: P.annotate(n=Count('staff'), m=Sum('stay__nights')).values('name', 'n', 'm'))
# %%
t(lambda: P.annotate(n=Count('staff', distinct=True)).order_by('-n', 'name').values_list('name', 'n'))
# %%
t(lambda: P.values('boss__name').annotate(n=Count('pk'), m=Max('salary')).order_by('-n', 'boss__name'))
# %%
t(lambda: P.values('boss__name').annotate(n=Count('pk')).filter(n__gt=1))
# %%
t(lambda: P.annotate(y=F('born__year')).values('y').annotate(c=Count('pk')).order_by('y'))
# %%
t(lambda: P.annotate(n=Count('staff')).values('n').order_by('n').annotate(c=Count('*')))
# %%
t(lambda: P.annotate(n=Count('staff')).order_by('n').values_list('n', flat=True).distinct())
# %%
t(lambda: P.annotate(n=Count('staff')).filter(Q(n=1) | Q(name='Cyd')))
# %%
t(lambda: P.annotate(n=Count('staff')).exclude(n=0).annotate(m=F('n') * 2).filter(m__gt=2))
# %%
t(lambda: P.annotate(n=Count('staff')).filter(n__gt=0).count())
# %%
t(lambda: P.annotate(n=Count('staff')).filter(n__gt=0).exists())
# %%
t(lambda: P.annotate(n=Count('staff')).filter(n__gt=0).aggregate(Avg('n')))
# %%
t(lambda: P.annotate(n=Count('staff')).filter(n__gt=0).update(nick='boss'))
# %%
t(lambda: P.annotate(n=Count('staff')).filter(n__gt=5).delete())
# %%
t(lambda: P.alias(n=Count('staff')).annotate(big=Case(When(n__gt=1, then=Value('yes')), default=Value('no'))).values_list('name', 'big'))
# %%
t(lambda: P.aggregate(n=Count('staff'), d=Count('staff', distinct=True), s=Sum('stay__nights'), m=Avg(F('salary') * 2)))
# %%
t(lambda: P.filter(stay__nights__gt=1).aggregate(Count('pk'), Count('pk', distinct=True)))
# %%
t(lambda: P.annotate(t=Sum('stay__nights')).aggregate(Max('t'), Min('t'), tot=Sum(F('t') + 1)))
# %%
t(lambda: P.order_by('name')[:2].aggregate(Max('salary')))
# %%
t(lambda: P.annotate(t=Sum('stay__nights')).order_by('t')[:2].aggregate(Sum('t')))
# %%
t(lambda: P.annotate(t=Coalesce(Sum('stay__nights'), 0)).values_list('name', 't').order_by('-t', 'name'))
# %%
t(lambda: P.annotate(t=Sum('stay__nights', default=0), u=Sum('stay__nights', filter=Q(stay__place__name='Home'), default=Value(-1))).values_list('name', 't', 'u'))
# %%
t(lambda: P.annotate(x=Max('stay__since')).values('x').annotate(c=Count('pk')).order_by('x'))
# %%
t(lambda: S.values('person').annotate(n=Sum('nights')).values_list('person__name', 'n').order_by('person__name'))
# %%
t(lambda: S.values('person', 'place').annotate(n=Count('*')).order_by())
# %%
t(lambda: S.annotate(k=F('person__name')).values('k').annotate(n=Count('*')))
# %%
t(lambda: S.order_by('person__name').values('person__name').annotate(n=Count('*')))
# %%
t(lambda: S.values_list('person__name').annotate(Count('id')).order_by('person__name'))
# %%
t(lambda: S.values('since__year').annotate(n=Count('*'), m=Max('nights')).order_by('since__year'))
# %%
t(lambda: S.aggregate(x=Count('person', distinct=True), y=Max('person__name'), z=Count('place__restaurant')))
# %%
t(lambda: PL.annotate(n=Count('dwellers'), stars=F('restaurant__stars')).values_list('name', 'n', 'stars'))
# %%
t(lambda: PL.filter(dwellers=None)); t(lambda: PL.exclude(dwellers__name='Ann')); t(lambda: PL.filter(~Q(dwellers__name='Ann'))); t(lambda: PL.filter(~Q(dwellers__name='Ann') & Q(name__gt='A'))); t(lambda: PL.filter(Q(dwellers__name='Ann') | Q(restaurant__stars=1)).distinct()); t(lambda: PL.exclude(Q(dwellers__name='Ann') & Q(dwellers__nick='A'))); t(lambda: PL.exclude(dwellers__stay__nights__gt=2)); t(lambda: PL.filter(dwellers__in=P.filter(name='Ann'))); t(lambda: PL.exclude(dwellers__in=P.filter(name='Ann'))); t(lambda: PL.exclude(dwellers=ann)); t(lambda: PL.exclude(restaurant=None)); t(lambda: PL.exclude(restaurant__chef=None)); t(lambda: PL.filter(restaurant__chef__isnull=True)); t(lambda: PL.exclude(restaurant__chef__boss__name='x')); t(lambda: P.exclude(boss__boss__name='Ann')); t(lambda: P.exclude(boss__name=F('name'))); t(lambda: P.exclude(staff__name=F('name'))); t(lambda: P.exclude(staff__staff=None)); t(lambda: P.filter(Q(staff__name='Bob') ^ Q(name='Bob'))); t(lambda: P.filter(Q(name='Bob') ^ Q(name='Ann') ^ Q(name='Cyd'))); t(lambda: P.filter(~(Q(name='Bob') | Q(boss__name='Ann')))); t(lambda: P.filter(Q(Q(name='a') & Q()) | Q(Q(name='Bob')))); t(lambda: P.filter(Q(pk__in=[]) | Q(name='Bob'))); t(lambda: P.filter(Q(pk__in=[]) & Q(name='Bob'))); t(lambda: P.filter(~Q(pk__in=[]))); t(lambda: P.exclude(pk__in=[])); t(lambda: P.filter(~Q(~Q(name='Bob'))))
# %%
t(lambda: P.get_or_create(name='Ann')); t(lambda: P.get_or_create(name='New', defaults={'nick': 'n'})); t(lambda: P.get_or_create(boss__name='Zed', defaults={'name': 'q'})); t(lambda: P.get_or_create(name__iexact='zed', defaults={'name': 'Zed'})); t(lambda: P.get_or_create(nope=1)); t(lambda: P.get_or_create(name='Ann', defaults={'nope': 1})); t(lambda: P.get_or_create(name='Qx', defaults={'nope': 1})); t(lambda: P.get_or_create(boss=None)); t(lambda: P.get_or_create(name='Call', defaults={'nick': lambda: 'called'})[0].nick); t(lambda: P.update_or_create(name='Ann', defaults={'nick': 'AA'})); t(lambda: P.update_or_create(name='Up', defaults={'nick': 'u'}, create_defaults={'nick': 'c'})[0].nick); t(lambda: P.update_or_create(name='Up', defaults={'nick': lambda: 'u'}, create_defaults={'nick': 'c'})[0].nick); t(lambda: P.update_or_create(boss=ann)); t(lambda: ann.staff.get_or_create(name='Sub')); t(lambda: ann.staff.update_or_create(name='Sub', defaults={'nick': 's'})); t(lambda: ann.friends.get_or_create(name='Bob')); t(lambda: P.update_or_create(name='Ann', defaults={'nope': 5}))
# %%
t(lambda: P.bulk_create([Person(name='b1'), Person(name='b2')])); t(lambda: P.bulk_create([])); t(lambda: P.bulk_create([Person(name='b3')], batch_size=0)); t(lambda: P.bulk_create([Person(name='b3')], batch_size=-1)); t(lambda: P.bulk_create([Person(pk=1, name='dup')], ignore_conflicts=True)); t(lambda: P.bulk_create([Person(pk=1, name='dup')])); t(lambda: P.bulk_create([Person(pk=50, name='up')], update_conflicts=True, update_fields=['name'], unique_fields=['pk'])); t(lambda: P.bulk_create([Person(pk=50, name='up2')], update_conflicts=True, update_fields=['name'], unique_fields=['id'])); t(lambda: P.bulk_create([Person(name='x')], update_conflicts=True)); t(lambda: P.bulk_create([Person(name='x')], update_conflicts=True, update_fields=['name'])); t(lambda: P.bulk_create([Person(name='x')], update_conflicts=True, ignore_conflicts=True)); t(lambda: P.bulk_create([Person(name='x')], update_conflicts=True, update_fields=['friends'], unique_fields=['id'])); t(lambda: P.bulk_create([Person(name='x')], update_conflicts=True, update_fields=['id'], unique_fields=['id'])); t(lambda: P.bulk_create([Person(name='x')], update_conflicts=True, update_fields=['nope'], unique_fields=['id'])); t(lambda: Restaurant.objects.bulk_create([Restaurant(name='r')])); t(lambda: P.bulk_create(Person(name=f'g{i}') for i in range(3))); t(lambda: P.bulk_create([Person(name='m%d' % i) for i in range(5)], batch_size=2)); t(lambda: P.bulk_create([Person(name=Lower(Value('ABC')))])); t(lambda: P.bulk_create([Person(name='w', boss=Person(name='unsaved'))]))
# %%
def bu(objs, fields, **k):
    return P.bulk_update(objs, fields, **k)
# %%
x, y = P.get(name='b1'), P.get(name='b2')
# %%
x.nick, y.nick, x.salary = 'n1', 'n2', F('salary') + 1
# %%
t(lambda: bu([x, y], ['nick'])); t(lambda: bu([x, y], ['nick', 'salary'])); t(lambda: bu([x, y], ['nick'], batch_size=1)); t(lambda: bu([x], [])); t(lambda: bu([], ['nick'])); t(lambda: bu([x], ['nope'])); t(lambda: bu([x], ['id'])); t(lambda: bu([x], ['friends'])); t(lambda: bu([x], ['staff'])); t(lambda: bu([Person(name='q')], ['nick'])); t(lambda: bu([x], ['nick'], batch_size=-1)); t(lambda: bu([x], ['nick'], batch_size=0)); t(lambda: bu([x, x], ['boss']))
# %%
t(lambda: ann.get_deferred_fields()); t(lambda: P.only('name').get(pk=1).get_deferred_fields()); t(lambda: P.defer('name').get(pk=1).nick); t(lambda: P.only('pk').get(pk=1).name); t(lambda: P.only('boss__name').select_related('boss').get(pk=2).boss.name); t(lambda: P.defer('boss__name', 'boss__nick').select_related('boss').get(pk=2).boss.get_deferred_fields()); t(lambda: Restaurant.objects.only('stars').get(pk=r1.pk).name); t(lambda: Restaurant.objects.defer('name').get(pk=r1.pk).name); t(lambda: Restaurant.objects.only('name').get(pk=r1.pk).stars); t(lambda: P.only('name', 'nick').only('born').get(pk=1).get_deferred_fields()); t(lambda: P.defer('name').defer('nick').only('name').query.__str__()); t(lambda: P.only('name').annotate(c=Count('staff')).get(pk=1).c)
# %%
t(lambda: [r.person.name for r in ann.stay_set.select_related('place')]); t(lambda: ann.staff.all()[0].boss is ann); t(lambda: ann.staff.get(name='Bob').boss is ann); t(lambda: (ann.staff.all() | bob.staff.all())[0].boss); t(lambda: ann.passport.person is ann)
# %%
t(lambda: P.filter(name='Ann').values('name').union(PL.values('name')).values_list('name', flat=True)); t(lambda: P.values('name', 'pk').union(PL.values('name', 'pk')).order_by('-name', 'pk')[:3]); t(lambda: P.order_by().annotate(k=Value('p')).values_list('name', 'k').union(Place.objects.order_by().annotate(k=Value('q')).values_list('name', 'k'), all=True).order_by('name')); t(lambda: P.order_by().values_list('pk').intersection(Place.objects.order_by().values_list('pk'))); t(lambda: P.order_by().values_list('pk').difference(Place.objects.order_by().values_list('pk')).order_by('id')[:2]); t(lambda: P.order_by().values_list('pk').union(Place.objects.order_by().values_list('pk')).count()); t(lambda: P.order_by().union(P.order_by().filter(name='x')).first()); t(lambda: P.filter(pk__in=P.order_by().values('pk').union(P.order_by().values('boss')))); t(lambda: P.order_by().filter(name='Ann').union(P.order_by().filter(name='Bob')).order_by('-pk').values('pk')); t(lambda: P.order_by().filter(name='Ann').union(P.order_by().filter(name='Bob')).get(name='Ann')); t(lambda: list(P.order_by().filter(name='Ann').union(P.order_by().filter(name='Bob')).iterator())); t(lambda: P.order_by().union(P.order_by()).exists()); t(lambda: P.order_by().union(P.order_by()).earliest('name')); t(lambda: P.order_by().union().query.__str__()[:30]); t(lambda: P.order_by().union(P.order_by(), P.none())); t(lambda: P.none().union(P.none())); t(lambda: P.order_by().values('boss__name').union(P.order_by().values('name')).order_by('boss__name')); t(lambda: P.order_by().values('name').union(P.order_by().values('nick')).order_by('nick')); t(lambda: P.order_by().values('name').union(P.order_by().values('nick')).order_by(F('name').desc())); t(lambda: P.order_by().annotate(n=Count('staff')).values('n').union(P.order_by().annotate(n=Count('friends')).values('n')).order_by('n'))
# %%
t(lambda: list(P.raw('select id, name from people_person where id < 3 order by id'))[0].nick); t(lambda: [r.x for r in P.raw('select *, length(name) as x from people_person where id < 3')]); t(lambda: list(P.raw('select p.id, b.name as name from people_person p join people_person b on p.boss_id = b.id where p.id = 2'))); t(lambda: list(P.raw('select id as pk from people_person'))); t(lambda: list(P.raw('select * from people_person where id in (%s, %s)', [1, 2]).prefetch_related('staff'))); t(lambda: list(P.raw('select * from people_person order by id').iterator())[:1]); t(lambda: P.raw('select * from people_person order by id')[0]); t(lambda: P.raw('select * from people_person order by id')[99]); t(lambda: P.raw('select * from people_person').columns); t(lambda: repr(P.raw('select * from people_person where name = %s', ('Ann',)))); t(lambda: repr(P.raw('select * from people_person where name = %(a)s', {'a': 'Ann'}).query)); t(lambda: P.raw('x').using('default').db)
# %%
t(lambda: P.extra(select={'up': 'upper(name)'}).values('name', 'up')); t(lambda: P.extra(select={'up': 'upper(name)'}).values_list('up', flat=True)); t(lambda: P.extra(select={'up': 'upper(name)'}).filter(up='ANN')); t(lambda: P.extra(select={'up': 'upper(name)'}).order_by('-up')); t(lambda: P.extra(select={'up': 'upper(name)'}, order_by=['-up', 'pk'])); t(lambda: P.extra(select={'up': 'upper(name)'}).annotate(c=Count('staff')).values('up', 'c')); t(lambda: P.extra(select={'up': 'upper(name)'}).aggregate(Count('pk'))); t(lambda: P.extra(where=['name = %s OR name = %s'], params=['Ann', 'Bob']).exclude(name='Bob')); t(lambda: P.extra(select={'n': 'select count(*) from people_stay s where s.person_id = people_person.id'}).values_list('name', 'n')); t(lambda: P.extra(where=['1=0']).exists()); t(lambda: P.extra(select={'a': 1}).union(P.extra(select={'a': 2}))); t(lambda: P.extra(5)); t(lambda: P.extra(select=5)); t(lambda: P.filter(name='Ann').extra(tables=['people_stay'], where=['people_stay.person_id = people_person.id']).count()); t(lambda: P.extra(select={'x': 'name'}).distinct().count()); t(lambda: P.values('name').extra(select={'x': '1'}).values('x', 'name')[:1]); t(lambda: P.extra(select={'x': '1'}).defer('name')[:1]); t(lambda: P.all()[:1].extra(where=['1=1']))
