"""pyx12's own verdict on a file, asked the way its `x12valid` command asks."""

import io
import logging

import pyx12.params
import pyx12.x12n_document


def pyx12_accepts(text: str) -> bool:
    """Whether pyx12's validator calls the interchange(s) in `text` valid."""
    logging.getLogger("pyx12").setLevel(logging.CRITICAL)
    return bool(
        pyx12.x12n_document.x12n_document(
            param=pyx12.params.params(None),
            src_file=io.StringIO(text),
            fd_997=io.StringIO(),
            fd_html=None,
        )
    )
