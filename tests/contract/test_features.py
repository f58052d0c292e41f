"""What features promise, held on practice hosts and on real ones alike."""

from __future__ import annotations

import json
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Mapping

import pytest

from azdesk.app.adopting import adopt
from azdesk.app.applying import apply
from azdesk.app.planning import differences
from azdesk.app.session import Session
from azdesk.core.outcome import HostState
from azdesk.core.probe import Ami, AmiAction
from azdesk.core.progress import Job
from azdesk.features.manager import Live, ManagerState
from tests.contract.backends import DOMAIN, HOSTS, Backend, Entry, change, look, refused, settled

A251, A253 = HOSTS
FOLDERS = ("/etc", "/home")
MAIN = "/etc/ejabberd/ejabberd.yml"


def changes(before: Mapping[str, Entry], after: Mapping[str, Entry]) -> set[str]:
    """Paths that differ, but for the files that the system itself keeps there."""
    own = ("/etc/.pwd.lock", "/etc/ld.so.cache", "/etc/resolv.conf", "/etc/mtab")
    return {
        path
        for path in before.keys() | after.keys()
        if before.get(path) != after.get(path)
        if path not in own
    }


def test_a_whole_life(backend: Backend) -> None:
    """In, everything on, moved, off again, out: nothing left to do after each, no trace after the last."""
    before = {host: backend.files(host, *FOLDERS) for host in HOSTS}
    url = f"https://{backend.lan_address(A251)}:5443/upload"
    with backend.session() as session:
        settled(session, backend.outside)
        change(session, backend.document())
        full = backend.document(upload__url=url, chat_log__enabled=True)
        outcome = change(session, full).host(A251)
        assert outcome.state is HostState.CHANGED
        assert {step.state for step in outcome.steps} == {"done"}
        if backend.name == "lab":
            _really_works(backend, url)
        assert adopt(full, session.observations[A251]) == full
        moved = backend.document(
            upload__url=f"http://{backend.lan_address(A251)}:6080/files",
            upload__directory="/srv/flv",
            chat_log__enabled=True,
            chat_log__directory="/srv/chat",
        )
        change(session, moved)
        assert f"{_drop_in('upload')}" not in backend.files(A251, "/etc/systemd")
        assert change(session, full).host(A251).state is HostState.CHANGED
        for path in backend.files(A251, "/home/chat"):
            backend.remove(A251, path)
        change(session, backend.document())
        assert changes(before[A251], backend.files(A251, *FOLDERS)) == {
            "/etc/asterisk/manager.d/azdesk.conf",
            "/etc/default/ejabberd",
            MAIN,
            "/etc/ejabberd/azdesk-xmpp.yml",
            "/etc/hosts",
        }
        change(session, backend.outside)
    after = {host: backend.files(host, *FOLDERS) for host in HOSTS}
    assert changes(before[A251], after[A251]) == set()
    assert changes(before[A253], after[A253]) == set()


def _drop_in(part: str) -> str:
    return f"/etc/systemd/system/ejabberd.service.d/azdesk-{part}.conf"


def _really_works(backend: Backend, url: str) -> None:
    """ejabberd itself does what was configured: answers, records, sees /home."""
    shown = backend.run(A251, "systemctl", "show", "ejabberd", "-p", "ProtectHome", "-p", "UMask")
    assert sorted(shown.split()) == ["ProtectHome=no", "UMask=0007"]
    assert _status(f"{url}/a/b") == 404, "the upload module does not know that file, but it is asked"
    backend.run(
        A251, "ejabberdctl", "send_message", "chat", f"anna@{DOMAIN}", f"ben@{DOMAIN}", "", "Grüß dich"
    )
    deadline = time.monotonic() + 10
    while not (logs := sorted(backend.files(A251, "/home/chat"))):
        assert time.monotonic() < deadline, "no chat was recorded"
        time.sleep(0.1)
    assert logs[0].endswith(f"anna@{DOMAIN} - ben@{DOMAIN}.log")
    assert "Grüß dich" in backend.run(A251, "cat", logs[0])
    assert backend.files(A251, "/home")[logs[0]][:3] == (0o660, "ejabberd", "ejabberd")


def _status(url: str) -> int:
    context = ssl._create_unverified_context()
    try:
        with urllib.request.urlopen(url, timeout=5, context=context) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        assert "ejabberd" in str(error.headers) or error.read().strip() == b"Not found."
        return error.code


def test_stopped_services_are_started_again(backend: Backend) -> None:
    backend.run(A251, "systemctl", "stop", "asterisk")
    backend.run(A251, "systemctl", "disable", "asterisk")
    with backend.session() as session:
        seen = look(session, backend.outside)
        assert differences(backend.outside, seen.observations[A251]) == {
            "services": ("asterisk is inactive", "asterisk does not start at boot")
        }
        assert [step.title for step in seen.plan.host(A251).steps] == [
            "Start asterisk at boot",
            "Start asterisk",
        ]
        change(session, backend.outside)
    assert backend.run(A251, "systemctl", "is-active", "asterisk").strip() == "active"
    assert backend.run(A251, "systemctl", "is-enabled", "asterisk").strip() == "enabled"


def test_what_the_admin_wrote_stays(backend: Backend) -> None:
    """A foreign configuration: other indentation, no line end, bytes that are no UTF-8, the module already there."""
    foreign = FOREIGN
    backend.write(A251, MAIN, foreign)
    backend.write(A251, "/etc/hosts", b"127.0.0.1 localhost\n# caf\xe9\n127.0.1.1 a251 # by Anna")
    backend.run(A251, "systemctl", "restart", "ejabberd")
    before = backend.files(A251, "/etc")
    with backend.session() as session:
        full = backend.document(
            upload__url=f"https://{backend.lan_address(A251)}:5443/upload", chat_log__enabled=True
        )
        seen = look(session, full)
        assert "mod_http_upload entry (https://old.example.com" in " ".join(
            note.text for note in seen.plan.host(A251).notes
        )
        change(session, full)
        change(session, backend.outside)
    assert changes(before, backend.files(A251, "/etc")) == set()


FOREIGN = b"""\
# Anna's own, \xc3\xbc
hosts: [ localhost, "test.local" ]
loglevel: info
certfiles: [/etc/ejabberd/ejabberd.pem]
listen:
- port: 5222
  module: ejabberd_c2s
- port: 5443
  module: ejabberd_http
  tls: true
  "request_handlers":
       # for phones
       /api: mod_http_api
modules:
    mod_http_api: {}
    mod_http_upload:
        put_url: "https://old.example.com:5443/upload/@HOST@"
# somebody's remark
        docroot: /var/lib/ejabberd/upload

    mod_roster: {}"""


@pytest.mark.parametrize("folder", ["/home/chat", "/srv/chat"])
def test_a_broken_stock_file_stops_the_change_while_ejabberd_still_runs(
    backend: Backend, folder: str
) -> None:
    """Whether it would be reloaded or restarted: ejabberd's own words come through, the host is as before."""
    with backend.session() as session:
        change(session, backend.document())
        text = backend.run(A251, "cat", MAIN)
        backend.write(A251, MAIN, f"{text}\nno_such_option_here: 1\n".encode())
        before = backend.files(A251, *FOLDERS)
        outcome = refused(session, backend.document(chat_log__enabled=True, chat_log__directory=folder))
        assert "no_such_option_here" in outcome.message
        assert changes(before, backend.files(A251, *FOLDERS)) == set()
        assert "is running" in backend.run(A251, "ejabberdctl", "status")
        backend.write(A251, MAIN, text.encode())
        settled(session, backend.document())


def test_what_only_ejabberd_finds_wrong_is_taken_back(backend: Backend) -> None:
    """The admin's own file has what ours would say too: its duplicate is refused, the host is as before."""
    more = (
        b"append_host_config:\n  localhost:\n    modules:\n      mod_log_chat: {path: /tmp, format: text}\n"
    )
    with backend.session() as session:
        change(session, backend.document())
        site = more.replace(b"localhost", DOMAIN.encode())
        backend.write(A251, "/etc/ejabberd/site.yml", site)
        text = backend.run(A251, "cat", MAIN)
        backend.write(A251, MAIN, f"include_config_file: /etc/ejabberd/site.yml\n{text}".encode())
        before = backend.files(A251, *FOLDERS)
        outcome = refused(session, backend.document(chat_log__enabled=True, chat_log__directory="/srv/chat"))
        assert "mod_log_chat" in outcome.message
        assert changes(before, backend.files(A251, *FOLDERS)) == set()


def test_a_document_that_was_lost(backend: Backend) -> None:
    """What one host has is enough to write its part of the document again."""
    with backend.session() as session:
        fleet = backend.document(
            upload__url=f"https://{backend.lan_address(A251)}:5443/up", upload__max_size=5000
        )
        change(session, fleet)
        look(session, backend.outside)
        found = backend.outside
        for _ in range(2):
            found = adopt(found, session.observations[A251])
            settled_or_not = look(session, found)
        assert found == fleet
        assert not settled_or_not.plan.host(A251).steps


def test_edits_by_hand_are_seen_and_mended(backend: Backend) -> None:
    with backend.session() as session:
        fleet = backend.document(upload__url=f"https://{backend.lan_address(A251)}:5443/upload")
        change(session, fleet)
        backend.write(A251, "/etc/ejabberd/azdesk-upload.yml", b"# nothing\n")
        backend.remove(A251, _drop_in("upload"))
        seen = look(session, fleet)
        assert set(differences(fleet, seen.observations[A251])) == {"upload"}
        change(session, fleet)


def test_a_change_between_review_and_applying_is_not_overwritten(backend: Backend) -> None:
    with backend.session() as session:
        approved = look(session, backend.document())
        hosts = backend.run(A251, "cat", "/etc/hosts") + "10.1.2.3 printer\n"
        backend.write(A251, "/etc/hosts", hosts.encode())
        before = backend.files(A251, "/etc")
        outcome = apply(session, approved).host(A251)
        assert outcome.state is HostState.NOT_RUN
        assert "no longer as it was" in outcome.message
        assert changes(before, backend.files(A251, "/etc")) == set()


MANAGER, ACCOUNT = "/etc/asterisk/manager.conf", "/etc/asterisk/manager.d/azdesk.conf"


def live(session: Session) -> Live | None:
    state = session.observations[A251].states["manager"]
    assert isinstance(state, ManagerState)
    return state.live


def secret_of(backend: Backend) -> str:
    return next(
        line for line in backend.run(A251, "cat", ACCOUNT).splitlines() if line.startswith("secret = ")
    )


def test_asterisk_says_how_it_is(backend: Backend) -> None:
    """An account that can ask and nothing else; its secret is the host's own and stays there."""
    with backend.session() as session:
        settled(session, backend.outside)
        assert live(session) is None
        outcome = change(session, backend.document(), HOSTS[:1])
        found = live(session)
        assert found is not None
        assert found.version.startswith("22.")
        assert (found.calls, found.phones) == (0, 0)
        assert 0 <= time.time() - found.started < 600
        secret = secret_of(backend)
        assert len(secret) == len("secret = ") + 20
        assert secret[9:] not in repr(session.observations[A251]) + repr(outcome)
        assert backend.files(A251, "/etc/asterisk")[ACCOUNT][:3] == (0o640, "root", "asterisk")
        rights = backend.run(A251, "asterisk", "-rx", "manager show user azdesk")
        assert "write perm: reporting\n" in rights
        assert "read perm: system,call\n" in rights
        more = [(("Action", name),) for name in ("PJSIPShowContacts", "Command", "GetConfig", "Originate")]
        assert {reply["Message"] for reply in _asked(session, *more)} == {"Permission denied"}
        backend.run(A251, "systemctl", "stop", "asterisk")
        seen = look(session, backend.document())
        assert live(session) is None
        assert set(differences(backend.document(), seen.observations[A251])) == {"services"}
        change(session, backend.document())
        assert live(session) is not None
        assert secret_of(backend) == secret, "nothing was wrong with it"


def _asked(session: Session, *actions: AmiAction) -> list[Mapping[str, str]]:
    """The response to each action."""
    probe = Ami(actions=actions, account=ACCOUNT, user="azdesk")
    reading = session.pool.link(A251, Job()).look({"live": probe}).ami("live")
    assert reading.answered, reading.error
    return [reply[0] for reply in reading.replies]


@pytest.mark.parametrize(
    "foreign",
    [
        b"[general]\nenabled = no\n[anna]\nsecret = hers\nread = all",
        b'[general]\nenabled = yes\nbindaddr = 0.0.0.0\nport = 5039\n#include "manager.d/*.conf"\n',
        b"; nothing\n",
    ],
    ids=["off", "everywhere", "empty"],
)
def test_the_manager_interface_of_an_admin(backend: Backend, foreign: bytes) -> None:
    """Switched on, bound to the loopback, and afterwards as it was."""
    backend.write(A251, MANAGER, foreign)
    backend.run(A251, "systemctl", "restart", "asterisk")
    before = backend.files(A251, *FOLDERS)
    with backend.session() as session:
        change(session, backend.document())
        assert live(session) is not None
        assert "127.0.0.1:5038" in backend.run(A251, "asterisk", "-rx", "manager show settings")
        change(session, backend.outside)
        assert "There is no manager called" in backend.run(
            A251, "asterisk", "-rx", "manager show user azdesk"
        )
    assert changes(before, backend.files(A251, *FOLDERS)) == set()


def test_asterisk_that_does_not_take_its_file(backend: Backend) -> None:
    """A file that does not parse is not loaded, without a word: asking finds out, and the host is as before."""
    text = backend.run(A251, "cat", MANAGER)
    backend.write(A251, MANAGER, f"{text}\n[anna\nsecret = hers\n".encode())
    before = backend.files(A251, *FOLDERS)
    with backend.session() as session:
        outcome = refused(session, backend.document())
        assert "Asterisk's manager interface does not answer" in outcome.message
        assert changes(before, backend.files(A251, *FOLDERS)) == set()


def test_an_account_that_was_tampered_with(backend: Backend) -> None:
    with backend.session() as session:
        change(session, backend.document())
        secret = secret_of(backend)
        text = backend.run(A251, "cat", ACCOUNT).replace("write = reporting", "write = all")
        backend.write(A251, ACCOUNT, text.encode())
        seen = look(session, backend.document())
        assert set(differences(backend.document(), seen.observations[A251])) == {"manager"}
        change(session, backend.document())
        assert secret_of(backend) != secret, "who changed it may have read it"
        assert live(session) is not None


@pytest.mark.slow
def test_two_nodes_share_one_url(backend: Backend) -> None:
    """Both nodes get the cluster's settings; then one leaves, and has no trace of them."""
    before = backend.files(A253, *FOLDERS)
    with backend.session() as session:
        both = backend.document(A251, A253, upload__url="https://172.16.38.1:5443/upload")
        change(session, both, HOSTS)
        for host in HOSTS:
            info = backend.run(host, "ejabberdctl", "mnesia_info_ctl")
            assert "running db nodes" in info
            assert all(
                f"ejabberd@{name}" in info.split("running db nodes")[1].split("]")[0] for name in HOSTS
            )
        one = backend.document(A251, upload__url="https://172.16.38.1:5443/upload")
        change(session, one, HOSTS)
        settled(session, one, HOSTS)
    assert changes(before, backend.files(A253, *FOLDERS)) == set()


class TestPackages:
    """On real hosts alone: practice hosts have every package at hand."""

    NAME = "ejabberd-mod-log-chat"

    @pytest.fixture
    def on_lab(self, backend: Backend) -> Backend:
        if backend.name != "lab":
            pytest.skip("needs dpkg itself")
        return backend

    def test_a_package_that_cannot_be_had(self, on_lab: Backend) -> None:
        # The package that pulls in all modules, and so stands in the way of removing one.
        on_lab.run(A251, "dpkg", "--purge", "ejabberd-contrib", self.NAME)
        on_lab.run(A251, "sh", "-c", "rm -f /var/cache/apt/archives/ejabberd-mod-*")
        with on_lab.session() as session:
            before = on_lab.files(A251, *FOLDERS)
            outcome = refused(session, on_lab.document(chat_log__enabled=True))
            assert self.NAME in outcome.message
            assert changes(before, on_lab.files(A251, *FOLDERS)) == set()
            settled(session, on_lab.outside)

    def test_a_missing_package_is_installed(self, on_lab: Backend) -> None:
        """From a repository on the host itself, made of what was installed there."""
        on_lab.run(A251, "sh", "-c", REPOSITORY, "make", self.NAME)
        # The package that pulls in all modules, and so stands in the way of removing one.
        on_lab.run(A251, "dpkg", "--purge", "ejabberd-contrib", self.NAME)
        with on_lab.session() as session:
            change(session, on_lab.document(chat_log__enabled=True))
        assert on_lab.run(A251, "dpkg-query", "-W", "-f", "${db:Status-Status}", self.NAME) == "installed"


REPOSITORY = """set -e
mkdir -p /srv/repo/tree/DEBIAN && cd /srv/repo
dpkg-query -L "$1" | while read -r path; do [ -f "$path" ] && cp --parents "$path" tree; done
dpkg-query -s "$1" | grep -v "^Status:" > tree/DEBIAN/control
dpkg-deb --root-owner-group -b tree package.deb
{ cat tree/DEBIAN/control; echo "Filename: ./package.deb"; echo "Size: $(stat -c %s package.deb)"
  echo "SHA256: $(sha256sum package.deb | cut -d' ' -f1)"; } > Packages
rm -rf /var/cache/apt/archives/ejabberd-mod-* /etc/apt/sources.list /etc/apt/sources.list.d/*
echo "deb [trusted=yes] file:/srv/repo ./" > /etc/apt/sources.list
"""


def test_observing_is_one_small_answer(backend: Backend) -> None:
    """All of a host in one look that is JSON."""
    with backend.session() as session:
        seen = look(session, backend.outside, HOSTS)
        assert set(seen.observations) == set(HOSTS)
        for observation in seen.observations.values():
            assert json.dumps(observation.states["names"].records) == "[]"
