"""What the unit ejabberd.service runs."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from azdesk.practice.ejabberd import api, cluster, database
from azdesk.practice.ejabberd.checks import ConfigError
from azdesk.practice.ejabberd.config import MAIN, Config, load
from azdesk.practice.ejabberd.database import Damaged, Database
from azdesk.practice.ejabberd.files import USER, View
from azdesk.practice.ejabberd.node import EPMD, UNIT, VERSION, Node, Settings, cookie, settings
from azdesk.practice.states import StartFailed
from azdesk.practice.stock import new_cookie
from azdesk.practice.units import UnitFile

if TYPE_CHECKING:
    from azdesk.practice.host import PracticeHost
    from azdesk.practice.logins import Attempt


class Ejabberd:
    """The program, started and stopped by systemd. `node` is what runs, if anything does."""

    unit = UNIT
    start_seconds = 1.3
    stop_seconds = 3.6

    def __init__(self, host: PracticeHost) -> None:
        self.host = host
        self.node: Node | None = None

    def start(self, unit: UnitFile) -> bool:
        files = self.host.files
        # What protects the program is fixed when it starts, whatever the unit's files say later.
        view = View(
            files=files,
            hides_home=unit.hides_home,
            protects_system=unit.last("Service", "ProtectSystem") in ("full", "strict", "true", "yes"),
        )
        own = settings(files, self.host.hostname)
        self._check_address(own)
        secret = self._cookie()
        self._say("info", f"Loading configuration from {MAIN}")
        try:
            config = load(view, frozenset(self.host.installed()))
        except ConfigError as error:
            self._say("critical", f"Failed to start ejabberd application: {error}")
            raise StartFailed from None
        self._say("info", "Configuration loaded successfully")
        node = Node(
            host=self.host,
            settings=own,
            cookie=secret,
            config=config,
            database=self._database(own),
            view=view,
        )
        self.node = node
        if not cluster.come_up(node):
            return False
        self._say("info", f"ejabberd {VERSION} is started in the node {node.name} in 0.62s")
        return True

    def _check_address(self, own: Settings) -> None:
        try:
            address = str(ipaddress.ip_address(own.interface or "127.0.0.1"))
        except ValueError:
            return  # ejabberdctl leaves out what it cannot read
        if not address.startswith("127.") and address not in ("0.0.0.0", "::", "::1", self.host.lan_address):
            self.host.systemd.say(UNIT, "Protocol 'inet_tcp': register/listen error: eaddrnotavail")
            raise StartFailed

    def _cookie(self) -> str:
        found = cookie(self.host.files)
        if found == "":
            new_cookie(self.host.files)
            found = cookie(self.host.files)
        if not found:
            self.host.systemd.say(
                UNIT, f"Cookie file {database.SPOOL}/.erlang.cookie must be accessible by owner only"
            )
            raise StartFailed
        return found

    def _database(self, own: Settings) -> Database:
        files = self.host.files
        groups = files.groups_of(USER)
        try:
            if not files.allows(database.SPOOL, USER, groups, 7):
                raise Damaged("eacces")
            if not database.exists(files):
                fresh = Database(node=own.node)
                database.create(files, fresh)
                return fresh
            for name in files.names(database.SPOOL, "*.D*"):
                if not files.allows(f"{database.SPOOL}/{name}", USER, groups, 6):
                    raise Damaged("eacces")
            found = database.load(files)
            if found.node != own.node:
                raise Damaged("bad_node")
        except (Damaged, OSError) as problem:
            self._say("error", f"Mnesia could not be started: {problem}")
            self._say(
                "critical",
                "Failed to start ejabberd application: {error,{shutdown,{failed_to_start_child,ejabberd_commands,"
                f"{{aborted,{{node_not_running,{own.node}}}}}}}}}}}",
            )
            raise StartFailed from None
        return found

    def stop(self) -> None:
        node, self.node = self.node, None
        if node is not None:
            self._say("info", f"ejabberd {VERSION} is stopped in the node {node.name}")
            cluster.go_down(node)

    def reload(self) -> int:
        if self.node is None:
            return 3
        try:
            self.reload_config(self.node)
        except ConfigError:
            return 1
        return 0

    def reload_config(self, node: Node) -> Config:
        """Take the configuration as it is in the files now.

        Raises:
            ConfigError: ejabberd refuses it, and keeps the one it has.
        """
        try:
            node.config = load(node.view, frozenset(self.host.installed()))
        except ConfigError as error:
            node.say("error", f"Failed to reload configuration: {error}")
            raise
        node.say("info", "Configuration reloaded successfully")
        return node.config

    def ports(self) -> list[tuple[int, str]]:
        installed = self.host.files.exists(f"/usr/lib/systemd/system/{UNIT}")
        found: list[tuple[int, str]] = [(EPMD, "")] if installed else []
        node = self.node
        if node is not None:
            found.append((node.settings.port or node.port, node.bound))
            # While it waits or joins, its listeners are closed.
            found += node.config.ports() if node.ready else []
        return found

    def udp_ports(self) -> list[tuple[int, str]]:
        return []

    def login(self, asked: Attempt) -> str | None:
        node = self.node
        if node is None or not node.ready:
            return None
        to = "127.0.0.1" if asked.local else self.host.lan_address
        listener = node.config.clients(asked.place.port, to)
        if listener is None or not asked.place.scheme.startswith("xmpp"):
            return None
        from azdesk.practice.ejabberd import accounts

        return accounts.log_in(node, listener, asked)

    def http(self, port: int, path: str, body: str) -> tuple[int, str] | None:
        node = self.node
        if node is None or not node.ready:
            return None
        listener = node.config.http(port)
        if listener is None:
            return None
        if listener.get("tls"):
            raise OSError(71, "what listens there does not speak HTTP")
        return api.post(node, listener, path, body)

    def _say(self, level: str, text: str) -> None:
        if self.node is not None:
            self.node.say(level, text)
        else:
            self.host.systemd.say(UNIT, f"[{level}] {text}")
