"""`python -m scrubber`: the command line."""

from scrubber.cli import main

main(prog_name="scrubber")
