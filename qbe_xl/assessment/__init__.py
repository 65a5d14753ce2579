"""The rules applied: resources, government, quality, recognition, vetoes, and the verdict."""

from qbe_xl.assessment.results import Assessment
from qbe_xl.assessment.run import assess, assess_submission

__all__ = ["Assessment", "assess", "assess_submission"]
