"""The one error the lab raises: what happened, where, and what to do next."""


class LabError(RuntimeError):
    """The lab cannot do what was asked; the text says why and what to do."""
