from datetime import date, datetime, timedelta


def run():
    day = date(2000, 1, 1)
    n = 0
    for i in range(60_000):
        day = day + timedelta(days=1)
        if day.weekday() == 0 and day.month == 3:
            n += day.year
        n += len(day.isoformat())
    moment = datetime(2024, 5, 6, 7, 8)
    for i in range(30_000):
        n += len(moment.strftime("%Y-%m-%d %H:%M"))
        moment += timedelta(minutes=17)
    return n
