"""Logins between practice hosts: the network in between, then the program that listens, with the rules of the real one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from azdesk.onhost.login import Place, Refused
from azdesk.practice import certificates

if TYPE_CHECKING:
    from azdesk.practice.host import PracticeHost

PATIENCE = 3.0
"""Seconds of the real software until a connection that nobody answers is given up."""


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One login as the server sees it."""

    source: PracticeHost
    """Where it comes from; `ca` is a file there."""
    place: Place
    account: str
    password: str
    domain: str = ""
    ca: str = ""
    name: str = ""
    base: str = ""
    search: str = ""
    wants: str = ""
    """Attribute of what is found that is asked for."""
    whole: list[Mapping[str, tuple[str, ...]]] = field(default_factory=list)
    """Where all attributes are asked for (``*``): those of each entry, beside what is in `found`."""
    limit: int = 1
    """Entries that are asked for; 0: all."""
    found: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    """The server puts in here what it finds: DN and values of the attribute."""
    cut: list[int] = field(default_factory=list)
    """The code of the limit that ended it before all was found."""

    @property
    def local(self) -> bool:
        """Whether it comes over the loopback."""
        return self.place.address.startswith("127.") or self.place.address == "::1"

    def verify(self, text: str, name: str) -> None:
        """Look at a server's certificate as the client does.

        Args:
            text: what the server shows, PEM with or without its key; empty if it has none.
            name: what it must hold for where the login names nothing else.

        Raises:
            Refused: it is not trusted.
        """
        authorities = self.source.files.text(self.ca) if self.ca else None
        if self.ca and not self.source.files.exists(self.ca):
            raise Refused(
                "tls",
                f"cannot be verified: {self.ca} cannot be read on this host (No such file or directory)",
            )
        certificates.judge(text, authorities, self.name or name)


def attempt(
    source: PracticeHost,
    server: str,
    request: Mapping[str, Any],
    password: str,
    *,
    patient: bool = True,
    **more: Any,
) -> tuple[str, str]:
    """As `azdesk.onhost.login.attempt`, between practice hosts.

    Args:
        source: where the login comes from.
        server: what is logged in to.
        request: fields of the step `Login`.
        password: of the account.
        patient: take the time that a connection without an answer takes; not to be done with the world's lock held.
        more: further fields of `Attempt`.
    """
    try:
        place = Place(server, 60.0)
        texts = {
            key: str(request.get(key) or "") for key in ("account", "domain", "ca", "name", "base", "search")
        }
        fields: dict[str, Any] = {**texts, **more}
        asked = Attempt(source=source, place=place, password=password, **fields)
        return "", _answer(asked, patient=patient)
    except Refused as refused:
        return refused.reason, refused.text


def _answer(asked: Attempt, *, patient: bool) -> str:
    source, place = asked.source, asked.place
    found = source.resolve(place.address)
    if not found:
        raise Refused("unreachable", "cannot be reached (Name or service not known)")
    with source.world.lock:
        reached = source.world.connect(source, found[0], place.port, udp=place.scheme == "sip")
        if reached.host is not None:
            for service in reached.host.systemd.services.values():
                answer = service.login(asked)
                if answer is not None:
                    return answer
            raise Refused("protocol", "gives an answer that makes no sense")
    if reached.silent:
        if patient:
            source.world.pause(PATIENCE)
        raise Refused("unreachable", "cannot be reached (no answer to a connection)")
    raise Refused("unreachable", f"cannot be reached ({reached.error})")
