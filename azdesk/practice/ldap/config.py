"""cn=config: what it says, and that a change of it counts at once or is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from azdesk.core.errors import DirectoryError
from azdesk.directory import names
from azdesk.directory.schema import Schema
from azdesk.practice.ldap import access, schemas
from azdesk.practice.ldap.access import Access, BadRule, LimitRule
from azdesk.practice.ldap.dit import Node, Refused, Tree

SUFFIX: Final = schemas.CONFIG
ROOT: Final = "gidNumber=0+uidNumber=0,cn=peercred,cn=external,cn=auth"
ORDERED: Final = frozenset(
    "olcaccess olclimits olcmoduleload olcattributetypes olcobjectclasses olcauthzregexp olcsyncrepl".split()
)
"""Attributes whose values are numbered (``X-ORDERED 'VALUES'``)."""
_NUMBERED: Final = ("olcdatabase", "olcoverlay")
MODULES: Final = frozenset(
    "accesslog argon2 auditlog autogroup back_ldap back_mdb collect constraint dds dyngroup dynlist lastbind memberof "
    "ppolicy pw-sha2 refint rwm sssvlv syncprov translucent unique valsort".split()
)
"""What Debian's package has in /usr/lib/ldap, of that which fits here."""


@dataclass(frozen=True, kw_only=True)
class DatabaseSettings:
    """One database as configured."""

    dn: str
    suffix: str
    root_dn: str
    root_password: bytes
    access: tuple[access.Rule, ...]
    limits: tuple[LimitRule, ...]
    size_limit: int | None
    overlays: tuple[str, ...]
    collected: tuple[tuple[str, tuple[str, ...]], ...]
    """For slapo-collect: key of a name, and the attributes that entries below have from that entry."""
    read_only: bool = False
    folder: str = ""
    follows: str = ""
    """How it follows another server (olcSyncrepl), if it does."""
    update_ref: str = ""

    @property
    def tells_replicas(self) -> bool:
        return "syncprov" in self.overlays

    def shadow(self, dn: str) -> Refused:
        """Why a change is not made here."""
        if self.update_ref:
            return Refused(10, referral=f"{self.update_ref.rstrip('/')}/{dn}")
        return Refused(53, "shadow context; no update referral")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All that is configured."""

    schema: Schema
    config: DatabaseSettings
    databases: tuple[DatabaseSettings, ...]
    frontend_access: tuple[access.Rule, ...]
    security: tuple[tuple[str, int], ...]
    local_ssf: int
    certificate: str
    key: str
    authz: tuple[tuple[re.Pattern[str], str], ...]

    def rules(self, settings: DatabaseSettings, find: Callable[[str], Node | None]) -> Access:
        return Access(rules=(*settings.access, *self.frontend_access), schema=self.schema, find=find)


# -- the tree --------------------------------------------------------------------------------------------------


def fresh(domain: str, password: str) -> Tree:
    """The configuration as Debian's package makes it.

    Args:
        domain: the first database's suffix.
        password: hash of its root's password.
    """
    tree = Tree(SUFFIX)

    def put(dn: str, **attributes: str | list[str]) -> None:
        tree.put(
            dn,
            {
                name: [value.encode() for value in ([given] if isinstance(given, str) else given)]
                for name, given in attributes.items()
            },
        )

    manage = f"{{0}}to * by dn.exact={ROOT} manage by * break"
    put(SUFFIX, objectClass="olcGlobal", cn="config", olcArgsFile="/var/run/slapd/slapd.args", olcLogLevel="none",
        olcPidFile="/var/run/slapd/slapd.pid", olcToolThreads="1")  # fmt: skip
    put(f"cn=module{{0}},{SUFFIX}", objectClass="olcModuleList", cn="module{0}", olcModulePath="/usr/lib/ldap",
        olcModuleLoad="{0}back_mdb")  # fmt: skip
    put(f"cn=schema,{SUFFIX}", objectClass="olcSchemaConfig", cn="schema")
    for number, name in enumerate(("core", "cosine", "nis", "inetorgperson")):
        made = schemas.entry(name)
        made["cn"] = [f"{{{number}}}{name}".encode()]
        for kind in ("olcAttributeTypes", "olcObjectClasses"):
            made[kind] = [b"{%d}%b" % (at, value) for at, value in enumerate(made[kind])]
        tree.put(f"cn={{{number}}}{name},cn=schema,{SUFFIX}", made)
    put(f"olcDatabase={{-1}}frontend,{SUFFIX}", objectClass=["olcDatabaseConfig", "olcFrontendConfig"],
        olcDatabase="{-1}frontend", olcAccess=[manage, '{1}to dn.exact="" by * read', '{2}to dn.base="cn=Subschema" by * read'],
        olcSizeLimit="500")  # fmt: skip
    put(f"olcDatabase={{0}}config,{SUFFIX}", objectClass="olcDatabaseConfig", olcDatabase="{0}config", olcAccess=manage,
        olcRootDN=f"cn=admin,{SUFFIX}")  # fmt: skip
    put(f"olcDatabase={{1}}mdb,{SUFFIX}", objectClass=["olcDatabaseConfig", "olcMdbConfig"], olcDatabase="{1}mdb",
        olcDbDirectory="/var/lib/ldap", olcSuffix=domain,
        olcAccess=["{0}to attrs=userPassword by self write by anonymous auth by * none",
                   "{1}to attrs=shadowLastChange by self write by * read", "{2}to * by * read"],
        olcLastMod="TRUE", olcRootDN=f"cn=admin,{domain}", olcRootPW=password, olcDbCheckpoint="512 30",
        olcDbIndex=["objectClass eq", "cn,uid eq", "uidNumber,gidNumber eq", "member,memberUid eq"],
        olcDbMaxSize="1073741824")  # fmt: skip
    return tree


def load(tree: Tree, exists: Callable[[str], bool], *, starting: bool = False) -> Settings:
    """What a tree says.

    Args:
        exists: whether slapd could read a file on its host.
        starting: whether slapd starts with it. Then a class cannot have attributes of a schema that comes later, which it can
            while slapd runs.

    Raises:
        Refused: slapd would not start with it.
    """
    modules = [
        name
        for node in tree.all()
        for text in node.texts("olcModuleLoad")
        if (name := re.sub(r"\.(la|so)$", "", schemas.NUMBER.sub("", text).rpartition("/")[2]))
    ]
    for name in modules:
        if name not in MODULES:
            raise Refused(80, "<olcModuleLoad> handler exited with 1")
    schema = schemas.whole(tree, modules, starting=starting)
    main = tree.get(SUFFIX)
    for name in ("olcTLSCertificateFile", "olcTLSCertificateKeyFile", "olcTLSCACertificateFile"):
        for path in main.texts(name):
            if not exists(path):
                raise Refused(80)
    found = [
        _database(tree, node, schema, exists)
        for node in sorted(tree.all(), key=schemas.place_of)
        if "olcDatabase" in node.attributes and node.dn.lower().startswith("olcdatabase=")
    ]
    suffixes: set[str] = set()
    for each in found:
        key = names.comparable(each.suffix)
        if key and key in suffixes:
            raise Refused(
                80, f'<olcSuffix> namingContext "{each.suffix}" already served by a preceding mdb database'
            )
        suffixes.add(key)
    frontend = next((each for each in found if each.dn.lower().startswith("olcdatabase={-1}")), None)
    own = next((each for each in found if each.dn.lower().startswith("olcdatabase={0}")), None)
    if own is None:
        raise Refused(80, "there is no database for cn=config")
    return Settings(
        schema=schema,
        config=own,
        databases=tuple(
            replace(each, collected=(*each.collected, *(frontend.collected if frontend else ())))
            for each in found
            if each.suffix and each is not own
        ),
        frontend_access=frontend.access if frontend is not None else (),
        security=_security(main),
        local_ssf=int(next(iter(main.texts("olcLocalSSF")), "71")),
        certificate=next(iter(main.texts("olcTLSCertificateFile")), ""),
        key=next(iter(main.texts("olcTLSCertificateKeyFile")), ""),
        authz=_authz(main),
    )


def _security(main: Node) -> tuple[tuple[str, int], ...]:
    found: list[tuple[str, int]] = []
    for text in main.texts("olcSecurity"):
        for word in text.split():
            name, equals, value = word.partition("=")
            if not equals or not value.isdigit():
                raise Refused(80, "<olcSecurity> handler exited with 1")
            found.append((name, int(value)))
    return tuple(found)


def _authz(main: Node) -> tuple[tuple[re.Pattern[str], str], ...]:
    found = []
    for text in main.texts("olcAuthzRegexp"):
        words = re.findall(r'"([^"]*)"|(\S+)', schemas.NUMBER.sub("", text))
        if len(words) != 2:
            raise Refused(80, "<olcAuthzRegexp> handler exited with 1")
        # A backslash stands for the sign behind it before the pattern is looked at.
        pattern, replacement = (re.sub(r"\\(.)", r"\1", quoted or plain) for quoted, plain in words)
        try:
            found.append((re.compile(pattern, re.IGNORECASE), re.sub(r"\$(\d)", r"\\\1", replacement)))
        except re.error:
            raise Refused(80, "<olcAuthzRegexp> handler exited with 1") from None
    return tuple(found)


def _database(tree: Tree, node: Node, schema: Schema, exists: Callable[[str], bool]) -> DatabaseSettings:
    folder = next(iter(node.texts("olcDbDirectory")), "")
    if folder and not exists(folder):
        raise Refused(80, "olcDbDirectory: value #0: invalid path: No such file or directory")
    follows = schemas.NUMBER.sub("", next(iter(node.texts("olcSyncrepl")), ""))
    if follows and not re.search(r"\bprovider=\S+", follows):
        raise Refused(80, f'Error: parse_syncrepl_line: unable to parse "{follows}"\n')
    overlays, collected = [], []
    for below in sorted(node.children.values(), key=schemas.place_of):
        name = schemas.NUMBER.sub("", next(iter(below.texts("olcOverlay")), ""))
        if name in overlays:
            raise Refused(80, f'overlay_config(): overlay "{name}" already in list')
        overlays.append(name)
        for text in below.texts("olcCollectInfo"):
            words = re.fullmatch(r'"?([^"]*?)"?\s+(\S+)', text)
            if words is None:
                raise Refused(80, "<olcCollectInfo> handler exited with 1")
            collected.append((names.comparable(words[1]), tuple(words[2].split(","))))
    try:
        rules = tuple(access.rule(text, schema) for text in node.texts("olcAccess"))
        limits = tuple(access.limit_rule(text) for text in node.texts("olcLimits"))
    except BadRule as error:
        raise Refused(80, str(error)) from None
    _check_indices(node, schema)
    suffix = next(iter(node.texts("olcSuffix")), "")
    root_dn = next(iter(node.texts("olcRootDN")), "")
    try:
        if node.texts("olcRootPW") and suffix and not names.is_below(root_dn or "", suffix):
            raise Refused(80, "<olcRootPW> can only be set when rootdn is under suffix")
    except DirectoryError:
        raise Refused(34, "invalid DN") from None
    size = next(iter(node.texts("olcSizeLimit")), "")
    return DatabaseSettings(
        dn=node.dn,
        suffix=suffix,
        root_dn=root_dn,
        root_password=next(iter(node.attributes.get("olcRootPW", ())), b""),
        access=rules,
        limits=limits,
        size_limit=_size(size) if size else _frontend_size(tree),
        overlays=tuple(overlays),
        collected=tuple(collected),
        read_only=node.texts("olcReadOnly") == ["TRUE"],
        folder=folder,
        follows=follows,
        update_ref=next(iter(node.texts("olcUpdateRef")), ""),
    )


def _frontend_size(tree: Tree) -> int | None:
    node = tree.nodes.get(names.comparable(f"olcDatabase={{-1}}frontend,{SUFFIX}"))
    return _size(next(iter(node.texts("olcSizeLimit")), "500")) if node is not None else 500


def _size(text: str) -> int | None:
    found = re.findall(r"\d+", text)
    return None if "unlimited" in text or not found else int(found[-1])


def _check_indices(node: Node, schema: Schema) -> None:
    seen: set[str] = set()
    for text in node.texts("olcDbIndex"):
        for name in text.split()[0].split(","):
            known = schema.attribute(name)
            if name == "default":
                continue
            if known is None:
                raise Refused(80, f'index attribute "{name}" undefined')
            if known.oid in seen:
                raise Refused(80, f'duplicate index definition for attr "{name}"')
            seen.add(known.oid)


# -- numbers ---------------------------------------------------------------------------------------------------


def in_order(held: Sequence[bytes], new: Sequence[bytes]) -> list[bytes]:
    """Values with new ones where their numbers say, else at the end; all numbered anew."""
    plain = [schemas.NUMBER.sub("", value.decode("utf-8", "replace")) for value in held]
    for value in new:
        text = value.decode("utf-8", "replace")
        found = schemas.NUMBER.match(text)
        at = min(int(found[1]), len(plain)) if found else len(plain)
        plain.insert(at, schemas.NUMBER.sub("", text))
    return [f"{{{at}}}{text}".encode() for at, text in enumerate(plain)]


def without(held: Sequence[bytes], name: str, gone: Sequence[bytes]) -> list[bytes]:
    """Values but for some, which may be named by their number alone.

    Raises:
        Refused: one is not there (16).
    """
    left = list(held)
    for value in gone:
        text = value.decode("utf-8", "replace")
        found = next(
            (
                each
                for each in left
                if each == value
                or (schemas.NUMBER.fullmatch(text) and each.startswith(value))
                or schemas.NUMBER.sub("", each.decode("utf-8", "replace")) == text
            ),
            None,
        )
        if found is None:
            raise Refused(16, f"modify/delete: {name}: no such value")
        left.remove(found)
    return in_order([], [schemas.NUMBER.sub("", each.decode("utf-8", "replace")).encode() for each in left])


def numbered_name(tree: Tree, dn: str) -> str:
    """A new entry's name with the number that slapd gives it: of databases, overlays, modules and schemas."""
    steps = names.parsed(dn)
    kind, raw = steps[0][0]
    value = raw.decode("utf-8", "replace")
    above = names.key(steps[1:])
    in_schema = above == names.comparable(f"cn=schema,{SUFFIX}")
    is_module = above == names.comparable(SUFFIX) and value.lower().startswith("module")
    if kind.lower() not in _NUMBERED and not in_schema and not is_module:
        return dn
    if is_module:
        if "{" in value:
            return dn
        used = len([node for node in tree.all() if "olcModuleList" in node.texts("objectClass")])
        return f"cn=module{{{used}}},{SUFFIX}"
    if schemas.NUMBER.match(value):
        return dn
    parent = tree.nodes.get(above)
    mine = [
        schemas.place_of(node)
        for node in (parent.children.values() if parent is not None else ())
        if node.dn.lower().startswith(f"{kind.lower()}={{")
    ]
    return f"{kind}={{{max(mine, default=-1) + 1}}}{value},{names.written(steps[1:])}"


def without_database(tree: Tree, dn: str) -> None:
    """Take a database out; those behind it move up, as their numbers say."""
    gone = tree.get(dn)
    number = schemas.place_of(gone)
    tree.remove(gone)
    later = [
        node
        for node in tree.get(SUFFIX).children.values()
        if node.dn.lower().startswith("olcdatabase={") and schemas.place_of(node) > number
    ]
    for node in sorted(later, key=schemas.place_of):
        kind = node.texts("olcDatabase")[0].partition("}")[2]
        name = f"{{{schemas.place_of(node) - 1}}}{kind}"
        node.attributes["olcDatabase"] = [name.encode()]
        tree.move(node, f"olcDatabase={name},{SUFFIX}", node.parent)
