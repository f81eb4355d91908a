# Format specifications on values of many kinds.
def t(src):
    try: print(src, '->', repr(eval(src)))
    except BaseException as e: print(src, '->', type(e).__name__, e)
vals = [0, 1, -1, 12345, -98765, 3.14159, -2.5, 1e10, 1e-7, float('inf'), float('nan'), 'abc', True, None, 10**20, 1+2j]
for spec in ['', 'd', '5d', '05d', '<8', '>8', '^8', '*^9', '+', '+d', ' d', ',', '_', ',d', '_d', 'x', '#x', 'X', '#X', 'o', '#o', 'b', '#b', '#010x', 'c', 'n', 'e', '.2e', 'E', 'f', '.2f', '10.3f', '+.1f', ',.2f', '_.2f', 'g', '.3g', 'G', '%', '.1%', 's', '10s', '.2s', '<10s', '=10', '0=10', '=+10d', '010', 'z', '.0f', '#.0f', '.10', '10.4', 'q', '5.', '..', '1,d', '_x', '_b', '-^10', '{', '08.2f', ' .2f', '-', '=^5', '0<5', 'é>5', '.3', '0.3', 'r', '!r', '+s', ',s', '#s', ' s', '010s', 'z.1f', '3c', '.2d', '>>5', '<<5', 'f5', '5f5']:
    for v in vals:
        try: print(repr(spec), v, repr(format(v, spec)))
        except Exception as e: print(repr(spec), v, type(e).__name__, e)
for s in ["'{} {}'.format(1, 2)", "'{1} {0}'.format(1, 2)", "'{a.b}'.format(a=1)", "'{0[1]}'.format([1,2])", "'{0[a]}'.format({'a': 3})", "'{a[0].real}'.format(a=[5])", "'{} {0}'.format(1)", "'{0} {}'.format(1)", "'{}'.format()", "'{a}'.format()", "'{'.format(1)", "'}'.format(1)", "'{{}}'.format(1)", "'{!r:>5}'.format('a')", "'{!s}'.format(1)", "'{!a}'.format('é')", "'{!x}'.format(1)", "'{:{}}'.format(5, 10)", "'{:{w}.{p}f}'.format(3.14159, w=10, p=2)", "'{0.real:5}'.format(3)", "'{:%Y-%m-%d}'.format(__import__('datetime').date(2024,1,2))", "'{:>{w}}'.format('a')", "'{0[}'.format(1)", "'{0.}'.format(1)", "'{!}'.format(1)", "'{:d}'.format('a')", "'{:s}'.format(1)", "'{:10}|'.format(None)", "'{:10}|'.format([1])", "'{}'.format([1], 2)", "'{a}{b}'.format_map({'a': 1, 'b': 2})", "f'{1!r}{2:>5}{3=}'", "f'{1 + 1 = }'", "f'{\"a\"!r:>10}'", "f'{3.14159:.{2}f}'", "f'{[1,2][0]}'", "f'{ {1:2}[1] }'", "f'{{}}'", "f'{1,2}'", "f'{lambda x: 1}'" if False else "1", "f'{(lambda x: x*2)(3)}'", "f'{\"nested {}\".format(1)}'", "f'{1:{\"5\"}}'", "f'{None}'", "f'{True:d}'", "f'{1_000:,}'", "f'{\"é\":>3}'", "f'{x!r}' if False else 2", "rf'\\n{1}'", "f'''{\n1\n}'''"]:
    t(s)
