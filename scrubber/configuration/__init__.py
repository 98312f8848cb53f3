"""The settings of an office: which there are, and what its files say."""
