"""Prints how fast qbe_xl is, against peers measured in the same run: `make bench`."""
