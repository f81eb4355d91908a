# Names of temporary files and folders; none is ever made.
import io
import os

from random import choices

tempdir = None
template = 'tmp'


def gettempdir():
    return tempdir or os.environ.get('TMPDIR') or '/tmp'


def gettempprefix():
    return template


def _name(suffix, prefix, dir):
    rest = ''.join(choices('abcdefghijklmnopqrstuvwxyz0123456789_', k=8))
    return os.path.join(dir or gettempdir(), (prefix or template) + rest + (suffix or ''))


def mkdtemp(suffix=None, prefix=None, dir=None):
    return _name(suffix, prefix, dir)


def mktemp(suffix='', prefix=template, dir=None):
    return _name(suffix, prefix, dir)


class TemporaryDirectory:
    def __init__(self, suffix=None, prefix=None, dir=None, ignore_cleanup_errors=False, *, delete=True):
        self.name = mkdtemp(suffix, prefix, dir)

    def __enter__(self):
        return self.name

    def __exit__(self, exc_type, exc_value, traceback):
        self.cleanup()

    def cleanup(self):
        pass

    def __repr__(self):
        return f'<{type(self).__name__} {self.name!r}>'


def NamedTemporaryFile(mode='w+b', buffering=-1, encoding=None, newline=None, suffix=None, prefix=None, dir=None,
                       delete=True, *, errors=None, delete_on_close=True):
    file = io.BytesIO() if 'b' in mode else io.StringIO()
    file.name = _name(suffix, prefix, dir)
    return file


def TemporaryFile(mode='w+b', buffering=-1, encoding=None, newline=None, suffix=None, prefix=None, dir=None, *,
                  errors=None):
    return io.BytesIO() if 'b' in mode else io.StringIO()


def SpooledTemporaryFile(max_size=0, mode='w+b', buffering=-1, encoding=None, newline=None, suffix=None, prefix=None,
                         dir=None, *, errors=None):
    return TemporaryFile(mode)


def mkstemp(suffix=None, prefix=None, dir=None, text=False):
    raise PermissionError('this shell does not touch the file system')
