"""What hosts say of their cluster, in sentences: read off the looks, nothing is asked here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication

from azdesk.ui.viewmodels import State

if TYPE_CHECKING:
    from azdesk.features.cluster.state import ClusterState
    from azdesk.features.names import NamesState
    from azdesk.ui.editors.lists import Line
    from azdesk.ui.workbench import Workbench


def _tr(text: str, *values: str) -> str:
    out = QCoreApplication.translate("Words", text)
    for number, value in enumerate(values, 1):
        out = out.replace(f"%{number}", value)
    return out


def state_of(workbench: Workbench, host: str, feature: str) -> Any | None:
    """What a host has of a feature by the latest look, or None if that is not known."""
    seen = workbench.observation(host)
    return seen.states.get(feature) if seen is not None and seen.readable else None


def members_words(workbench: Workbench, domain: str) -> list[Line]:
    """Each node's own list of running nodes, with a mark that says whether it is the document's."""
    fleet = workbench.fleet
    wanted = sorted(f"ejabberd@{fleet.node(host)}" for host in fleet.nodes(domain))
    lines: list[Line] = []
    for host in fleet.nodes(domain):
        seen = workbench.observation(host)
        state: ClusterState | None = state_of(workbench, host, "cluster")
        if seen is not None and seen.error is not None:
            lines.append((State.UNREACHABLE, _tr("%1: %2", host, seen.error.what)))
        elif state is None:
            lines.append((State.UNKNOWN, _tr("%1 has not been asked yet.", host)))
        elif not state.up:
            lines.append((State.FAILING, _tr("%1: ejabberd does not run.", host)))
        else:
            same = sorted(state.members) == wanted
            words = _tr("%1 says: running db nodes = [%2]", host, ",".join(state.members))
            lines.append((State.RIGHT if same else State.DIFFERS, words))
    return lines


def cookie_lines(workbench: Workbench, domain: str) -> list[Line]:
    """Digests of the nodes' cookies: one line if they agree, else one for each."""
    found: dict[str, list[str]] = {}
    for host in workbench.fleet.nodes(domain):
        state: ClusterState | None = state_of(workbench, host, "cluster")
        if state is not None:
            found.setdefault(state.cookie, []).append(host)
    if not found:
        return [(State.UNKNOWN, _tr("Not known yet."))]
    if len(found) == 1:
        cookie, hosts = next(iter(found.items()))
        if not cookie:
            return [(State.FAILING, _tr("There is no cookie file on %1.", ", ".join(hosts)))]
        words = _tr("Digest %1… on %2.", cookie[:8], ", ".join(hosts))
        return [(State.RIGHT if len(hosts) > 1 else None, words)]
    return [
        (State.DIFFERS, _tr("Digest %1 on %2.", f"{cookie[:8]}…" if cookie else "–", ", ".join(hosts)))
        for cookie, hosts in found.items()
    ]


def record_lines(workbench: Workbench, host: str) -> list[Line]:
    """The record that each node of the host's cluster should have in its /etc/hosts, and whether it is there."""
    fleet = workbench.fleet
    state: NamesState | None = state_of(workbench, host, "names")
    lines: list[Line] = []
    for other in fleet.nodes(fleet.hosts[host].cluster):
        name, address = fleet.node(other), fleet.lan_address(other)
        record = f"{address}  {name}"
        if state is None:
            lines.append((State.UNKNOWN, record))
        elif name in state.shadowed:
            lines.append(
                (State.DIFFERS, _tr("%1 – an earlier line of the file gives it another address", record))
            )
        elif (address, name) in state.records:
            lines.append((State.RIGHT, record))
        else:
            now = next((at for at, known in state.records if known == name), "")
            lines.append(
                (State.DIFFERS, _tr("%1 – now %2", record, now) if now else _tr("%1 – no record yet", record))
            )
    return lines
