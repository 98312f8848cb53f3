"""On which line of a file a tag begins, and an attribute stands.

The XML library gives the line on which a start tag ends; a tag with a long source runs over
several lines, and people look for its beginning.
"""


class TagLines:
    """The lines of one file."""

    __slots__ = ("_lines",)

    def __init__(self, content: bytes) -> None:
        self._lines = content.splitlines()

    def tag(self, name: str, end: int) -> int:
        """The line where the start tag of that name begins which ends on line `end`.

        It is `end` itself where the tag cannot be found (another encoding).
        """
        opening = f"<{name}".encode()
        lines = range(min(end, len(self._lines)), 0, -1)
        return next((line for line in lines if opening in self._lines[line - 1]), end)

    def attribute(self, name: str, tag: str, end: int) -> int:
        """The line on which an attribute of that tag stands; the tag's own for no name."""
        start = self.tag(tag, end)
        wanted = f" {name}=".encode()
        lines = range(start, min(end, len(self._lines)) + 1) if name else ()
        return next((line for line in lines if wanted in b" " + self._lines[line - 1]), start)
