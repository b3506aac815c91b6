"""Makes the tables that DifferentialTests compares with; prints one row a line, fields between tabs.

generate.py SEED EXPRESSIONS        windows: what an expression fires in a few days around a change of clocks, or that it is rejected
                                    days: its first days anywhere in the calendar, in UTC
generate.py SEED EXPRESSIONS zones  offsets and names of every zone of the host

windows <TAB> EXPRESSION <TAB> ZONE <TAB> AFTER <TAB> UNTIL <TAB> INSTANT,INSTANT,…
days    <TAB> EXPRESSION <TAB> UTC  <TAB> AFTER <TAB>       <TAB> INSTANT,INSTANT,…     the first three; fewer: never again
bad     <TAB> EXPRESSION
never   <TAB> EXPRESSION
zone    <TAB> ZONE <TAB> INSTANT:OFFSET:NAME,…
"""
import multiprocessing
import os
import random
import sys
from datetime import date, datetime, timedelta, timezone

os.environ["PYTHONTZPATH"] = "/usr/share/zoneinfo"
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
import refcron  # noqa: E402
from zoneinfo import ZoneInfo  # noqa: E402

UTC = timezone.utc
ZONES = """America/New_York Europe/Berlin Europe/London Australia/Lord_Howe America/Sao_Paulo Pacific/Apia Asia/Tehran
Africa/Cairo Africa/Casablanca Europe/Dublin Antarctica/Troll Asia/Kolkata Asia/Kathmandu Pacific/Chatham America/Havana
America/Santiago UTC Australia/Sydney America/St_Johns Asia/Beirut Asia/Gaza America/Nuuk America/Caracas
Asia/Pyongyang Antarctica/Casey""".split()
YEARS = [1995, 2008, 2011, 2016, 2018, 2022, 2025, 2026, 2027, 2036, 2038, 2061, 2399]
NAMES = {3: list(refcron.MON), 4: list(refcron.DOW)}


def changes():
    """(zone, instant) of changes of the offset, both ways, of several years; for zones without any, new year.

    Changes of two hours and more are rare and there eight times."""
    found = []
    for name in ZONES:
        zone, mine = ZoneInfo(name), []
        for year in YEARS:
            start = datetime(year, 1, 1, tzinfo=UTC)
            for day in range(366):
                before = start + timedelta(days=day)
                change = (before + timedelta(days=1)).astimezone(zone).utcoffset() - before.astimezone(zone).utcoffset()
                if change:
                    mine += [before + timedelta(hours=12)] * (8 if abs(change) >= timedelta(hours=2) else 1)
        found += [(name, instant) for instant in mine or [datetime(2026, 1, 1, tzinfo=UTC)]]
    return found


def value(r, i):
    _, low, high = refcron.LIM[i]
    if i == 1 and r.random() < 0.6:
        return str(r.randint(0, 4))
    if i == 0 and r.random() < 0.4:
        return r.choice(["0", "15", "30", "45", "59"])
    if i in NAMES and r.random() < 0.3:
        name = r.choice(NAMES[i])
        return r.choice([name, name.lower(), name.title()])
    number = str(r.randint(low, high))
    return "0" + number if r.random() < 0.03 else number


def step(r):
    return r.choice(["", "", "/1", "/2", "/3", "/5", "/7", "/15", "/20", "/30", "/90"])


def item(r, i):
    dice = r.random()
    if dice < 0.12:
        return "*" + step(r)
    if i == 2 and dice < 0.2:
        return r.choice(["L", "LW", "l", "lw"])
    if i == 4 and dice < 0.3:
        return value(r, i) + r.choice(["L", "#1", "#2", "#3", "#4", "#5", "l"])
    if dice < 0.6:
        return value(r, i)
    if dice < 0.7:
        return value(r, i) + step(r)
    if i == 4:
        return f"{value(r, i)}-{r.choice(['0', '7', 'SUN', value(r, i), '6'])}" + step(r)
    _, low, high = refcron.LIM[i]
    start = r.randint(low, min(high, 4) if i == 1 else high)
    end = r.randint(start, high)
    if i == 3 and r.random() < 0.3:
        return f"{NAMES[3][start - 1]}-{NAMES[3][end - 1]}" + step(r)
    return f"{start}-{end}" + step(r)


def field(r, i, wild):
    if r.random() < wild:
        return "?" if i in (2, 4) and r.random() < 0.15 else "*"
    return ",".join(item(r, i) for _ in range(r.choice([1, 1, 1, 1, 2, 3])))


MUTATIONS = list(" ,-/*?#LWH_+0123456789") + ["60", "24", "32", "13", "8", "\u0661", "MONDAY", "--", ",,", "//", "15W", "L-3"]


def expression(r):
    if r.random() < 0.02:
        return r.choice(list(refcron.MACRO) + ["@Daily", "@HOURLY"])
    fields = [field(r, i, w) for i, w in enumerate([0.2, 0.3, 0.55, 0.7, 0.55])]
    text = (r.choice(["  ", " "]) if r.random() < 0.05 else " ").join(fields)
    if r.random() < 0.2:
        for _ in range(r.choice([1, 1, 2])):
            place = r.randrange(len(text) + 1)
            text = text[:place] + r.choice(MUTATIONS) + text[place + r.choice([0, 1]):]
        if "H" in text.upper().replace("THU", "").replace("MARCH", ""):  # H has tables of its own
            text = text.replace("H", "9").replace("h", "9")
    return text


def fires_somewhere(rule):
    day = date(2000, 1, 1)
    for offset in range(146097):
        if refcron.day_ok(rule, datetime.combine(day + timedelta(days=offset), datetime.min.time())):
            return True
    return False


def stamp(instant):
    return str(int(instant.timestamp()))


def rows(work):
    seed, number, where = work
    r = random.Random(f"{seed}/{number}")
    text = expression(r)
    try:
        rule = refcron.parse(text)
    except refcron.Bad as bad:
        never = str(bad).startswith("never")
        return [f"{'never' if never else 'bad'}\t{text}"]
    if not fires_somewhere(rule):
        return [f"never\t{text}"]
    zone, change = where
    after = change - timedelta(minutes=r.randint(600, 1900))
    until = change + timedelta(minutes=r.randint(600, 1900))
    fired = refcron.fires(text, zone, after, until)
    out = [f"windows\t{text}\t{zone}\t{stamp(after)}\t{stamp(until)}\t{','.join(map(stamp, fired))}"]
    if number % 2 == 0:
        out.append(far_days(r, text, rule))
    return out


def far_days(r, text, rule):
    after = datetime(r.randint(1970, 2450), r.randint(1, 12), r.randint(1, 28), r.randint(0, 23), r.randint(0, 59), tzinfo=UTC)
    day, found = after.replace(hour=0, minute=0), []
    for _ in range(150_000):
        if len(found) == 3:
            break
        if refcron.day_ok(rule, day.replace(tzinfo=None)):
            for hour in sorted(rule["f"][1][0]):
                for minute in sorted(rule["f"][0][0]):
                    instant = day.replace(hour=hour, minute=minute)
                    if instant > after and len(found) < 3:
                        found.append(instant)
        day += timedelta(days=1)
    return f"days\t{text}\tUTC\t{stamp(after)}\t\t{','.join(map(stamp, found))}"


def zone_row(r, name):
    zone, samples = ZoneInfo(name), []
    moments = [r.randint(-1_500_000_000, 20_000_000_000) for _ in range(60)] + [r.randint(0, 2_200_000_000) for _ in range(60)]
    for moment in moments:
        local = datetime.fromtimestamp(moment, UTC).astimezone(zone)
        samples.append(f"{moment}:{int(local.utcoffset().total_seconds())}:{local.tzname()}")
    return f"zone\t{name}\t{','.join(samples)}"


def zone_names():
    with open("/usr/share/zoneinfo/tzdata.zi") as file:
        lines = [line.split() for line in file]
    names = [line[1] for line in lines if line and line[0] == "Z"] + [line[2] for line in lines if line and line[0] == "L"]
    return sorted(name for name in set(names) if os.path.isfile(f"/usr/share/zoneinfo/{name}"))


def main():
    seed, count = sys.argv[1], int(sys.argv[2])
    if sys.argv[3:] == ["zones"]:
        r = random.Random(seed)
        print("\n".join(zone_row(r, name) for name in zone_names()))
        return
    r = random.Random(seed)
    places = changes()
    r.shuffle(places)
    work = [(seed, number, places[number % len(places)]) for number in range(count)]
    # Closed and joined, not terminated: the process that started this one may have its signals blocked.
    pool = multiprocessing.Pool(2)
    for lines in pool.imap(rows, work, chunksize=20):
        print("\n".join(lines))
    pool.close()
    pool.join()


if __name__ == "__main__":
    main()
