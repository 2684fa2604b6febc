"""Vizir («Визирь»): from a recorded sales call to an approved CRM update."""

__version__ = "0.1.0"
