"""HTTP File Upload (XEP-0363): the guide's “File Upload URL”, kept in /home/flv.

Three facts shape it [seen in the lab]: ejabberd's unit has ``ProtectHome=true``, so a folder below
/home needs a systemd drop-in or the first upload fails; a URL without ``@HOST@`` is refused for several
domains, so the module goes under ``append_host_config`` of ours; and the stock file has a listener on 5443
already, which gets our request handler as one marked line.
"""

from azdesk.features import _ejabberd as ejabberd
from azdesk.features._base import Feature
from azdesk.features.upload.planning import differences, notes, plan
from azdesk.features.upload.state import UploadState, adopt, desired, parse, probes

__all__ = ["FEATURE", "UploadState"]

FEATURE = Feature(
    key="upload",
    title="File upload",
    state=UploadState,
    probes=probes,
    parse=parse,
    desired=desired,
    plan=plan,
    adopt=adopt,
    differences=differences,
    applies=ejabberd.applies,
    notes=notes,
)
