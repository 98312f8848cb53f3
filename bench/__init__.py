"""Side-by-side measurements of the scrubber and of pyx12's validator, for `make bench`."""
