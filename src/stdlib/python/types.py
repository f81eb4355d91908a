def _f():
    yield 1


FunctionType = type(_f)
LambdaType = FunctionType
GeneratorType = type(_f())
BuiltinFunctionType = type(len)
BuiltinMethodType = BuiltinFunctionType
ModuleType = type(__import__('keyword'))
NoneType = type(None)
EllipsisType = type(...)
NotImplementedType = type(NotImplemented)
MappingProxyType = type(type.__dict__)
UnionType = type(int | str)
GenericAlias = type(list[int])


class _C:
    def _m(self):
        pass


MethodType = type(_C()._m)
WrapperDescriptorType = type(object.__init__)
MethodWrapperType = type(object().__str__)
MethodDescriptorType = type(str.join)
ClassMethodDescriptorType = type(dict.__dict__['fromkeys'])


class GetSetDescriptorType:
    pass


class MemberDescriptorType:
    pass


class CodeType:
    pass


class CellType:
    pass


try:
    raise TypeError
except TypeError as _exc:
    TracebackType = type(_exc.__traceback__)


class FrameType:
    pass


class CoroutineType:
    pass


class AsyncGeneratorType:
    pass


class CapsuleType:
    pass


class SimpleNamespace:
    def __init__(self, mapping_or_iterable=(), /, **kwargs):
        for key, value in {**dict(mapping_or_iterable), **kwargs}.items():
            object.__setattr__(self, key, value)

    def __repr__(self):
        name = 'namespace' if type(self) is SimpleNamespace else type(self).__name__
        key = id(self)
        if key in _running:
            return f'{name}(...)'
        _running.add(key)
        try:
            items = (f'{k}={v!r}' for k, v in self.__dict__.items())
            return f'{name}({", ".join(items)})'
        finally:
            _running.discard(key)

    def __eq__(self, other):
        if isinstance(self, SimpleNamespace) and isinstance(other, SimpleNamespace):
            return self.__dict__ == other.__dict__
        return NotImplemented

    __hash__ = None

    def __replace__(self, /, **kwargs):
        new = type(self)(**self.__dict__)
        for key, value in kwargs.items():
            object.__setattr__(new, key, value)
        return new


_running = set()


class DynamicClassAttribute:
    def __init__(self, fget=None, fset=None, fdel=None, doc=None):
        self.fget = fget
        self.fset = fset
        self.fdel = fdel
        self.__doc__ = doc or getattr(fget, '__doc__', None)

    def __get__(self, instance, ownerclass=None):
        if instance is None:
            raise AttributeError()
        if self.fget is None:
            raise AttributeError('unreadable attribute')
        return self.fget(instance)

    def __set__(self, instance, value):
        if self.fset is None:
            raise AttributeError("can't set attribute")
        self.fset(instance, value)


def new_class(name, bases=(), kwds=None, exec_body=None):
    meta, ns, kwds = prepare_class(name, resolve_bases(bases), kwds)
    if exec_body is not None:
        exec_body(ns)
    return meta(name, resolve_bases(bases), ns, **kwds)


def resolve_bases(bases):
    new_bases = []
    for base in bases:
        if not isinstance(base, type) and hasattr(base, '__mro_entries__'):
            new_bases.extend(base.__mro_entries__(bases))
        else:
            new_bases.append(base)
    return tuple(new_bases)


def prepare_class(name, bases=(), kwds=None):
    kwds = dict(kwds or {})
    meta = kwds.pop('metaclass', None) or (type(bases[0]) if bases else type)
    if isinstance(meta, type):
        for base in bases:
            if issubclass(type(base), meta):
                meta = type(base)
    ns = meta.__prepare__(name, bases, **kwds) if hasattr(meta, '__prepare__') else {}
    return meta, ns, kwds


def get_original_bases(cls, /):
    return cls.__dict__.get('__orig_bases__', cls.__bases__)


def coroutine(func):
    return func
