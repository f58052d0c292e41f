"""A realistic fleet as view-models: long names, errors, two hundred hosts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from azdesk.ui.reviewmodels import (
    FileDiff,
    Irreversible,
    JournalEntry,
    ReviewHost,
    ReviewModel,
    ReviewStep,
)
from azdesk.ui.viewmodels import (
    Attention,
    ChangeSummary,
    HostSummary,
    Matrix,
    MatrixCell,
    MatrixRow,
    OverviewModel,
    RunningJob,
    State,
    TreeItem,
    TreeKind,
)

NOW = datetime(2026, 11, 22, 21, 4, 30, tzinfo=UTC)
FLEET_PAGES = (
    TreeItem(key="overview", kind=TreeKind.PAGE, text="Overview", icon="overview", note="3"),
    TreeItem(key="people", kind=TreeKind.PAGE, text="People", icon="people", note="1,240"),
    TreeItem(key="numbers", kind=TreeKind.PAGE, text="Numbers", icon="numbers"),
    TreeItem(key="directory", kind=TreeKind.PAGE, text="Directory & accounts", icon="directory", note="1"),
    TreeItem(key="journal", kind=TreeKind.PAGE, text="Journal", icon="journal"),
)


def host(key: str, state: State, note: str = "", name: str = "") -> TreeItem:
    return TreeItem(key=key, kind=TreeKind.HOST, text=name or key, state=state, note=note, renamable=True)


def small_tree() -> tuple[TreeItem, ...]:
    return (
        TreeItem(key="fleet", kind=TreeKind.GROUP, text="Practice fleet", children=FLEET_PAGES),
        TreeItem(
            key="test.local",
            kind=TreeKind.CLUSTER,
            text="test.local",
            icon="cluster",
            children=(
                host("a251", State.RIGHT),
                host("a253", State.DIFFERS, "2 differ"),
                host("a254", State.FAILING, "join failed"),
                host("a255", State.UNKNOWN, "3 h ago"),
                host("a256", State.UNREACHABLE, "unreachable"),
                host("a257", State.BUSY, "step 4 of 6"),
                host(
                    "long",
                    State.DIFFERS,
                    "1 differs",
                    "conference-bridge-04.voice.frankfurt-am-main.example.org",
                ),
            ),
        ),
        TreeItem(
            key="dirs", kind=TreeKind.GROUP, text="Directory & storage", children=(host("a250", State.RIGHT),)
        ),
        TreeItem(
            key="outside",
            kind=TreeKind.GROUP,
            text="Outside",
            children=(
                TreeItem(
                    key="trunk", kind=TreeKind.TRUNK, text="Provider trunk", icon="trunk", note="2 calls"
                ),
            ),
        ),
    )


def _state(at: int) -> State:
    if at % 37 == 5:
        return State.FAILING
    if at % 17 == 3:
        return State.DIFFERS
    if at % 41 == 7:
        return State.UNREACHABLE
    return State.UNKNOWN if at % 53 == 9 else State.RIGHT


def large_tree(hosts: int = 200) -> tuple[TreeItem, ...]:
    clusters = [
        TreeItem(
            key=f"c{first}",
            kind=TreeKind.CLUSTER,
            text=f"region-{first // 25 + 1}.example.org",
            icon="cluster",
            children=tuple(
                host(
                    f"h{at}", _state(at), "2 differ" if _state(at) is State.DIFFERS else "", f"node-{at:03d}"
                )
                for at in range(first, first + 25)
            ),
        )
        for first in range(0, hosts, 25)
    ]
    return (TreeItem(key="fleet", kind=TreeKind.GROUP, text="Whole fleet", children=FLEET_PAGES), *clusters)


_SENTENCE = {
    State.RIGHT: "As the document says",
    State.DIFFERS: "2 settings differ",
    State.FAILING: "Could not join: cookie differs",
    State.UNKNOWN: "Not looked at since 18:02",
    State.UNREACHABLE: "No answer on port 22",
    State.BUSY: "Joining, step 4 of 6",
}


def summaries() -> tuple[HostSummary, ...]:
    items = [child for group in small_tree()[1:3] for child in group.children]
    return tuple(
        HostSummary(
            key=item.key,
            name=item.text,
            state=item.state or State.UNKNOWN,
            sentence=_SENTENCE[item.state or State.UNKNOWN],
            address=f"192.168.11.{250 + at}" if item.key != "long" else "2001:db8:2f:1::4c04",
        )
        for at, item in enumerate(items)
    )


def many_summaries(hosts: int = 200) -> tuple[HostSummary, ...]:
    return tuple(
        HostSummary(key=f"h{at}", name=f"node-{at:03d}", state=_state(at), sentence=_SENTENCE[_state(at)])
        for at in range(hosts)
    )


ATTENTION = (
    Attention(
        key="join",
        state=State.FAILING,
        sentence="a254 could not join test.local: its cookie is not the cluster's",
        detail="Name and port are right; cookie hash 4f1c… here, 9ab2… on a253. Rolled back 14 minutes ago, nothing lost.",
        action="Transfer cookie…",
    ),
    Attention(
        key="upload",
        state=State.DIFFERS,
        sentence="a253 was changed by hand: File Upload URL",
        detail="Someone wrote http://192.168.11.253:5280/upload; the document says https://172.16.38.1:5443/upload.",
        action="Compare…",
    ),
    Attention(
        key="apns",
        state=State.DIFFERS,
        sentence="The APNs VoIP certificate ends in 19 days",
        detail="iPhones stop ringing on 11 December. Apple asks for a new one every year.",
        action="Renew…",
    ),
)


def matrix() -> Matrix:
    never = MatrixCell(text="–", state=State.UNKNOWN)
    url = MatrixCell(text="https://172.16.38.1:5443/upload")
    return Matrix(
        key="test.local",
        title="test.local",
        note="running db nodes = [ejabberd@a253, ejabberd@a251]",
        nodes=("a251", "a253", "a254", "a255"),
        rows=(
            MatrixRow(
                label="VPN pool",
                cells=(
                    *[MatrixCell(text="172.16.38.0/24")] * 3,
                    MatrixCell(text="not looked at since 18:02", state=State.UNKNOWN),
                ),
            ),
            MatrixRow(
                label="File Upload URL",
                cells=(
                    url,
                    MatrixCell(
                        text="http://192.168.11.253:5280/upload",
                        state=State.DIFFERS,
                        full="http://192.168.11.253:5280/upload",
                    ),
                    url,
                    never,
                ),
            ),
            MatrixRow(
                label="Cookie",
                cells=(
                    MatrixCell(text="9ab2…"),
                    MatrixCell(text="9ab2…"),
                    MatrixCell(text="4f1c…", state=State.FAILING),
                    never,
                ),
            ),
            MatrixRow(label="Storage on /home/flv", cells=(*[MatrixCell(text="gv0 on a250")] * 3, never)),
            MatrixRow(label="ejabberd", cells=(*[MatrixCell(text="26.07")] * 3, never)),
        ),
    )


def wide_matrix(nodes: int = 12) -> Matrix:
    return Matrix(
        key="wide",
        title="region-1.example.org",
        note=f"{nodes} nodes",
        nodes=tuple(f"node-{at:03d}" for at in range(nodes)),
        rows=tuple(
            MatrixRow(
                label=label,
                cells=tuple(
                    MatrixCell(text=text, state=State.DIFFERS if (at + row) % 11 == 4 else None)
                    for at in range(nodes)
                ),
            )
            for row, (label, text) in enumerate(
                (("VPN pool", "172.16.38.0/24"), ("Cookie", "9ab2…"), ("ejabberd", "26.07"))
            )
        ),
    )


def overview() -> OverviewModel:
    return OverviewModel(
        title="Overview",
        subtitle="Practice fleet · 1 cluster · 8 hosts",
        looked_at=NOW - timedelta(seconds=12),
        attention=ATTENTION,
        hosts=summaries(),
        matrices=(matrix(),),
    )


def large_overview() -> OverviewModel:
    many = tuple(
        Attention(
            key=f"n{at}",
            state=State.FAILING if at % 3 else State.DIFFERS,
            sentence=f"node-{at:03d} has no answer on port 22 since 18:{at:02d}",
            detail="Its neighbours answer, so it is the host or its cable.",
            action="Look again",
        )
        for at in range(14)
    )
    return OverviewModel(
        title="Overview",
        subtitle="Whole fleet · 8 clusters · 200 hosts",
        looked_at=NOW - timedelta(minutes=3),
        attention=many,
        hosts=many_summaries(),
        matrices=(wide_matrix(),),
    )


CHANGES = ChangeSummary(
    changes=4, hosts=2, note="edited just now · not applied", undo="Change File Upload URL", redo=""
)
JOB = RunningJob(key="join", text="Joining a254 · step 4 of 6", done=4, total=6)

BEFORE = """# written by AZDesk from practice.azfleet, revision 11
modules:
  mod_http_upload:
    docroot: /home/flv
    put_url: http://192.168.11.253:5280/upload
    dir_mode: "2770"
    file_mode: "0660"
"""
AFTER = """# written by AZDesk from practice.azfleet, revision 12
modules:
  mod_http_upload:
    docroot: /home/flv
    put_url: https://172.16.38.1:5443/upload
    dir_mode: "2770"
    file_mode: "0660"
  mod_log_chat:
    path: /home/chat
    format: text
"""


def review() -> ReviewModel:
    return ReviewModel(
        title="Review 8 steps on 2 hosts",
        size="8 steps on 2 hosts",
        made_at=NOW - timedelta(seconds=8),
        hosts=(
            ReviewHost(
                key="a253",
                name="a253",
                summary="2 steps · reload ejabberd",
                steps=(
                    ReviewStep(
                        key="w",
                        verb="Write",
                        text="ejabberd.d/azdesk.yml",
                        diff=FileDiff(
                            path="/etc/ejabberd/ejabberd.d/azdesk.yml",
                            before=BEFORE,
                            after=AFTER,
                            note="ejabberd:ejabberd 0640",
                        ),
                    ),
                    ReviewStep(
                        key="r",
                        verb="Reload",
                        text="ejabberd, then read it back",
                        detail="ejabberdctl reload_config; connections stay.",
                    ),
                ),
            ),
            ReviewHost(
                key="a254",
                name="a254",
                summary="6 steps · restart ejabberd",
                steps=tuple(
                    ReviewStep(
                        key=verb,
                        verb=verb,
                        text=text,
                        detail=f"{verb} {text}.",
                        irreversible=verb in ("Purge", "Join"),
                    )
                    for verb, text in (
                        ("Check", "a253 reachable on 5210"),
                        ("Back up", "XMPP data"),
                        ("Copy", "cookie from a253"),
                        ("Purge", "Mnesia tables"),
                        ("Join", "ejabberd@a253"),
                        ("Verify", "both nodes list both"),
                    )
                ),
            ),
        ),
        irreversible=(
            Irreversible(
                key="a254",
                sentence=(
                    "a254 joins test.local: its own XMPP data is replaced by the cluster's. Lost there: 2 accounts, "
                    "11 rosters, 0 offline messages. A backup (1.8 MB) is taken first and offered for download."
                ),
                confirm="a254",
                backup="Download backup first",
            ),
        ),
    )


def long_diff(lines: int = 5000) -> FileDiff:
    before = [f"option_{at}: value {at * 7 % 1009}" for at in range(lines)]
    after = list(before)
    after[lines // 2] = "option_middle: changed by the plan"
    after.insert(
        lines // 4, "inserted: line with a rather long text that goes on beyond the edge of the pane " * 2
    )
    del after[-20:-10]
    return FileDiff(
        path="/etc/asterisk/a-folder-with-a-long-name/extensions.d/azdesk-generated-dialplan.conf",
        before="\n".join(before) + "\n",
        after="\n".join(after) + "\n",
        note="root:asterisk 0640",
    )


def journal(count: int = 40) -> tuple[JournalEntry, ...]:
    whats = (
        ("Wrote ejabberd.d/azdesk.yml, reloaded ejabberd", State.RIGHT),
        ("Join of test.local rolled back: the cookie is not the cluster's", State.FAILING),
        ("Adopted 3 settings into the document", State.RIGHT),
        ("Link lost while writing /etc/hosts; the host finished by itself", State.DIFFERS),
    )
    return tuple(
        JournalEntry(
            key=f"j{at}",
            when=NOW - timedelta(minutes=7 * at * at + 3),
            host=("a251", "a253", "a254", "conference-bridge-04.voice.example.org")[at % 4],
            who=("root", "marta", "administrator@desk-12")[at % 3],
            what=whats[at % 4][0],
            state=whats[at % 4][1],
            detail=(
                "Check   a253 reachable on 5210            done      0.2 s\n"
                "Back up XMPP data                         done      1.1 s\n"
                "Copy    cookie from a253                  failed    0.4 s\n"
                "        The cookie of a253 could not be read: permission denied. Log in as root or with sudo.\n"
            ),
        )
        for at in range(count)
    )
