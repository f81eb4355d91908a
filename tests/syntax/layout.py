# a comment first


if a:
  # deeper comment
      # odd comment
  b

  c  # trailing
# at the margin
  d;
else: e; f;

if a:
	b
	if c:
		d
e
x = (1 +
  2
    # inside

  + 3)
y = 1 + \
    2
z = [

    1,
]
def f(
    a,
    b=1,  # why
): return a
class A:
    x = 1



    y = 2
    
  
if a:
    if b:
        if c:
            d
    e
f

if x:
    """
string at the margin
    """
    y

for x in y: z
while x: y; z
  # last comment, indented