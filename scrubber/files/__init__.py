"""Files as the operating system keeps them: the only place that knows which system it is."""
