# What is worked out when it is first needed: `lazy`, `keep_lazy`, `LazyObject`, `SimpleLazyObject`.
import copy
import functools
import operator


class Promise:
    """What `lazy` functions give."""


# A proxy answers these itself.
_OWN = frozenset(
    '__class__ __new__ __init__ __init_subclass__ __subclasshook__ __getattribute__ __setattr__ __delattr__ __getattr__ '
    '__reduce__ __reduce_ex__ __getstate__ __setstate__ __dict__ __doc__ __weakref__ __class_getitem__ __dir__ '
    '__sizeof__ __getnewargs__'.split())


def _forward(name):
    def method(self, *args, **kwargs):
        return getattr(self._value(), name)(*args, **kwargs)

    method.__name__ = name
    return method


def lazy(func, *resultclasses):
    class __proxy__(Promise):
        def __init__(self, args, kw):
            self._call = (args, kw)

        def _value(self):
            args, kw = self._call
            return func(*args, **kw)

        def __deepcopy__(self, memo):
            memo[id(self)] = self
            return self

        def __str__(self):
            return str(self._value())

        def __repr__(self):
            return repr(self._value())

        def __eq__(self, other):
            return self._value() == _plain(other)

        def __ne__(self, other):
            return self._value() != _plain(other)

        def __lt__(self, other):
            return self._value() < _plain(other)

        def __le__(self, other):
            return self._value() <= _plain(other)

        def __gt__(self, other):
            return self._value() > _plain(other)

        def __ge__(self, other):
            return self._value() >= _plain(other)

        def __hash__(self):
            return hash(self._value())

        def __format__(self, spec):
            return format(self._value(), spec)

        def __add__(self, other):
            return self._value() + other

        def __radd__(self, other):
            return other + self._value()

        def __mod__(self, other):
            return self._value() % other

        def __mul__(self, other):
            return self._value() * other

    own = _OWN | set(__proxy__.__dict__)
    for result in resultclasses:
        for name in dir(result):
            if name not in own and callable(getattr(result, name, None)):
                setattr(__proxy__, name, _forward(name))
    __proxy__.__module__ = 'django.utils.functional'
    __proxy__.__qualname__ = 'lazy.<locals>.__proxy__'

    @functools.wraps(func)
    def __wrapper__(*args, **kw):
        return __proxy__(args, kw)

    return __wrapper__


def _plain(value):
    return value._value() if isinstance(value, Promise) else value


def lazystr(text):
    return lazy(str, str)(text)


def keep_lazy(*resultclasses):
    if not resultclasses:
        raise TypeError('You must pass at least one argument to keep_lazy().')

    def decorator(func):
        later = lazy(func, *resultclasses)

        @functools.wraps(func)
        def wrapper(*args, **kwargs):
            given = (*args, *kwargs.values())
            return (later if any(isinstance(arg, Promise) for arg in given) else func)(*args, **kwargs)

        return wrapper

    return decorator


def keep_lazy_text(func):
    return keep_lazy(str)(func)


empty = object()


def _of_wrapped(func):
    def inner(self, *args):
        if self._wrapped is empty:
            self._setup()
        return func(self._wrapped, *args)

    return inner


class LazyObject:
    _wrapped = None

    def __init__(self):
        self._wrapped = empty

    def _setup(self):
        raise NotImplementedError('subclasses of LazyObject must provide a _setup() method')

    __getattr__ = _of_wrapped(getattr)

    def __setattr__(self, name, value):
        if name in ('_wrapped', '_setupfunc'):
            self.__dict__[name] = value
        else:
            if self._wrapped is empty:
                self._setup()
            setattr(self._wrapped, name, value)

    def __delattr__(self, name):
        if name == '_wrapped':
            raise TypeError("can't delete _wrapped.")
        if self._wrapped is empty:
            self._setup()
        delattr(self._wrapped, name)

    __bytes__ = _of_wrapped(bytes)
    __str__ = _of_wrapped(str)
    __bool__ = _of_wrapped(bool)
    __dir__ = _of_wrapped(dir)
    __hash__ = _of_wrapped(hash)
    __class__ = property(_of_wrapped(operator.attrgetter('__class__')))
    __eq__ = _of_wrapped(operator.eq)
    __lt__ = _of_wrapped(operator.lt)
    __gt__ = _of_wrapped(operator.gt)
    __ne__ = _of_wrapped(operator.ne)
    __getitem__ = _of_wrapped(operator.getitem)
    __setitem__ = _of_wrapped(operator.setitem)
    __delitem__ = _of_wrapped(operator.delitem)
    __iter__ = _of_wrapped(iter)
    __len__ = _of_wrapped(len)
    __contains__ = _of_wrapped(operator.contains)


class SimpleLazyObject(LazyObject):
    def __init__(self, func):
        self.__dict__['_setupfunc'] = func
        super().__init__()

    def _setup(self):
        self._wrapped = self._setupfunc()

    def __repr__(self):
        shown = self._setupfunc if self._wrapped is empty else self._wrapped
        return f'<{type(self).__name__}: {shown!r}>'

    def __copy__(self):
        return SimpleLazyObject(self._setupfunc) if self._wrapped is empty else copy.copy(self._wrapped)

    def __deepcopy__(self, memo):
        if self._wrapped is empty:
            made = SimpleLazyObject(self._setupfunc)
            memo[id(self)] = made
            return made
        return copy.deepcopy(self._wrapped, memo)

    __add__ = _of_wrapped(operator.add)

    @_of_wrapped
    def __radd__(self, other):
        return other + self


def unpickle_lazyobject(wrapped):
    return wrapped


for _class in (Promise, LazyObject, SimpleLazyObject):
    _class.__module__ = 'django.utils.functional'
