"""The payer profiles that ship with the scrubber, one XML file per payer."""
