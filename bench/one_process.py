"""Runs one command and prints what it took: `one_process.py LOG COMMAND [ARGUMENT ...]`.

A process starts with its parent's peak memory on its account, so the parent must be small: this
script imports nothing but built-in modules and is to be run with `python -I -S`. It prints seconds
from start to exit, `ru_maxrss`, the exit status, and seconds of processor time.
"""

import os
import sys
import time


def main() -> None:
    """Run the command, its output to the log, and print the figures."""
    log, *command = sys.argv[1:]
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    redirect = [(os.POSIX_SPAWN_DUP2, out, 1), (os.POSIX_SPAWN_DUP2, out, 2)]
    start = time.perf_counter()
    process = os.posix_spawn(command[0], command, os.environ, file_actions=redirect)
    _, status, usage = os.wait4(process, 0)
    seconds = time.perf_counter() - start
    processor = usage.ru_utime + usage.ru_stime
    print(seconds, usage.ru_maxrss, os.waitstatus_to_exitcode(status), processor)


main()
