"""Clients that we did not write, as tests use them: slixmpp for chat, sipp and baresip for phones.

::

    chat   log in, send, receive, roster, upload, download
    sip    register a phone over UDP, TCP or TLS
"""
