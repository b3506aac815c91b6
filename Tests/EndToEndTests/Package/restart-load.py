"""Sends requests to the service at a steady rate while a command is run again and again; prints what became of them.

usage: restart-load.py SOCKET RATE TIMES COMMAND...

Half of the clients come by TCP and half by the unix socket; half keep their connections and half make one for each
request; every second request makes a task. A client on a kept connection does what HTTP lets it do: it looks whether the
connection was closed before it sends, and when one is closed without a byte of an answer it asks once more on a new one.
"""

import http.client
import json
import select
import socket
import subprocess
import sys
import threading
import time
import urllib.parse

SOCKET, RATE, TIMES, COMMAND = sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]
CLIENTS = 16
UNANSWERED = (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError)
lock = threading.Lock()
over = threading.Event()
told = {
    "answered": 0, "refused": [], "lost": [], "created": [], "asked again": [], "closed before": 0, "told to close": 0,
    "slowest": 0.0, "seconds": 0.0,
}


class Connection(http.client.HTTPConnection):
    def __init__(self, by_tcp):
        super().__init__("localhost", timeout=60)
        self.by_tcp = by_tcp

    def connect(self):
        if self.by_tcp:
            self.sock = socket.create_connection(("127.0.0.1", 4000), timeout=60)
        else:
            self.sock = socket.socket(socket.AF_UNIX)
            self.sock.settimeout(60)
            self.sock.connect(SOCKET)

    def was_closed(self):
        return self.sock is not None and bool(select.select([self.sock], [], [], 0)[0])


class Client(threading.Thread):
    def __init__(self, number):
        super().__init__()
        self.number = number
        self.keeps = number % 4 < 2
        self.connection = Connection(by_tcp=number % 2 == 0)

    def run(self):
        due, count = time.monotonic() + self.number / RATE, 0
        while not over.is_set():
            time.sleep(max(0, due - time.monotonic()))
            due += CLIENTS / RATE
            count += 1
            self.ask(f"client {self.number} request {count}" if count % 2 else None, due - CLIENTS / RATE)
        self.connection.close()

    def ask(self, name, due):
        if self.keeps and self.connection.was_closed():
            self.connection.close()
            self.count("closed before")
        was_kept = self.connection.sock is not None
        if not was_kept and not self.connected(name):
            return
        try:
            self.answer(name)
        except UNANSWERED as error:
            self.connection.close()
            if not was_kept:
                return self.note("lost", f"{name}: {error!r}")
            self.note("asked again", name)
            if self.connected(name):
                try:
                    self.answer(name)
                except Exception as error:
                    self.connection.close()
                    return self.note("lost", f"{name}: {error!r}")
        except Exception as error:
            self.connection.close()
            return self.note("lost", f"{name}: {error!r}")
        with lock:
            told["answered"] += 1
            told["slowest"] = max(told["slowest"], time.monotonic() - due)

    def connected(self, name):
        try:
            self.connection.connect()
            return True
        except OSError as error:
            self.connection.close()
            self.note("refused", f"{name}: {error!r}")
            return False

    def answer(self, name):
        headers = {} if self.keeps else {"Connection": "close"}
        if name:
            steps = [{"instructions": "Nothing.", "checks": ""}]
            body = json.dumps({"name": name, "settings": {}, "steps": steps})
            self.connection.request(
                "POST", "/trpc/tasks.create", body, headers | {"Content-Type": "application/json"}
            )
        else:
            text = urllib.parse.quote(json.dumps({"limit": 10}))
            self.connection.request("GET", f"/trpc/runs.list?input={text}", headers=headers)
        response = self.connection.getresponse()
        closes = response.getheader("connection", "").lower() == "close"
        body = response.read()
        if response.status != 200:
            raise ValueError(f"{response.status} {body[:200]!r}")
        if name:
            self.note("created", name)
        if closes and self.keeps:
            self.count("told to close")
        if closes or not self.keeps:
            self.connection.close()

    def note(self, key, value):
        with lock:
            told[key].append(value)

    def count(self, key):
        with lock:
            told[key] += 1


def wait_for(count):
    while told["answered"] < count and not told["lost"] and not told["refused"]:
        time.sleep(0.02)


began = time.monotonic()
clients = [Client(number) for number in range(CLIENTS)]
for client in clients:
    client.start()
try:
    for _ in range(TIMES):
        wait_for(told["answered"] + int(RATE / 2))
        subprocess.run(COMMAND, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    wait_for(told["answered"] + int(RATE / 2))
finally:
    over.set()
    for client in clients:
        client.join()
told["seconds"] = time.monotonic() - began
print(json.dumps(told))
