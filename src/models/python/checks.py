DEBUG = 10
INFO = 20
WARNING = 30
ERROR = 40
CRITICAL = 50


class CheckMessage:
    def __init__(self, level, msg, hint=None, obj=None, id=None):
        if not isinstance(level, int):
            raise TypeError('The first argument should be level.')
        self.level = level
        self.msg = msg
        self.hint = hint
        self.obj = obj
        self.id = id

    def __eq__(self, other):
        return isinstance(other, self.__class__) and all(
            getattr(self, name) == getattr(other, name) for name in ('level', 'msg', 'hint', 'obj', 'id')
        )

    def __str__(self):
        from django.db.models.base import ModelBase

        if self.obj is None:
            obj = '?'
        elif isinstance(self.obj, ModelBase):
            obj = self.obj._meta.label
        else:
            obj = str(self.obj)
        id = '(%s) ' % self.id if self.id else ''
        hint = '\n\tHINT: %s' % self.hint if self.hint else ''
        return '%s: %s%s%s' % (obj, id, self.msg, hint)

    def __repr__(self):
        return '<%s: level=%r, msg=%r, hint=%r, obj=%r, id=%r>' % (
            self.__class__.__name__, self.level, self.msg, self.hint, self.obj, self.id,
        )

    def is_serious(self, level=ERROR):
        return self.level >= level

    def is_silenced(self):
        from django.conf import settings

        return self.id in getattr(settings, 'SILENCED_SYSTEM_CHECKS', ())


class Debug(CheckMessage):
    def __init__(self, *args, **kwargs):
        super().__init__(DEBUG, *args, **kwargs)


class Info(CheckMessage):
    def __init__(self, *args, **kwargs):
        super().__init__(INFO, *args, **kwargs)


class Warning(CheckMessage):
    def __init__(self, *args, **kwargs):
        super().__init__(WARNING, *args, **kwargs)


class Error(CheckMessage):
    def __init__(self, *args, **kwargs):
        super().__init__(ERROR, *args, **kwargs)


class Critical(CheckMessage):
    def __init__(self, *args, **kwargs):
        super().__init__(CRITICAL, *args, **kwargs)


class Tags:
    models = 'models'
    database = 'database'


registered = []


def register(check=None, *tags, **kwargs):
    def inner(check):
        if check not in registered:
            registered.append(check)
        return check

    if callable(check):
        return inner(check)
    return inner


def check_field(field, **kwargs):
    from django.core.checks.field_checks import messages

    return list(messages(field, **kwargs))


def check_model(cls, **kwargs):
    from django.core.checks.model_checks import messages

    return list(messages(cls, **kwargs))


def run_checks(app_configs=None, tags=None, include_deployment_checks=False, databases=None):
    from django.core.checks.model_checks import across

    found = list(across(databases))
    for check in registered:
        found.extend(check(app_configs=app_configs, databases=databases))
    return found


def report(messages):
    """What `manage.py check` prints, and whether any of it is serious."""
    messages = [m for m in messages if not m.is_silenced()]
    body = ''
    groups = [('CRITICALS', CRITICAL, 1000), ('ERRORS', ERROR, CRITICAL), ('WARNINGS', WARNING, ERROR),
              ('INFOS', INFO, WARNING), ('DEBUGS', -1000, INFO)]
    for name, low, high in groups:
        texts = sorted(str(m) for m in messages if low <= m.level < high)
        if texts:
            body += '\n%s:\n%s\n' % (name, '\n'.join(texts))
    serious = any(m.is_serious() for m in messages)
    header = 'System check identified some issues:\n' if messages else ''
    if serious:
        header = 'SystemCheckError: ' + header
    count = {0: 'no issues', 1: '1 issue'}.get(len(messages), '%d issues' % len(messages))
    footer = ('\n' if messages else '') + 'System check identified %s (0 silenced).' % count
    return header + body + footer, serious
