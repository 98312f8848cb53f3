"""Claims as a biller sees them: frozen views over the loops of a file."""
