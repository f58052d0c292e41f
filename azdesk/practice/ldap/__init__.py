"""The LDAP server of practice hosts: OpenLDAP's slapd as AZDesk meets it, with its own words.

::

    values      matching rules, syntaxes, filters       dit        entries in a tree
    rules       what an entry must be                   access     who may do what (olcAccess), limits
    schemas     those that slapd brings along           config     cn=config: what it says
    server      databases and passwords                 visit      who is logged in on a connection, and sees what
    searching, changing   what he asks for              session    both together
    wire        the protocol on a stream                disk       what is kept in files
    service     the unit slapd.service: what it listens on, replicas
"""
