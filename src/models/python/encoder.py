# JSON as Django writes it: dates in ECMA's form, durations in ISO's, decimals and UUIDs as text.
import datetime
import decimal
import json
import uuid

from django.utils.functional import Promise


def _milliseconds(text, whole):
    return text[:whole] + '.' + text[whole + 1:whole + 4] + text[whole + 7:]


def duration_iso_string(duration):
    sign = ''
    if duration < datetime.timedelta(0):
        sign, duration = '-', -duration
    minutes, seconds = divmod(duration.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f'.{duration.microseconds:06d}' if duration.microseconds else ''
    return f'{sign}P{duration.days}DT{hours:02d}H{minutes:02d}M{seconds:02d}{fraction}S'


class DjangoJSONEncoder(json.JSONEncoder):
    def default(self, o):
        match o:
            case datetime.datetime():
                text = o.isoformat()
                if o.microsecond:
                    text = _milliseconds(text, 19)
                return text[:-6] + 'Z' if text.endswith('+00:00') else text
            case datetime.date():
                return o.isoformat()
            case datetime.time():
                if o.utcoffset() is not None or o.tzinfo is not None:
                    raise ValueError("JSON can't represent timezone-aware times.")
                return _milliseconds(o.isoformat(), 8) if o.microsecond else o.isoformat()
            case datetime.timedelta():
                return duration_iso_string(o)
            case decimal.Decimal() | uuid.UUID() | Promise():
                return str(o)
        return super().default(o)
