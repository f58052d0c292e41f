"""Who may log in to chat: everybody in the directory; and which other domains may be talked to.

ejabberd looks a person up with its reader account and then binds with the person's own password, so any hash in the directory will
do, and the only way to log in is SASL PLAIN: clients need TLS. All of it stands under ``host_config`` for the cluster's domain, where
a value replaces one that the stock file has for all domains; ``append_host_config`` takes lists and maps only [seen in the lab, 26.07].

- **No cache of passwords.** With ejabberd's own (an hour by default) an old password still works after it was changed, and the new one is
  refused as long as the old one is remembered; the cache knows nothing of the directory [lab].
- **One server and its backups.** Of several ``ldap_servers`` only the first that connected is ever asked; ``ldap_backups`` take over.
- **A person is never in the filter**: ejabberd puts the account in by itself, from ``ldap_uids``.
- **Servers are told by their certificate**: without ``ldap_tls_verify: hard`` nothing is looked at. What it holds for is compared, too,
  also with an IP address [lab].
- **Verified federation** means no dialback: with it loaded, ejabberd does not look at other servers' certificates at all.
"""

from azdesk.features import _ejabberd as ejabberd
from azdesk.features._base import Feature
from azdesk.features.accounts.planning import after, differences, notes, plan
from azdesk.features.accounts.state import AccountsState, adopt, desired, parse, probes

__all__ = ["FEATURE", "AccountsState"]

FEATURE = Feature(
    key="accounts",
    title="Chat accounts",
    state=AccountsState,
    probes=probes,
    parse=parse,
    desired=desired,
    plan=plan,
    adopt=adopt,
    differences=differences,
    applies=ejabberd.applies,
    after=after,
    notes=notes,
)
