"""Synthetic 837P therapy claims, for trials, tests and benchmarks.

Nobody in them exists: names are joined at random from lists of common ones, and every identifier is
drawn. Without planted faults the claims are clean: they pass the implementation guide and the
therapy rules. This room imports no other room.
"""

from scrubber.synthetic.faults import FAULT_KINDS, FaultKind, PlantedFault
from scrubber.synthetic.generate import generate, write_claims
from scrubber.synthetic.layout import Layout

__all__ = ["FAULT_KINDS", "FaultKind", "Layout", "PlantedFault", "generate", "write_claims"]
