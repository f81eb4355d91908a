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
P, E_ = Person.objects.order_by('pk'), Everything.objects.order_by('pk')
def a(x, q=None): t(lambda: (q if q is not None else E_).annotate(v=x).values_list('pk', 'v'))
FIELDS = ['num', 'flag', 'char', 'date', 'dt', 'dec', 'dur', 'flt', 'time']
# %%
for f in ['num', 'dec', 'flt', 'date', 'dt', 'dur', 'char']:
    for g in ['num', 'dec', 'flt', 'date', 'dt', 'dur', 'char']:
        for op in '+-*/':
            print(f, op, g)
            a(eval(f'F("{f}") {op} F("{g}")'))
# %%
for f in ['num', 'dec', 'date', 'dt', 'dur', 'char']:
    for v in [1, 1.5, D('2.5'), 'x', True, None, datetime.date(2020,1,1), datetime.datetime(2020,1,1,tzinfo=UTC), datetime.timedelta(days=2)]:
        for op in '+-*%':
            print(f, op, repr(v))
            t(lambda: E_.annotate(v=eval(f'F("{f}") {op} v', {'F': F, 'v': v})).values_list('v', flat=True))
# %%
a(F('num') ** 2)
# %%
a(F('num') ** F('small'))
# %%
a(F('num').bitand(3)); a(F('num').bitor(8)); a(F('num').bitxor(5)); a(F('num').bitleftshift(2)); a(F('num').bitrightshift(1))
# %%
a(2 - F('num')); a(2 / F('flt')); a(7 % F('num')); a(2 ** F('num')); a(-F('num')); a(+F('num'))
# %%
t(lambda: F('num') & F('num'))
# %%
t(lambda: F('num') | 5)
# %%
t(lambda: F('num') ^ 5)
# %%
t(lambda: ~F('num'))
# %%
t(lambda: ~F('flag'))
# %%
a(~F('flag')); a(~F('num')); a(~Q(num=5)); a(Q(num=5)); a(Q(num=5) | Q(char=None)); a(Q(flag=True) & Q(num__gt=F('small')))
# %%
t(lambda: Q(num=5) & F('num'))
# %%
t(lambda: F('num') == F('num')); t(lambda: F('num') == F('x')); t(lambda: hash(F('a')) == hash(F('a')))
# %%
t(lambda: [repr(x) for x in (F('a'), F('a') + 1, Value(5), Value('x', output_field=CharField()), Func(F('a'), function='X'), Count('a', distinct=True, filter=Q(a=1)), Case(When(a=1, then=Value(2)), default=3), Exists(P), OuterRef('x'), OuterRef(OuterRef('x')), Lower('a'), Cast('a', IntegerField()), Window(Rank(), partition_by='a', order_by='-b'), F('a').desc(nulls_last=True), RawSQL('x', (1,)), ExpressionWrapper(F('a'), output_field=IntegerField()), Q(a=1) | ~Q(b=2), Subquery(P.values('pk')), Collate('a', 'nocase'), Extract('a', 'year'), Trunc('a', 'day'), TruncDate('a'), Concat('a', Value('b')), Coalesce('a', 'b'), KT('a__b'), F('a')[1:3], Now(), Random(), StdDev('a'), Variance('a', sample=True), Star() if 'Star' in globals() else 1, WindowFrame() if False else 0, RowRange(start=-1, end=0), ValueRange(), OrderBy(F('a')), FilteredRelation('x', condition=Q(x__a=1)), Exact(F('a'), 1), GreaterThan(F('a'), F('b')), Value(None), Value(D('1.0')), Value([1]), NullIf('a', 'b'), Round('a', 2), Log('a', 'b'), Substr('a', 1, 2), JSONObject(a='b'))])
# %%
t(lambda: [str(x) for x in (F('a'), F('a') + 1, Value(5), Count('*'), Case(When(a=1, then=Value(2))), When(Q(a=1), then=2), Window(Rank(), partition_by=['a', 'b'], order_by=F('b').asc(), frame=RowRange(-1, 1)), ExpressionWrapper(F('a'), output_field=IntegerField()), Q(a=1))])
# %%
t(lambda: When(5, then=1)); t(lambda: When(then=1)); t(lambda: When()); t(lambda: When(Q(), then=1)); t(lambda: When(Q(a=1), b=2, then=5)); t(lambda: When(a=1)); t(lambda: When(F('num'), then=1)); t(lambda: When(F('flag'), then=1)); t(lambda: Case(5)); t(lambda: Case('x')); t(lambda: Case(When(a=1, then=2), foo=1))
# %%
a(Case(When(num=5, then=Value('five')), When(num__gt=5, then=Value('more')), default=Value('none')))
# %%
a(Case(When(num=5, then='char'), default='text'))
# %%
a(Case(When(num=5, then=1), When(num=7, then=D('1.5'))))
# %%
a(Case(When(num=5, then=1), default=D('1.5'), output_field=DecimalField()))
# %%
a(Case(When(pk__in=[], then=1), default=2)); a(Case(When(~Q(pk__in=[]), then=1), default=2)); a(Case(default=5)); a(Case())
# %%
a(Case(When(Exists(P.filter(pk=OuterRef('pk'))), then=1), default=0)); a(Case(When(flag=True, then=True), default=False))
# %%
a(Coalesce('char', 'text', Value('-'))); a(Coalesce('char')); a(Coalesce('num', 'char')); a(Coalesce('num', 0)); a(Greatest('num', 'small')); a(Greatest('num')); a(Least('num', 'small', 1)); a(Greatest('dec', 'flt')); a(NullIf('num', 5)); a(NullIf('num', Value(5))); a(Collate('char', 'nocase')); a(Collate('char', 'no case')); a(Collate('char', '"; drop')); a(Cast('num', CharField())); a(Cast('num', CharField(max_length=2))); a(Cast('char', IntegerField())); a(Cast('dec', FloatField())); a(Cast('flt', DecimalField(max_digits=5, decimal_places=1))); a(Cast('date', DateTimeField())); a(Cast('dt', DateField())); a(Cast('dt', TimeField())); a(Cast('js', TextField())); a(Cast('num', JSONField())); a(Cast('num', BooleanField())); a(Cast('num', 5)); a(Cast('num')); a(Cast('dur', IntegerField())); a(Cast('uid', CharField())); a(Cast('nope', CharField()))
# %%
DATES = ['year','iso_year','quarter','month','day','week','week_day','iso_week_day','hour','minute','second','microsecond','nope', 'x; drop', "year' FROM"]
# %%
for k in DATES:
    for f in ['date', 'dt', 'time', 'dur', 'num', 'char']:
        print('extract', k, f); a(Extract(f, k)); print('trunc', k, f); a(Trunc(f, k)); a(Trunc(f, k, output_field=DateField())); a(Trunc(f, k, output_field=TimeField())); a(Trunc(f, k, output_field=DateTimeField()))
# %%
for c in [ExtractYear, ExtractIsoYear, ExtractMonth, ExtractDay, ExtractWeek, ExtractWeekDay, ExtractIsoWeekDay, ExtractQuarter, ExtractHour, ExtractMinute, ExtractSecond, TruncYear, TruncQuarter, TruncMonth, TruncWeek, TruncDay, TruncDate, TruncTime, TruncHour, TruncMinute, TruncSecond]:
    for f in ['date', 'dt', 'time', 'dur', 'num']:
        print(c.__name__, f); a(c(f))
    print(c.__name__, 'tz'); a(c('dt', tzinfo=datetime.timezone(datetime.timedelta(hours=5, minutes=30))))
# %%
import zoneinfo
# %%
for z in ['America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe']:
    a(TruncHour('dt', tzinfo=zoneinfo.ZoneInfo(z))); a(ExtractHour('dt', tzinfo=zoneinfo.ZoneInfo(z))); a(TruncDate('dt', tzinfo=zoneinfo.ZoneInfo(z))); a(TruncTime('dt', tzinfo=zoneinfo.ZoneInfo(z)))
# %%
t(lambda: Extract('dt')); t(lambda: Trunc('dt')); t(lambda: Extract()); t(lambda: TruncDay('dt', 'x')); t(lambda: ExtractYear('dt', 'y'))
# %%
t(lambda: E_.filter(dt__gte=Now()).count())
# %%
for fn in [Abs, ACos, ASin, ATan, Ceil, Cos, Cot, Degrees, Exp, Floor, Ln, Radians, Round, Sign, Sin, Sqrt, Tan]:
    for f in ['num', 'flt', 'dec', 'char', 'small']:
        print(fn.__name__, f); a(fn(f))
# %%
a(ATan2('num', 'flt')); a(Log('pos', 'num')); a(Log(2, 'num')); a(Mod('num', 'small')); a(Mod('num', 3)); a(Power('num', 2)); a(Power('num', 'small')); a(Round('dec', 1)); a(Round('flt', precision=1)); a(Round('dec', -1)); a(Pi()); a(Sqrt(Value(-1))); a(Ln(Value(0))); a(Round('num', 'pos')); a(Power(Value(2), 0.5)); a(Abs()); a(Abs('num', 'pos')); a(Pi('num'))
# %%
for fn in [Chr, Length, Lower, LTrim, MD5, Ord, Reverse, RTrim, SHA1, SHA224, SHA256, SHA384, SHA512, Trim, Upper]:
    for f in ['char', 'num', 'text', 'dec', 'date', 'js']:
        print(fn.__name__, f); a(fn(f))
# %%
a(Concat('char', Value('-'), 'text')); a(Concat('char')); a(Concat('char', 'num')); a(Concat('char', 'num', output_field=CharField())); a(ConcatPair('char', 'text')); a(Left('char', 2)); a(Left('char', 0)); a(Left('char', -1)); a(Left('char', F('pos'))); a(Left('char', 'pos')); a(Right('char', 2)); a(Right('char', 0)); a(LPad('char', 8, Value('*'))); a(LPad('char', 8)); a(LPad('char', -1)); a(RPad('char', 8, Value('ab'))); a(LPad('char', 'pos')); a(Repeat('char', 2)); a(Repeat('char', -1)); a(Repeat('char', 'pos')); a(Replace('char', Value('l'))); a(Replace('char', Value('l'), Value('L'))); a(Replace('char', 'text')); a(StrIndex('char', Value('l'))); a(StrIndex('char', 'text')); a(Substr('char', 2)); a(Substr('char', 2, 3)); a(Substr('char', 0)); a(Substr('char', 'pos', 2)); a(F('char')[1:3]); a(F('char')[2]); a(F('char')[:2]); a(F('char')[2:]); a(F('char')[-1]); a(F('char')[::2]); a(F('num')[1:2]); a(F('char')[3:1]); a(F('char')['a']); a(F('char')[1:3][1:]); a(Chr(Value(65))); a(Length(Value('é')))
# %%
a(JSONObject(a='num', b='char', c=Value('x'), d=F('small') + 1)); a(JSONObject()); a(JSONObject(n=JSONObject(m='num'))); a(JSONArray('num', 'char')); a(JSONArray()); a(KT('js__a')); a(KT('js__c')); a(KT('char__x')); a(KT('js')); a(F('js__a')); a(F('js__c')); a(F('js__0')); a(F('js__a__1__b')); a(Cast(KT('js__a__0'), IntegerField()))
# %%
a(Func(F('char'), function='UPPER')); a(Func('char', function='UPPER', output_field=CharField())); a(Func(F('num'), F('pos'), function='MAX', arg_joiner=' , ')); a(Func(F('num'), template='%(function)s(%(expressions)s + %(x)s)', function='ABS', x='1')); a(Func(F('num'), template='%(nope)s', function='ABS')); a(Func()); a(Func(Value(1))); a(Func(F('char'), function='NOPE', output_field=CharField())); a(Func('num', arity=5)); t(lambda: type('F1', (Func,), {'arity': 1})('a', 'b')); t(lambda: type('F1', (Func,), {'arity': 2})('a'))
# %%
a(RawSQL('num + %s', (5,))); a(RawSQL('num + %s', (5,), output_field=IntegerField())); a(RawSQL('select 1', [])); a(RawSQL('%s', ['a', 'b'])); t(lambda: E_.filter(num=RawSQL('select %s', (5,)))); t(lambda: E_.order_by(RawSQL('num desc', ()))); t(lambda: RawSQL('x'))
# %%
a(Value(5)); a(Value('x')); a(Value(None)); a(Value(None, output_field=IntegerField())); a(Value(1.5)); a(Value(D('1.5'))); a(Value(True)); a(Value(datetime.date(2020,1,1))); a(Value(datetime.datetime(2020,1,1,tzinfo=UTC))); a(Value(datetime.datetime(2020,1,1))); a(Value(datetime.time(1))); a(Value(datetime.timedelta(1))); a(Value(uuid.UUID(int=1))); a(Value([1])); a(Value({'a': 1}, JSONField())); a(Value('{"a": 1}', JSONField())); a(Value(object())); a(Value(P)); a(5); a('x'); a(None)
# %%
a(ExpressionWrapper(F('num') + F('flt'), output_field=FloatField())); a(ExpressionWrapper(Q(num=5), output_field=BooleanField())); a(ExpressionWrapper(Q(num=5))); a(ExpressionWrapper(F('num'), output_field=CharField())); a(ExpressionWrapper(~Q(pk__in=[]), output_field=BooleanField())); a(ExpressionWrapper(Q(pk__in=[]), output_field=BooleanField())); a(ExpressionWrapper(F('num') + F('dec'), IntegerField()))
# %%
t(lambda: E_.filter(ExpressionWrapper(Q(num=5), output_field=BooleanField()))); t(lambda: E_.filter(Q(num=5))); t(lambda: E_.filter(F('flag'))); t(lambda: E_.filter(F('num'))); t(lambda: E_.filter(Value(True))); t(lambda: E_.filter(Value(1))); t(lambda: E_.filter(Exists(P))); t(lambda: E_.filter(~Exists(P.none()))); t(lambda: E_.filter(Exists(P.none()))); t(lambda: E_.filter(GreaterThan(F('num'), 5))); t(lambda: E_.filter(Exact(F('num'), F('pos')))); t(lambda: E_.exclude(GreaterThan(F('num'), 5))); t(lambda: E_.annotate(g=GreaterThan(F('num'), 5)).values_list('g')); t(lambda: E_.filter(IsNull(F('num'), True))); t(lambda: E_.filter(In(F('num'), [5, 6]))); t(lambda: E_.filter(Contains(F('char'), 'ell'))); t(lambda: E_.order_by(GreaterThan(F('num'), 5).desc())); t(lambda: E_.filter(Case(When(num=5, then=True), default=False))); t(lambda: E_.filter(Lower('char'))); t(lambda: E_.filter(num=Case(When(pk=1, then=5), default=7)))
# %%
a(Subquery(Person.objects.filter(pk=OuterRef('pk')).values('name'))); a(Subquery(Person.objects.filter(pk=OuterRef('pk')).values('name')[:1])); a(Subquery(Person.objects.filter(pk=OuterRef('nope')).values('name')[:1])); a(Subquery(Person.objects.filter(pk=OuterRef('pk')))); a(Subquery(Person.objects.values('name', 'pk')[:1])); a(Subquery(Person.objects.none().values('name'))); a(Person.objects.filter(pk=OuterRef('pk')).values('name')[:1]); a(Subquery(Person.objects.filter(pk=OuterRef('pk')).annotate(c=Count('staff')).values('c'))); a(Subquery(Person.objects.filter(boss=OuterRef('pk')).values('boss').annotate(c=Count('pk')).values('c'), output_field=IntegerField())); a(Exists(Person.objects.filter(boss=OuterRef('pk')))); a(~Exists(Person.objects.filter(boss=OuterRef('pk')))); a(Exists(Person.objects.filter(staff__boss=OuterRef('pk')).order_by('name')[:3])); a(Subquery(Person.objects.filter(pk=OuterRef('pk')).values('name')[:1]) + 'x'); a(Length(Subquery(Person.objects.filter(pk=OuterRef('pk')).values('name')[:1]))); a(Exists(Person.objects.filter(Exists(Place.objects.filter(pk=OuterRef(OuterRef('pk')), dwellers=OuterRef('pk')))))); t(lambda: list(Person.objects.filter(pk=OuterRef('pk')))); t(lambda: str(Person.objects.filter(pk=OuterRef('pk')).query)); t(lambda: Person.objects.filter(pk=OuterRef('pk')).count()); t(lambda: Subquery(5)); t(lambda: Exists(5)); t(lambda: E_.filter(num=OuterRef('x')).exists())
# %%
t(lambda: P.annotate(top=Subquery(Stay.objects.filter(person=OuterRef('pk')).order_by('-nights').values('place__name')[:1])).values_list('name', 'top')); t(lambda: P.annotate(n=Subquery(Stay.objects.filter(person=OuterRef('pk')).order_by().values('person').annotate(s=Sum('nights')).values('s'))).filter(n__gt=2).values_list('name', 'n')); t(lambda: P.annotate(has=Exists(Stay.objects.filter(person=OuterRef('pk'), nights__gt=5))).filter(has=True)); t(lambda: P.filter(Exists(Stay.objects.filter(person=OuterRef('pk'))) | Q(name='Dan'))); t(lambda: P.filter(pk__in=Stay.objects.filter(nights__gt=OuterRef('pk')).values('person'))); t(lambda: P.annotate(c=Count('staff'), e=Exists(Stay.objects.filter(person=OuterRef('pk')))).values('e').annotate(m=Max('c')).order_by('e')); t(lambda: P.order_by(Exists(Stay.objects.filter(person=OuterRef('pk'))), 'name')); t(lambda: P.order_by(Subquery(Stay.objects.filter(person=OuterRef('pk')).values('nights')[:1]).desc(nulls_last=True)))
# %%
W = lambda e, **k: t(lambda: P.annotate(w=Window(e, **k)).values_list('name', 'w'))
# %%
W(RowNumber(), order_by='name'); W(Rank(), order_by=F('salary').desc()); W(DenseRank(), order_by='-salary'); W(PercentRank(), order_by='salary'); W(CumeDist(), order_by='salary'); W(Ntile(2), order_by='pk'); W(Ntile(0), order_by='pk'); W(Ntile(num_buckets=None)); W(Lag('name'), order_by='pk'); W(Lag('name', 2, default=Value('-')), order_by='pk'); W(Lead('name', offset=0), order_by='pk'); W(Lead(None)); W(Lag('name', -1)); W(FirstValue('name'), partition_by='boss', order_by='pk'); W(LastValue('name'), partition_by=['boss'], order_by=['pk']); W(NthValue('name', 2), order_by='pk'); W(NthValue('name', nth=0)); W(NthValue(None)); W(Sum('salary'), order_by='pk'); W(Avg('salary'), partition_by='boss'); W(Count('pk'), partition_by=F('boss')); W(Count('*')); W(Max('salary'), order_by='pk', frame=RowRange(start=-1, end=1)); W(Max('salary'), order_by='pk', frame=RowRange(start=None, end=0)); W(Max('salary'), order_by='pk', frame=ValueRange(start=None, end=0)); W(Max('salary'), order_by='pk', frame=ValueRange(start=0, end=None)); W(Max('salary'), order_by='pk', frame=ValueRange(start=-1, end=1)); W(Max('salary'), frame=RowRange(start='a')); W(Max('salary'), frame=RowRange(start=2, end=1)); W(Max('salary'), frame=RowRange(start=1, end=2)); W(Max('salary'), frame=RowRange(exclusion=WindowFrameExclusion.CURRENT_ROW)) if 'WindowFrameExclusion' in globals() else None; W(Lower('name')); W(F('name')); W(Value(1)); W(Sum('salary'), order_by=5); W(Sum('salary'), order_by=Value(1)); W(Sum('salary'), partition_by=5); W(Sum('salary', distinct=True)); W(Sum('salary', filter=Q(name='Ann'))); W(Rank(), order_by=['boss', F('name').desc()]); W(Sum('salary') + 1, order_by='pk'); W(Rank()); W(Sum('stay__nights'), partition_by='pk')
# %%
t(lambda: P.annotate(r=Window(Rank(), order_by='name')).filter(r=1)); t(lambda: P.annotate(r=Window(Rank(), order_by='name')).filter(r__lte=2, name__gt='A').order_by('-name')); t(lambda: P.annotate(r=Window(Rank(), order_by='name')).exclude(r=1)); t(lambda: P.annotate(r=Window(Rank(), order_by='name')).filter(Q(r=1) | Q(name='Dan'))); t(lambda: P.annotate(r=Window(Rank(), order_by='name')).filter(Q(r=1) & ~Q(name='Dan')).count()); t(lambda: P.filter(Window(Rank(), order_by='name'))); t(lambda: P.annotate(r=Window(Rank(), order_by='name')).aggregate(Max('r'))); t(lambda: P.annotate(r=Window(Rank(), order_by='name')).values('r').annotate(c=Count('pk'))); t(lambda: P.annotate(c=Count('staff'), r=Window(Rank(), order_by='c'))); t(lambda: P.annotate(c=Count('staff'), r=Window(Rank(), order_by=F('c').desc())).filter(r=1)); t(lambda: P.order_by(Window(Rank(), order_by='name').desc())); t(lambda: P.annotate(r=Window(Rank(), order_by='name')).update(height=F('r'))); t(lambda: P.annotate(r=Window(Rank(), order_by='name')).filter(r=1).delete()); t(lambda: P.annotate(r=Window(Rank(), order_by='name')).filter(r=1).update(nick='r')); t(lambda: P.annotate(r=Window(Rank(), order_by='name')).filter(r__in=[1,2])[:1]); t(lambda: P.annotate(r=Window(Rank(), order_by='boss__name')).filter(r=1).select_related('boss')); t(lambda: P.annotate(r=F('name')).annotate(q=Window(Max('r')))); t(lambda: P.annotate(w=Window(Sum(Window(Rank()))))); t(lambda: P.aggregate(w=Window(Rank()))); t(lambda: P.annotate(x=Sum(Window(Rank()))))
# %%
for ag in [Avg, Count, Max, Min, StdDev, Sum, Variance]:
    for f in FIELDS:
        print(ag.__name__, f); t(lambda: E_.aggregate(v=ag(f))); t(lambda: E_.aggregate(v=ag(f, distinct=True))) 
        t(lambda: E_.aggregate(v=ag(f, filter=Q(num=5)))); t(lambda: E_.none().aggregate(v=ag(f, default=0)))
# %%
t(lambda: Count()); t(lambda: Count('*', distinct=True)); t(lambda: E_.aggregate(Count('*', filter=Q(num=5)))); t(lambda: Count('*', filter=Q(num=5))); t(lambda: Count('pk', default=0)); t(lambda: Sum('a', 'b')); t(lambda: Sum()); t(lambda: Avg('num', foo=1)); t(lambda: E_.aggregate(v=StdDev('num', sample=True), w=Variance('num', sample=True))); t(lambda: E_.aggregate(v=Max('num', distinct=True))); t(lambda: E_.aggregate(x=StringAgg('char', ','))); t(lambda: E_.aggregate(x=Sum('num', default=Value(3)))); t(lambda: E_.aggregate(x=Sum(F('num') * F('pos')))); t(lambda: E_.aggregate(x=Avg(F('date')))); t(lambda: E_.aggregate(x=Max('dt') - Min('dt'))); t(lambda: E_.aggregate(x=Sum(Case(When(num=5, then=F('pos')), default=0)))); t(lambda: E_.aggregate(x=Count('pk', filter=Exists(P)))); t(lambda: E_.aggregate(x=Sum('num'), y=F('x') + 1)); t(lambda: E_.annotate(a=F('num')).aggregate(a=Sum('a'))); t(lambda: E_.aggregate(num=Sum('num'), y=Sum('num'))); t(lambda: E_.aggregate(Sum('js'))); t(lambda: E_.annotate(c=Count('*')).values('c')); t(lambda: E_.filter(num=Count('pk'))); t(lambda: E_.filter(num=Max('num'))); t(lambda: E_.order_by(Count('pk'))); t(lambda: E_.exclude(Count('pk')))
