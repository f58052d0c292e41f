"""Asterisk's calls and phones as they come and go: its events, folded into what has changed since the last word.

Asterisk pushes an event for everything that happens to a channel, a busy one hundreds in a second. They end here: what goes
over the link are the rows that are other than before, at most every `interval` seconds and never before the last ones have gone,
so that a slow link gets fewer words and not a queue of old ones.

Seen in the lab (22.10): a phone that registers is told by ContactStatus, without its address, client and end: those stand in Asterisk's
database, under the MD5 sum of its URI. Right after the login an account that may read ``system`` hears FullyBooted; numbers that nobody knows are
``<unknown>``; a variable that is not set is ``(null)`` in Status; ``Status`` and ``CoreShowChannels`` are allowed to ``reporting``.
"""

from __future__ import annotations

import json
import re
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from hashlib import md5
    from typing import Any, Protocol

    Fields = dict[str, str]
    Row = dict[str, Any]

    class Talk(Protocol):
        """A login at the manager interface that hears events."""

        def send(self, *actions: Sequence[Sequence[str]]) -> None: ...
        def hear(self, seconds: float) -> Fields | None:
            """The next message; None if none comes in that time."""

        def close(self) -> None: ...

else:
    try:
        from _md5 import md5
    except ImportError:
        from hashlib import md5

INTERVAL = 0.25
"""Seconds between two words at the earliest."""
SIGN = 10.0
"""Seconds after which there is a word even if nothing has changed."""
SILENCE = 30.0
"""Seconds without anything from Asterisk after which it is given up; it is asked before."""
PATIENCE = 10.0
"""Seconds for the answers to the first questions."""
DEAF = 3.0
"""Seconds after which an account that has heard no event at all is taken for one that may hear none."""
MOST = 20_000
"""Channels and phones that are kept, each: more are not shown."""
ASKED = 200
"""Channels whose codec, and phones whose address, are asked for at one time."""
ASK_AGAIN = 30.0
"""Seconds after which a phone whose time is up is asked for once more."""
TRUNKS = "az-"
"""What names of trunks begin with: their contacts are no phones."""
_VARIABLES = {"PJSIP": "MIXMONITOR_FILENAME,CHANNEL(pjsip,call-id)", "SIP": "MIXMONITOR_FILENAME,SIPCALLID"}
# CHANNEL(pjsip,…) of another kind of channel would put a warning into Asterisk's log each time.
_OTHER = "MIXMONITOR_FILENAME"
_NEW_TREE, _OLD_TREE = "/registrar/contact/", "/SIP/Registry/"
_CREATED = re.compile(r"(\d{9,})\.\d+$")
_OLD = re.compile(r"(\[[^]]+\]|[^:]+):(\d+):(\d+):([^:]*)(?::(.*))?")
_GONE = ("Removed", "Unregistered")
_REACHABLE = {
    "Reachable": True, "Registered": True, "Lagged": True, "Unreachable": False, "NonQualified": None, "Created": None,
}  # fmt: skip


class Table:
    """What there is, and which rows of it have changed. No I/O here.

    Channels have Asterisk's unique id as their key, contacts of PJSIP ``<account> <uri>``, phones of chan_sip ``SIP/<account>``.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self.channels: dict[str, Row] = {}
        self.contacts: dict[str, Row] = {}
        self._now = now
        self._changed: dict[str, set[str]] = {"channels": set(), "contacts": set()}
        self._stirred: set[str] = set()
        self.following = False
        """Whether all that was there before is known: whoever comes now has just come."""
        self.heard = False
        """Whether there was any event that was not asked for."""

    def take(self, event: Fields) -> None:
        """Fold one event in."""
        kind = event.get("Event", "")
        if event.get("Privilege") and kind != "Status":
            self.heard = True
        if kind in ("Newchannel", "CoreShowChannel"):
            self._channel(event, full=True)
        elif kind == "Status":
            self._channel(event, full=False)
            self._status(event)
        elif kind in ("Newstate", "NewCallerid", "NewConnectedLine", "BridgeEnter", "BridgeLeave", "Rename"):
            self._channel(event, full=False)
            row = self.channels.get(event.get("Uniqueid", ""))
            if row is not None and kind in ("BridgeEnter", "BridgeLeave"):
                self._set(
                    "channels", row, bridge=event.get("BridgeUniqueid", "") if kind == "BridgeEnter" else ""
                )
            elif row is not None and kind == "Rename":
                self._set("channels", row, name=event.get("Newname", ""))
        elif kind in ("MixMonitorStart", "MixMonitorStop"):
            row = self.channels.get(event.get("Uniqueid", ""))
            if row is not None:
                self._set("channels", row, recorded=kind == "MixMonitorStart")
        elif kind == "Hangup":
            self._drop("channels", event.get("Uniqueid", ""))
        elif kind == "ContactStatus":
            self._contact(event)
        elif kind == "PeerStatus" and event.get("ChannelType") == "SIP":
            self._peer(event)
        elif kind == "Registry":
            self._stirred.add("registrations")
        elif kind == "DBGetTreeResponse":
            self._stored(event.get("Key", ""), event.get("Val", ""))
        elif kind == "DBGetResponse":
            self._stored("/%s/%s" % (event.get("Family", ""), event.get("Key", "")), event.get("Val", ""))

    def unknown(self) -> list[Row]:
        """Channels of which it is not known yet what only a question tells: codec, Call-ID, number dialled."""
        found = [row for row in self.channels.values() if not row["asked"] and row["state"] == "Up"]
        for row in found[:ASKED]:
            row["asked"] = True
        return found[:ASKED]

    def unknown_phones(self) -> list[str]:
        """Keys in Asterisk's database of phones of which more is known there: those that are new, and those whose time is up."""
        now, found = self._now(), []
        for row in list(self.contacts.values()):
            due = not row["address"] if not row["asked"] else row["until"] and row["until"] < now
            if due and row["asked"] + ASK_AGAIN < now and not row["account"].startswith(TRUNKS):
                row["asked"] = now
                uri = str(row["contact"]).encode("utf-8", "surrogateescape")
                found.append("%s;@%s" % (row["account"], md5(uri).hexdigest()))
                if len(found) >= ASKED:
                    break
        return found

    @property
    def changed(self) -> bool:
        """Whether there are news."""
        return any(self._changed.values()) or bool(self._stirred)

    def news(self) -> Row:
        """Rows that have changed since the last time, and keys that are gone; empty: nothing."""
        told: Row = {}
        for name, keys in self._changed.items():
            table = self.channels if name == "channels" else self.contacts
            changed = {key: table[key] for key in keys if key in table}
            gone = sorted(key for key in keys if key not in table)
            if changed:
                told[name] = {key: _shown(row) for key, row in changed.items()}
            if gone:
                told["gone-" + name] = gone
            keys.clear()
        if self._stirred:
            told["stirred"] = sorted(self._stirred)
            self._stirred.clear()
        return told

    def _set(self, table: str, row: Row, **values: Any) -> None:
        if any(row.get(name) != value for name, value in values.items()):
            row.update(values)
            self._changed[table].add(row["key"])

    def _drop(self, table: str, key: str) -> None:
        if (self.channels if table == "channels" else self.contacts).pop(key, None) is not None:
            self._changed[table].add(key)

    def _channel(self, event: Fields, *, full: bool) -> None:
        key = event.get("Uniqueid", "")
        row = self.channels.get(key)
        if row is None:
            if not key or not full or len(self.channels) >= MOST:
                return
            created = _CREATED.search(key)
            row = self.channels[key] = {
                "key": key,
                "since": float(created.group(1)) if created else self._now(),
                "dialled": event.get("Exten", ""),
                "context": event.get("Context", ""),
                "bridge": event.get("BridgeId", ""),
                "recorded": False, "codec": "", "sip": "", "asked": False, "app": "",
            }  # fmt: skip
            self._changed["channels"].add(key)
        values: Row = {
            "name": event.get("Channel", row.get("name", "")),
            "linked": event.get("Linkedid", key),
            "state": event.get("ChannelStateDesc", row.get("state", "")),
        }
        for name, field in _PEOPLE:
            if field in event:
                values[name] = "" if event[field] == "<unknown>" else event[field]
        if event.get("Application"):
            values["app"] = event["Application"]
        self._set("channels", row, **values)

    def _status(self, event: Fields) -> None:
        row = self.channels.get(event.get("Uniqueid", ""))
        if row is None:
            return
        given = dict(line.partition("=")[::2] for line in event.get("Variable", "").split("\n"))
        given = {name: "" if value == "(null)" else value for name, value in given.items()}
        self._set(
            "channels",
            row,
            codec=event.get("Nativeformats", "").strip("()").replace("|", ","),
            sip=given.get("CHANNEL(pjsip,call-id)", "") or given.get("SIPCALLID", ""),
            recorded=bool(row["recorded"] or given.get("MIXMONITOR_FILENAME")),
            # Where the dial plan has jumped since, this still is what was dialled.
            dialled=event.get("DNID", "") or row["dialled"],
        )

    def _contact(self, event: Fields) -> None:
        """A phone of PJSIP, or the other side of a trunk: they are told apart by their names."""
        account, uri = event.get("AOR", ""), event.get("URI", "")
        key = "%s %s" % (account, uri)
        status = event.get("ContactStatus", "")
        if status in _GONE:
            self._drop("contacts", key)
            return
        row = self._phone(key, account)
        if row is None:
            return
        values: Row = {"contact": uri, "reachable": _REACHABLE.get(status, row["reachable"])}
        micro = event.get("RoundtripUsec", "")
        if micro.isdigit():
            values["milliseconds"] = int(micro) / 1000.0
        if event.get("UserAgent"):
            values["client"] = event["UserAgent"]
        if event.get("RegExpire", "").isdigit():
            values["until"] = float(event["RegExpire"])
        if event.get("ViaAddress"):
            values["address"] = event["ViaAddress"]
        self._set("contacts", row, **values)

    def _peer(self, event: Fields) -> None:
        """chan_sip: one phone for each account, of which it says little."""
        account, status = event.get("Peer", "").partition("/")[2], event.get("PeerStatus", "")
        key = "SIP/" + account
        if status in _GONE:
            self._drop("contacts", key)
            return
        row = self._phone(key, account)
        if row is None:
            return
        values: Row = {"reachable": _REACHABLE.get(status)}
        if event.get("Time", "").isdigit():
            values["milliseconds"] = float(event["Time"])
        if event.get("Address"):
            values["address"] = event["Address"]
            values["contact"] = "sip:%s@%s" % (account, event["Address"])
        self._set("contacts", row, **values)

    def _stored(self, key: str, value: str) -> None:
        """A phone of Asterisk's own database."""
        if key.startswith(_OLD_TREE):
            found, account = _OLD.match(value), key[len(_OLD_TREE) :]
            row = self._phone("SIP/" + account, account) if found else None
            if found and row is not None:
                place = "%s:%s" % (found.group(1), found.group(2))
                self._set(
                    "contacts", row, address=place, contact=found.group(5) or "sip:%s@%s" % (account, place)
                )
        elif key.startswith(_NEW_TREE):
            try:
                held = json.loads(value)
                uri, until = str(held["uri"]), float(held.get("expiration_time") or 0)
            except (ValueError, TypeError, KeyError, AttributeError):
                return
            if until and until <= self._now():
                return
            account = key[len(_NEW_TREE) :].partition(";")[0]
            row = self._phone("%s %s" % (account, uri), account)
            if row is not None:
                port = str(held.get("via_port") or "")
                self._set(
                    "contacts", row, contact=uri, until=until, client=str(held.get("user_agent") or ""),
                    address=joined(str(held.get("via_addr") or ""), port), id=key[len(_NEW_TREE) :],
                    qualified=str(held.get("qualify_frequency") or "0") not in ("0", "0.000000"),
                )  # fmt: skip

    def _phone(self, key: str, account: str) -> Row | None:
        row = self.contacts.get(key)
        if row is None and account and len(self.contacts) < MOST:
            row = self.contacts[key] = {
                "key": key, "account": account, "client": "", "address": "", "contact": "", "until": 0.0,
                "reachable": None, "milliseconds": 0.0, "asked": 0.0, "since": self._now() if self.following else 0.0,
            }  # fmt: skip
            self._changed["contacts"].add(key)
        return row


_PEOPLE = (
    ("caller", "CallerIDNum"),
    ("caller_name", "CallerIDName"),
    ("connected", "ConnectedLineNum"),
    ("connected_name", "ConnectedLineName"),
)
_INNER = ("key", "asked", "id", "qualified")


def _shown(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in _INNER}


def joined(address: str, port: str) -> str:
    """``address:port``; an IPv6 address in brackets."""
    if not address or not port:
        return address
    bare = address.strip("[]")
    return "[%s]:%s" % (bare, port) if ":" in bare else "%s:%s" % (bare, port)


def first(talk: Talk, table: Table, clock: Callable[[], float] = time.monotonic) -> None:
    """Ask for what there is now.

    Raises:
        OSError: no answer came in time, or it refuses.
    """
    questions: list[Sequence[Sequence[str]]] = [(("Action", "CoreShowChannels"),)]
    questions += [(("Action", "DBGetTree"), ("Family", tree.strip("/"))) for tree in (_NEW_TREE, _OLD_TREE)]
    _answered(talk, table, questions, clock)
    more: list[Sequence[Sequence[str]]] = [_status_of(row) for row in table.unknown()]
    asked: dict[str, tuple[Row, str]] = {}
    for row in list(table.contacts.values()):
        if row.get("qualified"):
            for name in ("status", "rtt"):
                question = "PJSIP_CONTACT(%s,%s)" % (row["id"], name)
                more.append((("Action", "Getvar"), ("Variable", question)))
                asked[question] = (row, name)
    for reply in _answered(talk, table, more, clock):
        if reply.get("Variable") not in asked:
            continue
        row, name = asked[reply["Variable"]]
        value = reply.get("Value", "")
        if name == "status":
            row["reachable"] = _REACHABLE.get(value, row["reachable"])
        elif value.isdigit():
            row["milliseconds"] = int(value) / 1000.0


def _answered(
    talk: Talk, table: Table, questions: Sequence[Sequence[Sequence[str]]], clock: Callable[[], float]
) -> list[Fields]:
    """Ask all at once; the responses, in the order in which they came. Events are folded in meanwhile."""
    waiting = {"first-%d" % number for number in range(len(questions))}
    talk.send(*([*question, ("ActionID", "first-%d" % number)] for number, question in enumerate(questions)))
    replies: list[Fields] = []
    until = clock() + PATIENCE
    while waiting:
        left = until - clock()
        message = talk.hear(left) if left > 0 else None
        if message is None:
            raise TimeoutError(110, "no answer within %g s" % PATIENCE)
        name, ends = message.get("ActionID", ""), message.get("EventList", "").lower()
        if "Event" in message:
            table.take(message)
            if ends in ("complete", "cancelled"):
                waiting.discard(name)
        elif "Response" in message:
            if message["Response"] == "Error" and message.get("Message") == "Permission denied":
                raise PermissionError(1, "it refuses what is asked: Permission denied")
            replies.append(message)
            if ends != "start":
                waiting.discard(name)
    return replies


def _status_of(row: Row) -> Sequence[Sequence[str]]:
    kind = str(row.get("name", "")).partition("/")[0]
    return (("Action", "Status"), ("Channel", row["name"]), ("Variables", _VARIABLES.get(kind, _OTHER)))


def follow(
    talk: Talk,
    tell: Callable[[Row], None],
    ready: Callable[[], bool],
    stopped: Callable[[], bool],
    *,
    now: Callable[[], float] = time.time,
    clock: Callable[[], float] = time.monotonic,
    interval: float = INTERVAL,
) -> None:
    """Tell what there is, then what changes, until `stopped`.

    Args:
        talk: logged in with events.
        tell: gets the words: first all rows with ``{"whole": true}``, then what has changed; empty: nothing has.
        ready: whether the last word has gone.
        stopped: asked at least once in a second.

    Raises:
        OSError: Asterisk went away, or does not answer.
    """
    table = Table(now)
    first(talk, table, clock)
    table.following = True
    tell({"whole": True, **table.news()})
    started = told = heard = clock()
    asked = deaf = False
    while not stopped():
        moment = clock()
        if not table.heard and not deaf and moment - started > DEAF:
            deaf = True
            tell({"deaf": True})
        # What changes meanwhile waits in the table, where later changes take the place of earlier ones.
        if ready() and moment - told >= (interval if table.changed else SIGN):
            tell(table.news())
            told = moment
        unknown = table.unknown()
        if unknown:
            talk.send(*(_status_of(row) for row in unknown))
        phones = table.unknown_phones()
        if phones:
            talk.send(
                *((("Action", "DBGet"), ("Family", _NEW_TREE.strip("/")), ("Key", key)) for key in phones)
            )
        message = talk.hear(min(0.5, max(0.02, told + interval - moment)) if table.changed else 0.5)
        if message is not None:
            heard, asked = clock(), False
            table.take(message)
        elif clock() - heard > SILENCE:
            raise TimeoutError(110, "no sign of life for %g s" % SILENCE)
        elif clock() - heard > SILENCE / 2 and not asked:
            asked = True
            talk.send((("Action", "Ping"),))
