"""Take what hosts have into the document."""

from __future__ import annotations

from collections.abc import Collection

from azdesk.app.observing import applicable
from azdesk.app.session import Observation
from azdesk.core.errors import ObserveError
from azdesk.fleet.model import Fleet

_PASSES = 2
"""A value adopted by one feature (the domain) can make room for another's (its upload URL)."""


def adopt(fleet: Fleet, observation: Observation, features: Collection[str] | None = None) -> Fleet:
    """The document, changed so that it says what this host has; pure.

    Args:
        fleet: the document as it is.
        observation: a look at the host.
        features: keys of the features to adopt; all by default.

    Raises:
        ObserveError: the host could not be read.
    """
    if observation.error is not None:
        raise ObserveError(
            f"It could not be read, so there is nothing to adopt: {observation.error}", where=observation.host
        )
    for _ in range(_PASSES):
        for feature in applicable(fleet, observation.host):
            if (features is None or feature.key in features) and feature.key in observation.states:
                fleet = feature.adopt(fleet, observation.host, observation.states[feature.key])
    return fleet
