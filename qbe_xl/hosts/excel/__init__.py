"""Excel through xlwings: worksheet functions, and the VBA that calls them."""
