"""One module per kind of cell: what a clerk typed -> a typed value and the name of what was seen. Never a verdict."""
