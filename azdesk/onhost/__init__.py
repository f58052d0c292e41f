"""Code that runs on hosts: standard library only, Python 3.9 or later, nothing else of azdesk.

::

    server       one link: requests in, answers out; keeps watch over the open transaction
    frames       messages as bytes
    machine      everything that is done to the world, so that a practice host can stand in
    probes       looking                  bus       systemd over D-Bus, no process needed
    network      sockets for probes       process   running commands
    ami          asking Asterisk
    worker       steps of a transaction   files, system   the steps themselves
    undo         taking steps back        store     lock, log and journal on the host's disk
    relay        a program of its own: carries bytes to a socket on the host
    bundle       (workstation only) packs all of this for sending
    boot         what runs first on the host: makes the modules importable

Hosts get these modules as source over the channel, so each import counts: what a first look does not need is
imported where it is used, and modules that are slow to import are avoided.
"""
