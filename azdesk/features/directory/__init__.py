"""The fleet's own directory: OpenLDAP's slapd, set up over ldapi as root and seen as it is.

On a fresh host AZDesk makes a database of its own (`/var/lib/ldap/azdesk`), beside whatever slapd has. Where the base is in a database
already, that one is adopted: it gets what it lacks and keeps all that it has. The first host with the role provides, further ones
follow it (syncrepl).

slapd changes its configuration (`/etc/ldap/slapd.d`) by itself while the steps run; that folder is kept as it was before them, so
that a change that fails leaves nothing behind, not even a loaded module. See docs/directory.md.
"""

from azdesk.features._base import Feature
from azdesk.features.directory.planning import adopt, after, differences, notes, plan
from azdesk.features.directory.reading import parse, probes
from azdesk.features.directory.state import DirectoryState
from azdesk.features.directory.wishes import desired
from azdesk.fleet.model import Fleet

__all__ = ["FEATURE", "DirectoryState"]


def _applies(fleet: Fleet, host: str) -> bool:
    # Also without a directory in the document: what is no longer wanted has to be seen.
    return "directory" in fleet.hosts[host].roles


FEATURE = Feature(
    key="directory",
    title="Directory server",
    state=DirectoryState,
    probes=probes,
    parse=parse,
    desired=desired,
    plan=plan,
    adopt=adopt,
    differences=differences,
    applies=_applies,
    after=after,
    notes=notes,
)
