"""The class of every exception of ours."""


class ScrubberError(Exception):
    """Something a caller can act on: its message says what is wrong, and names no patient."""
