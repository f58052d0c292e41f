"""The guide's example of a person (“LDAP Setting”), as it stands there but for what a server adds by itself."""

from __future__ import annotations

GUIDE = """\
dn: uid=nana6853,ou=People,dc=test,dc=local
uid: nana6853
cn: nana6853
objectClass: account
objectClass: posixAccount
objectClass: AsteriskSIPUser
objectClass: top
objectClass: inetLocalMailRecipient
userPassword:: ZTJjZGJlMDk=
loginShell: /bin/bash
uidNumber: 6853
gidNumber: 1007
homeDirectory: /home1/nana6853
gecos: Nana6853 Louis
mailHost: 192.168.11.251
AstAccountName: 6853
AstAccountHost: dynamic
AstAccountType: friend
AstAccountRealmedPassword: e2cdbe09
AstAccountCallerID: nana6853<6853>
AstAccountDirectMedia: no
AstAccountCallGroup: 1
AstAccountPickupGroup: 1
AstAccountMailbox: 6853
AstAccountQualify: yes
AstAccountContext: all
"""
