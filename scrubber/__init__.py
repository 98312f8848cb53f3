"""A scrubber for X12 837P therapy claims: check, repair, split, report."""

__version__ = "0.1.0"
