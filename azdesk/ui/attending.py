"""What the buttons beside "Needs attention" do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from azdesk.ui import service_control
from azdesk.ui.mapping.attention import ALL
from azdesk.ui.mapping.tree import JOURNAL, NUMBERS, host_key
from azdesk.ui.mapping.words import filled

if TYPE_CHECKING:
    from azdesk.core.progress import Job
    from azdesk.ui.desk import Desk


def deal_with(desk: Desk, action: str, host: str, *more: str) -> None:
    """Do what an attention's key says."""
    bench = desk.workbench
    do: dict[str, Callable[[], object]] = {
        "look": lambda: bench.look(None if host == ALL else (host,)),
        "review": lambda: bench.show_review((host,)),
        "host": lambda: show_tab(desk, host, "overview"),
        "login": lambda: show_tab(desk, host, "general"),
        "journal": lambda: show_tab(desk, host, JOURNAL),
        "join": lambda: join(desk, host),
        "start": lambda: service_control.act(bench, host, more[0], "start"),
        "host-key": lambda: accept_key(desk, host),
        "python": lambda: install_python(desk, host),
        "numbers": lambda: show_findings(desk),
    }
    do[action]()


def show_tab(desk: Desk, host: str, tab: str) -> None:
    """Go to a host's page, at one of its tabs."""
    from azdesk.ui.pages.host import HostPage

    page = desk.window.show_page(host_key(host))
    if isinstance(page, HostPage):
        page.tabs.set_current(tab)


def show_findings(desk: Desk) -> None:
    """Go to what is wrong with the number plan."""
    from azdesk.ui.pages.numbers import NumbersPage

    page = desk.window.show_page(NUMBERS)
    if isinstance(page, NumbersPage):
        page.tabs.set_current("findings")


def join(desk: Desk, host: str) -> None:
    """Open the wizard that brings a host into its cluster."""
    from azdesk.ui.dialogs.join import JoinDialog

    JoinDialog(desk.workbench, desk.window, host=host).open()


def accept_key(desk: Desk, host: str) -> None:
    """Show a key that was refused before once more; accept it if the admin does now."""
    from azdesk.core.errors import HostKeyUnknown

    bench = desk.workbench
    seen = bench.observation(host)
    if seen is None or not isinstance(seen.error, HostKeyUnknown):
        bench.look((host,))
    elif bench.ask_host_key(seen.error):
        error = seen.error

        def work(_job: Job) -> None:
            from azdesk.ui.dialogs.login_test import transport_for

            transport = transport_for(bench, "", {})
            try:
                transport.trust.accept(error)
            finally:
                transport.close()

        tr = QCoreApplication.translate
        bench.run(
            work,
            title=filled(tr("Attention", "Remembering the key of %1"), host),
            host=host,
            done=lambda _none: bench.look((host,)),
        )


def install_python(desk: Desk, host: str) -> None:
    """Install python3 on a host, the only thing done there in plain sh."""
    tr = QCoreApplication.translate
    bench = desk.workbench

    def work(job: Job) -> str:
        from azdesk.hosts.python import install_python as install
        from azdesk.ui.dialogs.login_test import transport_for

        transport = transport_for(bench, "", {})
        try:
            return install(transport, bench.fleet, host, job=job)
        finally:
            transport.close()

    bench.run(
        work,
        title=filled(tr("Attention", "Installing python3 on %1"), host),
        host=host,
        done=lambda _version: bench.look((host,)),
    )
