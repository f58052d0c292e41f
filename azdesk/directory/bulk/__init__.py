"""People from sheets: read, understood, checked whole, and compared with the directory.

::

    sheets     what a sheet is, and which kind a file has
    csv_files  text with separators: encodings, separators, quotes
    xlsx_files workbooks
    headings   which column is which value
    planning   compared with who is there
    plans      what would be added, changed, left alone, refused, and as which records
    writing    sheets of people, for export
"""
