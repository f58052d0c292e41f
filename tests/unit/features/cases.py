"""Cases as data: readings and a document → state, differences, steps. docs/features.md tells their form."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from azdesk.core.probe import Readings
from azdesk.features import _template
from azdesk.features._base import Feature
from azdesk.features.registry import FEATURES
from azdesk.fleet import edit
from azdesk.fleet.model import Fleet

HERE = Path(__file__).parent
ALL: tuple[Feature[Any], ...] = (*FEATURES, _template.FEATURE)
BY_KEY = {feature.key: feature for feature in ALL}

HOSTS = {
    "a251": {"address": "192.168.11.251", "cluster": "test.local"},
    "a253": {"address": "192.168.11.253", "cluster": "test.local"},
}
DIRECTORY = {
    "base": "dc=test,dc=local",
    "urls": ["ldaps://192.168.11.249:636"],
    "reader": "cn=azreader,dc=test,dc=local",
}
SERVER = {"address": "10.77.16.250", "roles": ["directory"]}
PHONES = {"address": "10.77.16.251", "sip": {"selection_filter": "(AstAccountName=68*)"}}
NUMBERED = {
    "number_plan": {"scheme": "short", "reach": "fleet", "emergency": ["112"]},
    "trunks": {"provider": {"address": "192.0.2.7", "record": True}},
    "rules": {
        "Out": {"pattern": "0.", "target": "trunk", "strip": 1, "trunks": ["provider"]},
        "Emergency": {"pattern": "112", "target": "trunk", "trunks": ["provider"]},
        "Messages": {"pattern": "*97", "target": "messages"},
    },
}
UPLOAD = {"url": "https://192.168.11.251:5443/upload"}
DOCUMENTS: Mapping[str, Mapping[str, Any]] = {
    "outside": {"hosts": {"a251": {"address": "192.168.11.251"}}},
    "plain": {"clusters": {"test.local": {}}, "hosts": {"a251": HOSTS["a251"]}},
    "full": {
        "clusters": {"test.local": {"upload": UPLOAD, "chat_log": {"enabled": True}}},
        "hosts": {"a251": HOSTS["a251"]},
    },
    "walled": {
        "clusters": {"test.local": {"upload": UPLOAD, "chat_log": {"enabled": True}}},
        "hosts": {
            **HOSTS,
            "a251": {
                **HOSTS["a251"],
                "firewall": {"enabled": True, "ssh": ["10.1.0.0/16", "2001:db8::/32"]},
            },
        },
    },
    "bound": {
        "directory": DIRECTORY,
        "clusters": {"test.local": {"accounts": "directory", "federation": "verified"}},
        "hosts": {"a251": HOSTS["a251"]},
    },
    "phones": {
        "directory": DIRECTORY,
        "hosts": {
            "a251": {
                "address": "192.168.11.251",
                "sip": {
                    "accounts": "directory",
                    "selection_filter": "(AstAccountName=68*)",
                    "transports": ["udp"],
                },
            }
        },
    },
    "managed": {
        "directory": {"base": "dc=test,dc=local"},
        "clusters": {"test.local": {"accounts": "directory"}},
        "hosts": {"a250": {"address": "192.168.11.250", "roles": ["directory"]}, "a251": HOSTS["a251"]},
    },
    "directory": {"directory": {"base": "dc=test,dc=local"}, "hosts": {"a250": SERVER, "a251": PHONES}},
    "replica": {
        "directory": {"base": "dc=test,dc=local"},
        "hosts": {"a250": SERVER, "a249": {**SERVER, "address": "10.77.16.249"}, "a251": PHONES},
    },
    "numbered": {
        **NUMBERED,
        "hosts": {
            "a251": {
                "address": "192.168.11.251",
                "numbers": ["68XX"],
                "calls": {"prefix": "301", "unanswered": "voicemail"},
            },
            "a253": {"address": "192.168.11.253", "numbers": ["68XX"], "calls": {"prefix": "302"}},
        },
    },
    "trunked": {
        "clusters": {"test.local": {}},
        "hosts": {
            "a251": {
                **HOSTS["a251"],
                "numbers": ["68XX"],
                "calls": {"prefix": "301"},
                "sip": {"transports": ["udp"]},
            },
            "a253": {
                **HOSTS["a253"],
                "numbers": ["68XX"],
                "calls": {"prefix": "302"},
                "sip": {"transports": ["udp"]},
            },
        },
        "number_plan": {"scheme": "prefixed"},
        "trunks": {
            "provider": {
                "address": "sip.example.com",
                "authentication": "registration",
                "user": "4930123",
                "from_user": "4930123",
                "sources": ["198.51.100.0/24"],
            },
            "gateway": {"address": "192.168.11.9", "hosts": ["a251"]},
        },
    },
    "pair": {"clusters": {"test.local": {}}, "hosts": HOSTS},
}


def fleet_of(document: str | Mapping[str, Any]) -> Fleet:
    """A document by name, as a mapping, or as a mapping with a ``base`` whose values are replaced."""
    if isinstance(document, str):
        document = DOCUMENTS[document]
    if "base" in document:
        changes = {path: value for path, value in document.items() if path != "base"}
        return edit.with_values(fleet_of(str(document["base"])), changes)
    return edit.with_values(Fleet(), document)


@functools.cache
def readings_of(name: str) -> Mapping[str, Mapping[str, Any]]:
    """All readings of one look at a real host, by ``<feature>/<key>``."""
    found: dict[str, Mapping[str, Any]] = json.loads((HERE / "readings" / f"{name}.json").read_text("utf-8"))
    return found


def file(text: str | None, **attributes: Any) -> dict[str, Any]:
    """A file reading as the helper sends it; None for an absent file."""
    if text is None:
        return {"exists": False, "type": "absent"}
    raw = text.encode("utf-8", "surrogateescape")
    return {
        "exists": True,
        "type": "file",
        "text": text,
        "sha256": hashlib.sha256(raw).hexdigest(),
        "size": len(raw),
        "mode": 0o644,
        "owner": "root",
        "group": "root",
        "mtime": 1.0,
        **attributes,
    }


def _changed(reading: Mapping[str, Any], change: Any) -> dict[str, Any]:
    if change == "absent":
        return file(None)
    if "raw" in change:
        return dict(change["raw"])
    text = change.get("text", reading.get("text") or "")
    for old, new in change.get("replace", ()):
        assert old in text, f"the text has no {old!r}"
        text = text.replace(old, new)
    text = change.get("prepend", "") + text + change.get("append", "")
    if change.get("crlf"):
        text = text.replace("\n", "\r\n")
    kept = {key: reading[key] for key in ("mode", "owner", "group") if key in reading}
    return {**file(text, **kept), **change.get("with", {})}


@dataclass(frozen=True, kw_only=True)
class Case:
    path: Path
    data: Mapping[str, Any]

    @property
    def name(self) -> str:
        return f"{self.path.parent.name}/{self.path.stem}"

    @property
    def feature(self) -> Feature[Any]:
        return BY_KEY[self.path.parent.name]

    @property
    def host(self) -> str:
        return str(self.data.get("host", "a251"))

    @property
    def fleet(self) -> Fleet:
        return fleet_of(self.data.get("document", "plain"))

    @property
    def readings(self) -> Readings:
        prefix = f"{self.feature.key}/"
        raw = {
            key.removeprefix(prefix): reading
            for key, reading in readings_of(str(self.data.get("base", "stock"))).items()
            if key.startswith(prefix)
        }
        for key, change in self.data.get("readings", {}).items():
            raw[key] = {"error": change["error"]} if "error" in change else _changed(raw.get(key, {}), change)
            if key.startswith("folder:"):
                # A case about another folder than the one that was read there.
                for other in [name for name in raw if name.startswith("folder:") and name != key]:
                    del raw[other]
        at = datetime.fromisoformat(str(self.data.get("at", "2026-01-31"))).replace(tzinfo=UTC)
        return Readings(self.host, raw, taken_at=at.timestamp())


def all_cases() -> list[Case]:
    paths = sorted((HERE / "cases").glob("*/*.json"))
    return [Case(path=path, data=json.loads(path.read_text("utf-8"))) for path in paths]


def shown(state: Any) -> dict[str, Any]:
    """A state as JSON has it."""
    return dict(json.loads(json.dumps(dataclasses.asdict(state))))
