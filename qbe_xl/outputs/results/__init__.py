"""The sheets of the results workbook, one module a sheet."""
