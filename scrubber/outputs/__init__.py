"""What people and trading partners receive: one writer per module."""
