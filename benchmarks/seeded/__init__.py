"""How well the checks find errors: random single faults are put into workbooks of sound counties, and what is found is counted."""
