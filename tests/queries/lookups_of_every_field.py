# %% schema=../files/people.py before=../files/people_rows.py
def each(field, values, names):
    for n in names:
        for v in values:
            try:
                print(field, n, repr(v), sorted(Everything.objects.filter(**{f'{field}__{n}': v}).values_list('pk', flat=True)))
            except Exception as e:
                print(field, n, repr(v), type(e).__name__, e)
ALL = ['exact', 'iexact', 'gt', 'lte', 'in', 'icontains', 'startswith', 'range', 'isnull', 'regex']
VALS = [None, True, 5, 'hello', '', D('12.345'), datetime.date(2024, 2, 29), datetime.timedelta(days=1), uuid.UUID(int=5), [1, 2]]
# %%
each('big', VALS, ALL)
# %%
each('flag', VALS, ALL)
# %%
each('char', VALS, ALL)
# %%
each('date', VALS, ALL)
# %%
each('dt', VALS, ALL)
# %%
each('dec', VALS, ALL)
# %%
each('dur', VALS, ALL)
# %%
each('email', VALS, ALL)
# %%
each('flt', VALS, ALL)
# %%
each('ip', VALS, ALL)
# %%
each('num', VALS, ALL)
# %%
each('js', VALS, ALL)
# %%
each('pos', VALS, ALL)
# %%
each('possmall', VALS, ALL)
# %%
each('posbig', VALS, ALL)
# %%
each('slug', VALS, ALL)
# %%
each('small', VALS, ALL)
# %%
each('text', VALS, ALL)
# %%
each('time', VALS, ALL)
# %%
each('url', VALS, ALL)
# %%
each('uid', VALS, ALL)
# %%
each('choice', VALS, ALL)
# %%
each('total', VALS, ALL)
# %%
each('id', VALS, ALL)
# %%
each('pk', VALS, ALL)
# %%
each('date', [2024, '2024', 2, 29, None, 'x', [2023,2024], 2024.5], DATE + TIME + ['date','time'] + [d+'__'+l for d in DATE for l in ('gt','gte','lt','lte','in','range','isnull','exact','contains','regex')])
# %%
each('dt', [2024, '2024', 2, 29, None, 'x', [2023,2024], datetime.date(2024,2,29), datetime.time(13,5)], DATE + TIME + ['date','time'] + [d+'__'+l for d in ('year','hour','date','time','date__year','time__hour') for l in ('gt','gte','lt','lte','in','range','isnull','exact')])
# %%
each('time', [1, '2', None, 'x', [1,2]], TIME + ['hour__gt','second__in', 'date', 'year'])
# %%
each('dur', [1, None, 'x'], TIME + ['day'])
# %%
each('js', [1, '1', None, 'text', True, {'b': None}, [1], [1,2], 'a', ['a','c'], [], 'x'], ['a','c','d','0','a__0','a__1','a__1__b','c__exact','c__iexact','c__contains','c__icontains','c__startswith','c__istartswith','c__endswith','c__regex','c__iregex','c__in','a__0__gt','a__0__gte','0__lt','0__lte','a__isnull','zz__isnull','zz','has_key','has_keys','has_any_keys','a__has_key','contains','contained_by','a__1__has_key','c__range','1__in','pk', 'a__1__b__isnull'])
# %%
each('num', [F('small'), F('nope'), Value(5), Person.objects.all(), Person.objects.values('pk'), Person.objects.values('pk','name'), Person.objects.values('pk')[:1], {1,2}, range(3), iter([5,7]), dict.fromkeys([5]), Q(num=5), Count('pk'), 2**63, -2**63, 2**70, -2**70, float('inf'), float('nan')], ['exact','in','gt','gte','lt','lte','isnull'])
# %%
each('nope', [1], ['exact'])
# %%
each('num', [1], ['nope','exac','isnul','gt__lt','exact__exact','pk','year'])
# %%
each('char', [1], ['len','length','lower','upper','trim','contain','startwith'])

# %%
e = Everything.objects.create(js=Value(None, JSONField()))
print(Everything.objects.filter(pk=e.pk, js__isnull=True).exists())
# %%
Everything.objects.filter(pk=e.pk).update(js=None)
Everything.objects.filter(pk=e.pk).update(js=Value(None, JSONField()))
# %%
e.js = None
Everything.objects.bulk_update([e], ['js'])
# %%
list(Everything.objects.annotate(k=Value(None, JSONField())).values('k')[:1])
# %%
list(Everything.objects.annotate(k=Coalesce('js', Value(None, JSONField()))).values('k')[:1])
# %%
list(Everything.objects.annotate(k=Case(When(pk=1, then=Value(None, JSONField())), default='js')).values('k')[:1])
# %%
list(Everything.objects.filter(js__a=Value(None, JSONField())).values('pk'))
# %%
list(Everything.objects.filter(js=Value(None, JSONField())).values('pk'))
# %%
list(Everything.objects.filter(js__in=[Value(None, JSONField())]).values('pk'))
# %%
Everything.objects.annotate(k=Exists(Everything.objects.all())).update(js=Case(When(pk=1, then=Value(None)), output_field=JSONField()))
