"""The peer of ScheduleBenchmark: APScheduler with a job store in SQLite, told never to drop a late job.

usage: peers.py COUNT...; each COUNT of jobs is due at the next full minute; prints how late they began.
"""
import sys
import tempfile
import threading
import time
from datetime import datetime

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler

late = []
lock = threading.Lock()


def job():
    now = time.time()
    with lock:
        late.append(now % 60)


def measure(count):
    late.clear()
    with tempfile.TemporaryDirectory() as folder:
        scheduler = BackgroundScheduler(
            jobstores={"default": SQLAlchemyJobStore(url=f"sqlite:///{folder}/jobs.sqlite")},
            executors={"default": ThreadPoolExecutor(20)},
            job_defaults={"misfire_grace_time": None, "coalesce": True},
        )
        for number in range(count):
            scheduler.add_job("__main__:job", "cron", minute="*", id=str(number))
        # Away from the full minute, so that the start is not part of it.
        while datetime.now().second > 45:
            time.sleep(1)
        scheduler.start()
        began = time.time()
        while len(late) < count and time.time() - began < 150:
            time.sleep(0.1)
        scheduler.shutdown(wait=False)
    late.sort()
    if late:
        print(f"APScheduler: {count} due at once   p50 {late[len(late) // 2] * 1000:.0f} ms   "
              f"p99 {late[int(len(late) * 0.99)] * 1000:.0f} ms   {len(late)} of {count} ran", flush=True)


for argument in sys.argv[1:]:
    measure(int(argument))
