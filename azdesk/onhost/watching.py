"""A request that goes on: what Asterisk tells of calls and phones is passed to the workstation until it has had enough."""

from __future__ import annotations

from azdesk.onhost.fault import Fault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from azdesk.onhost.machine import Machine

_CONNECT = 10.0


class Watching:
    """One such request.

    Args:
        request: ``account``, ``user``, ``port`` as of the probe `Ami`; ``once``: what there is now, and no more.
        post: gets ``("told", (request, event))`` for each word, and in the end ``("watched", (request, answer, fault))``.
    """

    def __init__(
        self, machine: Machine, request: dict[str, Any], post: Callable[[tuple[str, Any]], None]
    ) -> None:
        self._machine = machine
        self._request = request
        self._post = post
        self._stopped = self._on_its_way = False

    def stop(self) -> None:
        self._stopped = True

    def sent(self) -> None:
        """The last word has gone out; only now there may be another one."""
        self._on_its_way = False

    def run(self) -> None:
        answer, fault = {}, None
        try:
            answer = self._work()
        except Fault as known:
            fault = known
        except BaseException as error:
            words = getattr(error, "strerror", None) or str(error) or type(error).__name__
            fault = Fault(
                "ObserveError",
                "Asterisk does not tell of calls: %s." % words,
                "",
                "See whether it runs, and apply what AZDesk shows for Asterisk's manager interface.",
            )
        self._post(("watched", (self._request, answer, fault)))

    def _work(self) -> dict[str, Any]:
        from azdesk.onhost import ami, live

        path, user = str(self._request["account"]), str(self._request["user"])
        try:
            text = self._machine.read(self._machine.resolve(path), 1 << 16).decode("utf-8", "replace")
        except OSError:
            text = ""
        secret = ami.secret_of(text, user)
        if secret is None:
            raise Fault(
                "ObserveError",
                "AZDesk has no account yet that may ask Asterisk for calls.",
                path,
                "Apply what AZDesk shows for Asterisk's manager interface.",
            )
        talk = self._machine.ami_listen(int(self._request.get("port", 5038)), user, secret, _CONNECT)
        try:
            if self._request.get("once"):
                table = live.Table(self._machine.time)
                live.first(talk, table)
                return table.news()
            live.follow(
                talk, self._tell, lambda: not self._on_its_way, lambda: self._stopped, now=self._machine.time
            )
        finally:
            talk.close()
        return {}

    def _tell(self, news: dict[str, Any]) -> None:
        self._on_its_way = True
        self._post(("told", (self._request, news)))
