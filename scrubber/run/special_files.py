"""What stands where a file should, and would keep a reader waiting or never come to an end."""

import stat
from pathlib import Path

# Where a shell puts the pipe of `<(command)`: somebody writes into that one, and it ends.
_PIPES_OF_A_SHELL = (Path("/dev/fd"), Path("/proc/self/fd"))


def special_file(path: Path) -> str:
    """Why a path that is there cannot be read as a file; empty where it can. Raises OSError where
    it cannot be looked at."""
    mode = path.stat().st_mode
    if stat.S_ISCHR(mode) or stat.S_ISBLK(mode):
        return "a device, not a file"
    if stat.S_ISSOCK(mode):
        return "a socket, not a file"
    if stat.S_ISFIFO(mode) and path.parent not in _PIPES_OF_A_SHELL:
        return "a named pipe, which may never end, not a file"
    return ""
