"""The protocol on a stream: requests in, answers out, one after the other."""

from __future__ import annotations

import itertools
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from azdesk.directory import ber, controls, filters, ldif, messages
from azdesk.directory.messages import Control
from azdesk.practice.ldap.dit import Refused
from azdesk.practice.ldap.searching import Asked, Found
from azdesk.practice.ldap.session import Session

LONGEST: Final = 16 << 20
_DONE: Final = {
    messages.BIND: messages.BIND_DONE,
    messages.SEARCH: messages.SEARCH_DONE,
    messages.MODIFY: messages.MODIFY_DONE,
    messages.ADD: messages.ADD_DONE,
    messages.DELETE: messages.DELETE_DONE,
    messages.RENAME: messages.RENAME_DONE,
    messages.COMPARE: messages.COMPARE_DONE,
    messages.EXTENDED: messages.EXTENDED_DONE,
}
_OPERATIONS: Final[tuple[Literal["add", "delete", "replace"], ...]] = ("add", "delete", "replace")
_TLS_SSF: Final = 256


class Stream(Protocol):
    """What carries a connection."""

    def recv(self, size: int) -> bytes: ...
    def sendall(self, data: bytes) -> None: ...


class ServerTls:
    """TLS over a stream, this end being the server.

    Raises:
        OSError: no TLS comes about.
    """

    def __init__(self, under: Stream, context: ssl.SSLContext) -> None:
        self._under = under
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                self._flush()
                self._pull()
                continue
            except ssl.SSLError:
                self._flush()
                raise
            break
        self._flush()

    def recv(self, size: int) -> bytes:
        while True:
            try:
                return self._tls.read(size)
            except ssl.SSLWantReadError:
                self._pull()
            except ssl.SSLError:
                return b""

    def sendall(self, data: bytes) -> None:
        self._tls.write(data)
        self._flush()

    def _flush(self) -> None:
        if data := self._outgoing.read():
            self._under.sendall(data)

    def _pull(self) -> None:
        if data := self._under.recv(1 << 16):
            self._incoming.write(data)
        else:
            self._incoming.write_eof()


@dataclass(frozen=True, kw_only=True)
class _Paging:
    """A list of which pages were given."""

    left: list[Found]
    given: int
    cut: Refused | None
    """What to say at its end."""


class Connection:
    """One client.

    Args:
        lock: held while the server's state is looked at or changed.
        context: for StartTLS; None where the server has no certificate.
        running: whether the server still does.
    """

    def __init__(
        self,
        stream: Stream,
        session: Session,
        lock: threading.RLock,  # type: ignore[valid-type,unused-ignore]
        *,
        context: Callable[[], ssl.SSLContext | None] = lambda: None,
        running: Callable[[], bool] = lambda: True,
    ) -> None:
        self._stream = stream
        self._session = session
        self._lock = lock
        self._context = context
        self._running = running
        self._cookies = itertools.count(1)
        self._paging: dict[bytes, _Paging] = {}
        self._views: dict[bytes, list[Found]] = {}

    def serve(self) -> None:
        """Until the client ends, or says something that makes no sense."""
        splitter = ber.Splitter(LONGEST)
        with suppress(OSError, ber.BerError):
            while data := self._stream.recv(1 << 16):
                splitter.feed(data)
                while (message := splitter.next()) is not None:
                    if not self._running() or not self._handle(message):
                        return

    def _handle(self, message: bytes) -> bool:
        outer = ber.Reader(message).inside()
        ident, tag = outer.integer(), outer.tag
        if tag in (messages.UNBIND, messages.ABANDON):
            return tag == messages.ABANDON
        inside = ber.Reader(outer.data, *outer.skip()[1:])
        asked = {control.oid: control for control in messages.controls(outer)}
        if tag not in _DONE:
            return False
        try:
            self._refuse_unknown(asked)
            if tag == messages.EXTENDED:
                self._extended(ident, inside)
            elif tag == messages.SEARCH:
                self._search(ident, inside, asked)
            else:
                with self._lock:
                    code = self._operation(tag, inside)
                self._send(ident, _DONE[tag], code)
        except Refused as refused:
            links = [ber.element(0xA3, ber.octets(refused.referral))] if refused.referral else []
            self._send(ident, _DONE[tag], refused.code, refused.said, refused.matched, more=links)
        return True

    def _refuse_unknown(self, asked: dict[str, Control]) -> None:
        sorts = any("sssvlv" in each.overlays for each in self._session.server.settings.databases)
        known = {
            controls.PAGED,
            "2.16.840.1.113730.3.4.2",
            *((controls.SORT, controls.VIEW) if sorts else ()),
        }
        for oid, control in asked.items():
            if control.critical and oid not in known:
                raise Refused(12, "critical extension is not recognized")

    def _operation(self, tag: int, inside: ber.Reader) -> int:
        if tag == messages.BIND:
            self._bind(inside)
            return 0
        if tag == messages.COMPARE:
            dn, pair = inside.text(), inside.inside()
            return 6 if self._session.compare(dn, pair.text(), pair.octets()) else 5
        self._session.carry_out(_record(tag, inside))
        return 0

    def _bind(self, inside: ber.Reader) -> None:
        self._paging.clear()
        if inside.integer() != 3:
            raise Refused(2, "requested protocol version not supported")
        dn = inside.text()
        if inside.tag == 0x80:
            self._session.simple(dn, inside.octets(0x80))
            return
        sasl = inside.inside(0xA3)
        if sasl.text().upper() != "EXTERNAL":
            raise Refused(7, "SASL(-4): no mechanism available: ")
        self._session.external()

    def _extended(self, ident: int, inside: ber.Reader) -> None:
        oid = inside.text(0x80)
        if oid == messages.WHO_AM_I:
            dn = self._session.login.dn
            who = ber.octets(f"dn:{dn}" if dn else "", 0x8B)
            self._send(ident, messages.EXTENDED_DONE, more=[who])
            return
        context = self._context() if oid == messages.START_TLS else None
        if context is None or self._session.ssf:
            raise Refused(2, "unsupported extended operation")
        self._send(ident, messages.EXTENDED_DONE)
        self._stream = ServerTls(self._stream, context)
        self._session.ssf = _TLS_SSF
        self._session.simple("", b"")

    # -- searches --------------------------------------------------------------------------------------------

    def _search(self, ident: int, inside: ber.Reader, asked: dict[str, Control]) -> None:
        wanted = _asked(inside)
        order = _order(asked)
        paged, viewed = asked.get(controls.PAGED), asked.get(controls.VIEW)
        if paged is not None:
            self._page(ident, wanted, order, paged)
        elif viewed is not None:
            self._view(ident, wanted, order, viewed)
        else:
            found, cut = self._all(wanted, order)
            self._entries(ident, found)
            self._finish(ident, cut, [_sorted()] if order is not None else [])

    def _all(self, wanted: Asked, order: controls.SortKey | None) -> tuple[list[Found], Refused | None]:
        found: list[Found] = []
        with self._lock:
            try:
                for each in self._session.search(wanted, order):
                    found.append(each)  # noqa: PERF402 - what came before a limit counts
            except Refused as refused:
                if refused.code != 4:
                    raise
                return found, refused
        return found, None

    def _page(self, ident: int, wanted: Asked, order: controls.SortKey | None, paged: Control) -> None:
        size, cookie = controls.page_done(paged.value or b"")
        with self._lock:
            limits = self._session.limits(wanted.base) if wanted.base else None
        if limits is not None and not limits.pages:
            raise Refused(11, "pagedResults control not allowed")
        if cookie:
            list_ = self._paging.pop(cookie, None)
            if list_ is None:
                raise Refused(53, "paged results cookie is invalid or old")
        else:
            # The limit counts over all pages; how much it is may differ from that of a search without pages.
            most = limits.paged if limits is not None else None
            found, cut = self._all_paged(wanted, order, most)
            list_ = _Paging(left=found, given=0, cut=cut)
        self._paging.clear()
        if limits is not None and limits.page is not None and size > limits.page:
            raise Refused(11, "illegal pagedResults page size")
        now, left = list_.left[:size], list_.left[size:]
        self._entries(ident, now)
        more = b""
        if left or (list_.cut is not None and now and len(now) == size):
            more = b"%08d" % next(self._cookies)
            self._paging[more] = _Paging(left=left, given=list_.given + len(now), cut=list_.cut)
        told = [Control(oid=controls.PAGED, value=ber.sequence(ber.integer(0), ber.octets(more)))]
        told += [_sorted()] if order is not None else []
        self._finish(ident, None if more else list_.cut, told)

    def _all_paged(
        self, wanted: Asked, order: controls.SortKey | None, most: int | None
    ) -> tuple[list[Found], Refused | None]:
        with self._lock:
            found = list(self._session.search(wanted, order, unlimited=True))
        if most is not None and len(found) > most:
            return found[:most], Refused(4)
        return found, None

    def _view(self, ident: int, wanted: Asked, order: controls.SortKey | None, viewed: Control) -> None:
        if order is None:
            self._send(ident, messages.SEARCH_DONE, 60, told=[_viewed(0, 0, 60, b"")])
            return
        inside = ber.Reader(viewed.value or b"").inside()
        before, after = inside.integer(), inside.integer()
        place = inside.inside(0xA0)
        offset, count = place.integer(), place.integer()
        context = inside.octets() if inside.more else b""
        found = self._views.get(context)
        if found is None:
            with self._lock:
                found = list(self._session.search(wanted, order, unlimited=True))
            context = b"%08d" % next(self._cookies)
            self._views = {context: found}
        total = len(found)
        at = offset if count in (0, total) or not count else round(offset * total / count)
        at = max(1, min(at, total))
        self._entries(ident, found[max(0, at - 1 - before) : at + after])
        self._finish(ident, None, [_sorted(), _viewed(at if total else 0, total, 0, context)])

    def _entries(self, ident: int, found: Iterable[Found]) -> None:
        data = b""
        for each in found:
            data += _entry(ident, each)
            if len(data) > 1 << 16:
                self._stream.sendall(data)
                data = b""
        if data:
            self._stream.sendall(data)

    def _finish(self, ident: int, cut: Refused | None, told: Iterable[Control]) -> None:
        self._send(ident, messages.SEARCH_DONE, cut.code if cut is not None else 0, told=told)

    def _send(
        self,
        ident: int,
        kind: int,
        code: int = 0,
        said: str = "",
        matched: str = "",
        *,
        more: Iterable[bytes] = (),
        told: Iterable[Control] = (),
    ) -> None:
        body = ber.element(
            kind, ber.integer(code, ber.ENUMERATED), ber.octets(matched), ber.octets(said), *more
        )
        self._stream.sendall(messages.message(ident, body, told))


def _entry(ident: int, found: Found) -> bytes:
    listed = [
        ber.sequence(ber.octets(name), ber.element(ber.SET, *(ber.octets(value) for value in held)))
        for name, held in found.attributes.items()
    ]
    return messages.message(ident, ber.element(messages.ENTRY, ber.octets(found.dn), ber.sequence(*listed)))


def _sorted() -> Control:
    return Control(oid=controls.SORTED, value=ber.sequence(ber.integer(0, ber.ENUMERATED)))


def _viewed(position: int, total: int, code: int, context: bytes) -> Control:
    parts = [ber.integer(position), ber.integer(total), ber.integer(code, ber.ENUMERATED)]
    return Control(
        oid=controls.VIEWED, value=ber.sequence(*parts, *([ber.octets(context)] if context else []))
    )


def _order(asked: dict[str, Control]) -> controls.SortKey | None:
    found = asked.get(controls.SORT)
    if found is None:
        return None
    first = ber.Reader(found.value or b"").inside().inside()
    attribute = first.text()
    rule = first.text(0x80) if first.tag == 0x80 else ""
    return controls.SortKey(
        attribute=attribute, rule=rule, reverse=first.boolean(0x81) if first.tag == 0x81 else False
    )


def _asked(inside: ber.Reader) -> Asked:
    base = inside.text()
    scope = messages.SCOPES[min(inside.integer(ber.ENUMERATED), 2)]
    inside.integer(ber.ENUMERATED)
    limit = inside.integer()
    inside.integer()
    types_only = inside.boolean()
    wanted = filters.from_ber(inside)
    return Asked(
        base=base,
        scope=scope,
        wanted=wanted,
        attributes=tuple(_texts(inside.inside())),
        limit=limit,
        types_only=types_only,
    )


def _texts(inside: ber.Reader) -> Iterator[str]:
    while inside.more:
        yield inside.text()


def _record(tag: int, inside: ber.Reader) -> ldif.Record:
    if tag == messages.DELETE:
        return ldif.Delete(dn=inside.data[inside.at : inside.end].decode("utf-8", "replace"))
    dn = inside.text()
    if tag == messages.ADD:
        listed, found = inside.inside(), dict[str, list[bytes]]()
        while listed.more:
            name, given = _attribute(listed.inside())
            found.setdefault(name, []).extend(given)
        return ldif.Entry(dn=dn, attributes=found)
    if tag == messages.RENAME:
        rdn, delete_old = inside.text(), inside.boolean()
        return ldif.Rename(
            dn=dn, rdn=rdn, delete_old=delete_old, superior=inside.text(0x80) if inside.tag == 0x80 else ""
        )
    listed, changes = inside.inside(), []
    while listed.more:
        one = listed.inside()
        operation = _OPERATIONS[min(one.integer(ber.ENUMERATED), 2)]
        name, given = _attribute(one.inside())
        changes.append(ldif.Change(operation=operation, attribute=name, values=tuple(given)))
    return ldif.Modify(dn=dn, changes=tuple(changes))


def _attribute(inside: ber.Reader) -> tuple[str, list[bytes]]:
    name, held = inside.text(), inside.inside(ber.SET)
    given = []
    while held.more:
        given.append(held.octets())
    return name, given
