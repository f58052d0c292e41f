"""What holds for all tests."""

from hypothesis import HealthCheck, settings

# On a busy machine the first examples are slow to come; that says nothing about the code under test.
settings.register_profile("azdesk", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("azdesk")
