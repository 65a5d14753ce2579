"""Is the report sound? One code, one function, one message."""

from qbe_xl.checks.registry import registered, run_checks, run_package_checks

__all__ = ["registered", "run_checks", "run_package_checks"]
