"""Characters beyond ASCII: what their bytes mean, and how they are written without them.

Values are bytes read as Latin-1. UTF-8 is recognized by its form; other bytes are read as
Windows-1252, which has the letters of Latin-1 and the quotation marks of word processors.
"""

import unicodedata
from contextlib import suppress

_KINDS = (
    (
        "a nonbreaking or thin space", " ",
        "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f",
    ),
    ("a soft hyphen", "", "\u00ad"),
    ("a zero-width character", "", "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"),
    ("a curly apostrophe", "'", "\u2018\u2019\u201a\u201b\u2032"),
    ("a curly quotation mark", '"', "\u201c\u201d\u201e\u201f\u2033"),
)  # fmt: skip
"""What word processors and web pages put in the place of plain characters, and the plain ones."""
_TYPOGRAPHY = {ord(sign): plain for _, plain, signs in _KINDS for sign in signs}
_OTHER_LETTERS = str.maketrans(
    {
        "\u00df": "ss", "\u00e6": "ae", "\u00c6": "AE", "\u0153": "oe", "\u0152": "OE",
        "\u00f8": "o", "\u00d8": "O", "\u0142": "l", "\u0141": "L", "\u0111": "d", "\u0110": "D",
        "\u00f0": "d", "\u00d0": "D", "\u00fe": "th", "\u00de": "Th", "\u0131": "i",
        "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2015": "-",
        "\u2212": "-", "\u00b4": "'", "\u02bc": "'", "\u00d7": "x", "\u2044": "/",
    }
)  # fmt: skip
"""Letters without an accent to drop, dashes and other signs."""


def decoded(value: str) -> str:
    """The text that the bytes of a value stand for."""
    return _decoded(value)[0]


def without_typography(value: str) -> str:
    """The value with plain blanks and quotation marks in place of those of word processors and web
    pages, and without characters that nobody sees."""
    if value.isascii():
        return value
    text, encoding = _decoded(value)
    return text.translate(_TYPOGRAPHY).encode(encoding).decode("latin-1")


def typography_in(value: str) -> str:
    """What is typographic in a value, such as "a soft hyphen"; empty if nothing is."""
    text = decoded(value)
    return next((name for name, _, signs in _KINDS if set(signs) & set(text)), "")


def transliterated(value: str) -> str:
    """The value in ASCII: accents dropped, letters and signs written out. What has no plain form
    stays."""
    text = decoded(value).translate(_TYPOGRAPHY).translate(_OTHER_LETTERS)
    plain = unicodedata.normalize("NFKD", text).translate(_OTHER_LETTERS)
    return "".join(one for one in plain if not unicodedata.combining(one))


def _decoded(value: str) -> tuple[str, str]:
    for encoding in ("utf-8", "cp1252"):
        with suppress(UnicodeError):
            return value.encode("latin-1").decode(encoding), encoding
    return value, "latin-1"
