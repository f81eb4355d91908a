f''
f'plain'
f'{x}'
f'a{x}b{y}c'
f'{{}} {{{x}}} }}'
f'{x!r} {x!s:>10} {x!a}'
f'{x:>{width}.{precision}f}'
f'{x:{"a" + b}}'
f'{x=} {x = } {x=!s} {x=:>10} { x.y() =}'
f"{d["key"]} {d['key']} {'nested' + f'{y!r}'}"
f'{f'{f'{x}'}'}'
f'{x if y else z} {lambda_} {(lambda a: a)(1)} {[i for i in x]} { {1: 2}[1]}'
f'{a["b"]:%Y-%m-%d}'
f'{x != y} {x == y} {x >= y} {(a := 1)} {x:=5}'
f'''{
    x  # comment
    + 1
} and
{y}'''
f'\n{x}\t\x41\N{BULLET}\{y}'
rf'\n{x}\d{y:\d}'
fR"\{x}"
f'{x:\n}'
'a' f'{b}' "c" f'd'
f'{*a, b} {yield_} {a, b}'
f'{x:,} {x:%} {x:!r}'
f'{"quote"}' f"{'quote'}"
f'{x}' 'y' f'{z}' '{not a field}'
f"""{x:
}"""
