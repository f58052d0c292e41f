"""Copies phones' accounts from a directory into a file of Asterisk's: what AZDesk's timer runs on a host.

Whatever goes wrong leaves the last good file in place: a directory that is away, an answer that is not whole, accounts that would all be
gone, a file that Asterisk does not take. What came of it is in a status file beside, which AZDesk reads. No password is in an
argument, in what is printed, or in the status.
"""

from __future__ import annotations

import json
import os
import shutil
import ssl
import subprocess
import tempfile
import time

from azdesk.onhost import login_ldap, phones
from azdesk.onhost.login import Place, Refused, certificate_words, tls_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from azdesk.onhost.phones import Entry

FOLDER = "/etc/asterisk/azdesk-phones"
ACCOUNTS = FOLDER + "/accounts.conf"
STATUS = FOLDER + "/status.json"
SETTINGS = "/etc/azdesk/phones.json"
PASSWORD = "/etc/azdesk/phones-reader"
CHECK = "/etc/azdesk/phones-check"
LOG = "/var/log/asterisk/messages.log"
USER = "asterisk"
PAGE = 500
LOGIN, PATIENCE = 10.0, 90.0
"""Seconds that one server has to let us in, and to give all that is asked for."""
ALTOGETHER = 90.0
"""Seconds after which no further server is asked: the unit that this runs in ends it after five minutes."""
_PAGED = "1.2.840.113556.1.4.319"
_PARTS = {3: "its time limit", 4: "its size limit", 11: "an administrative limit"}
"""Results that mean: this was not all."""
_NO_PAGES = 11
_SHOWN, _SAID = 50, 10
_RELOAD = "module reload res_pjsip.so"
_REGISTERED = 8
"""Numbers in one query: Asterisk takes no more than some 500 signs of a command."""
_SIGNING_OUT = 60.0
"""Seconds for that; whoever is left then stays registered until the phone's time is up."""
_LOADED = 15.0
"""Seconds that Asterisk has to take a new file."""


class Kept(Exception):
    """The file stays as it is; the text is a sentence that says why."""


class Side:
    """What the program needs of the host that it runs on."""

    def read(self, path: str) -> str | None:
        try:
            with open(path, encoding="utf-8") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def write(self, path: str, text: str, mode: int, group: str) -> None:
        """Write a whole file: it is there as it was or as it is to be, never between."""
        fd, fresh = tempfile.mkstemp(dir=os.path.dirname(path), prefix=".new-")
        try:
            with os.fdopen(fd, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            shutil.chown(fresh, "root", group)
            os.chmod(fresh, mode)
            os.replace(fresh, path)
        except BaseException:
            os.unlink(fresh)
            raise

    def remove(self, path: str) -> None:
        os.unlink(path)

    def time(self) -> float:
        return time.time()

    def pause(self, seconds: float) -> None:
        time.sleep(seconds)

    def asterisk(self, order: str) -> str | None:
        """What a command of Asterisk's console prints; None if it does not run."""
        try:
            done = subprocess.run(
                ["/usr/sbin/asterisk", "-rx", order], capture_output=True, timeout=30, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None

    def log_size(self) -> int:
        try:
            return os.stat(LOG).st_size
        except OSError:
            return 0

    def log_since(self, at: int) -> str:
        try:
            with open(LOG, "rb") as file:
                file.seek(at)
                return file.read(1 << 16).decode("utf-8", "replace")
        except OSError:
            return ""

    def search(self, url: str, settings: Mapping[str, Any], password: str) -> tuple[int, list[Entry]]:
        """Ask one server for all phones: the result's code, and entries.

        Raises:
            Refused: it does not answer as it should.
        """
        place = Place(url, LOGIN)
        request = {"account": settings["reader"], "ca": settings["ca"]}
        try:
            sock = login_ldap.bound(place, request, password)
            with sock:
                return _pages(Place(url, PATIENCE), sock, settings)
        except ssl.SSLCertVerificationError as error:
            words = certificate_words(error.verify_code, error.verify_message, place.address)
            raise Refused("tls", words) from None
        except ssl.SSLError as error:
            raise Refused("tls", tls_words(error)) from None
        except OSError as error:
            raise Refused("silent", "ends the connection (%s)" % (error.strerror or error)) from None
        except (ValueError, LookupError):
            raise Refused("protocol", "gives an answer that makes no sense") from None


def _pages(place: Place, sock: Any, settings: Mapping[str, Any]) -> tuple[int, list[Entry]]:
    found: list[Entry] = []
    cookie, number, paged = b"", 2, True
    while True:
        sock.settimeout(place.left())
        sock.sendall(_request(settings, cookie, number, paged))
        while True:
            tag, body, controls = login_ldap.message(place, sock)
            if tag == 0x64:
                found.append(_entry(body))
            elif tag == 0x65:
                break
        code, said = login_ldap.result((tag, body))
        if code not in _PARTS:
            login_ldap.judge(code, said)
        cookie, number = _cookie(controls), number + 1
        if code == _NO_PAGES and paged and not found:
            # It may give no pages, or none of this size (olcLimits' size.pr), and all at once.
            paged = False
        elif code or not cookie:
            return code, found


def _request(settings: Mapping[str, Any], cookie: bytes, number: int, paged: bool) -> bytes:
    tlv, integer, octets = login_ldap.tlv, login_ldap.integer, login_ldap.octets
    # whole subtree, aliases not followed, no limits of ours, values too
    head = octets(settings["base"]) + tlv(0x0A, b"\2") + tlv(0x0A, b"\0") + integer(0) + integer(0)
    names = b"".join(octets(name) for name in phones.wanted(settings))
    body = head + tlv(1, b"\0") + login_ldap.encoded(str(settings["filter"])) + tlv(0x30, names)
    page = tlv(0x30, integer(PAGE) + tlv(4, cookie))
    control = tlv(0xA0, tlv(0x30, octets(_PAGED) + tlv(1, b"\xff") + tlv(4, page)))
    return tlv(0x30, integer(number) + tlv(0x63, body) + (control if paged else b""))


def _entry(body: bytes) -> Entry:
    element = login_ldap.element
    _, dn, rest = element(body)
    _, rest, _ = element(rest)
    values: dict[str, Sequence[bytes]] = {}
    while rest:
        _, one, rest = element(rest)
        _, name, more = element(one)
        _, held, _ = element(more)
        found = []
        while held:
            _, value, held = element(held)
            found.append(value)
        values[name.decode("ascii", "replace").partition(";")[0].lower()] = found
    return dn.decode("utf-8", "replace"), values


def _cookie(controls: bytes) -> bytes:
    """Where the next page begins; empty where this was the last."""
    element = login_ldap.element
    if not controls:
        return b""
    _, rest, _ = element(controls)
    while rest:
        _, one, rest = element(rest)
        _, name, more = element(one)
        if name != _PAGED.encode():
            continue
        while more:
            tag, value, more = element(more)
            if tag == 4:
                _, pair, _ = element(value)
                _, _, held = element(pair)
                return element(held)[1]
    return b""


def run(side: Side) -> tuple[int, str]:
    """Copy once: exit status, and a sentence for the journal."""
    status = _status(side.read(STATUS))
    try:
        settings = _settings(side)
        server, found = _ask(side, settings)
        accounts, left = phones.copied(settings, found, side.time())
        if not accounts and status["phones"]:
            raise Kept("No phone in the directory could be taken over any more: those of the last copy stay.")
        check = side.read(CHECK)
        if not check:
            raise Kept("%s is missing." % CHECK)
        warnings = _use(side, phones.whole(accounts, check.strip()))
    except Kept as kept:
        status.update(state="kept", when=side.time(), why=str(kept))
        side.write(STATUS, json.dumps(status) + "\n", 0o644, "root")
        return 1, str(kept)
    now = side.time()
    status = {
        "state": "copied",
        "when": now,
        "fresh": now,
        "why": "",
        "phones": len(accounts),
        "server": server,
    }
    status.update(left=left[:_SHOWN], left_out=len(left), warnings=warnings)
    side.write(STATUS, json.dumps(status) + "\n", 0o644, "root")
    return 0, "%d phones from %s, %d entries left out." % (len(accounts), server, len(left))


def _status(text: str | None) -> dict[str, Any]:
    empty = {"state": "", "when": 0, "fresh": 0, "why": "", "phones": 0, "server": ""}
    empty.update(left=[], left_out=0, warnings=[])
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return empty
    return {**empty, **found} if isinstance(found, dict) else empty


def _settings(side: Side) -> dict[str, Any]:
    text = side.read(SETTINGS)
    try:
        found = json.loads(text or "")
    except ValueError:
        raise Kept("%s cannot be read." % SETTINGS) from None
    if not isinstance(found, dict):
        raise Kept("%s cannot be read." % SETTINGS)
    return found


def _ask(side: Side, settings: Mapping[str, Any]) -> tuple[str, list[Entry]]:
    """All phones from the first server that answers, and which it is."""
    # The lines after it say since when it is this one.
    password = ((side.read(PASSWORD) or "").splitlines() or [""])[0]
    if not password:
        raise Kept("%s is missing." % PASSWORD)
    whys: list[str] = []
    end = side.time() + ALTOGETHER
    for url in settings["urls"]:
        if side.time() > end:
            whys.append("%s was not asked any more" % url)
            continue
        try:
            code, found = side.search(url, settings, password)
        except Refused as refused:
            whys.append("%s %s" % (url, refused.text))
            continue
        if code:
            # Another server may have no such limit; half of the phones are no phones.
            whys.append("%s gives a part of the entries only, for %s" % (url, _PARTS.get(code, "a limit")))
            continue
        return url, found
    raise Kept("%s." % "; ".join(whys))


def _use(side: Side, text: str) -> list[str]:
    """Have Asterisk take a file, if it is another one than before; what it warns of then.

    Raises:
        Kept: it does not take it, and has the one before again.
    """
    before = side.read(ACCOUNTS)
    if before == text and _loaded(side, text) is not False:
        return []
    at = side.log_size()
    side.write(ACCOUNTS, text, 0o640, USER)
    if side.asterisk(_RELOAD) is None:
        return []  # it does not run, and reads the file when it starts
    for _ in range(int(_LOADED)):
        if _loaded(side, text) is not False:
            # Not before it has the new file: until then such a phone could register again.
            _sign_out(side, phones.signed_out(before or "", text))
            return _warnings(side.log_since(at), text)
        side.pause(1.0)
    said = _warnings(side.log_since(at), text)
    if before is None:
        side.remove(ACCOUNTS)
    else:
        side.write(ACCOUNTS, before, 0o640, USER)
    side.asterisk(_RELOAD)
    raise Kept("Asterisk does not take the new accounts%s." % (": " + said[0] if said else ""))


def _sign_out(side: Side, numbers: Sequence[str]) -> None:
    """End registrations of phones. Calls in progress go on. No command of PJSIP's does this."""
    end = side.time() + _SIGNING_OUT
    for at in range(0, len(numbers), _REGISTERED):
        if side.time() > end:
            return
        some = numbers[at : at + _REGISTERED]
        which = " OR ".join("key GLOB '/registrar/contact/%s;*'" % number for number in some)
        side.asterisk('database query "DELETE FROM astdb WHERE %s"' % which)


def _loaded(side: Side, text: str) -> bool | None:
    """Whether Asterisk has this very file; None if it does not run."""
    shown = side.asterisk("pjsip show endpoint %s" % phones.CHECK)
    return None if shown is None else phones.mark_of(text) in shown


def _warnings(log: str, text: str) -> list[str]:
    """Lines of the log about PJSIP that a reload brought, without passwords: Asterisk quotes what it does not like."""
    secrets = {
        line.partition(" = ")[2]
        for line in text.splitlines()
        if line.startswith(("password = ", "md5_cred = "))
    }
    secrets |= {secret.replace("\\;", ";") for secret in secrets}
    found = []
    for line in log.splitlines():
        if (" WARNING[" in line or " ERROR[" in line) and (
            "pjsip" in line or "sorcery" in line or "config" in line
        ):
            quoted = any(secret in line for secret in secrets)
            found.append("a value of a phone's account is not taken" if quoted else line[:300])
    return found[:_SAID]


def main() -> int:
    """For the unit that runs this."""
    code, said = run(Side())
    print(said)
    return code
