"""Measures scrapes of prometheus_client with the series of MetricsBenchmark.

Prints format, milliseconds, bytes and series.
"""
import os
import sys
import time

# Ours writes no such series, so that with them the two would not do the same work. It is read at the import.
os.environ["PROMETHEUS_DISABLE_CREATED_SERIES"] = "true"
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client import exposition
from prometheus_client.openmetrics import exposition as openmetrics

series = int(sys.argv[1])
registry = CollectorRegistry()
counters = Counter("jobs_total", "Jobs.", ["task"], registry=registry)
gauges = Gauge("job_age_seconds", "Age.", ["task"], registry=registry)
bounds = (0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60)
histograms = Histogram("job_duration_seconds", "Time.", ["task"], buckets=bounds, registry=registry)
for index in range(series // 20):
    counters.labels(f"task-{index}").inc(index * 7)
    gauges.labels(f"task-{index}").set(index * 1.37)
for index in range(series * 9 // 10 // 12):
    for value in range(20):
        histograms.labels(f"task-{index}").observe(value * index % 97 / 9)
for name, generate in (("text", exposition.generate_latest), ("openmetrics", openmetrics.generate_latest)):
    rounds = []
    for _ in range(11):
        begin = time.perf_counter()
        body = generate(registry)
        rounds.append((time.perf_counter() - begin) * 1000)
    lines = sum(1 for line in body.splitlines() if not line.startswith(b"#"))
    print(name, sorted(rounds)[5], len(body), lines)
