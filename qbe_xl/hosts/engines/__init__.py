"""xlwings engines of ours: the same macros without Excel.

`openpyxl_engine` works on a file in memory, `uno_engine` on a document that is open in LibreOffice. Both answer to
xlwings' public API (``xlwings.Book`` and what hangs on it) as Excel's own engine does, and use only the BSD licensed
parts of xlwings. `common` holds what they share: addresses, values, collections, counters, errors.

Nothing is imported here: neither xlwings nor a spreadsheet is needed before an engine is asked for by its module.
"""
