"""What holds for all tests."""

import pytest
from hypothesis import HealthCheck, settings

# On a busy machine the first examples are slow to come; that says nothing about the code under test.
settings.register_profile("azdesk", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("azdesk")


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests on real hosts stay in one process: see `make test`."""
    for item in items:
        if item.get_closest_marker("lab") or "lab_machine" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("lab"))
