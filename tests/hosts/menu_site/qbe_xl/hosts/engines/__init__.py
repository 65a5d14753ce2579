"""Stands in for the package: the menu under test, not the macros."""
