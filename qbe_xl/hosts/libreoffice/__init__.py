"""LibreOffice as a host: the worksheet functions inside Calc, and what the add-in qbe_xl.oxt is made of."""
