"""update-ca-certificates(8): the system's store of authorities, made of packaged ones and of the admin's own.

A practice host comes with no packaged authority: nothing there speaks to the world outside.
"""

from __future__ import annotations

import re

from azdesk.practice.programs import Call, Output, Program

LOCAL = "/usr/local/share/ca-certificates"
STORE = "/etc/ssl/certs"
BUNDLE = f"{STORE}/ca-certificates.crt"


def _update(call: Call) -> Output:
    files, words = call.host.files, call.argv[1:]
    if call.user != "root":
        return Output(
            1, err=f"/usr/sbin/update-ca-certificates: cannot create {BUNDLE}.new: Permission denied\n"
        )
    said = ""
    if "--fresh" in words or "-f" in words:
        said += f"Clearing symlinks in {STORE}...\ndone.\n"
        for name in files.names(STORE, "*.pem"):
            files.remove(f"{STORE}/{name}")
    said += f"Updating certificates in {STORE}...\n"
    added, bundle = 0, ""
    for name in files.names(LOCAL, "*.crt"):
        text = files.text(f"{LOCAL}/{name}")
        bundle += text if text.endswith("\n") else f"{text}\n"
        short = re.sub(r"[ ,]", "_", re.sub(r"[()]", "=", name.removesuffix(".crt")))
        link = f"{STORE}/{short}.pem"
        if not files.exists(link):
            files.remove(link)  # what it led to may be gone
            added += 1
            if not files.link(link, f"{LOCAL}/{name}"):
                files.write(link, text)
    # Without --fresh a link whose certificate is gone stays, as it does there.
    files.write(BUNDLE, bundle)
    return Output(
        out=f"{said}{added} added, 0 removed; done.\nRunning hooks in /etc/ca-certificates/update.d...\ndone.\n"
    )


PROGRAMS = {"update-ca-certificates": Program(run=_update, package="ca-certificates")}
