"""The units that matter on a host, and the packages they come from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from azdesk.core.plan import Note
from azdesk.core.platform import PLATFORMS, Platform
from azdesk.core.probe import Identity, Packages, Probe, Readings, UnitReading, Units
from azdesk.core.step import InstallPackages, Phase, Step, Unit
from azdesk.features._base import Feature, PlanContext
from azdesk.fleet.model import Fleet


@dataclass(frozen=True, kw_only=True)
class ServicesState:
    """What is installed and what runs, of that which the host's roles need."""

    running: tuple[str, ...] = ()
    """Units that are active, sorted."""
    enabled: tuple[str, ...] = ()
    """Units that start at boot, sorted."""
    installed: tuple[str, ...] = ()
    """Packages, sorted."""
    units: tuple[tuple[str, UnitReading], ...] = field(default=(), compare=False)
    versions: tuple[tuple[str, str], ...] = field(default=(), compare=False)
    """(package, version) of those installed."""
    system: str = field(default="", compare=False)
    """Distribution as it calls itself."""


_RUNNING = ("active", "reloading", "refreshing")
_AT_BOOT = ("enabled", "static", "alias", "indirect", "generated")
"""Words of systemctl is-enabled for units that are started without anybody's doing."""


def _platform(fleet: Fleet, host: str) -> Platform:
    return PLATFORMS[fleet.hosts[host].platform]


def required_packages(fleet: Fleet, host: str) -> tuple[str, ...]:
    on, roles = _platform(fleet, host), fleet.hosts[host].roles
    names = (on.application_packages if "application" in roles else ()) + (
        on.directory_packages if "directory" in roles else ()
    )
    return tuple(sorted(names))


def required_units(fleet: Fleet, host: str) -> tuple[str, ...]:
    on, roles = _platform(fleet, host), fleet.hosts[host].roles
    names = (on.application_units if "application" in roles else ()) + (
        on.directory_units if "directory" in roles else ()
    )
    return tuple(sorted(names))


def probes(fleet: Fleet, host: str) -> Mapping[str, Probe]:
    return {
        "identity": Identity(),
        "units": Units(names=required_units(fleet, host)),
        "packages": Packages(names=required_packages(fleet, host)),
    }


def parse(readings: Readings) -> ServicesState:
    units = {name: readings.unit("units", name) for name in readings.get("units")["units"]}
    packages: Mapping[str, str | None] = readings.get("packages")["packages"]
    return ServicesState(
        running=tuple(sorted(name for name, unit in units.items() if unit.active in _RUNNING)),
        enabled=tuple(sorted(name for name, unit in units.items() if unit.enabled in _AT_BOOT)),
        installed=tuple(sorted(name for name, version in packages.items() if version)),
        units=tuple(sorted(units.items())),
        versions=tuple(sorted((name, version) for name, version in packages.items() if version)),
        system=str(readings.get("identity").get("os_name", "")),
    )


def desired(fleet: Fleet, host: str) -> ServicesState:
    units = required_units(fleet, host)
    return ServicesState(running=units, enabled=units, installed=required_packages(fleet, host))


def plan(context: PlanContext, observed: ServicesState, wanted: ServicesState) -> Iterator[Step]:
    missing = tuple(name for name in wanted.installed if name not in observed.installed)
    if missing:
        yield InstallPackages(
            title=f"Install the {'packages' if len(missing) > 1 else 'package'} {', '.join(missing)}",
            names=missing,
        )
    for unit in wanted.enabled:
        if unit not in observed.enabled:
            yield Unit(title=f"Start {_short(unit)} at boot", unit=unit, action="enable", phase=Phase.RELOAD)
    for unit in wanted.running:
        if unit not in observed.running:
            yield Unit(title=f"Start {_short(unit)}", unit=unit, action="start", subject=unit, timeout=90)


def _short(unit: str) -> str:
    return unit.removesuffix(".service")


def differences(observed: ServicesState, wanted: ServicesState) -> Iterable[str]:
    for name in wanted.installed:
        if name not in observed.installed:
            yield f"The package {name} is missing"
    states = dict(observed.units)
    for unit in wanted.running:
        if unit not in observed.running:
            state = states.get(unit)
            yield f"{_short(unit)} is {state.active if state else 'not running'}"
    for unit in wanted.enabled:
        if unit not in observed.enabled:
            yield f"{_short(unit)} does not start at boot"


def notes(context: PlanContext, observed: ServicesState, wanted: ServicesState) -> Iterable[Note]:
    missing = [name for name in wanted.installed if name not in observed.installed]
    for name, unit in observed.units:
        if "masked" in (unit.load, unit.enabled) and name in wanted.running:
            yield Note(
                text=f"{_short(name)} is masked: somebody on the host does not want it started. Unmask it there "
                f"(systemctl unmask {name}), or take the role from the host.",
                blocking=True,
            )
    if missing:
        yield Note(text=f"Once {', '.join(missing)} is installed, look again: more may be left to do.")


def adopt(fleet: Fleet, host: str, observed: ServicesState) -> Fleet:
    """Nothing: which services matter follows from the host's roles."""
    return fleet


FEATURE = Feature(
    key="services",
    title="Services",
    state=ServicesState,
    probes=probes,
    parse=parse,
    desired=desired,
    plan=plan,
    adopt=adopt,
    differences=differences,
    notes=notes,
)
