# %% schema=../files/oddments.py
# What every field makes of right and wrong values.
from oddments.models import *

# %%
e = Event.objects.create(when=datetime(2020, 1, 2, 3, 4, 5, 678))

# %%
e.when

# %%
e.refresh_from_db()

# %%
e.when

# %%
Event(when='2020-01-01').full_clean()

# %%
e = Event(when='2020-01-01 10:00')

# %%
e.clean_fields()

# %%
e.when

# %%
Event(when='2020-01-01T10:00:00Z').clean_fields()

# %%
e = Event(when='2020-01-01T10:00:00+02:00')

# %%
e.clean_fields()

# %%
e.when

# %%
e.save()

# %%
e.refresh_from_db()

# %%
e.when

# %%
Event(when='nope').full_clean()

# %%
Event(when='2020-13-01 10:00').full_clean()

# %%
Event(when='2020-13-01').full_clean()

# %%
Event(when=date(2020, 1, 1)).clean_fields()

# %%
Event.objects.create(when=date(2020, 1, 1)).when

# %%
Event.objects.filter(when__gt=date(2019, 1, 1)).count()

# %%
Event.objects.filter(when__date=date(2020, 1, 1)).count()

# %%
Event.objects.filter(when__year=2020).count()

# %%
Event.objects.filter(when=datetime(2020, 1, 2, 3, 4, 5, 678)).count()

# %%
w = datetime(2024, 5, 6, 7, 8, 9, 10, tzinfo=timezone.get_current_timezone())

# %%
def t(**kw):
    try:
        x = Event(when=w, **kw)
        x.full_clean()
        x.save()
        x.refresh_from_db()
        return {k: getattr(x, k) for k in kw}
    except Exception as e:
        return type(e).__name__, str(e)

# %%
t(day='2020-02-30')

# %%
t(day='x')

# %%
t(day=datetime(2020, 1, 1, 10))

# %%
t(day='2020-02-03')

# %%
t(time='10:00')

# %%
t(time='25:00')

# %%
t(time='x')

# %%
t(time='10:00:01.5')

# %%
t(time=datetime(2020, 1, 1, 10))

# %%
t(span='1:00')

# %%
t(span='3 days')

# %%
t(span='P1DT2H')

# %%
t(span=5)

# %%
t(span='x')

# %%
t(flag='t')

# %%
t(flag='')

# %%
t(flag=None)

# %%
t(flag=2)

# %%
t(flag='maybe')

# %%
t(oldflag=None)

# %%
t(oldflag='x')

# %%
t(oldflag='on')

# %%
t(num='5')

# %%
t(num='5.5')

# %%
t(num=5.7)

# %%
t(num='')

# %%
t(num=None)

# %%
t(num=2**70)

# %%
t(num=-2**31 - 1)

# %%
t(num=2**31)

# %%
t(big=2**63)

# %%
t(big='9223372036854775807')

# %%
t(small=40000)

# %%
t(dec='1.234')

# %%
t(dec='1234.5')

# %%
t(dec=1.5)

# %%
t(dec='NaN')

# %%
t(dec='Infinity')

# %%
t(dec=float('nan'))

# %%
t(dec=' 1.5 ')

# %%
t(dec='abc')

# %%
t(dec=True)

# %%
t(fl='1.5')

# %%
t(fl='x')

# %%
t(fl=float('nan'))

# %%
t(fl='inf')

# %%
t(fl=2)

# %%
t(ip='1.2.3.4')

# %%
t(ip='::ffff:1.2.3.4')

# %%
t(ip='2001:0DB8::1')

# %%
t(ip='1.2.3')

# %%
t(ip=' 1.2.3.4 ')

# %%
t(js={'a': [1, None, 'x']})

# %%
t(js='text')

# %%
t(js=None)

# %%
t(js=[])

# %%
t(js=0)

# %%
t(js=object)

# %%
t(js={1: 2})

# %%
t(js=Decimal(1))

# %%
t(uid='12345678-1234-1234-1234-123456789012')

# %%
t(uid='x')

# %%
t(uid=5)

# %%
t(uid=1.5)

# %%
t(text='abcdefgh')

# %%
t(text=5)

# %%
t(slug='a b')

# %%
t(slug='äö')

# %%
t(slug='abcdefgh')

# %%
t(url='http://x.org')

# %%
t(url='x.org')

# %%
t(url='')

# %%
t(url='http://' + 'a' * 200 + '.org')

# %%
t(url='ftp://foo.bar/baz?x=1#y')

# %%
t(csv=5)

# %%
t(csv='a\x00b')

# %%
Event(when=w, num='abc').save()

# %%
Event(when=w, fl='abc').save()

# %%
Event(when=w, dec='abc').save()

# %%
Event(when=w, day='abc').save()

# %%
Event(when='abc').save()

# %%
Event(when=w, time='abc').save()

# %%
Event(when=w, uid='abc').save()

# %%
Event(when=w, oldflag='abc').save()

# %%
Event(when=w, js=object()).save()

# %%
Event(when=w, ip='abc').save()

# %%
Event(when=w, num=None).save()

# %%
Event(when=w, num=2**63).save()

# %%
Event(when=w, dec='12345').save()

# %%
Event(when=w, dec=Decimal('12345.678')).save()

# %%
Event(when=w, big='x').save()

# %%
Event().save()

# %%
Event.objects.filter(num='abc')

# %%
Event.objects.filter(num=1.5).count()

# %%
Event.objects.filter(num__gt=1.5).count()

# %%
Event.objects.filter(when='abc')

# %%
Event.objects.filter(day='abc')

# %%
Event.objects.filter(uid='abc')

# %%
Event.objects.filter(dec='abc')

# %%
Event.objects.filter(flag='abc')

# %%
Event.objects.filter(fl='abc')

# %%
Event.objects.filter(span='abc')

# %%
Event.objects.filter(ip='abc').count()

# %%
Event.objects.filter(num=2**70).count()

# %%
Event.objects.filter(num__lt=2**70).count() > 0

# %%
Event.objects.filter(when__year='abc')

# %%
Event.objects.filter(js__a=1).count()

# %%
Event.objects.filter(js__isnull=True).count() > 0

# %%
Event._meta.db_tablespace, Event._meta.db_table_comment

# %%
[(f.name, f.db_type(connection), f.get_internal_type()) for f in Event._meta.fields]

# %%
[f.description % {'max_length': 3} for f in Event._meta.fields]

# %%
[type(f).__name__ for f in Event._meta.fields]

# %%
[f.to_python('1') for f in Event._meta.fields if f.name in ('num', 'big', 'dec', 'fl', 'flag', 'text', 'csv')]

# %%
Event._meta.get_field('csv').help_text, Event._meta.get_field('csv').db_comment, Event._meta.get_field('csv').db_tablespace

# %%
Event._meta.get_field('num').error_messages

# %%
Event._meta.get_field('when').error_messages

# %%
Event._meta.get_field('url').error_messages

# %%
try:
    with transaction.atomic():
        Event.objects.create(when=None)
except IntegrityError as e:
    print(repr(e), repr(e.__cause__), e.args)
