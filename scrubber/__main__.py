"""`scrubber` and `python -m scrubber`: the command line."""

import sys


def main() -> None:
    """Run the command line; whoever stops it while it still starts is told so in one line too."""
    try:
        from scrubber.cli import main as command  # noqa: PLC0415

        command(prog_name="scrubber")
    except KeyboardInterrupt:
        sys.stderr.write("Error: interrupted; unfinished files were not written\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
