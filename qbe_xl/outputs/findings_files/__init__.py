"""What `qbe-xl check` found, for people and for machines: text, JSON, JUnit XML, SARIF and CSV.

The same input gives the same bytes; nothing depends on the time, the machine or the order in which files were named.
"""
