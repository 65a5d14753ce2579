"""Where things stand in the project, for tests."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "qbe_xl"
SAMPLES = ROOT / "workbooks" / "samples"
GOLDEN = ROOT / "tests" / "golden"

# The published figures as first collected, where a checkout has them beside it; tests use their copy in tests/golden.
_cases = ROOT.parent / "shared" / "cases"
CASES: Path | None = _cases if _cases.is_dir() else None
