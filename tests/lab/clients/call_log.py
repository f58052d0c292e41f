"""Runs ON a host: makes calls through Asterisk's manager interface and notes each step that a channel carries out.

``python3 call_log.py FOLDER``: FOLDER/jobs.json is a list of {"id", "channel", "caller"}; FOLDER/ready appears when it listens, FOLDER/go lets it
begin, FOLDER/done appears when all were made, and
once FOLDER/stop is there, FOLDER/events.json has [caller, channel, context, exten, priority, app, data] of each step.
"""

import json
import os
import socket
import sys
import time

AT_ONCE = 24
SECRET = "nothing-to-hide"


class Manager:
    def __init__(self):
        self.socket = socket.create_connection(("127.0.0.1", 5038), timeout=10)
        self.socket.recv(200)
        self.rest = b""
        self.send(Action="Login", Username="calls", Secret=SECRET)

    def send(self, **fields):
        text = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        self.socket.sendall(f"{text}\r\n".encode())

    def messages(self, wait):
        """All messages that come within some seconds."""
        self.socket.settimeout(wait)
        try:
            data = self.socket.recv(1 << 20)
        except (TimeoutError, socket.timeout):  # noqa: UP041 - Python 3.9 tells them apart
            return
        if not data:
            raise SystemExit("the manager interface has hung up")
        *whole, self.rest = (self.rest + data).split(b"\r\n\r\n")
        for one in whole:
            fields = {}
            for line in one.decode("utf-8", "replace").split("\r\n"):
                name, _, value = line.partition(": ")
                fields[name] = value
            yield fields


def main(folder):
    jobs = json.load(open(f"{folder}/jobs.json"))
    manager, events, under_way, done = Manager(), [], set(), False
    # Both hosts listen before either makes a call.
    open(f"{folder}/ready", "w").close()
    while not os.path.exists(f"{folder}/go"):
        time.sleep(0.02)
    deadline = time.monotonic() + 900
    while time.monotonic() < deadline:
        while jobs and len(under_way) < AT_ONCE:
            job = jobs.pop()
            under_way.add(job["id"])
            manager.send(
                Action="Originate", ActionID=job["id"], Channel=job["channel"], CallerID=job["caller"],
                Application="Wait", Data="1", Timeout="8000", Async="true",
            )  # fmt: skip
        for message in manager.messages(0.2):
            kind = message.get("Event")
            if kind == "Newexten":
                names = (
                    "CallerIDNum",
                    "Channel",
                    "Context",
                    "Extension",
                    "Priority",
                    "Application",
                    "AppData",
                )
                events.append([message.get(name, "") for name in names])
            elif kind == "OriginateResponse":
                under_way.discard(message.get("ActionID"))
        if not jobs and not under_way and not done:
            done = True
            open(f"{folder}/done", "w").close()
        if os.path.exists(f"{folder}/stop"):
            break
    with open(f"{folder}/events.json", "w") as out:
        json.dump(events, out)


main(sys.argv[1])
