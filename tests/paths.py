"""Where things stand in the project, for tests."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "qbe_xl"
SAMPLES = ROOT / "workbooks" / "samples"
GOLDEN = ROOT / "tests" / "golden"

# The published figures as first collected, where a checkout has them beside it; tests use their copy in tests/golden.
_cases = ROOT.parent / "shared" / "cases"
CASES: Path | None = _cases if _cases.is_dir() else None

# Public spreadsheets of all kinds; not part of the project.
CORPUS = Path(os.environ.get("QBE_CORPUS", ROOT.parent / "shared" / "corpus"))

# The long run (`make soak`): every file, every number of examples in full.
SOAK = bool(os.environ.get("QBE_SOAK")) or os.environ.get("HYPOTHESIS_PROFILE") == "soak"


def in_ci() -> bool:
    """Whether what is absent is a failure, not a skip."""
    return os.environ.get("CI") == "true"
