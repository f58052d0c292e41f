"""The lab by hand: python -m tests.lab up|down|status|shell|run|reset|base|requirements."""

from __future__ import annotations

import argparse
import os
import sys

from tests.lab.harness import Lab, LabError, base, requirements
from tests.lab.harness.lab import HOSTS, Lock, instances, sweep


def main(argv: list[str] | None = None) -> int:
    """Run one command. Exits 0 when done, 1 with the reason when not, or as the command run in a host did."""
    options = _parser().parse_args(argv)
    try:
        return int(options.act(options))
    except LabError as error:
        print(error, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.lab", description="Real Debian hosts for tests.")
    number = int(os.environ.get("AZDESK_LAB_INSTANCE", "0"))
    parser.add_argument("-i", "--instance", type=int, default=number, help="which lab (default: %(default)s)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    up = commands.add_parser("up", help="boot the hosts and leave them running")
    up.add_argument("--hosts", default=",".join(HOSTS), help="comma-separated (default: %(default)s)")
    up.set_defaults(act=_up)
    down = commands.add_parser("down", help="end the lab, leaving no trace")
    down.add_argument("--all", action="store_true", help="end all instances that no process holds")
    down.set_defaults(act=_down)
    commands.add_parser("status", help="what runs, and how to log in").set_defaults(act=_status)
    reset = commands.add_parser("reset", help="make hosts fresh again")
    reset.add_argument("host", nargs="*", help="default: all")
    reset.set_defaults(act=_reset)
    shell = commands.add_parser("shell", help="a root shell inside a host")
    shell.add_argument("host")
    shell.set_defaults(act=_shell)
    run = commands.add_parser("run", help="run one command inside a host as root")
    run.add_argument("host")
    run.add_argument("command", nargs=argparse.REMAINDER)
    run.set_defaults(act=_run)
    commands.add_parser("base", help="build the base system if it is not built yet").set_defaults(act=_base)
    needs = commands.add_parser("requirements", help="what the lab needs of this machine")
    needs.add_argument("--install", action="store_true", help="apt-get install what is missing")
    needs.set_defaults(act=_requirements)
    return parser


def _up(options: argparse.Namespace) -> int:
    wanted = [name for name in options.hosts.split(",") if name]
    if _answers(options.instance):
        lab = Lab.attach(options.instance)
        lab.add_hosts(name for name in wanted if name not in lab.hosts)
    else:
        Lab.up(wanted, instance=options.instance, take_over=True).keep()
    return _status(options)


def _answers(instance: int) -> bool:
    """Whether the instance is up, with every host of it running."""
    try:
        lab = Lab.attach(instance)
    except LabError:
        return False
    return bool(lab.hosts) and all(host.leader is not None for host in lab.hosts.values())


def _down(options: argparse.Namespace) -> int:
    for instance in instances() if options.all else [options.instance]:
        lock = Lock.of(instance, take_over=True)
        sweep(instance)
        lock.release()
    return 0


def _status(options: argparse.Namespace) -> int:
    for instance in instances():
        try:
            lab = Lab.attach(instance)
        except LabError:
            print(
                f"lab {instance}: left by a crash, or starting; `--instance {instance} down` clears it away"
            )
            continue
        print(f"lab {instance}: key {lab.key_file}, known hosts {lab.known_hosts}")
        print("  passwords: " + "  ".join(f"{user} {word}" for user, word in lab.passwords.items()))
        for host in lab.hosts.values():
            print("  " + host.describe())
    if not instances():
        print("no lab is up")
    return 0


def _reset(options: argparse.Namespace) -> int:
    Lab.attach(options.instance).reset(*options.host)
    return 0


def _shell(options: argparse.Namespace) -> int:
    argv = Lab.attach(options.instance).host(options.host).shell_argv()
    os.execvp(argv[0], argv)


def _run(options: argparse.Namespace) -> int:
    argv = Lab.attach(options.instance).host(options.host).shell_argv(options.command)
    os.execvp(argv[0], argv)


def _base(options: argparse.Namespace) -> int:
    print(base.ensure())
    return 0


def _requirements(options: argparse.Namespace) -> int:
    if options.install:
        requirements.install()
    lacking = requirements.shortfall()
    print(f"the lab cannot run here: {lacking}" if lacking else "this machine has all the lab needs")
    # With --install the packages are there now; what else is lacking no command can mend, and tests skip with the reason.
    return 1 if lacking and not options.install else 0


if __name__ == "__main__":
    sys.exit(main())
