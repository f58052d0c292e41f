"""A workbench for tests of editors and dialogs: a real document, and looks at hosts that were made up or really taken."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from azdesk.app.session import AwaitedStore, Observation, Session
from azdesk.core.errors import AzdeskError
from azdesk.core.probe import UnitReading
from azdesk.features.chatlog import ChatLogState
from azdesk.features.cluster.state import ClusterState
from azdesk.features.names import NamesState
from azdesk.features.services import ServicesState
from azdesk.features.upload.state import UploadState
from azdesk.features.xmpp import XmppState
from azdesk.fleet import store
from azdesk.fleet.credentials import AskedSecrets, SecretChain
from azdesk.fleet.secret_file import FileSecrets
from azdesk.fleet.system_keyring import KeyringSecrets
from azdesk.hosts.fake import FakeTransport
from azdesk.hosts.pool import HostPool
from azdesk.ui.workbench import Workbench

LONG = "conference-bridge-04-voice-frankfurt-am-main-example-organisation"[:63]

DOCUMENT = f"""\
version = 1
name = "Practice fleet"

[credentials.admins]
user = "alice"
method = "key"
key_file = "~/.ssh/id_ed25519"
sudo = "with-password"

[credentials."head office"]
method = "password"

[clusters."test.local"]
[clusters."test.local".upload]
url = "https://172.16.38.1:5443/upload"

[hosts.a251]
address = "192.168.11.251"
credential = "admins"
cluster = "test.local"

[hosts.a253]
address = "192.168.11.253"
credential = "admins"
cluster = "test.local"
note = "Rack 2, second from the top. Its fan is loud."

[hosts.a254]
address = "192.168.11.254"
jump = ["a251", "admin@gate.example.org:2222"]
credential = "head office"

[hosts.a250]
address = "192.168.11.250"
roles = ["directory", "storage"]
group = "Directory & storage"

[hosts.{LONG}]
address = "2001:db8:2f:1::4c04"
"""


class MemoryKeyring:
    """A keyring backend that others cannot read: it is in this process."""

    name = "Test keyring"
    priority = 5

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, name: str) -> str | None:
        return self.kept.get((service, name))

    def set_password(self, service: str, name: str, password: str) -> None:
        self.kept[service, name] = password

    def delete_password(self, service: str, name: str) -> None:
        from keyring.errors import PasswordDeleteError

        if self.kept.pop((service, name), None) is None:
            raise PasswordDeleteError(name)


def open_bench(folder: Path, text: str = DOCUMENT, *, keyring: Any = None) -> Workbench:
    """A workbench on a document; its hosts are out of reach, and its secrets in `keyring` or nowhere."""
    path = folder / "fleet.toml"
    path.write_text(text, encoding="utf-8")

    def make(workbench: Workbench) -> Session:
        fleet = workbench.fleet
        secrets = SecretChain(
            [
                KeyringSecrets(keyring) if keyring is not None else _no_keyring(),
                FileSecrets(folder / "secrets", workbench.ask_passphrase),
                AskedSecrets(workbench.ask_secret),
            ]
        )
        pool = HostPool(fleet, transport=FakeTransport({}))
        return Session(fleet, pool, secrets=secrets, awaited=AwaitedStore(folder / "awaited.json"))

    return Workbench(store.open(path), make)


def _no_keyring() -> KeyringSecrets:
    from keyring.backends.fail import Keyring

    return KeyringSecrets(Keyring())


def see(workbench: Workbench, *observations: Observation) -> None:
    """Let these be the latest looks, as if somebody had just looked."""
    for observation in observations:
        workbench.session.keep(observation)
    workbench._synced()


def units(*, ejabberd: str = "active") -> ServicesState:
    return ServicesState(
        running=("asterisk.service",) + (("ejabberd.service",) if ejabberd == "active" else ()),
        enabled=("ejabberd.service",),
        installed=("asterisk", "ejabberd"),
        units=(
            (
                "asterisk.service",
                UnitReading(
                    load="loaded",
                    active="active",
                    sub="running",
                    enabled="disabled",
                    since=time.time() - 86_400 * 3,
                ),
            ),
            (
                "ejabberd.service",
                UnitReading(
                    load="loaded",
                    active=ejabberd,
                    sub="running" if ejabberd == "active" else "dead",
                    enabled="enabled",
                    since=time.time() - 720,
                ),
            ),
        ),
        versions=(("asterisk", "1:22.10.1+dfsg+~cs6.17.60671434-1"), ("ejabberd", "26.07-1")),
        system="Debian GNU/Linux forky/sid",
    )


def node(host: str, *members: str, cookie: str = "9ab2f00d", port: int = 5210) -> ClusterState:
    return ClusterState(
        managed=True,
        node=f"ejabberd@{host}",
        interface=f"192.168.11.{host[1:]}",
        port=port,
        members=tuple(sorted(f"ejabberd@{one}" for one in (members or (host,)))),
        cookie=cookie * 8,
        records=(("passwd", 2), ("roster", 11), ("offline_msg", 0)),
    )


RECORDS = (("192.168.11.251", "a251"), ("192.168.11.253", "a253"))
UPLOAD = UploadState(
    domain="test.local",
    url="https://172.16.38.1:5443/upload",
    directory="/home/flv",
    max_size=104_857_600,
    served=True,
    own_listener=True,
    seen=True,
)


def look(host: str, **states: Any) -> Observation:
    """A look at a host that is as the document wants it, but for these states."""
    good: dict[str, Any] = {
        "services": units(),
        "names": NamesState(records=RECORDS),
        "xmpp": XmppState(domain="test.local"),
        "upload": UPLOAD,
        "chatlog": ChatLogState(),
        "cluster": node(host, "a251", "a253"),
    }
    return Observation(host=host, at=time.time(), states={**good, **states})


def by_hand(**changes: Any) -> UploadState:
    return replace(UPLOAD, **changes)


def failed(host: str, error: AzdeskError) -> Observation:
    return Observation(host=host, at=time.time(), error=error)


__all__ = [
    "DOCUMENT",
    "LONG",
    "MemoryKeyring",
    "by_hand",
    "failed",
    "look",
    "node",
    "open_bench",
    "see",
    "units",
]
