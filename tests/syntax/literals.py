0, 00, 1, 10_000, 0x_FF, 0Xdead_BEEF, 0o17, 0O7, 0b1010, 0B1
9223372036854775807, 9223372036854775808, 123456789012345678901234567890, 0xffffffffffffffffffff
1.0, 1., .5, 1e10, 1E-5, 1.5e+3, 1_0.0_1, 0.1, 1e400, 5e-324, 0e0, 09.5, 09e1, 00.5
1j, 2.5J, 1e3j, 0j, 09j
1if x else 2
1 .real
1..real
'', "", '''''', """"""
'a' "b" '''c''' """d"""
'it\'s', "say \"hi\"", 'back\\slash'
'\n\t\r\a\b\f\v\0\x41\101\u00e9\U0001F600\N{GREEK SMALL LETTER ALPHA}\N{LATIN SMALL LETTER E WITH ACUTE}'
'\d\w\ ', r'\n\d', R"\'", u'text', U"text"
b'bytes', B"\x00\xff\n\101", br'\x', rb'\x', Rb'\x', bR"""a
b"""
'''line one
line two \
still line two
"quotes" inside'''
"continued \
line"
('implicit '
 "concatenation"  # comment
 '''of three''')
'é', "日本語", '😀'
b'a' b"b"
