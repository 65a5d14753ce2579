"""`python -m qbe_xl` is `qbe-xl`."""

from __future__ import annotations

import sys

from qbe_xl.cli import main

if __name__ == "__main__":
    sys.exit(main())
