"""What holds for all tests."""

import signal

from hypothesis import HealthCheck, settings

# On a busy machine the first examples are slow to come; that says nothing about the code under test.
settings.register_profile("azdesk", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("azdesk")

# Run in the background of a script, tests are told to ignore Ctrl-C and hanging up, and so would be all they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
