"""The same county over the years: its figures, what is on course to fail, what got worse, which schools came and went."""
