"""People: the virtual table over the directory, its source, and what its buttons open."""
