"""What the program on a host makes of a directory's entries: nothing of them says more than one value, and the last good file stays."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azdesk.onhost import copying, phones
from azdesk.onhost.login import Refused

SETTINGS: dict[str, Any] = {
    "urls": ["ldaps://one", "ldaps://two"], "ca": "", "reader": "cn=r", "base": "dc=x", "filter": "(uid=*)", "number": "ipPhone",
    "secret": "pager", "account": "uid", "name": "displayName", "digest": False, "codecs": "!all,ulaw", "max_contacts": 5, "context": "all",
}  # fmt: skip
NOW = 1_800_000_000.0
ANY = st.one_of(
    st.text(max_size=12).map(str.encode),
    st.binary(max_size=6),
    st.sampled_from(
        [b"a;b", b"\\;", b"x\n[evil]", b"a\r#include x", b"[6853](!)", b"a;--b--;", b"=> x", b"pw\\"]
    ),
)


def entry(number: bytes = b"6853", pager: bytes = b"pw", **more: bytes) -> phones.Entry:
    values = {"ipphone": [number], "pager": [pager], "uid": [b"nana"]}
    return "uid=nana,dc=x", {**values, **{name.lower(): [value] for name, value in more.items()}}


def parsed(text: str) -> list[tuple[str, dict[str, str]]]:
    """As Asterisk reads such a file [main/config.c]: no templates, no directives, comments from an unescaped semicolon."""
    found: list[tuple[str, dict[str, str]]] = []
    for line in text.split("\n"):
        bare, at = "", 0
        while at < len(line) and line[at] != ";":
            step = 2 if line[at : at + 2] == "\\;" else 1
            bare += ";" if step == 2 else line[at]
            at += step
        bare = bare.strip()
        if bare.startswith("["):
            assert bare.endswith("]"), bare
            found.append((bare[1:-1], {}))
        elif bare:
            name, _, value = bare.partition("=")
            assert name.strip().isidentifier(), bare
            found[-1][1][name.strip()] = value.strip()
    return found


@given(
    number=ANY, pager=ANY, caller=ANY, context=ANY, codecs=ANY, name=ANY,
)  # fmt: skip
def test_nothing_gets_out_of_its_value(
    number: bytes, pager: bytes, caller: bytes, context: bytes, codecs: bytes, name: bytes
) -> None:
    odd = entry(number, pager, AstAccountCallerID=caller, displayName=name)
    others = [
        entry(b"6854", pager, displayName=name), entry(b"6855", b"x", AstAccountContext=context),
        entry(b"6856", b"x", AstAccountAllowedCodec=codecs), entry(b"6857", b"x", AstAccountCallerID=caller),
    ]  # fmt: skip
    accounts, left = phones.copied(SETTINGS, [odd, *others], NOW)
    assert len(accounts) + len(left) == 5
    sections = parsed(phones.whole(accounts, "check"))
    assert [name for name, _ in sections] == [
        name for name in (*sorted(accounts), phones.CHECK) for _ in range(3)
    ]
    for kind, at in (("endpoint", 0), ("auth", 1), ("aor", 2)):
        assert all(options["type"] == kind for _, options in sections[at::3])
    for section, options in sections[1::3]:
        assert options["password"], section
        if section == "6854":
            assert options["password"] == pager.decode()


@pytest.mark.parametrize(
    ("odd", "why"),
    [
        (entry(b""), "has a number that is not"),
        (entry(b"68 53"), "has a number that is not"),
        (entry(pager=b""), "has no password"),
        (entry(pager=b"{SSHA}x"), "has a hash"),
        (entry(pager=b"a\nb"), "has a line break"),
        (entry(pager=b"\xff"), "has no text in pager"),
        (entry(pager=b"p" * 129), "has a password of more than 128"),
        (entry(AstAccountContext=b"a,b"), "has no name of a context"),
        (entry(AstAccountCallGroup=b"64"), "has a group above 63"),
        (entry(AstAccountCallLimit=b"0"), "has no number from 1 to 99"),
        (entry(AstAccountCallerID="a\u202eb".encode()), "has a line break or another invisible"),
        (("cn=x", {"ipphone": [b"1", b"2"], "pager": [b"x"]}), "has several values in ipPhone"),
    ],
)
def test_who_is_left_out(odd: phones.Entry, why: str) -> None:
    accounts, left = phones.copied(SETTINGS, [odd], NOW)
    assert not accounts
    assert why in left[0][1]
    assert left[0][0] in ("nana", "cn=x")


def test_two_with_one_number_and_digests() -> None:
    accounts, left = phones.copied(SETTINGS, [entry(), entry(), entry(b"6854")], NOW)
    assert list(accounts) == ["6854"]
    assert len(left) == 2
    sums, left = phones.copied({**SETTINGS, "digest": True}, [entry(pager=b"A" * 32), entry(b"6854")], NOW)
    assert "md5_cred = " + "a" * 32 in sums["6853"]
    assert "MD5" in left[0][1]


def test_a_caller_is_shown_by_name() -> None:
    (text,) = phones.copied(SETTINGS, [entry(displayName=b'Nana "N" <x>')], NOW)[0].values()
    assert 'callerid = "Nana N x" <6853>\n' in text


def test_who_has_expired_is_as_if_not_there() -> None:
    """Active Directory counts 100 ns from 1601; 0 and the largest number are never."""
    settings = {**SETTINGS, "expires": "accountExpires"}
    at = int((NOW + 11644473600) * 10**7)
    values = {
        "0": True,
        str(2**63 - 1): True,
        str(at + 1): True,
        str(at): False,
        "132000000000000000": False,
        "?": True,
    }
    for value, stays in values.items():
        accounts, left = phones.copied(settings, [entry(accountExpires=value.encode())], NOW)
        assert (bool(accounts), left) == (stays, []), value
    assert phones.copied(SETTINGS, [entry(accountExpires=b"1")], NOW)[0], (
        "another directory's attribute of that name"
    )
    assert "accountExpires" in phones.wanted(settings)


def test_who_has_to_register_again() -> None:
    def file(*pairs: tuple[bytes, bytes], digest: bool = False) -> str:
        found, _ = phones.copied({**SETTINGS, "digest": digest}, [entry(*pair) for pair in pairs], NOW)
        return phones.whole(found, "check")

    old = file((b"6853", b"one"), (b"6854", b"two"), (b"6855", b"a;b"), (b"+49", b"x"))
    assert phones.signed_out("", old) == []
    assert phones.signed_out(old, old) == []
    assert phones.signed_out(old, file((b"6853", b"one"), (b"6854", b"new"), (b"6855", b"a;b"))) == [
        "+49",
        "6854",
    ]
    assert phones.signed_out(old, file((b"6853", b"a" * 32), digest=True)) == ["+49", "6853", "6854", "6855"]
    assert phones.signed_out("[x]\ntype = auth\nusername = 6*' OR 1=1\npassword = x\n", old) == []


class _Side(copying.Side):
    """A host in memory, with a directory that says what it is told and an Asterisk that takes what it likes."""

    def __init__(self) -> None:
        self.files = {
            copying.SETTINGS: json.dumps(SETTINGS), copying.PASSWORD: "secret\n; since\n", copying.CHECK: "check",
        }  # fmt: skip
        self.answers: dict[str, Any] = {"ldaps://one": (0, [entry()]), "ldaps://two": (0, [entry()])}
        self.loaded: str | None = ""
        self.takes = True
        self.reloads = 0
        self.log = ""
        self.queries: list[str] = []

    def read(self, path: str) -> str | None:
        return self.files.get(path)

    def write(self, path: str, text: str, mode: int, group: str) -> None:
        assert (mode, group) == ((0o640, "asterisk") if path == copying.ACCOUNTS else (0o644, "root"))
        self.files[path] = text

    def remove(self, path: str) -> None:
        del self.files[path]

    def time(self) -> float:
        return 1000.0

    def pause(self, seconds: float) -> None:
        pass

    def asterisk(self, order: str) -> str | None:
        if self.loaded is None:
            return None
        if order.startswith("database query"):
            self.queries.append(order)
        elif order.startswith("module reload"):
            self.reloads += 1
            if self.takes:
                self.loaded = self.files.get(copying.ACCOUNTS, "")
            else:
                self.log += "[now] ERROR[1] res_sorcery_config.c: 'pw' of pjsip is wrong\n"
        return self.loaded

    def log_size(self) -> int:
        return len(self.log)

    def log_since(self, at: int) -> str:
        return self.log[at:]

    def search(self, url: str, settings: Mapping[str, Any], password: str) -> tuple[int, list[phones.Entry]]:
        assert password == "secret"
        answer = self.answers[url]
        if isinstance(answer, Exception):
            raise answer
        return answer  # type: ignore[no-any-return]

    @property
    def status(self) -> dict[str, Any]:
        return dict(json.loads(self.files[copying.STATUS]))


def test_asterisk_is_told_when_something_has_changed_only() -> None:
    side = _Side()
    assert copying.run(side) == (0, "1 phones from ldaps://one, 0 entries left out.")
    assert copying.run(side)[0] == 0
    assert side.reloads == 1
    side.answers["ldaps://one"] = (0, [entry(pager=b"new")])
    assert copying.run(side)[0] == 0
    assert side.reloads == 2
    assert "password = new\n" in side.files[copying.ACCOUNTS]
    assert "new" not in side.files[copying.STATUS]
    assert side.queries == ["database query \"DELETE FROM astdb WHERE key GLOB '/registrar/contact/6853;*'\""]
    side.loaded = ""  # as after a start of Asterisk in the middle of a copy
    assert copying.run(side)[0] == 0
    assert side.reloads == 3


@pytest.mark.parametrize(
    ("one", "two", "why"),
    [
        (Refused("silent", "is away"), Refused("tls", "is not trusted"), "ldaps://one is away; ldaps://two is not trusted."),
        ((4, [entry()]), Refused("silent", "is away"), "gives a part of the entries only, for its size limit"),
        ((0, []), (0, []), "those of the last copy stay"),
        ((0, [entry(pager=b"")]), (0, []), "those of the last copy stay"),
    ],
)  # fmt: skip
def test_the_last_good_file_stays(one: object, two: object, why: str) -> None:
    side = _Side()
    copying.run(side)
    good = side.files[copying.ACCOUNTS]
    side.answers = {"ldaps://one": one, "ldaps://two": two}
    code, said = copying.run(side)
    assert code == 1
    assert why in said
    assert side.files[copying.ACCOUNTS] == good
    assert side.status["state"] == "kept"
    assert side.status["fresh"] == 1000.0
    assert side.status["phones"] == 1


def test_another_server_takes_over() -> None:
    side = _Side()
    side.answers["ldaps://one"] = (4, [])
    assert copying.run(side) == (0, "1 phones from ldaps://two, 0 entries left out.")


def test_many_are_signed_out_in_parts() -> None:
    side = _Side()
    many = [entry(b"68%02d" % number) for number in range(20)]
    side.answers["ldaps://one"] = (0, many)
    copying.run(side)
    side.answers["ldaps://one"] = (0, many[:1])
    copying.run(side)
    assert [query.count("GLOB") for query in side.queries] == [8, 8, 3]
    assert "6800;" not in " ".join(side.queries)
    assert all(len(query) < 500 for query in side.queries)


def test_nobody_waits_for_many_servers_that_do_not_answer() -> None:
    side = _Side()
    clock = iter(range(0, 10_000, 40))
    side.time = lambda: float(next(clock))  # type: ignore[method-assign]
    settings = {**SETTINGS, "urls": [f"ldaps://{number}" for number in range(5)]}
    side.files[copying.SETTINGS] = json.dumps(settings)
    side.answers = {url: Refused("silent", "is away") for url in settings["urls"]}
    _, said = copying.run(side)
    assert said.count("is away") == 2
    assert said.count("was not asked any more") == 3


def test_what_asterisk_does_not_take_goes_again() -> None:
    side = _Side()
    copying.run(side)
    good = side.files[copying.ACCOUNTS]
    side.takes, side.answers["ldaps://one"] = False, (0, [entry(), entry(b"6854")])
    code, said = copying.run(side)
    assert code == 1
    assert said == "Asterisk does not take the new accounts: a value of a phone's account is not taken."
    assert side.files[copying.ACCOUNTS] == good
    assert side.queries == []
    side.loaded = None
    assert copying.run(side)[0] == 0, "it does not run, and reads the file when it starts"
    assert "6854" in side.files[copying.ACCOUNTS]


@pytest.mark.parametrize("path", [copying.SETTINGS, copying.PASSWORD, copying.CHECK])
def test_a_file_that_is_missing(path: str) -> None:
    side = _Side()
    del side.files[path]
    code, said = copying.run(side)
    assert code == 1
    assert path in said
    assert copying.ACCOUNTS not in side.files
