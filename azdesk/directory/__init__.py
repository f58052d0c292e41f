"""The directory: what stands in it, how it is written down, and how it is asked.

::

    asterisk_schema   Asterisk's attributes and classes
    ldif              entries and changes as text (RFC 2849)
    connection        Directory: a connection that is logged in, and all that can be asked of it
    results, batch    what is answered; many changes at once
    endpoint          where a server is and who logs in there       streams   TCP and TLS
    wire, messages, filters, controls, ber     the protocol         refusals  its errors, for people
    schema            what a server knows                           names     distinguished names, escaping
"""
