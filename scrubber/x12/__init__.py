"""The wire: delimiters, segments, envelopes. Knows nothing of claims."""
