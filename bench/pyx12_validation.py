"""pyx12's validation of one file, as its `x12valid` does it but without writing a 999.

Run as a process: `python -m bench.pyx12_validation FILE`. It does the least that validating with
pyx12 takes, so a ratio against it flatters nobody else.
"""

import logging
import sys

import pyx12.params
import pyx12.x12n_document


def main() -> int:
    """Validate the file named on the command line; print valid or invalid."""
    logging.getLogger("pyx12").setLevel(logging.CRITICAL)
    valid = pyx12.x12n_document.x12n_document(
        param=pyx12.params.params(None), src_file=sys.argv[1], fd_997=None, fd_html=None
    )
    print("valid" if valid else "invalid")
    return 0


if __name__ == "__main__":
    sys.exit(main())
