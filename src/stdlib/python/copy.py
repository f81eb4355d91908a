__all__ = ['Error', 'copy', 'deepcopy', 'replace']


class Error(Exception):
    pass


error = Error
_atomic = (type(None), int, float, bool, complex, str, bytes, type, type(...), type(NotImplemented), range, slice,
           type(lambda: 0), type(len), property)


def _plain_copy(x):
    cls = type(x)
    if cls in (list, dict, set, bytearray):
        return x.copy()
    return None


def copy(x):
    cls = type(x)
    if cls in _atomic or cls in (tuple, frozenset):
        return x
    made = _plain_copy(x)
    if made is not None:
        return made
    if issubclass(cls, type):
        return x
    copier = getattr(cls, '__copy__', None)
    if copier is not None:
        return copier(x)
    rv = _reduced(x, cls)
    if isinstance(rv, str):
        return x
    return _reconstruct(x, None, *rv)


def _reduced(x, cls):
    try:
        from copyreg import dispatch_table
        reductor = dispatch_table.get(cls)
    except ImportError:
        reductor = None
    if reductor is not None:
        return reductor(x)
    method = getattr(x, '__reduce_ex__', None)
    if method is not None and _own(cls, '__reduce_ex__'):
        return method(4)
    if _own(cls, '__reduce__'):
        return x.__reduce__()
    return _default_reduce(x, cls)


def _own(cls, name):
    for base in cls.__mro__:
        if base is object:
            return False
        if name in base.__dict__:
            return True
    return False


def _new_object(cls, *args):
    return cls.__new__(cls, *args)


def _default_reduce(x, cls):
    if not hasattr(x, '__dict__') and not _own(cls, '__getstate__') and cls.__module__ != '__main__':
        for base in (list, dict, set, tuple, str, int, float, frozenset):
            if isinstance(x, base):
                break
        else:
            if _unpicklable(cls):
                raise TypeError(f"cannot pickle '{cls.__name__}' object")
    args = ()
    kwargs = {}
    if hasattr(x, '__getnewargs_ex__'):
        args, kwargs = x.__getnewargs_ex__()
    elif hasattr(x, '__getnewargs__'):
        args = x.__getnewargs__()
        if not isinstance(args, tuple):
            raise TypeError(f'__getnewargs__ should return a tuple, not {type(args).__name__!r}')
        if isinstance(x, tuple) and type(x) is not tuple:
            pass
    else:
        for base in (int, float, str, bytes, tuple, frozenset):
            if isinstance(x, base):
                args = (base(x),)
                break
    if _own(cls, '__getstate__'):
        state = x.__getstate__()
    else:
        state = getattr(x, '__dict__', None) or None
        if state is not None:
            state = dict(state)
    listiter = iter(list(x)) if isinstance(x, list) else None
    dictiter = iter(list(dict.items(x))) if isinstance(x, dict) else None
    if isinstance(x, set):
        args = (list(x),)
        return cls, args, state, None, None
    if kwargs:
        return lambda cls, *a: cls.__new__(cls, *a, **kwargs), (cls,) + tuple(args), state, listiter, dictiter
    return _new_object, (cls,) + tuple(args), state, listiter, dictiter


def _unpicklable(cls):
    return cls.__name__ in ('generator', 'module', 'coroutine') or cls.__name__.endswith('_iterator') and False


def deepcopy(x, memo=None, _nil=[]):
    if memo is None:
        memo = {}
    d = id(x)
    cls = type(x)
    if cls in _atomic:
        return x
    y = memo.get(d, _nil)
    if y is not _nil:
        return y
    if cls is list:
        y = []
        memo[d] = y
        for item in x:
            y.append(deepcopy(item, memo))
    elif cls is dict:
        y = {}
        memo[d] = y
        for key, value in x.items():
            y[deepcopy(key, memo)] = deepcopy(value, memo)
    elif cls is tuple:
        y = [deepcopy(item, memo) for item in x]
        if d in memo:
            return memo[d]
        for k, j in zip(x, y):
            if k is not j:
                y = tuple(y)
                break
        else:
            y = x
    elif cls in (set, frozenset, bytearray):
        y = cls(deepcopy(item, memo) for item in x) if cls is not bytearray else bytearray(x)
    elif cls is _method_type:
        y = getattr(deepcopy(x.__self__, memo), x.__func__.__name__)
    elif issubclass(cls, type):
        y = x
    else:
        copier = getattr(x, '__deepcopy__', None)
        if copier is not None:
            y = copier(memo)
        else:
            rv = _reduced(x, cls)
            if isinstance(rv, str):
                y = x
            else:
                y = _reconstruct(x, memo, *rv)
    if y is not x:
        memo[d] = y
        _keep_alive(x, memo)
    return y


class _C:
    def m(self):
        pass


_method_type = type(_C().m)


def _keep_alive(x, memo):
    try:
        memo[id(memo)].append(x)
    except KeyError:
        memo[id(memo)] = [x]


def _reconstruct(x, memo, func, args, state=None, listiter=None, dictiter=None, *, deepcopy=deepcopy):
    deep = memo is not None
    if deep and args:
        args = tuple([deepcopy(arg, memo) for arg in args])
    y = func(*args)
    if deep:
        memo[id(x)] = y
    if state is not None:
        if deep:
            state = deepcopy(state, memo)
        if hasattr(y, '__setstate__'):
            y.__setstate__(state)
        else:
            if isinstance(state, tuple) and len(state) == 2:
                state, slotstate = state
            else:
                slotstate = None
            if state is not None:
                for key, value in state.items():
                    object.__setattr__(y, key, value)
            if slotstate is not None:
                for key, value in slotstate.items():
                    setattr(y, key, value)
    if listiter is not None:
        for item in listiter:
            y.append(deepcopy(item, memo) if deep else item)
    if dictiter is not None:
        for key, value in dictiter:
            if deep:
                key, value = deepcopy(key, memo), deepcopy(value, memo)
            y[key] = value
    return y


def replace(obj, /, **changes):
    cls = obj.__class__
    func = getattr(cls, '__replace__', None)
    if func is None:
        raise TypeError(f'replace() does not support {cls.__name__} objects')
    return func(obj, **changes)
