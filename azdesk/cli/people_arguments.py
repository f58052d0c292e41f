"""What can be typed after ``azdesk people``."""

from __future__ import annotations

from typing import Any

from azdesk.cli.options import Add, Parser, confirmed, document, positive, trusting


def people(command: Parser, add: Add) -> None:
    parts = command.add_subparsers(dest="part", metavar="PART", parser_class=Parser, required=True)

    def part(name: str, help_: str) -> Parser:
        return trusting(document(add(name, help_, into=parts)))

    _list(part("list", "who is in the directory"))
    show = _who(part("show", "one person"), several=False)
    show.add_argument(
        "--password", action="store_true", help="show the password, where the directory keeps it in clear"
    )
    part("check", "who cannot log in, shares a number, or has values that make trouble")
    _add_one(part("add", "add a person"))
    change = _who(part("change", "change a person"), several=False)
    _values(change)
    _password(change.add_argument_group("password"), without=False)
    passwd = _who(part("passwd", "set a person's password"), several=False)
    _password(passwd, without=False)
    for name, help_ in (
        ("disable", "shut people out of chat and phones; their passwords are kept"),
        ("enable", "let people in again, with the passwords from before"),
    ):
        _who(part(name, help_), several=True)
    remove = _who(part("remove", "remove people from the directory"), several=True)
    confirmed(remove)
    _import(part("import", "bring people from a sheet into the directory: show, ask, write"))
    part("imports", "what imports have written, the newest first")
    undo = part("undo", "take an import back; passwords stay as it set them")
    undo.add_argument(
        "ident", metavar="IMPORT", nargs="?", default="", help="as imports shows it; the newest one"
    )
    undo.add_argument("--force", action="store_true", help="remove also who was changed since")
    confirmed(undo)
    _export(part("export", "write people into a file: .csv, .xlsx or .ldif"))


def _who(command: Parser, *, several: bool) -> Parser:
    command.add_argument(
        "who",
        metavar="WHO",
        nargs="+" if several else None,
        help="account, or name of the entry",
    )
    return command


def _list(command: Parser) -> None:
    command.add_argument("words", metavar="WORD", nargs="*", help="in account, name or number; all of them")
    command.add_argument("--limit", type=positive, default=0, metavar="N", help="at most N people (all)")
    command.add_argument(
        "--seen-by",
        metavar="HOST",
        default="",
        help="the accounts that this host's chat server sees just now",
    )
    command.add_argument(
        "--sort",
        metavar="FIELD",
        default="",
        help="order, such as number; backwards: --sort=-number (account)",
    )
    command.add_argument(
        "--fields", metavar="FIELD,…", default="", help="columns (account,name,number,home,enabled)"
    )


def _values(command: Parser) -> None:
    group = command.add_argument_group("values")
    group.add_argument("--name", metavar="TEXT", help="as people write it")
    group.add_argument("--number", metavar="NUMBER", help="phone number")
    group.add_argument("--mail", metavar="ADDRESS", help="e-mail address")
    group.add_argument("--home", metavar="HOST", help="home host: its name in the document, or an address")
    group.add_argument(
        "--set",
        dest="values",
        action="append",
        default=[],
        metavar="FIELD=VALUE",
        help="any other value, such as context=all (repeatable); empty: it goes",
    )


def _add_one(command: Parser) -> None:
    command.add_argument("account", metavar="ACCOUNT", help="login name")
    _values(command)
    command.add_argument(
        "--free",
        metavar="HOST",
        help="the first free number of this host's blocks, which is the home host, too",
    )
    _password(command.add_argument_group("password"), without=True)


def _password(group: Any, *, without: bool) -> None:
    one = group.add_mutually_exclusive_group()
    one.add_argument("--generate", action="store_true", help="make one up, and print it once")
    one.add_argument("--stdin", action="store_true", help="read it as the only line of a pipe")
    if without:
        one.add_argument(
            "--no-password", action="store_true", help="none: nobody can log in until one is set"
        )


def _import(command: Parser) -> None:
    command.add_argument(
        "sheet", metavar="SHEET", nargs="?", help="a .csv or .xlsx file with headings; not with --resume"
    )
    command.add_argument(
        "--column",
        dest="columns",
        action="append",
        default=[],
        metavar="HEADING=FIELD",
        help="what a column is, where AZDesk does not know; - leaves it out (repeatable)",
    )
    command.add_argument("--generate", action="store_true", help="make up passwords for those who have none")
    command.add_argument(
        "--passwords",
        metavar="FILE",
        help="write the passwords that are set into a new file that only you can read",
    )
    command.add_argument(
        "--new-only", action="store_true", help="refuse rows of people who are there already"
    )
    command.add_argument(
        "--leave-out", action="store_true", help="go on without the rows that are refused; else one stops all"
    )
    command.add_argument("--encoding", metavar="NAME", default="", help="of a CSV file (found out)")
    command.add_argument("--separator", metavar="SIGN", default="", help="of a CSV file's cells (found out)")
    command.add_argument("--worksheet", metavar="NAME", default="", help="of a workbook (the first)")
    command.add_argument("--ldif", metavar="FILE", help="write the plan as LDIF, without passwords, too")
    command.add_argument(
        "--ldif-passwords",
        action="store_true",
        help="with passwords in it, so that ldapmodify could do what it says; noted in the enrolment journal",
    )
    command.add_argument(
        "--resume",
        metavar="IMPORT",
        nargs="?",
        const="",
        help="go on with an import that was not finished (the newest)",
    )
    confirmed(command)


def _export(command: Parser) -> None:
    command.add_argument("file", metavar="FILE", help=".csv, .xlsx or .ldif")
    who = command.add_mutually_exclusive_group()
    who.add_argument(
        "--filter", metavar="TEXT", default="", help="who has these words in account, name or number"
    )
    who.add_argument(
        "--people",
        metavar="ACCOUNT",
        nargs="+",
        help="these; who is not there is named, and the exit code is 1",
    )
    command.add_argument("--home", metavar="HOST", default="", help="who is at home on this host")
    command.add_argument(
        "--passwords", action="store_true", help="with passwords, as far as the directory shows them"
    )
    command.add_argument("--replace", action="store_true", help="write over a file that is there")
