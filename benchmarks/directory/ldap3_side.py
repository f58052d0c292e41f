"""ldap3's own connection reads everybody, page by page: ``ldap3_side.py JOB``."""

from __future__ import annotations

import json
import ssl
import sys
from pathlib import Path

import ldap3

job = json.loads(Path(sys.argv[1]).read_text())
tls = ldap3.Tls(ca_certs_file=job["ca"], validate=ssl.CERT_REQUIRED)
server = ldap3.Server(job["address"], port=636, use_ssl=True, tls=tls, get_info=ldap3.NONE)
connection = ldap3.Connection(
    server, job["reader"], job["password"], auto_bind=True, return_empty_attributes=False
)
found = connection.extend.standard.paged_search(
    job["people"], "(objectClass=*)", attributes=ldap3.ALL_ATTRIBUTES, paged_size=1000, generator=True
)
print(sum(1 for _ in found))
