"""The LDAP server of practice hosts: OpenLDAP's slapd as AZDesk meets it, with its own words.

::

    values      matching rules, syntaxes, filters       dit       entries in a tree
    rules       what an entry must be                   access    who may do what (olcAccess), limits
    config      cn=config: what it says, and changing it while the server runs
    server      operations of one who is logged in      wire      the protocol on a stream
    service     the unit slapd.service
"""
