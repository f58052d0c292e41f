"""The directory: what stands in it, how it is written down, and how it is asked.

::

    asterisk_schema   Asterisk's attributes and classes
    ldif              entries and changes as text (RFC 2849)
"""
