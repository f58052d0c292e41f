"""All features, in the order in which they plan: what others build on comes first."""

from __future__ import annotations

from typing import Any

from azdesk.features import (
    accounts,
    call_records,
    certificates,
    chatlog,
    cluster,
    dialplan,
    directory,
    firewall,
    manager,
    media,
    names,
    recordings,
    services,
    sip_accounts,
    trunks,
    upload,
    xmpp,
)
from azdesk.features._base import Feature

FEATURES: tuple[Feature[Any], ...] = (
    services.FEATURE,
    certificates.FEATURE,
    directory.FEATURE,
    names.FEATURE,
    xmpp.FEATURE,
    upload.FEATURE,
    chatlog.FEATURE,
    accounts.FEATURE,
    cluster.FEATURE,
    media.FEATURE,
    sip_accounts.FEATURE,
    trunks.FEATURE,
    dialplan.FEATURE,
    recordings.FEATURE,
    manager.FEATURE,
    call_records.FEATURE,
    firewall.FEATURE,
)


def feature(key: str) -> Feature[Any]:
    """The feature with this key.

    Raises:
        KeyError: there is none.
    """
    for found in FEATURES:
        if found.key == key:
            return found
    raise KeyError(key)
