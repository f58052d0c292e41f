"""Values that every other room speaks in: probes, steps, plans, outcomes, errors.

Pure: no input or output, no Qt, nothing of the other rooms.
"""
