"""The document: the fleet as it should be, where it is kept, and its credentials by name."""
