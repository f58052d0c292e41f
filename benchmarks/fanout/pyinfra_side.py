"""pyinfra's side: the same five files."""

from io import StringIO

from pyinfra import host
from pyinfra.operations import files

for number in range(5):
    path = f"/etc/azdesk-bench/part-{number}.conf"
    content = f"# {path} in run {host.data.run}\n" + "setting = value\n" * 75
    files.put(name=path, src=StringIO(content), dest=path, user="root", group="root", mode="644")
