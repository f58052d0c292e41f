"""Where things are on a host: data, so that another layout is another value, not other code."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Platform:
    """Paths, users and unit names of one distribution."""

    name: str
    hosts_file: str = "/etc/hosts"
    ejabberd_unit: str = "ejabberd.service"
    ejabberd_user: str = "ejabberd"
    ejabberd_config: str = "/etc/ejabberd/ejabberd.yml"
    ejabberd_own: str = "/etc/ejabberd/azdesk-{part}.yml"
    """Our own files, included by the stock one."""
    ejabberd_settings: str = "/etc/default/ejabberd"
    """Shell settings that ejabberdctl reads: node name, distribution port."""
    ejabberd_data: str = "/var/lib/ejabberd"
    ejabberd_cookie: str = "/var/lib/ejabberd/.erlang.cookie"
    mnesia_patterns: tuple[str, ...] = ("*.DAT", "*.DCD", "*.DCL", "*.LOG", "*.TMP", "MnesiaCore.*")
    """Tables, logs, and what Mnesia writes when it breaks off."""
    drop_in: str = "/etc/systemd/system/{unit}.d/azdesk-{part}.conf"
    asterisk_unit: str = "asterisk.service"
    asterisk_user: str = "asterisk"
    asterisk_config: str = "/etc/asterisk"
    asterisk_pid: str = "/run/asterisk/asterisk.pid"
    """Written by Asterisk at each of its starts, also those that systemd knows nothing of."""
    chat_log_package: str = "ejabberd-mod-log-chat"
    application_packages: tuple[str, ...] = ("ejabberd", "asterisk")
    directory_packages: tuple[str, ...] = ("slapd", "ldap-utils")
    application_units: tuple[str, ...] = ("ejabberd.service", "asterisk.service")
    directory_units: tuple[str, ...] = ("slapd.service",)
    slapd_unit: str = "slapd.service"
    slapd_user: str = "openldap"
    slapd_config: str = "/etc/ldap/slapd.d"
    """Where slapd keeps cn=config."""
    slapd_settings: str = "/etc/default/slapd"
    """Shell settings of its start: what it listens on."""
    slapd_data: str = "/var/lib/ldap/azdesk"
    """Our own database; Debian's own is in the folder above."""


DEBIAN = Platform(name="debian")
"""Debian 12 and newer [seen in the lab on 14]."""

PLATFORMS = {"debian": DEBIAN}
