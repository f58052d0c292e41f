"""Fixtures for tests on real hosts.

`lab` is booted once a session, in an instance of its own; with AZDESK_LAB_ATTACH=1 it is the running instance
AZDESK_LAB_INSTANCE (default 0) instead. `clean_lab`, `fresh_hosts` and `old_host` hand out hosts as after `apt install`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.lab.harness import Host, Lab, LabError, base
from tests.lab.harness.recipe import BULLSEYE, FORKY
from tests.lab.harness.requirements import shortfall

HERE = Path(__file__).parent


def must_run(environment: Mapping[str, str]) -> bool:
    """Whether a lab that cannot run is a failure (in CI, or when asked for) and not a reason to skip."""
    in_ci = environment.get("CI", "").lower() in ("1", "true", "yes")
    return in_ci or environment.get("AZDESK_LAB") == "required"


def give_up(reason: str) -> None:
    """Fail where the lab must run, else skip, with the reason either way."""
    if must_run(os.environ):
        pytest.fail(f"The lab must run here (CI or AZDESK_LAB=required) but cannot: {reason}", pytrace=False)
    pytest.skip(reason)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents and _uses_lab(item):
            item.add_marker(pytest.mark.lab)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Build the bases before the first test: it takes minutes, and must not count against that test's time limit."""
    wanted = [FORKY] if any(item.get_closest_marker("lab") for item in session.items) else []
    if any("old_host" in getattr(item, "fixturenames", ()) for item in session.items):
        wanted.append(BULLSEYE)
    if wanted and not session.config.option.collectonly and not shortfall():
        for recipe in wanted:
            try:
                base.ensure(recipe)
            except LabError as error:
                base.say(f"lab base: {error}")


def _uses_lab(item: pytest.Item) -> bool:
    return "lab_machine" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session")
def lab_machine() -> None:
    """This machine can run the lab, or the test does not run."""
    if lacking := shortfall():
        give_up(str(lacking))


@pytest.fixture(scope="session")
def lab(lab_machine: None) -> Iterator[Lab]:
    """Hosts a250 (storage), a251 and a253 (application), shared by all tests: leave them as you found them."""
    try:
        if os.environ.get("AZDESK_LAB_ATTACH"):
            running = Lab.attach(int(os.environ.get("AZDESK_LAB_INSTANCE", "0")))
        else:
            running = Lab.up()
    except LabError as error:
        give_up(str(error))
        return
    yield running
    if os.environ.get("AZDESK_LAB_ATTACH"):
        running.keep()
    else:
        running.down()


@pytest.fixture
def clean_lab(lab: Lab) -> Lab:
    """The lab with every host fresh; do with them what you like."""
    lab.reset()
    return lab


@pytest.fixture
def fresh_hosts(lab: Lab) -> tuple[Host, Host]:
    """The application hosts a251 and a253, fresh; do with them what you like."""
    lab.reset("a251", "a253")
    return lab.host("a251"), lab.host("a253")


@pytest.fixture
def old_host(lab: Lab) -> Host:
    """a211, a fresh Debian 11: Asterisk 16 with chan_sip, ejabberd 21.01, slapd 2.4 (installed, off), Python 3.9."""
    try:
        if "a211" in lab.hosts:
            lab.reset("a211")
        return lab.need("a211")[0]
    except LabError as error:
        give_up(str(error))
        raise
