import collections
import collections.abc
from types import GenericAlias, UnionType, NoneType

__all__ = ['Annotated', 'Any', 'Callable', 'ClassVar', 'Concatenate', 'Final', 'ForwardRef', 'Generic', 'Literal',
           'Optional', 'ParamSpec', 'Protocol', 'Tuple', 'Type', 'TypeVar', 'TypeVarTuple', 'Union', 'AbstractSet',
           'ByteString', 'Container', 'ContextManager', 'Hashable', 'ItemsView', 'Iterable', 'Iterator', 'KeysView',
           'Mapping', 'MappingView', 'MutableMapping', 'MutableSequence', 'MutableSet', 'Sequence', 'Sized',
           'ValuesView', 'Awaitable', 'AsyncIterator', 'AsyncIterable', 'Coroutine', 'Collection', 'AsyncGenerator',
           'Reversible', 'SupportsAbs', 'SupportsBytes', 'SupportsComplex', 'SupportsFloat', 'SupportsIndex',
           'SupportsInt', 'SupportsRound', 'ChainMap', 'Counter', 'Deque', 'Dict', 'DefaultDict', 'List',
           'OrderedDict', 'Set', 'FrozenSet', 'NamedTuple', 'TypedDict', 'Generator', 'AnyStr', 'assert_type',
           'assert_never', 'cast', 'clear_overloads', 'dataclass_transform', 'final', 'get_args', 'get_origin',
           'get_overloads', 'get_type_hints', 'is_typeddict', 'LiteralString', 'Never', 'NewType', 'no_type_check',
           'NoReturn', 'NotRequired', 'overload', 'override', 'ParamSpecArgs', 'Required', 'reveal_type',
           'runtime_checkable', 'Self', 'Text', 'TYPE_CHECKING', 'TypeAlias', 'TypeGuard', 'TypeIs', 'Unpack']

TYPE_CHECKING = False
Text = str


def _type_repr(obj):
    if isinstance(obj, type) and not isinstance(obj, GenericAlias):
        if obj.__module__ == 'builtins':
            return obj.__qualname__
        return f'{obj.__module__}.{obj.__qualname__}'
    if obj is ...:
        return '...'
    if isinstance(obj, list):
        return '[' + ', '.join(_type_repr(t) for t in obj) + ']'
    if callable(obj) and hasattr(obj, '__name__') and type(obj).__name__ == 'function':
        return obj.__name__
    return repr(obj)


class ForwardRef:
    def __init__(self, arg, is_argument=True, module=None, *, is_class=False):
        if not isinstance(arg, str):
            raise TypeError(f'Forward reference must be a string -- got {arg!r}')
        self.__forward_arg__ = arg

    def __eq__(self, other):
        return isinstance(other, ForwardRef) and self.__forward_arg__ == other.__forward_arg__

    def __hash__(self):
        return hash(self.__forward_arg__)

    def __repr__(self):
        return f'ForwardRef({self.__forward_arg__!r})'


def _convert(arg):
    if arg is None:
        return NoneType
    if isinstance(arg, str):
        return ForwardRef(arg)
    return arg


class _Alias:
    # A name of this module with its arguments: List[int].
    def __init__(self, origin, args, name=None, metadata=None):
        self.__origin__ = origin
        self.__args__ = args
        self._name = name
        if metadata is not None:
            self.__metadata__ = metadata

    @property
    def __parameters__(self):
        found = []
        for a in self.__args__:
            for p in ([a] if isinstance(a, TypeVar) else getattr(a, '__parameters__', ())):
                if p not in found:
                    found.append(p)
        return tuple(found)

    def __getitem__(self, item):
        items = item if isinstance(item, tuple) else (item,)
        table = dict(zip(self.__parameters__, items))
        if not table:
            raise TypeError(f'{self!r} is not a generic class')

        def fill(a):
            if isinstance(a, TypeVar):
                return _convert(table.get(a, a))
            if isinstance(a, _Alias) and a.__parameters__:
                return a[tuple(table.get(p, p) for p in a.__parameters__)]
            return a
        return _Alias(self.__origin__, tuple(fill(a) for a in self.__args__), self._name)

    def __call__(self, *args, **kwargs):
        if not callable(self.__origin__):
            raise TypeError(f'Type {self!r} cannot be instantiated')
        return self.__origin__(*args, **kwargs)

    def __mro_entries__(self, bases):
        origin = self.__origin__
        if origin is Generic:
            return (Generic,)
        if isinstance(origin, type):
            if any(isinstance(b, _Alias) and b.__origin__ is Generic for b in bases):
                return (origin,)
            if issubclass(origin, Generic) or not self.__parameters__:
                return (origin,)
            return (origin, Generic)
        return ()

    def __eq__(self, other):
        if not isinstance(other, _Alias):
            return NotImplemented
        if self.__origin__ is Union and other.__origin__ is Union:
            return set(self.__args__) == set(other.__args__)
        return self.__origin__ == other.__origin__ and self.__args__ == other.__args__

    def __hash__(self):
        if self.__origin__ is Union:
            return hash((Union, frozenset(self.__args__)))
        return hash((self.__origin__, self.__args__))

    def __or__(self, other):
        return Union[self, other]

    def __ror__(self, other):
        return Union[other, self]

    def __instancecheck__(self, obj):
        return self.__subclasscheck__(type(obj))

    def __subclasscheck__(self, cls):
        if self.__origin__ is Union:
            return any(issubclass(cls, a) for a in self.__args__)
        raise TypeError('Subscripted generics cannot be used with class and instance checks')

    def __getattr__(self, name):
        if name.startswith('__') and name.endswith('__'):
            raise AttributeError(name)
        return getattr(self.__origin__, name)

    def __repr__(self):
        args = self.__args__
        if self.__origin__ is Union:
            if len(args) == 2 and NoneType in args:
                other = args[0] if args[1] is NoneType else args[1]
                return f'typing.Optional[{_type_repr(other)}]'
            return 'typing.Union[' + ', '.join(_type_repr(a) for a in args) + ']'
        if self._name == 'Callable':
            if len(args) == 2 and args[0] is ...:
                return f'typing.Callable[..., {_type_repr(args[1])}]'
            return f'typing.Callable[[{", ".join(_type_repr(a) for a in args[:-1])}], {_type_repr(args[-1])}]'
        if self._name == 'Annotated':
            parts = [_type_repr(self.__origin__)] + [repr(m) for m in self.__metadata__]
            return f'typing.Annotated[{", ".join(parts)}]'
        if self._name == 'Literal':
            return f'typing.Literal[{", ".join(repr(a) for a in args)}]'
        name = f'typing.{self._name}' if self._name else _type_repr(self.__origin__)
        return f'{name}[{", ".join(_type_repr(a) for a in args) or "()"}]'


class _Special:
    # A name that takes arguments, or none.
    def __init__(self, name, origin=None, nparams=None):
        self._name = name
        self.__origin__ = origin
        self._nparams = nparams

    def __getitem__(self, item):
        items = item if isinstance(item, tuple) else (item,)
        if self._nparams is not None and len(items) != self._nparams:
            many = 'many' if len(items) > self._nparams else 'few'
            raise TypeError(f'Too {many} arguments for {self!r}; actual {len(items)}, expected {self._nparams}')
        return _Alias(self.__origin__ or self, tuple(_convert(i) for i in items), self._name)

    def __call__(self, *args, **kwargs):
        if self.__origin__ is None:
            raise TypeError(f'Cannot instantiate {self!r}')
        return self.__origin__(*args, **kwargs)

    def __mro_entries__(self, bases):
        if self.__origin__ is None:
            raise TypeError(f'Cannot subclass {self!r}')
        return (self.__origin__,)

    def __instancecheck__(self, obj):
        return self.__subclasscheck__(type(obj))

    def __subclasscheck__(self, cls):
        if self.__origin__ is None:
            raise TypeError(f'{self!r} cannot be used with issubclass()')
        return issubclass(cls, self.__origin__)

    def __or__(self, other):
        return Union[self, other]

    def __ror__(self, other):
        return Union[other, self]

    def __repr__(self):
        return f'typing.{self._name}'


class _UnionForm(_Special):
    def __getitem__(self, item):
        if item == ():
            raise TypeError('Cannot take a Union of no types.')
        items = item if isinstance(item, tuple) else (item,)
        flat = []
        for i in items:
            i = _convert(i)
            if isinstance(i, _Alias) and i.__origin__ is Union or isinstance(i, UnionType):
                parts = i.__args__
            else:
                parts = (i,)
            for p in parts:
                if p not in flat:
                    flat.append(p)
        if len(flat) == 1:
            return flat[0]
        return _Alias(self, tuple(flat))


class _OptionalForm(_Special):
    def __getitem__(self, item):
        if isinstance(item, tuple):
            raise TypeError(f'typing.Optional requires a single type. Got {item!r}.')
        return Union[item, None]


class _LiteralForm(_Special):
    def __getitem__(self, item):
        items = item if isinstance(item, tuple) else (item,)
        kept = []
        for i in items:
            if i not in kept:
                kept.append(i)
        return _Alias(self, tuple(kept), 'Literal')


class _CallableForm(_Special):
    def __getitem__(self, item):
        if not isinstance(item, tuple) or len(item) != 2:
            raise TypeError('Callable must be used as Callable[[arg, ...], result].')
        args, result = item
        if isinstance(args, list):
            args = tuple(_convert(a) for a in args)
        else:
            args = (args,)
        return _Alias(self.__origin__, args + (_convert(result),), 'Callable')


class _AnnotatedForm(_Special):
    def __getitem__(self, item):
        if not isinstance(item, tuple) or len(item) < 2:
            raise TypeError('Annotated[...] should be used with at least two arguments (a type and an annotation).')
        return _Alias(_convert(item[0]), (_convert(item[0]),), 'Annotated', item[1:])


class _AnyMeta(type):
    def __instancecheck__(self, obj):
        if self is Any:
            raise TypeError('typing.Any cannot be used with isinstance()')
        return super().__instancecheck__(obj)

    def __repr__(self):
        if self is Any:
            return 'typing.Any'
        return super().__repr__()


class Any(metaclass=_AnyMeta):
    def __new__(cls, *args, **kwargs):
        if cls is Any:
            raise TypeError('Any cannot be instantiated')
        return super().__new__(cls)


Union = _UnionForm('Union')
Optional = _OptionalForm('Optional')
Literal = _LiteralForm('Literal')
Callable = _CallableForm('Callable', collections.abc.Callable)
Annotated = _AnnotatedForm('Annotated')
ClassVar = _Special('ClassVar', None, 1)
Final = _Special('Final', None, 1)
Required = _Special('Required', None, 1)
NotRequired = _Special('NotRequired', None, 1)
ReadOnly = _Special('ReadOnly', None, 1)
TypeGuard = _Special('TypeGuard', None, 1)
TypeIs = _Special('TypeIs', None, 1)
Unpack = _Special('Unpack', None, 1)
Concatenate = _Special('Concatenate')
NoReturn = _Special('NoReturn')
Never = _Special('Never')
Self = _Special('Self')
LiteralString = _Special('LiteralString')
TypeAlias = _Special('TypeAlias')
List = _Special('List', list, 1)
Dict = _Special('Dict', dict, 2)
Set = _Special('Set', set, 1)
FrozenSet = _Special('FrozenSet', frozenset, 1)
Tuple = _Special('Tuple', tuple)
Type = _Special('Type', type, 1)
Deque = _Special('Deque', collections.deque, 1)
DefaultDict = _Special('DefaultDict', collections.defaultdict, 2)
OrderedDict = _Special('OrderedDict', collections.OrderedDict, 2)
Counter = _Special('Counter', collections.Counter, 1)
ChainMap = _Special('ChainMap', collections.ChainMap, 2)
AbstractSet = _Special('AbstractSet', collections.abc.Set, 1)
Generator = _Special('Generator', collections.abc.Generator)
for _name, _n in (('Hashable', 0), ('Sized', 0), ('Iterable', 1), ('Iterator', 1), ('Reversible', 1),
                  ('Container', 1), ('Collection', 1), ('Sequence', 1), ('MutableSequence', 1), ('ByteString', 0),
                  ('MutableSet', 1), ('Mapping', 2), ('MutableMapping', 2), ('MappingView', 1), ('KeysView', 1),
                  ('ItemsView', 2), ('ValuesView', 1), ('Awaitable', 1), ('AsyncIterable', 1), ('AsyncIterator', 1),
                  ('AsyncGenerator', 2), ('Coroutine', 3)):
    globals()[_name] = _Special(_name, getattr(collections.abc, _name), _n or None)


class _ContextOrigin:
    pass


ContextManager = _Special('ContextManager', _ContextOrigin)


class TypeVar:
    def __init__(self, name, *constraints, bound=None, covariant=False, contravariant=False, default=None,
                 infer_variance=False):
        if len(constraints) == 1:
            raise TypeError('A single constraint is not allowed')
        self.__name__ = name
        self.__constraints__ = constraints
        self.__bound__ = bound
        self.__covariant__ = covariant
        self.__contravariant__ = contravariant
        self.__infer_variance__ = infer_variance

    def __repr__(self):
        if self.__infer_variance__:
            return self.__name__
        return ('+' if self.__covariant__ else '-' if self.__contravariant__ else '~') + self.__name__

    def __or__(self, other):
        return Union[self, other]

    def __ror__(self, other):
        return Union[other, self]

    def __mro_entries__(self, bases):
        raise TypeError('Cannot subclass an instance of TypeVar')


class ParamSpecArgs:
    def __init__(self, origin):
        self.__origin__ = origin


class ParamSpec(TypeVar):
    @property
    def args(self):
        return ParamSpecArgs(self)

    @property
    def kwargs(self):
        return ParamSpecArgs(self)


class TypeVarTuple(TypeVar):
    def __iter__(self):
        yield Unpack[self]

    def __repr__(self):
        return self.__name__


class TypeAliasType:
    def __init__(self, name, value, *, type_params=()):
        self.__name__ = name
        self.__value__ = value
        self.__type_params__ = type_params

    def __repr__(self):
        return self.__name__


AnyStr = TypeVar('AnyStr', bytes, str)
T = TypeVar('T')


class Generic:
    def __class_getitem__(cls, item):
        items = item if isinstance(item, tuple) else (item,)
        return _Alias(cls, tuple(_convert(i) for i in items), 'Generic' if cls is Generic else None)


class Protocol(Generic):
    _is_protocol = True

    def __init_subclass__(cls, *args, **kwargs):
        super().__init_subclass__(*args, **kwargs)
        cls._is_protocol = Protocol in cls.__bases__ or any(
            getattr(b, '__origin__', None) is Protocol for b in cls.__dict__.get('__orig_bases__', ()))


def runtime_checkable(cls):
    cls._is_runtime_protocol = True
    return cls


class SupportsInt(Protocol):
    pass


SupportsFloat = SupportsComplex = SupportsBytes = SupportsIndex = SupportsAbs = SupportsRound = SupportsInt


class NewType:
    def __init__(self, name, tp):
        self.__name__ = self.__qualname__ = name
        self.__supertype__ = tp
        self.__module__ = '__main__'

    def __call__(self, x):
        return x

    def __repr__(self):
        return f'{self.__module__}.{self.__qualname__}'

    def __or__(self, other):
        return Union[self, other]


class _NamedTupleMeta(type):
    def __new__(cls, typename, bases, ns):
        types = ns.get('__annotations__', {})
        defaults = {}
        for name in types:
            if name in ns:
                defaults[name] = ns[name]
            elif defaults:
                raise TypeError(f'Non-default namedtuple field {name} cannot follow default field'
                                f'{"s" if len(defaults) > 1 else ""} {", ".join(defaults)}')
        made = collections.namedtuple(typename, types, defaults=defaults.values(), module=ns['__module__'])
        made.__annotations__ = dict(types)
        made.__new__.__annotations__ = dict(types)
        made.__orig_bases__ = (NamedTuple,)
        prohibited = ('__new__', '__init__', '__slots__', '__getnewargs__', '_fields', '_field_defaults', '_make',
                      '_replace', '_asdict', '_source')
        for key, value in ns.items():
            if key in prohibited:
                raise AttributeError(f'Cannot overwrite NamedTuple attribute {key}')
            if key not in ('__module__', '__annotations__', '__qualname__', '__orig_bases__', '__classcell__',
                           '__name__', '__firstlineno__', '__static_attributes__') and key not in made._fields:
                setattr(made, key, value)
        return made


_NamedTuple = type.__new__(_NamedTupleMeta, 'NamedTuple', (), {})


class _NamedTupleForm:
    __name__ = 'NamedTuple'

    def __call__(self, typename, fields=None, /, **kwargs):
        fields = list(fields or kwargs.items())
        made = collections.namedtuple(typename, [n for n, _ in fields])
        made.__annotations__ = dict(fields)
        return made

    def __mro_entries__(self, bases):
        return (_NamedTuple,)

    def __repr__(self):
        return '<function NamedTuple>'


NamedTuple = _NamedTupleForm()


class _TypedDictMeta(type):
    def __new__(cls, name, bases, ns, total=True):
        annotations = {}
        required, optional = set(), set()
        for base in bases:
            annotations.update(getattr(base, '__annotations__', {}) if base is not dict else {})
            required |= getattr(base, '__required_keys__', set())
            optional |= getattr(base, '__optional_keys__', set())
        own = ns.get('__annotations__', {})
        annotations.update(own)
        for key, tp in own.items():
            kind = getattr(tp, '_name', None)
            needed = total if kind not in ('Required', 'NotRequired') else kind == 'Required'
            (required if needed else optional).add(key)
        ns = dict(ns)
        ns['__annotations__'] = annotations
        made = type.__new__(_TypedDictMeta, name, (dict,), ns)
        made.__required_keys__ = frozenset(required)
        made.__optional_keys__ = frozenset(optional)
        made.__total__ = total
        return made

    def __call__(cls, *args, **kwargs):
        return dict(*args, **kwargs)

    def __instancecheck__(cls, other):
        raise TypeError('TypedDict does not support instance and class checks')

    __subclasscheck__ = __instancecheck__


_TypedDict = type.__new__(_TypedDictMeta, 'TypedDict', (dict,), {})


class _TypedDictForm:
    __name__ = 'TypedDict'

    def __call__(self, typename, fields=(), /, *, total=True):
        return _TypedDictMeta(typename, (), {'__annotations__': dict(fields), '__module__': '__main__'}, total=total)

    def __mro_entries__(self, bases):
        return (_TypedDict,)

    def __repr__(self):
        return '<function TypedDict>'


TypedDict = _TypedDictForm()


def is_typeddict(tp):
    return isinstance(tp, type) and type(tp).__name__ == '_TypedDictMeta'


def cast(typ, val):
    return val


def assert_type(val, typ, /):
    return val


def assert_never(arg, /):
    value = repr(arg)
    raise AssertionError(f'Expected code to be unreachable, but got: {value}')


def reveal_type(obj, /):
    import sys
    sys.stderr.write(f'Runtime type is {type(obj).__name__!r}\n')
    return obj


def final(f):
    try:
        f.__final__ = True
    except (AttributeError, TypeError):
        pass
    return f


def override(method, /):
    try:
        method.__override__ = True
    except (AttributeError, TypeError):
        pass
    return method


def no_type_check(arg):
    return arg


def dataclass_transform(**kwargs):
    return lambda cls_or_fn: cls_or_fn


_overloads = {}


def _overload_dummy(*args, **kwds):
    raise NotImplementedError('You should not call an overloaded function. A series of @overload-decorated functions '
                              'outside a stub module should always be followed by an implementation that is not '
                              '@overload-ed.')


def overload(func):
    _overloads.setdefault((func.__module__, func.__qualname__), []).append(func)
    return _overload_dummy


def get_overloads(func):
    return list(_overloads.get((func.__module__, func.__qualname__), ()))


def clear_overloads():
    _overloads.clear()


def get_type_hints(obj, globalns=None, localns=None, include_extras=False):
    hints = {}
    sources = reversed(obj.__mro__) if isinstance(obj, type) else [obj]
    for source in sources:
        found = source.__dict__.get('__annotations__', {}) if isinstance(source, type) else \
            getattr(source, '__annotations__', None) or {}
        for name, value in found.items():
            if isinstance(value, ForwardRef):
                value = value.__forward_arg__
            if isinstance(value, str):
                value = eval(value, globalns if globalns is not None else getattr(obj, '__globals__', {}), localns)
            if value is None:
                value = NoneType
            if not include_extras and getattr(value, '_name', None) == 'Annotated':
                value = value.__origin__
            hints[name] = value
    return hints


def get_origin(tp):
    if isinstance(tp, _Alias):
        return Annotated if tp._name == 'Annotated' else tp.__origin__
    if isinstance(tp, UnionType):
        return UnionType
    if tp is Generic:
        return Generic
    return getattr(tp, '__origin__', None)


def get_args(tp):
    if isinstance(tp, _Alias):
        if tp._name == 'Annotated':
            return (tp.__origin__,) + tp.__metadata__
        if tp._name == 'Callable' and tp.__args__[0] is not ...:
            return (list(tp.__args__[:-1]), tp.__args__[-1])
        return tp.__args__
    return getattr(tp, '__args__', ())
