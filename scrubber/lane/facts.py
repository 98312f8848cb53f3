"""What the lane finds to be surely so of a claim, as bits; whatever else has to be looked at."""

CHARGES_ADD_UP = 1
"""The total is above zero and the sum of the lines, none of which is below zero."""
POINTERS_FIT = 2
"""No line points past the diagnoses, or to one of them twice."""
LINE_NUMBERS_DIFFER = 4
"""No two lines have one control number (REF*6R), and none is too long."""
LINES_ARE_NUMBERED = 8
"""Every line has a control number."""
