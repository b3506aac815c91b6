# Kept as it came from the project's shared facts (oracles/refcron.py), where it agreed with the Debian cron binary on 780
# random expressions over 13 daylight-saving windows; nothing below this line is changed.
"""Brute-force reference for the PROPOSED dialect (minute-by-minute; slow, obvious, meant only as a test oracle)."""
import re, calendar, hashlib
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo
UTC=timezone.utc
MON={n:i+1 for i,n in enumerate("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split())}
DOW={n:i for i,n in enumerate("SUN MON TUE WED THU FRI SAT".split())}
MACRO={"@yearly":"0 0 1 1 *","@annually":"0 0 1 1 *","@monthly":"0 0 1 * *","@weekly":"0 0 * * 0","@daily":"0 0 * * *","@midnight":"0 0 * * *","@hourly":"0 * * * *"}
class Bad(Exception): pass
LIM=[("minute",0,59),("hour",0,23),("day-of-month",1,31),("month",1,12),("day-of-week",0,7)]
def num(s,names,lo,hi,f):
    u=s.upper()
    if names and u in names: return names[u]
    if not re.fullmatch(r"[0-9]{1,4}",s): raise Bad(f"Bad {f}: {s!r}")
    v=int(s)
    if not lo<=v<=hi: raise Bad(f"Bad {f}: {v} not in {lo}-{hi}")
    return v
def parse_field(i,s):
    f,lo,hi=LIM[i]; names=MON if i==3 else DOW if i==4 else None
    if s=="?":
        if i not in(2,4): raise Bad(f"Bad {f}: ?")
        s="*"
    out=set(); special=[]
    for term in s.split(","):
        if term=="" : raise Bad(f"Bad {f}: empty list item")
        up=term.upper()
        if i==2 and up=="L": special.append(("L",)); continue
        if i==2 and up=="LW": special.append(("LW",)); continue
        if i==4 and (m:=re.fullmatch(r"([0-7]|SUN|MON|TUE|WED|THU|FRI|SAT)L",up)): special.append(("dL",num(m[1],DOW,0,7,f)%7)); continue
        if i==4 and (m:=re.fullmatch(r"([0-7]|SUN|MON|TUE|WED|THU|FRI|SAT)#([1-5])",up)): special.append(("#",num(m[1],DOW,0,7,f)%7,int(m[2]))); continue
        step=1; body=term; has=False
        if "/" in term:
            body,_,st=term.partition("/"); has=True
            if not re.fullmatch(r"[0-9]{1,4}",st) or int(st)==0: raise Bad(f"Bad {f}: step {st!r}")
            step=int(st)
        top=6 if i==4 else hi
        if body=="*": a,b=lo,top
        elif "-" in body:
            x,_,y=body.partition("-"); a=num(x,names,lo,hi,f); b=num(y,names,lo,hi,f)
            if i==4 and b==0 and a>0: b=7            # FRI-SUN, 5-0
            if b<a: raise Bad(f"Bad {f}: range {body} runs backwards")
        else:
            a=num(body,names,lo,hi,f); b=top if has else a
            if has and a>b: b=a
        out|=set(range(a,b+1,step))
    if i==4: out={v%7 for v in out}
    return out,special
def parse(expr):
    e=expr.strip()
    if e.lower() in MACRO: e=MACRO[e.lower()]
    p=e.split()
    if len(p)!=5: raise Bad(f"expected 5 fields, got {len(p)}")
    fs=[parse_field(i,s) for i,s in enumerate(p)]
    star=lambda s:s[0] in "*?"
    r=dict(f=fs,and_=star(p[2]) or star(p[4]),wild=p[0][0]=="*" or p[1][0]=="*")
    dom,dsp=fs[2]
    if r["and_"] and not dsp and dom and min(dom)>max(28 if m==0 else [31,29,31,30,31,30,31,31,30,31,30,31][m-1] for m in fs[3][0]): raise Bad("never fires: no such day in those months")
    return r
def day_ok(r,d):
    (dom,dsp),(mo,_),(dw,wsp)=r["f"][2],r["f"][3],r["f"][4]
    if d.month not in mo: return False
    last=calendar.monthrange(d.year,d.month)[1]; wd=(d.weekday()+1)%7
    A=d.day in dom
    for s in dsp:
        if s[0]=="L": A|=d.day==last
        else:
            lw=last; 
            while datetime(d.year,d.month,lw).weekday()>4: lw-=1
            A|=d.day==lw
    B=wd in dw
    for s in wsp:
        if s[0]=="dL": B|=wd==s[1] and d.day+7>last
        else: B|=wd==s[1] and (d.day+6)//7==s[2]
    return (A and B) if r["and_"] else (A or B)
def match(r,l): return l.minute in r["f"][0][0] and l.hour in r["f"][1][0] and day_ok(r,l)
def fires(expr,tz,a,b,limit=None):
    """all fire instants in (a,b], a,b aware; returns aware UTC datetimes"""
    r=parse(expr); z=ZoneInfo(tz); t=a.astimezone(UTC).replace(second=0,microsecond=0); out=[]
    prev=t.astimezone(z)
    while True:
        t+=timedelta(minutes=1)
        if t>b.astimezone(UTC): return out
        l=t.astimezone(z); nl=l.replace(tzinfo=None); pl=prev.replace(tzinfo=None); hit=False
        if r["wild"]: hit=match(r,nl)
        else:
            v=pl+timedelta(minutes=1)
            if nl-v>timedelta(0) and nl-v<=timedelta(hours=3):   # gap: one catch-up, at the first instant after it
                while v<nl and not hit: hit=match(r,v); v+=timedelta(minutes=1)
            if not hit: hit=match(r,nl) and l.fold==0            # overlap: only the first copy
        if hit:
            out.append(t)
            if limit and len(out)>=limit: return out
        prev=l
