import os

__all__ = ['PurePath', 'PurePosixPath', 'PureWindowsPath', 'Path', 'PosixPath', 'WindowsPath']


class PurePath:
    def __init__(self, *args):
        text = os.path.join(*map(str, args)) if args else ''
        root = '/' if text.startswith('/') else ''
        parts = [p for p in text.split('/') if p and p != '.']
        self._root = root
        self._tail = parts

    def __str__(self):
        return self._root + '/'.join(self._tail) or '.'

    __fspath__ = as_posix = __str__

    def __repr__(self):
        return f'{type(self).__name__}({str(self)!r})'

    def __truediv__(self, other):
        return type(self)(self, other)

    def __rtruediv__(self, other):
        return type(self)(other, self)

    def joinpath(self, *others):
        return type(self)(self, *others)

    def __eq__(self, other):
        return isinstance(other, PurePath) and str(self) == str(other)

    def __lt__(self, other):
        return self.parts < other.parts

    def __hash__(self):
        return hash(str(self))

    @property
    def parts(self):
        return tuple(([self._root] if self._root else []) + self._tail)

    @property
    def name(self):
        return self._tail[-1] if self._tail else ''

    @property
    def suffix(self):
        i = self.name.rfind('.')
        return self.name[i:] if 0 < i < len(self.name) - 1 else ''

    @property
    def suffixes(self):
        name = self.name
        if name.endswith('.'):
            return []
        return ['.' + s for s in name.lstrip('.').split('.')[1:]]

    @property
    def stem(self):
        return self.name[:len(self.name) - len(self.suffix)]

    @property
    def parent(self):
        return type(self)(self._root + '/'.join(self._tail[:-1]))

    @property
    def parents(self):
        found, path = [], self
        while path._tail:
            path = path.parent
            found.append(path)
        return tuple(found)

    @property
    def root(self):
        return self._root

    anchor = root
    drive = ''

    def is_absolute(self):
        return bool(self._root)

    def with_name(self, name):
        if not self.name:
            raise ValueError(f'{self!r} has an empty name')
        return self.parent / name

    def with_stem(self, stem):
        return self.with_name(stem + self.suffix)

    def with_suffix(self, suffix):
        return self.with_name(self.stem + suffix)

    def relative_to(self, other):
        other = type(self)(other)
        n = len(other.parts)
        if self.parts[:n] != other.parts:
            raise ValueError(f'{str(self)!r} is not in the subpath of {str(other)!r}')
        return type(self)('/'.join(self.parts[n:]))

    def is_relative_to(self, other):
        other = type(self)(other)
        return self.parts[:len(other.parts)] == other.parts


class PurePosixPath(PurePath):
    pass


class PureWindowsPath(PurePath):
    pass


class Path(PurePath):
    def __new__(cls, *args):
        return object.__new__(PosixPath if cls is Path else cls)

    def __init__(self, *args):
        PurePath.__init__(self, *args)

    @classmethod
    def cwd(cls):
        return cls(os.getcwd())

    def resolve(self, strict=False):
        return self if self.is_absolute() else type(self)(os.getcwd(), self)

    absolute = resolve

    def _refuse(self, *args, **kwargs):
        raise PermissionError('this shell does not touch the file system')

    open = read_text = write_text = read_bytes = write_bytes = exists = is_file = is_dir = iterdir = _refuse
    mkdir = unlink = rename = touch = stat = glob = rglob = rmdir = _refuse


class PosixPath(Path, PurePosixPath):
    pass


WindowsPath = PureWindowsPath
