"""A watched folder: files come in, and leave scrubbed, each once, whatever happens meanwhile."""
