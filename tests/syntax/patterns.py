match command:
    case 1 | -2 | 3.5 | -1 + 2j | 'text' | b'bytes' b"":
        a
    case None | True | False:
        b
    case name if name > 0: c
    case Color.RED | a.b.c:
        d
    case []: e
    case (): e
    case [a]: e
    case (a,): e
    case [a, *_]: e
    case (a, *rest, b): e
    case (a) if z:
        f
    case {}: g
    case {'key': value, -1: [x], a.b: _, **rest}:
        g
    case Point(): h
    case Point(0, y): h
    case Point(x=0, y=y,): h
    case mod.Point(a, b=c): h
    case [Point(x=0) as p, (1 | 2) as q]:
        i
    case a, b:
        j
    case *a, b:
        k
    case a,:
        l
    case "a" 'b':
        pass
    case _:
        m
match x, y: 
    case _: pass
match (x):
    case _: pass
match *a, b:
    case _: pass
match x := 1:
    case _ if (y := 2): pass
match match:
    case case: pass
