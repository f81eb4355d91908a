# %% schema=../files/people.py before=../files/people_rows.py
def t(f):
    try:
        r = f()
        if isinstance(r, QuerySet):
            print(r.query)
            r = list(r)
        print('   ', repr(r))
    except Exception as e:
        print('   ', type(e).__module__, type(e).__name__, e)
P, E_ = Person.objects, Everything.objects
BAD = ['x"', "x'", 'x;y', 'x y', 'x--', '*/x', 'x`', 'x[', 'x#', 'x.y', 'x)', 'x"; DROP TABLE people_person; --', 'x,y', '1', 'select', 'x=1']
# %%
for b in BAD:
    print('==', repr(b))
    t(lambda: P.annotate(**{b: Value(1)}).values_list(b, flat=True)[:1])
    t(lambda: P.alias(**{b: Value(1)}).filter(**{b: 1})[:1])
    t(lambda: P.values(**{b: F('name')})[:1])
    t(lambda: P.values_list(b)[:1])
    t(lambda: P.values(b)[:1])
    t(lambda: P.aggregate(**{b: Max('name')}))
    t(lambda: P.annotate(**{b: FilteredRelation('staff')}).filter(**{b + '__name': 1})[:1])
    t(lambda: P.annotate(**{b: FilteredRelation('staff', condition=Q(staff__name='x'))}).values(b + '__name')[:1])
    t(lambda: P.extra(select={b: '1'})[:1].values_list(b))
    t(lambda: P.extra(select={b: '%s'}, select_params=['q'])[:1])
    t(lambda: P.order_by(b)[:1])
    t(lambda: P.order_by('-' + b)[:1])
    t(lambda: P.extra(order_by=[b])[:1])
    t(lambda: P.filter(**{b: 1})[:1])
    t(lambda: P.filter(**{'name__' + b: 1})[:1])
    t(lambda: P.exclude(**{b: 1})[:1])
    t(lambda: E_.filter(**{'js__' + b: 1}))
    t(lambda: E_.filter(js__has_key=b))
    t(lambda: E_.filter(js__has_keys=[b, 'a']))
    t(lambda: E_.filter(js__has_any_keys=[b, 'a']))
    t(lambda: E_.values('js__' + b))
    t(lambda: E_.order_by('js__' + b)[:1].values('pk'))
    t(lambda: E_.annotate(k=KT('js__' + b)).values('k')[:1])
    t(lambda: E_.annotate(k=Cast('num', CharField(db_collation=b))).values('k')[:1])
    t(lambda: E_.annotate(k=Collate('char', b)).values('k')[:1])
    t(lambda: E_.annotate(k=Extract('dt', b)).values('k')[:1])
    t(lambda: E_.annotate(k=Trunc('dt', b)).values('k')[:1])
    t(lambda: E_.dates('date', b))
    t(lambda: E_.datetimes('dt', b))
    t(lambda: E_.annotate(k=JSONObject(**{b: 'num'})).values('k')[:1])
    t(lambda: P.explain(format=b))
    t(lambda: P.raw('select id, 1 as five from people_person limit 1', translations={'five': b})[0].id)
    t(lambda: P.filter(Q(name='Ann', _connector=b)))
    t(lambda: P.filter(Q(name='Ann', nick='A', _connector=b)))
    t(lambda: P.filter(Q(**{b: 1})))
    t(lambda: P.filter(name=b))
    t(lambda: P.filter(name__contains=b))
    t(lambda: P.filter(name__regex=b))
    t(lambda: P.extra(where=['name = %s'], params=[b]))
    t(lambda: P.annotate(k=Concat('name', Value(b))).values('k')[:1])
    t(lambda: P.select_related(b)[:1])
    t(lambda: P.defer(b)[:1])
    t(lambda: P.only(b)[:1])
    t(lambda: P.distinct(b)[:1])
    t(lambda: P.using(b)[:1])
    t(lambda: P.update(**{b: 1}))
    t(lambda: P.prefetch_related(b)[:1])
    t(lambda: P.in_bulk([1], field_name=b))
    t(lambda: P.latest(b))
    t(lambda: P.create(**{b: 1}))
    t(lambda: P.get_or_create(**{b: 1}))
# %%
t(lambda: P.filter(**{'_connector': 'OR', 'name': 'x'}))
# %%
t(lambda: P.filter(**{'_negated': True, 'name': 'x'}))
# %%
t(lambda: P.exclude(**{'_connector': ') OR 1=1 OR (', 'name': 'x'}))
# %%
t(lambda: P.get(**{'_connector': ') OR 1=1 OR (', 'name': 'x', 'nick': 'y'}))
# %%
t(lambda: P.filter(Q(**{'_connector': ') OR 1=1 OR (', 'name': 'x', 'nick': 'y'})))
# %%
t(lambda: Q(name='x', _connector='AND'))
# %%
t(lambda: Q(name='x', nick='y', _connector='XOR', _negated=True))
# %%
t(lambda: Q(name='x', nick='y', _connector=None))
# %%
t(lambda: Q(name='x', nick='y', _connector=5))
# %%
t(lambda: P.order_by('people_person.name')[:1])
# %%
t(lambda: P.order_by('"people_person"."name"')[:1])
# %%
t(lambda: P.order_by('people_person."name')[:1])
# %%
t(lambda: P.order_by('name;select 1')[:1])
# %%
t(lambda: P.order_by('-people_person.name')[:1])
# %%
t(lambda: P.order_by('people_person.name DESC')[:1])
# %%
t(lambda: P.order_by('(select 1)')[:1])
# %%
t(lambda: P.order_by('?name')[:1])
# %%
t(lambda: P.order_by('pk__'))
# %%
t(lambda: P.order_by("name'")[:1])
# %%
t(lambda: P.extra(order_by=['people_person.name'])[:1])
# %%
t(lambda: P.extra(order_by=['-people_person."name"'])[:1])
# %%
t(lambda: P.extra(order_by=['name; drop table x'])[:1])
# %%
t(lambda: P.extra(tables=['people_place"; --']).count())
# %%
t(lambda: P.annotate(x=Func('name', function='lower', template="%(function)s(%(expressions)s, '%(z)s')", z="'); --")).values('x')[:1])
# %%
t(lambda: P.annotate(x=StringAgg('name', delimiter="'); --")).values('x')[:1] if 'StringAgg' in globals() else None)
# %%
t(lambda: P.annotate(x=Lag('name', offset="1); --")).values('x')[:1])
# %%
t(lambda: P.annotate(x=Ntile("1); --")).values('x')[:1])
# %%
t(lambda: P.annotate(x=Round('height', precision="1); --")).values('x')[:1])
# %%
t(lambda: P.annotate(x=Substr('name', "1); --")).values('x')[:1])
# %%
t(lambda: P.annotate(x=Left('name', "1); --")).values('x')[:1])
# %%
t(lambda: P.annotate(x=F('name')["1); --"]).values('x')[:1])
# %%
t(lambda: P.annotate(x=F('name; drop')).values('x')[:1])
# %%
t(lambda: P.annotate(x=F('name"')).values('x')[:1])
# %%
t(lambda: P.filter(name=F('nick" OR 1=1 --')))
# %%
t(lambda: P.filter(pk__in=['1) OR 1=1 --']))
# %%
t(lambda: P.filter(pk='1 OR 1=1'))
# %%
t(lambda: P.all()['1; drop':])
# %%
t(lambda: P.raw("select * from people_person where name = '%s'", ["x' OR '1'='1"]))
# %%
t(lambda: list(P.raw("select * from people_person where name = %s", ["x' OR '1'='1"])))
# %%
t(lambda: P.annotate(x=Window(Rank(), order_by='name"')).values('x')[:1])
# %%
t(lambda: P.annotate(x=Window(Rank(), partition_by='name; --')).values('x')[:1])
# %%
t(lambda: P.annotate(x=Window(Max('name'), frame=RowRange(start='1; --'))).values('x')[:1])
# %%
t(lambda: P.annotate(x=Value("'; --")).values('x')[:1])
# %%
t(lambda: str(P.filter(name="'; --").query))
# %%
t(lambda: P.annotate(x=RawSQL('%s', ["'; --"])).values('x')[:1])
# %%
t(lambda: P.filter(staff__name__in=P.annotate(**{'x"y': Value(1)}).values('x"y')))
# %%
t(lambda: P.union(P.all()).order_by('name"; --'))
# %%
t(lambda: P.values('name').union(P.values('nick')).order_by('1; --'))
# %%
t(lambda: P.bulk_create([Person(name="'; --")]))
# %%
t(lambda: P.bulk_create([Person(name='x')], update_conflicts=True, update_fields=['name"'], unique_fields=['id']))
# %%
t(lambda: P.bulk_update([ann], ['name"']))
# %%
t(lambda: Person(**{'name"': 1}))
# %%
t(lambda: models.CheckConstraint(condition=Q(**{'a"': 1}), name='x"'))
