# %% schema=../files/people.py before=../files/people_rows.py
from django.db.models.fields.json import KT, KeyTransform, KeyTextTransform
def t(f):
    try:
        r = f()
        if isinstance(r, QuerySet):
            print(r.query)
            r = list(r)
        print('   ', repr(r))
    except Exception as e:
        print('   ', type(e).__name__, e)
P, E_ = Person.objects, Everything.objects.order_by('pk')
# %%
class Div3Lookup(Lookup):
    lookup_name = 'div3'
    def as_sql(self, compiler, connection):
        lhs, params = self.process_lhs(compiler, connection)
        rhs, rhs_params = self.process_rhs(compiler, connection)
        params = [*params, *rhs_params]
        return '(%s) %%%% 3 = %s' % (lhs, rhs), params
# %%
class Div3Transform(Transform):
    lookup_name = 'div3t'
    def as_sql(self, compiler, connection):
        lhs, lhs_params = compiler.compile(self.lhs)
        return '(%s) %%%% 3' % lhs, lhs_params
# %%
class UpperBilateral(Transform):
    bilateral = True
    lookup_name = 'upper'
    def as_sql(self, compiler, connection):
        lhs, lhs_params = compiler.compile(self.lhs)
        return 'UPPER(%s)' % lhs, lhs_params
# %%
class NotEqual(Lookup):
    lookup_name = 'ne'
    def as_sql(self, compiler, connection):
        lhs, lp = self.process_lhs(compiler, connection)
        rhs, rp = self.process_rhs(compiler, connection)
        return '%s <> %s' % (lhs, rhs), [*lp, *rp]
# %%
class AbsoluteValue(Transform):
    lookup_name = 'abs'
    function = 'ABS'
# %%
class AbsoluteValueLessThan(Lookup):
    lookup_name = 'lt'
    def as_sql(self, compiler, connection):
        lhs, lp = compiler.compile(self.lhs.lhs)
        rhs, rp = self.process_rhs(compiler, connection)
        p = lp + rp + lp + rp
        return '%s < %s AND %s > -%s' % (lhs, rhs, lhs, rhs), p
# %%
models.IntegerField.register_lookup(Div3Lookup)
# %%
models.IntegerField.register_lookup(Div3Transform)
# %%
models.CharField.register_lookup(UpperBilateral)
# %%
models.Field.register_lookup(NotEqual)
# %%
models.IntegerField.register_lookup(AbsoluteValue)
# %%
t(lambda: E_.filter(num__div3=2))
# %%
t(lambda: E_.filter(num__div3t=2))
# %%
t(lambda: E_.filter(num__div3t__lte=1))
# %%
t(lambda: E_.filter(num__div3t__in=[0, 2]))
# %%
t(lambda: E_.exclude(num__div3t__in=[0, 2]))
# %%
t(lambda: E_.order_by('num__div3t').values('num'))
# %%
t(lambda: E_.values('num__div3t', 'num__abs'))
# %%
t(lambda: E_.annotate(x=F('num__abs')).values_list('x'))
# %%
t(lambda: E_.aggregate(Sum('num__abs')))
# %%
t(lambda: E_.filter(char__upper='hello'))
# %%
t(lambda: E_.filter(char__upper__contains='hell'))
# %%
t(lambda: E_.filter(char__upper__in=['hello', 'HELLO WORLD']))
# %%
t(lambda: E_.filter(char__upper__range=('a', 'z')))
# %%
t(lambda: E_.filter(char__upper=F('text')))
# %%
t(lambda: E_.filter(char__upper__in=E_.values('char')))
# %%
t(lambda: E_.filter(char__ne='Hello', num__ne=7))
# %%
t(lambda: P.filter(boss__ne=1))
# %%
t(lambda: P.filter(boss__name__ne='Ann'))
# %%
t(lambda: E_.filter(num__abs=5).filter(num__abs__gt=F('small__abs')))
# %%
t(lambda: E_.filter(num__abs__lt=6))
# %%
t(lambda: E_.filter(small__abs__lt=3))
# %%
t(lambda: E_.filter(num__absx__lt=3))
# %%
t(lambda: E_.filter(num__div=3))
# %%
t(lambda: E_.filter(num__div3__x=3))
# %%
models.IntegerField._unregister_lookup(Div3Lookup)
# %%
t(lambda: E_.filter(num__div3=2))
# %%
t(lambda: sorted(models.IntegerField.get_lookups())[:12])
# %%
t(lambda: models.CharField.get_lookups()['upper'])
# %%
t(lambda: Everything._meta.get_field('num').get_lookup('abs'))
# %%
t(lambda: Everything._meta.get_field('num').get_transform('abs'))
# %%
t(lambda: Everything._meta.get_field('num').get_lookup('exact'))
# %%
t(lambda: Everything._meta.get_field('boss'))
# %%
class YearTransform(models.functions.ExtractYear):
    pass
# %%
class LastDigits(Func):
    function = 'SUBSTR'
    template = '%(function)s(%(expressions)s, -%(digits)s)'
    output_field = CharField()
    def __init__(self, expression, digits=2, **extra):
        super().__init__(expression, digits=digits, **extra)
# %%
t(lambda: E_.annotate(x=LastDigits('char')).values_list('x'))
# %%
t(lambda: E_.annotate(x=LastDigits('char', digits=4)).values_list('x'))
# %%
t(lambda: repr(LastDigits('char', digits=4)))
# %%
class Sqlite(Func):
    function = 'LOWER'
    def as_sqlite(self, compiler, connection, **extra):
        return super().as_sql(compiler, connection, function='UPPER', **extra)
# %%
t(lambda: E_.annotate(x=Sqlite('char', output_field=CharField())).values_list('x'))
# %%
class Agg(Aggregate):
    function = 'GROUP_CONCAT'
    name = 'Agg'
    allow_distinct = True
    template = '%(function)s(%(distinct)s%(expressions)s)'
    output_field = TextField()
# %%
t(lambda: P.aggregate(x=Agg('name')))
# %%
t(lambda: P.aggregate(x=Agg('nick', distinct=True)))
# %%
t(lambda: P.aggregate(Agg('name')))
# %%
t(lambda: P.values('boss').annotate(x=Agg('name')).order_by('boss'))
# %%
t(lambda: P.aggregate(x=Agg('name', filter=Q(name__gt='B'), default=Value('none'))))
# %%
class NoDistinct(Aggregate):
    function = 'MAX'
# %%
t(lambda: NoDistinct('x', distinct=True))
# %%
class MyExpr(Expression):
    def __init__(self, e, **kw):
        super().__init__(**kw)
        self.e = e
    def get_source_expressions(self): return [self.e]
    def set_source_expressions(self, es): self.e = es[0]
    def as_sql(self, compiler, connection):
        sql, params = compiler.compile(self.e)
        return '(%s || %%s)' % sql, [*params, '!']
# %%
t(lambda: P.annotate(x=MyExpr(F('name'), output_field=CharField())).values_list('x'))
# %%
t(lambda: P.filter(name=MyExpr(F('nick'), output_field=CharField())))
# %%
t(lambda: P.annotate(x=MyExpr(F('boss__name'), output_field=CharField())).values('x').annotate(c=Count('*')).order_by('x'))
# %%
t(lambda: P.order_by(MyExpr(F('name'), output_field=CharField()).desc()))
# %%
class UpperField(models.CharField):
    def get_prep_value(self, value): return value and value.upper()
    def from_db_value(self, value, expression, connection): return value and value.lower()
# %%
t(lambda: P.annotate(x=Cast('name', UpperField())).values_list('x'))
# %%
t(lambda: P.annotate(x=Value('abc', UpperField())).values_list('x')[:1])
# %%
t(lambda: P.annotate(x=ExpressionWrapper(F('name'), UpperField())).filter(x='ann'))
# %%
def with_register():
    with register_lookup(models.CharField, Length):
        return list(P.filter(name__length=3)), list(P.filter(name__length__gt=3)), P.order_by('name__length', 'name').first(), list(P.values('name__length')[:1])
# %%
t(with_register)
# %%
t(lambda: P.filter(name__length=3))
# %%
t(lambda: E_.filter(js__a__0=1)); t(lambda: E_.annotate(k=KT('js__a__0')).values('k')); t(lambda: KT('js')); t(lambda: repr(KT('js__a__b'))); t(lambda: E_.annotate(k=KeyTransform('a', 'js')).values('k')); t(lambda: E_.annotate(k=KeyTextTransform('0', KeyTransform('a', 'js'))).values('k')); t(lambda: E_.filter(js__has_key=KeyTransform('a', 'js'))); t(lambda: E_.order_by(KT('js__c'))); t(lambda: E_.values('js__c').annotate(c=Count('pk')).order_by('js__c')); t(lambda: E_.annotate(k=Cast(KT('js__a__0'), IntegerField())).aggregate(Sum('k'))); t(lambda: E_.filter(js__isnull=True)); t(lambda: E_.filter(js=None)); t(lambda: E_.filter(js=Value(None, JSONField()))); t(lambda: E_.filter(js__d=True)); t(lambda: E_.filter(js__a__1__b=None)); t(lambda: E_.filter(js__a__1__b__isnull=False)); t(lambda: E_.filter(js__in=[[1,2,3], {'x': 1}])); t(lambda: E_.filter(js__c__in=['text', 'b'])); t(lambda: E_.filter(js__c__in=[F('char')])); t(lambda: E_.filter(js__contains={'a': 1})); t(lambda: E_.exclude(js__c='text')); t(lambda: E_.exclude(js__c__isnull=True)); t(lambda: E_.filter(Q(js__c__startswith='te') | Q(js__0__gte=1))); t(lambda: E_.filter(js__a__contains=1)); t(lambda: E_.filter(js__range=[1,2])); t(lambda: E_.filter(js__gt=1)); t(lambda: E_.filter(js__iregex='x')); t(lambda: E_.filter(js__icontains='TEXT'))
