"""Where a table's header is and what each of its rows is: pure functions on lists of cells."""
