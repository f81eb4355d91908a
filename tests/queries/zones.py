# %% schema=../files/people.py before=../files/people_rows.py
import zoneinfo
from django.utils import timezone
def t(f):
    try:
        r = f()
        if isinstance(r, QuerySet):
            print(r.query)
            r = list(r)
        print('   ', repr(r))
    except Exception as e:
        print('   ', type(e).__name__, e)
E_ = Everything.objects.order_by('pk')
NY, KOL, LH = zoneinfo.ZoneInfo('America/New_York'), zoneinfo.ZoneInfo('Asia/Kolkata'), zoneinfo.ZoneInfo('Australia/Lord_Howe')
# %%
for d in [datetime.datetime(2024,3,10,6,30,tzinfo=UTC), datetime.datetime(2024,3,10,7,30,tzinfo=UTC), datetime.datetime(2024,11,3,5,30,tzinfo=UTC), datetime.datetime(2024,11,3,6,30,tzinfo=UTC), datetime.datetime(2024,12,31,23,59,59,999999,tzinfo=UTC), datetime.datetime(2025,1,1,3,tzinfo=UTC)]:
    Everything.objects.create(dt=d, date=d.date(), time=d.time(), dur=datetime.timedelta(minutes=90))
# %%
for z in [None, NY, KOL, LH, UTC]:
    print('zone', z)
    for k in ['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second']:
        t(lambda: E_.annotate(x=Trunc('dt', k, tzinfo=z)).values_list('x', flat=True))
        t(lambda: E_.annotate(x=Extract('dt', k, tzinfo=z)).values_list('x', flat=True))
    t(lambda: E_.annotate(x=TruncDate('dt', tzinfo=z)).values_list('x', flat=True))
    t(lambda: E_.annotate(x=TruncTime('dt', tzinfo=z)).values_list('x', flat=True))
    t(lambda: E_.datetimes('dt', 'hour', tzinfo=z))
    t(lambda: E_.datetimes('dt', 'day', tzinfo=z))
    t(lambda: E_.dates('dt', 'month') if z is None else 0)
# %%
for z in ['America/New_York', 'Asia/Kolkata', 'UTC']:
    with timezone.override(z):
        print('active', z, timezone.get_current_timezone_name())
        t(lambda: E_.filter(dt__year=2024))
        t(lambda: E_.filter(dt__year__gt=2024))
        t(lambda: E_.filter(dt__date=datetime.date(2024, 12, 31)))
        t(lambda: E_.filter(dt__date__gte='2024-11-03'))
        t(lambda: E_.filter(dt__hour=1))
        t(lambda: E_.filter(dt__time__lt=datetime.time(3)))
        t(lambda: E_.filter(dt__day=3, dt__month=11))
        t(lambda: E_.filter(dt='2024-11-03 01:30'))
        t(lambda: E_.filter(dt=datetime.datetime(2024, 11, 3, 1, 30)))
        t(lambda: E_.filter(dt__gte=datetime.date(2024, 11, 3)))
        t(lambda: E_.filter(dt__range=(datetime.datetime(2024,3,1), datetime.datetime(2024,12,1))))
        t(lambda: E_.filter(dt__week_day=1).values_list('dt'))
        t(lambda: E_.aggregate(Max('dt'), Min('dt__date')))
        t(lambda: E_.values('dt__date').annotate(c=Count('pk')).order_by('dt__date'))
        t(lambda: E_.annotate(x=F('dt') + F('dur')).values_list('x', flat=True))
        t(lambda: E_.annotate(x=F('dt') - datetime.timedelta(days=1)).values_list('x', flat=True))
        t(lambda: E_.annotate(x=F('dt') - Value(datetime.datetime(2024,1,1,tzinfo=UTC))).values_list('x', flat=True))
        t(lambda: E_.annotate(x=Cast('dt', DateField())).values_list('x', flat=True))
        t(lambda: E_.annotate(x=Cast('date', DateTimeField())).values_list('x', flat=True))
        t(lambda: E_.annotate(x=TruncHour('dt')).values('x').annotate(c=Count('*')).order_by('x'))
        t(lambda: E_.annotate(x=ExtractHour('dt'), y=ExtractWeek('dt'), z=ExtractIsoWeekDay('dt')).values_list('x', 'y', 'z'))
        t(lambda: E_.create(dt='2024-07-01 12:00').dt)
        t(lambda: E_.last().dt)
        t(lambda: E_.filter(dt=timezone.make_aware(datetime.datetime(2024, 7, 1, 12))).count())
# %%
t(lambda: E_.annotate(x=Trunc('date', 'month', output_field=DateTimeField())).values_list('x'))
# %%
t(lambda: E_.annotate(x=TruncMonth('date', tzinfo=NY)).values_list('x', flat=True))
# %%
t(lambda: E_.annotate(x=TruncDay('dt', output_field=DateField())).values_list('x', flat=True))
# %%
t(lambda: E_.annotate(x=TruncHour('dt', output_field=TimeField())).values_list('x', flat=True))
# %%
t(lambda: E_.annotate(x=TruncHour('time')).values_list('x', flat=True))
# %%
t(lambda: E_.filter(time__hour=6)); t(lambda: E_.filter(time__gt='06:00')); t(lambda: E_.annotate(x=F('time') - Value(datetime.time(1))).values_list('x', flat=True)); t(lambda: E_.annotate(x=F('date') - Value(datetime.date(2024,1,1))).values_list('x', flat=True)); t(lambda: E_.annotate(x=F('dt') - F('date')).values_list('x', flat=True)); t(lambda: E_.annotate(x=F('dur') * 2, y=F('dur') / 3, z=-F('dur')).values_list('x', 'y', 'z')); t(lambda: E_.annotate(x=F('dur') + datetime.timedelta(hours=1)).filter(x__gt=datetime.timedelta(hours=2)).values_list('x')); t(lambda: E_.aggregate(Sum('dur'), Avg('dur'), Max('dur'))); t(lambda: E_.filter(dur__gte='01:00:00')); t(lambda: E_.annotate(x=ExpressionWrapper(F('dt') + F('dur'), output_field=DateTimeField())).filter(x__year=2025)); t(lambda: E_.filter(dt__lt=F('dt') + F('dur')).count()); t(lambda: E_.annotate(x=Now() - F('dt')).filter(x__gt=datetime.timedelta(0)).count()); t(lambda: E_.annotate(x=ExtractDay('dur'), y=ExtractHour('dur'), z=ExtractSecond('dur')).values_list('x', 'y', 'z'))
