# Every kind of pattern.
class EE: pass
def mt(v):
    match v:
        case 0: return 'zero'
        case 'a' | 'b': return 'ab'
        case [1, *rest]: return ('list', rest)
        case {'k': k, **r}: return ('map', k, r)
        case int(n) if n > 10: return ('big', n)
        case EE(): return 'E'
        case Pt(x=1, y=yy): return ('pt', yy)
        case Pt(a, b): return ('pt2', a, b)
        case None: return 'none'
        case (a, b) as t: return ('tup', t)
        case _: return 'other'
class Pt:
    __match_args__ = ('x', 'y')
    def __init__(s, x, y): s.x = x; s.y = y
for v in [0, 'b', [1,2,3], {'k': 1, 'z': 2}, 11, EE(), Pt(1, 5), Pt(2, 3), None, (8, 9), 5]: print(mt(v))
