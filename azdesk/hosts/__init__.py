"""Reaching hosts: the only package that knows SSH.

::

    pool       HostPool(fleet, secrets=…, trust=…).link("a251")          one link per host, kept open
    link       Link: look, begin, apply, commit, rollback, outcome, journal, read_secret, fetch_backup
    wire       requests by number, turns, signs of life
    check      check_login(transport, fleet, host)                       step by step, for the add-host dialog
    relay      directory_of(pool, host): a stream to a socket on a host's side, such as slapd's
    python     install_python(transport, fleet, host)                    for a host without python3
    known      HostKeys: known_hosts files; accept(error) remembers a key
    fake       FakeTransport({"a251": machine})                          the real helper, without SSH
    stream     what a link needs from a transport                        frames    messages as bytes
    ssh        SshTransport: routes, shared jump hosts                   route     document and ~/.ssh/config
    attempt    one hop, stage by stage: dial, handshake, login           session   commands on a host logged in to
    start      becoming root, and why the helper did not start           keys      the admin's private keys
    lean       paramiko without the half that is not needed

Errors are those of `azdesk.core.errors`, told for people; ``where`` is the host's name in the document.
Modules up to `dial` do without paramiko, whose import takes longer than reaching a host.
"""
