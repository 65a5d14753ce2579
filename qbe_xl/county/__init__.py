"""What was reported: plain tables and facts, each value with the sheet and cell it came from."""

from qbe_xl.county.model import County, Fact, FileInfo, Place, Row, Stated, Submission, Total

__all__ = ["County", "Fact", "FileInfo", "Place", "Row", "Stated", "Submission", "Total"]
