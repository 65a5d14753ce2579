"""The command line. `main` ends every run: exit codes are ours, and no traceback reaches the screen.

Imports here and in the commands are kept small and late, so that `--help` and one assessment start at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from qbe_xl.cli.codes import INTERRUPTED, PIPE_CLOSED, WRONG_CALL

__all__ = ["main"]


def main(args: Sequence[str] | None = None) -> int:
    """Run `qbe-xl` with these arguments (those of the process by default); returns the exit code.

    0 passes, 1 fails, 2 undetermined, 3 blocked or unusable workbook, 4 wrong call, 5 internal error, 130 interrupted.
    """
    from qbe_xl.cli import problems, quick
    from qbe_xl.core.errors import QbeError

    arguments = list(sys.argv[1:] if args is None else args)
    if args is None:
        quick.own_the_process()
    problems.tolerant_streams()
    try:
        try:
            from qbe_xl.cli.app import run

            code = run(arguments)
            sys.stdout.flush()
            return code
        except QbeError as error:
            problems.show(error, problems.lang_of(arguments))
            return WRONG_CALL
        except KeyboardInterrupt:
            problems.say("已中断。", "Interrupted.", problems.lang_of(arguments))
            return INTERRUPTED
        except BrokenPipeError:
            # who reads our output has seen enough; Python would complain again when it closes the stream
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return PIPE_CLOSED
    except Exception as error:
        return problems.internal(error, arguments)
