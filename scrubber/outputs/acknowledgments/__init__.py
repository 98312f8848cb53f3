"""X12 acknowledgments of a received file: TA1, 999, 277CA."""
