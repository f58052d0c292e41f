"""The XMPP cluster: node name, cookie, Erlang distribution, join and leave.

How it works on the host [cookbook B, seen in the lab with ejabberd 26.07]:

- A node's Mnesia files carry its name: renaming it without removing them keeps ejabberd from starting.
- Joining replaces the joiner's data by the cluster's, returns before it is done, and says “This node cannot
  reach that node.” for a wrong cookie, a closed port and a wrong name alike: `azdesk.app.joining` tells them apart.
- A node that was only taken out by ``leave_cluster`` joins again when started. So a leaving node is stopped and
  emptied first, gets a cookie of its own, and then the cluster forgets it.
- A node dials the others at its own distribution port: restarted with another one it stays “activating”, waiting for
  nodes that it cannot reach. So a port changes only where nobody is left behind.
- A member that only stopped comes back with its data when it is started; if all are down, together with the last one.

`standing` is what several hosts' states together mean, `planning` the steps that follow from it.
"""

from azdesk.features._base import Feature
from azdesk.features.cluster.planning import after, differences, notes, plan
from azdesk.features.cluster.state import ClusterState, adopt, applies, desired, parse, probes

__all__ = ["FEATURE", "ClusterState"]

FEATURE = Feature(
    key="cluster",
    title="Cluster",
    state=ClusterState,
    probes=probes,
    parse=parse,
    desired=desired,
    plan=plan,
    adopt=adopt,
    differences=differences,
    applies=applies,
    after=after,
    notes=notes,
)
