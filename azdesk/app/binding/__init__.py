"""“Test this binding”: whether the hosts and this workstation can use the document's directory, and if not, why.

::

    findings   what was found, step by step, as values
    reaching   to a server: name, port, certificate, login
    trusting   whether a host itself trusts the server's certificate
    contents   behind the login: base, filter, attributes, groups, limits
    schema     what phones need, and what strangers can read
    testing    all of it, from this workstation and from each host
"""
