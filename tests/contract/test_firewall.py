"""The firewall: derived, in force, put right after a change by hand, locking nobody out, gone without a trace; on practice and lab alike."""

from __future__ import annotations

import pytest

from azdesk.app.planning import differences
from azdesk.app.session import Session
from azdesk.features.firewall import FirewallState, content, state
from azdesk.fleet import edit
from azdesk.fleet.model import Fleet
from azdesk.hosts import handshake, route
from tests.contract.backends import HOSTS, Backend, change, look, refused, settled

A251, A253 = HOSTS
TABLE = ("nft", "-j", "list", "table", "inet", "azdesk")


def walled(backend: Backend, fleet: Fleet | None = None, **said: object) -> Fleet:
    """With a firewall on the first host; SSH is for a network that nobody here is in."""
    values = {"enabled": True, "ssh": ["198.51.100.0/24"], **said}
    return edit.with_value(fleet or backend.outside, ("hosts", A251, "firewall"), values)


def seen(session: Session) -> FirewallState:
    found = session.observations[A251].states["firewall"]
    assert isinstance(found, FirewallState)
    return found


def told(session: Session, fleet: Fleet) -> tuple[str, ...]:
    return differences(fleet, session.observations[A251]).get("firewall", ())


def test_a_firewall_comes_and_goes(backend: Backend) -> None:
    before = backend.files(A251, "/etc")
    with backend.session() as session:
        fleet = walled(backend, ports=["8080-8090/tcp"])
        notes = [note.text for note in look(session, fleet).plan.host(A251).notes]
        client = seen(session).client
        assert client
        assert f"AZDesk comes from {client}, which SSH is not open to" in " ".join(notes)
        change(session, fleet)
        assert seen(session).here == (client,)
        assert seen(session).running
        assert '"policy": "drop"' in backend.run(A251, *TABLE)
        assert backend.files(A251, "/etc")[content.RULES][:3] == (0o644, "root", "root")
        assert content.TRIAL not in backend.files(A251, "/etc")
        assert backend.run(A251, "systemctl", "is-enabled", content.UNIT) == "enabled\n"
        with pytest.raises(Exception, match=content.GUARD):
            backend.run(A251, "systemctl", "stop", f"{content.GUARD}.timer")

        backend.run(A251, "nft", "add", "rule", "inet", "azdesk", "input", "tcp", "dport", "9999", "accept")
        look(session, fleet)
        assert told(session, fleet) == ("The firewall's rules in force were changed by hand",)
        change(session, fleet)
        backend.run(A251, "nft", "delete", "table", "inet", "azdesk")
        look(session, fleet)
        assert told(session, fleet) == ("The firewall's rules are not in force",)
        change(session, fleet)

        text = backend.run(A251, "cat", content.RULES)
        backend.write(A251, content.RULES, text.replace("8080-8090", "1-65535").encode())
        look(session, fleet)
        assert "AZDesk's files about the firewall were changed by hand" not in told(session, fleet)
        assert told(session, fleet)[0].startswith("Further ports (1-65535/tcp) for everybody, but should be")
        change(session, fleet)

        change(session, walled(backend, ssh=[]))
        assert seen(session).here == ()
        change(session, backend.outside)
        settled(session, backend.outside)
    assert backend.run(A251, "nft", "-j", "list", "chains").count("azdesk") == 0
    after = backend.files(A251, "/etc")
    assert {path: entry for path, entry in after.items() if before.get(path) != entry} == {}


def test_nobody_is_locked_out(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(route, "CONNECT_TIMEOUT", 3.0)
    monkeypatch.setattr(handshake, "BANNER_TIMEOUT", 3.0)
    with backend.session() as session:
        look(session, backend.outside)
        # As if the address of the connection had been read wrong.
        monkeypatch.setattr(state, "let_in", lambda openings, client: True)
        outcome = refused(session, walled(backend))
        assert "did not let AZDesk in by a new connection" in outcome.message
        monkeypatch.undo()
        settled(session, backend.outside)
        assert not seen(session).table
    with backend.session() as session:
        settled(session, backend.outside)


def test_rules_that_nft_refuses(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    head = content._HEAD
    with backend.session() as session:
        look(session, backend.outside)
        monkeypatch.setattr(content, "_HEAD", head.replace("type filter", "sort filter"))
        outcome = refused(session, walled(backend))
        assert "syntax error" in outcome.message
        monkeypatch.undo()
        settled(session, backend.outside)
