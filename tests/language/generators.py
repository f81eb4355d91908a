# send, throw, close, yield from, StopIteration inside.
def g1():
    r = yield from g2()
    print('r', r)
    yield 'end'
def g2():
    try:
        x = yield 1
        print('x', x)
    except ValueError as e:
        print('caught', e)
        yield 'recovered'
    return 'ret'
g = g1()
print(next(g)); print(g.send(5)); 
try: next(g)
except StopIteration as e: print('stop', e.value)
g = g1(); next(g); print(g.throw(ValueError('boom'))); print(next(g)); g.close()
def cl():
    try:
        yield 1
    except GeneratorExit:
        print('closing'); raise
    finally: print('done')
c = cl(); next(c); c.close()
print(list(x*y for x in range(3) for y in range(3) if x != y))
def bad():
    yield 1
    raise StopIteration
try: list(bad())
except RuntimeError as e: print(e, repr(e.__cause__))
