"""A fleet of hosts inside this process, for practice and for tests: no root, any system.

Each host is reached over real SSH on loopback and runs AZDesk's real helper; the software on it is simulated with
its real rules and faults. See `azdesk.practice.fleet`.

::

    fleet      the hosts together, their document and keys     __main__   the same as a process of its own
    sshd       SSH servers          shell      a login's command lines       helperlink   the helper's streams
    machine    what the helper works on        host    one host              world    what hosts share
    files      a folder as a host's root       faults  what can go wrong     stock    a fresh host's files
    systemd, units, services        programs/  one module per family         ejabberd/  the XMPP server
"""

from azdesk.practice.faults import Faults
from azdesk.practice.fleet import PracticeFleet
from azdesk.practice.host import PracticeHost

__all__ = ["Faults", "PracticeFleet", "PracticeHost"]
