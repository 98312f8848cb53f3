"""The day as of which everything is measured; a module of its own, so that a process that is
measured need not load the generator."""

from datetime import date

AS_OF = date(2026, 3, 2)
