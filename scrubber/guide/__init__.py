"""The 837P implementation guide, compiled: where a segment belongs and what it may hold."""
