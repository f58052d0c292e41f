"""Run on the "host" by the helper itself, see AZDESK_MACHINE in docs/link.md: dies where the test says.

``TEST_KILL`` is ``link`` or ``worker`` or ``both``, a colon, and the number of the change at which it is killed.
"""

import json
import os
import signal

START = os.getpid()


class Killing(Machine):  # type: ignore[name-defined]  # noqa: F821
    count = 0

    def note(self, action, path):
        who, _, number = os.environ.get("TEST_KILL", ":0").partition(":")
        if os.getpid() != START:
            self.count += 1
            if self.count == int(number):
                if who in ("link", "both"):
                    os.kill(START, signal.SIGKILL)
                if who in ("worker", "both"):
                    os.kill(os.getpid(), signal.SIGKILL)
                if who == "term":
                    os.kill(os.getpid(), signal.SIGTERM)

    def fsync(self, fd):
        pass

    def units(self, names):
        with open(self.root + "/units.json") as file:
            known = json.load(file)
        return {
            name: {"load": "loaded", "active": known.get(name, "inactive"), "enabled": "enabled"}
            for name in names
        }

    def run(self, argv, timeout, *, stop=None, environment=None, feed=b""):
        if argv[0] != "systemctl":
            return super().run(argv, timeout, stop=stop, environment=environment, feed=feed)
        with open(self.root + "/units.json") as file:
            known = json.load(file)
        if argv[1] in ("start", "restart"):
            known[argv[2]] = "active"
        elif argv[1] == "stop":
            known[argv[2]] = "inactive"
        with open(self.root + "/units.json.part", "w") as file:
            json.dump(known, file)
        os.replace(self.root + "/units.json.part", self.root + "/units.json")
        return Result()  # noqa: F821


def machine(root):
    return Killing(root)
