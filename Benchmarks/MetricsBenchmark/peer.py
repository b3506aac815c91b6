"""Measures scrapes of prometheus_client with the series of MetricsBenchmark.

usage: peer.py cells SERIES | rows DATABASE
Prints format, milliseconds, bytes and series.
"""
import os
import sqlite3
import sys
import time

# Ours writes no such series, so that with them the two would not do the same work. It is read at the import.
os.environ["PROMETHEUS_DISABLE_CREATED_SERIES"] = "true"
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client import exposition
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.openmetrics import exposition as openmetrics

registry = CollectorRegistry()


def fill_cells(series):
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


class Rows:
    """What rows tell of tasks and schedules, made anew for each scrape; without the slots ahead."""

    TASKS = """
        SELECT slug, task.createdAt / 1e3 AS created, 3600 AS timeout, lastSuccessAt / 1e3 AS success,
            coalesce(lastDuration, 0) / 1e3 AS duration, failuresInARow, 0 AS active, costUSD,
            succeeded, failed, cancelled, timedOut, lost
        FROM task LEFT JOIN taskFigures ON taskID = task.id WHERE deletedAt IS NULL
        """
    SCHEDULES = """
        SELECT slug, createdAt / 1e3 AS created, timesSetAt / 1e3 AS since, pausedAt IS NOT NULL AS paused,
            cursor / 1e3 AS next, 60 AS interval, expression, zone FROM schedule WHERE deletedAt IS NULL
        """

    def __init__(self, path):
        self.database = sqlite3.connect(path)
        self.database.row_factory = sqlite3.Row

    def collect(self):
        tasks = self.database.execute(self.TASKS).fetchall()
        for name in ("created", "timeout", "success", "duration", "failuresInARow", "active"):
            family = GaugeMetricFamily(f"task_{name.lower()}", "A.", labels=["task"])
            for row in tasks:
                if row[name] is not None:
                    family.add_metric([row["slug"]], row[name])
            yield family
        cost = CounterMetricFamily("task_cost_usd", "A.", labels=["task"])
        ended = CounterMetricFamily("task_runs_finished", "A.", labels=["task", "state"])
        for row in tasks:
            cost.add_metric([row["slug"]], row["costUSD"])
            for state in ("succeeded", "failed", "cancelled", "timedOut", "lost"):
                ended.add_metric([row["slug"], state], row[state])
        yield cost
        yield ended
        schedules = self.database.execute(self.SCHEDULES).fetchall()
        for name in ("created", "since", "paused", "next", "interval"):
            family = GaugeMetricFamily(f"schedule_{name}", "A.", labels=["schedule"])
            for row in schedules:
                family.add_metric([row["slug"]], row[name])
            yield family
        info = GaugeMetricFamily("schedule_info", "A.", labels=["schedule", "cron", "timezone"])
        for row in schedules:
            info.add_metric([row["slug"], row["expression"], row["zone"]], 1)
        yield info


if sys.argv[1] == "cells":
    fill_cells(int(sys.argv[2]))
else:
    registry.register(Rows(sys.argv[2]))
for name, generate in (("text", exposition.generate_latest), ("openmetrics", openmetrics.generate_latest)):
    rounds = []
    for _ in range(11):
        begin = time.perf_counter()
        body = generate(registry)
        rounds.append((time.perf_counter() - begin) * 1000)
    lines = sum(1 for line in body.splitlines() if not line.startswith(b"#"))
    print(name, sorted(rounds)[5], len(body), lines)
