"""Code sets of a claim, one module each: is this code one of the set, on this date?

Every module answers `check(code, ...) -> Verdict`; a complete set also answers `is_valid(...)`.
`scrubber.codes.catalogue` lists every table with its source, release, date and size.
"""
