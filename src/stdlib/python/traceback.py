import sys


def _name(exc):
    cls = type(exc)
    if cls.__module__ in ('builtins', '__main__'):
        return cls.__qualname__
    return f'{cls.__module__}.{cls.__qualname__}'


def format_exception_only(exc, /, value=None, *, show_group=False):
    if isinstance(exc, type):
        exc = value
    text = str(exc)
    lines = [f'{_name(exc)}: {text}\n' if text else f'{_name(exc)}\n']
    for note in getattr(exc, '__notes__', ()):
        lines.extend(line + '\n' for line in str(note).split('\n'))
    return lines


def format_tb(tb, limit=None):
    lines = []
    while tb is not None:
        line = getattr(tb, 'tb_lineno', 0)
        lines.append(f'  File "<session>", line {line}, in <module>\n')
        tb = getattr(tb, 'tb_next', None)
    return lines[:limit]


def format_exception(exc, /, value=None, tb=None, limit=None, chain=True):
    if isinstance(exc, type) or exc is None:
        exc = value
    lines = []
    if chain and exc is not None:
        if exc.__cause__ is not None:
            lines += format_exception(exc.__cause__)
            lines.append('\nThe above exception was the direct cause of the following exception:\n\n')
        elif exc.__context__ is not None and not exc.__suppress_context__:
            lines += format_exception(exc.__context__)
            lines.append('\nDuring handling of the above exception, another exception occurred:\n\n')
    if exc is None:
        return ['NoneType: None\n']
    frames = format_tb(exc.__traceback__)
    if frames:
        lines.append('Traceback (most recent call last):\n')
        lines += frames
    return lines + format_exception_only(exc)


def format_exc(limit=None, chain=True):
    return ''.join(format_exception(sys.exception()))


def print_exc(limit=None, file=None, chain=True):
    (file or sys.stderr).write(format_exc())


def print_exception(exc, /, value=None, tb=None, limit=None, file=None, chain=True):
    (file or sys.stderr).write(''.join(format_exception(exc, value, tb)))


def extract_tb(tb, limit=None):
    return []


def format_stack(f=None, limit=None):
    return []


def extract_stack(f=None, limit=None):
    return []
