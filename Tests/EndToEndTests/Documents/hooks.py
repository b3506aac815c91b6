"""Has most calls name what is there, so that they reach further than "not found".

KNOWN is JSON: ids by the first part of a procedure's name, and a repository.
"""

import json
import os
import zlib

import schemathesis

KNOWN = json.loads(os.environ["KNOWN"])
GROUPS = {"taskId": "tasks", "task": "tasks", "scheduleId": "schedules", "runId": "runs"}
EXPRESSIONS = ["* * * * *", "H H * * *", "0 9 * * mon-fri", "@hourly", "30 2 31 * *", "TZ=Asia/Tokyo 0 0 * * *"]


def known(key, group, number):
    if key == "repository":
        return KNOWN["repository"]
    if key == "expression":
        return EXPRESSIONS[number % len(EXPRESSIONS)]
    ids = KNOWN.get(GROUPS.get(key, group if key == "id" else ""), [])
    return ids[number % len(ids)] if ids else None


def named(value, group, number):
    if not isinstance(value, dict):
        return value
    return {key: known(key, group, number) or old for key, old in value.items()}


@schemathesis.hook
def filter_case(context, case):
    # A head that is larger than the library of HTTP takes is answered before any of the service's.
    return len(json.dumps(case.query, default=str)) < 40_000


@schemathesis.hook
def before_call(context, case, kwargs):
    # What is wrong on purpose stays as it is, and so does every third call.
    if case.meta is None or case.meta.generation.mode.is_negative:
        return
    group = case.path.split("/")[-1].split(".")[0]
    number = zlib.crc32(repr((case.path, case.query, case.body)).encode())
    if number % 3 == 0:
        return
    if "{id}" in case.path:
        case.path_parameters["id"] = known("id", "runs", number)
    elif case.method.upper() == "POST":
        case.body = named(case.body, group, number)
    elif case.query and "input" in case.query:
        text = case.query["input"]
        value = json.loads(text) if isinstance(text, str) else text
        case.query["input"] = json.dumps(named(value, group, number))
