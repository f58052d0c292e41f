"""What a host can have, one folder each. The list is in `registry`."""
