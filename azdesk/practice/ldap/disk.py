"""What slapd keeps on its host's disk: cn=config as a folder of LDIF, and databases.

A database's file holds LDIF here, not pages of LMDB: nobody but the simulated programs reads it.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import secrets
import zlib
from collections.abc import Iterator

from azdesk.directory import ldif, names
from azdesk.practice.files import Attributes, HostFiles
from azdesk.practice.ldap import config, schemas
from azdesk.practice.ldap.dit import Node, Refused, Tree

FOLDER = "/etc/ldap/slapd.d"
DATA = "data.mdb"
DOMAIN = "dc=nodomain"
_OWN = Attributes(mode=0o600, owner="openldap", group="openldap")
_OWN_FOLDER = Attributes(mode=0o750, owner="openldap", group="openldap")
_HEAD = b"# AUTO-GENERATED FILE - DO NOT EDIT!! Use ldapmodify.\n"


def install(files: HostFiles) -> None:
    """What installing the package leaves: schemas to choose from, a configuration, and a database with its top entry."""
    for name in ("core", "cosine", "nis", "inetorgperson", "misc"):
        files.write(f"/etc/ldap/schema/{name}.ldif", _schema_file(name))
    if files.exists(f"{FOLDER}/cn=config.ldif"):
        return
    salt = secrets.token_bytes(4)
    digest = hashlib.sha1(secrets.token_bytes(16) + salt, usedforsecurity=False).digest()
    save_config(files, config.fresh(DOMAIN, "{SSHA}" + base64.b64encode(digest + salt).decode()))
    top = Tree(DOMAIN)
    top.put(
        DOMAIN,
        {"objectClass": [b"top", b"dcObject", b"organization"], "o": [b"nodomain"], "dc": [b"nodomain"]},
    )
    files.folder("/var/lib/ldap", Attributes(mode=0o700, owner="openldap", group="openldap"))
    save_data(files, "/var/lib/ldap", top)


@functools.cache
def _schema_file(name: str) -> bytes:
    entry = ldif.Entry(dn=f"cn={name},cn=schema,{config.SUFFIX}", attributes=schemas.entry(name))
    return b"".join(ldif.written([entry])).removeprefix(b"version: 1\n\n")


# -- cn=config ---------------------------------------------------------------------------------------------------


def _path(node: Node) -> str:
    return FOLDER + "".join(f"/{part}" for part in reversed(_steps(node))) + ".ldif"


def _steps(node: Node) -> list[str]:
    return [names.written([step]) for step in names.parsed(node.dn)]


def save_config(files: HostFiles, tree: Tree) -> None:
    """Write each entry that differs from its file, and remove files of entries that are gone."""
    wanted: dict[str, bytes] = {}
    for node in tree.all():
        entry = ldif.Entry(dn=_steps(node)[0], attributes=node.attributes)
        body = b"".join(ldif.written([entry])).removeprefix(b"version: 1\n\n")
        wanted[_path(node)] = _HEAD + b"# CRC32 %08x\n" % zlib.crc32(body) + body
    files.folder(FOLDER, _OWN_FOLDER)
    for path in _files(files, FOLDER):
        if path not in wanted:
            files.remove(path)
    for path, text in wanted.items():
        folder = path.rpartition("/")[0]
        if not files.exists(folder):
            files.folder(folder, _OWN_FOLDER)
        if not files.exists(path) or files.read(path) != text:
            files.write(path, text, _OWN)


def load_config(files: HostFiles) -> Tree:
    """The tree from its files.

    Raises:
        Refused: there is none, or it cannot be read.
    """
    tree = Tree(config.SUFFIX)
    for path in sorted(_files(files, FOLDER), key=lambda path: (path.count("/"), path)):
        above = path.removeprefix(FOLDER).removesuffix(".ldif").split("/")[1:-1]
        try:
            for record in ldif.read(files.read(path).splitlines(keepends=True)):
                assert isinstance(record, ldif.Entry)
                dn = ",".join([record.dn, *reversed(above)])
                tree.put(dn, {name: list(values) for name, values in record.attributes.items()})
        except Exception as error:  # an admin may have edited it by hand
            raise Refused(80, f"config error processing {path}: {error}") from None
    if not tree.nodes:
        raise Refused(80, "could not stat config file")
    return tree


def _files(files: HostFiles, folder: str) -> Iterator[str]:
    for name in files.names(folder):
        path = f"{folder}/{name}"
        if files.is_folder(path):
            yield from _files(files, path)
        elif name.endswith(".ldif"):
            yield path


# -- databases ---------------------------------------------------------------------------------------------------


def save_data(files: HostFiles, folder: str, tree: Tree) -> None:
    """Write all entries of a database into its folder."""
    records = (ldif.Entry(dn=node.dn, attributes=node.attributes) for node in tree.all())
    files.write(f"{folder}/{DATA}", b"".join(ldif.written(records)), _OWN)


def load_data(files: HostFiles, folder: str, suffix: str) -> Tree:
    """A database from its folder; empty if nothing is there."""
    tree = Tree(suffix)
    path = f"{folder}/{DATA}"
    if files.exists(path):
        for record in ldif.read(files.read(path).splitlines(keepends=True)):
            if isinstance(record, ldif.Entry) and tree.holds(names.comparable(record.dn)):
                tree.put(record.dn, {name: list(values) for name, values in record.attributes.items()})
    return tree
