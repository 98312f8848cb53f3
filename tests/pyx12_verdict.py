"""pyx12's own reading of a file, and its verdict, asked the way its `x12valid` command asks."""

import io
import logging

import pyx12.params
import pyx12.x12n_document
from pyx12.rawx12file import RawX12File


def pyx12_segments(text: str) -> list[str]:
    """The segments of one interchange as pyx12 reads them."""
    return list(RawX12File(io.StringIO(text, newline="")))


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
