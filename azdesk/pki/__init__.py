"""Certificates: the fleet's own authority, what it issues, and what is read of others.

::

    authority   making the authority, issuing for hosts
    reading     what a certificate says, and whether a chain holds
"""
