"""Looks for boxes that overlap, and lines that cross boxes, in SVG diagrams: check_diagrams.py FILE.svg ..."""
import re,sys
for f in sys.argv[1:]:
    s=open(f).read()
    R=[tuple(map(float,m)) for m in re.findall(r'<rect x="([\d.-]+)" y="([\d.-]+)" width="([\d.]+)" height="([\d.]+)"',s)]
    bad=sum(1 for i,a in enumerate(R) for b in R[i+1:] if a[0]<b[0]+b[2] and b[0]<a[0]+a[2] and a[1]<b[1]+b[3] and b[1]<a[1]+a[3])
    W,H=map(float,re.search(r'viewBox="0 0 (\d+) (\d+)"',s).groups())
    out=sum(1 for a in R if a[0]<0 or a[1]<0 or a[0]+a[2]>W or a[1]+a[3]>H)
    hits=0; g=s[s.index('<g stroke-width'):s.index('</g>')]
    for d in re.findall(r'<path d="([^"]+)"><title>',g):
        nums=re.findall(r'([MLC])([^MLC]+)',d); cur=None; pts=[]
        for c,a in nums:
            v=[tuple(map(float,p.split(','))) for p in a.split()]
            if c=='C':
                for t in [i/20 for i in range(1,21)]:
                    u=1-t; pts.append(tuple(u**3*cur[k]+3*u*u*t*v[0][k]+3*u*t*t*v[1][k]+t**3*v[2][k] for k in (0,1)))
            elif c=='L' and cur:
                for t in [i/20 for i in range(1,21)]: pts.append(tuple(cur[k]+(v[0][k]-cur[k])*t for k in (0,1)))
            cur=v[-1]
        h={i for i,a in enumerate(R) for p in pts if a[0]+1<p[0]<a[0]+a[2]-1 and a[1]+1<p[1]<a[1]+a[3]-1}
        hits+=len(h)
    print(f,len(R),'boxes; overlapping',bad,'outside',out,'lines through boxes',hits)
