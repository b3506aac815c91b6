"""Measures one next of PyPI's cronsim and croniter; prints nanoseconds a call.

python3 -m venv .build/peers && .build/peers/bin/pip install cronsim croniter
.build/release/CronBenchmark .build/peers/bin/python
"""
import sys
import time
from datetime import datetime
from zoneinfo import ZoneInfo


def measure(name, make):
    """Calls for a tenth of a second, three times; the median. A library that cannot read the expression has no line."""
    rounds = []
    try:
        for _ in range(3):
            step, calls, begin = make(), 0, time.perf_counter()
            while time.perf_counter() - begin < 0.1:
                step()
                calls += 1
            rounds.append((time.perf_counter() - begin) / calls * 1e9)
    except Exception as problem:
        print(f"{name}: {problem}", file=sys.stderr)
        return
    print(name, sorted(rounds)[1])


def cronsim(text, start):
    from cronsim import CronSim

    found = iter(CronSim(text, start))
    return lambda: next(found)


def croniter(text, start):
    from croniter import croniter

    found = croniter(text, start, ret_type=datetime)
    return lambda: found.get_next(datetime)


expression, zone = sys.argv[1:3]
start = datetime(2026, 1, 1, tzinfo=ZoneInfo(zone))
measure("cronsim", lambda: cronsim(expression, start))
measure("croniter", lambda: croniter(expression, start))
