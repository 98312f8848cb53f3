"""Files in, files out: one file or many."""
