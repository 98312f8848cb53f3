"""What therapy claims are paid by: codes, minutes and units, code pairs, limits, documentation."""
