"""What can be typed after ``azdesk``."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence

from azdesk import __version__
from azdesk.cli.options import (
    Add,
    Parser,
    UsageError,
    confirmed,
    document,
    positive,
    reaching,
    span,
    trusting,
    until,
)
from azdesk.cli.people_arguments import people
from azdesk.cli.records_arguments import records

_EXITS = """exit codes: 0 done, or nothing to do; 1 an error, or a host is not as it should be;
2 changes are pending (plan; status: something differs); 3 not confirmed, or cancelled"""


def parsed(argv: Sequence[str]) -> argparse.Namespace:
    """What a command line says.

    Raises:
        UsageError: it cannot be understood.
        SystemExit: it asked for help or the version, which is printed.
    """
    arguments, strange = parser().parse_known_args(argv)
    if strange:
        command = f"{arguments.command} {getattr(arguments, 'part', '')}".strip()
        raise UsageError(
            f"Unrecognized arguments: {' '.join(strange)}.",
            where=command,
            next_step=f"azdesk {command} --help explains.",
        )
    return arguments


def parser() -> Parser:
    """The parser of the whole command line."""
    root = Parser(
        prog="azdesk",
        description="Configure a fleet of hosts from one document. Without a command the window opens.",
        epilog=_EXITS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    root.add_argument("--version", action="version", version=f"azdesk {__version__}")
    commands = root.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser, required=True)

    def add(name: str, help_: str, *, into: argparse._SubParsersAction[Parser] | None = None) -> Parser:
        return (into or commands).add_parser(
            name,
            help=help_,
            description=f"{help_[:1].upper()}{help_[1:]}.",
            epilog=_EXITS,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )

    document(add("check", "say whether the document is right; needs no network"))
    reaching(add("status", "look at the hosts and say how they stand"))
    plan = reaching(add("plan", "show what would be changed on the hosts"))
    plan.add_argument("--brief", action="store_true", help="leave the differences of files out")
    _apply(reaching(add("apply", "show what would be changed, ask, and do it")))
    adopt = confirmed(reaching(add("adopt", "take what the hosts have into the document")))
    adopt.add_argument(
        "--feature", action="append", default=[], metavar="KEY", help="adopt this alone (repeatable)"
    )
    _journal(reaching(add("journal", "what was changed on the hosts, the newest first")))
    _history(add("history", "earlier texts of the document, and back to one of them; needs no network"), add)
    schema = add("schema", "print the document's form as JSON Schema")
    schema.add_argument("fleet", nargs="?", metavar="FLEET", help="not needed: the form is the same for all")
    schema.add_argument("--json", action="store_true", help="the schema is JSON in any case")
    _backup(add("backup", "backups that plans take on hosts"), add)
    _secret(add("secret", "keep the secrets that the document names"), add)
    directory = add("directory", "the directory that accounts come from")
    parts = directory.add_subparsers(dest="part", metavar="PART", parser_class=Parser, required=True)
    reaching(add("test", "try the binding from here and from hosts, and explain what fails", into=parts))
    _authority(add("authority", "the fleet's certificate authority, and certificates from elsewhere"), add)
    _host_key(add("host-key", "keys by which hosts are known"), add)
    _calling(add)
    _live(add)
    _cdr(add)
    people(add("people", "people in the directory: their accounts for chat and phones"), add)
    records(add("records", "recordings of calls, on the hosts and in their archives"), add)
    _enrol(add("enrol", "make sheets with people's QR codes, as PDF"))
    noted = add("enrol-journal", "who showed, saved or printed whose code or password on this workstation")
    noted.add_argument("--person", metavar="ACCOUNT", help="about this person alone")
    noted.add_argument("--limit", type=positive, default=20, metavar="N", help="at most N entries (20)")
    noted.add_argument("--json", action="store_true", help="print the answer as JSON and nothing else")
    demo = add("demo", "try everything on a practice fleet inside this process")
    demo.add_argument("--headless", metavar="DIR", help="without a window: pictures and a report in DIR")
    return root


def _calling(add: Add) -> None:
    call = document(add("call", "say where a call goes: as the document has it, or as the hosts have"))
    call.add_argument("number", metavar="NUMBER", help="what is dialled")
    call.add_argument(
        "--from",
        dest="caller",
        required=True,
        metavar="NUMBER@HOST",
        help="the caller's number and host; with a trunk's name instead of a host's: from outside, as HOST/TRUNK",
    )
    call.add_argument(
        "--away", action="append", default=[], metavar="NUMBER", help="this phone is not registered"
    )
    call.add_argument("--busy", action="append", default=[], metavar="NUMBER", help="this phone is busy")
    call.add_argument(
        "--down", action="append", default=[], metavar="NAME", help="this trunk or host cannot be reached"
    )
    call.add_argument(
        "--loaded",
        action="store_true",
        help="by what the hosts have loaded and which phones are registered now",
    )
    call.add_argument(
        "--trust",
        action="append",
        default=[],
        metavar="SHA256:…",
        help="with --loaded: accept and remember a host key never seen before if it has this fingerprint (repeatable)",
    )
    call.add_argument("--steps", action="store_true", help="with every step of the dial plans")
    numbers = add("numbers", "the number plan: checked as a whole, as a sheet")
    parts = numbers.add_subparsers(dest="part", metavar="PART", parser_class=Parser, required=True)
    document(add("check", "say what is wrong with the number plan; needs no network", into=parts))
    export = document(add("export", "write blocks and rules into a CSV file", into=parts))
    export.add_argument("file", metavar="FILE", help="such as plan.csv")
    export.add_argument("--replace", action="store_true", help="replace a file that is there")
    taken = confirmed(document(add("import", "take blocks and rules from a sheet (CSV, XLSX)", into=parts)))
    taken.add_argument(
        "file", metavar="FILE", help="a .csv or .xlsx file with the headings that export writes"
    )


def _live(add: Add) -> None:
    live = add("live", "calls, phones and trunks as they are just now")
    parts = live.add_subparsers(dest="part", metavar="PART", parser_class=Parser, required=True)
    calls = reaching(
        add("calls", "calls in progress, the newest first; those over several hosts as one", into=parts)
    )
    calls.add_argument("--trunk", metavar="NAME", help="those by this trunk alone")
    calls.add_argument(
        "--watch", action="store_true", help="go on and tell what begins, changes and ends, until Ctrl+C"
    )
    phones = reaching(add("phones", "registered phones: where, by what client, how far away", into=parts))
    for one in (calls, phones):
        one.add_argument("--number", metavar="DIGITS", help="those with these digits in a number alone")
    reaching(add("trunks", "whether trunks are there, how far away, whether they are registered", into=parts))
    hang_up = confirmed(reaching(add("hang-up", "end a call; the host's journal says who did", into=parts)))
    hang_up.add_argument("call", metavar="CALL", help="as live calls shows it, such as a251/1795620222.0")


def _cdr(add: Add) -> None:
    cdr = add("cdr", "call detail records of all hosts, as Asterisk writes them")
    parts = cdr.add_subparsers(dest="part", metavar="PART", parser_class=Parser, required=True)
    listed = reaching(add("list", "records, the newest first", into=parts))
    listed.add_argument("--limit", type=positive, default=50, metavar="N", help="at most N records (50)")
    export = reaching(add("export", "write records into a CSV file", into=parts))
    export.add_argument("file", metavar="FILE", help="such as calls.csv")
    export.add_argument("--replace", action="store_true", help="replace a file that is there")
    for one in (listed, export):
        one.add_argument(
            "--since", type=span, metavar="TIME", help="calls after 90m, 12h, 7d (ago), or 2026-01-31"
        )
        one.add_argument("--until", type=until, metavar="TIME", help="calls before that; a day as a whole")
        one.add_argument(
            "--number", default="", metavar="DIGITS", help="in the caller's number or name, or dialled"
        )
        one.add_argument(
            "--direction",
            choices=("in", "out", "between", "internal"),
            default="",
            help="from outside, to outside, between hosts, within a host",
        )
        one.add_argument("--trunk", default="", metavar="NAME", help="by this trunk of the document")
        taken = one.add_mutually_exclusive_group()
        taken.add_argument("--answered", action="store_true", default=None, help="those that somebody took")
        taken.add_argument("--missed", action="store_false", dest="answered", help="those that nobody took")
        one.add_argument(
            "--shortest", type=positive, default=0, metavar="SECONDS", help="talked at least so long"
        )
        one.add_argument(
            "--longest", type=positive, default=0, metavar="SECONDS", help="talked at most so long"
        )


def _apply(command: Parser) -> None:
    confirmed(command)
    command.add_argument(
        "--approve",
        metavar="FINGERPRINT",
        help="do it without asking if it is exactly the plan with this fingerprint (see plan --json)",
    )
    _loss(command)
    command.add_argument("--title", default="", help="what the hosts' journals call this change")
    command.add_argument("--brief", action="store_true", help="leave the differences of files out")


def _loss(command: Parser) -> None:
    command.add_argument(
        "--allow-loss",
        action="append",
        default=[],
        metavar="NODE",
        help="allow what cannot be undone on this node (repeatable); --yes alone never does",
    )


def _journal(command: Parser) -> None:
    command.add_argument(
        "--limit", type=positive, default=20, metavar="N", help="at most N entries of each host (20)"
    )
    command.add_argument(
        "--state",
        choices=("running", "applied", "committed", "rolled-back", "recovered", "needs-help"),
        help="entries in this state",
    )
    command.add_argument("--who", metavar="TEXT", help="entries by somebody whose name has this in it")
    command.add_argument(
        "--since", type=span, metavar="TIME", help="entries newer than 90m, 12h, 7d, or 2026-01-31"
    )
    command.add_argument("--steps", action="store_true", help="with the steps of each entry")


def _history(command: Parser, add: Add) -> None:
    parts = command.add_subparsers(dest="part", metavar="PART", parser_class=Parser, required=True)
    every = document(add("list", "each save of AZDesk's on this workstation, the newest first", into=parts))
    every.add_argument("--limit", type=positive, default=20, metavar="N", help="at most N of them (20)")
    show = document(add("show", "print an earlier text", into=parts))
    restore = confirmed(document(add("restore", "save an earlier text once more", into=parts)))
    for one in (show, restore):
        one.add_argument("revision", metavar="SAVE", help="as list shows it; its beginning will do")


def _backup(command: Parser, add: Add) -> None:
    parts = command.add_subparsers(dest="part", metavar="PART", parser_class=Parser, required=True)
    reaching(add("list", "the backups on the hosts, the newest first", into=parts))
    get = reaching(add("get", "download a backup", into=parts))
    get.add_argument("name", metavar="BACKUP", help="as list shows it")
    get.add_argument(
        "--output", "-o", metavar="FILE", help="where to write it; a name is made up if not given"
    )
    restore = confirmed(reaching(add("restore", "put a backup back", into=parts)))
    restore.add_argument("name", metavar="BACKUP", help="as list shows it")
    restore.add_argument(
        "--only-missing", action="store_true", help="of a directory: entries that are there stay as they are"
    )
    _loss(restore)
    delete = confirmed(reaching(add("delete", "remove backups from their hosts", into=parts)))
    delete.add_argument("name", metavar="BACKUP", nargs="*", help="as list shows it")
    delete.add_argument(
        "--older-than", type=span, metavar="TIME", help="all that are older than 90d, 12h, or than 2026-01-31"
    )


def _secret(command: Parser, add: Add) -> None:
    parts = command.add_subparsers(dest="part", metavar="PART", parser_class=Parser, required=True)
    for name, help_ in (
        ("set", "keep a secret; it is asked for, or read from a pipe"),
        ("forget", "forget a secret"),
    ):
        one = add(name, help_, into=parts)
        one.add_argument("name", metavar="NAME", help="the credential's name in the document, or a host's")
        one.add_argument(
            "--for",
            dest="purpose",
            choices=("password", "sudo", "passphrase"),
            default=None if name == "forget" else "password",
            help="what the secret is for " + ("(all)" if name == "forget" else "(password)"),
        )
        one.add_argument("--file", action="store_true", help="in the encrypted file, not in the keyring")
        one.add_argument("--json", action="store_true", help="print the answer as JSON and nothing else")
    document(add("list", "which secrets the document needs, and where they are kept", into=parts))


def _authority(command: Parser, add: Add) -> None:
    parts = command.add_subparsers(dest="part", metavar="PART", parser_class=Parser, required=True)
    create = document(add("create", "make the authority; its key is kept with the secrets", into=parts))
    create.add_argument(
        "--name", default="", help="what phones show of it; the organisation's name if not given"
    )
    create.add_argument("--instead", action="store_true", help="another one in place of one that is there")
    document(
        add(
            "show",
            "the authority and imported certificates: until when, and whether their keys are kept",
            into=parts,
        )
    )
    export = document(
        add("export", "print the authority's certificate, for clients that are to trust it", into=parts)
    )
    export.add_argument("--output", "-o", metavar="FILE", help="write it there instead")
    take = document(add("import", "take a certificate from elsewhere for a host, with its key", into=parts))
    take.add_argument("host", metavar="HOST", help="a host of the document")
    take.add_argument(
        "certificate", metavar="FILE", help="PEM, with those above it, or PKCS #12 (.p12, .pfx)"
    )
    take.add_argument(
        "--key", metavar="FILE", help="the key's own file; its passphrase is asked for, or read from a pipe"
    )
    renew = document(
        add("renew", "give hosts new certificates before theirs are due, reviewed as with apply", into=parts)
    )
    renew.add_argument(
        "host",
        metavar="HOST",
        nargs="*",
        default=[],
        help="these hosts alone; all of the fleet's authority if not given",
    )
    trusting(renew)
    _apply(renew)
    prepare = document(
        add("prepare", "make the authority that is to follow, trusted beside the present one", into=parts)
    )
    prepare.add_argument(
        "--name", default="", help="what phones show of it; the organisation's name and the day if not given"
    )
    document(add("switch", "let the next authority issue; the one before is still trusted", into=parts))
    document(
        add(
            "drop",
            "trust the other authority no more: the one before, or one that was prepared in vain",
            into=parts,
        )
    )
    for one in (create, take, prepare):
        one.add_argument(
            "--file", action="store_true", help="keep the key in the encrypted file, not in the keyring"
        )


def _host_key(command: Parser, add: Add) -> None:
    parts = command.add_subparsers(dest="part", metavar="PART", parser_class=Parser, required=True)
    reaching(add("accept", "accept keys of hosts never seen before, after comparing them", into=parts))


def _enrol(command: Parser) -> None:
    document(command)
    who = command.add_argument_group("who").add_mutually_exclusive_group(required=True)
    who.add_argument("--people", nargs="+", default=[], metavar="ACCOUNT", help="these people, in this order")
    who.add_argument("--filter", metavar="TEXT", help="who has these words in account, name or number")
    who.add_argument("--all", action="store_true", help="everybody in the directory")
    what = command.add_argument_group("what")
    to = what.add_mutually_exclusive_group(required=True)
    to.add_argument("--pdf", metavar="FILE", help="write sheets")
    to.add_argument("--files", metavar="DIR", help="write what is in each code as a file of its own")
    # Which there are is checked by the command: no other command has to load them.
    what.add_argument(
        "--format",
        metavar="FORM",
        help="what the code holds (as the document says): azblink-1, xmpp, linphone, linphone-file, vcard",
    )
    what.add_argument(
        "--layout", default="sheet", metavar="NAME", help="sheet, cards-8, l7160, 5160 and others (sheet)"
    )
    what.add_argument(
        "--paper", choices=("A4", "Letter"), default="A4", help="where it is no label stock (A4)"
    )
    what.add_argument(
        "--language", metavar="CODE", help="of the sheets (as the document says): en, de, zh_CN"
    )
    what.add_argument("--level", choices=("L", "M", "Q", "H"), help="error correction (what fits)")
    what.add_argument("--first", type=positive, default=1, metavar="N", help="first label that is free (1)")
    what.add_argument(
        "--shift",
        type=_shift,
        default=(0.0, 0.0),
        metavar="X,Y",
        help="move everything, in mm to the right and down",
    )
    what.add_argument("--show-password", action="store_true", help="print the password in letters too")
    what.add_argument(
        "--leave-out",
        action="store_true",
        help="go on without those whose code cannot be made, and name them",
    )
    what.add_argument("--replace", action="store_true", help="write over a PDF that is there")
    trusting(command)


def _shift(text: str) -> tuple[float, float]:
    if not re.fullmatch(r"-?\d{1,3}(\.\d+)?,-?\d{1,3}(\.\d+)?", text):
        raise argparse.ArgumentTypeError(f"“{text}” is not two lengths in mm, such as 1.5,-2")
    right, _, down = text.partition(",")
    return float(right), float(down)
