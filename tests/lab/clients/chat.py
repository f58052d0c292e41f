"""Chatting with ejabberd as a person does: slixmpp in a thread of its own, used without asyncio.

with Chat("anna@test.local", "secret", address=a251.address, ca=authority.certificate) as anna:
    anna.send("bob@test.local", "Hello")
    assert bob.receive().body == "Hello"
    url = anna.upload(b"picture", "picture.png")
"""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import logging
import queue
import socket
import ssl
import threading
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import slixmpp
from slixmpp.exceptions import IqError, IqTimeout

ROSTER = "jabber:iq:roster"
UPLOAD = "urn:xmpp:http:upload:0"
# It logs refusals as errors; here they are answers that a test waits for.
logging.getLogger("slixmpp").setLevel(logging.CRITICAL)


class Refused(Exception):
    """No login: the server's condition, such as not-authorized, or what was wrong with connection or certificate."""


@dataclass(frozen=True, kw_only=True)
class Message:
    sender: str
    """JID without resource."""
    body: str
    delayed: bool
    """Whether the server kept it for later (XEP-0203)."""


class Chat:
    """One login. Use it as a context manager; `__enter__` raises Refused when there is no login.

    Args:
        jid: account@domain.
        password: SASL PLAIN, SCRAM or whatever the server offers.
        address: of the host to connect to, whatever DNS says about the domain.
        ca: the authority that must have signed the server's certificate, PEM; empty: any certificate is taken.
        port: STARTTLS port.
        timeout: seconds for the login, and for each answer afterwards.
    """

    def __init__(
        self, jid: str, password: str, *, address: str, ca: str = "", port: int = 5222, timeout: float = 15.0
    ) -> None:
        self.jid = jid
        self.bound = ""
        """The full JID that the server gave, after the login."""
        self._password = password
        self._address, self._port = address, port
        self._context = trusting(ca)
        self._timeout = timeout
        self._messages: queue.Queue[Message] = queue.Queue()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=f"chat {jid}", daemon=True)
        self._client: Any = None

    def __enter__(self) -> Chat:
        self._thread.start()
        try:
            self._do(self._login())
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        with contextlib.suppress(Exception):
            self._do(self._logout())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._loop.close()

    def send(self, to: str, body: str) -> None:
        """Send a chat message; returns when the server has read it."""

        async def work() -> None:
            self._client.send_message(mto=to, mbody=body, mtype="chat")
            # The server handles a stream's stanzas in order: its answer to this says that it has seen the message.
            await self._client.plugin["xep_0199"].send_ping(self._client.boundjid.host, timeout=self._timeout)

        self._do(work())

    def receive(self, timeout: float = 10.0) -> Message:
        """The next message. Raises TimeoutError when none comes."""
        try:
            return self._messages.get(timeout=timeout)
        except queue.Empty:
            raise TimeoutError(f"{self.jid} got no message in {timeout:g} s") from None

    def add_contact(self, jid: str, name: str = "") -> None:
        """Put somebody on the server's list of contacts."""

        async def work() -> None:
            await self._client.update_roster(jid, name=name or jid)

        self._do(work())

    def roster(self) -> dict[str, str]:
        """Contacts on the server: JID -> name."""

        async def work() -> dict[str, str]:
            # slixmpp's own request says which version it knows, and gets nothing new then.
            iq = self._client.make_iq_get(queryxmlns=ROSTER)
            answer = await iq.send(timeout=self._timeout)
            items = answer.xml.findall(f"{{{ROSTER}}}query/{{{ROSTER}}}item")
            return {item.get("jid", ""): item.get("name", "") for item in items}

        return dict(self._do(work()))

    def upload_service(self) -> str:
        """JID of the component that takes files (XEP-0363); empty if the server offers none."""

        async def work() -> str:
            domain = self._client.boundjid.host
            disco = self._client.plugin["xep_0030"]
            items = (await disco.get_items(domain, timeout=self._timeout))["disco_items"]["items"]
            for jid, _node, _name in [(domain, "", ""), *items]:
                with contextlib.suppress(IqError):
                    info = await disco.get_info(jid, timeout=self._timeout)
                    if UPLOAD in info["disco_info"]["features"]:
                        return str(jid)
            return ""

        return str(self._do(work()))

    def slot(self, name: str, size: int) -> tuple[str, str]:
        """URLs to put a file and to get it. Raises Refused with the server's reason."""
        service = self.upload_service()
        if not service:
            raise Refused("the server offers no file upload")

        async def work() -> Any:
            # slixmpp's own plugin for this needs an HTTP library that nothing else here does.
            iq = self._client.make_iq_get(ito=service)
            asked = {"filename": name, "size": str(size), "content-type": "application/octet-stream"}
            iq.xml.append(ET.Element(f"{{{UPLOAD}}}request", asked))
            try:
                return (await iq.send(timeout=self._timeout)).xml.find(f"{{{UPLOAD}}}slot")
            except IqError as error:
                raise Refused(f"{error.condition}: {error.text}") from error

        slot = self._do(work())
        put, get = (slot.find(f"{{{UPLOAD}}}{kind}").get("url") for kind in ("put", "get"))
        return str(put), str(get)

    def upload(self, data: bytes, name: str, *, ca: str = "", address: str = "") -> str:
        """Upload a file as a phone does; the URL to hand to others. `ca`, `address`: as for `download`."""
        put, get = self.slot(name, len(data))
        status, said = _http("PUT", put, ca=ca, address=address, data=data)
        if status not in (200, 201):
            raise Refused(f"PUT answered {status}: {said[:200]!r}")
        return get

    # Inside the loop's thread

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=self._timeout + 5)

    async def _login(self) -> None:
        client = slixmpp.ClientXMPP(self.jid, self._password, ssl_context=self._context, loop=self._loop)
        client.enable_direct_tls = False
        for plugin in ("xep_0030", "xep_0199", "xep_0203"):
            client.register_plugin(plugin)
        self._client = client
        ended: asyncio.Future[str] = self._loop.create_future()
        reason = "the server closed the connection"

        def end(problem: str) -> None:
            if not ended.done():
                ended.set_result(problem)

        def refused(stanza: Any) -> None:
            nonlocal reason
            reason = f"{stanza['condition']} {stanza['text']}".strip()

        client.add_event_handler("failed_auth", refused)
        client.add_event_handler("failed_all_auth", lambda _event: end(reason))
        client.add_event_handler("connection_failed", lambda error: end(f"no connection: {error}"))
        client.add_event_handler("ssl_invalid_chain", lambda error: end(f"certificate: {error}"))
        # The end of the connection may be told before its reason.
        gone = lambda _event: self._loop.call_later(0.2, lambda: end(reason))  # noqa: E731
        client.add_event_handler("disconnected", gone)
        client.add_event_handler("session_start", lambda _event: end(""))
        client.add_event_handler("message", self._received)
        client.connect(self._address, self._port)
        if problem := await asyncio.wait_for(ended, self._timeout):
            raise Refused(problem)
        self.bound = str(client.boundjid)
        client.send_presence()
        with contextlib.suppress(IqTimeout):
            await client.get_roster(timeout=self._timeout)

    def _received(self, stanza: Any) -> None:
        if stanza["type"] in ("chat", "normal") and stanza["body"]:
            # Asking for ["delay"] would make one.
            delayed = stanza.get_plugin("delay", check=True) is not None
            self._messages.put(Message(sender=str(stanza["from"].bare), body=stanza["body"], delayed=delayed))

    async def _logout(self) -> None:
        if self._client is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(self._client.disconnect(wait=1.0)), 3)
            self._client.cancel_connection_attempt()
        mine = asyncio.current_task()
        others = [task for task in asyncio.all_tasks() if task is not mine]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        # One round for transports to close their sockets.
        await asyncio.sleep(0.05)


def login_refused(jid: str, password: str, **where: Any) -> str:
    """Try to log in and give the reason why that was refused; empty if it was not."""
    try:
        with Chat(jid, password, **where):
            return ""
    except Refused as error:
        return str(error)


def download(url: str, *, ca: str = "", address: str = "") -> bytes:
    """Get an uploaded file. Raises Refused with the status.

    Args:
        url: as the chat message has it.
        ca: the authority to trust, PEM; empty: any certificate is taken.
        address: where to connect to, instead of the URL's host (which then still is in the Host header).
    """
    status, data = _http("GET", url, ca=ca, address=address)
    if status != 200:
        raise Refused(f"GET answered {status}: {data[:200]!r}")
    return data


def trusting(ca: str) -> ssl.SSLContext:
    """A client's TLS settings: this authority alone and the right name, or anything if it is empty."""
    if ca:
        return ssl.create_default_context(cadata=ca)
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class _Elsewhere(http.client.HTTPSConnection):
    """HTTPS that connects to another address than the URL says, but verifies the URL's name."""

    def __init__(self, host: str, port: int, address: str, context: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=15, context=context)
        self._address = address
        self._settings = context

    def connect(self) -> None:
        plain = socket.create_connection((self._address or self.host, self.port), timeout=15)
        self.sock = self._settings.wrap_socket(plain, server_hostname=self.host)


def _http(method: str, url: str, *, ca: str, address: str, data: bytes | None = None) -> tuple[int, bytes]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "https":
        link: http.client.HTTPConnection = _Elsewhere(host, parts.port or 443, address, trusting(ca))
    else:
        link = http.client.HTTPConnection(address or host, parts.port or 80, timeout=15)
    headers = {"Host": parts.netloc, "Content-Type": "application/octet-stream"}
    try:
        link.request(method, parts.path, body=data, headers=headers)
        answer = link.getresponse()
        return answer.status, answer.read()
    except ssl.SSLError as error:
        raise Refused(f"certificate: {error}") from error
    finally:
        link.close()
