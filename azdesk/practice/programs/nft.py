"""nft(8), as far as `azdesk.practice.netfilter` goes."""

from __future__ import annotations

from azdesk.practice.netfilter import Refused
from azdesk.practice.programs import Call, Output, Program


def _nft(call: Call) -> Output:
    words = [word for word in call.argv[1:] if word not in ("-j", "-c", "-s")]
    if call.user != "root":
        return Output(1, err="Operation not permitted (you must be root)\n")
    filtering = call.host.netfilter
    with call.host.world.lock:
        try:
            if words[:1] == ["-f"] and len(words) == 2:
                text, place = _file(call, words[1])
                filtering.load(text, place, check_only="-c" in call.argv)
                return Output()
            if words[:2] == ["list", "table"] and len(words) == 4 and "-j" in call.argv:
                return Output(out=filtering.table(words[2], words[3]))
            if words == ["list", "chains"] and "-j" in call.argv:
                return Output(out=filtering.chains())
            if words[:2] in (["delete", "table"], ["add", "rule"]):
                filtering.load(" ".join(words), "<cmdline>")
                return Output()
        except Refused as refused:
            return Output(1, err=str(refused))
    return Output(1, err="<cmdline>:1:1-1: Error: syntax error, unexpected string\n")


def _file(call: Call, path: str) -> tuple[str, str]:
    if path == "-":
        return call.feed.decode("utf-8", "replace"), "/dev/stdin"
    if not call.host.files.exists(path):
        raise Refused(f'internal:0:0-0: Error: Could not open file "{path}": No such file or directory\n')
    return call.host.files.text(path), path


PROGRAMS = {"nft": Program(run=_nft, package="nftables")}
