# Decimals: arithmetic, rounding, contexts and signals.
from decimal import *
def t(src):
    try: print(src, '->', repr(eval(src)))
    except BaseException as e: print(src, '->', type(e).__name__, e)
D = Decimal
for s in ["D('1.10') + D('2.20')", "D(1)/D(3)", "D('1.1')*D('1.1')", "D(0.1)", "D('0.1')", "D('1e5')", "D('1E+5') + 1", "D('-0')", "D('NaN')", "D('Infinity')", "D('-inf')", "D('abc')", "D('')", "D(' 1.5 ')", "D('1_000')", "D(1)/0", "D(0)/0", "D('Infinity') - D('Infinity')", "D('1.23456789').quantize(D('0.01'))", "D('1.235').quantize(D('0.01'))", "D('1.245').quantize(D('0.01'), rounding=ROUND_HALF_UP)", "D('2.5').quantize(D(1)), D('3.5').quantize(D(1))", "round(D('2.5')), round(D('2.675'), 2)", "D('1.5').to_integral_value(), D('2.5').to_integral_value(ROUND_UP)", "int(D('-1.9')), float(D('1.1'))", "D('123.4500').normalize()", "D('1200').normalize()", "D('1E+3').to_eng_string(), D('123e-7')", "D('1.20') == D('1.2'), hash(D('1.20')) == hash(D('1.2'))", "D(1) == 1, D('0.5') == 0.5, D(1) < 1.5", "D(1) + 1.5", "D(1) + 1", "D('7') // D('2'), D('-7') // 2, D('-7') % 3, divmod(D(7), 2)", "D(2) ** 10, D(2) ** D('0.5'), D(2) ** -1", "D(2).sqrt(), D(-1).sqrt()", "D(10).ln(), D(10).log10(), D(1).exp()", "abs(D('-1.5')), -D('1.5'), +D('1.5')", "D('1.5').as_tuple(), D('-0.01').as_tuple()", "D((0, (1, 2, 3), -2))", "D('1.5').as_integer_ratio()", "D('12.34').adjusted(), D('0.00123').adjusted()", "D('1.5').is_finite(), D('NaN').is_nan(), D(0).is_zero(), D('-1').is_signed()", "max(D(1), D(2)), min([D('1.1'), D('1.05')]), sum([D('0.1')]*3)", "sorted([D('1.1'), D(1), D('0.5')])", "str(D('1E-10')), str(D('1E+10')), str(D('0.000001')), str(D('0.0000001'))", "f\"{D('1234.567'):,.2f}\", f\"{D('0.5'):.0%}\", f\"{D('1.5'):10}|\", f\"{D('1e10'):.3g}\"", "'%.2f' % D('1.005'), '%s' % D('1.10')", "D('1.1').compare(D('1.2')), D('1').compare_total(D('1.0'))", "D('123').shift(2), D('12345').rotate(2)", "D('1').scaleb(3), D('1.5').fma(2, 3), D('1.5').copy_sign(D(-1))", "D('1.23').same_quantum(D('4.56'))", "D('9.99').next_plus(), D('1').next_minus()", "D('1.5').remainder_near(D(1))", "D('10').logical_and(D('11'))", "D(3).max(D(4)), D('NaN').max(D(1))", "getcontext().prec", "D('sNaN') + 1", "D('1e400') * D('1e400')", "D('1e999999') * 10", "D(10) ** 1000000", "D.from_float(1.5)", "D(True)", "D(None)", "D([1])", "D('1.5') > 'a'", "D('1') in [1]", "{D('1.0'): 1}[1]", "bool(D('0.0'))", "D('1.5').__round__(), D('1.55').__round__(1)", "D('-1.5').__floor__(), D('-1.5').__ceil__(), D('1.7').__trunc__()", "D('1234567890.123456789012345678901234567890') + 0", "D('0.1') + D('0.2') == D('0.3')", "complex(D('1.5'))", "repr(D('1.0')), D('1.0').__str__()", "D('1').quantize(D('1e-30'))", "D('١٢')"]:
    t(s)
with localcontext() as ctx:
    ctx.prec = 5
    print(D(1)/3, D('123456.789') + 0)
    ctx.rounding = ROUND_DOWN
    print(D(2)/3, ctx)
print(D(1)/3)
getcontext().prec = 6
print(D(22)/7)
c = Context(prec=3, rounding=ROUND_HALF_DOWN)
print(c.divide(D(1), D(3)), c.create_decimal('1.23456'), c)
getcontext().traps[Inexact] = True
try: D(1)/3
except Inexact as e: print(type(e), e)
getcontext().traps[Inexact] = False
getcontext().traps[DivisionByZero] = False
print(D(1)/0, getcontext().flags[DivisionByZero])
setcontext(Context(prec=28))
print(localcontext(prec=4).__enter__())
print(getcontext().clear_flags(), BasicContext.prec, ExtendedContext)
