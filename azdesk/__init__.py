"""AZDesk: the desktop workstation for a fleet of voice, video and chat hosts."""

__version__ = "0.1.0"
