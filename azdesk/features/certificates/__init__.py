"""TLS on hosts: a certificate for its services, from the fleet's authority or from elsewhere, and trust in that authority.

Certificates are written once for each service (see `azdesk.features._certificates`); the authority's own goes into the system's
store, where ejabberd, Asterisk, slapd's clients and everything else look. A certificate of the authority is issued when the plan is
applied, so a plan says only why a new one is due.
"""

from azdesk.features._base import Feature
from azdesk.features.certificates.planning import differences, notes, plan
from azdesk.features.certificates.state import CertificatesState, adopt, applies, desired, parse, probes

__all__ = ["FEATURE", "CertificatesState"]

FEATURE = Feature(
    key="certificates",
    title="Certificates",
    state=CertificatesState,
    probes=probes,
    parse=parse,
    desired=desired,
    plan=plan,
    adopt=adopt,
    differences=differences,
    applies=applies,
    notes=notes,
)
