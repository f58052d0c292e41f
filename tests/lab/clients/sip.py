"""Registering phones with Asterisk: sipp over UDP and TCP, the phone baresip over TLS.

register(host.address, "6853", "e2cdbe09").code == 200
register(host.address, "6853", "wrong").code in (401, 403)
register(host.address, "6853", "e2cdbe09", transport="tls", ca=authority.certificate).code == 200
"""

from __future__ import annotations

import re
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Transport = Literal["udp", "tcp", "tls"]

SCENARIO = """<?xml version="1.0" encoding="utf-8" ?>
<!DOCTYPE scenario SYSTEM "sipp.dtd">
<scenario name="register">
  <send retrans="500"><![CDATA[{first}]]></send>
  <recv response="100" optional="true"/>
  <recv response="200" optional="true" next="done"/>
  <recv response="401" auth="true"/>
  <send retrans="500"><![CDATA[{second}]]></send>
  <recv response="100" optional="true"/>
  <recv response="200"/>
  <label id="done"/>
</scenario>
"""
REQUEST = """
REGISTER sip:[remote_ip] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:{user}@[remote_ip]>;tag=[pid]SIPpTag00[call_number]
To: <sip:{user}@[remote_ip]>
Call-ID: [call_id]
CSeq: {number} REGISTER
Contact: <sip:{user}@[local_ip]:[local_port];transport=[transport]{parameters}>
{authentication}Expires: {expires}
Max-Forwards: 70
User-Agent: {agent}
Content-Length: 0

"""


class SipError(Exception):
    """No answer came, or the connection was not made; with what the client said."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """How a registration ended."""

    code: int
    """The last status: 200 registered; 401 and 403 refused; 404 unknown."""
    challenged: bool
    """Whether the server asked for a password at all. A 200 without that is an open door."""
    said: str
    """The whole conversation, for messages."""


def register(
    host: str,
    user: str,
    password: str,
    transport: Transport = "udp",
    *,
    ca: str = "",
    port: int = 0,
    login: str = "",
    expires: int = 60,
    agent: str = "sipp",
    parameters: str = "",
    timeout: float = 10.0,
) -> Answer:
    """Register a phone and say how that ended.

    Args:
        host: address of the server.
        user: the number, in From, To and Contact.
        password: may be empty or wrong.
        transport: with tls, `ca` (PEM) has to have signed the server's certificate, which has to name `host`.
        ca: authority that is trusted, PEM; with tls only.
        port: empty: 5060, 5061 with tls.
        login: name in the credentials, where it is another than `user`.
        expires: seconds; 0 unregisters. With tls the phone unregisters as it leaves.
        agent: User-Agent.
        parameters: more parameters of the Contact URI, such as ";pn-provider=apns" (not with tls).
        timeout: seconds to wait for an answer.

    Raises SipError when there was none.
    """
    if transport == "tls":
        with phone(host, user, password, ca=ca, port=port, login=login, timeout=timeout) as answer:
            return answer
    with tempfile.TemporaryDirectory(prefix="sipp-") as name:
        return _sipp(
            Path(name), host, port or 5060, user, password,
            transport=transport, login=login or user, timeout=timeout,
            fields={"expires": str(expires), "agent": agent, "parameters": parameters},
        )  # fmt: skip


def _sipp(
    folder: Path,
    host: str,
    port: int,
    user: str,
    password: str,
    *,
    transport: Transport,
    login: str,
    fields: dict[str, str],
    timeout: float,
) -> Answer:
    # The password stands in the scenario's file, and not on the command line, which ends at an empty word.
    credentials = f"[authentication username={login} password={password}]\n"
    requests = {
        "first": REQUEST.format(user=user, number=1, authentication="", **fields),
        "second": REQUEST.format(user=user, number=2, authentication=credentials, **fields),
    }
    scenario, messages = folder / "register.xml", folder / "messages"
    scenario.write_text(SCENARIO.format(**requests))
    argv = [
        "sipp", f"{host}:{port}", "-sf", str(scenario), "-m", "1", "-nostdin",
        "-t", {"udp": "u1", "tcp": "t1"}[transport], "-i", own_address(host),
        "-trace_msg", "-message_file", str(messages), "-timeout", f"{timeout:g}s", "-timeout_error",
    ]  # fmt: skip
    env = {"TERM": "dumb", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        argv, cwd=folder, env=env, capture_output=True, timeout=timeout + 10, check=False, text=True
    )
    said = messages.read_text(errors="replace") if messages.exists() else ""
    codes = [int(code) for code in re.findall(r"^SIP/2\.0 (\d{3}) ", said, re.MULTILINE)]
    final = [code for code in codes if code >= 200]
    if not final or (done.returncode and final == [401] and said.count("REGISTER sip:") < 2):
        raise SipError(f"No answer from {host}:{port} over {transport}: {said or done.stderr or done.stdout}")
    return Answer(code=final[-1], challenged=401 in codes, said=said)


def own_address(host: str) -> str:
    """This machine's address on the way there."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect((host, 5060))
        return str(probe.getsockname()[0])


CONFIG = """poll_method epoll
sip_listen {own}:0
module_path {modules}
module_tmp account.so
module_app menu.so
"""


class phone:
    """The phone baresip, registered over TLS (or UDP) while the block runs."""

    def __init__(
        self,
        host: str,
        user: str,
        password: str,
        *,
        ca: str = "",
        port: int = 0,
        login: str = "",
        transport: Transport = "tls",
        timeout: float = 10.0,
    ) -> None:
        self._address = f"{host}:{port or (5061 if transport == 'tls' else 5060)}"
        self._account = (
            f"<sip:{user}@{self._address};transport={transport}>"
            f";auth_user={login or user};auth_pass={password};regint=60\n"
        )
        self._own = own_address(host)
        self._tls = transport == "tls"
        self._host, self._port, self._ca = host, port or 5061, ca
        self._timeout = timeout

    def __enter__(self) -> Answer:
        if self._tls:
            # baresip 1.0 takes any certificate, so it is looked at here.
            check_tls(self._host, self._port, ca=self._ca)
        self._folder = tempfile.TemporaryDirectory(prefix="baresip-")
        folder = Path(self._folder.name)
        modules = next(Path("/usr/lib").glob("**/baresip/modules"))
        (folder / "config").write_text(CONFIG.format(own=self._own, modules=modules))
        (folder / "accounts").write_text(self._account)
        (folder / "contacts").write_text("")
        argv = ["stdbuf", "-oL", "-eL", "baresip", "-4", "-f", str(folder)]
        self._process = subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        try:
            return self._wait()
        except BaseException:
            self._leave()
            raise

    def _wait(self) -> Answer:
        said: list[str] = []
        # Ends the wait for lines, if none comes.
        guard = threading.Timer(self._timeout, self._process.kill)
        guard.start()
        try:
            for line in self._process.stdout or ():
                said.append(line)
                if found := re.search(r"(?:\}|reg: \S+) (\d{3}) ", line):
                    # baresip says nothing of the challenge; it answers one, and does not when there is none.
                    return Answer(code=int(found[1]), challenged=True, said="".join(said))
                if "reg: " in line:
                    break
        finally:
            guard.cancel()
        raise SipError(f"Not registered with {self._address}: {''.join(said)}")

    def __exit__(self, *_error: object) -> None:
        self._leave()

    def _leave(self) -> None:
        """As by Ctrl-C: the phone unregisters."""
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
        self._folder.cleanup()


def check_tls(
    host: str, port: int, *, ca: str, newest: ssl.TLSVersion = ssl.TLSVersion.MAXIMUM_SUPPORTED
) -> None:
    """Shake hands as a phone does that trusts this authority alone. Raises SipError with OpenSSL's reason."""
    context = ssl.create_default_context(cadata=ca)
    context.maximum_version = newest
    try:
        with (
            socket.create_connection((host, port), timeout=10) as plain,
            context.wrap_socket(plain, server_hostname=host),
        ):
            pass
    except OSError as error:
        raise SipError(f"No TLS with {host}:{port}: {error}") from error
